-- cleanup.sql - policies that are cleaned up, pilots and models.

-- :name cleanup_item_add(region_code:text, matter_id:int, id:int, title:text, document_number:text, unit_id:int, is_dependent:int, clause:text)   a policy on the list
INSERT INTO cleanup_item (region_code, matter_id, id, title, document_number, unit_id, is_dependent, clause, verdict, reason, new_text, state, done_document)
VALUES (:region_code, :matter_id, :id, :title, :document_number, :unit_id, :is_dependent, :clause, '', '', '', 'open', '');

-- :name cleanup_item_taken(region_code:text, matter_id:int, document_number:text)   whether a document stands on the list already
SELECT i.title FROM cleanup_item i WHERE i.region_code = :region_code AND i.matter_id = :matter_id AND i.document_number = :document_number
    AND :document_number <> '' ORDER BY i.id LIMIT 1;

-- :name cleanup_item_by_id(region_code:text, matter_id:int, id:int)   one policy
SELECT i.title, i.unit_id, i.is_dependent, i.verdict, i.state FROM cleanup_item i
WHERE i.region_code = :region_code AND i.matter_id = :matter_id AND i.id = :id;

-- :name cleanup_item_judge(region_code:text, matter_id:int, id:int, verdict:text, reason:text, new_text:text, due_on:text?, state:text)   keep, amend or repeal
UPDATE cleanup_item SET verdict = :verdict, reason = :reason, new_text = :new_text, due_on = :due_on, state = :state
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND state <> 'done';

-- :name cleanup_item_done(region_code:text, matter_id:int, id:int, done_on:text, done_document:text)   amended or repealed; no row unless judged so
UPDATE cleanup_item SET state = 'done', done_on = :done_on, done_document = :done_document
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND state = 'judged';

-- :name cleanup_items(region_code:text, matter_id:int)   the list
SELECT i.id, i.title, i.document_number, i.unit_id, i.is_dependent, i.clause, i.verdict, i.reason, i.new_text, i.due_on, i.state, i.done_on, i.done_document
FROM cleanup_item i WHERE i.region_code = :region_code AND i.matter_id = :matter_id ORDER BY i.id;

-- :name cleanup_sums(region_code:text, matter_id:int, on:text)   how many, not judged, done, late on a day
SELECT count(*), count(CASE WHEN i.state = 'open' THEN 1 END), count(CASE WHEN i.state = 'done' THEN 1 END),
    count(CASE WHEN i.state = 'judged' AND i.due_on < :on THEN 1 END)
FROM cleanup_item i WHERE i.region_code = :region_code AND i.matter_id = :matter_id;

-- :name pilot_criterion_put(region_code:text, matter_id:int, code:text, title:text, weight:int, least:int)   a criterion, new or changed
INSERT INTO pilot_criterion (region_code, matter_id, code, title, weight, least) VALUES (:region_code, :matter_id, :code, :title, :weight, :least)
ON CONFLICT (region_code, matter_id, code) DO UPDATE SET title = :title, weight = :weight, least = :least;

-- :name pilot_criteria(region_code:text, matter_id:int)   the criteria
SELECT c.code, c.title, c.weight, c.least FROM pilot_criterion c WHERE c.region_code = :region_code AND c.matter_id = :matter_id ORDER BY c.code;

-- :name pilot_candidate_add(region_code:text, matter_id:int, id:int, name:text, category:text, unit_id:int)   an application
INSERT INTO pilot_candidate (region_code, matter_id, id, name, category, unit_id, state, result, document_number)
VALUES (:region_code, :matter_id, :id, :name, :category, :unit_id, 'applied', '', '');

-- :name pilot_candidate_named(region_code:text, matter_id:int, name:text)   whether a place has applied already
SELECT c.id FROM pilot_candidate c WHERE c.region_code = :region_code AND c.matter_id = :matter_id AND c.name = :name ORDER BY c.id LIMIT 1;

-- :name pilot_candidate_state(region_code:text, matter_id:int, id:int, was:text, state:text, result:text?, from_on:text?, to_on:text?, document_number:text?)   its new state; no row when it was in another one; NULL stays
UPDATE pilot_candidate SET state = :state, result = COALESCE(:result, result), from_on = COALESCE(:from_on, from_on), to_on = COALESCE(:to_on, to_on),
    document_number = COALESCE(:document_number, document_number)
WHERE region_code = :region_code AND matter_id = :matter_id AND id = :id AND state = :was;

-- :name pilot_candidates(region_code:text, matter_id:int)   candidates with their weighted score in hundredths and how many criteria they lack or fail
SELECT c.id, c.name, c.category, c.unit_id, c.state, c.result, c.from_on, c.to_on, c.document_number,
    (SELECT CAST(COALESCE(SUM(s.score * k.weight * 100), 0) AS INTEGER) FROM pilot_score s JOIN pilot_criterion k ON k.region_code = s.region_code
        AND k.matter_id = s.matter_id AND k.code = s.code
        WHERE s.region_code = c.region_code AND s.matter_id = c.matter_id AND s.candidate_id = c.id),
    (SELECT count(*) FROM pilot_criterion w WHERE w.region_code = c.region_code AND w.matter_id = c.matter_id AND NOT EXISTS (SELECT 1 FROM pilot_score t
        WHERE t.region_code = c.region_code AND t.matter_id = c.matter_id AND t.candidate_id = c.id AND t.code = w.code)),
    (SELECT count(*) FROM pilot_score u JOIN pilot_criterion x ON x.region_code = u.region_code AND x.matter_id = u.matter_id AND x.code = u.code
        WHERE u.region_code = c.region_code AND u.matter_id = c.matter_id AND u.candidate_id = c.id AND u.score < x.least)
FROM pilot_candidate c WHERE c.region_code = :region_code AND c.matter_id = :matter_id ORDER BY c.id;

-- :name pilot_score_put(region_code:text, matter_id:int, candidate_id:int, code:text, score:int, note:text)   a score, new or changed
INSERT INTO pilot_score (region_code, matter_id, candidate_id, code, score, note) VALUES (:region_code, :matter_id, :candidate_id, :code, :score, :note)
ON CONFLICT (region_code, matter_id, candidate_id, code) DO UPDATE SET score = :score, note = :note;

-- :name pilot_scores(region_code:text, matter_id:int)   all scores
SELECT s.candidate_id, s.code, s.score, s.note FROM pilot_score s WHERE s.region_code = :region_code AND s.matter_id = :matter_id
ORDER BY s.candidate_id, s.code;

-- :name pilot_step_add(region_code:text, matter_id:int, rung:int, text:text, evidence:text, document_number:text, from_on:text)   one rung further
INSERT INTO pilot_step (region_code, matter_id, rung, text, evidence, document_number, from_on)
VALUES (:region_code, :matter_id, :rung, :text, :evidence, :document_number, :from_on);

-- :name pilot_steps(region_code:text, matter_id:int)   the way from measure to statute
SELECT s.rung, s.text, s.evidence, s.document_number, s.from_on FROM pilot_step s WHERE s.region_code = :region_code AND s.matter_id = :matter_id
ORDER BY s.rung;
