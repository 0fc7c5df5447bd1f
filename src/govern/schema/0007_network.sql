-- networks, alliances, associations, overseas offices, channels and agencies that act together: members, functions, dated entries, figures, shared records.

-- What a network (the matter) says of its own.
-- @table network distributed journalled
CREATE TABLE network (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    visible     TEXT NOT NULL,           -- who sees it: members, all (who may read anything), public
    PRIMARY KEY (region_code, matter_id)
);
CREATE INDEX network_by_visible ON network (visible, matter_id);

-- A member for a time: a unit, or a party outside (university, association, firm, mission, overseas office, channel).
-- @table network_member distributed journalled
CREATE TABLE network_member (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    id          INTEGER NOT NULL,        -- 63-bit id
    unit_id     INTEGER,                 -- the unit; NULL: outside
    name        TEXT NOT NULL,           -- of the outside party; empty: a unit
    kind        TEXT NOT NULL,           -- unit, university, association, firm, our_mission, foreign_mission, overseas_office, channel, tourism, other
    country     TEXT NOT NULL,           -- country or region it stands for, such as 日本; empty: none
    post        TEXT NOT NULL,           -- the post that answers for it; no person; empty: not said
    contact     TEXT NOT NULL,           -- an office's telephone or address; empty: none
    from_on     TEXT NOT NULL,           -- first day
    to_on       TEXT,                    -- first day no longer; NULL: still
    end_reason  TEXT NOT NULL,           -- why it left; empty: it has not
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX network_member_by_unit ON network_member (unit_id, matter_id);

-- What a network does: liaison, investment, promotion, talent.
-- @table network_function distributed journalled
CREATE TABLE network_function (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    code        TEXT NOT NULL,           -- short word
    title       TEXT NOT NULL,           -- as people call it
    ordinal     INTEGER NOT NULL,        -- its place among the others
    PRIMARY KEY (region_code, matter_id, code)
);

-- Who answers for a function at a member, and the unit at home that takes over what comes of it.
-- @table network_charge distributed journalled
CREATE TABLE network_charge (
    region_code   TEXT NOT NULL,         -- of the network
    matter_id     INTEGER NOT NULL,      -- the network
    id            INTEGER NOT NULL,      -- 63-bit id
    member_id     INTEGER NOT NULL,      -- the member
    function_code TEXT NOT NULL,         -- the function
    post          TEXT NOT NULL,         -- the post that answers for it; no person
    contact       TEXT NOT NULL,         -- an office's telephone or address; empty: none
    home_unit_id  INTEGER,               -- unit that takes over; NULL: the network's own
    from_on       TEXT NOT NULL,         -- first day
    to_on         TEXT,                  -- first day no longer; NULL: still
    PRIMARY KEY (region_code, matter_id, id)
);

-- Something dated: a programme, a joint product, a pledge of a member, a visit, an event.
-- @table network_entry distributed journalled
CREATE TABLE network_entry (
    region_code   TEXT NOT NULL,         -- of the network
    matter_id     INTEGER NOT NULL,      -- the network
    id            INTEGER NOT NULL,      -- 63-bit id
    kind          TEXT NOT NULL,         -- programme, product, pledge, visit, event
    title         TEXT NOT NULL,         -- name
    text          TEXT NOT NULL,         -- what it is; the words of a pledge
    member_id     INTEGER,               -- whose it is; NULL: the network's
    unit_id       INTEGER,               -- unit that answers for it; NULL: the network's own
    country       TEXT NOT NULL,         -- of a visit; empty: none
    place         TEXT NOT NULL,         -- where; empty: not said
    from_on       TEXT NOT NULL,         -- first day
    until_on      TEXT NOT NULL,         -- last day
    state         TEXT NOT NULL,         -- planned, confirmed, under_way, done, cancelled; of a pledge made, kept, broken
    quantity_unit TEXT NOT NULL,         -- what its figures count, such as 人; empty: nothing
    planned       INTEGER,               -- how many; NULL: not said
    is_public     INTEGER NOT NULL,      -- 1: in the public calendar when the network is public
    reason        TEXT NOT NULL,         -- of the last step; empty: none
    version       INTEGER NOT NULL,      -- counts changes: the sequence in calendars
    created_at_us INTEGER NOT NULL,      -- when it was entered
    changed_at_us INTEGER NOT NULL,      -- last change
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX network_entry_by_day ON network_entry (region_code, matter_id, from_on);

-- A figure of an entry: how many on a day. A wrong one is struck out with a reason, never changed.
-- @table network_figure distributed journalled
CREATE TABLE network_figure (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    id          INTEGER NOT NULL,        -- 63-bit id
    entry_id    INTEGER NOT NULL,        -- the entry
    made_on     TEXT NOT NULL,           -- day
    value       INTEGER NOT NULL,        -- how many of the entry's quantity_unit
    member_id   INTEGER,                 -- member it comes from; NULL: not said
    place       TEXT NOT NULL,           -- where they went, such as the firm that took them; empty: not said
    note        TEXT NOT NULL,           -- where the number comes from; empty: not said
    unit_id     INTEGER NOT NULL,        -- unit that entered it
    void_reason TEXT NOT NULL,           -- why it does not count; empty: it counts
    at_us       INTEGER NOT NULL,        -- when it was entered
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX network_figure_by_entry ON network_figure (region_code, matter_id, entry_id);

-- A record of a firm that several agencies keep together: read by who works in one of them, and by nobody else.
-- @table network_record distributed scoped journalled
CREATE TABLE network_record (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    id          INTEGER NOT NULL,        -- 63-bit id
    firm        TEXT NOT NULL,           -- name of the firm
    code        TEXT NOT NULL,           -- its unified social credit code (GB 32100)
    kind        TEXT NOT NULL,           -- export (出口生产加工), oem (定牌加工)
    address     TEXT NOT NULL,           -- where it works; empty: not said
    text        TEXT NOT NULL,           -- what it makes, its own controls
    keeper_id   INTEGER NOT NULL,        -- agency that opened it
    opened_on   TEXT NOT NULL,           -- day
    at_us       INTEGER NOT NULL,        -- when it was entered
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX network_record_by_code ON network_record (region_code, matter_id, code);

-- An agency that shares a record.
-- @table network_record_agency distributed journalled
CREATE TABLE network_record_agency (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    record_id   INTEGER NOT NULL,        -- the record
    unit_id     INTEGER NOT NULL,        -- the agency
    id          INTEGER NOT NULL,        -- 63-bit id
    from_on     TEXT NOT NULL,           -- first day
    to_on       TEXT,                    -- day on which it ended; NULL: still
    reason      TEXT NOT NULL,           -- why it ended; empty: it has not
    PRIMARY KEY (region_code, matter_id, record_id, id)
);

-- Who had the firm work for them, as filed (委托方备案).
-- @table network_record_filing distributed journalled
CREATE TABLE network_record_filing (
    region_code  TEXT NOT NULL,          -- of the network
    matter_id    INTEGER NOT NULL,       -- the network
    record_id    INTEGER NOT NULL,       -- the record
    id           INTEGER NOT NULL,       -- 63-bit id
    client       TEXT NOT NULL,          -- who commissioned
    country      TEXT NOT NULL,          -- where it is; empty: here
    right_number TEXT NOT NULL,          -- trade mark, patent or other right that it holds, with its number
    goods        TEXT NOT NULL,          -- what is made
    from_on      TEXT NOT NULL,          -- first day of the commission
    until_on     TEXT,                   -- last day; NULL: open
    unit_id      INTEGER NOT NULL,       -- agency that took the filing
    at_us        INTEGER NOT NULL,       -- when it was entered
    PRIMARY KEY (region_code, matter_id, record_id, id)
);

-- What an agency found or did.
-- @table network_record_note distributed journalled
CREATE TABLE network_record_note (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    record_id   INTEGER NOT NULL,        -- the record
    id          INTEGER NOT NULL,        -- 63-bit id
    unit_id     INTEGER NOT NULL,        -- the agency
    kind        TEXT NOT NULL,           -- inspection, service, risk, penalty
    text        TEXT NOT NULL,           -- what
    noted_on    TEXT NOT NULL,           -- day
    at_us       INTEGER NOT NULL,        -- when it was entered
    PRIMARY KEY (region_code, matter_id, record_id, id)
);

-- A look at a record: which agency, for what.
-- @table network_look distributed journalled
CREATE TABLE network_look (
    region_code TEXT NOT NULL,           -- of the network
    matter_id   INTEGER NOT NULL,        -- the network
    record_id   INTEGER NOT NULL,        -- the record
    id          INTEGER NOT NULL,        -- 63-bit id
    unit_id     INTEGER NOT NULL,        -- the agency
    actor_id    INTEGER NOT NULL,        -- principal who looked
    purpose     TEXT NOT NULL,           -- inspection, service, case, risk, filing
    at_us       INTEGER NOT NULL,        -- when
    PRIMARY KEY (region_code, matter_id, record_id, id)
);
