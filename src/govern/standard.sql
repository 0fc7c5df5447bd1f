-- standard.sql - common standards: editions, clauses, each city's values, opinions, adoption.

-- :name standard_member_add(region_code:text, matter_id:int, member_region:text, unit_id:int)   a city takes part
INSERT INTO standard_member (region_code, matter_id, member_region, unit_id) VALUES (:region_code, :matter_id, :member_region, :unit_id);

-- :name standard_members(region_code:text, matter_id:int, edition:int)   the cities, with the adoption of an edition
SELECT s.member_region, s.unit_id, a.adopted_on, a.document_number FROM standard_member s
LEFT JOIN standard_adoption a ON a.region_code = s.region_code AND a.matter_id = s.matter_id AND a.member_region = s.member_region AND a.edition = :edition
WHERE s.region_code = :region_code AND s.matter_id = :matter_id ORDER BY s.member_region;

-- :name standard_version_add(region_code:text, matter_id:int, edition:int, opened_on:text)   a draft
INSERT INTO standard_version (region_code, matter_id, edition, state, opened_on) VALUES (:region_code, :matter_id, :edition, 'draft', :opened_on);

-- :name standard_version_last(region_code:text, matter_id:int)   the newest edition
SELECT v.edition, v.state, v.reply_due_on FROM standard_version v WHERE v.region_code = :region_code AND v.matter_id = :matter_id
ORDER BY v.edition DESC LIMIT 1;

-- :name standard_version_put(region_code:text, matter_id:int, edition:int, state:text, reply_due_on:text?, fixed_on:text?, in_force_on:text?)   its new state; NULL days stay
UPDATE standard_version SET state = :state, reply_due_on = COALESCE(:reply_due_on, reply_due_on), fixed_on = COALESCE(:fixed_on, fixed_on),
    in_force_on = COALESCE(:in_force_on, in_force_on)
WHERE region_code = :region_code AND matter_id = :matter_id AND edition = :edition;

-- :name standard_version_replace(region_code:text, matter_id:int, edition:int)   an edition is adopted: those before it are replaced
UPDATE standard_version SET state = 'replaced' WHERE region_code = :region_code AND matter_id = :matter_id AND edition < :edition AND state = 'adopted';

-- :name standard_versions(region_code:text, matter_id:int)   all editions, newest first
SELECT v.edition, v.state, v.opened_on, v.reply_due_on, v.fixed_on, v.in_force_on FROM standard_version v
WHERE v.region_code = :region_code AND v.matter_id = :matter_id ORDER BY v.edition DESC;

-- :name standard_clause_put(region_code:text, matter_id:int, edition:int, code:text, title:text, comparator:text, unit:text, mode:text, value:int?,
--   text:text)   a clause of a draft, new or changed
INSERT INTO standard_clause (region_code, matter_id, edition, code, title, comparator, unit, mode, value, text)
VALUES (:region_code, :matter_id, :edition, :code, :title, :comparator, :unit, :mode, :value, :text)
ON CONFLICT (region_code, matter_id, edition, code) DO UPDATE SET title = :title, comparator = :comparator, unit = :unit, mode = :mode, value = :value, text = :text;

-- :name standard_clause_fix(region_code:text, matter_id:int, edition:int, code:text, value:int)   the strictest value is fixed
UPDATE standard_clause SET value = :value WHERE region_code = :region_code AND matter_id = :matter_id AND edition = :edition AND code = :code;

-- :name standard_clauses_copy(region_code:text, matter_id:int, edition:int)   a new edition begins with the clauses of the one before
INSERT INTO standard_clause (region_code, matter_id, edition, code, title, comparator, unit, mode, value, text)
SELECT c.region_code, c.matter_id, c.edition + 1, c.code, c.title, c.comparator, c.unit, c.mode, CASE c.mode WHEN 'strictest' THEN NULL ELSE c.value END, c.text
FROM standard_clause c WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.edition = :edition;

-- :name standard_clauses(region_code:text, matter_id:int, edition:int)   clauses of an edition
SELECT c.code, c.title, c.comparator, c.unit, c.mode, c.value, c.text FROM standard_clause c
WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.edition = :edition ORDER BY c.code;

-- :name standard_value_add(region_code:text, matter_id:int, id:int, code:text, member_region:text, value:int?, text:text, document_number:text, from_on:text)   a city's own value
INSERT INTO standard_value (region_code, matter_id, id, code, member_region, value, text, document_number, from_on)
VALUES (:region_code, :matter_id, :id, :code, :member_region, :value, :text, :document_number, :from_on);

-- :name standard_values(region_code:text, matter_id:int, on:text)   each city's values on a day
SELECT v.code, v.member_region, v.value, v.text, v.document_number, v.from_on FROM standard_value v
WHERE v.region_code = :region_code AND v.matter_id = :matter_id
    AND v.id = (SELECT l.id FROM standard_value l WHERE l.region_code = v.region_code AND l.matter_id = v.matter_id AND l.code = v.code
        AND l.member_region = v.member_region AND l.from_on <= :on ORDER BY l.from_on DESC, l.id DESC LIMIT 1)
ORDER BY v.code, v.member_region, v.id;

-- :name standard_opinion_add(region_code:text, matter_id:int, id:int, edition:int, member_region:text, stance:text, text:text, at_us:int)   what a city says
INSERT INTO standard_opinion (region_code, matter_id, id, edition, member_region, stance, text, at_us, decision, reason)
VALUES (:region_code, :matter_id, :id, :edition, :member_region, :stance, :text, :at_us, '', '');

-- :name standard_opinion_decide(region_code:text, matter_id:int, id:int, edition:int, decision:text, reason:text)   what becomes of it; no row when it is of another edition
UPDATE standard_opinion SET decision = :decision, reason = :reason
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND edition = :edition AND stance <> 'agree';

-- :name standard_opinions(region_code:text, matter_id:int, edition:int)   the cities' opinions on an edition
SELECT o.id, o.member_region, o.stance, o.text, o.at_us, o.decision, o.reason FROM standard_opinion o
WHERE o.region_code = :region_code AND o.matter_id = :matter_id AND o.edition = :edition ORDER BY o.id;

-- :name standard_open_points(region_code:text, matter_id:int, edition:int)   opinions without a decision, and cities without an opinion
SELECT (SELECT count(*) FROM standard_opinion o WHERE o.region_code = :region_code AND o.matter_id = :matter_id AND o.edition = :edition
        AND o.stance <> 'agree' AND o.decision = ''),
    (SELECT count(*) FROM standard_member s WHERE s.region_code = :region_code AND s.matter_id = :matter_id AND NOT EXISTS (SELECT 1
        FROM standard_opinion q WHERE q.region_code = :region_code AND q.matter_id = :matter_id AND q.edition = :edition AND q.member_region = s.member_region));

-- :name standard_adopt(region_code:text, matter_id:int, edition:int, member_region:text, adopted_on:text, document_number:text, at_us:int)   a city adopts
INSERT INTO standard_adoption (region_code, matter_id, edition, member_region, adopted_on, document_number, at_us)
VALUES (:region_code, :matter_id, :edition, :member_region, :adopted_on, :document_number, :at_us);
