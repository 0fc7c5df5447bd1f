-- The node number that stands in every id (CONTRACTS.md 13): leased by each process that makes ids. Not journalled: it changes every 20 s and says
-- nothing about a record; an id made under a number that somebody else holds would collide, which the primary keys refuse.
-- @table node reference
CREATE TABLE node (
    number       INTEGER NOT NULL,    -- 0 to 1023
    holder       BLOB NOT NULL,       -- 16 random bytes that the process drew at start
    leased_to_us INTEGER NOT NULL,    -- nobody else takes the number before this instant; 0: released
    PRIMARY KEY (number)
);
