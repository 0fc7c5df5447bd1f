-- plan: imports under review, outlines with their editions, actions, reports.
-- Children of an import, an outline or an action (documents, nodes, mentions, units, reports) have no party table of their own: they are
-- read only after their scoped parent was found in the same transaction.
-- Spans are byte offsets into the outline's text (text_sha256): UTF-8, as the reader decoded it.

-- An outline file on its way in: what the reader proposes, until a person confirms it.
-- @table import distributed scoped journalled
CREATE TABLE import (
    region_code    TEXT NOT NULL,        -- home region of the importing unit
    id             INTEGER NOT NULL,     -- 63-bit id
    state          TEXT NOT NULL,        -- reading (chunks are still coming), draft, confirming, confirmed, discarded
    mode           TEXT NOT NULL,        -- live, archive
    as_of_on       TEXT NOT NULL,        -- day on which names of units are resolved when a document has no date
    filename       TEXT NOT NULL,        -- as the importer called it
    file_sha256    TEXT NOT NULL,        -- the file as it came
    text_sha256    TEXT NOT NULL,        -- its text in UTF-8
    text_bytes     INTEGER NOT NULL,     -- length of the text
    document_count INTEGER NOT NULL,     -- documents that the reader found
    unit_id        INTEGER NOT NULL,     -- importing unit
    created_by     INTEGER NOT NULL,     -- principal
    created_at_us  INTEGER NOT NULL,     -- instant of import
    version        INTEGER NOT NULL,     -- counts corrections, for If-Match
    next_document  INTEGER NOT NULL,     -- while reading or confirming: the document the next chunk takes
    next_sort      INTEGER NOT NULL,     -- and the node in it
    target_region  TEXT NOT NULL,        -- home region of the outlines to be; empty until confirming
    cooperation_id INTEGER,              -- cooperation of the outlines to be; NULL: none
    edition_of     INTEGER,              -- outline of which the one document is a new edition; NULL: none
    proposed_units INTEGER NOT NULL,     -- units that confirming proposed
    PRIMARY KEY (region_code, id)
);
CREATE INDEX import_by_id ON import (id);

