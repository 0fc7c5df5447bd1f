-- Handing over many actions in one job.

-- A confirmed run; how far it is stands in its job.
-- @table hand_over_run distributed journalled
CREATE TABLE hand_over_run (
    region_code   TEXT NOT NULL,     -- of the outline
    id            INTEGER NOT NULL,  -- 63-bit id
    outline_id    INTEGER NOT NULL,  -- whose actions
    job_id        INTEGER NOT NULL,  -- the job
    ready         INTEGER NOT NULL,  -- how many were to be handed over
    started_by    INTEGER NOT NULL,  -- principal
    started_at_us INTEGER NOT NULL,  -- when
    PRIMARY KEY (region_code, id)
);
CREATE INDEX hand_over_run_by_outline ON hand_over_run (region_code, outline_id, id);
