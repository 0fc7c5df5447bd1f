-- network.sql - networks: members, functions, entries, figures, shared records.

-- :name network_put(region_code:text, matter_id:int, visible:text)   who sees it
INSERT INTO network (region_code, matter_id, visible) VALUES (:region_code, :matter_id, :visible)
ON CONFLICT (region_code, matter_id) DO UPDATE SET visible = excluded.visible;

-- :name network_open(region_code:text, id:int, is_open:int)   everybody who may read anything reads it, or no longer
-- @unscoped because the verb that calls it has found the matter in scope
UPDATE matter SET is_open = :is_open WHERE region_code = :region_code AND id = :id;

-- :name network_of(region_code:text, matter_id:int)   who sees it
SELECT n.visible FROM network n WHERE n.region_code = :region_code AND n.matter_id = :matter_id;

-- :name network_list(principal:int, limit:int, until_on:text)   networks in the reader's scope, with how many members and entries they have
-- :filter form(form:text) :: m.form = :form
-- :filter state(state:text) :: m.state = :state
-- :filter visible(visible:text) :: n.visible = :visible
-- :filter country(country:text) :: EXISTS (SELECT 1 FROM network_member c WHERE c.region_code = m.region_code AND c.matter_id = m.id AND c.country = :country)
-- :filter member(unit_id:int) :: EXISTS (SELECT 1 FROM network_member u WHERE u.region_code = m.region_code AND u.matter_id = m.id AND u.unit_id = :unit_id)
-- :filter on(on:text) :: m.from_on <= :on AND (m.to_on IS NULL OR m.to_on > :on)
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = m.region_code
--   AND s.subject_kind = m.kind AND s.subject_id = m.id)
-- :order newest(after_id:int) :: m.id DESC :: m.id < :after_id
-- :order title(after_title:text, after_id:int) :: m.title ASC, m.id ASC :: (m.title, m.id) > (:after_title, :after_id)
SELECT m.region_code, m.id, m.number, m.kind, m.form, m.code, m.title, m.text, m.unit_id, m.parent_id, m.place_code, m.document_number, m.from_on, m.to_on,
    m.due_on, m.source_id, m.source_words, m.state, m.is_open, m.opened_at_us, m.updated_at_us, m.version, n.visible,
    (SELECT count(*) FROM network_member a WHERE a.region_code = m.region_code AND a.matter_id = m.id AND a.from_on <= :until_on
        AND (a.to_on IS NULL OR a.to_on > :until_on)),
    (SELECT count(*) FROM network_entry e WHERE e.region_code = m.region_code AND e.matter_id = m.id AND e.state <> 'cancelled'),
    (SELECT min(d.from_on) FROM network_entry d WHERE d.region_code = m.region_code AND d.matter_id = m.id AND d.from_on >= :until_on
        AND d.state NOT IN ('cancelled', 'broken'))
FROM matter m JOIN network n ON n.region_code = m.region_code AND n.matter_id = m.id
WHERE m.kind = 'network' AND (:principal = 0
    OR (m.is_open = 1 AND EXISTS (SELECT 1 FROM grant_closure o WHERE o.principal_id = :principal AND o.right_code = 'read'))
    OR EXISTS (SELECT 1 FROM matter_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = m.region_code AND p.object_id = m.id AND g.principal_id = :principal AND g.right_code = 'read'))
{filters} {order} LIMIT :limit;

-- :name network_member_add(region_code:text, matter_id:int, id:int, unit_id:int?, name:text, kind:text, country:text, post:text, contact:text, from_on:text)   a member
INSERT INTO network_member (region_code, matter_id, id, unit_id, name, kind, country, post, contact, from_on, end_reason)
VALUES (:region_code, :matter_id, :id, :unit_id, :name, :kind, :country, :post, :contact, :from_on, '');

-- :name network_member_clash(region_code:text, matter_id:int, unit_id:int?, name:text, from_on:text)   the same party, a member from that day on already
SELECT n.id FROM network_member n WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND (n.to_on IS NULL OR n.to_on > :from_on)
    AND ((n.unit_id IS NOT NULL AND n.unit_id = :unit_id) OR (n.unit_id IS NULL AND n.name = :name)) ORDER BY n.id LIMIT 1;

-- :name network_member_end(region_code:text, matter_id:int, id:int, to_on:text, end_reason:text)   a member leaves; no row when it has, or came later
UPDATE network_member SET to_on = :to_on, end_reason = :end_reason
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND to_on IS NULL AND from_on < :to_on;

