-- cases.sql: every statement of the case engine. Principal 0 is the system itself (the reporter's own steps, timers, command line); its scope is everything.

-- :name case_insert(region_code:text, id:int, number:text, duty_id:int, pack:text, pack_hash:text, type:text, channel:text, secrecy:text, is_public:int,
--   mark:text, state:text, place_code:text, address:text, lat_e6:int?, long_e6:int?, text:text, public_text:text, attributes:text, intake_id:int,
--   handler_id:int, about_unit_id:int?, client_id:text?, reported_at_us:int, expected_at_us:int?, photos:int)   a new case
INSERT INTO case_file (region_code, id, number, duty_id, pack, pack_hash, type, channel, secrecy, is_public, mark, state, place_code, address, lat_e6, long_e6,
    text, public_text, attributes, intake_id, handler_id, about_unit_id, client_id, reported_at_us, filed_at_us, dispatched_at_us, done_at_us,
    closed_at_us, expected_at_us, due_at_us, overdue, returns, reworks, disputes, crossings, me_too, merged_into_id, satisfaction, photos, updated_at_us, version)
VALUES (:region_code, :id, :number, :duty_id, :pack, :pack_hash, :type, :channel, :secrecy, :is_public, :mark, :state, :place_code, :address, :lat_e6, :long_e6,
    :text, :public_text, :attributes, :intake_id, :handler_id, :about_unit_id, :client_id, :reported_at_us, NULL, NULL, NULL,
    NULL, :expected_at_us, NULL, 0, 0, 0, 0, 0, 0, NULL, NULL, :photos, :reported_at_us, 1);

-- :name case_save(region_code:text, id:int, version:int, type:text, is_public:int, mark:text, state:text, public_text:text, handler_id:int,
--   filed_at_us:int?, dispatched_at_us:int?, done_at_us:int?, closed_at_us:int?, expected_at_us:int?, due_at_us:int?, overdue:int, returns:int, reworks:int,
--   disputes:int, crossings:int, me_too:int, merged_into_id:int?, satisfaction:int?, photos:int, updated_at_us:int)   a case as it is now; no row
--   when somebody else was first
-- @unscoped because the command that calls it has found the case in scope, or stands for the reporter or the duty
UPDATE case_file SET type = :type, is_public = :is_public, mark = :mark, state = :state, public_text = :public_text, handler_id = :handler_id,
    filed_at_us = :filed_at_us, dispatched_at_us = :dispatched_at_us, done_at_us = :done_at_us, closed_at_us = :closed_at_us,
    expected_at_us = :expected_at_us, due_at_us = :due_at_us, overdue = :overdue, returns = :returns, reworks = :reworks, disputes = :disputes, crossings = :crossings,
    me_too = :me_too, merged_into_id = :merged_into_id, satisfaction = :satisfaction, photos = :photos, updated_at_us = :updated_at_us,
    version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name case_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who may see it
INSERT INTO case_file_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name case_by_id(principal:int, id:int)   one case; no row outside the reader's scope
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE c.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM case_file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name case_by_number(number:text)   one case by the number that its reporter has
-- @unscoped because the caller asks for the code that goes with it, or shows only what a desk has released
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE c.number = :number ORDER BY c.id LIMIT 1;

-- :name case_by_client(region_code:text, client_id:text)   whether the sender sent it before
-- @unscoped because the sender's own id is the proof: nobody else knows it
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE c.region_code = :region_code AND c.client_id = :client_id;

-- :name case_list(principal:int, limit:int)   cases in the reader's scope
-- :filter open() :: c.mark NOT IN ('closed', 'refused')
-- :filter mark(mark:text) :: c.mark = :mark
-- :filter pack(pack:text) :: c.pack = :pack
-- :filter type(type:text) :: c.type = :type
-- :filter handler(handler_id:int) :: c.handler_id = :handler_id
-- :filter intake(intake_id:int) :: c.intake_id = :intake_id
-- :filter place(place_code:text) :: c.place_code = :place_code
-- :filter channel(channel:text) :: c.channel = :channel
-- :filter region(region_code:text) :: c.region_code = :region_code
-- :filter mine() :: EXISTS (SELECT 1 FROM grant_closure m WHERE m.principal_id = :principal AND ((m.unit_id = c.handler_id AND m.right_code = 'report'
--   AND c.mark IN ('dispatched', 'handling')) OR (m.unit_id = c.intake_id AND m.right_code = 'review' AND c.mark IN ('received', 'filed', 'done'))))
-- :filter late(now_us:int) :: c.expected_at_us < :now_us AND c.closed_at_us IS NULL
-- :filter disputed() :: c.disputes > 0
-- :filter since(since_us:int) :: c.reported_at_us >= :since_us
-- :filter before(before_us:int) :: c.reported_at_us < :before_us
-- :filter is_filed() :: c.filed_at_us IS NOT NULL
-- :filter is_dispatched() :: c.dispatched_at_us IS NOT NULL
-- :filter is_due(due_now_us:int) :: c.due_at_us IS NOT NULL AND (c.due_at_us <= :due_now_us OR c.done_at_us IS NOT NULL)
-- :filter is_done() :: c.done_at_us IS NOT NULL
-- :filter is_in_time() :: c.done_at_us <= c.due_at_us
-- :filter is_closed() :: c.mark = 'closed'
-- :filter is_refused() :: c.mark = 'refused'
-- :filter is_reworked() :: c.reworks > 0
-- :filter is_returned() :: c.returns > 0
-- :filter is_late() :: c.overdue > 0
-- :filter is_crossed() :: c.crossings > 0
-- :filter is_rated() :: c.satisfaction IS NOT NULL
-- :filter is_satisfied() :: c.satisfaction >= 4
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = c.region_code AND s.subject_kind = 'case'
--   AND s.subject_id = c.id)
-- :order newest(after_id:int) :: c.id DESC :: c.id < :after_id
-- :order oldest(after_id:int) :: c.id ASC :: c.id > :after_id
-- :order due(after_due:int, after_id:int) :: COALESCE(c.expected_at_us, 9223372036854775807) ASC NULLS LAST, c.id ASC ::
--   (COALESCE(c.expected_at_us, 9223372036854775807), c.id) > (:after_due, :after_id)
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE (:principal = 0 OR EXISTS (SELECT 1 FROM case_file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name case_public_list(limit:int)   cases that everybody may read
-- @unscoped because only rows that a desk has released
-- :filter mark(mark:text) :: c.mark = :mark
-- :filter open() :: c.mark NOT IN ('closed', 'refused')
-- :filter type(type:text) :: c.type = :type
-- :filter region(region_code:text) :: c.region_code = :region_code
-- :order newest(after_id:int) :: c.id DESC :: c.id < :after_id
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE c.is_public = 1 {filters} {order} LIMIT :limit;

-- :name case_near(principal:int, region_code:text, type:text, south:int, north:int, west:int, east:int, since_us:int, limit:int)   open cases of the same
--   type around a place, the newest first: perhaps the same one
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_file c WHERE c.region_code = :region_code AND c.type = :type AND c.lat_e6 BETWEEN :south AND :north AND c.long_e6 BETWEEN :west AND :east
    AND c.closed_at_us IS NULL AND c.reported_at_us >= :since_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM case_file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY c.id DESC LIMIT :limit;

-- :name case_reporter_add(region_code:text, id:int, case_id:int, part:text, name:blob?, telephone:blob?, email:blob?, telephone_index:blob?, at_us:int)
--   who reported it, sealed
INSERT INTO case_reporter (region_code, id, case_id, part, name, telephone, email, telephone_index, at_us)
VALUES (:region_code, :id, :case_id, :part, :name, :telephone, :email, :telephone_index, :at_us);

-- :name case_reporter_of(region_code:text, case_id:int)   the reporter's sealed contact
SELECT r.name, r.telephone, r.email FROM case_reporter r
WHERE r.region_code = :region_code AND r.case_id = :case_id AND r.part = 'reporter' ORDER BY r.id LIMIT 1;

-- :name case_of_telephone(principal:int, telephone_index:blob, limit:int)   earlier reports from the same telephone, newest first
SELECT c.region_code, c.id, c.number, c.duty_id, c.pack, c.pack_hash, c.type, c.channel, c.secrecy, c.is_public, c.mark, c.state, c.place_code, c.address,
    c.lat_e6, c.long_e6, c.text, c.public_text, c.attributes, c.intake_id, c.handler_id, c.about_unit_id, c.reported_at_us, c.filed_at_us,
    c.dispatched_at_us, c.done_at_us, c.closed_at_us, c.expected_at_us, c.due_at_us, c.overdue, c.returns, c.reworks, c.disputes, c.crossings, c.me_too,
    c.merged_into_id, c.satisfaction, c.photos, c.updated_at_us, c.version
FROM case_reporter r JOIN case_file c ON c.region_code = r.region_code AND c.id = r.case_id
WHERE r.telephone_index = :telephone_index AND (:principal = 0 OR EXISTS (SELECT 1 FROM case_file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY c.id DESC LIMIT :limit;

-- :name case_note_add(region_code:text, id:int, case_id:int, audience:text, text:text, by_reporter:int, actor_id:int, at_us:int)   what was said
INSERT INTO case_note (region_code, id, case_id, audience, text, by_reporter, actor_id, at_us)
VALUES (:region_code, :id, :case_id, :audience, :text, :by_reporter, :actor_id, :at_us);

-- :name case_notes(region_code:text, case_id:int)   what was said on the way, newest first
SELECT n.id, n.audience, n.text, n.by_reporter, n.actor_id, n.at_us FROM case_note n
WHERE n.region_code = :region_code AND n.case_id = :case_id ORDER BY n.id DESC LIMIT 200;

-- :name case_routes_of(pack:text, type:text, on:text)   exceptions for a type that hold on a day
SELECT r.place_code, r.unit_id, r.type FROM case_route r WHERE r.pack = :pack AND (r.type = :type OR r.type = '') AND r.from_on <= :on
    AND (r.to_on IS NULL OR r.to_on > :on) ORDER BY r.id;

-- :name case_route_list(on:text)   all exceptions that hold on a day
SELECT r.id, r.pack, r.type, r.place_code, r.unit_id, r.reason, r.from_on, r.to_on FROM case_route r WHERE r.from_on <= :on
    AND (r.to_on IS NULL OR r.to_on > :on) ORDER BY r.place_code, r.id LIMIT 2000;

-- :name case_route_add(id:int, pack:text, type:text, place_code:text, unit_id:int, reason:text, from_on:text)   one more exception
INSERT INTO case_route (id, pack, type, place_code, unit_id, reason, from_on, to_on)
VALUES (:id, :pack, :type, :place_code, :unit_id, :reason, :from_on, NULL);

-- :name case_route_end(id:int, to_on:text)   an exception ends
UPDATE case_route SET to_on = :to_on WHERE id = :id AND to_on IS NULL;

-- :name case_office_of(region_code:text)   a city's office
SELECT u.id FROM unit u WHERE u.region_code = :region_code AND u.kind = 'city_office' AND u.state = 'active' ORDER BY u.id LIMIT 1;

-- :name case_joint_office()   the office of the cooperation
SELECT u.id FROM unit u WHERE u.kind = 'coordination' AND u.state = 'active' ORDER BY u.id LIMIT 1;

-- :name case_units_above(unit_id:int)   the unit and those above it
-- @unordered because it is only looked whether one is among them
WITH RECURSIVE up(id) AS (SELECT CAST(:unit_id AS INTEGER) UNION SELECT u.parent_id FROM unit u JOIN up ON u.id = up.id WHERE u.parent_id IS NOT NULL)
SELECT up.id FROM up;

-- :name case_statistics(principal:int, by:text, since_us:int, before_us:int, now_us:int)   counts of the cases that came in within a time, by what
--   they are grouped; due: their unit's time is over or they are done
SELECT CASE :by WHEN 'type' THEN c.type WHEN 'pack' THEN c.pack WHEN 'handler' THEN CAST(c.handler_id AS TEXT) WHEN 'place' THEN c.place_code
    WHEN 'channel' THEN c.channel WHEN 'region' THEN c.region_code ELSE '' END AS grp,
    count(*),
    CAST(sum(CASE WHEN c.filed_at_us IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.dispatched_at_us IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.due_at_us IS NOT NULL AND (c.due_at_us <= :now_us OR c.done_at_us IS NOT NULL) THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.done_at_us IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.done_at_us <= c.due_at_us THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.mark = 'closed' THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.mark = 'refused' THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.reworks > 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.returns > 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.disputes > 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.overdue > 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.crossings > 0 THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.satisfaction IS NOT NULL THEN 1 ELSE 0 END) AS BIGINT),
    CAST(sum(CASE WHEN c.satisfaction >= 4 THEN 1 ELSE 0 END) AS BIGINT)
FROM case_file c WHERE c.reported_at_us >= :since_us AND c.reported_at_us < :before_us
    AND (:principal = 0 OR EXISTS (SELECT 1 FROM case_file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = c.region_code AND p.object_id = c.id AND g.principal_id = :principal AND g.right_code = 'read'))
GROUP BY grp ORDER BY grp NULLS LAST;

-- :name case_places(on:text, limit:int)   counties of the cities that take reports, with their city
SELECT r.code, r.name, c.code, c.name FROM region r JOIN region c ON c.code = r.parent_code
WHERE c.level = 'prefecture' AND r.valid_from_on <= :on AND (r.valid_to_on IS NULL OR r.valid_to_on > :on)
    AND c.valid_from_on <= :on AND (c.valid_to_on IS NULL OR c.valid_to_on > :on)
    AND EXISTS (SELECT 1 FROM unit u WHERE u.region_code = c.code AND u.kind = 'city_office' AND u.state = 'active')
ORDER BY c.code, r.code, r.valid_from_on LIMIT :limit;
