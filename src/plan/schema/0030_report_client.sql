-- A report that the client did not name stands in no index of clients' ids: before, each had an entry there, a page of the log in each batch.
-- A constraint cannot be dropped from a table, so the table is made anew with the same rows.
-- @table report_next distributed
CREATE TABLE report_next (               -- takes the place of report
    region_code TEXT NOT NULL,           -- of the action
    id          INTEGER NOT NULL,        -- 63-bit id
    action_id   INTEGER NOT NULL,        -- action (of the edition that was current then)
    line_id     INTEGER NOT NULL,        -- that action's line through the editions
    kind        TEXT NOT NULL,           -- report (a unit's), state (the office set it)
    done_on     TEXT NOT NULL,           -- day for which it holds
    at_us       INTEGER NOT NULL,        -- instant at which it came in
    actor_id    INTEGER NOT NULL,        -- principal
    unit_id     INTEGER,                 -- unit for which it was made; NULL: none (the system)
    percent     INTEGER NOT NULL,        -- 0 to 100
    state       TEXT NOT NULL,           -- state of the action from here on
    text        TEXT NOT NULL,           -- what was reported
    client_id   TEXT,                    -- the client's own id of it, so that a repeated request makes no second one; NULL: none
    file_count  INTEGER NOT NULL,        -- files attached
    reason      TEXT,                    -- why the percent is lower than before; NULL: it is not
    PRIMARY KEY (region_code, id)
);
INSERT INTO report_next (region_code, id, action_id, line_id, kind, done_on, at_us, actor_id,
    unit_id, percent, state, text, client_id, file_count, reason)
SELECT region_code, id, action_id, line_id, kind, done_on, at_us, actor_id,
    unit_id, percent, state, text, client_id, file_count, reason FROM report ORDER BY region_code, id;
DROP TABLE report;
ALTER TABLE report_next RENAME TO report;
CREATE UNIQUE INDEX report_by_client ON report (region_code, line_id, client_id) WHERE client_id IS NOT NULL;
CREATE INDEX report_by_line ON report (region_code, line_id, done_on, id);
CREATE INDEX report_by_time ON report (region_code, at_us, id);

-- What an action is counted in is read with each report: from the index alone.
DROP INDEX rollup_term_by_action;
CREATE INDEX rollup_term_by_action ON rollup_term (region_code, action_id, kind, subject);
