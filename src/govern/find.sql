-- find.sql - what the search over all rooms finds here.

-- :name matter_find(principal:int, match:text, before_id:int, limit:int)   matters of all topics that a text finds, in scope, newest first
SELECT m.kind, m.id, m.title, m.text, m.number FROM search_text(:match) s JOIN matter m ON m.region_code = s.region_code AND m.id = s.subject_id
WHERE s.subject_kind = m.kind AND m.id < :before_id AND (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY m.id DESC LIMIT :limit;

-- :name meeting_find(principal:int, match:text, before_id:int, limit:int)   sessions that a text finds, in scope, newest first
SELECT m.id, m.title, m.theme, m.number FROM search_text(:match) s JOIN meet_session m ON m.region_code = s.region_code AND m.id = s.subject_id
WHERE s.subject_kind = 'meeting' AND m.id < :before_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM meet_session_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY m.id DESC LIMIT :limit;

-- :name resolution_find(principal:int, match:text, before_id:int, limit:int)   resolutions that a text finds, of sessions in scope, newest first
SELECT r.id, r.text, r.number, r.session_id FROM search_text(:match) s JOIN meet_resolution r ON r.region_code = s.region_code AND r.id = s.subject_id
JOIN meet_session m ON m.region_code = r.region_code AND m.id = r.session_id
WHERE s.subject_kind = 'resolution' AND r.id < :before_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM meet_session_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY r.id DESC LIMIT :limit;
