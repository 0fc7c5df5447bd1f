-- plan.sql: every statement of the plan engine. Principal 0 is the system itself (command line, timers); its scope is everything.

-- ---- imports ---------------------------------------------------------------------------------------------------------------------

-- :name import_insert(region_code:text, id:int, mode:text, as_of_on:text, filename:text, file_sha256:text, text_sha256:text, text_bytes:int,
--   document_count:int, unit_id:int, created_by:int, created_at_us:int)   a new import, its nodes still to come
INSERT INTO import (region_code, id, state, mode, as_of_on, filename, file_sha256, text_sha256, text_bytes, document_count, unit_id,
    created_by, created_at_us, version, next_document, next_sort, target_region, cooperation_id, edition_of, proposed_units)
VALUES (:region_code, :id, 'reading', :mode, :as_of_on, :filename, :file_sha256, :text_sha256, :text_bytes, :document_count, :unit_id,
    :created_by, :created_at_us, 1, 0, 0, '', NULL, NULL, 0);

-- :name import_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO import_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name import_by_id(principal:int, id:int)   one import; no row outside the reader's scope
SELECT i.region_code, i.id, i.state, i.mode, i.as_of_on, i.filename, i.file_sha256, i.text_sha256, i.text_bytes, i.document_count,
    i.unit_id, i.created_at_us, i.version, i.next_document, i.next_sort, i.target_region, i.cooperation_id, i.edition_of, i.proposed_units
FROM import i WHERE i.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM import_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = i.region_code AND p.object_id = i.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name import_list(principal:int, limit:int)   imports in the reader's scope
-- :filter state(state:text) :: i.state = :state
-- :order newest(after_id:int) :: i.id DESC :: i.id < :after_id
SELECT i.region_code, i.id, i.state, i.mode, i.as_of_on, i.filename, i.file_sha256, i.text_sha256, i.text_bytes, i.document_count,
    i.unit_id, i.created_at_us, i.version, i.next_document, i.next_sort, i.target_region, i.cooperation_id, i.edition_of, i.proposed_units
FROM import i WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM import_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = i.region_code AND p.object_id = i.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name import_same(principal:int, id:int, text_sha256:text)   other imports of the same text in the reader's scope, newest first
SELECT i.id, i.state, i.filename, i.created_at_us FROM import i
WHERE i.text_sha256 = :text_sha256 AND i.id <> :id AND i.state <> 'discarded'
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM import_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = i.region_code AND p.object_id = i.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY i.id DESC LIMIT 20;

-- :name outline_same(principal:int, import_id:int, text_sha256:text)   outlines of the same text from other imports in the reader's scope, newest first
SELECT o.id, o.title, o.state FROM outline o
WHERE o.text_sha256 = :text_sha256 AND o.import_id <> :import_id AND o.state <> 'staging'
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY o.id DESC LIMIT 20;

-- :name import_advance(region_code:text, id:int, state:text, next_document:int, next_sort:int, proposed:int)   a chunk is in
-- @unscoped because the command that calls it has found the import in scope
UPDATE import SET state = :state, next_document = :next_document, next_sort = :next_sort, proposed_units = proposed_units + :proposed
WHERE region_code = :region_code AND id = :id;

-- :name import_step(region_code:text, id:int, from_state:text, from_document:int, from_sort:int, state:text, next_document:int, next_sort:int)   as
--   import_advance, by the one request that works on it; no row when another one is ahead
-- @unscoped because the command that calls it has found the import in scope
UPDATE import SET state = :state, next_document = :next_document, next_sort = :next_sort
WHERE region_code = :region_code AND id = :id AND state = :from_state AND next_document = :from_document AND next_sort = :from_sort;

-- :name import_touch(region_code:text, id:int, version:int)   one more correction; no row when somebody else was first
-- @unscoped because the command that calls it has found the import in scope
UPDATE import SET version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'draft';

-- :name import_confirm(region_code:text, id:int, version:int, mode:text, target_region:text, cooperation_id:int?, edition_of:int?)   from draft to
--   confirming; no row when somebody else was first
-- @unscoped because the command that calls it has found the import in scope
UPDATE import SET state = 'confirming', version = version + 1, mode = :mode, target_region = :target_region,
    cooperation_id = :cooperation_id, edition_of = :edition_of, next_document = 0, next_sort = 0, proposed_units = 0
WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'draft';

-- :name import_discard(region_code:text, id:int, version:int)   given up; no row when somebody else was first
-- @unscoped because the command that calls it has found the import in scope
UPDATE import SET state = 'discarded', version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state IN ('draft', 'reading');

-- :name import_document_insert(region_code:text, import_id:int, document:int, title:text, document_number:text, issuer:text, date_on:text?,
--   start_byte:int, end_byte:int, checks:text, found:text, node_count:int)   a document of the file
INSERT INTO import_document (region_code, import_id, document, title, document_number, issuer, date_on, start_byte, end_byte, checks, found,
    node_count, outline_id)
VALUES (:region_code, :import_id, :document, :title, :document_number, :issuer, :date_on, :start_byte, :end_byte, :checks, :found,
    :node_count, NULL);

-- :name import_documents(region_code:text, import_id:int)   the documents of an import with their counts
SELECT d.document, d.title, d.document_number, d.issuer, d.date_on, d.start_byte, d.end_byte, d.checks, d.outline_id,
    (SELECT count(*) FROM import_node n WHERE n.region_code = d.region_code AND n.import_id = d.import_id AND n.document = d.document
        AND n.dropped = 0),
    (SELECT count(*) FROM import_node n WHERE n.region_code = d.region_code AND n.import_id = d.import_id AND n.document = d.document
        AND n.dropped = 0 AND n.is_action = 1),
    (SELECT count(DISTINCT u.name) FROM import_unit u WHERE u.region_code = d.region_code AND u.import_id = d.import_id
        AND u.document = d.document AND u.dropped = 0 AND u.part <> 'charged')
FROM import_document d WHERE d.region_code = :region_code AND d.import_id = :import_id ORDER BY d.document;

-- :name import_document_set(region_code:text, import_id:int, document:int, title:text, document_number:text, issuer:text, date_on:text?)   corrected
UPDATE import_document SET title = :title, document_number = :document_number, issuer = :issuer, date_on = :date_on
WHERE region_code = :region_code AND import_id = :import_id AND document = :document;

-- :name import_document_choose(region_code:text, import_id:int, document:int, outline_id:int)   which outline confirming makes of it
UPDATE import_document SET outline_id = :outline_id
WHERE region_code = :region_code AND import_id = :import_id AND document = :document;

-- :name import_node_insert(region_code:text, import_id:int, document:int, node_key:int, parent_key:int, sort:int, path:text, kind:text,
--   number:text, heading:text, start_byte:int, end_byte:int, is_action:int, dates:text, quantities:text, checks:text, found:text,
--   corrected:int)   a node as read, or made by a split
INSERT INTO import_node (region_code, import_id, document, node_key, parent_key, sort, path, kind, number, heading, start_byte, end_byte,
    is_action, dates, quantities, checks, found, corrected, dropped)
VALUES (:region_code, :import_id, :document, :node_key, :parent_key, :sort, :path, :kind, :number, :heading, :start_byte, :end_byte,
    :is_action, :dates, :quantities, :checks, :found, :corrected, 0);

-- :name import_nodes(region_code:text, import_id:int, document:int)   the nodes of a document in reading order
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.is_action, n.corrected
FROM import_node n WHERE n.region_code = :region_code AND n.import_id = :import_id AND n.document = :document AND n.dropped = 0
ORDER BY n.sort, n.node_key;

-- :name import_node_get(region_code:text, import_id:int, document:int, node_key:int)   one node
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.is_action, n.corrected
FROM import_node n WHERE n.region_code = :region_code AND n.import_id = :import_id AND n.document = :document AND n.node_key = :node_key
    AND n.dropped = 0;

-- :name import_node_before(region_code:text, import_id:int, document:int, sort:int)   the node in front of a place in reading order
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.is_action, n.corrected
FROM import_node n WHERE n.region_code = :region_code AND n.import_id = :import_id AND n.document = :document AND n.sort < :sort
    AND n.dropped = 0 ORDER BY n.sort DESC, n.node_key DESC LIMIT 1;

-- :name import_node_behind(region_code:text, import_id:int, document:int, sort:int)   the node behind a place in reading order
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.is_action, n.corrected
FROM import_node n WHERE n.region_code = :region_code AND n.import_id = :import_id AND n.document = :document AND n.sort > :sort
    AND n.dropped = 0 ORDER BY n.sort, n.node_key LIMIT 1;

