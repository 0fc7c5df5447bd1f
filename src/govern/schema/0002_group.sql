-- govern: what all topics share (matters, their parties, duties about them), and leading groups, committees and their offices.

-- A matter of any topic: a body, a power, a standard, a document, a clean-up, a pilot. What the topic adds stands in tables of its own.
-- @table matter distributed scoped journalled
CREATE TABLE matter (
    region_code     TEXT NOT NULL,       -- home region of its unit
    id              INTEGER NOT NULL,    -- 63-bit id
    number          TEXT NOT NULL,       -- what people read: LD-330100-20261124-000001
    kind            TEXT NOT NULL,       -- topic: group, power, standard, document, cleanup, pilot
    form            TEXT NOT NULL,       -- kind within the topic, such as leading_group
    code            TEXT NOT NULL,       -- short code given by the office; empty: none
    title           TEXT NOT NULL,       -- name
    text            TEXT NOT NULL,       -- what it is for
    unit_id         INTEGER NOT NULL,    -- unit that keeps it
    parent_id       INTEGER,             -- matter above it; NULL: none
    place_code      TEXT NOT NULL,       -- division it is about; empty: none
    document_number TEXT NOT NULL,       -- document that founds it; empty: none
    from_on         TEXT NOT NULL,       -- first day on which it holds
    to_on           TEXT,                -- first day no longer; NULL: still
    due_on          TEXT,                -- day by which it is to be done; NULL: none
    source_id       INTEGER,             -- outline it follows from; NULL: none, or only words
    source_words    TEXT NOT NULL,       -- the plan or document it follows from, in words; empty: none
    state           TEXT NOT NULL,       -- of the topic
    is_open         INTEGER NOT NULL,    -- 1: everybody who may read anything reads it
    opened_at_us    INTEGER NOT NULL,    -- when it was entered
    updated_at_us   INTEGER NOT NULL,    -- last change
    version         INTEGER NOT NULL,    -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX matter_by_id ON matter (id);
CREATE INDEX matter_by_kind ON matter (kind, id);
CREATE INDEX matter_by_parent ON matter (parent_id);
CREATE INDEX matter_by_code ON matter (kind, code);

-- Units that see a matter.
-- @table matter_party distributed
CREATE TABLE matter_party (
    region_code TEXT NOT NULL,           -- of the matter
    object_id   INTEGER NOT NULL,        -- the matter
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, party, member
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX matter_party_by_unit ON matter_party (unit_id, object_id);

-- A duty about a matter, with what its last change left.
-- @table matter_duty distributed journalled
CREATE TABLE matter_duty (
    region_code TEXT NOT NULL,           -- of the matter
    matter_id   INTEGER NOT NULL,        -- the matter
    duty_id     INTEGER NOT NULL,        -- the duty
    item        TEXT NOT NULL,           -- what of the matter it is for (an id or code of a detail); empty: the whole
    title       TEXT NOT NULL,           -- of the duty
    holder_id   INTEGER NOT NULL,        -- unit that is to do it
    due_on      TEXT,                    -- day; NULL: none
    state       TEXT NOT NULL,           -- of the duty's machine
    percent     INTEGER NOT NULL,        -- as last reported
    is_final    INTEGER NOT NULL,        -- 1: it has come to its end
    PRIMARY KEY (region_code, matter_id, duty_id)
);
CREATE INDEX matter_duty_by_duty ON matter_duty (duty_id);

-- A seat in a body: a unit's post, for a time. No person stands here.
-- @table group_member distributed journalled
CREATE TABLE group_member (
    region_code TEXT NOT NULL,           -- of the body
    matter_id   INTEGER NOT NULL,        -- the body
    id          INTEGER NOT NULL,        -- 63-bit id
    unit_id     INTEGER NOT NULL,        -- unit whose post it is
    place       TEXT NOT NULL,           -- head, deputy, member, office (the unit that is its working office)
    post        TEXT NOT NULL,           -- the post that sits there, such as 局长
    contact     TEXT NOT NULL,           -- an office's telephone or address; empty: none
    resources   TEXT NOT NULL,           -- what the member brings in; empty: not said
    from_on     TEXT NOT NULL,           -- first day
    to_on       TEXT,                    -- first day no longer; NULL: still
    end_reason  TEXT NOT NULL,           -- why it ended; empty: it has not
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX group_member_by_unit ON group_member (unit_id, matter_id);

-- What a member unit answers for in a body.
-- @table group_charge distributed journalled
CREATE TABLE group_charge (
    region_code TEXT NOT NULL,           -- of the body
    matter_id   INTEGER NOT NULL,        -- the body
    id          INTEGER NOT NULL,        -- 63-bit id
    unit_id     INTEGER NOT NULL,        -- the member unit
    topic       TEXT NOT NULL,           -- short word by which it is found, such as 专利
    part        TEXT NOT NULL,           -- lead, supporting
    text        TEXT NOT NULL,           -- what it does; empty: the topic says it
    from_on     TEXT NOT NULL,           -- first day
    to_on       TEXT,                    -- first day no longer; NULL: still
    PRIMARY KEY (region_code, matter_id, id)
);

-- Mandates, one after the other, and decisions of a body.
-- @table group_text distributed journalled
CREATE TABLE group_text (
    region_code     TEXT NOT NULL,       -- of the body
    matter_id       INTEGER NOT NULL,    -- the body
    id              INTEGER NOT NULL,    -- 63-bit id
    what            TEXT NOT NULL,       -- mandate, decision
    title           TEXT NOT NULL,       -- short
    text            TEXT NOT NULL,       -- the words
    document_number TEXT NOT NULL,       -- of the document that says it; empty: none
    from_on         TEXT NOT NULL,       -- a mandate's first day; the day of a decision
    to_on           TEXT,                -- a mandate's first day no longer; NULL: still, or a decision
    PRIMARY KEY (region_code, matter_id, id)
);
