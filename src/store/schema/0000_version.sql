-- Which schema files have been applied to this database.
-- @table schema_version reference
CREATE TABLE schema_version (
    room    TEXT NOT NULL,       -- folder under src/
    version INTEGER NOT NULL,    -- NNNN of the file's name
    topic   TEXT NOT NULL,       -- rest of the name
    digest  BLOB NOT NULL,       -- BLAKE2b of the text that was applied
    at_us   INTEGER NOT NULL,    -- when
    PRIMARY KEY (room, version, topic)
);
