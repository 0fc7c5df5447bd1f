-- cases: reports of citizens, desks and inspectors, and what became of them. The obligation itself is a duty (subject_kind "case"); here stands what is
-- reported, where, by whom (sealed), and what everybody may know of it. Days are ISO text; positions are millionths of a degree (WGS 84).

-- A case. Its state is the duty's; a copy stands here for lists and for the public.
-- @table case_file distributed scoped journalled
CREATE TABLE case_file (
    region_code     TEXT NOT NULL,        -- home: of the unit that took it; never changed
    id              INTEGER NOT NULL,     -- 63-bit id
    number          TEXT NOT NULL,        -- AJ-330100-20261124-000001
    duty_id         INTEGER NOT NULL,     -- the duty that it runs on
    pack            TEXT NOT NULL,        -- word of the catalogue
    pack_hash       TEXT NOT NULL,        -- the catalogue's text under which it was opened (duty_pack)
    type            TEXT NOT NULL,        -- word of its type
    channel         TEXT NOT NULL,        -- web, telephone, letter, visit, inspector, batch, open311
    secrecy         TEXT NOT NULL,        -- open (a name is given), confidential (sealed, opened only by role), anonymous (none)
    is_public       INTEGER NOT NULL,     -- 1: released by a desk: in public lists
    mark            TEXT NOT NULL,        -- received, filed, dispatched, handling, done, closed, refused: what its state means
    state           TEXT NOT NULL,        -- the duty's
    place_code      TEXT NOT NULL,        -- county or street; empty when only the city is known
    address         TEXT NOT NULL,        -- in words; empty when only a position is given
    lat_e6          INTEGER,              -- degrees north in millionths; NULL: not given
    long_e6         INTEGER,              -- degrees east in millionths; NULL: not given
    text            TEXT NOT NULL,        -- as reported
    public_text     TEXT NOT NULL,        -- as everybody may read it: masked, or as the desk wrote it
    attributes      TEXT NOT NULL,        -- JSON object: the answers to the type's fields
    intake_id       INTEGER NOT NULL,     -- unit that took it and looks at the result
    handler_id      INTEGER NOT NULL,     -- unit that holds it now
    about_unit_id   INTEGER,              -- unit that the report is against; NULL: none. It never sees it
    client_id       TEXT,                 -- the sender's own id, so that a repeated sending makes no second one; NULL: none
    reported_at_us  INTEGER NOT NULL,     -- when it came in
    filed_at_us     INTEGER,              -- when it was first filed; NULL: not yet
    dispatched_at_us INTEGER,             -- when it first went to a unit; NULL: not yet
    done_at_us      INTEGER,              -- when a unit last fed back; NULL: not yet
    closed_at_us    INTEGER,              -- when it was closed or refused; NULL: open
    expected_at_us  INTEGER,              -- when the handling unit's clock runs out; NULL: none runs
    due_at_us       INTEGER,              -- when the last of those ran or would have run out; NULL: none ran yet
    overdue         INTEGER NOT NULL,     -- clocks that ran out
    returns         INTEGER NOT NULL,     -- times returned
    reworks         INTEGER NOT NULL,     -- times sent back after feedback, by the verifier or the reporter
    disputes        INTEGER NOT NULL,     -- times the reporter said that it is not fixed
    crossings       INTEGER NOT NULL,     -- times it went over a city's border
    me_too          INTEGER NOT NULL,     -- others who reported the same
    merged_into_id  INTEGER,              -- the case that it was merged into; NULL: none
    satisfaction    INTEGER,              -- the reporter's mark, 1 to 5; NULL: none
    photos          INTEGER NOT NULL,     -- pictures that came with it
    updated_at_us   INTEGER NOT NULL,     -- last change
    version         INTEGER NOT NULL,     -- counts changes, for If-Match
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, client_id)
);
CREATE INDEX case_file_by_id ON case_file (id);
CREATE INDEX case_file_by_number ON case_file (number);
CREATE INDEX case_file_by_mark ON case_file (mark, id);
CREATE INDEX case_file_by_handler ON case_file (handler_id, mark, id);
CREATE INDEX case_file_by_intake ON case_file (intake_id, mark, id);
CREATE INDEX case_file_by_place ON case_file (region_code, type, lat_e6);
CREATE INDEX case_file_by_public ON case_file (is_public, id);
CREATE INDEX case_file_by_day ON case_file (reported_at_us, id);

-- Units that may see a case.
-- @table case_file_party distributed
CREATE TABLE case_file_party (
    region_code TEXT NOT NULL,            -- of the case
    object_id   INTEGER NOT NULL,         -- the case
    unit_id     INTEGER NOT NULL,         -- who
    part        TEXT NOT NULL,            -- intake, handler
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX case_file_party_by_unit ON case_file_party (unit_id, object_id);

-- Who reported it. Every value is sealed under the case's own key; each opening is in the journal.
-- @table case_reporter distributed journalled
CREATE TABLE case_reporter (
    region_code     TEXT NOT NULL,        -- of the case
    id              INTEGER NOT NULL,     -- 63-bit id
    case_id         INTEGER NOT NULL,     -- the case
    part            TEXT NOT NULL,        -- reporter, or me_too
    name            BLOB,                 -- sealed; NULL: not given
    telephone       BLOB,                 -- sealed; NULL: not given
    email           BLOB,                 -- sealed; NULL: not given
    telephone_index BLOB,                 -- keyed hash, for the desk that keys a call and looks for earlier reports; NULL: none
    at_us           INTEGER NOT NULL,     -- when
    PRIMARY KEY (region_code, id)
);
CREATE INDEX case_reporter_by_case ON case_reporter (region_code, case_id, id);
CREATE INDEX case_reporter_by_telephone ON case_reporter (telephone_index);

-- What was said on the way: to the reporter, to everybody, or among the units.
-- @table case_note distributed journalled
CREATE TABLE case_note (
    region_code TEXT NOT NULL,            -- of the case
    id          INTEGER NOT NULL,         -- 63-bit id
    case_id     INTEGER NOT NULL,         -- the case
    audience    TEXT NOT NULL,            -- internal, reporter, public
    text        TEXT NOT NULL,            -- the words
    by_reporter INTEGER NOT NULL,         -- 1: the reporter wrote it
    actor_id    INTEGER NOT NULL,         -- principal; 0: the system or the reporter
    at_us       INTEGER NOT NULL,         -- when
    PRIMARY KEY (region_code, id)
);
CREATE INDEX case_note_by_case ON case_note (region_code, case_id, id);

-- Who answers for a type at a place when it is not the unit that the pack names.
-- @table case_route reference journalled
CREATE TABLE case_route (
    id         INTEGER PRIMARY KEY,       -- 63-bit id
    pack       TEXT NOT NULL,             -- word of the catalogue
    type       TEXT NOT NULL,             -- word of the type; empty: all of the pack
    place_code TEXT NOT NULL,             -- street, county or city
    unit_id    INTEGER NOT NULL,          -- who
    reason     TEXT NOT NULL,             -- why it is so
    from_on    TEXT NOT NULL,             -- first day
    to_on      TEXT                       -- first day no longer; NULL: still
);
CREATE INDEX case_route_by_place ON case_route (place_code);
