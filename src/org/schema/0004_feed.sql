-- org: how each person wants to be told, and the secret addresses of personal feeds.

-- A notice that its receiver does not want to see in the app: it still goes by mail or feed as chosen.
ALTER TABLE notice ADD COLUMN muted INTEGER; -- 1: not shown in the app; NULL: shown

-- How a person is told: language, quiet hours. No row: the account's language, no quiet hours, mail.
-- Not journalled: the person's own taste, which changes nothing for anybody else.
-- @table notice_setting reference
CREATE TABLE notice_setting (
    person_id      INTEGER NOT NULL REFERENCES person (id), -- whose
    lang           TEXT NOT NULL,        -- zh, en; empty: as the account
    quiet_from_min INTEGER,              -- minutes after midnight in Shanghai from which no mail goes out at once; NULL: no quiet hours
    quiet_to_min   INTEGER,              -- until then; smaller than from: over midnight
    mail           INTEGER NOT NULL,     -- 0: no mail at all
    updated_at_us  INTEGER NOT NULL,     -- last change
    PRIMARY KEY (person_id)
);

-- What a person wants to hear of, by which channel; no row: as org_notice.c says for the topic.
-- Not journalled: as notice_setting.
-- @table notice_choice reference
CREATE TABLE notice_choice (
    person_id INTEGER NOT NULL REFERENCES person (id), -- whose
    topic     TEXT NOT NULL,             -- word of org_notice.c: urge, slip, duty, …
    app       INTEGER NOT NULL,          -- 1: in the app
    digest    INTEGER NOT NULL,          -- 1: in the mail of the day
    at_once   INTEGER NOT NULL,          -- 1: by mail at once
    PRIMARY KEY (person_id, topic)
);

-- The secret in the address of a person's feeds; only its hash is kept.
-- @table feed_token reference journalled
CREATE TABLE feed_token (
    person_id   INTEGER NOT NULL REFERENCES person (id), -- whose feeds
    token_hash  BLOB NOT NULL,           -- BLAKE2b-256 of the secret
    made_at_us  INTEGER NOT NULL,        -- when it was made
    PRIMARY KEY (person_id),
    UNIQUE (token_hash)
);
