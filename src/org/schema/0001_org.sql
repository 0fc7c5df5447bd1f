-- org: regions and units through time, people, roles and rights, sign-in, files, notices.
-- Days are ISO text; valid_to_on is the first day on which the row no longer holds, NULL while it does.

-- Facts about the installation itself, one row each.
-- Not journalled: the program notes them itself at start.
-- @table instance_fact reference
CREATE TABLE instance_fact (
    name  TEXT NOT NULL,                 -- name_zh, name_en, region_code, demonstration, regions_hash, setup_done
    value TEXT NOT NULL,                 -- its value as text
    PRIMARY KEY (name)
);

-- Administrative divisions by GB/T 2260 code, each through its time.
-- Not journalled: loaded from the program's own list of published codes.
-- @table region reference
CREATE TABLE region (
    code          TEXT NOT NULL,         -- six digits; streets nine
    valid_from_on TEXT NOT NULL,         -- first day under this name and parent
    valid_to_on   TEXT,                  -- first day no longer; NULL: still
    name          TEXT NOT NULL,         -- official name in that time
    level         TEXT NOT NULL,         -- province, prefecture, county, street
    parent_code   TEXT NOT NULL,         -- code of the division above; 000000 above a province
    successors    TEXT NOT NULL,         -- codes that stand for it from valid_to_on on, joined by ";"; empty when none
    short_name    TEXT NOT NULL,         -- name without 省, 市, 县, 区 and the like, for look-up
    PRIMARY KEY (code, valid_from_on)
);
CREATE INDEX region_by_parent ON region (parent_code, code);
CREATE INDEX region_by_name ON region (name);
CREATE INDEX region_by_short_name ON region (short_name);

-- A region of cooperating cities.
-- @table cooperation reference journalled
CREATE TABLE cooperation (
    id      INTEGER NOT NULL,            -- 63-bit id
    name_zh TEXT NOT NULL,               -- its name
    name_en TEXT NOT NULL,               -- its name in English; may be empty
    version INTEGER NOT NULL,            -- counts edits, for If-Match
    PRIMARY KEY (id)
);

-- The cities and node counties of a cooperation through time.
-- @table cooperation_member reference journalled
CREATE TABLE cooperation_member (
    cooperation_id INTEGER NOT NULL REFERENCES cooperation (id), -- whose member
    region_code    TEXT NOT NULL,        -- a prefecture, or a county
    part           TEXT NOT NULL,        -- member (a city as a whole) or node (a county that takes part)
    from_on        TEXT NOT NULL,        -- first day
    to_on          TEXT,                 -- first day no longer; NULL: still
    PRIMARY KEY (cooperation_id, region_code, from_on)
);
CREATE INDEX cooperation_member_by_region ON cooperation_member (region_code);

-- Units: offices, departments, districts, companies; a tree in each region.
-- @table unit reference journalled
CREATE TABLE unit (
    id             INTEGER NOT NULL,     -- 63-bit id
    region_code    TEXT NOT NULL,        -- home: prefecture, province or 000000; never changed
    place_code     TEXT NOT NULL,        -- county or street; empty when it is for the whole region
    parent_id      INTEGER REFERENCES unit (id), -- unit above; NULL at the top
    cooperation_id INTEGER REFERENCES cooperation (id), -- of which it is the office; NULL for all others
    kind           TEXT NOT NULL,        -- coordination, city_office, government, department, district, organisation, company, other
    state          TEXT NOT NULL,        -- proposed, active, ended
    valid_from_on  TEXT NOT NULL,        -- first day
    valid_to_on    TEXT,                 -- first day no longer; NULL: still
    version        INTEGER NOT NULL,     -- counts edits, for If-Match
    PRIMARY KEY (id)
);
CREATE INDEX unit_by_region ON unit (region_code, id);
CREATE INDEX unit_by_parent ON unit (parent_id);
CREATE INDEX unit_by_cooperation ON unit (cooperation_id);

-- Names of a unit; exactly one on each day of its life.
-- @table unit_name reference journalled
CREATE TABLE unit_name (
    unit_id       INTEGER NOT NULL REFERENCES unit (id), -- whose name
    valid_from_on TEXT NOT NULL,         -- first day
    valid_to_on   TEXT,                  -- first day no longer; NULL: still
    name          TEXT NOT NULL,         -- full name as used
    short_name    TEXT NOT NULL,         -- short form; empty when none
    PRIMARY KEY (unit_id, valid_from_on)
);

