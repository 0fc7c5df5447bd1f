-- plan: tasks below actions, how an action weighs, workstreams, and the roll-ups that are kept beside them.
-- Tasks hang on an action's line (line_id), so they go on from edition to edition. They are read only after their action was found in scope;
-- the units of a task stand in action_party with part 'task'.

CREATE INDEX action_by_line ON action (region_code, line_id);

-- A task below an action: city, county, town.
-- @table task distributed journalled
CREATE TABLE task (
    region_code   TEXT NOT NULL,         -- that of the action
    id            INTEGER NOT NULL,      -- 63-bit id
    line_id       INTEGER NOT NULL,      -- the action's line
    parent_id     INTEGER NOT NULL,      -- task above; 0: right below the action
    level         TEXT NOT NULL,         -- city, county, town: who has it
    place_code    TEXT NOT NULL,         -- county or street; empty when the whole region
    sort          INTEGER NOT NULL,      -- order among its siblings
    title         TEXT NOT NULL,         -- what is to be done
    measure       TEXT NOT NULL,         -- what is measured; empty when none
    weight        INTEGER NOT NULL,      -- among its siblings, 1 to 10000
    start_on      TEXT,                  -- first day; NULL: none
    due_on        TEXT,                  -- last day, inclusive; NULL: none
    state         TEXT NOT NULL,         -- to_start, under_way, done, stopped: by its latest report
    percent       INTEGER NOT NULL,      -- 0 to 100, by its latest report
    progress_bp   INTEGER NOT NULL,      -- kept: hundredths of a percent, from the tasks below or from its own report
    gone          TEXT NOT NULL,         -- empty: it counts; split, merged, removed: kept for its history
    into_id       INTEGER NOT NULL,      -- merged into; 0: none
    updated_at_us INTEGER NOT NULL,      -- last change
    version       INTEGER NOT NULL,      -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX task_by_id ON task (id);
CREATE INDEX task_by_parent ON task (region_code, line_id, parent_id, sort, id);

-- Who answers for a task and who carries it out.
-- @table task_unit distributed journalled
CREATE TABLE task_unit (
    region_code TEXT NOT NULL,           -- of the task
    task_id     INTEGER NOT NULL,        -- the task
    part        TEXT NOT NULL,           -- responsible (责任主体), implementing (实施主体)
    unit_id     INTEGER NOT NULL,        -- the unit
    item        INTEGER NOT NULL,        -- order as given
    name        TEXT NOT NULL,           -- as it was called then
    PRIMARY KEY (region_code, task_id, part, unit_id)
);

-- Progress of a task; rows are only added.
-- @table task_report distributed journalled
CREATE TABLE task_report (
    region_code TEXT NOT NULL,           -- of the task
    id          INTEGER NOT NULL,        -- 63-bit id
    task_id     INTEGER NOT NULL,        -- the task
    at_us       INTEGER NOT NULL,        -- instant at which it came in
    actor_id    INTEGER NOT NULL,        -- principal
    unit_id     INTEGER,                 -- unit for which it was made; NULL: the office
    percent     INTEGER NOT NULL,        -- 0 to 100
    state       TEXT NOT NULL,           -- state from here on
    text        TEXT NOT NULL,           -- what was reported
    PRIMARY KEY (region_code, id)
);
CREATE INDEX task_report_by_task ON task_report (region_code, task_id, id);

-- How an action counts; no row: weight 1, by reported percent.
-- @table action_weighing distributed journalled
CREATE TABLE action_weighing (
    region_code       TEXT NOT NULL,     -- of the action
    line_id           INTEGER NOT NULL,  -- the action's line
    weight            INTEGER NOT NULL,  -- among the actions, 1 to 10000
    mode              TEXT NOT NULL,     -- percent (as reported), status (each state has a fixed percent)
    under_way_percent INTEGER NOT NULL,  -- what under_way counts in mode status
    PRIMARY KEY (region_code, line_id)
);

-- Workstreams of an action.
-- @table action_workstream distributed journalled
CREATE TABLE action_workstream (
    region_code TEXT NOT NULL,           -- of the action
    line_id     INTEGER NOT NULL,        -- the action's line
    workstream  TEXT NOT NULL,           -- code of data/plan/workstreams.csv
    PRIMARY KEY (region_code, line_id, workstream)
);

-- What each action adds to each roll-up: written with the change that caused it.
-- @table rollup_term distributed
CREATE TABLE rollup_term (
    region_code TEXT NOT NULL,           -- of the outline
    outline_id  INTEGER NOT NULL,        -- the outline
    kind        TEXT NOT NULL,           -- outline, chapter, phase, lead, supporting, city, workstream
    subject     TEXT NOT NULL,           -- chapter's number, phase, unit's id, region, workstream; empty for the outline
    action_id   INTEGER NOT NULL,        -- the action
    weight      INTEGER NOT NULL,        -- 0 when it was stopped
    progress_bp INTEGER NOT NULL,        -- hundredths of a percent
    state       TEXT NOT NULL,           -- to_start, under_way, done, stopped
    source      TEXT NOT NULL,           -- report, status, tasks: where its progress comes from
    PRIMARY KEY (region_code, outline_id, kind, subject, action_id)
);
CREATE INDEX rollup_term_by_action ON rollup_term (region_code, action_id);

-- Sums of the terms, kept in the same transaction.
-- @table rollup distributed
CREATE TABLE rollup (
    region_code TEXT NOT NULL,           -- of the outline
    outline_id  INTEGER NOT NULL,        -- the outline
    kind        TEXT NOT NULL,           -- as in rollup_term
    subject     TEXT NOT NULL,           -- as in rollup_term
    actions     INTEGER NOT NULL,        -- how many
    weight      INTEGER NOT NULL,        -- sum of weights
    weighted    INTEGER NOT NULL,        -- sum of weight times progress_bp
    to_start    INTEGER NOT NULL,        -- how many in this state
    under_way   INTEGER NOT NULL,        -- how many in this state
    done        INTEGER NOT NULL,        -- how many in this state
    stopped     INTEGER NOT NULL,        -- how many in this state
    PRIMARY KEY (region_code, outline_id, kind, subject)
);
