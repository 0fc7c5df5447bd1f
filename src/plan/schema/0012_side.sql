-- plan: the sides of an action that two or more parties build together, each with days and progress of its own. They hang on the action's line.

-- A side: a city, a unit, or a party outside the system.
-- @table action_side distributed journalled
CREATE TABLE action_side (
    region_code TEXT NOT NULL,           -- of the action
    line_id     INTEGER NOT NULL,        -- the action's line
    item        INTEGER NOT NULL,        -- number, never used again
    sort        INTEGER NOT NULL,        -- order as given
    name        TEXT NOT NULL,           -- what the side is called
    unit_id     INTEGER,                 -- the unit that reports for it; NULL: a party outside, the office reports for it
    start_on    TEXT,                    -- first day; NULL: none
    due_on      TEXT,                    -- last day, inclusive; NULL: none
    gone        INTEGER NOT NULL,        -- 1: no longer a side
    PRIMARY KEY (region_code, line_id, item)
);

-- Progress of a side; rows are only added.
-- @table action_side_report distributed journalled
CREATE TABLE action_side_report (
    region_code TEXT NOT NULL,           -- of the action
    id          INTEGER NOT NULL,        -- 63-bit id
    line_id     INTEGER NOT NULL,        -- the action's line
    item        INTEGER NOT NULL,        -- the side
    done_on     TEXT NOT NULL,           -- day for which it holds
    at_us       INTEGER NOT NULL,        -- instant at which it came in
    actor_id    INTEGER NOT NULL,        -- principal
    by_office   INTEGER NOT NULL,        -- 1: the office wrote it down for the side
    state       TEXT NOT NULL,           -- state from here on
    percent     INTEGER NOT NULL,        -- 0 to 100
    text        TEXT NOT NULL,           -- what was reported
    PRIMARY KEY (region_code, id)
);
CREATE INDEX action_side_report_by_side ON action_side_report (region_code, line_id, item, done_on, id);
