-- Files referred to, wrapped data keys, timers, outbox, jobs, searchable texts.

-- @table file_ref distributed
CREATE TABLE file_ref (                    -- a record that refers to a stored file; a file without any goes after 24 h
    region_code  TEXT    NOT NULL,         -- home region of the record
    sha256       TEXT    NOT NULL,         -- 64 hex digits: the file's name in DATA/files
    subject_kind TEXT    NOT NULL,         -- "report", "import"…
    subject_id   INTEGER NOT NULL,         -- id of the record
    at_us        INTEGER NOT NULL,         -- when it was referred to
    PRIMARY KEY (region_code, sha256, subject_kind, subject_id)
);

-- @table data_key distributed
CREATE TABLE data_key (                    -- the key under which one person's or record's fields are sealed; its row is removed to erase
    region_code  TEXT    NOT NULL,         -- home region of the subject
    subject_kind TEXT    NOT NULL,         -- "person", "case"…
    subject_id   INTEGER NOT NULL,         -- id of the subject
    master_no    INTEGER NOT NULL,         -- which key of DATA/keys wraps it
    wrapped      BLOB    NOT NULL,         -- nonce and box of the 32-byte key
    at_us        INTEGER NOT NULL,         -- made at
    PRIMARY KEY (region_code, subject_kind, subject_id)
);

-- @table timer distributed
CREATE TABLE timer (                       -- something that is to happen once at an instant
    region_code  TEXT    NOT NULL,         -- home region of the subject
    kind         TEXT    NOT NULL,         -- which handler
    subject_id   INTEGER NOT NULL,         -- what it is about
    due_us       INTEGER NOT NULL,         -- not before this instant
    payload      TEXT    NOT NULL,         -- the handler's own words
    failures     INTEGER NOT NULL,         -- how often the handler has failed so far
    PRIMARY KEY (region_code, kind, subject_id)
);
CREATE INDEX timer_due ON timer (due_us);

-- @table outbox distributed
CREATE TABLE outbox (                      -- messages to other engines and to the outside, delivered at least once
    region_code  TEXT    NOT NULL,         -- home region of the sender's subject
    id           INTEGER NOT NULL,         -- stable message id
    topic        TEXT    NOT NULL,         -- who takes it
    payload      TEXT    NOT NULL,         -- JSON
    next_us      INTEGER NOT NULL,         -- not before this instant
    failures     INTEGER NOT NULL,         -- how often the taker has refused so far
    PRIMARY KEY (region_code, id)
);
CREATE INDEX outbox_next ON outbox (next_us);

-- @table job distributed
CREATE TABLE job (                         -- long work in chunks
    region_code  TEXT    NOT NULL,         -- home region of what it works on
    id           INTEGER NOT NULL,         -- 63-bit id
    kind         TEXT    NOT NULL,         -- which step function
    state        TEXT    NOT NULL,         -- queued, running, done, failed, cancelled
    params       TEXT    NOT NULL,         -- JSON given at the start
    cursor_text  TEXT    NOT NULL,         -- what the last step left
    done_count   INTEGER NOT NULL,         -- progress
    total_count  INTEGER NOT NULL,         -- progress is measured against this; 0 while unknown
    result       TEXT    NOT NULL,         -- JSON, empty until done
    problem      TEXT    NOT NULL,         -- message name, empty unless failed
    failures     INTEGER NOT NULL,         -- failed tries of the present step
    next_us      INTEGER NOT NULL,         -- not before this instant
    principal_id INTEGER NOT NULL,         -- who started it: the steps act for them
    role         TEXT    NOT NULL,         -- in which role
    unit_id      INTEGER NOT NULL,         -- of which unit; 0 none
    actor_region TEXT    NOT NULL,         -- home region of that role
    at_us        INTEGER NOT NULL,         -- started at
    PRIMARY KEY (region_code, id)
);
CREATE INDEX job_by_id ON job (id);
CREATE INDEX job_open ON job (state, next_us);

-- @table search_doc distributed
CREATE TABLE search_doc (                  -- which subject a searchable text belongs to
    region_code  TEXT    NOT NULL,         -- home region of the subject
    subject_kind TEXT    NOT NULL,         -- "action", "outline"…
    subject_id   INTEGER NOT NULL,         -- id of the subject
    doc_id       INTEGER NOT NULL,         -- row of the text index
    PRIMARY KEY (region_code, subject_kind, subject_id)
);
