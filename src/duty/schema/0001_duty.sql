-- duty: duties, who has a part in them, their clocks, sources, reports, urges, slips, recurrences.
-- Children of a duty have no party table of their own: they are read only behind their scoped duty. Days are ISO text.

-- A pack's text as it was when something first ran under it; never changed.
-- @table duty_pack reference
CREATE TABLE duty_pack (
    hash            TEXT NOT NULL,        -- BLAKE2b-256 of the text, hex
    kind            TEXT NOT NULL,        -- machine, lights, urging, slips
    word            TEXT NOT NULL,        -- the machine's word; empty for the others
    body            TEXT NOT NULL,        -- the YAML
    activated_at_us INTEGER,              -- NULL: only pinned; else from when it is the one in force (the latest counts)
    PRIMARY KEY (hash)
);

-- A duty: what a unit has to do for another one.
-- @table duty distributed scoped journalled
CREATE TABLE duty (
    region_code    TEXT NOT NULL,         -- home: the assigner's region
    id             INTEGER NOT NULL,      -- 63-bit id
    number         TEXT NOT NULL,         -- DB-330100-20261124-000001
    subject_kind   TEXT NOT NULL,         -- what it is about: action, case, resolution…
    subject_id     INTEGER NOT NULL,      -- its id
    title          TEXT NOT NULL,         -- what is to be done
    machine        TEXT NOT NULL,         -- word of its machine
    machine_hash   TEXT NOT NULL,         -- the machine's text that it runs under to its end (duty_pack)
    state          TEXT NOT NULL,         -- of that machine
    final          INTEGER NOT NULL,      -- 1: an end
    suspended      INTEGER NOT NULL,      -- 1: clocks stand still
    holder_id      INTEGER NOT NULL,      -- unit that has to do it
    assigner_id    INTEGER NOT NULL,      -- unit that handed it over
    counterpart_id INTEGER,               -- other side; NULL: none
    supervisor_id  INTEGER,               -- who supervises; NULL: the assigner
    parent_id      INTEGER,               -- duty of which it is a part; NULL: none
    ordinal        INTEGER NOT NULL,      -- order among the parts
    part           TEXT NOT NULL,         -- lead, supporting, responsible, implementing
    weight         INTEGER NOT NULL,      -- share among the parts
    percent        INTEGER NOT NULL,      -- 0 to 100, by the latest submitted report
    start_on       TEXT NOT NULL,         -- first day of the plan
    due_on         TEXT,                  -- last day, inclusive; NULL: none
    first_due_on   TEXT,                  -- as it was at first, whatever was extended
    due_key        TEXT NOT NULL,         -- due_on, or 9999-12-31: for sorting
    clock          TEXT NOT NULL,         -- clock that runs now; empty when none
    clock_due_us   INTEGER,               -- when it runs out; NULL: never
    returns        INTEGER NOT NULL,      -- times returned
    extensions     INTEGER NOT NULL,      -- times extended
    reports        INTEGER NOT NULL,      -- submitted reports
    evidence       INTEGER NOT NULL,      -- files
    overdue_at_us  INTEGER,               -- when a clock first ran out; NULL: never; nothing erases it
    overdue_count  INTEGER NOT NULL,      -- clocks that ran out
    report_every   TEXT NOT NULL,         -- week, month, quarter, year; empty: no rhythm
    report_by_on   TEXT,                  -- day by which the next report is due; NULL: none
    last_report_on TEXT,                  -- day of the latest submitted report; NULL: none
    unconfirmed    INTEGER NOT NULL,      -- entries made for the unit that it has not confirmed
    crosses_border INTEGER NOT NULL,      -- 1: holder and assigner are of different cities
    recurrence_id  INTEGER,               -- what made it; NULL: a person
    opened_at_us   INTEGER NOT NULL,      -- when
    closed_at_us   INTEGER,               -- when it came to its end; NULL: open
    updated_at_us  INTEGER NOT NULL,      -- last change
    version        INTEGER NOT NULL,      -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX duty_by_id ON duty (id);
CREATE INDEX duty_by_due ON duty (final, due_key, id);
CREATE INDEX duty_by_subject ON duty (subject_kind, subject_id, id);
CREATE INDEX duty_by_holder ON duty (holder_id, final, due_key, id);
CREATE INDEX duty_by_parent ON duty (region_code, parent_id, ordinal);

-- Units that may see a duty.
-- @table duty_party distributed
CREATE TABLE duty_party (
    region_code TEXT NOT NULL,            -- of the duty
    object_id   INTEGER NOT NULL,         -- the duty
    unit_id     INTEGER NOT NULL,         -- who
    part        TEXT NOT NULL,            -- holder, assigner, counterpart, supervisor, former
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX duty_party_by_unit ON duty_party (unit_id, object_id);

-- A clock of one unit: its time alone, never counted to another.
-- @table duty_clock distributed journalled
CREATE TABLE duty_clock (
    region_code      TEXT NOT NULL,       -- of the duty
    duty_id          INTEGER NOT NULL,    -- the duty
    seq              INTEGER NOT NULL,    -- 1, 2, …
    clock            TEXT NOT NULL,       -- word of the machine's clock
    unit_id          INTEGER NOT NULL,    -- whose time
    unit             INTEGER NOT NULL,    -- enum duty_unit of its limit
    n                INTEGER NOT NULL,    -- of its limit
    due_day          INTEGER,             -- day number of a limit by date; NULL: none
    started_us       INTEGER NOT NULL,    -- first start
    used_us          INTEGER NOT NULL,    -- counted time of closed stretches
    running_since_us INTEGER NOT NULL,    -- start of the open stretch; 0: stands still
    due_us           INTEGER,             -- when it runs out; NULL: never or standing
    overdue_at_us    INTEGER,             -- when it ran out; NULL: it did not; nothing erases it
    closed           INTEGER NOT NULL,    -- 1: goes on no more
    PRIMARY KEY (region_code, duty_id, seq)
);

-- Where a duty comes from: one duty may serve several, one report feeds them all.
-- @table duty_source distributed journalled
CREATE TABLE duty_source (
    region_code TEXT NOT NULL,            -- of the duty
    duty_id     INTEGER NOT NULL,         -- the duty
    kind        TEXT NOT NULL,            -- action, instruction, resolution, proposal, case, warning
    source_id   INTEGER NOT NULL,         -- its id; 0: only words
    words       TEXT NOT NULL,            -- how people call it
    unit_id     INTEGER,                  -- unit that it comes from; NULL: not known
    PRIMARY KEY (region_code, duty_id, kind, source_id, words)
);
CREATE INDEX duty_source_by_source ON duty_source (kind, source_id, duty_id);

-- A report on a duty: drafted by a clerk, submitted when the head or the stand-in approves. Never taken away.
-- @table duty_report distributed journalled
CREATE TABLE duty_report (
    region_code    TEXT NOT NULL,         -- of the duty
    id             INTEGER NOT NULL,      -- 63-bit id
    duty_id        INTEGER NOT NULL,      -- the duty
    unit_id        INTEGER NOT NULL,      -- unit that reports
    state          TEXT NOT NULL,         -- draft, submitted, returned
    percent        INTEGER NOT NULL,      -- 0 to 100
    text           TEXT NOT NULL,         -- what was done
    reason         TEXT NOT NULL,         -- why progress went back; empty when it did not
    figures        TEXT NOT NULL,         -- JSON array of {name, value, unit}: against the quantities asked
    done_on        TEXT NOT NULL,         -- day for which it holds
    file_count     INTEGER NOT NULL,      -- files attached
    external       INTEGER NOT NULL,      -- 1: the office entered it for the unit (代录)
    confirmed_at_us INTEGER,              -- when the unit confirmed such an entry; NULL: not yet
    drafted_by     INTEGER NOT NULL,      -- principal
    drafted_at_us  INTEGER NOT NULL,      -- when
    decided_by     INTEGER,               -- who approved or returned the draft; NULL: nobody yet
    decided_at_us  INTEGER,               -- when
    return_reason  TEXT NOT NULL,         -- why it was returned; empty when it was not
    client_id      TEXT,                  -- the client's own id, so that a repeated request makes no second one; NULL: none
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, duty_id, client_id)
);
CREATE INDEX duty_report_by_duty ON duty_report (region_code, duty_id, id);

-- An urge (催办): by a rule of the pack or by hand.
-- @table duty_urge distributed journalled
CREATE TABLE duty_urge (
    region_code TEXT NOT NULL,            -- of the duty
    id          INTEGER NOT NULL,         -- 63-bit id
    duty_id     INTEGER NOT NULL,         -- the duty
    rule        TEXT NOT NULL,            -- word of the rule; manual
    rule_key    TEXT NOT NULL,            -- rule and due day: one urge each; the id for one by hand
    level       INTEGER NOT NULL,         -- 1 the unit, 2 its head, 3 the assigner's side
    unit_id     INTEGER NOT NULL,         -- who is urged
    text        TEXT NOT NULL,            -- words; empty for a rule's
    actor_id    INTEGER NOT NULL,         -- principal; 0: the rule
    at_us       INTEGER NOT NULL,         -- when
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, duty_id, rule_key)
);
CREATE INDEX duty_urge_by_duty ON duty_urge (region_code, duty_id, id);

