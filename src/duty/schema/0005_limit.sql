-- Limits of a duty's own.

-- A limit of a duty for a clock of its machine: one machine serves kinds of matters whose limits differ.
-- @table duty_limit distributed journalled
CREATE TABLE duty_limit (
    region_code TEXT NOT NULL,            -- of the duty
    duty_id     INTEGER NOT NULL,         -- the duty
    clock       TEXT NOT NULL,            -- word of the machine's clock
    unit        INTEGER NOT NULL,         -- enum duty_unit of the limit
    n           INTEGER NOT NULL,         -- of the limit
    PRIMARY KEY (region_code, duty_id, clock)
);
