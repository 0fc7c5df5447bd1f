-- plan_stats.sql - what actions were on a day and in a period.

-- :name stats_outlines(principal:int, unit_id:int)   the current outlines of an office in scope, oldest first
SELECT o.region_code, o.id, o.title, o.mode, o.is_public FROM outline o
WHERE o.unit_id = :unit_id AND o.state = 'current' AND (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY o.id;

-- :name stats_actions(principal:int, region_code:text, outline_id:int)   the actions of an outline in scope, in reading order
SELECT a.id, a.line_id, a.path, a.number, a.title, a.state_at_start, a.start_on, a.due_on FROM action a
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY a.sort, a.id;

-- :name stats_units(principal:int, region_code:text, outline_id:int)   who answers for them, in the same order, leads first
SELECT a.id, u.unit_id, u.part, u.name, n.region_code, n.kind
FROM action a CROSS JOIN action_unit u JOIN unit n ON n.id = u.unit_id
WHERE u.region_code = a.region_code AND u.action_id = a.id AND a.region_code = :region_code AND a.outline_id = :outline_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.sort, a.id, u.part, u.item, u.unit_id;

-- :name stats_reports(principal:int, region_code:text, outline_id:int, until_on:text)   the reports on them up to a day, in the same order, oldest first
SELECT a.id, r.done_on, r.state, r.percent FROM action a JOIN report r ON r.region_code = a.region_code AND r.line_id = a.line_id
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND r.done_on <= :until_on
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.sort, a.id, r.done_on, r.id;

-- :name stats_asks(principal:int, from_on:text, until_on:text, limit:int)   opinions that units are asked for, by the last day for them
SELECT c.id, h.unit_id, c.unit_id, c.number, c.title, c.reply_due_on
FROM consultation c JOIN consultation_party h ON h.region_code = c.region_code AND h.object_id = c.id
WHERE h.part = 'heard' AND c.reply_due_on >= :from_on AND c.reply_due_on <= :until_on AND c.state <> 'withdrawn'
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM consultation_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY c.id, h.unit_id LIMIT :limit;
