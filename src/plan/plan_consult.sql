-- plan_consult.sql - consultations and signatures.

-- :name consultation_insert(region_code:text, id:int, number:text, kind:text, subject_kind:text, subject_id:int?, title:text, body:text,
--   unit_id:int, opened_at_us:int, reply_due_on:text)   sent out
INSERT INTO consultation (region_code, id, number, kind, subject_kind, subject_id, title, body, unit_id, opened_at_us, reply_due_on, state,
    conclusion, version)
VALUES (:region_code, :id, :number, :kind, :subject_kind, :subject_id, :title, :body, :unit_id, :opened_at_us, :reply_due_on, 'open', '', 1);

-- :name consultation_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO consultation_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part);

-- :name consultation_by_id(principal:int, id:int)   one consultation; no row outside the reader's scope
SELECT c.region_code, c.id, c.number, c.kind, c.subject_kind, c.subject_id, c.title, c.body, c.unit_id, c.opened_at_us, c.reply_due_on, c.state,
    c.conclusion, c.ended_at_us, c.version
FROM consultation c WHERE c.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM consultation_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name consultation_list(principal:int, limit:int)   consultations in the reader's scope, newest first
-- :filter state(state:text) :: c.state = :state
-- :filter kind(kind:text) :: c.kind = :kind
-- :filter subject(subject_kind:text, subject_id:int) :: c.subject_kind = :subject_kind AND c.subject_id = :subject_id
-- :filter until(opened_until_us:int) :: c.opened_at_us < :opened_until_us
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = c.region_code
--   AND s.subject_kind = 'consultation' AND s.subject_id = c.id)
-- :order newest(after_id:int) :: c.id DESC :: c.id < :after_id
SELECT c.region_code, c.id, c.number, c.kind, c.subject_kind, c.subject_id, c.title, c.body, c.unit_id, c.opened_at_us, c.reply_due_on, c.state,
    c.conclusion, c.ended_at_us, c.version
FROM consultation c WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM consultation_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name consultation_end(region_code:text, id:int, version:int, state:text, conclusion:text, ended_at_us:int)   no row when stale
-- @unscoped because the command that calls it has found the consultation in scope
UPDATE consultation SET state = :state, conclusion = :conclusion, ended_at_us = :ended_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'open';

-- :name consultation_touch(region_code:text, id:int)   an opinion or a decision came; no row when it has ended
-- @unscoped because the command that calls it has found the consultation in scope
UPDATE consultation SET version = version + 1 WHERE region_code = :region_code AND id = :id AND state = 'open';

-- :name consultation_heard(region_code:text, id:int)   who is heard, with the last opinion of each
SELECT p.unit_id, o.round, o.stance, o.text, o.at_us, o.actor_id, o.decision, o.decision_reason
FROM consultation_party p LEFT JOIN consultation_opinion o ON o.region_code = p.region_code AND o.consultation_id = p.object_id
    AND o.unit_id = p.unit_id AND o.round = (SELECT max(l.round) FROM consultation_opinion l WHERE l.region_code = :region_code
        AND l.consultation_id = :id AND l.unit_id = p.unit_id)
WHERE p.region_code = :region_code AND p.object_id = :id AND p.part = 'heard' ORDER BY p.unit_id;

-- :name consultation_opinion_insert(region_code:text, consultation_id:int, unit_id:int, round:int, stance:text, text:text, at_us:int,
--   actor_id:int)   what a unit says
INSERT INTO consultation_opinion (region_code, consultation_id, unit_id, round, stance, text, at_us, actor_id, decision, decision_reason)
VALUES (:region_code, :consultation_id, :unit_id, :round, :stance, :text, :at_us, :actor_id, '', '');

-- :name consultation_decide(region_code:text, consultation_id:int, unit_id:int, round:int, decision:text, decision_reason:text)   what becomes of an opinion
UPDATE consultation_opinion SET decision = :decision, decision_reason = :decision_reason
WHERE region_code = :region_code AND consultation_id = :consultation_id AND unit_id = :unit_id AND round = :round;

-- :name signature_expect(region_code:text, outline_id:int, member_region:text)   a city whose signature is needed
INSERT INTO outline_signature (region_code, outline_id, member_region) VALUES (:region_code, :outline_id, :member_region);

-- :name signature_put(region_code:text, outline_id:int, member_region:text, unit_id:int, signed_on:text, at_us:int, actor_id:int)   a city signs; no row when it has
UPDATE outline_signature SET unit_id = :unit_id, signed_on = :signed_on, at_us = :at_us, actor_id = :actor_id
WHERE region_code = :region_code AND outline_id = :outline_id AND member_region = :member_region AND signed_on IS NULL;

-- :name signatures(region_code:text, outline_id:int)   signatures under an outline, given or expected
SELECT s.member_region, s.unit_id, s.signed_on, s.at_us, s.actor_id FROM outline_signature s
WHERE s.region_code = :region_code AND s.outline_id = :outline_id ORDER BY s.member_region;
