-- meet.sql - meetings. Principal 0 is the system itself (command line, demonstration); its scope is everything.

-- ---- bodies

-- :name meet_body_insert(region_code:text, id:int, name:text, kind:text, level:text, unit_id:int, purpose:text, rotates:text, term_months:int,
--   rotates_from_on:text?, quorum_percent:int, rule:text, cadence:text, past_sessions:int, from_on:text)   a new body
INSERT INTO meet_body (region_code, id, name, kind, level, unit_id, purpose, rotates, term_months, rotates_from_on, quorum_percent, rule, cadence,
    past_sessions, from_on, version)
VALUES (:region_code, :id, :name, :kind, :level, :unit_id, :purpose, :rotates, :term_months, :rotates_from_on, :quorum_percent, :rule, :cadence,
    :past_sessions, :from_on, 1);

-- :name meet_body_edit(region_code:text, id:int, version:int, name:text, purpose:text, rotates:text, term_months:int, rotates_from_on:text?,
--   quorum_percent:int, rule:text, cadence:text)   edited; no row when somebody else was first
-- @unscoped because the command that calls it has found the body in scope
UPDATE meet_body SET name = :name, purpose = :purpose, rotates = :rotates, term_months = :term_months, rotates_from_on = :rotates_from_on,
    quorum_percent = :quorum_percent, rule = :rule, cadence = :cadence, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name meet_body_touch(region_code:text, id:int, version:int)   its members changed; no row when somebody else was first
-- @unscoped because the command that calls it has found the body in scope
UPDATE meet_body SET version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name meet_body_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO meet_body_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name meet_body_by_id(principal:int, id:int)   one body; no row outside the reader's scope
SELECT b.region_code, b.id, b.name, b.kind, b.level, b.unit_id, b.purpose, b.rotates, b.term_months, b.rotates_from_on, b.quorum_percent, b.rule,
    b.cadence, b.past_sessions, b.from_on, b.version, b.group_id
FROM meet_body b WHERE b.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM meet_body_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name meet_body_list(principal:int, limit:int)   bodies in the reader's scope
-- :filter kind(kind:text) :: b.kind = :kind
-- :filter level(level:text) :: b.level = :level
-- :filter unit(unit_id:int) :: b.unit_id = :unit_id
-- :order name(after_name:text, after_id:int) :: b.name ASC, b.id ASC :: (b.name, b.id) > (:after_name, :after_id)
SELECT b.region_code, b.id, b.name, b.kind, b.level, b.unit_id, b.purpose, b.rotates, b.term_months, b.rotates_from_on, b.quorum_percent, b.rule,
    b.cadence, b.past_sessions, b.from_on, b.version, b.group_id
FROM meet_body b WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM meet_body_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name meet_member_put(region_code:text, body_id:int, unit_id:int, ordinal:int, voting:int, from_on:text)   a member as it is now
INSERT INTO meet_member (region_code, body_id, unit_id, ordinal, voting, from_on, to_on)
VALUES (:region_code, :body_id, :unit_id, :ordinal, :voting, :from_on, NULL)
ON CONFLICT (region_code, body_id, unit_id) DO UPDATE SET ordinal = excluded.ordinal, voting = excluded.voting, to_on = NULL,
    from_on = CASE WHEN meet_member.to_on IS NULL THEN meet_member.from_on ELSE excluded.from_on END;

-- :name meet_member_end(region_code:text, body_id:int, unit_id:int, to_on:text)   leaves the body
UPDATE meet_member SET to_on = :to_on WHERE region_code = :region_code AND body_id = :body_id AND unit_id = :unit_id AND to_on IS NULL;

-- :name meet_members(region_code:text, body_id:int)   the members of a body, also former ones, in the order of hosts
SELECT m.unit_id, m.ordinal, m.voting, m.from_on, m.to_on FROM meet_member m
WHERE m.region_code = :region_code AND m.body_id = :body_id ORDER BY m.ordinal, m.unit_id;

-- :name meet_body_counts(region_code:text, body_id:int, from_us:int, until_us:int)   sessions that were held in a stretch of time, and all that are to come
-- @unscoped because it counts for a body that was found in scope
SELECT COALESCE(CAST(sum(CASE WHEN s.state IN ('held', 'minuted', 'closed') AND s.starts_at_us >= :from_us AND s.starts_at_us < :until_us
        THEN 1 ELSE 0 END) AS BIGINT), 0), COALESCE(CAST(sum(CASE WHEN s.state IN ('planned', 'called') THEN 1 ELSE 0 END) AS BIGINT), 0)
FROM meet_session s WHERE s.region_code = :region_code AND s.body_id = :body_id;

-- ---- sessions

-- :name meet_session_insert(region_code:text, id:int, body_id:int, number:text, ordinal:int, title:text, theme:text, host_id:int, turn_id:int?,
--   host_reason:text, place:text, starts_at_us:int?, ends_at_us:int?)   planned
INSERT INTO meet_session (region_code, id, body_id, number, ordinal, title, theme, host_id, turn_id, host_reason, place, starts_at_us, ends_at_us,
    state, minutes, reason, version)
