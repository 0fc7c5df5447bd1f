-- common standards of several cities: versions, clauses, each city's own value, opinions, adoption.

-- A city that takes part in a standard (the matter), and the unit that speaks for it.
-- @table standard_member distributed journalled
CREATE TABLE standard_member (
    region_code   TEXT NOT NULL,         -- of the standard
    matter_id     INTEGER NOT NULL,      -- the standard
    member_region TEXT NOT NULL,         -- the city
    unit_id       INTEGER NOT NULL,      -- its unit
    PRIMARY KEY (region_code, matter_id, member_region)
);

-- An edition of a standard.
-- @table standard_version distributed journalled
CREATE TABLE standard_version (
    region_code  TEXT NOT NULL,          -- of the standard
    matter_id    INTEGER NOT NULL,       -- the standard
    edition      INTEGER NOT NULL,       -- 1, 2, …
    state        TEXT NOT NULL,          -- draft, consulting, consulted, adopted, replaced
    opened_on    TEXT NOT NULL,          -- day on which the draft began
    reply_due_on TEXT,                   -- last day for an opinion; NULL: not sent out yet
    fixed_on     TEXT,                   -- day on which the values were fixed; NULL: not yet
    in_force_on  TEXT,                   -- day of the last adoption; NULL: not adopted by all
    PRIMARY KEY (region_code, matter_id, edition)
);

-- A clause of an edition: a quantity with its bound, or agreed words, or a term with its translation.
-- @table standard_clause distributed journalled
CREATE TABLE standard_clause (
    region_code TEXT NOT NULL,           -- of the standard
    matter_id   INTEGER NOT NULL,        -- the standard
    edition     INTEGER NOT NULL,        -- of it
    code        TEXT NOT NULL,           -- short, such as COD
    title       TEXT NOT NULL,           -- the quantity, the rule, the term
    comparator  TEXT NOT NULL,           -- le (lower is stricter), ge (higher is stricter), same (words), term (a translation)
    unit        TEXT NOT NULL,           -- of the quantity; empty with words
    mode        TEXT NOT NULL,           -- strictest (of the cities' values), agreed
    value       INTEGER,                 -- the common value in millionths; NULL: words, or strictest and not fixed yet
    text        TEXT NOT NULL,           -- the common words; empty: none
    PRIMARY KEY (region_code, matter_id, edition, code)
);

-- A city's own value of a clause, from a day on.
-- @table standard_value distributed journalled
CREATE TABLE standard_value (
    region_code     TEXT NOT NULL,       -- of the standard
    matter_id       INTEGER NOT NULL,    -- the standard
    id              INTEGER NOT NULL,    -- 63-bit id
    code            TEXT NOT NULL,       -- of the clause
    member_region   TEXT NOT NULL,       -- the city
    value           INTEGER,             -- in millionths; NULL: words
    text            TEXT NOT NULL,       -- its own words; empty: a value
    document_number TEXT NOT NULL,       -- where it stands; empty: not said
    from_on         TEXT NOT NULL,       -- first day
    PRIMARY KEY (region_code, matter_id, id)
);

-- What a city says to a draft.
-- @table standard_opinion distributed journalled
CREATE TABLE standard_opinion (
    region_code   TEXT NOT NULL,         -- of the standard
    matter_id     INTEGER NOT NULL,      -- the standard
    id            INTEGER NOT NULL,      -- 63-bit id
    edition       INTEGER NOT NULL,      -- of it
    member_region TEXT NOT NULL,         -- the city
    stance        TEXT NOT NULL,         -- agree, change, object
    text          TEXT NOT NULL,         -- its words; empty only with agree
    at_us         INTEGER NOT NULL,      -- when
    decision      TEXT NOT NULL,         -- taken, declined; empty: not decided
    reason        TEXT NOT NULL,         -- why; empty only with taken
    PRIMARY KEY (region_code, matter_id, id)
);

-- A city adopts an edition.
-- @table standard_adoption distributed journalled
CREATE TABLE standard_adoption (
    region_code     TEXT NOT NULL,       -- of the standard
    matter_id       INTEGER NOT NULL,    -- the standard
    edition         INTEGER NOT NULL,    -- of it
    member_region   TEXT NOT NULL,       -- the city
    adopted_on      TEXT NOT NULL,       -- day
    document_number TEXT NOT NULL,       -- document that adopts it
    at_us           INTEGER NOT NULL,    -- when it was entered
    PRIMARY KEY (region_code, matter_id, edition, member_region)
);
