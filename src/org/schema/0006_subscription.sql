-- org: people outside who want to hear by mail what is new on a public matter.

-- A subscription by mail. Its address lies sealed and goes with its key when it ends.
-- Not journalled: who outside reads what is nobody's business, and no decision of the house hangs on it.
-- @table subscription distributed
CREATE TABLE subscription (
    region_code     TEXT NOT NULL,       -- 000000
    id              INTEGER NOT NULL,    -- 63-bit id
    subject_kind    TEXT NOT NULL,       -- outline, action
    subject_id      INTEGER NOT NULL,    -- which
    sealed          BLOB NOT NULL,       -- address and secret of its links, under the subscription's own key
    address_index   BLOB NOT NULL,       -- keyed blind index of the address: one subscription each
    token_hash      BLOB NOT NULL,       -- BLAKE2b-256 of the secret
    state           TEXT NOT NULL,       -- pending (not confirmed yet), active
    lang            TEXT NOT NULL,       -- zh, en
    made_at_us      INTEGER NOT NULL,    -- asked for
    confirmed_at_us INTEGER,             -- by the link in the mail; NULL: not yet
    told_until_us   INTEGER NOT NULL,    -- what came in later is told with the next mail
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, subject_kind, subject_id, address_index),
    UNIQUE (region_code, token_hash)
);
CREATE INDEX subscription_by_address ON subscription (address_index);
