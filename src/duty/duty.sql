-- duty.sql: every statement of the duty engine. Principal 0 is the system itself (timers, command line); its scope is everything.

-- :name duty_insert(region_code:text, id:int, number:text, subject_kind:text, subject_id:int, title:text, machine:text, machine_hash:text,
--   state:text, final:int, suspended:int, holder_id:int, assigner_id:int, counterpart_id:int?, supervisor_id:int?, parent_id:int?,
--   ordinal:int, part:text, weight:int, percent:int, start_on:text, due_on:text?, first_due_on:text?, clock:text, clock_due_us:int?,
--   returns:int, extensions:int, reports:int, evidence:int, overdue_at_us:int?, overdue_count:int, report_every:text, report_by_on:text?,
--   last_report_on:text?, unconfirmed:int, crosses_border:int, recurrence_id:int?, opened_at_us:int, closed_at_us:int?, updated_at_us:int,
--   version:int, due_key:text)   a new duty
INSERT INTO duty (region_code, id, number, subject_kind, subject_id, title, machine, machine_hash, state, final, suspended, holder_id, assigner_id,
    counterpart_id, supervisor_id, parent_id, ordinal, part, weight, percent, start_on, due_on, first_due_on, clock, clock_due_us, returns,
    extensions, reports, evidence, overdue_at_us, overdue_count, report_every, report_by_on, last_report_on, unconfirmed, crosses_border,
    recurrence_id, opened_at_us, closed_at_us, updated_at_us, version, due_key)
VALUES (:region_code, :id, :number, :subject_kind, :subject_id, :title, :machine, :machine_hash, :state, :final, :suspended, :holder_id,
    :assigner_id, :counterpart_id, :supervisor_id, :parent_id, :ordinal, :part, :weight, :percent, :start_on, :due_on, :first_due_on,
    :clock, :clock_due_us, :returns, :extensions, :reports, :evidence, :overdue_at_us, :overdue_count, :report_every, :report_by_on,
    :last_report_on, :unconfirmed, :crosses_border, :recurrence_id, :opened_at_us, :closed_at_us, :updated_at_us, :version, :due_key);

-- :name duty_save(region_code:text, id:int, version:int, state:text, final:int, suspended:int, holder_id:int, counterpart_id:int?,
--   supervisor_id:int?, percent:int, due_on:text?, clock:text, clock_due_us:int?, returns:int, extensions:int, reports:int, evidence:int,
--   overdue_at_us:int?, overdue_count:int, report_by_on:text?, last_report_on:text?, unconfirmed:int, crosses_border:int,
--   closed_at_us:int?, updated_at_us:int, due_key:text)   what a step changed; no row when somebody else was first
-- @unscoped because the command that calls it has found the duty in scope
UPDATE duty SET state = :state, final = :final, suspended = :suspended, holder_id = :holder_id, counterpart_id = :counterpart_id, supervisor_id =
    :supervisor_id, percent = :percent, due_on = :due_on, clock = :clock, clock_due_us = :clock_due_us, returns = :returns, extensions =
    :extensions, reports = :reports, evidence = :evidence, overdue_at_us = :overdue_at_us, overdue_count = :overdue_count, report_by_on =
    :report_by_on, last_report_on = :last_report_on, unconfirmed = :unconfirmed, crosses_border = :crosses_border, closed_at_us =
    :closed_at_us, updated_at_us = :updated_at_us, due_key = :due_key, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name duty_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO duty_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name duty_by_id(principal:int, id:int)   one duty; no row outside the reader's scope
SELECT d.region_code, d.id, d.number, d.subject_kind, d.subject_id, d.title, d.machine, d.machine_hash, d.state, d.final, d.suspended, d.holder_id,
    d.assigner_id, d.counterpart_id, d.supervisor_id, d.parent_id, d.ordinal, d.part, d.weight, d.percent, d.start_on, d.due_on,
    d.first_due_on, d.clock, d.clock_due_us, d.returns, d.extensions, d.reports, d.evidence, d.overdue_at_us, d.overdue_count,
    d.report_every, d.report_by_on, d.last_report_on, d.unconfirmed, d.crosses_border, d.recurrence_id, d.opened_at_us, d.closed_at_us,
    d.updated_at_us, d.version