-- Units that may see an import.
-- @table import_party distributed
CREATE TABLE import_party (
    region_code TEXT NOT NULL,           -- of the import
    object_id   INTEGER NOT NULL,        -- the import
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX import_party_by_unit ON import_party (unit_id, object_id);

-- A document within an imported file, as corrected.
-- @table import_document distributed
CREATE TABLE import_document (
    region_code     TEXT NOT NULL,       -- of the import
    import_id       INTEGER NOT NULL,    -- the import
    document        INTEGER NOT NULL,    -- 0, 1, … in the file
    title           TEXT NOT NULL,       -- title
    document_number TEXT NOT NULL,       -- 〔2022〕10号; empty when none
    issuer          TEXT NOT NULL,       -- who issued it; empty when not stated
    date_on         TEXT,                -- date of issue; NULL: not stated
    start_byte      INTEGER NOT NULL,    -- its span
    end_byte        INTEGER NOT NULL,        -- first byte behind its span
    checks          TEXT NOT NULL,       -- JSON array: declared counts against what was found
    found           TEXT NOT NULL,       -- JSON: what the reader proposed at first, never changed
    node_count      INTEGER NOT NULL,    -- nodes at reading
    outline_id      INTEGER,             -- the outline that confirming made of it; NULL: not chosen or not confirmed
    PRIMARY KEY (region_code, import_id, document)
);

-- A node of a document, as corrected.
-- @table import_node distributed
CREATE TABLE import_node (
    region_code TEXT NOT NULL,           -- of the import
    import_id   INTEGER NOT NULL,        -- the import
    document    INTEGER NOT NULL,        -- the document
    node_key    INTEGER NOT NULL,        -- stable within the document, from 1
    parent_key  INTEGER NOT NULL,        -- 0 at the top
    sort        INTEGER NOT NULL,        -- reading order, with gaps for splits
    path        TEXT NOT NULL,           -- 四/(一)/1/(3)
    kind        TEXT NOT NULL,           -- chapter, section, action, item, measure, phase, paragraph
    number      TEXT NOT NULL,           -- as printed; empty when none
    heading     TEXT NOT NULL,           -- heading without number; empty when none
    start_byte  INTEGER NOT NULL,        -- its span
    end_byte    INTEGER NOT NULL,        -- first byte behind its span
    is_action   INTEGER NOT NULL,        -- 1: confirming makes an action of it
    dates       TEXT NOT NULL,           -- JSON array as in the reader's output, with corrections
    quantities  TEXT NOT NULL,           -- JSON array as in the reader's output
    checks      TEXT NOT NULL,           -- JSON array as in the reader's output
    found       TEXT NOT NULL,           -- JSON: what the reader proposed at first, never changed; empty for a node made by a split
    corrected   INTEGER NOT NULL,        -- 1: a person changed it
    dropped     INTEGER NOT NULL,        -- 1: joined with the one before; kept for its original
    PRIMARY KEY (region_code, import_id, document, node_key)
);
CREATE INDEX import_node_by_sort ON import_node (region_code, import_id, document, sort);

-- A mention of a unit in a node, as corrected.
-- @table import_unit distributed
CREATE TABLE import_unit (
    region_code TEXT NOT NULL,           -- of the import
    import_id   INTEGER NOT NULL,        -- the import
    document    INTEGER NOT NULL,        -- the document
    node_key    INTEGER NOT NULL,        -- the node that it stands in
    item        INTEGER NOT NULL,        -- counter within the node
    part        TEXT NOT NULL,           -- lead, supporting
    name        TEXT NOT NULL,           -- full name, elided prefix restored
    printed     TEXT NOT NULL,           -- as printed; empty when a person added it without a span
    start_byte  INTEGER NOT NULL,        -- span of the printed form; start = end when there is none
    end_byte    INTEGER NOT NULL,        -- first byte behind its span
    origin      TEXT NOT NULL,           -- text (the reader or a span shows it), office (a person added it)
    dropped     INTEGER NOT NULL,        -- 1: a person took it away
    PRIMARY KEY (region_code, import_id, document, node_key, item)
);

-- Every correction, in order; rows are only added.
-- @table correction distributed journalled
CREATE TABLE correction (
    region_code TEXT NOT NULL,           -- of the import
    import_id   INTEGER NOT NULL,        -- the import
    version     INTEGER NOT NULL,        -- the import's version that it made
    at_us       INTEGER NOT NULL,        -- when
    actor_id    INTEGER NOT NULL,        -- principal
    change      TEXT NOT NULL,           -- JSON: the request as it was taken
    PRIMARY KEY (region_code, import_id, version)
);

-- An outline: one edition of it.
-- @table outline distributed scoped journalled
CREATE TABLE outline (
    region_code     TEXT NOT NULL,       -- home region
    id              INTEGER NOT NULL,    -- 63-bit id
    state           TEXT NOT NULL,       -- staging (not visible yet), current, superseded
    title           TEXT NOT NULL,       -- title
    document_number TEXT NOT NULL,       -- empty when none
    issuer          TEXT NOT NULL,       -- empty when not stated
    issued_on       TEXT,                -- NULL: not stated
    mode            TEXT NOT NULL,       -- live, archive
    edition         INTEGER NOT NULL,    -- 1, 2, …
    line_id         INTEGER NOT NULL,    -- id of the first edition
    previous_id     INTEGER,             -- the edition before; NULL for the first
    cooperation_id  INTEGER,             -- whose outline it is; NULL: of one region
    unit_id         INTEGER NOT NULL,    -- office that keeps it
    import_region   TEXT NOT NULL,       -- where it came from: region of the import
    import_id       INTEGER NOT NULL,    -- the import
    document        INTEGER NOT NULL,    -- which document of it
    file_sha256     TEXT NOT NULL,       -- the file as it came
    text_sha256     TEXT NOT NULL,       -- its text in UTF-8, of which this outline is start_byte to end_byte
    start_byte      INTEGER NOT NULL,    -- its first byte in the text
    end_byte        INTEGER NOT NULL,        -- first byte behind its span
    is_public       INTEGER NOT NULL,    -- 1: the public may read it, its actions and their lights
    created_at_us   INTEGER NOT NULL,    -- instant of confirmation
    version         INTEGER NOT NULL,    -- counts edits, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX outline_by_id ON outline (id);
CREATE INDEX outline_by_public ON outline (is_public, id);

-- Units that may see an outline: the office and every unit with a part in one of its actions.
-- @table outline_party distributed
CREATE TABLE outline_party (
    region_code TEXT NOT NULL,           -- of the outline
    object_id   INTEGER NOT NULL,        -- the outline
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, participant
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX outline_party_by_unit ON outline_party (unit_id, object_id);

-- A node of an outline as confirmed; never changed.
-- @table outline_node distributed journalled
CREATE TABLE outline_node (
    region_code TEXT NOT NULL,           -- of the outline
    outline_id  INTEGER NOT NULL,        -- the outline
    node_key    INTEGER NOT NULL,        -- as in the import
    parent_key  INTEGER NOT NULL,        -- 0 at the top
    sort        INTEGER NOT NULL,        -- reading order
    path        TEXT NOT NULL,           -- as in the import
    kind        TEXT NOT NULL,           -- as in the import
    number      TEXT NOT NULL,           -- as printed
    heading     TEXT NOT NULL,           -- heading without number
    start_byte  INTEGER NOT NULL,        -- its span
    end_byte    INTEGER NOT NULL,        -- first byte behind its span
    dates       TEXT NOT NULL,           -- JSON array as in the import
    quantities  TEXT NOT NULL,           -- JSON array as in the import
    checks      TEXT NOT NULL,           -- JSON array as in the import
    action_id   INTEGER,                 -- the action made of it; NULL: none
    PRIMARY KEY (region_code, outline_id, node_key)
);
CREATE INDEX outline_node_by_sort ON outline_node (region_code, outline_id, sort);

-- A mention of a unit in an outline's text.
-- @table outline_unit distributed journalled
CREATE TABLE outline_unit (
    region_code TEXT NOT NULL,           -- of the outline
    outline_id  INTEGER NOT NULL,        -- the outline
    node_key    INTEGER NOT NULL,        -- the node that it stands in
    item        INTEGER NOT NULL,        -- counter within the node
    part        TEXT NOT NULL,           -- lead, supporting
    unit_id     INTEGER NOT NULL,        -- the unit (known, or proposed by the confirmation)
    name        TEXT NOT NULL,           -- full name
    start_byte  INTEGER NOT NULL,        -- span; start = end when a person added it without one
    end_byte    INTEGER NOT NULL,        -- first byte behind its span
    origin      TEXT NOT NULL,           -- text, office
    PRIMARY KEY (region_code, outline_id, node_key, item)
);

-- One action of an outline: what somebody is to do.
-- @table action distributed scoped journalled
CREATE TABLE action (
    region_code        TEXT NOT NULL,    -- home region, that of its outline
    id                 INTEGER NOT NULL, -- 63-bit id
    outline_id         INTEGER NOT NULL, -- the outline
    line_id            INTEGER NOT NULL, -- id of this action in the first edition that had it: reports hang on it
    node_key           INTEGER NOT NULL, -- node that it was made of or cut from; 0: none
    sort               INTEGER NOT NULL, -- reading order: its span's start
    path               TEXT NOT NULL,    -- its node's path; a cut piece has a number of its own behind it
    number             TEXT NOT NULL,    -- as printed; empty when none
    title              TEXT NOT NULL,    -- what is to be done, short
    body               TEXT NOT NULL,    -- the text of its span behind number and heading
    start_byte         INTEGER NOT NULL, -- its span
    end_byte           INTEGER NOT NULL,        -- first byte behind its span
    origin             TEXT NOT NULL,    -- text (a node of the outline), office (cut on the breakdown desk)
    phase              TEXT NOT NULL,    -- phase of the outline; empty when none
    state_at_start     TEXT NOT NULL,    -- state before any report: the verb's (加快: under_way) or to_start
    state              TEXT NOT NULL,    -- to_start, under_way, done, stopped: by the latest report
    percent            INTEGER NOT NULL, -- 0 to 100, by the latest report
    due_on             TEXT,             -- last day, inclusive; NULL: none
    due_origin         TEXT NOT NULL,    -- text, office; empty when there is none
    start_on           TEXT,             -- first day; NULL: none
    horizon_on         TEXT,             -- horizon that the text names (到2020年), no deadline; NULL: none
    measure_text       TEXT NOT NULL,    -- what is measured, as printed; empty when none
    measure_value      TEXT NOT NULL,    -- decimal number; empty when none
    measure_unit       TEXT NOT NULL,    -- such as 个, 亿元; empty when none
    measure_comparator TEXT NOT NULL,    -- eq, ge, le, gt, lt, approx; empty when none
    measure_origin     TEXT NOT NULL,    -- text, office; empty when there is none
    last_report_on     TEXT,             -- day of the latest report; NULL: none yet
    last_report_at_us  INTEGER,          -- instant at which it came in; NULL: none yet
    updated_at_us      INTEGER NOT NULL, -- last change of any kind
    version            INTEGER NOT NULL, -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX action_by_id ON action (id);
CREATE INDEX action_by_outline ON action (region_code, outline_id, sort, id);
CREATE INDEX action_by_updated ON action (updated_at_us, id);

-- Units that may see an action.
-- @table action_party distributed
CREATE TABLE action_party (
    region_code TEXT NOT NULL,           -- of the action
    object_id   INTEGER NOT NULL,        -- the action
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, lead, supporting
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX action_party_by_unit ON action_party (unit_id, part, object_id);

-- Who answers for an action.
-- @table action_unit distributed journalled
CREATE TABLE action_unit (
    region_code TEXT NOT NULL,           -- of the action
    action_id   INTEGER NOT NULL,        -- the action
    unit_id     INTEGER NOT NULL,        -- the unit, known or proposed
    part        TEXT NOT NULL,           -- lead, supporting
    item        INTEGER NOT NULL,        -- order as printed or given
    name        TEXT NOT NULL,           -- as the text or the office named it
    origin      TEXT NOT NULL,           -- text, office
    PRIMARY KEY (region_code, action_id, part, unit_id)
);

-- Progress: one row a report; rows are only added. The office's changes of state stand here too, so that every past day can be shown.
-- @table report distributed journalled
CREATE TABLE report (
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
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, line_id, client_id)
);
CREATE INDEX report_by_line ON report (region_code, line_id, done_on, id);
CREATE INDEX report_by_time ON report (region_code, at_us, id);
