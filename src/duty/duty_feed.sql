-- duty_feed.sql: what stands in a person's calendar.

-- :name duty_feed_dues(principal:int, limit:int)   open duties of the reader's own units that have a limit, the soonest first
SELECT d.id, d.version, d.opened_at_us, d.updated_at_us, d.title, d.number, d.due_on, d.clock, d.clock_due_us, d.report_by_on, d.percent
FROM duty d WHERE d.final = 0 AND d.suspended = 0 AND (d.due_on IS NOT NULL OR d.clock_due_us IS NOT NULL OR d.report_by_on IS NOT NULL)
AND EXISTS (SELECT 1 FROM grant_closure m WHERE m.unit_id = d.holder_id AND m.principal_id = :principal AND m.right_code IN ('report', 'approve'))
AND EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')
ORDER BY d.due_key, d.id LIMIT :limit;

-- :name duty_feed_slips(principal:int, limit:int)   slips that the reader's own units have to answer
SELECT s.id, s.version, s.issued_at_us, s.reply_due_us, s.number, s.text, d.title, d.id
FROM duty_slip s JOIN duty d ON d.region_code = s.region_code AND d.id = s.duty_id WHERE s.state = 'open'
AND EXISTS (SELECT 1 FROM grant_closure m WHERE m.unit_id = s.unit_id AND m.principal_id = :principal AND m.right_code IN ('report', 'approve'))
AND EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read')
ORDER BY s.reply_due_us, s.id LIMIT :limit;
