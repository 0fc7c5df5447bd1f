-- documents that follow from an outline and who owes them; clean-up of policies; pilots and models.

-- What a registered document (the matter) says of its own beside the matter's columns.
-- @table document distributed journalled
CREATE TABLE document (
    region_code TEXT NOT NULL,           -- of the document
    matter_id   INTEGER NOT NULL,        -- the document
    call_id     INTEGER,                 -- the call that it answers; NULL: none
    file_id     INTEGER,                 -- its file; NULL: not uploaded
    PRIMARY KEY (region_code, matter_id)
);
CREATE INDEX document_by_call ON document (call_id);

-- A required part of a document, ticked by a person.
-- @table document_part distributed journalled
CREATE TABLE document_part (
    region_code TEXT NOT NULL,           -- of the document
    matter_id   INTEGER NOT NULL,        -- the document
    part        TEXT NOT NULL,           -- word of the pack's kind
    is_found    INTEGER NOT NULL,        -- 1: it is there; 0: looked for and missing
    page        TEXT NOT NULL,           -- where; empty only when missing
    note        TEXT NOT NULL,           -- remark; may be empty
    actor_id    INTEGER NOT NULL,        -- principal who ticked it
    at_us       INTEGER NOT NULL,        -- when
    PRIMARY KEY (region_code, matter_id, part)
);

-- A unit that owes a document of a call (the matter).
-- @table document_owed distributed journalled
CREATE TABLE document_owed (
    region_code TEXT NOT NULL,           -- of the call
    matter_id   INTEGER NOT NULL,        -- the call
    unit_id     INTEGER NOT NULL,        -- who owes it
    id          INTEGER NOT NULL,        -- 63-bit id, by which lists are paged
    duty_id     INTEGER NOT NULL,        -- the duty that was opened for it
    document_id INTEGER,                 -- the document that answers it; NULL: none yet
    is_complete INTEGER NOT NULL,        -- 1: the document has all its parts
    missing     TEXT NOT NULL,           -- words of the parts that it lacks, divided by commas
    PRIMARY KEY (region_code, matter_id, unit_id)
);
CREATE INDEX document_owed_by_unit ON document_owed (unit_id);

-- A policy document on a clean-up list (the matter).
-- @table cleanup_item distributed journalled
CREATE TABLE cleanup_item (
    region_code     TEXT NOT NULL,       -- of the list
    matter_id       INTEGER NOT NULL,    -- the list
    id              INTEGER NOT NULL,    -- 63-bit id
    title           TEXT NOT NULL,       -- of the policy document
    document_number TEXT NOT NULL,       -- its number
    unit_id         INTEGER NOT NULL,    -- unit that issued it and cleans it up
    is_dependent    INTEGER NOT NULL,    -- 1: it rests on what the list is to end
    clause          TEXT NOT NULL,       -- the words that rest on it; empty: none
    verdict         TEXT NOT NULL,       -- keep, amend, repeal; empty: not judged
    reason          TEXT NOT NULL,       -- why; empty: not judged
    new_text        TEXT NOT NULL,       -- the words instead; empty unless amended
    due_on          TEXT,                -- day by which it is done; NULL: kept, or not judged
    state           TEXT NOT NULL,       -- open, judged, done
    done_on         TEXT,                -- day; NULL: not done
    done_document   TEXT NOT NULL,       -- document that amends or repeals it; empty: none
    PRIMARY KEY (region_code, matter_id, id)
);

-- A criterion by which candidates of a pilot (the matter) are scored.
-- @table pilot_criterion distributed journalled
CREATE TABLE pilot_criterion (
    region_code TEXT NOT NULL,           -- of the pilot
    matter_id   INTEGER NOT NULL,        -- the pilot
    code        TEXT NOT NULL,           -- short
    title       TEXT NOT NULL,           -- what is judged
    weight      INTEGER NOT NULL,        -- 1 to 100
    least       INTEGER NOT NULL,        -- score below which a candidate is out, 0 to 100
    PRIMARY KEY (region_code, matter_id, code)
);

-- A place or unit that may become a pilot or a model.
-- @table pilot_candidate distributed journalled
CREATE TABLE pilot_candidate (
    region_code TEXT NOT NULL,           -- of the pilot
    matter_id   INTEGER NOT NULL,        -- the pilot
    id          INTEGER NOT NULL,        -- 63-bit id
    name        TEXT NOT NULL,           -- village, town, unit
    category    TEXT NOT NULL,           -- such as 城中村; empty: none
    unit_id     INTEGER NOT NULL,        -- unit that applies or answers for it
    state       TEXT NOT NULL,           -- applied, selected, passed, failed, titled, revoked
    result      TEXT NOT NULL,           -- words of the evaluation; empty: not evaluated
    from_on     TEXT,                    -- day of the title; NULL: none
    to_on       TEXT,                    -- day on which the title was taken back; NULL: it was not
    document_number TEXT NOT NULL,       -- document that gives the title; empty: none
    PRIMARY KEY (region_code, matter_id, id)
);

-- A score of a candidate.
-- @table pilot_score distributed journalled
CREATE TABLE pilot_score (
    region_code  TEXT NOT NULL,          -- of the pilot
    matter_id    INTEGER NOT NULL,       -- the pilot
    candidate_id INTEGER NOT NULL,       -- who is scored
    code         TEXT NOT NULL,          -- of the criterion
    score        INTEGER NOT NULL,       -- 0 to 100
    note         TEXT NOT NULL,          -- why; may be empty
    PRIMARY KEY (region_code, matter_id, candidate_id, code)
);

-- A measure of a pilot on its way to a rule.
-- @table pilot_step distributed journalled
CREATE TABLE pilot_step (
    region_code     TEXT NOT NULL,       -- of the pilot
    matter_id       INTEGER NOT NULL,    -- the pilot
    rung            INTEGER NOT NULL,    -- 1 measure, 2 norm, 3 institution, 4 statute
    text            TEXT NOT NULL,       -- what holds at this rung
    evidence        TEXT NOT NULL,       -- what proves that it works
    document_number TEXT NOT NULL,       -- document that says it; empty only for a measure
    from_on         TEXT NOT NULL,       -- day
    PRIMARY KEY (region_code, matter_id, rung)
);
