-- sources beside the outline (instructions, matters handed down, proposals), their letters of reply; and which group a meeting's body is.

-- What a source (the matter) says of its own beside the matter's columns: from_on is the day of receipt, due_on the day by which it is answered.
-- @table source_item distributed journalled
CREATE TABLE source_item (
    region_code  TEXT NOT NULL,          -- of the source
    matter_id    INTEGER NOT NULL,       -- the source
    from_whom    TEXT NOT NULL,          -- the body or post that it comes from; no person's name
    is_internal  INTEGER NOT NULL,       -- 1: internal: who is not charged with it learns nothing of it
    first_due_on TEXT NOT NULL,          -- the day as it was at first, whatever was extended
    longest_on   TEXT NOT NULL,          -- the last day that an extension may reach
    extensions   INTEGER NOT NULL,       -- times extended
    file_id      INTEGER,                -- its file; NULL: none
    lead_duty_id INTEGER,                -- the open duty of the unit that leads; NULL: not divided yet
    PRIMARY KEY (region_code, matter_id)
);

-- A letter that answers a source.
-- @table source_reply distributed journalled
CREATE TABLE source_reply (
    region_code     TEXT NOT NULL,       -- of the source
    matter_id       INTEGER NOT NULL,    -- the source
    id              INTEGER NOT NULL,    -- 63-bit id
    stage           TEXT NOT NULL,       -- interim, final
    result          TEXT NOT NULL,       -- done (A), planned (B), later (C), noted (D); empty: interim
    document_number TEXT NOT NULL,       -- of the letter
    text            TEXT NOT NULL,       -- what it says
    replied_on      TEXT NOT NULL,       -- its day
    file_id         INTEGER,             -- the letter; NULL: only its words
    opinion         TEXT NOT NULL,       -- satisfied, fairly, dissatisfied; empty: not said
    opinion_text    TEXT NOT NULL,       -- with which words
    opinion_on      TEXT,                -- day; NULL: not said
    PRIMARY KEY (region_code, matter_id, id)
);

ALTER TABLE meet_body ADD COLUMN group_id INTEGER; -- the group (matter) that meets: its seats are the members; NULL: the body keeps its own list