FROM duty d WHERE d.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name duty_parts(principal:int, region_code:text, parent_id:int)   the sub-duties of a duty that are in scope
SELECT d.region_code, d.id, d.number, d.subject_kind, d.subject_id, d.title, d.machine, d.machine_hash, d.state, d.final, d.suspended, d.holder_id,
    d.assigner_id, d.counterpart_id, d.supervisor_id, d.parent_id, d.ordinal, d.part, d.weight, d.percent, d.start_on, d.due_on,
    d.first_due_on, d.clock, d.clock_due_us, d.returns, d.extensions, d.reports, d.evidence, d.overdue_at_us, d.overdue_count,
    d.report_every, d.report_by_on, d.last_report_on, d.unconfirmed, d.crosses_border, d.recurrence_id, d.opened_at_us, d.closed_at_us,
    d.updated_at_us, d.version
FROM duty d WHERE d.region_code = :region_code AND d.parent_id = :parent_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY d.ordinal, d.id;

-- :name duty_open_parts(region_code:text, parent_id:int)   how many parts are not at an end, and how many there are
-- @unscoped because it counts for a duty that was found in scope
SELECT COALESCE(CAST(sum(CASE WHEN d.final = 0 THEN 1 ELSE 0 END) AS BIGINT), 0), count(*) FROM duty d
WHERE d.region_code = :region_code AND d.parent_id = :parent_id;

-- :name duty_list(principal:int, limit:int)   duties in the reader's scope
-- @join because the sets of ids are small (counted before), and an id is unique over all regions; all other tables are joined on region_code
-- :filter open() :: d.final = 0
-- :filter closed() :: d.final = 1
-- :filter state(state:text) :: d.state = :state
-- :filter holder(holder_id:int) :: d.holder_id = :holder_id
-- :filter assigner(assigner_id:int) :: d.assigner_id = :assigner_id
-- :filter subject(subject_kind:text, subject_id:int) :: d.subject_kind = :subject_kind AND d.subject_id = :subject_id
-- :filter parent(parent_id:int) :: d.parent_id = :parent_id
-- :filter mine() :: EXISTS (SELECT 1 FROM grant_closure m WHERE m.unit_id = d.holder_id AND m.principal_id = :principal
--   AND m.right_code IN ('report', 'approve'))
-- :filter source(source_kind:text, source_id:int) :: EXISTS (SELECT 1 FROM duty_source s WHERE s.region_code = d.region_code AND s.duty_id = d.id
--   AND s.kind = :source_kind AND s.source_id = :source_id)
-- :filter of_kind(of_kind:text) :: EXISTS (SELECT 1 FROM duty_source s WHERE s.region_code = d.region_code AND s.duty_id = d.id
--   AND s.kind = :of_kind)
-- :filter open_set() :: d.final + 0 = 0
-- :filter closed_set() :: d.final + 0 = 1
-- :filter of_kind_few(of_few:text) :: d.id IN (SELECT s.duty_id FROM duty_source s WHERE s.kind = :of_few)
-- :filter text(match:text) :: d.id IN (SELECT s.subject_id FROM search_text(:match) s WHERE s.subject_kind = 'duty')
-- :filter overdue(today:text, now_us:int) :: d.final = 0 AND d.suspended = 0 AND (d.due_key < :today OR d.clock_due_us < :now_us)
-- :filter drafts() :: d.id IN (SELECT r.duty_id FROM duty_report r WHERE r.state = 'draft')
-- :filter unconfirmed() :: d.id IN (SELECT u.id FROM duty u WHERE u.unconfirmed > 0)
-- :filter mine_few() :: d.holder_id IN (SELECT m.unit_id FROM grant_closure m WHERE m.principal_id = :principal
--   AND m.right_code IN ('report', 'approve'))
-- :filter whole() :: d.parent_id IS NULL
-- :filter few() :: d.id IN (SELECT p.object_id FROM grant_closure g JOIN duty_party p ON p.unit_id = g.unit_id
--   WHERE g.principal_id = :principal AND g.right_code = 'read')
-- :order due(after_due:text, after_id:int) :: d.due_key ASC, d.id ASC :: (d.due_key, d.id) > (:after_due, :after_id)
-- :order newest(after_id:int) :: d.id DESC :: d.id < :after_id
-- :order set_due(after_due:text, after_id:int) :: d.due_key || '' ASC NULLS LAST, d.id ASC :: (d.due_key, d.id) > (:after_due, :after_id)
-- :order set_updated(after_us:int, after_id:int) :: d.updated_at_us + 0 DESC NULLS LAST, d.id DESC :: (d.updated_at_us, d.id) < (:after_us, :after_id)
-- :order updated(after_us:int, after_id:int) :: d.updated_at_us DESC, d.id DESC :: (d.updated_at_us, d.id) < (:after_us, :after_id)
SELECT d.region_code, d.id, d.number, d.subject_kind, d.subject_id, d.title, d.machine, d.machine_hash, d.state, d.final, d.suspended, d.holder_id,
    d.assigner_id, d.counterpart_id, d.supervisor_id, d.parent_id, d.ordinal, d.part, d.weight, d.percent, d.start_on, d.due_on,
    d.first_due_on, d.clock, d.clock_due_us, d.returns, d.extensions, d.reports, d.evidence, d.overdue_at_us, d.overdue_count,
    d.report_every, d.report_by_on, d.last_report_on, d.unconfirmed, d.crosses_border, d.recurrence_id, d.opened_at_us, d.closed_at_us,
    d.updated_at_us, d.version
