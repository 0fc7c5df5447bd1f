-- assess.sql - assessments. Principal 0 is the system itself; its scope is everything.

-- :name assess_insert(region_code:text, id:int, number:text, scheme:text, scheme_version:int, unit_id:int, outline_ids:text, from_on:text, until_on:text,
--   figures_sha256:text, created_at_us:int)   a new run
INSERT INTO assess_run (region_code, id, number, scheme, scheme_version, unit_id, outline_ids, from_on, until_on, state, figures_sha256,
    created_at_us, version)
VALUES (:region_code, :id, :number, :scheme, :scheme_version, :unit_id, :outline_ids, :from_on, :until_on, 'draft', :figures_sha256,
    :created_at_us, 1);

-- :name assess_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO assess_run_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name assess_parties_from_results(region_code:text, run_id:int)   the units in it, once they get their results
-- @unscoped because the command that calls it has found the run in scope
INSERT INTO assess_run_party (region_code, object_id, unit_id, part)
SELECT r.region_code, r.run_id, r.unit_id, 'assessed' FROM assess_result r WHERE r.region_code = :region_code AND r.run_id = :run_id
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name assess_by_id(principal:int, id:int)   one run; no row outside the reader's scope
SELECT a.region_code, a.id, a.number, a.scheme, a.scheme_version, a.unit_id, a.outline_ids, a.from_on, a.until_on, a.state, a.figures_sha256,
    a.content_sha256, a.sent_on, a.objections_until_on, a.published_on, a.created_at_us, a.version
FROM assess_run a WHERE a.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM assess_run_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name assess_list(principal:int, limit:int)   runs in the reader's scope, newest first
-- :filter state(state:text) :: a.state = :state
-- :order newest(after_id:int) :: a.id DESC :: a.id < :after_id
SELECT a.region_code, a.id, a.number, a.scheme, a.scheme_version, a.unit_id, a.outline_ids, a.from_on, a.until_on, a.state, a.figures_sha256,
    a.content_sha256, a.sent_on, a.objections_until_on, a.published_on, a.created_at_us, a.version