-- :name import_node_last_key(region_code:text, import_id:int, document:int)   the highest key, dropped nodes too
SELECT COALESCE(max(node_key), 0) FROM import_node WHERE region_code = :region_code AND import_id = :import_id AND document = :document;

-- :name import_node_set(region_code:text, import_id:int, document:int, node_key:int, kind:text, number:text, heading:text, start_byte:int,
--   end_byte:int, is_action:int, dates:text)   corrected
UPDATE import_node SET kind = :kind, number = :number, heading = :heading, start_byte = :start_byte, end_byte = :end_byte,
    is_action = :is_action, dates = :dates, corrected = 1
WHERE region_code = :region_code AND import_id = :import_id AND document = :document AND node_key = :node_key;

-- :name import_node_drop(region_code:text, import_id:int, document:int, node_key:int)   joined with the one before
UPDATE import_node SET dropped = 1, corrected = 1
WHERE region_code = :region_code AND import_id = :import_id AND document = :document AND node_key = :node_key;

-- :name import_node_adopt(region_code:text, import_id:int, document:int, from_key:int, to_key:int)   children of a joined node
UPDATE import_node SET parent_key = :to_key
WHERE region_code = :region_code AND import_id = :import_id AND document = :document AND parent_key = :from_key AND node_key <> :to_key;

-- :name import_unit_insert(region_code:text, import_id:int, document:int, node_key:int, item:int, part:text, name:text, printed:text,
--   start_byte:int, end_byte:int, origin:text)   a mention
INSERT INTO import_unit (region_code, import_id, document, node_key, item, part, name, printed, start_byte, end_byte, origin, dropped)
VALUES (:region_code, :import_id, :document, :node_key, :item, :part, :name, :printed, :start_byte, :end_byte, :origin, 0);

-- :name import_units(region_code:text, import_id:int, document:int)   the mentions of a document by node
SELECT u.node_key, u.item, u.part, u.name, u.printed, u.start_byte, u.end_byte, u.origin
FROM import_unit u WHERE u.region_code = :region_code AND u.import_id = :import_id AND u.document = :document AND u.dropped = 0
ORDER BY u.node_key, u.item;

-- :name import_unit_last_item(region_code:text, import_id:int, document:int)   the highest counter, dropped ones too
SELECT COALESCE(max(item), 0) FROM import_unit WHERE region_code = :region_code AND import_id = :import_id AND document = :document;

-- :name import_unit_drop(region_code:text, import_id:int, document:int, node_key:int, part:text, name:text)   taken away by a person
UPDATE import_unit SET dropped = 1
WHERE region_code = :region_code AND import_id = :import_id AND document = :document AND node_key = :node_key AND part = :part
    AND name = :name AND dropped = 0;

-- :name import_unit_move(region_code:text, import_id:int, document:int, from_key:int, to_key:int, from_byte:int)   with a joined or split node
UPDATE import_unit SET node_key = :to_key
WHERE region_code = :region_code AND import_id = :import_id AND document = :document AND node_key = :from_key
    AND start_byte >= :from_byte;

-- :name correction_insert(region_code:text, import_id:int, version:int, at_us:int, actor_id:int, change:text)   each correction is kept
INSERT INTO correction (region_code, import_id, version, at_us, actor_id, change)
VALUES (:region_code, :import_id, :version, :at_us, :actor_id, :change);

-- :name corrections(region_code:text, import_id:int)   what people corrected, in order
SELECT c.version, c.at_us, c.actor_id, c.change FROM correction c
WHERE c.region_code = :region_code AND c.import_id = :import_id ORDER BY c.version;

-- ---- outlines --------------------------------------------------------------------------------------------------------------------

-- :name outline_insert(region_code:text, id:int, title:text, document_number:text, issuer:text, issued_on:text?, mode:text, edition:int,
--   line_id:int, previous_id:int?, cooperation_id:int?, unit_id:int, import_region:text, import_id:int, document:int, file_sha256:text,
--   text_sha256:text, start_byte:int, end_byte:int, created_at_us:int)   not visible yet
INSERT INTO outline (region_code, id, state, title, document_number, issuer, issued_on, mode, edition, line_id, previous_id, cooperation_id,
    unit_id, import_region, import_id, document, file_sha256, text_sha256, start_byte, end_byte, is_public, created_at_us, version)