FROM duty d WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name duty_pack_by_hash(hash:text)   a pinned text
SELECT k.body FROM duty_pack k WHERE k.hash = :hash;

-- :name duty_pack_current(kind:text, word:text, at_us:int)   the text in force at an instant; no row: the one in the program
SELECT k.body, k.hash FROM duty_edition e JOIN duty_pack k ON k.hash = e.hash
WHERE e.kind = :kind AND e.word = :word AND e.from_at_us <= :at_us ORDER BY e.from_at_us DESC, e.id DESC LIMIT 1;

-- :name duty_pack_put(hash:text, kind:text, word:text, body:text, activated_at_us:int?)   pins a text, or puts it in force
INSERT INTO duty_pack (hash, kind, word, body, activated_at_us) VALUES (:hash, :kind, :word, :body, :activated_at_us)
ON CONFLICT (hash) DO UPDATE SET activated_at_us = COALESCE(excluded.activated_at_us, duty_pack.activated_at_us);

-- :name duty_clock_rows(region_code:text, duty_id:int)   the clocks of a duty
SELECT c.seq, c.clock, c.unit_id, c.unit, c.n, c.due_day, c.started_us, c.used_us, c.running_since_us, c.due_us, c.overdue_at_us, c.closed
FROM duty_clock c WHERE c.region_code = :region_code AND c.duty_id = :duty_id ORDER BY c.seq;

-- :name duty_clock_put(region_code:text, duty_id:int, seq:int, clock:text, unit_id:int, unit:int, n:int, due_day:int?, started_us:int, used_us:int,
--   running_since_us:int, due_us:int?, overdue_at_us:int?, closed:int)   a clock as it is now
INSERT INTO duty_clock (region_code, duty_id, seq, clock, unit_id, unit, n, due_day, started_us, used_us, running_since_us, due_us, overdue_at_us, closed)
VALUES (:region_code, :duty_id, :seq, :clock, :unit_id, :unit, :n, :due_day, :started_us, :used_us, :running_since_us, :due_us, :overdue_at_us, :closed)
ON CONFLICT (region_code, duty_id, seq) DO UPDATE SET n = excluded.n, due_day = excluded.due_day, used_us = excluded.used_us,
    running_since_us = excluded.running_since_us, due_us = excluded.due_us, overdue_at_us = excluded.overdue_at_us, closed = excluded.closed;

-- :name duty_source_add(region_code:text, duty_id:int, kind:text, source_id:int, words:text, unit_id:int?)   one more source
INSERT INTO duty_source (region_code, duty_id, kind, source_id, words, unit_id) VALUES (:region_code, :duty_id, :kind, :source_id, :words, :unit_id)
ON CONFLICT (region_code, duty_id, kind, source_id, words) DO NOTHING;