-- What a unit is found by: normalised names, aliases and stems with their days.
-- @table unit_key reference journalled
CREATE TABLE unit_key (
    region_code   TEXT NOT NULL,         -- region of the unit
    key           TEXT NOT NULL,         -- normalised text (org_rules.c: unit_key_normal, unit_key_stem)
    kind          TEXT NOT NULL,         -- name, alias, stem
    unit_id       INTEGER NOT NULL REFERENCES unit (id), -- which unit
    valid_from_on TEXT NOT NULL,         -- first day
    valid_to_on   TEXT,                  -- first day no longer; NULL: still
    printed       TEXT NOT NULL,         -- the alias as it was written; empty for name and stem
    PRIMARY KEY (region_code, key, kind, unit_id, valid_from_on)
);
CREATE INDEX unit_key_by_unit ON unit_key (unit_id);

-- Which unit came out of which.
-- @table unit_succession reference journalled
CREATE TABLE unit_succession (
    from_unit_id INTEGER NOT NULL REFERENCES unit (id), -- the one that ended
    to_unit_id   INTEGER NOT NULL REFERENCES unit (id), -- the one that stands for it
    kind         TEXT NOT NULL,          -- merge, split, end
    on_day       TEXT NOT NULL,          -- day of the change
    PRIMARY KEY (from_unit_id, to_unit_id)
);
CREATE INDEX unit_succession_by_to ON unit_succession (to_unit_id);

-- People who sign in.
-- @table person reference journalled
CREATE TABLE person (
    id               INTEGER NOT NULL,   -- 63-bit id; also the principal's id
    region_code      TEXT NOT NULL,      -- home region of the unit at the time of creation; key of the journal chain
    unit_id          INTEGER NOT NULL REFERENCES unit (id), -- where the person works
    login_name       TEXT NOT NULL,      -- account name, lower case; "erased-<id>" after erasure
    display_name     TEXT NOT NULL,      -- what colleagues see; empty after erasure
    sealed_real_name BLOB,               -- sealed under the person's key; NULL: not held
    sealed_telephone BLOB,               -- sealed under the person's key; NULL: not held
    sealed_email     BLOB,               -- sealed under the person's key; NULL: not held
    lang             TEXT NOT NULL,      -- zh or en
    state            TEXT NOT NULL,      -- active, disabled, erased
    version          INTEGER NOT NULL,   -- counts edits, for If-Match
    created_at_us    INTEGER NOT NULL,   -- instant of creation
    salt             BLOB,               -- 16 random bytes, so that the journal's digests of the row tell nothing; NULL after erasure
    PRIMARY KEY (id),
    UNIQUE (login_name)
);
CREATE INDEX person_by_unit ON person (unit_id, id);

-- Roles that people hold on units.
-- @table role_grant reference journalled
CREATE TABLE role_grant (
    id           INTEGER NOT NULL,       -- 63-bit id
    person_id    INTEGER NOT NULL REFERENCES person (id), -- who
    unit_id      INTEGER NOT NULL REFERENCES unit (id), -- on which unit
    role         TEXT NOT NULL,          -- role word (docs/roles.md)
    from_on      TEXT NOT NULL,          -- first day
    to_on        TEXT,                   -- first day no longer; NULL: without end
    stand_in_for INTEGER REFERENCES person (id), -- whom a stand-in stands for; NULL for all others
    PRIMARY KEY (id)
);
CREATE INDEX role_grant_by_person ON role_grant (person_id);
CREATE INDEX role_grant_by_unit ON role_grant (unit_id);

-- Who has which right on which unit, today: derived, kept on every change (org_closure.c).
-- Not journalled: nothing but a roll-up of role_grant and unit, which are, and thousands of rows may change with one role.
-- @table grant_closure reference
CREATE TABLE grant_closure (
    principal_id INTEGER NOT NULL,       -- person or token
    unit_id      INTEGER NOT NULL,       -- unit
    right_code   TEXT NOT NULL,          -- right's word
    PRIMARY KEY (principal_id, unit_id, right_code)
);
CREATE INDEX grant_closure_by_right ON grant_closure (principal_id, right_code, unit_id);
CREATE INDEX grant_closure_by_unit ON grant_closure (unit_id, right_code);

-- Passwords.
-- @table password reference journalled
CREATE TABLE password (
    person_id   INTEGER NOT NULL REFERENCES person (id), -- whose
    hash        TEXT NOT NULL,           -- argon2id, libsodium's text form
    must_change INTEGER NOT NULL,        -- 1: only good for setting a new one
    set_at_us   INTEGER NOT NULL,        -- when it was set
    PRIMARY KEY (person_id)
);