VALUES (:region_code, :id, 'staging', :title, :document_number, :issuer, :issued_on, :mode, :edition, :line_id, :previous_id,
    :cooperation_id, :unit_id, :import_region, :import_id, :document, :file_sha256, :text_sha256, :start_byte, :end_byte, 0,
    :created_at_us, 1);

-- :name outline_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO outline_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name outline_show(region_code:text, id:int, state:text)   the final flip of a confirmation: visible, or superseded by the next edition
-- @unscoped because the command that calls it has found import and outline in scope
UPDATE outline SET state = :state, version = version + 1 WHERE region_code = :region_code AND id = :id;

-- :name outline_publish(region_code:text, id:int, version:int, is_public:int)   shown to the public or no longer; no row when stale
-- @unscoped because the command that calls it has found the outline in scope
UPDATE outline SET is_public = :is_public, version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name outline_touch(region_code:text, id:int, version:int)   the breakdown changed; no row when stale
-- @unscoped because the command that calls it has found the outline in scope
UPDATE outline SET version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name outline_by_id(principal:int, id:int)   one outline; no row outside the reader's scope
SELECT o.region_code, o.id, o.state, o.title, o.document_number, o.issuer, o.issued_on, o.mode, o.edition, o.line_id, o.previous_id,
    o.cooperation_id, o.unit_id, o.text_sha256, o.start_byte, o.end_byte, o.is_public, o.created_at_us, o.version
FROM outline o WHERE o.id = :id AND o.state <> 'staging' AND (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name outline_list(principal:int, limit:int)   outlines in the reader's scope
-- :filter mode(mode:text) :: o.mode = :mode
-- :filter current() :: o.state = 'current'
-- :filter until(issued_until_on:text) :: (o.issued_on IS NULL OR o.issued_on <= :issued_until_on)
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = o.region_code AND s.subject_kind = 'outline'
--   AND s.subject_id = o.id)
-- :order newest(after_id:int) :: o.id DESC :: o.id < :after_id
SELECT o.region_code, o.id, o.state, o.title, o.document_number, o.issuer, o.issued_on, o.mode, o.edition, o.line_id, o.previous_id,
    o.cooperation_id, o.unit_id, o.text_sha256, o.start_byte, o.end_byte, o.is_public, o.created_at_us, o.version