-- :name network_members_end(region_code:text, matter_id:int, to_on:text, end_reason:text)   the network ends, and with it every membership
UPDATE network_member SET to_on = :to_on, end_reason = :end_reason WHERE region_code = :region_code AND matter_id = :matter_id AND to_on IS NULL;

-- :name network_members(region_code:text, matter_id:int, on:text)   members on a day
SELECT n.id, n.unit_id, n.name, n.kind, n.country, n.post, n.contact, n.from_on, n.to_on, n.end_reason FROM network_member n
WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.from_on <= :on AND (n.to_on IS NULL OR n.to_on > :on) ORDER BY n.id;

-- :name network_members_former(region_code:text, matter_id:int, on:text)   who had left by a day
SELECT n.id, n.unit_id, n.name, n.kind, n.country, n.post, n.contact, n.from_on, n.to_on, n.end_reason FROM network_member n
WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.to_on <= :on ORDER BY n.to_on DESC NULLS LAST, n.id;

-- :name network_member_by_id(region_code:text, matter_id:int, id:int)   one member, whether it still is one or not
SELECT n.id, n.unit_id, n.name, n.kind, n.country, n.from_on, n.to_on FROM network_member n
WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.id = :id;

-- :name network_unit_is_member(region_code:text, matter_id:int, unit_id:int, on:text)   whether a unit is a member on a day
SELECT count(*) FROM network_member n WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.unit_id = :unit_id
    AND n.from_on <= :on AND (n.to_on IS NULL OR n.to_on > :on);

-- :name network_function_put(region_code:text, matter_id:int, code:text, title:text)   a function, or another name for it
INSERT INTO network_function (region_code, matter_id, code, title, ordinal)
VALUES (:region_code, :matter_id, :code, :title,
    (SELECT count(*) + 1 FROM network_function x WHERE x.region_code = :region_code AND x.matter_id = :matter_id))
ON CONFLICT (region_code, matter_id, code) DO UPDATE SET title = excluded.title;

-- :name network_functions(region_code:text, matter_id:int)   functions in their order
SELECT n.code, n.title, n.ordinal FROM network_function n WHERE n.region_code = :region_code AND n.matter_id = :matter_id ORDER BY n.ordinal, n.code;

-- :name network_function_known(region_code:text, matter_id:int, code:text)   whether the network has the function
SELECT count(*) FROM network_function n WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.code = :code;

-- :name network_charge_add(region_code:text, matter_id:int, id:int, member_id:int, function_code:text, post:text, contact:text, home_unit_id:int?, from_on:text)   who answers for a function at a member
INSERT INTO network_charge (region_code, matter_id, id, member_id, function_code, post, contact, home_unit_id, from_on)
VALUES (:region_code, :matter_id, :id, :member_id, :function_code, :post, :contact, :home_unit_id, :from_on);

-- :name network_charge_at(region_code:text, matter_id:int, member_id:int, function_code:text, from_on:text)   who answers for it from that day on
SELECT c.id, c.home_unit_id, c.from_on FROM network_charge c WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.member_id = :member_id
    AND c.function_code = :function_code AND (c.to_on IS NULL OR c.to_on > :from_on) ORDER BY c.from_on DESC, c.id DESC LIMIT 1;

-- :name network_charge_end(region_code:text, matter_id:int, id:int, to_on:text)   no longer; no row when it has ended, or began later
UPDATE network_charge SET to_on = :to_on WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND to_on IS NULL AND from_on < :to_on;

-- :name network_charges_end_member(region_code:text, matter_id:int, member_id:int, to_on:text)   a member that leaves answers for nothing any more
UPDATE network_charge SET to_on = :to_on WHERE region_code = :region_code AND matter_id = :matter_id AND member_id = :member_id AND to_on IS NULL;

-- :name network_charges(region_code:text, matter_id:int, on:text)   functions times members on a day
SELECT c.id, c.member_id, c.function_code, c.post, c.contact, c.home_unit_id, c.from_on, c.to_on FROM network_charge c
WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.from_on <= :on AND (c.to_on IS NULL OR c.to_on > :on) ORDER BY c.member_id, c.id;

-- :name network_entry_add(region_code:text, matter_id:int, id:int, kind:text, title:text, text:text, member_id:int?, unit_id:int?, country:text, place:text,
--   from_on:text, until_on:text, state:text, quantity_unit:text, planned:int?, is_public:int, at_us:int)   an entry
INSERT INTO network_entry (region_code, matter_id, id, kind, title, text, member_id, unit_id, country, place, from_on, until_on, state, quantity_unit, planned,
    is_public, reason, version, created_at_us, changed_at_us)
