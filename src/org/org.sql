-- org.sql: every statement of org. Reference tables are read without scope where the header says so; files and notices are scoped.

-- ---- facts about the installation --------------------------------------------------------------------------------------------

-- :name instance_fact_get(name:text)   one fact
SELECT value FROM instance_fact WHERE name = :name;

-- :name instance_fact_put(name:text, value:text)   sets one fact
INSERT INTO instance_fact (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value;

-- ---- regions ----------------------------------------------------------------------------------------------------------------------

-- :name region_put(code:text, valid_from_on:text, valid_to_on:text?, name:text, level:text, parent_code:text, successors:text, short_name:text)   takes a row of the official tables; a corrected row replaces the old one
INSERT INTO region (code, valid_from_on, valid_to_on, name, level, parent_code, successors, short_name)
VALUES (:code, :valid_from_on, :valid_to_on, :name, :level, :parent_code, :successors, :short_name)
ON CONFLICT (code, valid_from_on) DO UPDATE SET valid_to_on = excluded.valid_to_on, name = excluded.name, level = excluded.level,
parent_code = excluded.parent_code, successors = excluded.successors, short_name = excluded.short_name;

-- :name region_on(code:text, day:text)   the row of a code that holds on a day
SELECT code, name, level, parent_code, valid_from_on, valid_to_on, successors FROM region
WHERE code = :code AND valid_from_on <= :day AND (valid_to_on IS NULL OR valid_to_on > :day)
ORDER BY valid_from_on DESC LIMIT 1;

-- :name region_last(code:text)   the newest row of a code
SELECT code, name, level, parent_code, valid_from_on, valid_to_on, successors FROM region
WHERE code = :code ORDER BY valid_from_on DESC LIMIT 1;

-- :name region_named(name:text, day:text, limit:int)   codes of a name, full or short, on a day
SELECT code, name, level, parent_code, valid_from_on, valid_to_on, successors FROM region
WHERE (name = :name OR short_name = :name) AND valid_from_on <= :day AND (valid_to_on IS NULL OR valid_to_on > :day)
ORDER BY code, valid_from_on LIMIT :limit;

-- :name region_list(day:text, limit:int)   divisions that hold on a day
-- :filter parent(parent:text) :: parent_code = :parent
-- :filter level(level:text) :: level = :level
-- :filter named(q:text) :: (name = :q OR short_name = :q OR code = :q)
-- :order code(after_code:text) :: code ASC, valid_from_on ASC :: code > :after_code
SELECT code, name, level, parent_code, valid_from_on, valid_to_on, successors FROM region
WHERE valid_from_on <= :day AND (valid_to_on IS NULL OR valid_to_on > :day) {filters} {order} LIMIT :limit;

-- ---- cooperations -------------------------------------------------------------------------------------------------------------------

-- :name cooperation_add(id:int, name_zh:text, name_en:text)   a new region of cooperating cities
INSERT INTO cooperation (id, name_zh, name_en, version) VALUES (:id, :name_zh, :name_en, 1);

-- :name cooperation_update(name_zh:text, name_en:text, id:int, version:int)   an edit of the version that was read
UPDATE cooperation SET name_zh = :name_zh, name_en = :name_en, version = version + 1 WHERE id = :id AND version = :version;

-- :name cooperation_get(id:int)   one
SELECT id, name_zh, name_en, version FROM cooperation WHERE id = :id;

-- :name cooperation_list(after:int, limit:int)   all, oldest first
SELECT id FROM cooperation WHERE id > :after ORDER BY id LIMIT :limit;

-- :name cooperation_members_clear(cooperation_id:int)   the list is written anew with each edit
DELETE FROM cooperation_member WHERE cooperation_id = :cooperation_id;

-- :name cooperation_member_add(cooperation_id:int, region_code:text, part:text, from_on:text, to_on:text?)   one line of the list
INSERT INTO cooperation_member (cooperation_id, region_code, part, from_on, to_on)
VALUES (:cooperation_id, :region_code, :part, :from_on, :to_on);

-- :name cooperation_member_list(cooperation_id:int)   all lines with the newest name of each region
SELECT m.region_code, m.part, m.from_on, m.to_on,
(SELECT r.name FROM region r WHERE r.code = m.region_code ORDER BY r.valid_from_on DESC LIMIT 1) AS name
FROM cooperation_member m WHERE m.cooperation_id = :cooperation_id ORDER BY m.region_code, m.from_on;

-- :name cooperation_member_codes(cooperation_id:int, day:text)   members on a day
SELECT DISTINCT region_code FROM cooperation_member
WHERE cooperation_id = :cooperation_id AND from_on <= :day AND (to_on IS NULL OR to_on > :day) ORDER BY region_code;

-- :name cooperation_city_codes(cooperation_id:int, day:text)   member cities on a day, without the node counties
SELECT DISTINCT region_code FROM cooperation_member
WHERE cooperation_id = :cooperation_id AND part = 'member' AND from_on <= :day AND (to_on IS NULL OR to_on > :day) ORDER BY region_code;

-- :name cooperation_next_change(cooperation_id:int, day:text)   the next day on which a membership begins or ends
SELECT MIN(d.on_day) FROM (
SELECT from_on AS on_day FROM cooperation_member WHERE cooperation_id = :cooperation_id AND from_on > :day
UNION ALL SELECT to_on AS on_day FROM cooperation_member WHERE cooperation_id = :cooperation_id AND to_on > :day) d;

-- ---- units ----------------------------------------------------------------------------------------------------------------------------

-- :name unit_insert(id:int, region_code:text, place_code:text, parent_id:int?, cooperation_id:int?, kind:text, state:text, valid_from_on:text)   a new unit
INSERT INTO unit (id, region_code, place_code, parent_id, cooperation_id, kind, state, valid_from_on, valid_to_on, version)
VALUES (:id, :region_code, :place_code, :parent_id, :cooperation_id, :kind, :state, :valid_from_on, NULL, 1);

-- :name unit_lock(id:int)   the row for the length of the command
-- @lock
SELECT id, version FROM unit WHERE id = :id;

-- :name unit_on(id:int, day:text)   a unit with its name of a day
SELECT u.id, u.region_code, u.place_code, u.parent_id, u.cooperation_id, u.kind, u.state, u.valid_from_on, u.valid_to_on, u.version,
n.name, n.short_name
FROM unit u JOIN unit_name n ON n.unit_id = u.id
WHERE u.id = :id AND n.valid_from_on <= :day AND (n.valid_to_on IS NULL OR n.valid_to_on > :day) ORDER BY n.valid_from_on DESC LIMIT 1;

-- :name unit_name_on(id:int, day:text)   a unit's name of a day and the days for which it holds
SELECT n.name, n.valid_from_on, n.valid_to_on FROM unit_name n
WHERE n.unit_id = :id AND n.valid_from_on <= :day AND (n.valid_to_on IS NULL OR n.valid_to_on > :day) ORDER BY n.valid_from_on DESC LIMIT 1;

-- :name unit_last(id:int)   a unit with its last name
SELECT u.id, u.region_code, u.place_code, u.parent_id, u.cooperation_id, u.kind, u.state, u.valid_from_on, u.valid_to_on, u.version,
n.name, n.short_name
FROM unit u JOIN unit_name n ON n.unit_id = u.id WHERE u.id = :id ORDER BY n.valid_from_on DESC LIMIT 1;

-- :name unit_first(id:int)   a unit with its first name: for days before its known life
SELECT u.id, u.region_code, u.place_code, u.parent_id, u.cooperation_id, u.kind, u.state, u.valid_from_on, u.valid_to_on, u.version,
n.name, n.short_name
FROM unit u JOIN unit_name n ON n.unit_id = u.id WHERE u.id = :id ORDER BY n.valid_from_on LIMIT 1;

-- :name unit_list(day:text, limit:int)   units with their names of a day; the directory of public bodies is open to all who sign in
-- :filter region(region_code:text) :: u.region_code = :region_code
-- :filter parent(parent_id:int) :: u.parent_id = :parent_id
-- :filter state(state:text) :: u.state = :state
-- :filter kind(kind:text) :: u.kind = :kind
-- :filter found(key:text, key_end:text) :: EXISTS (SELECT 1 FROM unit_key k WHERE k.unit_id = u.id AND k.region_code = u.region_code AND k.key >= :key AND k.key < :key_end)
-- :filter alive(alive_on:text) :: (u.valid_to_on IS NULL OR u.valid_to_on > :alive_on)
-- :order id(after_id:int) :: u.id ASC :: u.id > :after_id
SELECT u.id FROM unit u JOIN unit_name n ON n.unit_id = u.id
WHERE n.valid_from_on <= :day AND (n.valid_to_on IS NULL OR n.valid_to_on > :day) {filters} {order} LIMIT :limit;

-- :name unit_set_state(state:text, valid_to_on:text?, id:int)   confirm and end
UPDATE unit SET state = :state, valid_to_on = :valid_to_on, version = version + 1 WHERE id = :id;

-- :name unit_touch(id:int)   a change of names or aliases is a new version
UPDATE unit SET version = version + 1 WHERE id = :id;

-- :name unit_set_place(parent_id:int?, kind:text, place_code:text, id:int)   moves in the tree, kind, place
UPDATE unit SET parent_id = :parent_id, kind = :kind, place_code = :place_code, version = version + 1 WHERE id = :id;

-- :name unit_name_insert(unit_id:int, valid_from_on:text, name:text, short_name:text)   a name from a day on
INSERT INTO unit_name (unit_id, valid_from_on, valid_to_on, name, short_name) VALUES (:unit_id, :valid_from_on, NULL, :name, :short_name);

-- :name unit_name_end(day:text, unit_id:int)   the present name holds until that day
UPDATE unit_name SET valid_to_on = :day WHERE unit_id = :unit_id AND valid_to_on IS NULL AND valid_from_on < :day;

-- :name unit_short_name_set(short_name:text, unit_id:int)   the present name's short form
UPDATE unit_name SET short_name = :short_name WHERE unit_id = :unit_id AND valid_to_on IS NULL;

-- :name unit_name_drop_from(unit_id:int, day:text)   a name that began on the same day is replaced
DELETE FROM unit_name WHERE unit_id = :unit_id AND valid_from_on = :day;

-- :name unit_name_later(unit_id:int, day:text)   whether a name begins after the day
SELECT 1 FROM unit_name WHERE unit_id = :unit_id AND valid_from_on > :day ORDER BY valid_from_on LIMIT 1;

-- :name unit_names(unit_id:int)   the history
SELECT name, short_name, valid_from_on, valid_to_on FROM unit_name WHERE unit_id = :unit_id ORDER BY valid_from_on;

-- :name unit_key_insert(region_code:text, key:text, kind:text, unit_id:int, valid_from_on:text, printed:text)   found by this from a day on
INSERT INTO unit_key (region_code, key, kind, unit_id, valid_from_on, valid_to_on, printed)
VALUES (:region_code, :key, :kind, :unit_id, :valid_from_on, NULL, :printed)
ON CONFLICT (region_code, key, kind, unit_id, valid_from_on) DO UPDATE SET valid_to_on = NULL;

-- :name unit_keys_end(day:text, unit_id:int)   names and stems of a unit hold until that day; aliases stay
UPDATE unit_key SET valid_to_on = :day WHERE unit_id = :unit_id AND kind <> 'alias' AND valid_to_on IS NULL;

-- :name unit_aliases(unit_id:int)   as they were written
SELECT printed, valid_from_on, valid_to_on FROM unit_key WHERE unit_id = :unit_id AND kind = 'alias' AND printed <> '' ORDER BY printed, valid_from_on;

-- :name unit_alias_count(unit_id:int)   for the limit
SELECT COUNT(*) FROM unit_key WHERE unit_id = :unit_id AND kind = 'alias' AND printed <> '';

-- :name unit_key_match(region_code:text, key:text, kind:text, day:text)   units of a key on a day
-- @unordered because distinct unit_id is ordered
SELECT DISTINCT k.unit_id FROM unit_key k WHERE k.region_code = :region_code AND k.key = :key AND k.kind = :kind
AND k.valid_from_on <= :day AND (k.valid_to_on IS NULL OR k.valid_to_on > :day) ORDER BY k.unit_id LIMIT 8;

-- :name unit_key_match_ever(region_code:text, key:text, kind:text)   units of a key on any day: a founding day is often not known
-- @unordered because distinct unit_id is ordered
SELECT DISTINCT k.unit_id FROM unit_key k WHERE k.region_code = :region_code AND k.key = :key AND k.kind = :kind ORDER BY k.unit_id LIMIT 8;

-- :name unit_succession_add(from_unit_id:int, to_unit_id:int, kind:text, on_day:text)   out of which came which
INSERT INTO unit_succession (from_unit_id, to_unit_id, kind, on_day) VALUES (:from_unit_id, :to_unit_id, :kind, :on_day);

-- :name unit_successors(from_unit_id:int)   what stands for it
SELECT to_unit_id, kind, on_day FROM unit_succession WHERE from_unit_id = :from_unit_id ORDER BY to_unit_id;

-- :name unit_is_below(unit_id:int, above_id:int)   whether a unit is the other one or below it: no circle may be made
WITH RECURSIVE up(id) AS (SELECT CAST(:unit_id AS INTEGER) UNION SELECT u.parent_id FROM unit u JOIN up ON u.id = up.id WHERE u.parent_id IS NOT NULL)
SELECT COUNT(*) FROM up WHERE up.id = :above_id;

-- :name unit_subtree(unit_id:int, limit:int)   a unit and all below it
WITH RECURSIVE down(id) AS (SELECT CAST(:unit_id AS INTEGER) UNION SELECT u.id FROM unit u JOIN down ON u.parent_id = down.id)
SELECT down.id FROM down ORDER BY down.id NULLS FIRST LIMIT :limit;

-- :name unit_children_move(to_id:int?, from_id:int)   the units below go to the successor
UPDATE unit SET parent_id = :to_id, version = version + 1 WHERE parent_id = :from_id;

-- ---- people -----------------------------------------------------------------------------------------------------------------------------

-- :name person_insert(id:int, region_code:text, unit_id:int, login_name:text, display_name:text, sealed_real_name:blob?, sealed_telephone:blob?, sealed_email:blob?, lang:text, created_at_us:int, salt:blob)   a new account
INSERT INTO person (id, region_code, unit_id, login_name, display_name, sealed_real_name, sealed_telephone, sealed_email, lang, state, version, created_at_us, salt)
VALUES (:id, :region_code, :unit_id, :login_name, :display_name, :sealed_real_name, :sealed_telephone, :sealed_email, :lang, 'active', 1, :created_at_us, :salt);

-- :name person_get(id:int)   one
SELECT id, region_code, unit_id, login_name, display_name, lang, state, version FROM person WHERE id = :id;

-- :name person_sealed(id:int)   the sealed fields; opening them is journalled
SELECT sealed_real_name, sealed_telephone, sealed_email FROM person WHERE id = :id;

-- :name person_by_login(login_name:text)   for sign-in
SELECT p.id, p.state, w.hash, w.must_change FROM person p LEFT JOIN password w ON w.person_id = p.id WHERE p.login_name = :login_name;

-- :name person_update(unit_id:int, display_name:text, lang:text, state:text, id:int, version:int)   an edit of the version that was read
UPDATE person SET unit_id = :unit_id, display_name = :display_name, lang = :lang, state = :state, version = version + 1
WHERE id = :id AND version = :version AND state <> 'erased';

-- :name person_set_sealed(sealed_real_name:blob?, sealed_telephone:blob?, sealed_email:blob?, id:int)   new sealed fields; NULL keeps the old one
UPDATE person SET sealed_real_name = COALESCE(:sealed_real_name, sealed_real_name),
sealed_telephone = COALESCE(:sealed_telephone, sealed_telephone), sealed_email = COALESCE(:sealed_email, sealed_email) WHERE id = :id;

-- :name person_blank(login_name:text, id:int)   erasure: nothing that names the person stays
UPDATE person SET login_name = :login_name, display_name = '', sealed_real_name = NULL, sealed_telephone = NULL, sealed_email = NULL, salt = NULL,
state = 'erased', version = version + 1 WHERE id = :id;

-- :name person_list(principal:int, limit:int)   people at units on which the reader may manage people, or read
-- :filter unit(unit_id:int) :: p.unit_id = :unit_id
-- :filter state(state:text) :: p.state = :state
-- :filter named(q:text, q_end:text) :: ((p.login_name >= :q AND p.login_name < :q_end) OR p.display_name = :q)
-- :order id(after_id:int) :: p.id ASC :: p.id > :after_id
SELECT p.id FROM person p WHERE p.state <> 'erased'
AND (p.id = :principal OR EXISTS (SELECT 1 FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = p.unit_id
AND g.right_code IN ('manage_people', 'read'))) {filters} {order} LIMIT :limit;

-- :name person_all(after:int, limit:int)   for the command line
SELECT id FROM person WHERE id > :after ORDER BY id LIMIT :limit;

-- :name principal_name(id:int)   display name of a person, or of a token with its owner
-- @unordered because an id is a person's or a token's
SELECT p.display_name, p.state, '' AS label FROM person p WHERE p.id = :id
UNION ALL SELECT p.display_name, p.state, t.label FROM api_token t JOIN person p ON p.id = t.person_id WHERE t.id = :id;

-- :name role_insert(id:int, person_id:int, unit_id:int, role:text, from_on:text, to_on:text?, stand_in_for:int?)   a role on a unit
INSERT INTO role_grant (id, person_id, unit_id, role, from_on, to_on, stand_in_for)
VALUES (:id, :person_id, :unit_id, :role, :from_on, :to_on, :stand_in_for);

-- :name role_end(day:text, id:int, person_id:int)   it holds until that day
UPDATE role_grant SET to_on = :day WHERE id = :id AND person_id = :person_id AND (to_on IS NULL OR to_on > :day);

-- :name role_get(id:int)   one
SELECT g.person_id, g.unit_id, g.role, g.from_on, g.to_on, u.region_code FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE g.id = :id;

-- :name role_same(person_id:int, unit_id:int, role:text, day:text)   whether the person holds it already
SELECT 1 FROM role_grant WHERE person_id = :person_id AND unit_id = :unit_id AND role = :role AND (to_on IS NULL OR to_on > :day) ORDER BY id LIMIT 1;

-- :name roles_of_person(person_id:int, day:text)   roles that hold on a day, with the unit
SELECT g.id, g.role, g.unit_id, u.region_code, u.kind, u.cooperation_id FROM role_grant g JOIN unit u ON u.id = g.unit_id
WHERE g.person_id = :person_id AND g.from_on <= :day AND (g.to_on IS NULL OR g.to_on > :day) ORDER BY g.id LIMIT 17;

-- :name roles_all_of_person(person_id:int, day:text)   present and future roles
SELECT g.id, g.role, g.unit_id, g.from_on, g.to_on, u.region_code FROM role_grant g JOIN unit u ON u.id = g.unit_id
WHERE g.person_id = :person_id AND (g.to_on IS NULL OR g.to_on > :day) ORDER BY g.id LIMIT 64;

-- :name roles_move(to_unit:int, from_unit:int, day:text)   a merged unit's roles stand on its successor
UPDATE role_grant SET unit_id = :to_unit WHERE unit_id = :from_unit AND (to_on IS NULL OR to_on > :day);

-- :name roles_end_all(day:text, person_id:int)   of an erased person
UPDATE role_grant SET to_on = :day WHERE person_id = :person_id AND (to_on IS NULL OR to_on > :day);

-- :name role_holders(unit_id:int)   people with a grant on a unit
SELECT DISTINCT person_id FROM role_grant WHERE unit_id = :unit_id ORDER BY person_id;

-- :name role_holders_cooperation(cooperation_id:int)   people with a grant on an office of a cooperation
SELECT DISTINCT g.person_id FROM role_grant g JOIN unit u ON u.id = g.unit_id WHERE u.cooperation_id = :cooperation_id ORDER BY g.person_id;

-- :name administrator_count(day:text)   administrators that can still sign in: the last one is not taken away
SELECT COUNT(DISTINCT g.person_id) FROM role_grant g JOIN person p ON p.id = g.person_id
WHERE g.role = 'administrator' AND p.state = 'active' AND g.from_on <= :day AND (g.to_on IS NULL OR g.to_on > :day);

-- :name administrator_is(person_id:int, day:text)   whether somebody is an administrator today
SELECT COUNT(*) FROM role_grant g WHERE g.person_id = :person_id AND g.role = 'administrator' AND g.from_on <= :day
AND (g.to_on IS NULL OR g.to_on > :day);

-- ---- closure -----------------------------------------------------------------------------------------------------------------------------

-- :name closure_lock()   one change of the closure at a time
-- @lock
SELECT value FROM instance_fact WHERE name = 'closure';

-- :name closure_clear_person(person_id:int)   of a person and the person's tokens
DELETE FROM grant_closure WHERE principal_id = :person_id OR principal_id IN (SELECT t.id FROM api_token t WHERE t.person_id = :person_id);

-- :name closure_clear_principal(principal_id:int)   of one principal
DELETE FROM grant_closure WHERE principal_id = :principal_id;

-- :name closure_clear_unit(unit_id:int)   on one unit
DELETE FROM grant_closure WHERE unit_id = :unit_id;

-- :name closure_add(principal_id:int, unit_id:int, right_code:text)   one row
INSERT INTO grant_closure (principal_id, unit_id, right_code) VALUES (:principal_id, :unit_id, :right_code) ON CONFLICT DO NOTHING;

-- :name closure_add_tree(principal_id:int, right_code:text, unit_id:int)   a right on a unit and all below it
INSERT INTO grant_closure (principal_id, unit_id, right_code)
WITH RECURSIVE down(id) AS (SELECT CAST(:unit_id AS INTEGER) UNION SELECT u.id FROM unit u JOIN down ON u.parent_id = down.id)
SELECT :principal_id, down.id, :right_code FROM down WHERE 1 = 1 ON CONFLICT DO NOTHING;

-- :name closure_add_region(principal_id:int, right_code:text, region_code:text)   a right on all units of a region
INSERT INTO grant_closure (principal_id, unit_id, right_code)
SELECT :principal_id, u.id, :right_code FROM unit u WHERE u.region_code = :region_code ON CONFLICT DO NOTHING;

-- :name closure_add_cooperation(principal_id:int, right_code:text, cooperation_id:int, day:text)   a right on all units of the members of a cooperation
INSERT INTO grant_closure (principal_id, unit_id, right_code)
SELECT :principal_id, u.id, :right_code FROM unit u WHERE u.cooperation_id = :cooperation_id
OR EXISTS (SELECT 1 FROM cooperation_member m WHERE m.cooperation_id = :cooperation_id AND m.from_on <= :day AND (m.to_on IS NULL OR m.to_on > :day)
AND (m.region_code = u.region_code OR m.region_code = u.place_code)) ON CONFLICT DO NOTHING;

-- :name closure_add_all(principal_id:int, right_code:text)   a right on every unit
INSERT INTO grant_closure (principal_id, unit_id, right_code)
SELECT :principal_id, u.id, :right_code FROM unit u WHERE 1 = 1 ON CONFLICT DO NOTHING;

-- :name closure_add_token(token_id:int, person_id:int, right_code:text)   a token has a right where its owner has it
INSERT INTO grant_closure (principal_id, unit_id, right_code)
SELECT :token_id, g.unit_id, g.right_code FROM grant_closure g WHERE g.principal_id = :person_id AND g.right_code = :right_code ON CONFLICT DO NOTHING;

-- :name closure_add_tokens_on(right_bit:int, unit_id:int, right_code:text)   the same on one unit, for all tokens
INSERT INTO grant_closure (principal_id, unit_id, right_code)
SELECT t.id, g.unit_id, g.right_code FROM api_token t JOIN grant_closure g ON g.principal_id = t.person_id
WHERE t.revoked_at_us IS NULL AND (t.rights & :right_bit) <> 0 AND g.unit_id = :unit_id AND g.right_code = :right_code ON CONFLICT DO NOTHING;

-- :name closure_grants_reaching(unit_id:int, day:text)   grants that hold today, and how each lies to a unit: same, in its tree, in its wide reach
WITH RECURSIVE up(id) AS (SELECT CAST(:unit_id AS INTEGER) UNION SELECT u.parent_id FROM unit u JOIN up ON u.id = up.id WHERE u.parent_id IS NOT NULL)
SELECT g.person_id, g.role,
CASE WHEN h.id = t.id THEN 1 ELSE 0 END AS same,
CASE WHEN EXISTS (SELECT 1 FROM up WHERE up.id = h.id) THEN 1 ELSE 0 END AS in_tree,
CASE WHEN h.cooperation_id IS NOT NULL AND (h.cooperation_id = t.cooperation_id OR EXISTS (SELECT 1 FROM cooperation_member m
WHERE m.cooperation_id = h.cooperation_id AND m.from_on <= :day AND (m.to_on IS NULL OR m.to_on > :day)
AND (m.region_code = t.region_code OR m.region_code = t.place_code))) THEN 1
WHEN h.cooperation_id IS NULL AND h.kind IN ('city_office', 'government') AND h.region_code = t.region_code THEN 1 ELSE 0 END AS in_wide
FROM role_grant g JOIN person p ON p.id = g.person_id JOIN unit h ON h.id = g.unit_id JOIN unit t ON t.id = :unit_id
WHERE p.state = 'active' AND g.from_on <= :day AND (g.to_on IS NULL OR g.to_on > :day) ORDER BY g.id;

-- :name closure_rights_on(principal_id:int, unit_id:int)   what a principal may on a unit
SELECT right_code FROM grant_closure WHERE principal_id = :principal_id AND unit_id = :unit_id ORDER BY right_code;

-- :name closure_has(principal_id:int, right_code:text)   whether a principal has a right anywhere
SELECT 1 FROM grant_closure WHERE principal_id = :principal_id AND right_code = :right_code ORDER BY unit_id LIMIT 1;

-- :name closure_has_in_region(principal_id:int, right_code:text, region_code:text, day:text)   whether a principal has a right on a unit of a region, or on an office of a cooperation of which it is a member
SELECT 1 FROM grant_closure g JOIN unit u ON u.id = g.unit_id WHERE g.principal_id = :principal_id AND g.right_code = :right_code
AND (u.region_code = :region_code OR EXISTS (SELECT 1 FROM cooperation_member m WHERE m.cooperation_id = u.cooperation_id AND m.region_code = :region_code
AND m.from_on <= :day AND (m.to_on IS NULL OR m.to_on > :day))) ORDER BY g.unit_id LIMIT 1;

-- ---- sign-in ------------------------------------------------------------------------------------------------------------------------------

-- :name password_put(person_id:int, hash:text, must_change:int, set_at_us:int)   a new password
INSERT INTO password (person_id, hash, must_change, set_at_us) VALUES (:person_id, :hash, :must_change, :set_at_us)
ON CONFLICT (person_id) DO UPDATE SET hash = excluded.hash, must_change = excluded.must_change, set_at_us = excluded.set_at_us;

-- :name password_get(person_id:int)   the hash
SELECT hash, must_change FROM password WHERE person_id = :person_id;

-- :name password_drop(person_id:int)   of an erased person
DELETE FROM password WHERE person_id = :person_id;

-- :name totp_get(person_id:int)   the second factor
SELECT sealed_secret, confirmed, last_step FROM totp WHERE person_id = :person_id;

-- :name totp_put(person_id:int, sealed_secret:blob)   a new one, to be confirmed
INSERT INTO totp (person_id, sealed_secret, confirmed, last_step) VALUES (:person_id, :sealed_secret, 0, 0)
ON CONFLICT (person_id) DO UPDATE SET sealed_secret = excluded.sealed_secret, confirmed = 0, last_step = 0;

-- :name totp_use(last_step:int, person_id:int)   a code is used up, and the factor confirmed
UPDATE totp SET last_step = :last_step, confirmed = 1 WHERE person_id = :person_id AND last_step < :last_step;

-- :name totp_drop(person_id:int)   no second factor any more
DELETE FROM totp WHERE person_id = :person_id;

-- :name session_insert(token_hash:blob, id:int, person_id:int, stage:text, created_at_us:int, expires_at_us:int)   a sign-in
INSERT INTO session (token_hash, id, person_id, stage, created_at_us, seen_at_us, expires_at_us)
VALUES (:token_hash, :id, :person_id, :stage, :created_at_us, :created_at_us, :expires_at_us);

-- :name session_get(token_hash:blob)   the session of a cookie
SELECT s.id, s.person_id, s.stage, s.seen_at_us, s.expires_at_us, p.state, p.lang FROM session s JOIN person p ON p.id = s.person_id
WHERE s.token_hash = :token_hash;

-- :name session_touch(seen_at_us:int, token_hash:blob)   it is still in use
UPDATE session SET seen_at_us = :seen_at_us WHERE token_hash = :token_hash AND seen_at_us < :seen_at_us;

-- :name session_stage(stage:text, token_hash:blob)   enrolment is done
UPDATE session SET stage = :stage WHERE token_hash = :token_hash;

-- :name session_drop(token_hash:blob)   sign-out
DELETE FROM session WHERE token_hash = :token_hash;

-- :name session_drop_others(person_id:int, token_hash:blob)   a new password ends the other sessions
DELETE FROM session WHERE person_id = :person_id AND token_hash <> :token_hash;

-- :name session_drop_all(person_id:int)   all of a person
DELETE FROM session WHERE person_id = :person_id;

-- :name session_sweep(now_us:int)   what is over
DELETE FROM session WHERE expires_at_us < :now_us;

-- :name throttle_get(bucket:blob)   one counter
SELECT failures, last_at_us, open_at_us FROM sign_in_throttle WHERE bucket = :bucket;

-- :name throttle_put(bucket:blob, failures:int, last_at_us:int, open_at_us:int)   one counter
INSERT INTO sign_in_throttle (bucket, failures, last_at_us, open_at_us) VALUES (:bucket, :failures, :last_at_us, :open_at_us)
ON CONFLICT (bucket) DO UPDATE SET failures = excluded.failures, last_at_us = excluded.last_at_us, open_at_us = excluded.open_at_us;

-- :name throttle_drop(bucket:blob)   a success clears it
DELETE FROM sign_in_throttle WHERE bucket = :bucket;

-- :name throttle_ease(bucket:blob)   a success takes back the attempt that was counted in advance
UPDATE sign_in_throttle SET failures = failures - 1 WHERE bucket = :bucket AND failures > 0;

-- :name throttle_sweep(before_us:int)   quiet ones
DELETE FROM sign_in_throttle WHERE last_at_us < :before_us;

-- :name device_known(device_hash:blob, person_id:int)   whether the account signed in in this browser before
SELECT 1 FROM known_device WHERE device_hash = :device_hash AND person_id = :person_id;

-- :name device_put(device_hash:blob, person_id:int, seen_at_us:int)   it did
INSERT INTO known_device (device_hash, person_id, seen_at_us) VALUES (:device_hash, :person_id, :seen_at_us)
ON CONFLICT (device_hash, person_id) DO UPDATE SET seen_at_us = excluded.seen_at_us;

-- :name device_sweep(before_us:int)   browsers not seen for long
DELETE FROM known_device WHERE seen_at_us < :before_us;

-- :name device_drop_all(person_id:int)   of an erased person, or after a new password
DELETE FROM known_device WHERE person_id = :person_id;

-- :name one_time_put(token_hash:blob, purpose:text, person_id:int?, expires_at_us:int)   a token that works once
INSERT INTO one_time_token (token_hash, purpose, person_id, expires_at_us) VALUES (:token_hash, :purpose, :person_id, :expires_at_us);

-- :name one_time_get(token_hash:blob, purpose:text, now_us:int)   still good?
SELECT person_id FROM one_time_token WHERE token_hash = :token_hash AND purpose = :purpose AND expires_at_us > :now_us;

-- :name one_time_drop(token_hash:blob)   used up
DELETE FROM one_time_token WHERE token_hash = :token_hash;

-- :name one_time_drop_person(person_id:int)   of an erased person, or replaced by a new one
DELETE FROM one_time_token WHERE person_id = :person_id;

-- :name one_time_drop_setup()   only the last printed one works
DELETE FROM one_time_token WHERE purpose = 'setup';

-- :name token_insert(id:int, person_id:int, region_code:text, token_hash:blob, label:text, rights:int, created_at_us:int, expires_at_us:int?)   a token for a program
INSERT INTO api_token (id, person_id, region_code, token_hash, label, rights, created_at_us, expires_at_us, revoked_at_us)
VALUES (:id, :person_id, :region_code, :token_hash, :label, :rights, :created_at_us, :expires_at_us, NULL);

-- :name token_by_hash(token_hash:blob)   who comes with it
SELECT t.id, t.person_id, t.rights, t.expires_at_us, t.revoked_at_us, p.state, p.lang FROM api_token t JOIN person p ON p.id = t.person_id
WHERE t.token_hash = :token_hash;

-- :name token_get(id:int)   one
SELECT person_id, region_code, revoked_at_us FROM api_token WHERE id = :id;

-- :name token_revoke(revoked_at_us:int, id:int)   it ends now
UPDATE api_token SET revoked_at_us = :revoked_at_us WHERE id = :id AND revoked_at_us IS NULL;

-- :name token_revoke_all(revoked_at_us:int, person_id:int)   of an erased person
UPDATE api_token SET revoked_at_us = :revoked_at_us WHERE person_id = :person_id AND revoked_at_us IS NULL;

-- :name tokens_of_person(person_id:int)   good ones
SELECT id, label, rights, created_at_us, expires_at_us FROM api_token WHERE person_id = :person_id AND revoked_at_us IS NULL ORDER BY id LIMIT 100;

-- :name token_rights_of(person_id:int)   for the closure
SELECT id, rights FROM api_token WHERE person_id = :person_id AND revoked_at_us IS NULL ORDER BY id;

-- :name oidc_flow_put(state_hash:blob, nonce:text, verifier:text, person_id:int?, expires_at_us:int, return_path:text?)   a sign-in at the house identity begins
INSERT INTO oidc_flow (state_hash, nonce, verifier, person_id, expires_at_us, return_path)
VALUES (:state_hash, :nonce, :verifier, :person_id, :expires_at_us, :return_path);

-- :name oidc_flow_get(state_hash:blob, now_us:int)   it comes back
SELECT nonce, verifier, person_id, return_path FROM oidc_flow WHERE state_hash = :state_hash AND expires_at_us > :now_us;

-- :name oidc_flow_drop(state_hash:blob, now_us:int)   used up, and what is over with it
DELETE FROM oidc_flow WHERE state_hash = :state_hash OR expires_at_us < :now_us;

-- :name oidc_link_get(issuer:text, subject:text)   whose account it is
SELECT l.person_id FROM oidc_link l JOIN person p ON p.id = l.person_id WHERE l.issuer = :issuer AND l.subject = :subject AND p.state = 'active';

-- :name oidc_link_put(issuer:text, subject:text, person_id:int)   joins both accounts
INSERT INTO oidc_link (issuer, subject, person_id) VALUES (:issuer, :subject, :person_id);

-- :name oidc_links_of(person_id:int)   what is joined to an account
SELECT issuer, subject FROM oidc_link WHERE person_id = :person_id ORDER BY issuer, subject;

-- :name oidc_link_drop_all(person_id:int)   of an erased person
DELETE FROM oidc_link WHERE person_id = :person_id;

-- :name demo_account_put(key:text, person_id:int, name_zh:text, name_en:text)   a one-click account
INSERT INTO demo_account (key, person_id, name_zh, name_en, position)
VALUES (:key, :person_id, :name_zh, :name_en, (SELECT COUNT(*) FROM demo_account))
ON CONFLICT (key) DO UPDATE SET person_id = excluded.person_id, name_zh = excluded.name_zh, name_en = excluded.name_en;

-- :name demo_account_get(key:text)   whose it is
SELECT person_id FROM demo_account WHERE key = :key;

-- :name demo_account_list()   all, in order
SELECT d.key, d.name_zh, d.name_en, d.person_id, p.login_name FROM demo_account d JOIN person p ON p.id = d.person_id ORDER BY d.position, d.key;

-- :name demo_is(person_id:int)   whether it is a demonstration account
SELECT 1 FROM demo_account WHERE person_id = :person_id ORDER BY key LIMIT 1;

-- :name demo_account_drop(person_id:int)   of an erased person
DELETE FROM demo_account WHERE person_id = :person_id;

-- ---- files --------------------------------------------------------------------------------------------------------------------------------

-- :name file_insert(region_code:text, id:int, sha256:text, name:text, media_type:text, size_bytes:int, uploaded_by:int, uploaded_at_us:int)   an upload
INSERT INTO file (region_code, id, sha256, name, media_type, size_bytes, uploaded_by, uploaded_at_us, is_public)
VALUES (:region_code, :id, :sha256, :name, :media_type, :size_bytes, :uploaded_by, :uploaded_at_us, 0);

-- :name file_by_id(principal:int, id:int)   a file that the reader uploaded, or through whose record he may read it
SELECT f.region_code, f.id, f.sha256, f.name, f.media_type, f.size_bytes, f.uploaded_by, f.uploaded_at_us, f.is_public FROM file f
WHERE f.id = :id AND (f.uploaded_by = :principal OR EXISTS (SELECT 1 FROM file_party p JOIN grant_closure g ON g.unit_id = p.unit_id
WHERE p.region_code = f.region_code AND p.object_id = f.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name file_public(id:int)   a file that a desk released
-- @unscoped because only files marked public
SELECT f.region_code, f.id, f.sha256, f.name, f.media_type, f.size_bytes, f.uploaded_by, f.uploaded_at_us, f.is_public FROM file f
WHERE f.id = :id AND f.is_public = 1;

-- :name file_uploads_since(principal:int, since_us:int)   for the limit
-- @unscoped because it counts the principal's own
SELECT COUNT(*) FROM file WHERE uploaded_by = :principal AND uploaded_at_us >= :since_us;

-- :name file_party_add(region_code:text, object_id:int, unit_id:int, part:text)   a unit that may read it
INSERT INTO file_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part) ON CONFLICT DO NOTHING;

-- :name file_subject_add(region_code:text, file_id:int, subject_region:text, subject_kind:text, subject_id:int)   it belongs to a record
INSERT INTO file_subject (region_code, file_id, subject_region, subject_kind, subject_id)
VALUES (:region_code, :file_id, :subject_region, :subject_kind, :subject_id) ON CONFLICT DO NOTHING;

-- :name file_subject_count(subject_kind:text, subject_id:int)   for the limit
SELECT COUNT(*) FROM file_subject WHERE subject_kind = :subject_kind AND subject_id = :subject_id;

-- :name file_of_subject(subject_region:text, subject_kind:text, subject_id:int)   files of a record
-- @unscoped because the caller has checked the record's scope
SELECT f.region_code, f.id, f.sha256, f.name, f.media_type, f.size_bytes, f.uploaded_by, f.uploaded_at_us, f.is_public
FROM file_subject s JOIN file f ON f.region_code = s.region_code AND f.id = s.file_id
WHERE s.subject_region = :subject_region AND s.subject_kind = :subject_kind AND s.subject_id = :subject_id ORDER BY f.id;

-- :name file_units(file_id:int)   units through which it is read
SELECT p.unit_id FROM file_party p WHERE p.object_id = :file_id ORDER BY p.unit_id;

-- :name file_set_public(is_public:int, region_code:text, id:int)   the desk decides
-- @unscoped because the command has checked the right on the file's unit
UPDATE file SET is_public = :is_public WHERE region_code = :region_code AND id = :id;

-- ---- notices --------------------------------------------------------------------------------------------------------------------------------

-- :name notice_insert(region_code:text, id:int, principal_id:int, kind:text, subject_kind:text, subject_id:int, summary:text, at_us:int, muted:int?)   one notice to one principal
INSERT INTO notice (region_code, id, principal_id, kind, subject_kind, subject_id, summary, at_us, read_at_us, muted)
VALUES (:region_code, :id, :principal_id, :kind, :subject_kind, :subject_id, :summary, :at_us, NULL, :muted);

-- :name notice_list(principal:int, before_id:int, limit:int)   the reader's own, newest first
-- @unscoped because each principal reads his own
-- :filter unread() :: n.read_at_us IS NULL
-- :filter kind(kind:text) :: n.kind = :kind
SELECT n.id, n.region_code, n.kind, n.subject_kind, n.subject_id, n.summary, n.at_us, n.read_at_us FROM notice n
WHERE n.principal_id = :principal AND n.id < :before_id AND n.muted IS NULL {filters} ORDER BY n.id DESC LIMIT :limit;

-- :name notice_unread(principal:int)   how many
-- @unscoped because each principal counts his own
SELECT COUNT(*) FROM notice WHERE principal_id = :principal AND read_at_us IS NULL AND muted IS NULL;

-- :name notice_read(read_at_us:int, principal:int, id:int)   seen
-- @unscoped because each principal marks his own
UPDATE notice SET read_at_us = :read_at_us WHERE principal_id = :principal AND id = :id AND read_at_us IS NULL;

-- :name notice_read_all(read_at_us:int, principal:int)   all seen
-- @unscoped because each principal marks his own
UPDATE notice SET read_at_us = :read_at_us WHERE principal_id = :principal AND read_at_us IS NULL;

-- :name notice_drop_all(principal_id:int)   of an erased person
-- @unscoped because erasure
DELETE FROM notice WHERE principal_id = :principal_id;
