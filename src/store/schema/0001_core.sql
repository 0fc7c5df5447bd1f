-- store: idempotency keys, seals of the journal, numbers that people read. The journal itself stands in 0001_journal.*.sql.

-- Replies kept under the client's key for 24 h (CONTRACTS.md 5).
-- @table idempotency distributed
CREATE TABLE idempotency (
    region_code TEXT NOT NULL,     -- home region of the role that acted; 000000 for the public
    key_hash    BLOB NOT NULL,     -- BLAKE2b, 32 bytes, over principal, route and key, each with its length
    body_hash   BLOB NOT NULL,     -- of the request; the same key with another body is refused
    status      INTEGER NOT NULL,  -- HTTP status of the reply
    reply       BLOB NOT NULL,     -- its body
    at_us       INTEGER NOT NULL,  -- when; swept after 24 h
    PRIMARY KEY (region_code, key_hash)
);

-- Seals: count and Merkle root of all journal rows of a window of time, each chained to the one before.
-- @table journal_seal reference
CREATE TABLE journal_seal (
    number        INTEGER NOT NULL, -- from 1, without gaps
    from_us       INTEGER NOT NULL, -- window: at_us >= from_us …
    to_us         INTEGER NOT NULL, -- … and at_us < to_us
    to_position   INTEGER NOT NULL, -- largest position in the window; that of the seal before when the window is empty
    row_count     INTEGER NOT NULL, -- rows in the window
    root          BLOB NOT NULL,    -- Merkle root over their hashes in order of position
    previous      BLOB NOT NULL,    -- hash of the seal before; zeros for the first
    hash          BLOB NOT NULL,    -- BLAKE2b over previous and every field
    PRIMARY KEY (number)
);

-- Last number given out, by kind, region and day: AJ-330100-20261124-000123.
-- @table number_counter distributed
CREATE TABLE number_counter (
    region_code TEXT NOT NULL,     -- region in the number
    kind        TEXT NOT NULL,     -- letters in front
    day_on      TEXT NOT NULL,     -- day in Shanghai
    last_number INTEGER NOT NULL,  -- last one given out
    PRIMARY KEY (region_code, kind, day_on)
);

-- One row that is written to find out whether the disk takes writes again.
-- @table store_probe reference
CREATE TABLE store_probe (
    id     INTEGER NOT NULL,       -- always 1
    filler BLOB NOT NULL,          -- random bytes
    at_us  INTEGER NOT NULL,       -- last probe
    PRIMARY KEY (id)
);
