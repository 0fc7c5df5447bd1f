-- powers of approval and management: to which level each is delegated, where, from when to when, on which condition.

-- A grant of a power (the matter) downwards, within a division.
-- @table power_grant distributed journalled
CREATE TABLE power_grant (
    region_code        TEXT NOT NULL,    -- of the power
    matter_id          INTEGER NOT NULL, -- the power
    id                 INTEGER NOT NULL, -- 63-bit id
    place_code         TEXT NOT NULL,    -- division in which it holds, with all below it
    level              TEXT NOT NULL,    -- level that decides there: prefecture, county, street
    unit_id            INTEGER,          -- unit that exercises it; NULL: the government of the level
    from_on            TEXT NOT NULL,    -- first day
    to_on              TEXT,             -- first day no longer; NULL: still
    document_number    TEXT NOT NULL,    -- document that grants it
    conditions         TEXT NOT NULL,    -- in words; empty: none
    trigger_name       TEXT NOT NULL,    -- quantity on which it depends, such as 镇区人口; empty: on none
    trigger_comparator TEXT NOT NULL,    -- ge, le; empty: no trigger
    trigger_value      INTEGER,          -- bound in millionths; NULL: no trigger
    trigger_unit       TEXT NOT NULL,    -- of the quantity; empty: no trigger
    end_reason         TEXT NOT NULL,    -- why it was withdrawn; empty: it was not
    end_document       TEXT NOT NULL,    -- document that withdraws it; empty: none
    PRIMARY KEY (region_code, matter_id, id)
);
CREATE INDEX power_grant_by_place ON power_grant (place_code, matter_id);

-- A measured value of the quantity that a grant depends on.
-- @table power_measure distributed journalled
CREATE TABLE power_measure (
    region_code TEXT NOT NULL,           -- of the power
    matter_id   INTEGER NOT NULL,        -- the power
    grant_id    INTEGER NOT NULL,        -- the grant
    id          INTEGER NOT NULL,        -- 63-bit id
    measured_on TEXT NOT NULL,           -- day of the value
    value       INTEGER NOT NULL,        -- in millionths of the grant's unit
    source      TEXT NOT NULL,           -- where it comes from, such as 统计年鉴
    at_us       INTEGER NOT NULL,        -- when it was entered
    PRIMARY KEY (region_code, matter_id, grant_id, id)
);
