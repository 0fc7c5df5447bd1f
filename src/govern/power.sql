-- power.sql - grants of powers and the values they depend on.

-- :name power_grant_add(region_code:text, matter_id:int, id:int, place_code:text, level:text, unit_id:int?, from_on:text, to_on:text?, document_number:text,
--   conditions:text, trigger_name:text, trigger_comparator:text, trigger_value:int?, trigger_unit:text)   a grant
INSERT INTO power_grant (region_code, matter_id, id, place_code, level, unit_id, from_on, to_on, document_number, conditions, trigger_name,
    trigger_comparator, trigger_value, trigger_unit, end_reason, end_document)
VALUES (:region_code, :matter_id, :id, :place_code, :level, :unit_id, :from_on, :to_on, :document_number, :conditions, :trigger_name,
    :trigger_comparator, :trigger_value, :trigger_unit, '', '');

-- :name power_grant_overlap(region_code:text, matter_id:int, place_code:text, from_on:text, to_on:text?)   a grant in the same place at the same time
SELECT g.document_number, g.from_on, g.to_on FROM power_grant g WHERE g.region_code = :region_code AND g.matter_id = :matter_id
    AND g.place_code = :place_code AND (g.to_on IS NULL OR g.to_on > :from_on) AND (CAST(:to_on AS TEXT) IS NULL OR g.from_on < :to_on)
ORDER BY g.id LIMIT 1;

-- :name power_grant_end(region_code:text, matter_id:int, id:int, to_on:text, end_reason:text, end_document:text)   withdrawn; no row when it ended before, or begins later
UPDATE power_grant SET to_on = :to_on, end_reason = :end_reason, end_document = :end_document
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND (to_on IS NULL OR to_on > :to_on) AND from_on < :to_on AND end_reason = '';

-- :name power_grant_by_id(region_code:text, matter_id:int, id:int)   one grant: its trigger
SELECT g.trigger_name, g.trigger_comparator, g.trigger_value, g.trigger_unit, g.to_on FROM power_grant g
WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.id = :id;

-- :name power_grants(region_code:text, matter_id:int)   all grants, newest first
SELECT g.id, g.place_code, g.level, g.unit_id, g.from_on, g.to_on, g.document_number, g.conditions, g.trigger_name, g.trigger_comparator,
    g.trigger_value, g.trigger_unit, g.end_reason, g.end_document, v.value, v.measured_on, v.source
FROM power_grant g LEFT JOIN power_measure v ON v.region_code = g.region_code AND v.matter_id = g.matter_id AND v.grant_id = g.id
    AND v.id = (SELECT l.id FROM power_measure l WHERE l.region_code = g.region_code AND l.matter_id = g.matter_id AND l.grant_id = g.id
        ORDER BY l.measured_on DESC, l.id DESC LIMIT 1)
WHERE g.region_code = :region_code AND g.matter_id = :matter_id ORDER BY g.from_on DESC, g.id DESC;

-- :name power_grants_on(region_code:text, matter_id:int, place_code:text, on:text)   the grant that holds in a place on a day
SELECT g.id, g.place_code, g.level, g.unit_id, g.from_on, g.to_on, g.document_number, g.conditions, g.trigger_name, g.trigger_comparator,
    g.trigger_value, g.trigger_unit
FROM power_grant g WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.place_code = :place_code AND g.from_on <= :on
    AND (g.to_on IS NULL OR g.to_on > :on) ORDER BY g.id;

-- :name power_measure_add(region_code:text, matter_id:int, grant_id:int, id:int, measured_on:text, value:int, source:text, at_us:int)   a value
INSERT INTO power_measure (region_code, matter_id, grant_id, id, measured_on, value, source, at_us)
VALUES (:region_code, :matter_id, :grant_id, :id, :measured_on, :value, :source, :at_us);

-- :name power_reviews(principal:int, limit:int)   grants whose last value by a day no longer meets their trigger
-- :filter on(on:text) :: g.from_on <= :on AND (g.to_on IS NULL OR g.to_on > :on)
-- :order newest(after_id:int) :: g.id DESC :: g.id < :after_id
SELECT g.id, m.id, m.code, m.title, g.place_code, g.level, g.document_number, g.trigger_name, g.trigger_comparator, g.trigger_value, g.trigger_unit,
    v.value, v.measured_on, v.source
FROM power_grant g JOIN matter m ON m.region_code = g.region_code AND m.id = g.matter_id
    JOIN power_measure v ON v.region_code = g.region_code AND v.matter_id = g.matter_id AND v.grant_id = g.id
    AND v.id = (SELECT l.id FROM power_measure l WHERE l.region_code = g.region_code AND l.matter_id = g.matter_id AND l.grant_id = g.id
        ORDER BY l.measured_on DESC, l.id DESC LIMIT 1)
WHERE ((g.trigger_comparator = 'ge' AND v.value < g.trigger_value) OR (g.trigger_comparator = 'le' AND v.value > g.trigger_value))
AND (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure c ON c.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND c.principal_id = :principal AND c.right_code = 'read'))
{filters} {order} LIMIT :limit;