VALUES (:region_code, :matter_id, :id, :kind, :title, :text, :member_id, :unit_id, :country, :place, :from_on, :until_on, :state, :quantity_unit, :planned,
    :is_public, '', 1, :at_us, :at_us);

-- :name network_entry_put(region_code:text, matter_id:int, id:int, title:text?, text:text?, place:text?, from_on:text?, until_on:text?, planned:int?, is_public:int?, at_us:int)   what is NULL stays
UPDATE network_entry SET title = COALESCE(:title, title), text = COALESCE(:text, text), place = COALESCE(:place, place), from_on = COALESCE(:from_on, from_on),
    until_on = COALESCE(:until_on, until_on), planned = COALESCE(:planned, planned), is_public = COALESCE(:is_public, is_public), version = version + 1,
    changed_at_us = :at_us
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id;

-- :name network_entry_step(region_code:text, matter_id:int, id:int, state:text, reason:text, at_us:int)   its new state
UPDATE network_entry SET state = :state, reason = :reason, version = version + 1, changed_at_us = :at_us
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id;

-- :name network_entry_by_id(region_code:text, matter_id:int, id:int)   one entry
SELECT e.kind, e.title, e.state, e.from_on, e.until_on, e.quantity_unit, e.country, e.member_id FROM network_entry e
WHERE e.region_code = :region_code AND e.matter_id = :matter_id AND e.id = :id;

-- :name network_pledge_open(region_code:text, matter_id:int, member_id:int, title:text)   a pledge of that name that the member has made and not broken
SELECT e.id FROM network_entry e WHERE e.region_code = :region_code AND e.matter_id = :matter_id AND e.member_id = :member_id AND e.kind = 'pledge'
    AND e.title = :title AND e.state <> 'broken' ORDER BY e.id LIMIT 1;

-- :name network_entries(region_code:text, matter_id:int)   entries, the latest first, with what they came to
SELECT e.id, e.kind, e.title, e.text, e.member_id, n.name, n.unit_id, e.unit_id, e.country, e.place, e.from_on, e.until_on, e.state, e.quantity_unit, e.planned,
    (SELECT CAST(COALESCE(SUM(x.value), 0) AS INTEGER) FROM network_figure x
        WHERE x.region_code = e.region_code AND x.matter_id = e.matter_id AND x.entry_id = e.id AND x.void_reason = ''),
    e.is_public, e.reason, e.version
FROM network_entry e LEFT JOIN network_member n ON n.region_code = e.region_code AND n.matter_id = e.matter_id AND n.id = e.member_id
WHERE e.region_code = :region_code AND e.matter_id = :matter_id ORDER BY e.from_on DESC, e.id DESC;

-- :name network_calendar(region_code:text, matter_id:int, from_on:text, until_on:text)   entries that touch those days, in their order
-- :filter public() :: e.is_public = 1
SELECT e.id, e.kind, e.title, e.text, e.place, e.country, e.from_on, e.until_on, e.state, e.version, e.created_at_us, e.changed_at_us
FROM network_entry e WHERE e.region_code = :region_code AND e.matter_id = :matter_id AND e.from_on <= :until_on AND e.until_on >= :from_on
    AND e.kind <> 'pledge' {filters} ORDER BY e.from_on, e.id;

-- :name network_totals(region_code:text, matter_id:int)   what was planned and made, by kind and unit of count
SELECT e.kind, e.quantity_unit, count(*), CAST(COALESCE(SUM(e.planned), 0) AS INTEGER),
    CAST(COALESCE(SUM((SELECT CAST(COALESCE(SUM(x.value), 0) AS INTEGER) FROM network_figure x
        WHERE x.region_code = e.region_code AND x.matter_id = e.matter_id AND x.entry_id = e.id AND x.void_reason = '')), 0) AS INTEGER)
FROM network_entry e WHERE e.region_code = :region_code AND e.matter_id = :matter_id AND e.quantity_unit <> '' AND e.state <> 'cancelled'
GROUP BY e.kind, e.quantity_unit ORDER BY e.kind, e.quantity_unit;

-- :name network_figure_add(region_code:text, matter_id:int, id:int, entry_id:int, made_on:text, value:int, member_id:int?, place:text, note:text, unit_id:int, at_us:int)   a figure
INSERT INTO network_figure (region_code, matter_id, id, entry_id, made_on, value, member_id, place, note, unit_id, void_reason, at_us)
VALUES (:region_code, :matter_id, :id, :entry_id, :made_on, :value, :member_id, :place, :note, :unit_id, '', :at_us);

