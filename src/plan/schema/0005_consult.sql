-- consultations (会商), circulating a draft for opinions (征求意见), countersigning (会签); and the cities' signatures under an outline.

-- One matter on which units are heard.
-- @table consultation distributed scoped journalled
CREATE TABLE consultation (
    region_code   TEXT NOT NULL,         -- home region of the convening unit
    id            INTEGER NOT NULL,      -- 63-bit id
    number        TEXT NOT NULL,         -- what people read: HS-330100-20261124-000001
    kind          TEXT NOT NULL,         -- opinion (征求意见), consultation (会商), countersign (会签)
    subject_kind  TEXT NOT NULL,         -- what it is about: outline, action; empty: a matter of its own
    subject_id    INTEGER,               -- its id; NULL: a matter of its own
    title         TEXT NOT NULL,         -- the matter, short
    body          TEXT NOT NULL,         -- what is asked, what is proposed
    unit_id       INTEGER NOT NULL,      -- convening unit
    opened_at_us  INTEGER NOT NULL,      -- when it was sent out
    reply_due_on  TEXT NOT NULL,         -- last day for an opinion, inclusive
    state         TEXT NOT NULL,         -- open, concluded, withdrawn
    conclusion    TEXT NOT NULL,         -- what was concluded, or why it was withdrawn; empty while open
    ended_at_us   INTEGER,               -- when it was concluded or withdrawn; NULL while open
    version       INTEGER NOT NULL,      -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX consultation_by_id ON consultation (id);

-- Units that see a consultation: who convened it and who is heard.
-- @table consultation_party distributed
CREATE TABLE consultation_party (
    region_code TEXT NOT NULL,           -- of the consultation
    object_id   INTEGER NOT NULL,        -- the consultation
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, heard
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX consultation_party_by_unit ON consultation_party (unit_id, object_id);

-- What a unit said; a later opinion stands beside the earlier one.
-- @table consultation_opinion distributed journalled
CREATE TABLE consultation_opinion (
    region_code     TEXT NOT NULL,       -- of the consultation
    consultation_id INTEGER NOT NULL,    -- the consultation
    unit_id         INTEGER NOT NULL,    -- who said it
    round           INTEGER NOT NULL,    -- 1, 2, … of this unit; the last one counts
    stance          TEXT NOT NULL,       -- agree, change (agrees with changes), object, none (no opinion)
    text            TEXT NOT NULL,       -- its words; empty only with agree and none
    at_us           INTEGER NOT NULL,    -- when
    actor_id        INTEGER NOT NULL,    -- principal
    decision        TEXT NOT NULL,       -- taken, partly, declined; empty: not decided yet
    decision_reason TEXT NOT NULL,       -- why so; empty only with taken or none
    PRIMARY KEY (region_code, consultation_id, unit_id, round)
);

-- The signature of one member city under an outline. The rows are made when the office first sends it out: the members of that day; it is in force
-- when all of them have signed, whoever joins or leaves later.
-- @table outline_signature distributed journalled
CREATE TABLE outline_signature (
    region_code   TEXT NOT NULL,         -- of the outline
    outline_id    INTEGER NOT NULL,      -- the outline
    member_region TEXT NOT NULL,         -- the city that signs
    unit_id       INTEGER,               -- its unit that signed; NULL: not yet, as all below
    signed_on     TEXT,                  -- day of the signature
    at_us         INTEGER,               -- when it was entered
    actor_id      INTEGER,               -- principal
    PRIMARY KEY (region_code, outline_id, member_region)
);
