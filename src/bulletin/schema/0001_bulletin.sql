-- bulletins (通报): what was said about the work of a period. The figures are a file of their own (figures_sha256), computed once and never by hand;
-- what is published is one file (content_sha256) that holds text and figures, and no row says anything else about it.

-- One bulletin, or a year's white paper.
-- @table bulletin distributed scoped journalled
CREATE TABLE bulletin (
    region_code     TEXT NOT NULL,       -- home region of the issuing office
    id              INTEGER NOT NULL,    -- 63-bit id
    number          TEXT NOT NULL,       -- what people read before it has a document number: TB-330100-20261124-000001
    kind            TEXT NOT NULL,       -- week, month, year
    template        TEXT NOT NULL,       -- word of its template
    lang            TEXT NOT NULL,       -- zh, en: the language that it is written in
    unit_id         INTEGER NOT NULL,    -- issuing office
    outline_ids     TEXT NOT NULL,       -- JSON array of the outlines that it is limited to, sorted; []: all live ones of the office
    scope_region    TEXT NOT NULL,       -- city that it is limited to; empty: all
    from_on         TEXT NOT NULL,       -- first day of the period
    until_on        TEXT NOT NULL,       -- its last day: everything is as of this day
    title           TEXT NOT NULL,       -- may name values in braces
    recipients      TEXT NOT NULL,       -- 主送
    signer          TEXT NOT NULL,       -- 发文机关署名
    state           TEXT NOT NULL,       -- draft, submitted, approved, published, superseded, discarded
    year            INTEGER,             -- of its document number; NULL: not published
    seq             INTEGER,             -- number in that year; NULL: not published
    document_number TEXT NOT NULL,       -- 发文字号; empty: not published
    signed_on       TEXT,                -- day of the document; NULL: not published
    figures_sha256  TEXT NOT NULL,       -- the figures (JSON)
    content_sha256  TEXT,                -- what was published (JSON); NULL: not published
    previous_id     INTEGER,             -- the bulletin before, whose ranks are compared; NULL: none
    corrects_id     INTEGER,             -- the published one that this corrects (更正); NULL: none
    correct_reason  TEXT NOT NULL,       -- why; empty when it corrects none
    superseded_by   INTEGER,             -- its correction; NULL: it holds
    return_reason   TEXT NOT NULL,       -- why it came back last; empty when it did not
    is_public       INTEGER NOT NULL,    -- 1: the public may read it (published, and of public outlines alone)
    created_by      INTEGER NOT NULL,    -- principal
    created_at_us   INTEGER NOT NULL,    -- when it was drafted
    computed_at_us  INTEGER NOT NULL,    -- when its figures were read
    approved_by     INTEGER,             -- who signed it; NULL: nobody yet
    approved_at_us  INTEGER,             -- when
    published_by    INTEGER,             -- who issued it; NULL: nobody yet
    published_at_us INTEGER,             -- when
    version         INTEGER NOT NULL,    -- counts changes, for If-Match
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, unit_id, year, seq)
);
CREATE INDEX bulletin_by_id ON bulletin (id);
CREATE INDEX bulletin_by_public ON bulletin (is_public, published_at_us, id);
CREATE INDEX bulletin_by_series ON bulletin (region_code, unit_id, template, until_on);

-- Units that see a bulletin: the office, and from publication on every unit in it.
-- @table bulletin_party distributed
CREATE TABLE bulletin_party (
    region_code TEXT NOT NULL,           -- of the bulletin
    object_id   INTEGER NOT NULL,        -- the bulletin
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, reader
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX bulletin_party_by_unit ON bulletin_party (unit_id, object_id);

-- A section of its text, as written: values stand in braces.
-- @table bulletin_section distributed journalled
CREATE TABLE bulletin_section (
    region_code TEXT NOT NULL,           -- of the bulletin
    bulletin_id INTEGER NOT NULL,        -- the bulletin
    ordinal     INTEGER NOT NULL,        -- 1, 2, …
    word        TEXT NOT NULL,           -- of the template's section; empty: added by the writer
    heading     TEXT NOT NULL,           -- empty: none
    body        TEXT NOT NULL,           -- paragraphs, a line each
    PRIMARY KEY (region_code, bulletin_id, ordinal)
);

-- Who wrote at it: none of them may sign it.
-- @table bulletin_writer distributed journalled
CREATE TABLE bulletin_writer (
    region_code TEXT NOT NULL,           -- of the bulletin
    bulletin_id INTEGER NOT NULL,        -- the bulletin
    person_id   INTEGER NOT NULL,        -- the person behind the principal; 0: the system
    PRIMARY KEY (region_code, bulletin_id, person_id)
);
