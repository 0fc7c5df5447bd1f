-- org: what leaves the house: mail and webhooks, each with a row that says how it went.

-- The mail server. One row, id 1.
-- @table mail_server reference journalled
CREATE TABLE mail_server (
    id              INTEGER NOT NULL,    -- always 1
    host            TEXT NOT NULL,       -- name or address
    port            INTEGER NOT NULL,    -- 25, 465, 587
    security        TEXT NOT NULL,       -- tls, starttls, none
    user_name       TEXT NOT NULL,       -- empty: no sign-in
    sealed_password BLOB,                -- sealed under the server's own key; NULL: none
    from_address    TEXT NOT NULL,       -- sender
    from_name       TEXT NOT NULL,       -- its name; empty: none
    ca_pem          TEXT NOT NULL,       -- certificates of the house's own authority; empty: those of the system
    enabled         INTEGER NOT NULL,    -- 1: mail goes out
    version         INTEGER NOT NULL,    -- counts edits, for If-Match
    PRIMARY KEY (id)
);

-- Notices that wait for a mail.
-- Not journalled: lives until the mail is written.
-- @table mail_wait distributed
CREATE TABLE mail_wait (
    region_code TEXT NOT NULL,           -- home region of the person
    notice_id   INTEGER NOT NULL,        -- the notice
    person_id   INTEGER NOT NULL,        -- to whom
    how         TEXT NOT NULL,           -- once, digest
    PRIMARY KEY (region_code, notice_id)
);
CREATE INDEX mail_wait_by_person ON mail_wait (person_id, how, notice_id);

-- Mails: written, tried, sent or given up. No address stands here: it is opened when the mail is sent.
-- Not journalled: how a message travelled, no decision of anybody.
-- @table mail distributed
CREATE TABLE mail (
    region_code     TEXT NOT NULL,       -- home region of the receiver
    id              INTEGER NOT NULL,    -- 63-bit id; also in the Message-ID, so that a second delivery is known
    person_id       INTEGER,             -- to an account; NULL: to a subscriber
    subscription_id INTEGER,             -- to a subscriber; NULL: to an account
    kind            TEXT NOT NULL,       -- once, digest, test, confirm, news
    payload         TEXT NOT NULL,       -- JSON: what it tells
    state           TEXT NOT NULL,       -- waiting, sent, given_up
    attempts        INTEGER NOT NULL,    -- so far
    next_us         INTEGER NOT NULL,    -- not before this instant
    error           TEXT NOT NULL,       -- what the server said last; empty: nothing bad
    at_us           INTEGER NOT NULL,    -- written
    sent_at_us      INTEGER,             -- taken by the server; NULL: not yet
    PRIMARY KEY (region_code, id)
);
CREATE INDEX mail_due ON mail (state, next_us);
CREATE INDEX mail_by_id ON mail (id);
CREATE INDEX mail_by_person ON mail (person_id, id);

-- Who outside is told by HTTP.
-- @table webhook reference journalled
CREATE TABLE webhook (
    id              INTEGER NOT NULL,    -- 63-bit id
    region_code     TEXT NOT NULL,       -- of who made it: key of the journal chain and of its sealed secret
    name            TEXT NOT NULL,       -- what it is for
    url             TEXT NOT NULL,       -- https, or http to an allowed address
    topics          TEXT NOT NULL,       -- words of org_notice.c with blanks between; empty: all
    sealed_secret   BLOB NOT NULL,       -- signs each delivery; sealed under the webhook's own key
    state           TEXT NOT NULL,       -- active, paused, disabled (failed too long)
    failing_since_us INTEGER,            -- first failure since the last success; NULL: all is well
    created_by      INTEGER NOT NULL,    -- principal
    created_at_us   INTEGER NOT NULL,    -- when
    version         INTEGER NOT NULL,    -- counts edits, for If-Match
    PRIMARY KEY (id)
);

-- Deliveries to webhooks, the log beside it.
-- Not journalled: how a message travelled.
-- @table webhook_delivery distributed
CREATE TABLE webhook_delivery (
    region_code TEXT NOT NULL,           -- of the webhook
    id          INTEGER NOT NULL,        -- 63-bit id
    webhook_id  INTEGER NOT NULL,        -- to which
    event_id    INTEGER NOT NULL,        -- stable: the receiver knows a second delivery by it
    kind        TEXT NOT NULL,           -- of the event
    body        TEXT NOT NULL,           -- JSON as it is signed and sent
    state       TEXT NOT NULL,           -- waiting, delivered, given_up
    attempts    INTEGER NOT NULL,        -- so far
    next_us     INTEGER NOT NULL,        -- not before this instant
    status      INTEGER NOT NULL,        -- last HTTP status; 0: no answer
    error       TEXT NOT NULL,           -- why it failed last; empty: it did not
    took_us     INTEGER NOT NULL,        -- the last try
    at_us       INTEGER NOT NULL,        -- of the event
    done_at_us  INTEGER,                 -- delivered or given up; NULL: not yet
    PRIMARY KEY (region_code, id),
    UNIQUE (region_code, webhook_id, event_id)
);
CREATE INDEX webhook_delivery_due ON webhook_delivery (state, next_us);
CREATE INDEX webhook_delivery_of ON webhook_delivery (webhook_id, id);