-- Second factors (RFC 6238).
-- @table totp reference journalled
CREATE TABLE totp (
    person_id     INTEGER NOT NULL REFERENCES person (id), -- whose
    sealed_secret BLOB NOT NULL,         -- 20 bytes, sealed under the person's key
    confirmed     INTEGER NOT NULL,      -- 1: a code was shown once, so it is required from now on
    last_step     INTEGER NOT NULL,      -- last 30 s step that was used: no code works twice
    PRIMARY KEY (person_id)
);

-- Sessions of signed-in people.
-- Not journalled: comes and goes with each sign-in; the sign-in itself stands in the journal.
-- @table session reference
CREATE TABLE session (
    token_hash     BLOB NOT NULL,        -- BLAKE2b-256 of the cookie's secret
    id             INTEGER NOT NULL,     -- 63-bit id, for lists and logs
    person_id      INTEGER NOT NULL REFERENCES person (id), -- whose
    stage          TEXT NOT NULL,        -- full; totp (must enrol a second factor first); password (must set a new one first)
    created_at_us  INTEGER NOT NULL,     -- sign-in
    seen_at_us     INTEGER NOT NULL,     -- last use, to five minutes
    expires_at_us  INTEGER NOT NULL,     -- absolute end
    PRIMARY KEY (token_hash)
);
CREATE INDEX session_by_person ON session (person_id);
CREATE INDEX session_by_expiry ON session (expires_at_us);

-- Tokens for programs; each is a principal of its own.
-- @table api_token reference journalled
CREATE TABLE api_token (
    id            INTEGER NOT NULL,      -- 63-bit id; also the principal's id
    person_id     INTEGER NOT NULL REFERENCES person (id), -- owner
    region_code   TEXT NOT NULL,         -- home region, key of the journal chain
    token_hash    BLOB NOT NULL,         -- BLAKE2b-256 of the secret
    label         TEXT NOT NULL,         -- what it is for
    rights        INTEGER NOT NULL,      -- bits of enum org_right: never more than these
    created_at_us INTEGER NOT NULL,      -- instant of creation
    expires_at_us INTEGER,               -- end; NULL: none
    revoked_at_us INTEGER,               -- NULL while good
    PRIMARY KEY (id),
    UNIQUE (token_hash)
);
CREATE INDEX api_token_by_person ON api_token (person_id);

-- One-time tokens: the first administrator's, and password resets.
-- Not journalled: good for hours only; what is done with one is journalled.
-- @table one_time_token reference
CREATE TABLE one_time_token (
    token_hash    BLOB NOT NULL,         -- BLAKE2b-256 of the secret
    purpose       TEXT NOT NULL,         -- setup, password
    person_id     INTEGER REFERENCES person (id), -- for whom; NULL for setup
    expires_at_us INTEGER NOT NULL,      -- end
    PRIMARY KEY (token_hash)
);

-- Failed sign-ins: slows guessing (org_rules.c: throttle_*).
-- Not journalled: counts of attempts, which the public can change.
-- @table sign_in_throttle reference
CREATE TABLE sign_in_throttle (
    bucket        BLOB NOT NULL,         -- keyed hash of account and address, of account, or of address
    failures      INTEGER NOT NULL,      -- since the last success or quiet hour
    last_at_us    INTEGER NOT NULL,      -- last attempt
    open_at_us    INTEGER NOT NULL,      -- earliest instant of the next attempt
    PRIMARY KEY (bucket)
);
CREATE INDEX sign_in_throttle_by_last ON sign_in_throttle (last_at_us);

-- Browsers in which an account signed in before: they are not slowed by strangers' guesses.
-- Not journalled: only spares a person the throttle.
-- @table known_device reference
CREATE TABLE known_device (
    device_hash   BLOB NOT NULL,         -- BLAKE2b-256 of the device cookie's secret
    person_id     INTEGER NOT NULL REFERENCES person (id), -- account
    seen_at_us    INTEGER NOT NULL,      -- last sign-in with it
    PRIMARY KEY (device_hash, person_id)
);
CREATE INDEX known_device_by_person ON known_device (person_id);
CREATE INDEX known_device_by_seen ON known_device (seen_at_us);

