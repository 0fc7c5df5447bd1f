-- Dependencies between actions; read behind their outline, which was found in scope.

-- :name dependency_list(region_code:text, outline_line:int)   all of an outline
-- @unordered because + 0 keeps SQLite from walking the key of the whole region; ids are unique
SELECT d.id, d.from_line, d.to_line, d.kind, d.lag_days FROM dependency d
WHERE d.region_code = :region_code AND d.outline_line = :outline_line ORDER BY d.id + 0 NULLS LAST;

-- :name dependency_get(id:int)   one, with the outline that stands for its line now
-- @unscoped because the caller then finds its outline in scope
SELECT d.region_code, COALESCE((SELECT o.id FROM outline o WHERE o.region_code = d.region_code AND o.line_id = d.outline_line AND o.state = 'current'
    ORDER BY o.id DESC LIMIT 1), 0)
FROM dependency d WHERE d.id = :id;

-- :name dependency_insert(region_code:text, id:int, outline_line:int, from_line:int, to_line:int, kind:text, lag_days:int)   a new one
INSERT INTO dependency (region_code, id, outline_line, from_line, to_line, kind, lag_days)
VALUES (:region_code, :id, :outline_line, :from_line, :to_line, :kind, :lag_days);

-- :name dependency_delete(region_code:text, id:int)   no longer
DELETE FROM dependency WHERE region_code = :region_code AND id = :id;

-- :name action_line_title(region_code:text, line_id:int)   what an action is called in its newest edition
-- @unscoped because the caller has found the outline in scope with the right to break it down
-- @unordered because + 0 keeps SQLite from walking the key of the whole region; ids are unique
SELECT a.title FROM action a WHERE a.region_code = :region_code AND a.line_id = :line_id ORDER BY a.id + 0 DESC NULLS LAST LIMIT 1;
