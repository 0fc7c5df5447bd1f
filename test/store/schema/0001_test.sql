-- Tables for the store's own tests.

-- @table grant_closure reference
CREATE TABLE grant_closure (           -- who has which right on which unit
    principal_id INTEGER NOT NULL,     -- who
    unit_id      INTEGER NOT NULL,     -- on which unit
    right_code   TEXT NOT NULL,        -- which right
    PRIMARY KEY (principal_id, unit_id, right_code)
);

-- One note, with a column of each type.
-- @table t_note distributed scoped journalled
CREATE TABLE t_note (
    region_code TEXT NOT NULL,         -- home region
    id          INTEGER NOT NULL,      -- id
    title       TEXT NOT NULL,         -- text
    body        BLOB,                  -- bytes; NULL: none
    weight      REAL,                  -- number; NULL: none
    amount_fen  INTEGER NOT NULL,      -- money
    due_on      TEXT,                  -- day; NULL: none
    PRIMARY KEY (region_code, id)
);
CREATE INDEX t_note_by_due ON t_note (region_code, due_on, id);

-- Who has a part in a note.
-- @table t_note_party distributed clustered
CREATE TABLE t_note_party (
    region_code TEXT NOT NULL,         -- as the note
    object_id   INTEGER NOT NULL,      -- the note
    unit_id     INTEGER NOT NULL,      -- the unit
    part        TEXT NOT NULL,         -- home
    PRIMARY KEY (region_code, object_id, unit_id, part),
    FOREIGN KEY (region_code, object_id) REFERENCES t_note (region_code, id)
);

-- Lines of notes: a second journalled table with a key of several parts.
-- @table t_line distributed journalled
CREATE TABLE t_line (
    region_code TEXT NOT NULL,         -- as the note
    note_id     INTEGER NOT NULL,      -- the note
    place       TEXT NOT NULL,         -- place within it
    line        TEXT,                  -- text; NULL: none
    PRIMARY KEY (region_code, note_id, place),
    FOREIGN KEY (region_code, note_id) REFERENCES t_note (region_code, id)
);

-- A counter that no journal covers.
-- @table t_count distributed
CREATE TABLE t_count (
    region_code TEXT NOT NULL,         -- region
    id          INTEGER NOT NULL,      -- id
    value       INTEGER NOT NULL CHECK (value >= 0), -- how many
    PRIMARY KEY (region_code, id)
);