-- :name duty_sources(region_code:text, duty_id:int)   where it comes from
SELECT s.kind, s.source_id, s.words, s.unit_id FROM duty_source s WHERE s.region_code = :region_code AND s.duty_id = :duty_id
ORDER BY s.kind, s.source_id, s.words;

-- :name duty_report_insert(region_code:text, id:int, duty_id:int, unit_id:int, state:text, percent:int, text:text, reason:text, figures:text,
--   done_on:text, file_count:int, external:int, drafted_by:int, drafted_at_us:int, decided_by:int?, decided_at_us:int?, client_id:text?)   a report
INSERT INTO duty_report (region_code, id, duty_id, unit_id, state, percent, text, reason, figures, done_on, file_count, external, confirmed_at_us,
    drafted_by, drafted_at_us, decided_by, decided_at_us, return_reason, client_id)
VALUES (:region_code, :id, :duty_id, :unit_id, :state, :percent, :text, :reason, :figures, :done_on, :file_count, :external, NULL,
    :drafted_by, :drafted_at_us, :decided_by, :decided_at_us, '', :client_id);

-- :name duty_reports(region_code:text, duty_id:int)   the reports on a duty, newest first
SELECT r.id, r.duty_id, r.unit_id, r.state, r.percent, r.text, r.reason, r.figures, r.done_on, r.file_count, r.external, r.confirmed_at_us,
    r.drafted_by, r.drafted_at_us, r.decided_by, r.decided_at_us, r.return_reason
FROM duty_report r WHERE r.region_code = :region_code AND r.duty_id = :duty_id ORDER BY r.id DESC LIMIT 200;

-- :name duty_report_get(region_code:text, duty_id:int, id:int)   one report
SELECT r.id, r.duty_id, r.unit_id, r.state, r.percent, r.text, r.reason, r.figures, r.done_on, r.file_count, r.external, r.confirmed_at_us,
    r.drafted_by, r.drafted_at_us, r.decided_by, r.decided_at_us, r.return_reason
FROM duty_report r WHERE r.region_code = :region_code AND r.id = :id AND r.duty_id = :duty_id;

-- :name duty_report_by_client(region_code:text, duty_id:int, client_id:text)   whether the client sent it before
SELECT r.id FROM duty_report r WHERE r.region_code = :region_code AND r.duty_id = :duty_id AND r.client_id = :client_id;

-- :name duty_report_decide(region_code:text, id:int, state:text, decided_by:int, decided_at_us:int, return_reason:text)   a draft is approved or returned
UPDATE duty_report SET state = :state, decided_by = :decided_by, decided_at_us = :decided_at_us, return_reason = :return_reason
WHERE region_code = :region_code AND id = :id AND state = 'draft';

-- :name duty_report_confirm(region_code:text, id:int, confirmed_at_us:int)   the unit confirms what was entered for it
UPDATE duty_report SET confirmed_at_us = :confirmed_at_us
WHERE region_code = :region_code AND id = :id AND external = 1 AND confirmed_at_us IS NULL;

-- :name duty_urge_add(region_code:text, id:int, duty_id:int, rule:text, rule_key:text, level:int, unit_id:int, text:text, actor_id:int, at_us:int)   an
--   urge; the same rule urges once for one due day
INSERT INTO duty_urge (region_code, id, duty_id, rule, rule_key, level, unit_id, text, actor_id, at_us)
VALUES (:region_code, :id, :duty_id, :rule, :rule_key, :level, :unit_id, :text, :actor_id, :at_us)
ON CONFLICT (region_code, duty_id, rule_key) DO NOTHING;

-- :name duty_urges(region_code:text, duty_id:int)   urges, newest first
SELECT u.id, u.rule, u.level, u.unit_id, u.text, u.actor_id, u.at_us FROM duty_urge u
WHERE u.region_code = :region_code AND u.duty_id = :duty_id ORDER BY u.id DESC LIMIT 200;