-- A person's account at the house identity provider.
-- Not journalled: its key names the person, and the key of a journalled row stands in the journal as it is.
-- @table oidc_link reference
CREATE TABLE oidc_link (
    issuer    TEXT NOT NULL,             -- provider
    subject   TEXT NOT NULL,             -- its stable id of the person
    person_id INTEGER NOT NULL REFERENCES person (id), -- ours
    PRIMARY KEY (issuer, subject)
);
CREATE INDEX oidc_link_by_person ON oidc_link (person_id);

-- Sign-ins under way at the house identity provider.
-- Not journalled: lives ten minutes.
-- @table oidc_flow reference
CREATE TABLE oidc_flow (
    state_hash    BLOB NOT NULL,         -- BLAKE2b-256 of the state parameter, bound to a cookie
    nonce         TEXT NOT NULL,         -- goes into the id token
    verifier      TEXT NOT NULL,         -- PKCE code verifier
    person_id     INTEGER REFERENCES person (id), -- signed-in person who links an account; NULL for sign-in
    expires_at_us INTEGER NOT NULL,      -- ten minutes
    PRIMARY KEY (state_hash)
);

-- Demonstration accounts.
-- @table demo_account reference journalled
CREATE TABLE demo_account (
    key       TEXT NOT NULL,             -- short word: office, desk
    person_id INTEGER NOT NULL REFERENCES person (id), -- who
    name_zh   TEXT NOT NULL,             -- shown on the button
    name_en   TEXT NOT NULL,             -- the same in English
    position  INTEGER NOT NULL,          -- order of buttons
    PRIMARY KEY (key)
);

-- Uploaded files; the content lies in the file store under its hash.
-- @table file distributed scoped journalled
CREATE TABLE file (
    region_code    TEXT NOT NULL,        -- home region of the uploader; the distribution key
    id             INTEGER NOT NULL,     -- 63-bit id
    sha256         TEXT NOT NULL,        -- of the stored content, hex
    name           TEXT NOT NULL,        -- file name as given, cleaned
    media_type     TEXT NOT NULL,        -- found by content, from the fixed list
    size_bytes     INTEGER NOT NULL,     -- of the stored content
    uploaded_by    INTEGER NOT NULL,     -- principal
    uploaded_at_us INTEGER NOT NULL,     -- instant
    is_public      INTEGER NOT NULL,     -- 1 when a desk released it
    PRIMARY KEY (region_code, id)
);
CREATE INDEX file_by_id ON file (id);

-- Which units may read a file, through the record that it belongs to.
-- @table file_party distributed journalled
CREATE TABLE file_party (
    region_code TEXT NOT NULL,           -- of the file
    object_id   INTEGER NOT NULL,        -- file
    unit_id     INTEGER NOT NULL,        -- unit
    part        TEXT NOT NULL,           -- evidence
    PRIMARY KEY (region_code, object_id, unit_id, part),
    FOREIGN KEY (region_code, object_id) REFERENCES file (region_code, id)
);
CREATE INDEX file_party_by_unit ON file_party (unit_id);

-- To which records a file belongs.
-- @table file_subject distributed journalled
CREATE TABLE file_subject (
    region_code    TEXT NOT NULL,        -- of the file
    file_id        INTEGER NOT NULL,     -- file
    subject_region TEXT NOT NULL,        -- home region of the record
    subject_kind   TEXT NOT NULL,        -- report, action…
    subject_id     INTEGER NOT NULL,     -- record
    PRIMARY KEY (region_code, file_id, subject_kind, subject_id),
    FOREIGN KEY (region_code, file_id) REFERENCES file (region_code, id)
);
CREATE INDEX file_subject_by_subject ON file_subject (subject_kind, subject_id);

-- Notices to one principal each.
-- Not journalled: copies of what the subject's own journal says.
-- @table notice distributed scoped
CREATE TABLE notice (
    region_code  TEXT NOT NULL,          -- home region of the subject
    id           INTEGER NOT NULL,       -- 63-bit id
    principal_id INTEGER NOT NULL,       -- to whom
    kind         TEXT NOT NULL,          -- stable word: action.assigned
    subject_kind TEXT NOT NULL,          -- of what
    subject_id   INTEGER NOT NULL,       -- which
    summary      TEXT NOT NULL,          -- one line without personal values
    at_us        INTEGER NOT NULL,       -- instant
    read_at_us   INTEGER,                -- NULL: unread
    PRIMARY KEY (region_code, id)
);
CREATE INDEX notice_by_principal ON notice (principal_id, id);
