-- duty_stats.sql - what units' duties came to in a period, and what is asked of units.

-- :name duty_stats_overdue(principal:int, from_us:int, until_us:int)   clocks that ran out, by the unit whose time it was
SELECT c.unit_id, CAST(count(*) AS BIGINT) FROM duty_clock c JOIN duty d ON d.region_code = c.region_code AND d.id = c.duty_id
WHERE c.overdue_at_us >= :from_us AND c.overdue_at_us < :until_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
GROUP BY c.unit_id ORDER BY c.unit_id;

-- :name duty_stats_slips(principal:int, from_us:int, until_us:int)   supervision slips, by the unit to which they went
SELECT s.unit_id, CAST(count(*) AS BIGINT) FROM duty_slip s JOIN duty d ON d.region_code = s.region_code AND d.id = s.duty_id
WHERE s.issued_at_us >= :from_us AND s.issued_at_us < :until_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
GROUP BY s.unit_id ORDER BY s.unit_id;

-- :name duty_asks(principal:int, from_us:int, until_us:int, limit:int)   duties that were open at some time between two instants
SELECT d.id, d.holder_id, d.assigner_id, d.number, d.title, d.report_every, d.due_on, d.start_on, COALESCE(d.closed_at_us, 0), d.opened_at_us
FROM duty d WHERE d.opened_at_us < :until_us AND COALESCE(d.closed_at_us, :until_us) >= :from_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY d.id LIMIT :limit;

-- :name duty_slip_asks(principal:int, from_us:int, until_us:int, limit:int)   slips whose answer is due between two instants
SELECT d.id, s.unit_id, s.issuer_id, s.number, d.title, s.reply_due_us
FROM duty_slip s JOIN duty d ON d.region_code = s.region_code AND d.id = s.duty_id WHERE s.reply_due_us >= :from_us AND s.reply_due_us < :until_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM duty_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = d.region_code AND p.object_id = d.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY s.id LIMIT :limit;