-- :name duty_slip_insert(region_code:text, id:int, duty_id:int, number:text, colour:text, unit_id:int, issuer_id:int, text:text, reply_due_us:int,
--   issued_at_us:int)   a slip
INSERT INTO duty_slip (region_code, id, duty_id, number, colour, unit_id, issuer_id, text, state, reply_due_us, lapsed_at_us, reply, replied_at_us,
    closed_at_us, close_text, issued_at_us, version)
VALUES (:region_code, :id, :duty_id, :number, :colour, :unit_id, :issuer_id, :text, 'open', :reply_due_us, NULL, '', NULL, NULL, '', :issued_at_us, 1);

-- :name duty_slips(region_code:text, duty_id:int)   the slips of a duty, oldest first
SELECT s.id, s.duty_id, s.number, s.colour, s.unit_id, s.issuer_id, s.text, s.state, s.reply_due_us, s.lapsed_at_us, s.reply, s.replied_at_us,
    s.closed_at_us, s.close_text, s.issued_at_us, s.version
FROM duty_slip s WHERE s.region_code = :region_code AND s.duty_id = :duty_id ORDER BY s.id;

-- :name duty_slip_by_id(principal:int, id:int)   one slip whose duty is in scope
SELECT s.id, s.duty_id, s.number, s.colour, s.unit_id, s.issuer_id, s.text, s.state, s.reply_due_us, s.lapsed_at_us, s.reply, s.replied_at_us,
    s.closed_at_us, s.close_text, s.issued_at_us, s.version
FROM duty_slip s JOIN duty d ON d.region_code = s.region_code AND d.id = s.duty_id WHERE s.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name duty_slip_list(principal:int, limit:int)   slips on duties in the reader's scope
-- :filter state(state:text) :: s.state = :state
-- :filter colour(colour:text) :: s.colour = :colour
-- :filter unit(unit_id:int) :: s.unit_id = :unit_id
-- :filter unanswered() :: s.state <> 'closed' AND s.state <> 'replied'
-- :filter mine() :: EXISTS (SELECT 1 FROM grant_closure m WHERE m.unit_id = s.unit_id AND m.principal_id = :principal
--   AND m.right_code IN ('report', 'approve'))
-- :order newest(after_id:int) :: s.id DESC :: s.id < :after_id
SELECT s.id, s.duty_id, s.number, s.colour, s.unit_id, s.issuer_id, s.text, s.state, s.reply_due_us, s.lapsed_at_us, s.reply, s.replied_at_us,
    s.closed_at_us, s.close_text, s.issued_at_us, s.version, d.title
FROM duty_slip s JOIN duty d ON d.region_code = s.region_code AND d.id = s.duty_id WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name duty_slip_save(region_code:text, id:int, version:int, state:text, lapsed_at_us:int?, reply:text, replied_at_us:int?, closed_at_us:int?,
--   close_text:text)   replied, lapsed or closed
UPDATE duty_slip SET state = :state, lapsed_at_us = :lapsed_at_us, reply = :reply, replied_at_us = :replied_at_us, closed_at_us = :closed_at_us,
    close_text = :close_text, version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name duty_recurrence_insert(region_code:text, id:int, title:text, machine:text, subject_kind:text, subject_id:int, holder_id:int, assigner_id:int,
--   every:text, due_days:int, next_on:text, until_on:text?)   a duty that comes again
INSERT INTO duty_recurrence (region_code, id, title, machine, subject_kind, subject_id, holder_id, assigner_id, every, due_days, next_on, until_on, made,
    active, version)
VALUES (:region_code, :id, :title, :machine, :subject_kind, :subject_id, :holder_id, :assigner_id, :every, :due_days, :next_on, :until_on, 0, 1, 1);

-- :name duty_recurrence_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO duty_recurrence_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name duty_recurrence_by_id(principal:int, id:int)   one recurrence in scope
SELECT d.region_code, d.id, d.title, d.machine, d.subject_kind, d.subject_id, d.holder_id, d.assigner_id, d.every, d.due_days, d.next_on, d.until_on,
    d.made, d.active, d.version
FROM duty_recurrence d WHERE d.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_recurrence_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name duty_recurrence_list(principal:int, limit:int)   recurrences in the reader's scope
-- :order newest(after_id:int) :: d.id DESC :: d.id < :after_id
SELECT d.region_code, d.id, d.title, d.machine, d.subject_kind, d.subject_id, d.holder_id, d.assigner_id, d.every, d.due_days, d.next_on, d.until_on,
    d.made, d.active, d.version
