-- plan: what must come before what. Dependencies join actions' lines, so they go on from edition to edition; they are read only after their
-- outline was found in scope.

-- One action that waits for another.
-- @table dependency distributed journalled
CREATE TABLE dependency (
    region_code  TEXT NOT NULL,          -- of the outline
    id           INTEGER NOT NULL,       -- 63-bit id
    outline_line INTEGER NOT NULL,       -- the outline's line
    from_line    INTEGER NOT NULL,       -- line of the action that comes first
    to_line      INTEGER NOT NULL,       -- line of the action that waits
    kind         TEXT NOT NULL,          -- finish_start, start_start, finish_finish, start_finish
    lag_days     INTEGER NOT NULL,       -- working days between, may be negative
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, outline_line, from_line, to_line)
);
CREATE INDEX dependency_by_id ON dependency (id);
