-- duty_source.sql: what a list says of where a duty comes from.

-- :name duty_source_first(region_code:text, duty_id:int, whole_id:int)   its first source; a part's is that of the whole when it has none of its own
SELECT s.kind, s.source_id, s.words FROM duty_source s WHERE s.region_code = :region_code AND s.duty_id IN (:duty_id, :whole_id)
ORDER BY CASE s.duty_id WHEN :duty_id THEN 0 ELSE 1 END NULLS LAST, s.duty_id, s.kind, s.source_id, s.words LIMIT 1;
