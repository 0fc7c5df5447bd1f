-- plan_find.sql - what the search over all rooms finds here: actions and outlines in force, consultations.

-- :name action_find(principal:int, match:text, before_id:int, limit:int)   actions of outlines in force that a text finds, in scope, newest first
SELECT a.id, a.title, o.title FROM search_text(:match) s JOIN action a ON a.region_code = s.region_code AND a.id = s.subject_id
JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE s.subject_kind = 'action' AND a.id < :before_id AND o.state = 'current' AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.id DESC LIMIT :limit;

-- :name outline_find(principal:int, match:text, before_id:int, limit:int)   outlines in force that a text finds, in scope, newest first
SELECT o.id, o.title, o.issuer FROM search_text(:match) s JOIN outline o ON o.region_code = s.region_code AND o.id = s.subject_id
WHERE s.subject_kind = 'outline' AND o.id < :before_id AND o.state = 'current' AND (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY o.id DESC LIMIT :limit;

-- :name consultation_find(principal:int, match:text, before_id:int, limit:int)   consultations that a text finds, in scope, newest first
SELECT c.id, c.title, c.body FROM search_text(:match) s JOIN consultation c ON c.region_code = s.region_code AND c.id = s.subject_id
WHERE s.subject_kind = 'consultation' AND c.id < :before_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM consultation_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY c.id DESC LIMIT :limit;