-- :name network_figure_void(region_code:text, matter_id:int, id:int, void_reason:text)   it counts no longer; no row when it did not
UPDATE network_figure SET void_reason = :void_reason WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND void_reason = '';

-- :name network_figure_unit(region_code:text, matter_id:int, id:int)   the unit that entered it
SELECT x.unit_id FROM network_figure x WHERE x.region_code = :region_code AND x.matter_id = :matter_id AND x.id = :id;

-- :name network_figures(region_code:text, matter_id:int, entry_id:int)   the rows behind an entry's sum, also those that were struck out
SELECT x.id, x.made_on, x.value, x.member_id, n.name, n.unit_id, x.place, x.note, x.unit_id, x.void_reason, x.at_us
FROM network_figure x LEFT JOIN network_member n ON n.region_code = x.region_code AND n.matter_id = x.matter_id AND n.id = x.member_id
WHERE x.region_code = :region_code AND x.matter_id = :matter_id AND x.entry_id = :entry_id ORDER BY x.made_on, x.id;

-- :name network_unpledged(region_code:text, matter_id:int, on:text)   members of a day without a pledge that holds
SELECT n.id, n.unit_id, n.name FROM network_member n
WHERE n.region_code = :region_code AND n.matter_id = :matter_id AND n.from_on <= :on AND (n.to_on IS NULL OR n.to_on > :on)
    AND NOT EXISTS (SELECT 1 FROM network_entry e WHERE e.region_code = n.region_code AND e.matter_id = n.matter_id AND e.member_id = n.id
        AND e.kind = 'pledge' AND e.state <> 'broken')
ORDER BY n.id;

-- :name network_record_add(region_code:text, matter_id:int, id:int, firm:text, code:text, kind:text, address:text, text:text, keeper_id:int, opened_on:text, at_us:int)   a record
INSERT INTO network_record (region_code, matter_id, id, firm, code, kind, address, text, keeper_id, opened_on, at_us)
VALUES (:region_code, :matter_id, :id, :firm, :code, :kind, :address, :text, :keeper_id, :opened_on, :at_us);

-- :name network_record_taken(region_code:text, matter_id:int, code:text)   whether the network keeps a record of the firm already
-- @unscoped because a firm has one record there, whoever may see it
SELECT r.id FROM network_record r WHERE r.region_code = :region_code AND r.matter_id = :matter_id AND r.code = :code ORDER BY r.id LIMIT 1;

-- :name network_record_list(principal:int, region_code:text, matter_id:int)   records that the reader's agency shares
SELECT r.id, r.firm, r.code, r.kind, r.keeper_id, r.opened_on FROM network_record r
WHERE r.region_code = :region_code AND r.matter_id = :matter_id
    AND EXISTS (SELECT 1 FROM network_record_agency a JOIN grant_closure g ON g.unit_id = a.unit_id
        WHERE a.region_code = r.region_code AND a.matter_id = r.matter_id AND a.record_id = r.id AND a.to_on IS NULL
        AND g.principal_id = :principal AND g.right_code = 'report')
ORDER BY r.firm, r.id;

-- :name network_record_by_id(principal:int, region_code:text, matter_id:int, id:int)   one record, for who works in an agency that shares it
SELECT r.id, r.firm, r.code, r.kind, r.address, r.text, r.keeper_id, r.opened_on FROM network_record r
WHERE r.region_code = :region_code AND r.matter_id = :matter_id AND r.id = :id
    AND EXISTS (SELECT 1 FROM network_record_agency a JOIN grant_closure g ON g.unit_id = a.unit_id
        WHERE a.region_code = r.region_code AND a.matter_id = r.matter_id AND a.record_id = r.id AND a.to_on IS NULL
        AND g.principal_id = :principal AND g.right_code = 'report');

-- :name network_record_mine(principal:int, region_code:text, matter_id:int, record_id:int)   the agency that the reader works in, of those that share it
SELECT a.unit_id FROM network_record_agency a JOIN grant_closure g ON g.unit_id = a.unit_id
WHERE a.region_code = :region_code AND a.matter_id = :matter_id AND a.record_id = :record_id AND a.to_on IS NULL
    AND g.principal_id = :principal AND g.right_code = 'report' ORDER BY a.unit_id, a.id;

-- :name network_record_agency_add(region_code:text, matter_id:int, record_id:int, unit_id:int, id:int, from_on:text)   an agency shares it
INSERT INTO network_record_agency (region_code, matter_id, record_id, unit_id, id, from_on, reason)
VALUES (:region_code, :matter_id, :record_id, :unit_id, :id, :from_on, '');

