-- service.sql: files referred to, data keys, timers, outbox, jobs, search.

-- :name file_ref_put(region_code:text, sha256:text, subject_kind:text, subject_id:int, at_us:int)   a record refers to a file
INSERT INTO file_ref (region_code, sha256, subject_kind, subject_id, at_us)
VALUES (:region_code, :sha256, :subject_kind, :subject_id, :at_us)
ON CONFLICT (region_code, sha256, subject_kind, subject_id) DO NOTHING;

-- :name file_ref_any(sha256:text)   whether any record refers to the file
SELECT count(*) FROM file_ref WHERE sha256 = :sha256;

-- :name file_ref_page(after_sha:text, limit:int)   all files referred to, in order
-- @unordered because GROUP BY makes sha256 unique here
SELECT sha256 FROM file_ref WHERE sha256 > :after_sha GROUP BY sha256 ORDER BY sha256 LIMIT :limit;

-- :name data_key_get(region_code:text, subject_kind:text, subject_id:int)   the wrapped key of a subject
SELECT master_no, wrapped FROM data_key
WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id;

-- :name data_key_put(region_code:text, subject_kind:text, subject_id:int, master_no:int, wrapped:blob, at_us:int)   first use
INSERT INTO data_key (region_code, subject_kind, subject_id, master_no, wrapped, at_us)
VALUES (:region_code, :subject_kind, :subject_id, :master_no, :wrapped, :at_us);

-- :name data_key_drop(region_code:text, subject_kind:text, subject_id:int)   erasure
DELETE FROM data_key WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id;

-- :name timer_put(region_code:text, kind:text, subject_id:int, due_us:int, payload:text)   sets or moves a timer
INSERT INTO timer (region_code, kind, subject_id, due_us, payload, failures)
VALUES (:region_code, :kind, :subject_id, :due_us, :payload, 0)
ON CONFLICT (region_code, kind, subject_id) DO UPDATE SET due_us = excluded.due_us, payload = excluded.payload, failures = 0;

-- :name timer_drop(region_code:text, kind:text, subject_id:int)   cancels
DELETE FROM timer WHERE region_code = :region_code AND kind = :kind AND subject_id = :subject_id;

-- :name timer_claim(region_code:text, kind:text, subject_id:int, due_us:int)   takes a due timer if nobody moved or took it meanwhile
DELETE FROM timer WHERE region_code = :region_code AND kind = :kind AND subject_id = :subject_id AND due_us = :due_us;

-- :name timer_due(now_us:int, limit:int)   what is due, oldest first
SELECT region_code, kind, subject_id, due_us, payload FROM timer WHERE due_us <= :now_us
ORDER BY due_us, region_code, kind, subject_id LIMIT :limit;

-- :name timer_postpone(region_code:text, kind:text, subject_id:int, due_us:int, next_us:int)   after a failed handler
UPDATE timer SET failures = failures + 1, due_us = :next_us
WHERE region_code = :region_code AND kind = :kind AND subject_id = :subject_id AND due_us = :due_us;

-- :name timer_failures(region_code:text, kind:text, subject_id:int)   how often its handler failed
SELECT failures FROM timer WHERE region_code = :region_code AND kind = :kind AND subject_id = :subject_id;

-- :name outbox_insert(region_code:text, id:int, topic:text, payload:text, next_us:int)   a message in the sender's transaction
INSERT INTO outbox (region_code, id, topic, payload, next_us, failures) VALUES (:region_code, :id, :topic, :payload, :next_us, 0);

-- :name outbox_due(now_us:int, limit:int)   what waits, oldest first
SELECT region_code, id, topic, payload, failures FROM outbox WHERE next_us <= :now_us ORDER BY next_us, id LIMIT :limit;

-- :name outbox_drop(region_code:text, id:int)   taken
DELETE FROM outbox WHERE region_code = :region_code AND id = :id;

-- :name outbox_postpone(region_code:text, id:int, next_us:int)   refused, comes again
UPDATE outbox SET failures = failures + 1, next_us = :next_us WHERE region_code = :region_code AND id = :id;

