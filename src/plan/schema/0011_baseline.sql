-- plan: baselines: what the dates of an outline's actions were when the plan was agreed; slippage is measured against one. Never changed.

-- A picture of the dates on a day.
-- @table baseline distributed journalled
CREATE TABLE baseline (
    region_code  TEXT NOT NULL,          -- of the outline
    id           INTEGER NOT NULL,       -- 63-bit id
    outline_line INTEGER NOT NULL,       -- the outline's line
    name         TEXT NOT NULL,          -- what it is called
    taken_on     TEXT NOT NULL,          -- day
    at_us        INTEGER NOT NULL,       -- instant
    actor_id     INTEGER NOT NULL,       -- principal
    actions      INTEGER NOT NULL,       -- how many actions it holds
    PRIMARY KEY (region_code, id)
);
CREATE INDEX baseline_by_line ON baseline (region_code, outline_line, id);

-- An action in it.
-- @table baseline_action distributed journalled
CREATE TABLE baseline_action (
    region_code TEXT NOT NULL,           -- of the outline
    baseline_id INTEGER NOT NULL,        -- the baseline
    line_id     INTEGER NOT NULL,        -- the action's line
    title       TEXT NOT NULL,           -- as it was called
    start_on    TEXT,                    -- first day; NULL: none
    due_on      TEXT,                    -- last day; NULL: none
    PRIMARY KEY (region_code, baseline_id, line_id)
);
