-- plan_feed.sql: what stands in a person's calendar.

-- :name plan_feed_dues(principal:int, limit:int)   open actions of the reader's own units that have a due day, the soonest first
SELECT a.id, a.version, a.updated_at_us, a.title, a.number, a.due_on, a.percent, a.state, o.title, o.created_at_us
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE o.state = 'current' AND o.mode = 'live' AND a.due_on IS NOT NULL AND a.state NOT IN ('done', 'stopped')
AND EXISTS (SELECT 1 FROM action_party m JOIN grant_closure h ON h.unit_id = m.unit_id
    WHERE m.region_code = a.region_code AND m.object_id = a.id AND m.part IN ('lead', 'supporting') AND h.principal_id = :principal AND h.right_code = 'report')
AND EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')
ORDER BY a.due_on NULLS LAST, a.id LIMIT :limit;