-- :name job_insert(region_code:text, id:int, kind:text, params:text, principal_id:int, role:text, unit_id:int, actor_region:text, at_us:int)   a new job
INSERT INTO job (region_code, id, kind, state, params, cursor_text, done_count, total_count, result, problem, failures, next_us,
    principal_id, role, unit_id, actor_region, at_us)
VALUES (:region_code, :id, :kind, 'queued', :params, '', 0, 0, '', '', 0, 0, :principal_id, :role, :unit_id, :actor_region, :at_us);

-- :name job_next(now_us:int, limit:int)   jobs that can take a step, oldest first
SELECT region_code, id, principal_id, role, unit_id, actor_region FROM job
WHERE state IN ('queued', 'running') AND next_us <= :now_us ORDER BY next_us, id LIMIT :limit;

-- :name job_open_one(region_code:text, id:int)   a job that is still to be worked on
SELECT kind, params, cursor_text, done_count, total_count FROM job
WHERE region_code = :region_code AND id = :id AND state IN ('queued', 'running');

-- :name job_save(region_code:text, id:int, state:text, cursor_text:text, done_count:int, total_count:int, result:text)   after a step
UPDATE job SET state = :state, cursor_text = :cursor_text, done_count = :done_count, total_count = :total_count, result = :result,
    failures = 0, next_us = 0
WHERE region_code = :region_code AND id = :id AND state IN ('queued', 'running');

-- :name job_fail(region_code:text, id:int, state:text, problem:text, next_us:int)   a step failed: later again, or for good
UPDATE job SET state = :state, problem = :problem, failures = failures + 1, next_us = :next_us
WHERE region_code = :region_code AND id = :id AND state IN ('queued', 'running');

-- :name job_failures(region_code:text, id:int)   failed tries of the present step
SELECT failures FROM job WHERE region_code = :region_code AND id = :id;

-- :name job_cancel(region_code:text, id:int)   stops before the next step
UPDATE job SET state = 'cancelled' WHERE region_code = :region_code AND id = :id AND state IN ('queued', 'running');

-- :name job_show(id:int)   for the progress page
SELECT kind, state, done_count, total_count, result, problem FROM job WHERE id = :id;

-- :name search_doc_get(region_code:text, subject_kind:text, subject_id:int)   the subject's row in the text index
SELECT doc_id FROM search_doc WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id;

-- :name search_doc_put(region_code:text, subject_kind:text, subject_id:int, doc_id:int)   a new subject in the text index
INSERT INTO search_doc (region_code, subject_kind, subject_id, doc_id) VALUES (:region_code, :subject_kind, :subject_id, :doc_id);

-- :name search_doc_drop(region_code:text, subject_kind:text, subject_id:int)   out of the text index
DELETE FROM search_doc WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id;

-- :name search_text_put(doc_id:int, region_code:text, subject_kind:text, subject_id:int, body:text) @sqlite   the bigrams of a text
INSERT INTO search_text (rowid, region_code, subject_kind, subject_id, body)
VALUES (:doc_id, :region_code, :subject_kind, :subject_id, :body);

-- :name search_text_put(doc_id:int, region_code:text, subject_kind:text, subject_id:int, body:text) @postgres   the bigrams of a text
UPDATE search_doc SET body_terms = to_tsvector('simple', :body)
WHERE region_code = :region_code AND subject_kind = :subject_kind AND subject_id = :subject_id AND doc_id = :doc_id;

-- :name search_text_drop(doc_id:int) @sqlite   removes a text
DELETE FROM search_text WHERE rowid = :doc_id;

-- :name search_text_drop(doc_id:int) @postgres   nothing to do: the terms lie in search_doc
SELECT 1 WHERE :doc_id < 0;

-- :name search_find(match:text, limit:int)   subjects that a match expression finds; engines join their own tables under scope
-- @unordered because ids are unique over all kinds
SELECT s.region_code, s.subject_kind, s.subject_id FROM search_text(:match) s ORDER BY s.subject_id DESC NULLS LAST LIMIT :limit;