FROM outline o WHERE o.state <> 'staging' AND (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name outline_editions(principal:int, region_code:text, line_id:int)   all editions of an outline in scope
SELECT o.region_code, o.id, o.state, o.title, o.document_number, o.issuer, o.issued_on, o.mode, o.edition, o.line_id, o.previous_id,
    o.cooperation_id, o.unit_id, o.text_sha256, o.start_byte, o.end_byte, o.is_public, o.created_at_us, o.version
FROM outline o WHERE o.region_code = :region_code AND o.line_id = :line_id AND o.state <> 'staging' AND
    (:principal = 0 OR EXISTS (SELECT 1 FROM outline_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = o.region_code AND p.object_id = o.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY o.edition, o.id;

-- :name outline_of_import(region_code:text, import_region:text, import_id:int)   what a confirmation made
-- @unscoped because the caller has found the import in scope
SELECT o.id, o.title, o.document, o.state FROM outline o
WHERE o.region_code = :region_code AND o.import_region = :import_region AND o.import_id = :import_id ORDER BY o.document, o.id;

-- :name outline_node_insert(region_code:text, outline_id:int, node_key:int, parent_key:int, sort:int, path:text, kind:text, number:text,
--   heading:text, start_byte:int, end_byte:int, dates:text, quantities:text, checks:text, action_id:int?)   a node as confirmed
INSERT INTO outline_node (region_code, outline_id, node_key, parent_key, sort, path, kind, number, heading, start_byte, end_byte, dates,
    quantities, checks, action_id)
VALUES (:region_code, :outline_id, :node_key, :parent_key, :sort, :path, :kind, :number, :heading, :start_byte, :end_byte, :dates,
    :quantities, :checks, :action_id);

-- :name outline_nodes(region_code:text, outline_id:int)   the nodes of an outline in reading order
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.action_id
FROM outline_node n WHERE n.region_code = :region_code AND n.outline_id = :outline_id ORDER BY n.sort, n.node_key;

-- :name outline_node_get(region_code:text, outline_id:int, node_key:int)   one node
SELECT n.node_key, n.parent_key, n.sort, n.path, n.kind, n.number, n.heading, n.start_byte, n.end_byte, n.dates, n.quantities, n.checks, n.action_id
FROM outline_node n WHERE n.region_code = :region_code AND n.outline_id = :outline_id AND n.node_key = :node_key;

-- :name outline_node_at(region_code:text, outline_id:int, byte:int)   the node that a byte of the text lies in
SELECT n.node_key FROM outline_node n WHERE n.region_code = :region_code AND n.outline_id = :outline_id AND n.start_byte <= :byte
ORDER BY n.start_byte DESC, n.node_key DESC LIMIT 1;

-- :name outline_unit_insert(region_code:text, outline_id:int, node_key:int, item:int, part:text, unit_id:int, name:text, start_byte:int,
--   end_byte:int, origin:text)   a mention as confirmed
INSERT INTO outline_unit (region_code, outline_id, node_key, item, part, unit_id, name, start_byte, end_byte, origin)
VALUES (:region_code, :outline_id, :node_key, :item, :part, :unit_id, :name, :start_byte, :end_byte, :origin);

-- :name outline_units(region_code:text, outline_id:int)   the mentions of an outline by node
SELECT u.node_key, u.item, u.part, u.unit_id, u.name, u.start_byte, u.end_byte, u.origin
FROM outline_unit u WHERE u.region_code = :region_code AND u.outline_id = :outline_id ORDER BY u.node_key, u.item;

-- ---- actions ---------------------------------------------------------------------------------------------------------------------

-- :name action_insert(region_code:text, id:int, outline_id:int, line_id:int, node_key:int, sort:int, path:text, number:text, title:text,
--   body:text, start_byte:int, end_byte:int, origin:text, phase:text, state_at_start:text, state:text, percent:int, due_on:text?,
--   due_origin:text, start_on:text?, horizon_on:text?, measure_text:text, measure_value:text, measure_unit:text, measure_comparator:text,
--   measure_origin:text, last_report_on:text?, last_report_at_us:int?, updated_at_us:int)   a new action
INSERT INTO action (region_code, id, outline_id, line_id, node_key, sort, path, number, title, body, start_byte, end_byte, origin, phase,
    state_at_start, state, percent, due_on, due_origin, start_on, horizon_on, measure_text, measure_value, measure_unit,
    measure_comparator, measure_origin, last_report_on, last_report_at_us, updated_at_us, version)
VALUES (:region_code, :id, :outline_id, :line_id, :node_key, :sort, :path, :number, :title, :body, :start_byte, :end_byte, :origin, :phase,
    :state_at_start, :state, :percent, :due_on, :due_origin, :start_on, :horizon_on, :measure_text, :measure_value, :measure_unit,
    :measure_comparator, :measure_origin, :last_report_on, :last_report_at_us, :updated_at_us, 1);

-- :name action_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO action_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name action_party_clear(region_code:text, object_id:int)   before its units are set anew; home stays
DELETE FROM action_party WHERE region_code = :region_code AND object_id = :object_id AND part <> 'home';

-- :name action_unit_insert(region_code:text, action_id:int, unit_id:int, part:text, item:int, name:text, origin:text)   who answers for it
INSERT INTO action_unit (region_code, action_id, unit_id, part, item, name, origin)
VALUES (:region_code, :action_id, :unit_id, :part, :item, :name, :origin)
ON CONFLICT (region_code, action_id, part, unit_id) DO NOTHING;

-- :name action_unit_clear(region_code:text, action_id:int)   before its units are set anew
DELETE FROM action_unit WHERE region_code = :region_code AND action_id = :action_id;

-- :name action_units(region_code:text, action_id:int)   who answers for it
-- @unordered because the caller puts the few into their order: leads first, then by item
SELECT u.unit_id, u.part, u.name, u.origin, w.state, u.item
FROM action_unit u JOIN unit w ON w.id = u.unit_id
WHERE u.region_code = :region_code AND u.action_id = :action_id;

-- :name action_by_id(principal:int, id:int)   one action; no row outside the reader's scope
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version,
    CASE WHEN EXISTS (SELECT 1 FROM action_unit w WHERE w.region_code = a.region_code AND w.action_id = a.id AND w.part = 'lead') THEN 1 ELSE 0 END, a.body, o.title, o.unit_id, o.mode, o.is_public, o.state
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.id = :id AND o.state <> 'staging' AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name action_list(principal:int, limit:int)   actions in the reader's scope
-- :filter current() :: o.state = 'current'
-- :filter outline(outline_id:int) :: a.outline_id = :outline_id
-- :filter unit(unit_id:int) :: EXISTS (SELECT 1 FROM action_unit f WHERE f.region_code = a.region_code AND f.action_id = a.id AND f.unit_id = :unit_id)
-- :filter unit_part(part_unit_id:int, part:text) :: EXISTS (SELECT 1 FROM action_unit f WHERE f.region_code = a.region_code AND f.action_id = a.id
--   AND f.unit_id = :part_unit_id AND f.part = :part)
-- :filter part(any_part:text) :: EXISTS (SELECT 1 FROM action_unit f WHERE f.region_code = a.region_code AND f.action_id = a.id AND f.part = :any_part)
-- :filter phase(phase:text) :: a.phase = :phase
-- :filter mode(mode:text) :: o.mode = :mode
-- :filter without_owner() :: NOT EXISTS (SELECT 1 FROM action_unit f WHERE f.region_code = a.region_code AND f.action_id = a.id AND f.part = 'lead')
-- :filter without_date() :: a.due_on IS NULL
-- :filter without_measure() :: a.measure_text = ''
-- :filter mine(reporter:int) :: EXISTS (SELECT 1 FROM action_party m JOIN grant_closure h ON h.unit_id = m.unit_id
--   WHERE m.region_code = a.region_code AND m.object_id = a.id AND m.part IN ('lead', 'supporting') AND h.principal_id = :reporter
--   AND h.right_code = 'report')
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = a.region_code AND s.subject_kind = 'action'
--   AND s.subject_id = a.id)
-- :order path(after_outline:int, after_sort:int, after_id:int) :: a.outline_id ASC, a.sort ASC, a.id ASC
--   :: (a.outline_id, a.sort, a.id) > (:after_outline, :after_sort, :after_id)
-- :order due(after_due:text, after_due_id:int) :: COALESCE(a.due_on, '9999-12-31') ASC, a.id ASC
--   :: (COALESCE(a.due_on, '9999-12-31'), a.id) > (:after_due, :after_due_id)
-- :order updated(after_at_us:int, after_updated_id:int) :: a.updated_at_us DESC, a.id DESC
--   :: (a.updated_at_us, a.id) < (:after_at_us, :after_updated_id)
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version,
    CASE WHEN EXISTS (SELECT 1 FROM action_unit w WHERE w.region_code = a.region_code AND w.action_id = a.id AND w.part = 'lead') THEN 1 ELSE 0 END
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE o.state <> 'staging' AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name action_texts(principal:int, region_code:text, outline_id:int)   the actions of an edition with their text, for the difference
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version,
    CASE WHEN EXISTS (SELECT 1 FROM action_unit w WHERE w.region_code = a.region_code AND w.action_id = a.id AND w.part = 'lead') THEN 1 ELSE 0 END, a.body
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY a.sort, a.id;

-- :name action_overlaps(principal:int, region_code:text, outline_id:int, start_byte:int, end_byte:int)   the actions whose span meets a stretch of text
SELECT a.id, a.title, a.start_byte, a.end_byte FROM action a
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND a.end_byte > :start_byte AND a.start_byte < :end_byte
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY a.sort, a.id;

-- :name action_pieces(region_code:text, outline_id:int, node_key:int)   how many actions hang on a node
-- @unscoped because the caller has found the outline in scope with the right to break it down
SELECT count(*) FROM action WHERE region_code = :region_code AND outline_id = :outline_id AND node_key = :node_key;

-- :name action_set(region_code:text, id:int, version:int, title:text, phase:text, due_on:text?, due_origin:text, start_on:text?,
--   measure_text:text, measure_value:text, measure_unit:text, measure_comparator:text, measure_origin:text, updated_at_us:int)   edited by the
--   office; no row when stale
-- @unscoped because the command that calls it has found the action in scope
UPDATE action SET title = :title, phase = :phase, due_on = :due_on, due_origin = :due_origin, start_on = :start_on,
    measure_text = :measure_text, measure_value = :measure_value, measure_unit = :measure_unit,
    measure_comparator = :measure_comparator, measure_origin = :measure_origin, updated_at_us = :updated_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name action_touch(region_code:text, id:int, version:int, updated_at_us:int)   its units were set anew; no row when stale
-- @unscoped because the command that calls it has found the action in scope
UPDATE action SET updated_at_us = :updated_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name action_progress(region_code:text, id:int, state:text, percent:int, last_report_on:text, last_report_at_us:int)   the latest report counts
-- @unscoped because the command that calls it has found the action in scope
UPDATE action SET state = :state, percent = :percent, last_report_on = :last_report_on, last_report_at_us = :last_report_at_us,
    updated_at_us = :last_report_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND (last_report_on IS NULL OR last_report_on <= :last_report_on);

-- :name report_insert(region_code:text, id:int, action_id:int, line_id:int, kind:text, done_on:text, at_us:int, actor_id:int, unit_id:int?,
--   percent:int, state:text, text:text, client_id:text?, file_count:int, reason:text?)   progress
INSERT INTO report (region_code, id, action_id, line_id, kind, done_on, at_us, actor_id, unit_id, percent, state, text, client_id, file_count, reason)
VALUES (:region_code, :id, :action_id, :line_id, :kind, :done_on, :at_us, :actor_id, :unit_id, :percent, :state, :text, :client_id, :file_count, :reason);

-- :name report_by_client(region_code:text, line_id:int, client_id:text)   whether the client has sent it before
SELECT r.region_code, r.id, r.action_id, r.line_id, r.kind, r.done_on, r.at_us, r.actor_id, r.unit_id, r.percent, r.state, r.text, r.file_count, r.reason
FROM report r WHERE r.region_code = :region_code AND r.line_id = :line_id AND r.client_id = :client_id;

-- :name report_on(region_code:text, line_id:int, on_day:text)   the report that counted on a day
SELECT r.region_code, r.id, r.action_id, r.line_id, r.kind, r.done_on, r.at_us, r.actor_id, r.unit_id, r.percent, r.state, r.text, r.file_count, r.reason
FROM report r WHERE r.region_code = :region_code AND r.line_id = :line_id AND r.done_on <= :on_day
ORDER BY r.done_on DESC, r.id DESC LIMIT 1;

-- :name report_list(region_code:text, line_id:int, until_on:text, limit:int)   an action's reports through its editions
-- :order newest(after_on:text, after_id:int) :: r.done_on DESC, r.id DESC :: (r.done_on, r.id) < (:after_on, :after_id)
SELECT r.region_code, r.id, r.action_id, r.line_id, r.kind, r.done_on, r.at_us, r.actor_id, r.unit_id, r.percent, r.state, r.text, r.file_count, r.reason
FROM report r WHERE r.region_code = :region_code AND r.line_id = :line_id AND r.done_on <= :until_on {order} LIMIT :limit;

-- :name action_right(principal:int, region_code:text, id:int, right_code:text)   whether the actor holds the right on a unit with a part in it
SELECT 1 FROM action a WHERE a.region_code = :region_code AND a.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = :right_code));

