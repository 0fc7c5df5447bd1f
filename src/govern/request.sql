-- request.sql - requests between cities, units and parties outside.

-- :name request_add(region_code:text, matter_id:int, direction:text, to_unit_id:int, outside:text, country:text, channel:text, network_id:int?, member_id:int?,
--   entry_id:int?, function_code:text, reply_due_on:text, duty_id:int)   what a request says of its own
INSERT INTO coop_request (region_code, matter_id, direction, to_unit_id, outside, country, channel, network_id, member_id, entry_id, function_code,
    reply_due_on, duty_id)
VALUES (:region_code, :matter_id, :direction, :to_unit_id, :outside, :country, :channel, :network_id, :member_id, :entry_id, :function_code,
    :reply_due_on, :duty_id);

-- :name request_of(region_code:text, matter_id:int)   what a request says of its own
SELECT r.direction, r.to_unit_id, r.outside, r.country, r.channel, r.network_id, r.member_id, r.entry_id, r.function_code, r.reply_due_on, r.duty_id
FROM coop_request r WHERE r.region_code = :region_code AND r.matter_id = :matter_id;

-- :name request_to(region_code:text, matter_id:int, to_unit_id:int, duty_id:int, reply_due_on:text)   it went to another unit
UPDATE coop_request SET to_unit_id = :to_unit_id, duty_id = :duty_id, reply_due_on = :reply_due_on
WHERE region_code = :region_code AND matter_id = :matter_id;

-- :name request_by_duty(duty_id:int)   the request that a duty carries now
SELECT r.region_code, r.matter_id, r.reply_due_on FROM coop_request r WHERE r.duty_id = :duty_id ORDER BY r.matter_id;

-- :name request_due(region_code:text, matter_id:int, reply_due_on:text)   another reply day
UPDATE coop_request SET reply_due_on = :reply_due_on WHERE region_code = :region_code AND matter_id = :matter_id;

-- :name request_follow(region_code:text, id:int, state:text, due_on:text, at_us:int)   the state that its duty left
-- @unscoped because it follows a step of a duty that was allowed
UPDATE matter SET state = :state, due_on = :due_on, updated_at_us = :at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND (state <> :state OR due_on <> :due_on);

-- :name request_turn_add(region_code:text, matter_id:int, duty_id:int, to_unit_id:int, asked_on:text, note:text)   a turn of asking
INSERT INTO coop_request_turn (region_code, matter_id, duty_id, to_unit_id, asked_on, note, answer, text, document_number)
VALUES (:region_code, :matter_id, :duty_id, :to_unit_id, :asked_on, :note, '', '', '');

-- :name request_turn_answer(duty_id:int, answer:text, answered_on:text)   what was answered; an answer stands
UPDATE coop_request_turn SET answer = :answer, answered_on = :answered_on WHERE duty_id = :duty_id AND answer = '';

-- :name request_turn_words(region_code:text, matter_id:int, duty_id:int, text:text, document_number:text)   and in which words
UPDATE coop_request_turn SET text = :text, document_number = :document_number
WHERE region_code = :region_code AND matter_id = :matter_id AND duty_id = :duty_id;

-- :name request_turns(region_code:text, matter_id:int)   whom it asked, in this order
SELECT t.duty_id, t.to_unit_id, t.asked_on, t.note, t.answer, t.answered_on, t.text, t.document_number FROM coop_request_turn t
WHERE t.region_code = :region_code AND t.matter_id = :matter_id ORDER BY t.duty_id;

-- :name request_join_add(region_code:text, matter_id:int, member_id:int, text:text, joined_on:text)   a member stands with the others
INSERT INTO coop_request_join (region_code, matter_id, member_id, text, joined_on) VALUES (:region_code, :matter_id, :member_id, :text, :joined_on);

-- :name request_joined(region_code:text, matter_id:int, member_id:int)   whether a member does already
SELECT count(*) FROM coop_request_join j WHERE j.region_code = :region_code AND j.matter_id = :matter_id AND j.member_id = :member_id;

-- :name request_joins(region_code:text, matter_id:int)   who stands together
SELECT j.member_id, j.text, j.joined_on FROM coop_request_join j WHERE j.region_code = :region_code AND j.matter_id = :matter_id ORDER BY j.joined_on, j.member_id;

-- :name request_agenda_add(region_code:text, matter_id:int, session_id:int, item_id:int, put_on:text)   it stands on an agenda
INSERT INTO coop_request_agenda (region_code, matter_id, session_id, item_id, put_on) VALUES (:region_code, :matter_id, :session_id, :item_id, :put_on);

