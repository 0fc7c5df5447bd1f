-- assessment of units on the plan (考核): runs, results, what was added or taken off by hand, objections, awards. Never of persons.

-- One assessment of a period.
-- @table assess_run distributed scoped journalled
CREATE TABLE assess_run (
    region_code        TEXT NOT NULL,    -- home region of the assessing office
    id                 INTEGER NOT NULL, -- 63-bit id
    number             TEXT NOT NULL,    -- what people read: KH-330100-20261124-000001
    scheme             TEXT NOT NULL,    -- word of its scheme
    scheme_version     INTEGER NOT NULL, -- version that it was run under
    unit_id            INTEGER NOT NULL, -- assessing office
    outline_ids        TEXT NOT NULL,    -- JSON array, sorted; []: all live ones of the office
    from_on            TEXT NOT NULL,    -- first day of the period
    until_on           TEXT NOT NULL,    -- its last day
    state              TEXT NOT NULL,    -- draft, sent, published, discarded
    figures_sha256     TEXT NOT NULL,    -- the figures (JSON) that points were computed from
    content_sha256     TEXT,             -- what was published (JSON); NULL: not published
    sent_on            TEXT,             -- day on which units got their results; NULL: not yet
    objections_until_on TEXT,            -- last day for an objection, inclusive; NULL: not sent
    published_on       TEXT,             -- NULL: not yet
    created_at_us      INTEGER NOT NULL, -- when
    version            INTEGER NOT NULL, -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX assess_run_by_id ON assess_run (id);

-- Who sees a run: the office, and from sending on the units in it (each its own result).
-- @table assess_run_party distributed
CREATE TABLE assess_run_party (
    region_code TEXT NOT NULL,           -- of the run
    object_id   INTEGER NOT NULL,        -- the run
    unit_id     INTEGER NOT NULL,        -- who
    part        TEXT NOT NULL,           -- home, assessed
    PRIMARY KEY (region_code, object_id, unit_id, part)
);
CREATE INDEX assess_run_party_by_unit ON assess_run_party (unit_id, object_id);

-- A unit's result. Before publication it is read by the unit and the office alone.
-- @table assess_result distributed scoped journalled
CREATE TABLE assess_result (
    region_code TEXT NOT NULL,           -- of the run
    run_id      INTEGER NOT NULL,        -- the run
    unit_id     INTEGER NOT NULL,        -- the assessed unit
    unit_name   TEXT NOT NULL,           -- as it was called then
    peer_group  TEXT NOT NULL,           -- word of the scheme's group: ranks are within it
    lines       TEXT NOT NULL,           -- JSON: the scheme's items with points and what they were computed from
    computed    INTEGER NOT NULL,        -- hundredths of a point, by the scheme alone
    points      INTEGER NOT NULL,        -- hundredths of a point, with what was added and taken off
    place       INTEGER NOT NULL,        -- rank within the group
    place_to    INTEGER NOT NULL,        -- equal points share the places up to this one
    accepted_at_us INTEGER,              -- when the unit accepted it; NULL: not
    PRIMARY KEY (region_code, run_id, unit_id)
);

-- What was taken off or added by hand, with reason and evidence (files of subject "assess_adjust"), or by the decision on an objection.
-- @table assess_adjust distributed scoped journalled
CREATE TABLE assess_adjust (
    region_code TEXT NOT NULL,           -- of the run
    id          INTEGER NOT NULL,        -- 63-bit id
    run_id      INTEGER NOT NULL,        -- the run
    unit_id     INTEGER NOT NULL,        -- whose result
    kind        TEXT NOT NULL,           -- deduct, bonus, decision
    points      INTEGER NOT NULL,        -- hundredths of a point, negative: taken off
    reason      TEXT NOT NULL,           -- why
    file_count  INTEGER NOT NULL,        -- evidence
    at_us       INTEGER NOT NULL,        -- when
    actor_id    INTEGER NOT NULL,        -- principal
    PRIMARY KEY (region_code, id)
);
CREATE INDEX assess_adjust_by_run ON assess_adjust (region_code, run_id, unit_id, id);

-- A unit objects to its result.
-- @table assess_objection distributed scoped journalled
CREATE TABLE assess_objection (
    region_code   TEXT NOT NULL,         -- of the run
    id            INTEGER NOT NULL,      -- 63-bit id
    run_id        INTEGER NOT NULL,      -- the run
    unit_id       INTEGER NOT NULL,      -- who objects
    item          TEXT NOT NULL,         -- word of the scheme's item; empty: the whole
    text          TEXT NOT NULL,         -- its words
    file_count    INTEGER NOT NULL,      -- evidence (files of subject "assess_objection")
    at_us         INTEGER NOT NULL,      -- when
    actor_id      INTEGER NOT NULL,      -- principal
    decision      TEXT NOT NULL,         -- upheld, partly, dismissed; empty: not decided yet
    reason        TEXT NOT NULL,         -- of the decision
    points        INTEGER NOT NULL,      -- hundredths of a point that the decision added or took off
    decided_at_us INTEGER,               -- when; NULL: not yet
    decided_by    INTEGER,               -- principal; NULL: not yet
    PRIMARY KEY (region_code, id)
);
CREATE INDEX assess_objection_by_run ON assess_objection (region_code, run_id, unit_id, id);

-- What a unit was given for its place.
-- @table assess_award distributed journalled
CREATE TABLE assess_award (
    region_code TEXT NOT NULL,           -- of the run
    run_id      INTEGER NOT NULL,        -- the run
    unit_id     INTEGER NOT NULL,        -- the unit
    award       TEXT NOT NULL,           -- word of the scheme's award
    PRIMARY KEY (region_code, run_id, unit_id)
);