-- :name action_reporter(principal:int, region_code:text, id:int)   units with a part in it for which the actor may report
-- @unordered because the caller takes the best of the few
SELECT p.unit_id, p.part FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
WHERE p.region_code = :region_code AND p.object_id = :id AND p.part <> 'task' AND g.principal_id = :principal AND g.right_code = 'report';

-- :name action_may(principal:int, region_code:text, id:int, office_id:int)   what the actor may do with it: edit, assign, report
SELECT CASE WHEN EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = :office_id AND g.right_code = 'breakdown') THEN 1 ELSE 0 END,
    CASE WHEN EXISTS (SELECT 1 FROM grant_closure h WHERE h.principal_id = :principal AND h.unit_id = :office_id AND h.right_code = 'assign') THEN 1 ELSE 0 END,
    CASE WHEN EXISTS (SELECT 1 FROM action_party p JOIN grant_closure k ON k.unit_id = p.unit_id
        WHERE p.region_code = :region_code AND p.object_id = :id AND k.principal_id = :principal AND k.right_code = 'report') THEN 1 ELSE 0 END;

-- :name outline_right(principal:int, region_code:text, id:int, right_code:text)   whether the actor holds the right on the outline's office
SELECT 1 FROM outline o WHERE o.region_code = :region_code AND o.id = :id AND (:principal = 0 OR EXISTS (
    SELECT 1 FROM grant_closure g WHERE g.unit_id = o.unit_id AND g.principal_id = :principal AND g.right_code = :right_code));

