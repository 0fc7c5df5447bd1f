-- document.sql - documents that follow from an outline: what was registered, which parts it has, who still owes one.

-- :name document_add(region_code:text, matter_id:int, call_id:int?, file_id:int?)   beside the new matter
INSERT INTO document (region_code, matter_id, call_id, file_id) VALUES (:region_code, :matter_id, :call_id, :file_id);

-- :name document_of(region_code:text, matter_id:int)   which call it answers, its file
SELECT d.call_id, d.file_id FROM document d WHERE d.region_code = :region_code AND d.matter_id = :matter_id;

-- :name document_part_put(region_code:text, matter_id:int, part:text, is_found:int, page:text, note:text, actor_id:int, at_us:int)   a part is ticked
INSERT INTO document_part (region_code, matter_id, part, is_found, page, note, actor_id, at_us)
VALUES (:region_code, :matter_id, :part, :is_found, :page, :note, :actor_id, :at_us)
ON CONFLICT (region_code, matter_id, part) DO UPDATE SET is_found = :is_found, page = :page, note = :note, actor_id = :actor_id, at_us = :at_us;

-- :name document_parts(region_code:text, matter_id:int)   parts that were ticked
SELECT p.part, p.is_found, p.page, p.note, p.actor_id, p.at_us FROM document_part p
WHERE p.region_code = :region_code AND p.matter_id = :matter_id ORDER BY p.part;

-- :name matter_relink(region_code:text, id:int, parent_id:int?, source_id:int?, source_words:text)   what it follows from
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET parent_id = :parent_id, source_id = :source_id, source_words = :source_words WHERE region_code = :region_code AND id = :id;

-- :name document_owed_add(region_code:text, matter_id:int, unit_id:int, id:int, duty_id:int)   a unit owes one
INSERT INTO document_owed (region_code, matter_id, unit_id, id, duty_id, is_complete, missing) VALUES (:region_code, :matter_id, :unit_id, :id, :duty_id, 0, '');

-- :name document_owed_put(region_code:text, matter_id:int, unit_id:int, document_id:int, is_complete:int, missing:text)   a document answers the call; no row when the unit owes none
UPDATE document_owed SET document_id = :document_id, is_complete = :is_complete, missing = :missing
WHERE region_code = :region_code AND matter_id = :matter_id AND unit_id = :unit_id AND (document_id IS NULL OR document_id = :document_id);

-- :name document_owed_list(region_code:text, matter_id:int)   who owes one under a call
SELECT o.unit_id, o.duty_id, o.document_id, o.is_complete, o.missing FROM document_owed o
WHERE o.region_code = :region_code AND o.matter_id = :matter_id ORDER BY o.is_complete, o.unit_id;

-- :name document_owed_sums(region_code:text, matter_id:int)   how many owe one, have registered one, have a whole one
SELECT count(*), count(o.document_id), CAST(COALESCE(SUM(o.is_complete), 0) AS INTEGER) FROM document_owed o
WHERE o.region_code = :region_code AND o.matter_id = :matter_id;

-- :name document_gaps(principal:int, limit:int)   who still owes a document, or has one that lacks parts
-- :filter unit(unit_id:int) :: o.unit_id = :unit_id
-- :filter source(source_id:int) :: m.source_id = :source_id
-- :filter form(form:text) :: m.form = :form
-- :order newest(after_id:int) :: o.id DESC :: o.id < :after_id
SELECT m.id, m.title, m.form, m.due_on, o.unit_id, o.duty_id, o.document_id, o.missing
FROM document_owed o JOIN matter m ON m.region_code = o.region_code AND m.id = o.matter_id
WHERE o.is_complete = 0 AND (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure c WHERE c.principal_id = :principal AND c.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} {order} LIMIT :limit;