-- :name network_record_agency_end(region_code:text, matter_id:int, record_id:int, unit_id:int, to_on:text, reason:text)   an agency shares it no longer
UPDATE network_record_agency SET to_on = :to_on, reason = :reason
WHERE region_code = :region_code AND matter_id = :matter_id AND record_id = :record_id AND unit_id = :unit_id AND to_on IS NULL;

-- :name network_agency_leaves(region_code:text, matter_id:int, unit_id:int, to_on:text, reason:text)   a member that leaves shares no record of the network any more
UPDATE network_record_agency SET to_on = :to_on, reason = :reason
WHERE region_code = :region_code AND matter_id = :matter_id AND unit_id = :unit_id AND to_on IS NULL;

-- :name network_agencies_leave(region_code:text, matter_id:int, to_on:text, reason:text)   the network ends: nobody shares its records any more
UPDATE network_record_agency SET to_on = :to_on, reason = :reason WHERE region_code = :region_code AND matter_id = :matter_id AND to_on IS NULL;

-- :name network_record_agencies(region_code:text, matter_id:int, record_id:int)   agencies of a record, also former ones
SELECT a.unit_id, a.from_on, a.to_on, a.reason FROM network_record_agency a
WHERE a.region_code = :region_code AND a.matter_id = :matter_id AND a.record_id = :record_id ORDER BY a.id;

-- :name network_filing_add(region_code:text, matter_id:int, record_id:int, id:int, client:text, country:text, right_number:text, goods:text, from_on:text, until_on:text?, unit_id:int, at_us:int)   a filing
INSERT INTO network_record_filing (region_code, matter_id, record_id, id, client, country, right_number, goods, from_on, until_on, unit_id, at_us)
VALUES (:region_code, :matter_id, :record_id, :id, :client, :country, :right_number, :goods, :from_on, :until_on, :unit_id, :at_us);

-- :name network_filings(region_code:text, matter_id:int, record_id:int)   who had the firm work for them
SELECT x.id, x.client, x.country, x.right_number, x.goods, x.from_on, x.until_on, x.unit_id, x.at_us FROM network_record_filing x
WHERE x.region_code = :region_code AND x.matter_id = :matter_id AND x.record_id = :record_id ORDER BY x.from_on DESC, x.id DESC;

-- :name network_note_add(region_code:text, matter_id:int, record_id:int, id:int, unit_id:int, kind:text, text:text, noted_on:text, at_us:int)   what an agency found or did
INSERT INTO network_record_note (region_code, matter_id, record_id, id, unit_id, kind, text, noted_on, at_us)
VALUES (:region_code, :matter_id, :record_id, :id, :unit_id, :kind, :text, :noted_on, :at_us);

-- :name network_notes(region_code:text, matter_id:int, record_id:int)   what the agencies found and did
SELECT x.id, x.unit_id, x.kind, x.text, x.noted_on, x.at_us FROM network_record_note x
WHERE x.region_code = :region_code AND x.matter_id = :matter_id AND x.record_id = :record_id ORDER BY x.noted_on DESC, x.id DESC;

-- :name network_look_add(region_code:text, matter_id:int, record_id:int, id:int, unit_id:int, actor_id:int, purpose:text, at_us:int)   a look
INSERT INTO network_look (region_code, matter_id, record_id, id, unit_id, actor_id, purpose, at_us)
VALUES (:region_code, :matter_id, :record_id, :id, :unit_id, :actor_id, :purpose, :at_us);

-- :name network_looks(region_code:text, matter_id:int, record_id:int, limit:int)   who looked, the last first
SELECT x.unit_id, x.purpose, x.at_us FROM network_look x
WHERE x.region_code = :region_code AND x.matter_id = :matter_id AND x.record_id = :record_id ORDER BY x.id DESC LIMIT :limit;

-- :name public_networks(limit:int, after_id:int)   networks that the public sees
-- @unscoped because only networks marked public
SELECT m.region_code, m.id, m.form, m.title, m.text, m.unit_id, m.from_on FROM matter m JOIN network n ON n.region_code = m.region_code AND n.matter_id = m.id
WHERE n.visible = 'public' AND m.state = 'active' AND m.id > :after_id ORDER BY m.id LIMIT :limit;

-- :name public_network(id:int)   one that the public sees
-- @unscoped because only a network marked public
SELECT m.region_code, m.id, m.form, m.title, m.text, m.unit_id, m.from_on FROM matter m JOIN network n ON n.region_code = m.region_code AND n.matter_id = m.id
WHERE m.id = :id AND n.visible = 'public' AND m.state = 'active';