-- :name plan_offices(limit:int)   the offices that may keep outlines, for the command line
SELECT u.id, u.region_code, u.cooperation_id, (SELECT n.name FROM unit_name n WHERE n.unit_id = u.id AND n.valid_to_on IS NULL) FROM unit u
WHERE u.kind IN ('coordination', 'city_office') AND u.state = 'active' ORDER BY u.id LIMIT :limit;

-- :name plan_office(region_code:text)   the office that keeps a region's outlines, for the command line
SELECT u.id, u.region_code FROM unit u WHERE u.region_code = :region_code AND u.kind IN ('coordination', 'city_office') AND u.state = 'active'
ORDER BY u.kind DESC, u.id LIMIT 1;

-- :name plan_office_of_cooperation(cooperation_id:int)   the office of a cooperation, for the command line
SELECT u.id, u.region_code FROM unit u WHERE u.cooperation_id = :cooperation_id AND u.state = 'active' ORDER BY u.id LIMIT 1;

-- ---- the public ------------------------------------------------------------------------------------------------------------------

-- :name public_outlines(limit:int)   outlines that the office has published
-- @unscoped because only what is marked public and current
-- :order newest(after_id:int) :: o.id DESC :: o.id < :after_id
SELECT o.region_code, o.id, o.state, o.title, o.document_number, o.issuer, o.issued_on, o.mode, o.edition, o.line_id, o.previous_id,
    o.cooperation_id, o.unit_id, o.text_sha256, o.start_byte, o.end_byte, o.is_public, o.created_at_us, o.version
