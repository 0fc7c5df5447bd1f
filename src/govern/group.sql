-- group.sql - leading groups, committees, councils: seats, divided duties, mandates.

-- :name group_member_add(region_code:text, matter_id:int, id:int, unit_id:int, place:text, post:text, contact:text, resources:text, from_on:text)   a seat
INSERT INTO group_member (region_code, matter_id, id, unit_id, place, post, contact, resources, from_on, end_reason)
VALUES (:region_code, :matter_id, :id, :unit_id, :place, :post, :contact, :resources, :from_on, '');

-- :name group_member_clash(region_code:text, matter_id:int, unit_id:int, place:text, post:text, from_on:text)   a seat from that day on that leaves no room: the same post again, a second head or office
SELECT g.unit_id, g.post, g.from_on FROM group_member g WHERE g.region_code = :region_code AND g.matter_id = :matter_id
    AND (g.to_on IS NULL OR g.to_on > :from_on)
    AND ((g.unit_id = :unit_id AND g.place = :place AND g.post = :post) OR (g.place = :place AND :place IN ('head', 'office')))
ORDER BY g.id LIMIT 1;

-- :name group_member_end(region_code:text, matter_id:int, id:int, to_on:text, end_reason:text)   a seat ends; no row when it has, or began later
UPDATE group_member SET to_on = :to_on, end_reason = :end_reason
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND to_on IS NULL AND from_on < :to_on;

-- :name group_members(region_code:text, matter_id:int, on:text)   seats on a day
SELECT g.id, g.unit_id, g.place, g.post, g.contact, g.resources, g.from_on, g.to_on, g.end_reason FROM group_member g
WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.from_on <= :on AND (g.to_on IS NULL OR g.to_on > :on)
ORDER BY CASE g.place WHEN 'head' THEN 0 WHEN 'deputy' THEN 1 WHEN 'office' THEN 2 ELSE 3 END NULLS LAST, g.id;

-- :name group_members_former(region_code:text, matter_id:int, on:text)   seats that had ended by a day
SELECT g.id, g.unit_id, g.place, g.post, g.contact, g.resources, g.from_on, g.to_on, g.end_reason FROM group_member g
WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.to_on <= :on ORDER BY g.to_on DESC NULLS LAST, g.id;

-- :name group_members_end(region_code:text, matter_id:int, to_on:text, end_reason:text)   the body ends, and with it every seat
UPDATE group_member SET to_on = :to_on, end_reason = :end_reason WHERE region_code = :region_code AND matter_id = :matter_id AND to_on IS NULL;

-- :name group_is_member(region_code:text, matter_id:int, unit_id:int, on:text)   whether a unit sits there on a day
SELECT count(*) FROM group_member g WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.unit_id = :unit_id
    AND g.from_on <= :on AND (g.to_on IS NULL OR g.to_on > :on);

-- :name group_office(region_code:text, matter_id:int, on:text)   the unit that is the working office on a day
SELECT g.unit_id FROM group_member g WHERE g.region_code = :region_code AND g.matter_id = :matter_id AND g.place = 'office'
    AND g.from_on <= :on AND (g.to_on IS NULL OR g.to_on > :on) ORDER BY g.id LIMIT 1;

-- :name group_seats(principal:int, limit:int)   seats in bodies that the reader may see
-- :filter unit(unit_id:int) :: g.unit_id = :unit_id
-- :filter body(matter_id:int) :: g.matter_id = :matter_id
-- :filter post(post:text) :: g.post = :post
-- :filter on(on:text) :: g.from_on <= :on AND (g.to_on IS NULL OR g.to_on > :on)
-- :order newest(after_id:int) :: g.id DESC :: g.id < :after_id
SELECT g.id, g.matter_id, m.title, m.form, m.state, g.unit_id, g.place, g.post, g.contact, g.from_on, g.to_on
FROM group_member g JOIN matter m ON m.region_code = g.region_code AND m.id = g.matter_id
WHERE (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure c ON c.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND c.principal_id = :principal AND c.right_code = 'read'))
{filters} {order} LIMIT :limit;

-- :name group_charge_add(region_code:text, matter_id:int, id:int, unit_id:int, topic:text, part:text, text:text, from_on:text)   what a member answers for
INSERT INTO group_charge (region_code, matter_id, id, unit_id, topic, part, text, from_on)
VALUES (:region_code, :matter_id, :id, :unit_id, :topic, :part, :text, :from_on);

-- :name group_charge_lead(region_code:text, matter_id:int, topic:text, from_on:text)   who leads a topic from that day on
SELECT c.unit_id FROM group_charge c WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.topic = :topic AND c.part = 'lead'
    AND (c.to_on IS NULL OR c.to_on > :from_on) ORDER BY c.id LIMIT 1;

-- :name group_charge_end(region_code:text, matter_id:int, id:int, to_on:text)   no longer; no row when it has ended, or began later
UPDATE group_charge SET to_on = :to_on WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND to_on IS NULL AND from_on < :to_on;

-- :name group_charges_end_unit(region_code:text, matter_id:int, unit_id:int, to_on:text)   a unit that leaves answers for nothing any more
UPDATE group_charge SET to_on = :to_on WHERE region_code = :region_code AND matter_id = :matter_id AND unit_id = :unit_id AND to_on IS NULL;

-- :name group_charges(region_code:text, matter_id:int, on:text)   divided duties on a day
SELECT c.id, c.unit_id, c.topic, c.part, c.text, c.from_on, c.to_on FROM group_charge c
WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.from_on <= :on AND (c.to_on IS NULL OR c.to_on > :on)
ORDER BY c.topic, CASE c.part WHEN 'lead' THEN 0 ELSE 1 END NULLS LAST, c.id;

-- :name group_routing(region_code:text, matter_id:int, topic:text, on:text)   who handles a topic on a day, the lead first
SELECT c.unit_id, c.part, c.text FROM group_charge c
WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.topic = :topic AND c.from_on <= :on AND (c.to_on IS NULL OR c.to_on > :on)
ORDER BY CASE c.part WHEN 'lead' THEN 0 ELSE 1 END NULLS LAST, c.id;

-- :name group_text_add(region_code:text, matter_id:int, id:int, what:text, title:text, text:text, document_number:text, from_on:text)   a mandate or a decision
INSERT INTO group_text (region_code, matter_id, id, what, title, text, document_number, from_on)
VALUES (:region_code, :matter_id, :id, :what, :title, :text, :document_number, :from_on);

-- :name group_mandate_end(region_code:text, matter_id:int, to_on:text)   the mandate before it ends where the new one begins
UPDATE group_text SET to_on = :to_on WHERE region_code = :region_code AND matter_id = :matter_id AND what = 'mandate' AND to_on IS NULL;

-- :name group_mandate_last(region_code:text, matter_id:int)   the first day of the mandate that holds
SELECT t.from_on FROM group_text t WHERE t.region_code = :region_code AND t.matter_id = :matter_id AND t.what = 'mandate' ORDER BY t.from_on DESC, t.id DESC LIMIT 1;

-- :name group_texts(region_code:text, matter_id:int, on:text)   mandates and decisions until a day, newest first
SELECT t.id, t.what, t.title, t.text, t.document_number, t.from_on, t.to_on FROM group_text t
WHERE t.region_code = :region_code AND t.matter_id = :matter_id AND t.from_on <= :on ORDER BY t.from_on DESC, t.id DESC;