VALUES (:region_code, :id, :body_id, :number, :ordinal, :title, :theme, :host_id, :turn_id, :host_reason, :place, :starts_at_us, :ends_at_us,
    'planned', '', '', 1);

-- :name meet_session_save(region_code:text, id:int, version:int, title:text, theme:text, host_id:int, turn_id:int?, host_reason:text, place:text,
--   starts_at_us:int?, ends_at_us:int?, state:text, minutes:text, reason:text, called_at_us:int?, minuted_at_us:int?)   changed; no row when somebody
--   else was first
-- @unscoped because the command that calls it has found the session in scope
UPDATE meet_session SET title = :title, theme = :theme, host_id = :host_id, turn_id = :turn_id, host_reason = :host_reason, place = :place,
    starts_at_us = :starts_at_us, ends_at_us = :ends_at_us, state = :state, minutes = :minutes, reason = :reason, called_at_us = :called_at_us,
    minuted_at_us = :minuted_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name meet_session_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO meet_session_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name meet_session_party_all(region_code:text, body_id:int, unit_id:int)   a new member sees the sessions that were before it
-- @unscoped because the command that calls it has found the body in scope
INSERT INTO meet_session_party (region_code, object_id, unit_id, part)
SELECT s.region_code, s.id, :unit_id, 'member' FROM meet_session s WHERE s.region_code = :region_code AND s.body_id = :body_id
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name meet_session_by_id(principal:int, id:int)   one session; no row outside the reader's scope
SELECT s.region_code, s.id, s.body_id, s.number, s.ordinal, s.title, s.theme, s.host_id, s.turn_id, s.host_reason, s.place, s.starts_at_us,
    s.ends_at_us, s.state, s.minutes, s.reason, s.called_at_us, s.minuted_at_us, s.version
FROM meet_session s WHERE s.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM meet_session_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = s.region_code AND p.object_id = s.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name meet_session_list(principal:int, limit:int)   sessions in the reader's scope, the latest planned first
-- :filter body(body_id:int) :: s.body_id = :body_id
-- :filter state(state:text) :: s.state = :state
-- :filter coming() :: s.state IN ('planned', 'called')
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) t WHERE t.region_code = s.region_code
--   AND t.subject_kind = 'meeting' AND t.subject_id = s.id)
-- :order newest(after_id:int) :: s.id DESC :: s.id < :after_id
SELECT s.region_code, s.id, s.body_id, s.number, s.ordinal, s.title, s.theme, s.host_id, s.turn_id, s.host_reason, s.place, s.starts_at_us,
    s.ends_at_us, s.state, s.minutes, s.reason, s.called_at_us, s.minuted_at_us, s.version
FROM meet_session s WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM meet_session_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = s.region_code AND p.object_id = s.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name meet_session_last(region_code:text, body_id:int)   the highest number of a body's sessions, cancelled ones aside
-- @unscoped because it counts for a body that was found in scope
SELECT COALESCE(max(s.ordinal), 0) FROM meet_session s WHERE s.region_code = :region_code AND s.body_id = :body_id AND s.state <> 'cancelled';

-- :name meet_session_host(region_code:text, body_id:int, below:int)   who hosted last in turn, of the sessions below a number, cancelled ones aside
-- @unscoped because it looks for a body that was found in scope
SELECT s.host_id FROM meet_session s WHERE s.region_code = :region_code AND s.body_id = :body_id AND s.state <> 'cancelled' AND s.host_id = s.turn_id
    AND s.ordinal < :below ORDER BY s.ordinal DESC, s.id DESC LIMIT 1;

-- ---- agenda

-- :name meet_item_insert(region_code:text, id:int, session_id:int, ordinal:int, kind:text, title:text, presenter_id:int?, speaker:text,
--   duration_min:int, late_reason:text, resolution_id:int?)   a new item
INSERT INTO meet_item (region_code, id, session_id, ordinal, kind, title, presenter_id, speaker, duration_min, late_reason, record, resolution_id)
VALUES (:region_code, :id, :session_id, :ordinal, :kind, :title, :presenter_id, :speaker, :duration_min, :late_reason, '', :resolution_id);

-- :name meet_item_save(region_code:text, id:int, session_id:int, ordinal:int, title:text, presenter_id:int?, speaker:text, duration_min:int,
--   record:text)   an item as it is now
UPDATE meet_item SET ordinal = :ordinal, title = :title, presenter_id = :presenter_id, speaker = :speaker, duration_min = :duration_min,
    record = :record WHERE region_code = :region_code AND id = :id AND session_id = :session_id;

-- :name meet_item_drop(region_code:text, id:int, session_id:int)   off the agenda
DELETE FROM meet_item WHERE region_code = :region_code AND id = :id AND session_id = :session_id;

