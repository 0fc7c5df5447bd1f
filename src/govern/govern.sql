-- govern.sql - matters of all topics.

-- :name matter_insert(region_code:text, id:int, number:text, kind:text, form:text, code:text, title:text, text:text, unit_id:int, parent_id:int?,
--   place_code:text, document_number:text, from_on:text, due_on:text?, source_id:int?, source_words:text, state:text, is_open:int, at_us:int)   a new matter
INSERT INTO matter (region_code, id, number, kind, form, code, title, text, unit_id, parent_id, place_code, document_number, from_on, due_on, source_id,
    source_words, state, is_open, opened_at_us, updated_at_us, version)
VALUES (:region_code, :id, :number, :kind, :form, :code, :title, :text, :unit_id, :parent_id, :place_code, :document_number, :from_on, :due_on,
    :source_id, :source_words, :state, :is_open, :at_us, :at_us, 1);

-- :name matter_by_id(principal:int, id:int)   one matter; no row outside the reader's scope
SELECT m.region_code, m.id, m.number, m.kind, m.form, m.code, m.title, m.text, m.unit_id, m.parent_id, m.place_code, m.document_number, m.from_on, m.to_on,
    m.due_on, m.source_id, m.source_words, m.state, m.is_open, m.opened_at_us, m.updated_at_us, m.version
FROM matter m WHERE m.id = :id AND (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name matter_list(principal:int, limit:int)   matters in the reader's scope
-- :filter kind(kind:text) :: m.kind = :kind
-- :filter form(form:text) :: m.form = :form
-- :filter state(state:text) :: m.state = :state
-- :filter code(code:text) :: m.code = :code
-- :filter unit(unit_id:int) :: m.unit_id = :unit_id
-- :filter parent(parent_id:int) :: m.parent_id = :parent_id
-- :filter source(source_id:int) :: m.source_id = :source_id
-- :filter orphan() :: m.source_id IS NULL AND m.source_words = '' AND m.parent_id IS NULL
-- :filter place(place_code:text) :: m.place_code = :place_code
-- :filter on(on:text) :: m.from_on <= :on AND (m.to_on IS NULL OR m.to_on > :on)
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = m.region_code
--   AND s.subject_kind = m.kind AND s.subject_id = m.id)
-- :order newest(after_id:int) :: m.id DESC :: m.id < :after_id
-- :order oldest(after_id:int) :: m.id ASC :: m.id > :after_id
SELECT m.region_code, m.id, m.number, m.kind, m.form, m.code, m.title, m.text, m.unit_id, m.parent_id, m.place_code, m.document_number, m.from_on, m.to_on,
    m.due_on, m.source_id, m.source_words, m.state, m.is_open, m.opened_at_us, m.updated_at_us, m.version
FROM matter m WHERE (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} {order} LIMIT :limit;

-- :name matter_touch(region_code:text, id:int, version:int, at_us:int)   one change more; no row when another version stands there (0: whatever stands there)
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET version = version + 1, updated_at_us = :at_us WHERE region_code = :region_code AND id = :id AND (:version = 0 OR version = :version);

-- :name matter_state(region_code:text, id:int, state:text, to_on:text?)   the new state
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET state = :state, to_on = COALESCE(:to_on, to_on) WHERE region_code = :region_code AND id = :id;

-- :name matter_edit(region_code:text, id:int, title:text?, text:text?, document_number:text?, due_on:text?, source_id:int?, source_words:text?)   what is NULL stays
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET title = COALESCE(:title, title), text = COALESCE(:text, text), document_number = COALESCE(:document_number, document_number),
    due_on = COALESCE(:due_on, due_on), source_id = COALESCE(:source_id, source_id), source_words = COALESCE(:source_words, source_words)
WHERE region_code = :region_code AND id = :id;

-- :name matter_code_taken(kind:text, code:text)   whether a topic uses a code already
-- @unscoped because a code is taken whoever may see by what
SELECT m.id FROM matter m WHERE m.kind = :kind AND m.code = :code ORDER BY m.id LIMIT 1;

-- :name matter_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO matter_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part) ON CONFLICT DO NOTHING;

-- :name matter_duty_add(region_code:text, matter_id:int, duty_id:int, item:text, title:text, holder_id:int, due_on:text?, state:text, percent:int)   a duty about it
INSERT INTO matter_duty (region_code, matter_id, duty_id, item, title, holder_id, due_on, state, percent, is_final)
VALUES (:region_code, :matter_id, :duty_id, :item, :title, :holder_id, :due_on, :state, :percent, 0);

-- :name matter_duty_put(duty_id:int, holder_id:int, due_on:text?, state:text, percent:int, is_final:int)   what a change of the duty left
UPDATE matter_duty SET holder_id = :holder_id, due_on = :due_on, state = :state, percent = :percent, is_final = :is_final WHERE duty_id = :duty_id;

-- :name matter_duties(region_code:text, matter_id:int)   duties about a matter
SELECT d.duty_id, d.item, d.title, d.holder_id, d.due_on, d.state, d.percent, d.is_final FROM matter_duty d
WHERE d.region_code = :region_code AND d.matter_id = :matter_id ORDER BY d.duty_id;

-- :name matter_duty_sums(region_code:text, matter_id:int)   how many, how many are open, and the sum of their percents
SELECT count(*), CAST(COALESCE(SUM(1 - d.is_final), 0) AS INTEGER), CAST(COALESCE(SUM(d.percent), 0) AS INTEGER) FROM matter_duty d
WHERE d.region_code = :region_code AND d.matter_id = :matter_id;