FROM assess_run a WHERE a.state <> 'discarded' AND (:principal = 0 OR EXISTS (SELECT 1 FROM assess_run_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name assess_state_set(region_code:text, id:int, version:int, from_state:text, to_state:text, sent_on:text?, objections_until_on:text?, published_on:text?,
--   content_sha256:text?)   no row when stale
-- @unscoped because the command that calls it has found the run in scope
UPDATE assess_run SET state = :to_state, sent_on = :sent_on, objections_until_on = :objections_until_on, published_on = :published_on,
    content_sha256 = :content_sha256, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = :from_state;

-- :name assess_touch(region_code:text, id:int)   something in it changed
-- @unscoped because the command that calls it has found the run in scope
UPDATE assess_run SET version = version + 1 WHERE region_code = :region_code AND id = :id;

-- :name assess_result_add(region_code:text, run_id:int, unit_id:int, unit_name:text, peer_group:text, lines:text, computed:int, place:int, place_to:int)
--   a unit's result
INSERT INTO assess_result (region_code, run_id, unit_id, unit_name, peer_group, lines, computed, points, place, place_to)
VALUES (:region_code, :run_id, :unit_id, :unit_name, :peer_group, :lines, :computed, :computed, :place, :place_to);

-- :name assess_results(principal:int, region_code:text, run_id:int)   the results that the reader may see: all for the office, its own for a unit, all once published
SELECT r.unit_id, r.unit_name, r.peer_group, r.lines, r.computed, r.points, r.place, r.place_to, r.accepted_at_us,
    (SELECT w.award FROM assess_award w WHERE w.region_code = :region_code AND w.run_id = :run_id AND w.unit_id = r.unit_id)
FROM assess_result r JOIN assess_run a ON a.region_code = r.region_code AND a.id = r.run_id
WHERE r.region_code = :region_code AND r.run_id = :run_id AND (:principal = 0
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = a.unit_id AND g.right_code = 'read')
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = r.unit_id AND g.right_code = 'report')
    OR (a.state = 'published' AND EXISTS (SELECT 1 FROM assess_run_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')))
ORDER BY r.peer_group, r.place, r.unit_id;

-- :name assess_result_points(region_code:text, run_id:int, unit_id:int, points:int)   what it comes to
-- @unscoped because the command that calls it has found the run in scope
UPDATE assess_result SET points = :points WHERE region_code = :region_code AND run_id = :run_id AND unit_id = :unit_id;

-- :name assess_result_place(region_code:text, run_id:int, unit_id:int, place:int, place_to:int)   its rank within the group
-- @unscoped because the command that calls it has found the run in scope
UPDATE assess_result SET place = :place, place_to = :place_to
WHERE region_code = :region_code AND run_id = :run_id AND unit_id = :unit_id AND (place <> :place OR place_to <> :place_to);

-- :name assess_result_accept(region_code:text, run_id:int, unit_id:int, accepted_at_us:int)   the unit has nothing against it
-- @unscoped because the command that calls it has found the result in scope
UPDATE assess_result SET accepted_at_us = :accepted_at_us
WHERE region_code = :region_code AND run_id = :run_id AND unit_id = :unit_id AND accepted_at_us IS NULL;

-- :name assess_all_results(region_code:text, run_id:int)   all results, for ranks
-- @unscoped because the command that calls it has found the run in scope
SELECT r.unit_id, r.peer_group, r.points, COALESCE(r.accepted_at_us, 0), r.computed FROM assess_result r
WHERE r.region_code = :region_code AND r.run_id = :run_id ORDER BY r.unit_id;

-- :name assess_adjust_add(region_code:text, id:int, run_id:int, unit_id:int, kind:text, points:int, reason:text, file_count:int, at_us:int, actor_id:int)
--   added or taken off
INSERT INTO assess_adjust (region_code, id, run_id, unit_id, kind, points, reason, file_count, at_us, actor_id)
VALUES (:region_code, :id, :run_id, :unit_id, :kind, :points, :reason, :file_count, :at_us, :actor_id);

-- :name assess_adjusts(principal:int, region_code:text, run_id:int)   what was added and taken off, as far as the reader may see the results
SELECT j.id, j.unit_id, j.kind, j.points, j.reason, j.file_count, j.at_us
FROM assess_adjust j JOIN assess_run a ON a.region_code = j.region_code AND a.id = j.run_id
WHERE j.region_code = :region_code AND j.run_id = :run_id AND (:principal = 0
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = a.unit_id AND g.right_code = 'read')
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = j.unit_id AND g.right_code = 'report')
    OR (a.state = 'published' AND EXISTS (SELECT 1 FROM assess_run_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')))
ORDER BY j.unit_id, j.id;

-- :name assess_adjust_sum(region_code:text, run_id:int, unit_id:int)   what all of it comes to
-- @unscoped because the command that calls it has found the run in scope
SELECT CAST(COALESCE(sum(j.points), 0) AS BIGINT), CAST(COALESCE(sum(CASE WHEN j.kind = 'deduct' THEN -j.points ELSE 0 END), 0) AS BIGINT),
    CAST(COALESCE(sum(CASE WHEN j.kind = 'bonus' THEN j.points ELSE 0 END), 0) AS BIGINT)
FROM assess_adjust j WHERE j.region_code = :region_code AND j.run_id = :run_id AND j.unit_id = :unit_id;

-- :name assess_objection_add(region_code:text, id:int, run_id:int, unit_id:int, item:text, text:text, file_count:int, at_us:int, actor_id:int)   a unit objects
INSERT INTO assess_objection (region_code, id, run_id, unit_id, item, text, file_count, at_us, actor_id, decision, reason, points)
VALUES (:region_code, :id, :run_id, :unit_id, :item, :text, :file_count, :at_us, :actor_id, '', '', 0);

-- :name assess_objections(principal:int, region_code:text, run_id:int)   objections: all for the office, its own for a unit
SELECT o.id, o.unit_id, o.item, o.text, o.file_count, o.at_us, o.decision, o.reason, o.points, o.decided_at_us
FROM assess_objection o JOIN assess_run a ON a.region_code = o.region_code AND a.id = o.run_id
WHERE o.region_code = :region_code AND o.run_id = :run_id AND (:principal = 0
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = a.unit_id AND g.right_code = 'read')
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = o.unit_id AND g.right_code = 'report'))
ORDER BY o.unit_id, o.id;

-- :name assess_objection_by_id(principal:int, region_code:text, run_id:int, id:int)   one of them, as far as the reader may see it
SELECT o.unit_id, o.decision FROM assess_objection o JOIN assess_run a ON a.region_code = o.region_code AND a.id = o.run_id
WHERE o.region_code = :region_code AND o.run_id = :run_id AND o.id = :id AND (:principal = 0
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = a.unit_id AND g.right_code = 'read')
    OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = o.unit_id AND g.right_code = 'report'));

-- :name assess_objection_decide(region_code:text, id:int, decision:text, reason:text, points:int, decided_at_us:int, decided_by:int)   no row when it is decided already
-- @unscoped because the command that calls it has found the objection in scope
UPDATE assess_objection SET decision = :decision, reason = :reason, points = :points, decided_at_us = :decided_at_us, decided_by = :decided_by
WHERE region_code = :region_code AND id = :id AND decision = '';

-- :name assess_undecided(region_code:text, run_id:int)   objections that wait for a decision
-- @unscoped because the command that calls it has found the run in scope
SELECT CAST(count(*) AS BIGINT) FROM assess_objection o WHERE o.region_code = :region_code AND o.run_id = :run_id AND o.decision = '';

-- :name assess_objections_of(region_code:text, run_id:int, unit_id:int)   how often a unit objected, and how often that is undecided
-- @unscoped because the command that calls it has found the run in scope
SELECT CAST(count(*) AS BIGINT), CAST(COALESCE(sum(CASE WHEN o.decision = '' THEN 1 ELSE 0 END), 0) AS BIGINT)
FROM assess_objection o WHERE o.region_code = :region_code AND o.run_id = :run_id AND o.unit_id = :unit_id;

-- :name assess_award_add(region_code:text, run_id:int, unit_id:int, award:text)   for its place
INSERT INTO assess_award (region_code, run_id, unit_id, award) VALUES (:region_code, :run_id, :unit_id, :award);
