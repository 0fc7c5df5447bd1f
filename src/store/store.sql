-- store.sql: the store's own statements.

-- :name journal_insert(region_code:text, subject_kind:text, subject_id:int, seq:int, at_us:int, actor_id:int, role:text, verb:text,
--   change:text, row_digests:blob?, hash:blob)   adds one row to the journal; nothing ever changes one
INSERT INTO journal (region_code, subject_kind, subject_id, seq, at_us, actor_id, role, verb, change, row_digests, hash)
VALUES (:region_code, :subject_kind, :subject_id, :seq, :at_us, :actor_id, :role, :verb, :change, :row_digests, :hash);

-- :name journal_head(region_code:text, subject_kind:text, subject_id:int)   end of a subject's chain
SELECT seq, hash FROM journal WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id
ORDER BY seq DESC LIMIT 1;

-- :name journal_of_subject(region_code:text, subject_kind:text, subject_id:int, after_seq:int, limit:int)   a subject's timeline
SELECT seq, at_us, actor_id, role, verb, change FROM journal
WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id AND seq > :after_seq
ORDER BY seq LIMIT :limit;

-- :name journal_by_position(after_position:int, limit:int)   all subjects in order of commit, for live events and for verify
SELECT position, region_code, subject_kind, subject_id, seq, at_us, actor_id, role, verb, change, row_digests, hash FROM journal
WHERE position > :after_position ORDER BY position LIMIT :limit;

-- :name journal_by_subject()   every chain from its start, for verify
SELECT position, region_code, subject_kind, subject_id, seq, at_us, actor_id, role, verb, change, row_digests, hash FROM journal
ORDER BY region_code, subject_kind, subject_id, seq;

-- :name journal_last()   newest row: where positions and time go on after a start
SELECT position, at_us FROM journal ORDER BY position DESC LIMIT 1;

-- :name journal_to_seal(after_position:int, to_us:int, limit:int)   rows of the window that is to be sealed
SELECT position, at_us, hash FROM journal WHERE position > :after_position AND at_us < :to_us ORDER BY position LIMIT :limit;

-- :name seal_last()   the seal to chain on
SELECT number, to_us, to_position, hash FROM journal_seal ORDER BY number DESC LIMIT 1;

-- :name seal_insert(number:int, from_us:int, to_us:int, to_position:int, row_count:int, root:blob, previous:blob, hash:blob)   a new seal
INSERT INTO journal_seal (number, from_us, to_us, to_position, row_count, root, previous, hash)
VALUES (:number, :from_us, :to_us, :to_position, :row_count, :root, :previous, :hash);

-- :name seal_all(after:int, limit:int)   seals in order, for verify and export
SELECT number, from_us, to_us, to_position, row_count, root, previous, hash FROM journal_seal WHERE number > :after ORDER BY number LIMIT :limit;

-- :name idempotency_find(region_code:text, key_hash:blob, after_us:int)   the reply under a key, while it is kept
SELECT body_hash, status, reply FROM idempotency WHERE region_code = :region_code AND key_hash = :key_hash AND at_us > :after_us;

-- :name idempotency_put(region_code:text, key_hash:blob, body_hash:blob, status:int, reply:blob, at_us:int)   keeps a reply; one that ran out is replaced
INSERT INTO idempotency (region_code, key_hash, body_hash, status, reply, at_us)
VALUES (:region_code, :key_hash, :body_hash, :status, :reply, :at_us)
ON CONFLICT (region_code, key_hash) DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status, reply = excluded.reply,
    at_us = excluded.at_us;

-- :name idempotency_sweep(before_us:int) @sqlite   drops what ran out, the oldest thousand at a time; rowid is nearly the order of time
DELETE FROM idempotency WHERE rowid IN (SELECT rowid FROM idempotency ORDER BY rowid LIMIT 1000) AND at_us < :before_us;

-- :name idempotency_sweep(before_us:int) @postgres
DELETE FROM idempotency WHERE at_us < :before_us;

-- :name number_next(region_code:text, kind:text, day_on:text)   the next number of the day
INSERT INTO number_counter (region_code, kind, day_on, last_number) VALUES (:region_code, :kind, :day_on, 1)
ON CONFLICT (region_code, kind, day_on) DO UPDATE SET last_number = number_counter.last_number + 1 RETURNING last_number;

-- :name probe_write(filler:blob, at_us:int)   does the disk take writes
INSERT INTO store_probe (id, filler, at_us) VALUES (1, :filler, :at_us)
ON CONFLICT (id) DO UPDATE SET filler = excluded.filler, at_us = excluded.at_us;

-- :name schema_exists() @sqlite   1 when this database has been set up
SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_version';

-- :name schema_exists() @postgres
SELECT count(*) FROM pg_tables WHERE schemaname = current_schema() AND tablename = 'schema_version';

-- :name schema_applied()   what has been applied
SELECT room, version, topic, digest FROM schema_version ORDER BY room, version, topic;

-- :name schema_record(room:text, version:int, topic:text, digest:blob, at_us:int)   notes an applied file
INSERT INTO schema_version (room, version, topic, digest, at_us) VALUES (:room, :version, :topic, :digest, :at_us);

-- :name probe_read()   when it was last written: at the latest when the store was last opened or closed
SELECT at_us FROM store_probe WHERE id = 1;

-- :name node_all()   every number that was ever leased, the smallest first
SELECT number, leased_to_us FROM node ORDER BY number;

-- :name node_take(number:int, holder:blob, now_us:int, to_us:int)   takes a number, unless somebody else holds it
INSERT INTO node (number, holder, leased_to_us) VALUES (:number, :holder, :to_us)
ON CONFLICT (number) DO UPDATE SET holder = excluded.holder, leased_to_us = excluded.leased_to_us WHERE node.leased_to_us <= :now_us;

-- :name node_renew(number:int, holder:blob, to_us:int)   holds on to the own number; with 0 gives it back
UPDATE node SET leased_to_us = :to_us WHERE number = :number AND holder = :holder;
