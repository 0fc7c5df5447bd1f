-- source.sql - sources beside the outline: the register, what each is divided into, letters of reply.

-- :name source_add(region_code:text, matter_id:int, from_whom:text, is_internal:int, due_on:text, longest_on:text, file_id:int?)   a new one
INSERT INTO source_item (region_code, matter_id, from_whom, is_internal, first_due_on, longest_on, extensions, file_id)
VALUES (:region_code, :matter_id, :from_whom, :is_internal, :due_on, :longest_on, 0, :file_id);

-- :name source_get(region_code:text, matter_id:int)   what it says of its own
SELECT s.from_whom, s.is_internal, s.first_due_on, s.longest_on, s.extensions, s.file_id, s.lead_duty_id FROM source_item s
WHERE s.region_code = :region_code AND s.matter_id = :matter_id;

-- :name source_lead(region_code:text, matter_id:int, lead_duty_id:int?)   the duty of the unit that leads
UPDATE source_item SET lead_duty_id = :lead_duty_id WHERE region_code = :region_code AND matter_id = :matter_id;

-- :name source_extend(region_code:text, matter_id:int, longest_on:text)   a later day once more
UPDATE source_item SET extensions = extensions + 1, longest_on = :longest_on WHERE region_code = :region_code AND matter_id = :matter_id;

-- :name source_due(region_code:text, id:int, due_on:text)   the day by which it is answered
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET due_on = :due_on WHERE region_code = :region_code AND id = :id;

-- :name source_has_duty(region_code:text, matter_id:int, duty_id:int)   whether the duty serves it already
SELECT count(*) FROM matter_duty d WHERE d.region_code = :region_code AND d.matter_id = :matter_id AND d.duty_id = :duty_id;

-- :name source_reply_add(region_code:text, matter_id:int, id:int, stage:text, result:text, document_number:text, text:text, replied_on:text, file_id:int?)   a letter
INSERT INTO source_reply (region_code, matter_id, id, stage, result, document_number, text, replied_on, file_id, opinion, opinion_text)
VALUES (:region_code, :matter_id, :id, :stage, :result, :document_number, :text, :replied_on, :file_id, '', '');

-- :name source_reply_opinion(region_code:text, matter_id:int, id:int, opinion:text, opinion_text:text, opinion_on:text)   what they say who asked; no row when it was said, or the letter is not final
UPDATE source_reply SET opinion = :opinion, opinion_text = :opinion_text, opinion_on = :opinion_on
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND opinion = '' AND stage = 'final';

-- :name source_replies(region_code:text, matter_id:int)   its letters
SELECT r.id, r.stage, r.result, r.document_number, r.text, r.replied_on, r.file_id, r.opinion, r.opinion_text, r.opinion_on FROM source_reply r
WHERE r.region_code = :region_code AND r.matter_id = :matter_id ORDER BY r.id;

-- :name source_list(principal:int, limit:int)   sources in the reader's scope
-- :filter form(form:text) :: m.form = :form
-- :filter state(state:text) :: m.state = :state
-- :filter open() :: m.state <> 'closed'
-- :filter internal() :: s.is_internal = 1
-- :filter holder(unit_id:int) :: EXISTS (SELECT 1 FROM matter_duty h WHERE h.region_code = m.region_code AND h.matter_id = m.id AND h.holder_id = :unit_id)
-- :filter late(on:text) :: m.due_on < :on AND m.state IN ('registered', 'in_hand')
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) x WHERE x.region_code = m.region_code
--   AND x.subject_kind = 'source' AND x.subject_id = m.id)
-- :order due(after_due:text, after_id:int) :: COALESCE(m.due_on, '9999-12-31') ASC, m.id ASC :: (COALESCE(m.due_on, '9999-12-31'), m.id) > (:after_due, :after_id)
-- :order received(after_from:text, after_id:int) :: m.from_on DESC, m.id DESC :: (m.from_on, m.id) < (:after_from, :after_id)
-- :order updated(after_us:int, after_id:int) :: m.updated_at_us DESC, m.id DESC :: (m.updated_at_us, m.id) < (:after_us, :after_id)
SELECT m.region_code, m.id, m.number, m.form, m.title, m.unit_id, m.document_number, m.from_on, m.due_on, m.state, m.updated_at_us, s.from_whom,
    s.is_internal, s.first_due_on, (SELECT count(*) FROM matter_duty d WHERE d.region_code = m.region_code AND d.matter_id = m.id),
    (SELECT count(*) FROM matter_duty d WHERE d.region_code = m.region_code AND d.matter_id = m.id AND d.is_final = 0),
    (SELECT d.holder_id FROM matter_duty d WHERE d.region_code = m.region_code AND d.matter_id = m.id AND d.duty_id = s.lead_duty_id)
FROM matter m JOIN source_item s ON s.region_code = m.region_code AND s.matter_id = m.id
WHERE m.kind = 'source' AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} {order} LIMIT :limit;
