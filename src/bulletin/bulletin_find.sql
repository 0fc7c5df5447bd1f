-- bulletin_find.sql - what the search over all rooms finds here.

-- :name bulletin_find(principal:int, match:text, before_id:int, limit:int)   bulletins that a text finds, in scope, newest first
SELECT b.id, b.title, b.number FROM search_text(:match) s JOIN bulletin b ON b.region_code = s.region_code AND b.id = s.subject_id
WHERE s.subject_kind = 'bulletin' AND b.id < :before_id AND b.state <> 'discarded' AND (:principal = 0 OR EXISTS (SELECT 1 FROM bulletin_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY b.id DESC LIMIT :limit;
