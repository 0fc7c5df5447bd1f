-- duty_source.sql: what a list says of where a duty comes from.

-- :name duty_source_first(region_code:text, duty_id:int, whole_id:int)   its first source; a part's is that of the whole when it has none of its own
SELECT s.kind, s.source_id, s.words FROM duty_source s WHERE s.region_code = :region_code AND s.duty_id IN (:duty_id, :whole_id)
ORDER BY CASE s.duty_id WHEN :duty_id THEN 0 ELSE 1 END NULLS LAST, s.duty_id, s.kind, s.source_id, s.words LIMIT 1;

-- :name duty_find(principal:int, match:text, before_id:int, limit:int)   duties that a text finds, in scope, newest first
SELECT d.id, d.title, d.number FROM search_text(:match) s JOIN duty d ON d.region_code = s.region_code AND d.id = s.subject_id
WHERE s.subject_kind = 'duty' AND d.id < :before_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY d.id DESC LIMIT :limit;