-- :name request_agendas(region_code:text, matter_id:int)   on which agendas
SELECT a.session_id, a.item_id, a.put_on FROM coop_request_agenda a WHERE a.region_code = :region_code AND a.matter_id = :matter_id ORDER BY a.put_on, a.session_id;

-- :name request_list(principal:int, limit:int)   requests in the reader's scope
-- :filter form(form:text) :: m.form = :form
-- :filter state(state:text) :: m.state = :state
-- :filter direction(direction:text) :: r.direction = :direction
-- :filter country(country:text) :: r.country = :country
-- :filter to(to_unit_id:int) :: r.to_unit_id = :to_unit_id
-- :filter unit(unit_id:int) :: m.unit_id = :unit_id
-- :filter network(network_id:int) :: r.network_id = :network_id
-- :filter member(member_id:int) :: r.member_id = :member_id
-- :filter entry(entry_id:int) :: r.entry_id = :entry_id
-- :filter function(function_code:text) :: r.function_code = :function_code
-- :filter open() :: m.state IN ('asked', 'under_way', 'submitted')
-- :filter late(today:text) :: r.reply_due_on < :today AND m.state IN ('asked', 'under_way', 'submitted')
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = m.region_code
--   AND s.subject_kind = m.kind AND s.subject_id = m.id)
-- :order newest(after_id:int) :: m.id DESC :: m.id < :after_id
-- :order due(after_due:text, after_id:int) :: r.reply_due_on ASC, m.id ASC :: (r.reply_due_on, m.id) > (:after_due, :after_id)
SELECT m.region_code, m.id, m.number, m.kind, m.form, m.code, m.title, m.text, m.unit_id, m.parent_id, m.place_code, m.document_number, m.from_on, m.to_on,
    m.due_on, m.source_id, m.source_words, m.state, m.is_open, m.opened_at_us, m.updated_at_us, m.version,
    r.direction, r.to_unit_id, r.outside, r.country, r.channel, r.reply_due_on
FROM matter m JOIN coop_request r ON r.region_code = m.region_code AND r.matter_id = m.id
WHERE m.kind = 'request' AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} {order} LIMIT :limit;

-- :name request_figures_country(principal:int, until_on:text)   requests to and from each country by state, of those that the reader sees
-- :filter form(form:text) :: m.form = :form
SELECT r.country, m.state, count(*), CAST(COALESCE(SUM(CASE WHEN r.reply_due_on < :until_on AND m.state IN ('asked', 'under_way', 'submitted') THEN 1 ELSE 0 END), 0) AS INTEGER)
FROM matter m JOIN coop_request r ON r.region_code = m.region_code AND r.matter_id = m.id
WHERE m.kind = 'request' AND r.country <> '' AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} GROUP BY r.country, m.state ORDER BY r.country, m.state;

-- :name request_figures_form(principal:int, until_on:text)   requests of each form by state, of those that the reader sees
-- :filter form(form:text) :: m.form = :form
SELECT m.form, m.state, count(*), CAST(COALESCE(SUM(CASE WHEN r.reply_due_on < :until_on AND m.state IN ('asked', 'under_way', 'submitted') THEN 1 ELSE 0 END), 0) AS INTEGER)
FROM matter m JOIN coop_request r ON r.region_code = m.region_code AND r.matter_id = m.id
WHERE m.kind = 'request' AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} GROUP BY m.form, m.state ORDER BY m.form, m.state;

-- :name request_figures_unit(principal:int, until_on:text)   requests to each unit by state, of those that the reader sees
-- :filter form(form:text) :: m.form = :form
SELECT r.to_unit_id, m.state, count(*), CAST(COALESCE(SUM(CASE WHEN r.reply_due_on < :until_on AND m.state IN ('asked', 'under_way', 'submitted') THEN 1 ELSE 0 END), 0) AS INTEGER)
FROM matter m JOIN coop_request r ON r.region_code = m.region_code AND r.matter_id = m.id
WHERE m.kind = 'request' AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} GROUP BY r.to_unit_id, m.state ORDER BY r.to_unit_id, m.state;

-- :name request_counts(principal:int, network_id:int)   how many came of each member, function and entry of a network, by state, of those that the reader sees
SELECT r.member_id, r.function_code, r.entry_id, m.form, m.state, count(*)
FROM coop_request r JOIN matter m ON m.region_code = r.region_code AND m.id = r.matter_id
WHERE r.network_id = :network_id AND (:principal = 0
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
GROUP BY r.member_id, r.function_code, r.entry_id, m.form, m.state
ORDER BY r.member_id NULLS FIRST, r.function_code, r.entry_id NULLS FIRST, m.form, m.state;
