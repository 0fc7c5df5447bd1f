-- Meetings (联席会议, 共商机制, 委员会会议, 群众代表会议): bodies, their members, sessions, agenda, attendance, minutes, resolutions.
-- What belongs to a session has no party table of its own: it is read only behind its scoped session. Days are ISO text.

-- A body that meets.
-- @table meet_body distributed scoped journalled
CREATE TABLE meet_body (
    region_code     TEXT NOT NULL,        -- home region of its office
    id              INTEGER NOT NULL,     -- 63-bit id
    name            TEXT NOT NULL,        -- as printed
    kind            TEXT NOT NULL,        -- joint_conference, mechanism, committee, leading_group, advisers, residents, working
    level           TEXT NOT NULL,        -- region, city, county, town, village
    unit_id         INTEGER NOT NULL,     -- its office: calls the sessions, keeps the minutes
    purpose         TEXT NOT NULL,        -- what it is for, by which principles; may be empty
    rotates         TEXT NOT NULL,        -- how the host changes: none, session (each session the next), term (by the calendar)
    term_months     INTEGER NOT NULL,     -- length of a host's term; 0 unless it rotates by term
    rotates_from_on TEXT,                 -- first day of the first host's term; NULL unless it rotates by term
    quorum_percent  INTEGER NOT NULL,     -- share of the voting members that must be present to decide, 1 to 100
    rule            TEXT NOT NULL,        -- how it decides: consensus, majority (of those present), two_thirds (of those present)
    cadence         TEXT NOT NULL,        -- how often it has to meet: none, month, quarter, half_year, year
    past_sessions   INTEGER NOT NULL,     -- sessions before it was kept here: the first one here is number past_sessions + 1
    from_on         TEXT NOT NULL,        -- first day from which the cadence counts
    version         INTEGER NOT NULL,     -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX meet_body_by_id ON meet_body (id);

-- Units that may see a body.
-- @table meet_body_party distributed
CREATE TABLE meet_body_party (
    region_code TEXT NOT NULL,            -- of the body
    object_id   INTEGER NOT NULL,         -- the body
    unit_id     INTEGER NOT NULL,         -- who
    part        TEXT NOT NULL,            -- office, member
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX meet_body_party_by_unit ON meet_body_party (unit_id, object_id);

-- A member of a body.
-- @table meet_member distributed journalled
CREATE TABLE meet_member (
    region_code TEXT NOT NULL,            -- of the body
    body_id     INTEGER NOT NULL,         -- the body
    unit_id     INTEGER NOT NULL,         -- who
    ordinal     INTEGER NOT NULL,         -- place in the order of hosts, from 1; 0: never hosts
    voting      INTEGER NOT NULL,         -- 1: decides; 0: sits in (列席)
    from_on     TEXT NOT NULL,            -- first day
    to_on       TEXT,                     -- first day no longer; NULL: still
    PRIMARY KEY (region_code, body_id, unit_id)
);

-- A session of a body.
-- @table meet_session distributed scoped journalled
CREATE TABLE meet_session (
    region_code   TEXT NOT NULL,          -- of the body
    id            INTEGER NOT NULL,       -- 63-bit id
    body_id       INTEGER NOT NULL,       -- the body
    number        TEXT NOT NULL,          -- LX-330100-20261124-000001
    ordinal       INTEGER NOT NULL,       -- 3 for 第三次
    title         TEXT NOT NULL,          -- as printed
    theme         TEXT NOT NULL,          -- what it is about; may be empty
    host_id       INTEGER NOT NULL,       -- unit that hosts it
    turn_id       INTEGER,                -- unit whose turn it was when it was planned; NULL: the body does not rotate
    host_reason   TEXT NOT NULL,          -- why another one hosts it; empty when host and turn agree
    place         TEXT NOT NULL,          -- empty: not known yet
    starts_at_us  INTEGER,                -- NULL: not known yet
    ends_at_us    INTEGER,                -- NULL: open
    state         TEXT NOT NULL,          -- planned, called, held, minuted, closed, cancelled
    minutes       TEXT NOT NULL,          -- text of the minutes; empty: none, or in a file
    reason        TEXT NOT NULL,          -- of the last step that needed one
    called_at_us  INTEGER,                -- when the notice went out; NULL: not yet
    minuted_at_us INTEGER,                -- when the minutes were laid down for signature; NULL: not yet
    version       INTEGER NOT NULL,       -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX meet_session_by_id ON meet_session (id);
CREATE INDEX meet_session_by_body ON meet_session (region_code, body_id, id);

-- Units that may see a session.
-- @table meet_session_party distributed
CREATE TABLE meet_session_party (
    region_code TEXT NOT NULL,            -- of the session
    object_id   INTEGER NOT NULL,         -- the session
    unit_id     INTEGER NOT NULL,         -- who
    part        TEXT NOT NULL,            -- office, member, host, presenter, charged (a resolution's duty)
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX meet_session_party_by_unit ON meet_session_party (unit_id, object_id);

-- An item of a session's agenda.
-- @table meet_item distributed journalled
CREATE TABLE meet_item (
    region_code   TEXT NOT NULL,          -- of the session
    id            INTEGER NOT NULL,       -- 63-bit id
    session_id    INTEGER NOT NULL,       -- the session
    ordinal       INTEGER NOT NULL,       -- place on the agenda, from 1
    kind          TEXT NOT NULL,          -- item; follow_up: an open resolution of an earlier session that came back by itself
    title         TEXT NOT NULL,          -- what it is about
    presenter_id  INTEGER,                -- unit that presents it; NULL: nobody
    speaker       TEXT NOT NULL,          -- who speaks, in words; may be empty
    duration_min  INTEGER NOT NULL,       -- minutes of time planned for it; 0: not said
    late_reason   TEXT NOT NULL,          -- why it came on after the notice went out; empty: it was in time
    record        TEXT NOT NULL,          -- what was said, for the minutes; may be empty
    resolution_id INTEGER,                -- of a follow_up: the resolution; NULL for others
    PRIMARY KEY (region_code, id)
);
CREATE INDEX meet_item_by_session ON meet_item (region_code, session_id, ordinal);

-- Who attends a session: one row for each member of the day on which it was called.
-- @table meet_attendance distributed journalled
CREATE TABLE meet_attendance (
    region_code TEXT NOT NULL,            -- of the session
    session_id  INTEGER NOT NULL,         -- the session
    unit_id     INTEGER NOT NULL,         -- the member
    voting      INTEGER NOT NULL,         -- 1: decides
    status      TEXT NOT NULL,            -- expected, present, stand_in (a deputy came), excused, absent
    name        TEXT NOT NULL,            -- who represents it, as the unit names that person; empty: not named
    position    TEXT NOT NULL,            -- that person's office; may be empty
    at_us       INTEGER NOT NULL,         -- of the last change
    PRIMARY KEY (region_code, session_id, unit_id)
);

-- A member's signature under the minutes.
-- @table meet_signature distributed journalled
CREATE TABLE meet_signature (
    region_code TEXT NOT NULL,            -- of the session
    session_id  INTEGER NOT NULL,         -- the session
    unit_id     INTEGER NOT NULL,         -- the member
    name        TEXT NOT NULL,            -- who signed, as the unit names that person; may be empty
    at_us       INTEGER NOT NULL,         -- when
    actor_id    INTEGER NOT NULL,         -- principal
    PRIMARY KEY (region_code, session_id, unit_id)
);

-- What a session decided, or a piece of advice that it was given and what became of it.
-- @table meet_resolution distributed journalled
CREATE TABLE meet_resolution (
    region_code   TEXT NOT NULL,          -- of the session
    id            INTEGER NOT NULL,       -- 63-bit id
    body_id       INTEGER NOT NULL,       -- the body
    session_id    INTEGER NOT NULL,       -- the session
    item_id       INTEGER,                -- the agenda item that it came from; NULL: none
    number        TEXT NOT NULL,          -- JY-330100-20261124-000001
    ordinal       INTEGER NOT NULL,       -- number in its session, from 1
    kind          TEXT NOT NULL,          -- resolution (决议), advice (建议)
    text          TEXT NOT NULL,          -- its words
    proposer      TEXT NOT NULL,          -- who gave the advice, in words; empty for a resolution
    how           TEXT NOT NULL,          -- consensus, vote; office: the body's office takes up an advice or does not
    votes_for     INTEGER NOT NULL,       -- by consensus: all that were present
    votes_against INTEGER NOT NULL,       -- 0 by consensus
    abstained     INTEGER NOT NULL,       -- 0 by consensus
    present       INTEGER NOT NULL,       -- voting members present
    voting        INTEGER NOT NULL,       -- voting members of the session
    outcome       TEXT NOT NULL,          -- adopted, rejected
    reason        TEXT NOT NULL,          -- why an advice was not taken up; empty otherwise
    outline_id    INTEGER,                -- the outline that it adopts; NULL: none
    carry_out     INTEGER NOT NULL,       -- 1: something is to be done, so it stays open until its duties are
    duties        INTEGER NOT NULL,       -- duties opened from it
    open_duties   INTEGER NOT NULL,       -- of those and their parts, how many are not at an end
    decided_at_us INTEGER NOT NULL,       -- when it was entered
    PRIMARY KEY (region_code, id)
);
CREATE INDEX meet_resolution_by_id ON meet_resolution (id);
CREATE INDEX meet_resolution_by_session ON meet_resolution (region_code, session_id, ordinal);
CREATE INDEX meet_resolution_by_body ON meet_resolution (region_code, body_id, id);
