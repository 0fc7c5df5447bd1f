-- plan_my_tasks.sql: the tasks that wait on a desk.

-- :name my_tasks(principal:int, until_on:text, limit:int)   tasks of the reader's own units that are due by a day, not finished, with nothing below them, the soonest first
SELECT t.id, t.title, t.due_on, t.percent, t.state, a.id, a.title, t.level, (SELECT min(k.unit_id) FROM task_unit k JOIN grant_closure h ON h.unit_id = k.unit_id
    WHERE k.region_code = t.region_code AND k.task_id = t.id AND h.principal_id = :principal AND h.right_code IN ('report', 'approve'))
FROM task t JOIN action a ON a.region_code = t.region_code AND a.line_id = t.line_id JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE o.state = 'current' AND t.gone = '' AND t.state IN ('to_start', 'under_way') AND t.due_on <= :until_on
AND EXISTS (SELECT 1 FROM task_unit u JOIN grant_closure m ON m.unit_id = u.unit_id
    WHERE u.region_code = t.region_code AND u.task_id = t.id AND m.principal_id = :principal AND m.right_code IN ('report', 'approve'))
AND NOT EXISTS (SELECT 1 FROM task b WHERE b.region_code = t.region_code AND b.line_id = t.line_id AND b.parent_id = t.id AND b.gone = '')
AND EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')
ORDER BY t.due_on NULLS LAST, t.id LIMIT :limit;