-- A supervision slip (督办单).
-- @table duty_slip distributed journalled
CREATE TABLE duty_slip (
    region_code   TEXT NOT NULL,          -- of the duty
    id            INTEGER NOT NULL,       -- 63-bit id
    duty_id       INTEGER NOT NULL,       -- the duty
    number        TEXT NOT NULL,          -- DBD-330100-20261124-000001
    colour        TEXT NOT NULL,          -- of the pack: blue, yellow, red
    unit_id       INTEGER NOT NULL,       -- to whom
    issuer_id     INTEGER NOT NULL,       -- unit that issued it
    text          TEXT NOT NULL,          -- what is asked
    state         TEXT NOT NULL,          -- open, replied, lapsed, closed
    reply_due_us  INTEGER NOT NULL,       -- reply by
    lapsed_at_us  INTEGER,                -- when that passed without a reply; nothing erases it
    reply         TEXT NOT NULL,          -- the unit's reply; empty while none
    replied_at_us INTEGER,                -- when
    closed_at_us  INTEGER,                -- when the issuer closed it
    close_text    TEXT NOT NULL,          -- with which words
    issued_at_us  INTEGER NOT NULL,       -- when
    version       INTEGER NOT NULL,       -- counts changes
    PRIMARY KEY (region_code, id)
);
CREATE INDEX duty_slip_by_id ON duty_slip (id);
CREATE INDEX duty_slip_by_duty ON duty_slip (region_code, duty_id, id);

