-- plan: phases, goals and programmes of an outline: groups of its actions with days, a declared count and criteria. They hang on the outline's
-- line, so they go on from edition to edition; they are read only after their outline was found in scope.

-- A group of actions that is followed as one.
-- @table programme distributed journalled
CREATE TABLE programme (
    region_code  TEXT NOT NULL,          -- of the outline
    id           INTEGER NOT NULL,       -- 63-bit id
    outline_line INTEGER NOT NULL,       -- the outline's line
    kind         TEXT NOT NULL,          -- phase (a window of time), goal (what is to be reached), programme (named projects)
    sort         INTEGER NOT NULL,       -- order on the screen
    title        TEXT NOT NULL,          -- what it is called
    note         TEXT NOT NULL,          -- the text's own words, or the office's; empty when none
    from_on      TEXT,                   -- first day; NULL: none
    to_on        TEXT,                   -- last day, inclusive; NULL: open end
    target_on    TEXT,                   -- day by which it is to be reached, where that lies inside the window; NULL: none
    benchmarks   TEXT NOT NULL,          -- JSON array of names: whom it is measured against
    declared     INTEGER,                -- how many actions the text says it has; NULL: it does not say
    gone         INTEGER NOT NULL,       -- 1: given up, kept for its history
    version      INTEGER NOT NULL,       -- counts changes, for If-Match
    PRIMARY KEY (region_code, id)
);
CREATE INDEX programme_by_id ON programme (id);
CREATE INDEX programme_by_line ON programme (region_code, outline_line, sort, id);

-- What belongs to it.
-- @table programme_scope distributed journalled
CREATE TABLE programme_scope (
    region_code  TEXT NOT NULL,          -- of the outline
    programme_id INTEGER NOT NULL,       -- the group
    kind         TEXT NOT NULL,          -- chapter (number of a node at the top), phase (as actions name it), action (an action's line)
    subject      TEXT NOT NULL,          -- which
    PRIMARY KEY (region_code, programme_id, kind, subject)
);

-- What must hold before it begins or before it counts as reached.
-- @table programme_criterion distributed journalled
CREATE TABLE programme_criterion (
    region_code  TEXT NOT NULL,          -- of the outline
    programme_id INTEGER NOT NULL,       -- the group
    item         INTEGER NOT NULL,       -- number, never used again
    part         TEXT NOT NULL,          -- entry, exit
    text         TEXT NOT NULL,          -- in words
    rule         TEXT NOT NULL,          -- in the rule language over the group's figures; empty: a person judges
    gone         INTEGER NOT NULL,       -- 1: no longer asked
    PRIMARY KEY (region_code, programme_id, item)
);

-- A person's judgement on a criterion without a rule; rows are only added, the last one up to a day holds on that day.
-- @table programme_judgement distributed journalled
CREATE TABLE programme_judgement (
    region_code  TEXT NOT NULL,          -- of the outline
    id           INTEGER NOT NULL,       -- 63-bit id
    programme_id INTEGER NOT NULL,       -- the group
    item         INTEGER NOT NULL,       -- the criterion
    met          INTEGER NOT NULL,       -- 1: it holds from that day
    judged_on    TEXT NOT NULL,          -- day from which it holds
    at_us        INTEGER NOT NULL,       -- when it was said
    actor_id     INTEGER NOT NULL,       -- principal
    reason       TEXT NOT NULL,          -- what it rests on
    PRIMARY KEY (region_code, id)
);
CREATE INDEX programme_judgement_by_item ON programme_judgement (region_code, programme_id, item, judged_on, id);
