-- The journal (CONTRACTS.md 6). On SQLite position is the rowid: order of commit, without gaps.
-- @table journal distributed
CREATE TABLE journal (
    position     INTEGER PRIMARY KEY, -- order of commit, from 1, without gaps
    region_code  TEXT NOT NULL,       -- home region of the subject
    subject_kind TEXT NOT NULL,       -- action, outline, unit…
    subject_id   INTEGER NOT NULL,    -- its id
    seq          INTEGER NOT NULL,    -- 1, 2, 3… within the subject
    at_us        INTEGER NOT NULL,    -- when
    actor_id     INTEGER NOT NULL,    -- who: 0 the system, -1 the public
    role         TEXT NOT NULL,       -- in which role
    verb         TEXT NOT NULL,       -- did what
    change       TEXT NOT NULL,       -- JSON text as it was hashed
    row_digests  BLOB,                -- digests of the journalled rows that the command changed; NULL: none
    hash         BLOB NOT NULL        -- BLAKE2b, 32 bytes, over the previous hash of the subject and every field
) STRICT;
CREATE UNIQUE INDEX journal_subject ON journal (region_code, subject_kind, subject_id, seq);