-- A duty that comes again: every quarter a report, say.
-- @table duty_recurrence distributed scoped journalled
CREATE TABLE duty_recurrence (
    region_code  TEXT NOT NULL,           -- the assigner's region
    id           INTEGER NOT NULL,        -- 63-bit id
    title        TEXT NOT NULL,           -- of the duties
    machine      TEXT NOT NULL,           -- of the duties
    subject_kind TEXT NOT NULL,           -- of the duties
    subject_id   INTEGER NOT NULL,        -- of the duties; 0: the recurrence itself
    holder_id    INTEGER NOT NULL,        -- of the duties
    assigner_id  INTEGER NOT NULL,        -- of the duties
    every        TEXT NOT NULL,           -- week, month, quarter, year
    due_days     INTEGER NOT NULL,        -- days from an instance's first day to its due day
    next_on      TEXT NOT NULL,           -- first day of the next instance
    until_on     TEXT,                    -- no instance after that day; NULL: without end
    made         INTEGER NOT NULL,        -- instances so far
    active       INTEGER NOT NULL,        -- 0: stopped
    version      INTEGER NOT NULL,        -- counts changes
    PRIMARY KEY (region_code, id)
);
CREATE INDEX duty_recurrence_by_id ON duty_recurrence (id);

-- Units that may see a recurrence.
-- @table duty_recurrence_party distributed
CREATE TABLE duty_recurrence_party (
    region_code TEXT NOT NULL,            -- of the recurrence
    object_id   INTEGER NOT NULL,         -- the recurrence
    unit_id     INTEGER NOT NULL,         -- who
    part        TEXT NOT NULL,            -- holder, assigner
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