FROM duty_recurrence d WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM duty_recurrence_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')) {order} LIMIT :limit;

-- :name duty_recurrence_save(region_code:text, id:int, next_on:text, made:int, active:int)   an instance was made, or it was stopped
-- @unscoped because the command that calls it has found it in scope
UPDATE duty_recurrence SET next_on = :next_on, made = :made, active = :active, version = version + 1 WHERE region_code = :region_code AND id = :id;

-- :name duty_count_of_subject(kind:text, subject_id:int)   open duties about a subject that the caller has found in scope
-- @unscoped because only whether there is one is told, to whom may hand the subject over
SELECT count(*) FROM duty d WHERE d.subject_kind = :kind AND d.subject_id = :subject_id AND d.final = 0;

-- :name duty_scope_size(principal:int, up_to:int)   how many duties the reader may see, counted only so far
-- @unordered because only how many there are is asked
SELECT count(*) FROM (SELECT p.object_id FROM grant_closure g JOIN duty_party p ON p.unit_id = g.unit_id
    WHERE g.principal_id = :principal AND g.right_code = 'read' LIMIT :up_to) x HAVING count(*) > 0;

-- :name duty_mine_size(principal:int, up_to:int)   how many duties the reader's units hold, counted only so far
-- @unordered because only how many there are is asked
SELECT count(*) FROM (SELECT d.id FROM grant_closure m JOIN duty d ON d.holder_id = m.unit_id
    WHERE m.principal_id = :principal AND m.right_code IN ('report', 'approve') LIMIT :up_to) x HAVING count(*) > 0;

-- :name duty_kind_size(kind:text, up_to:int)   how many duties have a source of the kind, counted only so far
-- @unordered because only how many there are is asked
SELECT count(*) FROM (SELECT s.duty_id FROM duty_source s WHERE s.kind = :kind LIMIT :up_to) x;

-- :name duty_text_size(match:text, up_to:int)   how many duties a text finds, counted only so far
-- @unordered because only how many there are is asked
SELECT count(*) FROM (SELECT s.subject_id FROM search_text(:match) s WHERE s.subject_kind = 'duty' LIMIT :up_to) x;

-- :name duty_urge_list(principal:int, limit:int)   urges on duties in the reader's scope
-- :filter unit(unit_id:int) :: u.unit_id = :unit_id
-- :filter level(level:int) :: u.level = :level
-- :filter by_rule() :: u.rule <> 'manual'
-- :filter by_hand() :: u.rule = 'manual'
-- :order newest(after_id:int) :: u.id DESC :: u.id < :after_id
SELECT u.id, u.duty_id, u.rule, u.level, u.unit_id, u.text, u.actor_id, u.at_us, d.title, d.number, d.final
FROM duty_urge u JOIN duty d ON d.region_code = u.region_code AND d.id = u.duty_id WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name duty_edition_add(id:int, kind:text, word:text, from_at_us:int, hash:text, pack:text, file:text, edition:int, activated_by:int,
--   activated_at_us:int)   an edition is put in force from an instant on
INSERT INTO duty_edition (id, kind, word, from_at_us, hash, pack, file, edition, activated_by, activated_at_us)
VALUES (:id, :kind, :word, :from_at_us, :hash, :pack, :file, :edition, :activated_by, :activated_at_us);

-- :name duty_editions(limit:int)   all editions, newest first
SELECT e.id, e.kind, e.word, e.from_at_us, e.hash, e.pack, e.file, e.edition, e.activated_by, e.activated_at_us FROM duty_edition e
ORDER BY e.from_at_us DESC, e.id DESC LIMIT :limit;

-- :name duty_open_of_subject(kind:text, subject_id:int)   the open duties about a subject that the caller has found in scope
-- @unscoped because who may report on which of them is judged by the caller, and nothing of them is shown
SELECT d.id, d.holder_id, d.parent_id FROM duty d WHERE d.subject_kind = :kind AND d.subject_id = :subject_id AND d.final = 0
ORDER BY d.id LIMIT 200;