-- :name meet_items(region_code:text, session_id:int)   the agenda
SELECT i.id, i.ordinal, i.kind, i.title, i.presenter_id, i.speaker, i.duration_min, i.late_reason, i.record, i.resolution_id
FROM meet_item i WHERE i.region_code = :region_code AND i.session_id = :session_id ORDER BY i.ordinal, i.id;

-- ---- attendance and signatures

-- :name meet_attendance_put(region_code:text, session_id:int, unit_id:int, voting:int, status:text, name:text, position:text, at_us:int)   a member's row
INSERT INTO meet_attendance (region_code, session_id, unit_id, voting, status, name, position, at_us)
VALUES (:region_code, :session_id, :unit_id, :voting, :status, :name, :position, :at_us)
ON CONFLICT (region_code, session_id, unit_id) DO UPDATE SET voting = excluded.voting, status = excluded.status, name = excluded.name,
    position = excluded.position, at_us = excluded.at_us;

-- :name meet_attendance_rows(region_code:text, session_id:int)   who attends, with the signature under the minutes
SELECT a.unit_id, a.voting, a.status, a.name, a.position, g.name, g.at_us
FROM meet_attendance a LEFT JOIN meet_signature g ON g.region_code = a.region_code AND g.session_id = a.session_id AND g.unit_id = a.unit_id
WHERE a.region_code = :region_code AND a.session_id = :session_id ORDER BY a.unit_id;

-- :name meet_sign(region_code:text, session_id:int, unit_id:int, name:text, at_us:int, actor_id:int)   signs the minutes; no row when it has
INSERT INTO meet_signature (region_code, session_id, unit_id, name, at_us, actor_id)
VALUES (:region_code, :session_id, :unit_id, :name, :at_us, :actor_id) ON CONFLICT (region_code, session_id, unit_id) DO NOTHING;

-- :name meet_unsign(region_code:text, session_id:int)   the minutes are opened again: what was signed is no longer what stands there
DELETE FROM meet_signature WHERE region_code = :region_code AND session_id = :session_id;

-- ---- resolutions

-- :name meet_resolution_insert(region_code:text, id:int, body_id:int, session_id:int, item_id:int?, number:text, ordinal:int, kind:text, text:text,
--   proposer:text, how:text, votes_for:int, votes_against:int, abstained:int, present:int, voting:int, outcome:text, reason:text, outline_id:int?,
--   carry_out:int, decided_at_us:int)   decided
INSERT INTO meet_resolution (region_code, id, body_id, session_id, item_id, number, ordinal, kind, text, proposer, how, votes_for, votes_against,
    abstained, present, voting, outcome, reason, outline_id, carry_out, duties, open_duties, decided_at_us)
VALUES (:region_code, :id, :body_id, :session_id, :item_id, :number, :ordinal, :kind, :text, :proposer, :how, :votes_for, :votes_against,
    :abstained, :present, :voting, :outcome, :reason, :outline_id, :carry_out, 0, 0, :decided_at_us);

-- :name meet_resolution_by_id(id:int)   a resolution; its session says who may see it
SELECT r.region_code, r.id, r.body_id, r.session_id, r.item_id, r.number, r.ordinal, r.kind, r.text, r.proposer, r.how, r.votes_for,
    r.votes_against, r.abstained, r.present, r.voting, r.outcome, r.reason, r.outline_id, r.carry_out, r.duties, r.open_duties, r.decided_at_us
FROM meet_resolution r WHERE r.id = :id;

-- :name meet_resolutions(region_code:text, session_id:int)   what a session decided
SELECT r.region_code, r.id, r.body_id, r.session_id, r.item_id, r.number, r.ordinal, r.kind, r.text, r.proposer, r.how, r.votes_for,
    r.votes_against, r.abstained, r.present, r.voting, r.outcome, r.reason, r.outline_id, r.carry_out, r.duties, r.open_duties, r.decided_at_us
FROM meet_resolution r WHERE r.region_code = :region_code AND r.session_id = :session_id ORDER BY r.ordinal, r.id;

-- :name meet_open_resolutions(region_code:text, body_id:int)   what a body decided and what is not done yet, the oldest first
SELECT r.region_code, r.id, r.body_id, r.session_id, r.item_id, r.number, r.ordinal, r.kind, r.text, r.proposer, r.how, r.votes_for,
    r.votes_against, r.abstained, r.present, r.voting, r.outcome, r.reason, r.outline_id, r.carry_out, r.duties, r.open_duties, r.decided_at_us
FROM meet_resolution r WHERE r.region_code = :region_code AND r.body_id = :body_id AND r.outcome = 'adopted' AND r.carry_out = 1
    AND (r.duties = 0 OR r.open_duties > 0) ORDER BY r.id;

-- :name meet_resolution_duties(region_code:text, id:int, more:int, open_duties:int)   its duties changed
UPDATE meet_resolution SET duties = duties + :more, open_duties = :open_duties WHERE region_code = :region_code AND id = :id;