FROM outline o WHERE o.is_public = 1 AND o.state = 'current' {order} LIMIT :limit;

-- :name public_outline(id:int)   one of them
-- @unscoped because only what is marked public and current
SELECT o.region_code, o.id, o.state, o.title, o.document_number, o.issuer, o.issued_on, o.mode, o.edition, o.line_id, o.previous_id,
    o.cooperation_id, o.unit_id, o.text_sha256, o.start_byte, o.end_byte, o.is_public, o.created_at_us, o.version
FROM outline o WHERE o.id = :id AND o.is_public = 1 AND o.state = 'current';

-- :name public_actions(region_code:text, outline_id:int)   its actions
-- @unscoped because only actions of an outline that is marked public and current
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version,
    CASE WHEN EXISTS (SELECT 1 FROM action_unit w WHERE w.region_code = a.region_code AND w.action_id = a.id AND w.part = 'lead') THEN 1 ELSE 0 END
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND o.is_public = 1 AND o.state = 'current' ORDER BY a.sort, a.id;

-- :name public_action(id:int)   one of its actions
-- @unscoped because only an action of an outline that is marked public and current
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version,
    CASE WHEN EXISTS (SELECT 1 FROM action_unit w WHERE w.region_code = a.region_code AND w.action_id = a.id AND w.part = 'lead') THEN 1 ELSE 0 END, a.body, o.title, o.unit_id, o.mode, o.is_public, o.state
FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.id = :id AND o.is_public = 1 AND o.state = 'current';

-- :name public_news(region_code:text, outline_id:int, limit:int)   latest progress on a public outline, for the feed
-- @unscoped because only reports on an outline that is marked public and current, and of them no text
SELECT r.id, r.at_us, r.done_on, r.percent, r.state, a.id, a.title
FROM report r JOIN action a ON a.region_code = r.region_code AND a.line_id = r.line_id
    JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND o.is_public = 1 AND o.state = 'current'
ORDER BY r.id DESC LIMIT :limit;

-- :name plan_unit_named(name:text)   the unit that actions name so, for the command line
-- @unordered because one is enough and the lowest is taken
SELECT min(u.unit_id) FROM action_unit u WHERE u.name = :name;
