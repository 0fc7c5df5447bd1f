-- requests between cities, units and parties outside: who asks whom, the turns of asking, who joined, on which agendas.

-- What a request (the matter) says of its own.
-- @table coop_request distributed journalled
CREATE TABLE coop_request (
    region_code   TEXT NOT NULL,         -- of the request
    matter_id     INTEGER NOT NULL,      -- the request
    direction     TEXT NOT NULL,         -- inside (unit to unit), out (to a party outside), in (from one)
    to_unit_id    INTEGER NOT NULL,      -- unit that is asked; of out: the unit that follows it up
    outside       TEXT NOT NULL,         -- the party outside; empty: none
    country       TEXT NOT NULL,         -- country or region of it; empty: none
    channel       TEXT NOT NULL,         -- way by which it goes or came, such as 领事渠道; empty: directly
    network_id    INTEGER,               -- network it comes from; NULL: none
    member_id     INTEGER,               -- member of the network; NULL: none
    entry_id      INTEGER,               -- entry of the network, such as a visit; NULL: none
    function_code TEXT NOT NULL,         -- function of the network; empty: none
    reply_due_on  TEXT NOT NULL,         -- day by which it is to be answered and done
    duty_id       INTEGER NOT NULL,      -- the duty that carries it now
    PRIMARY KEY (region_code, matter_id)
);
CREATE INDEX coop_request_by_id ON coop_request (matter_id);
CREATE INDEX coop_request_by_network ON coop_request (network_id, matter_id);
CREATE INDEX coop_request_by_country ON coop_request (country, matter_id);
CREATE INDEX coop_request_by_to ON coop_request (to_unit_id, matter_id);
CREATE INDEX coop_request_by_due ON coop_request (reply_due_on, matter_id);
CREATE INDEX coop_request_by_duty ON coop_request (duty_id);

-- A turn of asking: one unit, one duty, one answer.
-- @table coop_request_turn distributed journalled
CREATE TABLE coop_request_turn (
    region_code     TEXT NOT NULL,       -- of the request
    matter_id       INTEGER NOT NULL,    -- the request
    duty_id         INTEGER NOT NULL,    -- the duty
    to_unit_id      INTEGER NOT NULL,    -- who was asked
    asked_on        TEXT NOT NULL,       -- day
    note            TEXT NOT NULL,       -- why it went to this unit; empty: the first one
    answer          TEXT NOT NULL,       -- accepted, declined; empty: none yet
    answered_on     TEXT,                -- day; NULL: not yet
    text            TEXT NOT NULL,       -- words of the answer; the reason of a refusal
    document_number TEXT NOT NULL,       -- letter that gives it; empty: none
    PRIMARY KEY (region_code, matter_id, duty_id)
);
CREATE INDEX coop_request_turn_by_duty ON coop_request_turn (duty_id);

-- A member of an association that stands with the others.
-- @table coop_request_join distributed journalled
CREATE TABLE coop_request_join (
    region_code TEXT NOT NULL,           -- of the request
    matter_id   INTEGER NOT NULL,        -- the request
    member_id   INTEGER NOT NULL,        -- member of the network
    text        TEXT NOT NULL,           -- what it bears or brings; empty: not said
    joined_on   TEXT NOT NULL,           -- day
    PRIMARY KEY (region_code, matter_id, member_id)
);

-- A request on the agenda of a joint meeting.
-- @table coop_request_agenda distributed journalled
CREATE TABLE coop_request_agenda (
    region_code TEXT NOT NULL,           -- of the request
    matter_id   INTEGER NOT NULL,        -- the request
    session_id  INTEGER NOT NULL,        -- the meeting's session
    item_id     INTEGER NOT NULL,        -- item of its agenda
    put_on      TEXT NOT NULL,           -- day on which it was put there
    PRIMARY KEY (region_code, matter_id, session_id)
);
