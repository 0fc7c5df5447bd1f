-- Tasks, weights, workstreams, roll-ups. All of them are read behind an action or outline that was found in scope.

-- :name task_get(id:int)   one task with the action that stands for its line now
-- @unscoped because the caller then finds its action in scope
SELECT t.region_code, t.id, t.line_id, t.parent_id, t.level, t.place_code, t.sort, t.title, t.measure, t.weight, t.start_on, t.due_on,
    t.state, t.percent, t.progress_bp, t.gone, t.into_id, t.updated_at_us, t.version,
    COALESCE((SELECT a.id FROM action a JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
        WHERE a.region_code = t.region_code AND a.line_id = t.line_id AND o.state = 'current' ORDER BY a.id DESC LIMIT 1), 0)
FROM task t WHERE t.id = :id;

-- :name task_list(region_code:text, line_id:int)   an action's tasks, parents' order among siblings
SELECT t.region_code, t.id, t.line_id, t.parent_id, t.level, t.place_code, t.sort, t.title, t.measure, t.weight, t.start_on, t.due_on,
    t.state, t.percent, t.progress_bp, t.gone, t.into_id, t.updated_at_us, t.version, 0
FROM task t WHERE t.region_code = :region_code AND t.line_id = :line_id AND t.gone = '' ORDER BY t.parent_id, t.sort, t.id;

-- :name task_units(region_code:text, line_id:int)   units of all tasks of an action
SELECT u.task_id, u.part, u.unit_id, u.name FROM task t CROSS JOIN task_unit u
WHERE t.region_code = :region_code AND u.region_code = t.region_code AND u.task_id = t.id AND t.line_id = :line_id AND t.gone = ''
ORDER BY u.task_id, u.part, u.item, u.unit_id;

-- :name task_insert(region_code:text, id:int, line_id:int, parent_id:int, level:text, place_code:text, sort:int, title:text, measure:text,
--   weight:int, start_on:text?, due_on:text?, state:text, percent:int, at_us:int)   a task
INSERT INTO task (region_code, id, line_id, parent_id, level, place_code, sort, title, measure, weight, start_on, due_on, state, percent,
    progress_bp, gone, into_id, updated_at_us, version)
VALUES (:region_code, :id, :line_id, :parent_id, :level, :place_code, :sort, :title, :measure, :weight, :start_on, :due_on, :state, :percent,
    0, '', 0, :at_us, 1);

-- :name task_set(region_code:text, id:int, version:int, parent_id:int, level:text, place_code:text, sort:int, title:text, measure:text,
--   weight:int, start_on:text?, due_on:text?, at_us:int)   edited or moved; no row when stale
UPDATE task SET parent_id = :parent_id, level = :level, place_code = :place_code, sort = :sort, title = :title, measure = :measure,
    weight = :weight, start_on = :start_on, due_on = :due_on, updated_at_us = :at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND gone = '';

-- :name task_leave(region_code:text, id:int, version:int, gone:text, into_id:int, at_us:int)   it counts no longer; no row when stale
UPDATE task SET gone = :gone, into_id = :into_id, updated_at_us = :at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND gone = '';

-- :name task_progress(region_code:text, id:int, state:text, percent:int, at_us:int)   its latest report
UPDATE task SET state = :state, percent = :percent, updated_at_us = :at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND gone = '';

-- :name task_keep(region_code:text, id:int, progress_bp:int)   its progress as counted
UPDATE task SET progress_bp = :progress_bp WHERE region_code = :region_code AND id = :id;

-- :name task_sums(region_code:text, line_id:int, parent_id:int)   what the tasks below add up to
SELECT CAST(count(*) AS BIGINT), CAST(COALESCE(sum(CASE WHEN t.state = 'stopped' THEN 0 ELSE t.weight END), 0) AS BIGINT),
    CAST(COALESCE(sum(CASE WHEN t.state = 'stopped' THEN 0 ELSE t.weight * t.progress_bp END), 0) AS BIGINT), COALESCE(max(t.sort), 0)
FROM task t WHERE t.region_code = :region_code AND t.line_id = :line_id AND t.parent_id = :parent_id AND t.gone = '';

-- :name task_unit_insert(region_code:text, task_id:int, part:text, unit_id:int, item:int, name:text)   who answers for it
INSERT INTO task_unit (region_code, task_id, part, unit_id, item, name) VALUES (:region_code, :task_id, :part, :unit_id, :item, :name)
ON CONFLICT (region_code, task_id, part, unit_id) DO NOTHING;

-- :name task_unit_clear(region_code:text, task_id:int)   before its units are set anew
DELETE FROM task_unit WHERE region_code = :region_code AND task_id = :task_id;

-- :name task_unit_copy(region_code:text, from_id:int, to_id:int)   a piece takes over the units
INSERT INTO task_unit (region_code, task_id, part, unit_id, item, name)
SELECT u.region_code, CAST(:to_id AS BIGINT), u.part, u.unit_id, u.item, u.name FROM task_unit u
WHERE u.region_code = :region_code AND u.task_id = :from_id
ON CONFLICT (region_code, task_id, part, unit_id) DO NOTHING;

-- :name task_party_add(region_code:text, action_id:int, line_id:int)   units of its tasks may see an action
INSERT INTO action_party (region_code, object_id, unit_id, part)
SELECT DISTINCT u.region_code, CAST(:action_id AS BIGINT), u.unit_id, 'task' FROM task t CROSS JOIN task_unit u
WHERE t.region_code = :region_code AND u.region_code = t.region_code AND u.task_id = t.id AND t.line_id = :line_id AND t.gone = ''
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name task_party_outline(region_code:text, outline_id:int, line_id:int)   and its outline
INSERT INTO outline_party (region_code, object_id, unit_id, part)
SELECT DISTINCT u.region_code, CAST(:outline_id AS BIGINT), u.unit_id, 'participant' FROM task t CROSS JOIN task_unit u
WHERE t.region_code = :region_code AND u.region_code = t.region_code AND u.task_id = t.id AND t.line_id = :line_id AND t.gone = ''
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name task_party_drop(region_code:text, action_id:int)   before they are given anew
DELETE FROM action_party WHERE region_code = :region_code AND object_id = :action_id AND part = 'task';

-- :name task_reporter(principal:int, region_code:text, task_id:int)   the unit for which the actor may report on a task
-- @unordered because rows of the same unit are the same answer
SELECT u.unit_id FROM task_unit u JOIN grant_closure g ON g.unit_id = u.unit_id
WHERE u.region_code = :region_code AND u.task_id = :task_id AND g.principal_id = :principal AND g.right_code = 'report'
ORDER BY u.unit_id LIMIT 1;

-- :name task_report_insert(region_code:text, id:int, task_id:int, at_us:int, actor_id:int, unit_id:int?, percent:int, state:text, text:text)   progress
INSERT INTO task_report (region_code, id, task_id, at_us, actor_id, unit_id, percent, state, text)
VALUES (:region_code, :id, :task_id, :at_us, :actor_id, :unit_id, :percent, :state, :text);

-- :name task_report_list(region_code:text, task_id:int)   newest first
SELECT r.id, r.at_us, r.actor_id, COALESCE(r.unit_id, 0), r.percent, r.state, r.text FROM task_report r
WHERE r.region_code = :region_code AND r.task_id = :task_id ORDER BY r.id DESC LIMIT 50;

-- :name weighing_set(region_code:text, line_id:int, weight:int, mode:text, under_way_percent:int)   how an action counts
INSERT INTO action_weighing (region_code, line_id, weight, mode, under_way_percent)
VALUES (:region_code, :line_id, :weight, :mode, :under_way_percent)
ON CONFLICT (region_code, line_id) DO UPDATE SET weight = excluded.weight, mode = excluded.mode, under_way_percent = excluded.under_way_percent;

-- :name workstream_clear(region_code:text, line_id:int)   before they are set anew
DELETE FROM action_workstream WHERE region_code = :region_code AND line_id = :line_id;

-- :name workstream_add(region_code:text, line_id:int, workstream:text)   a tag
INSERT INTO action_workstream (region_code, line_id, workstream) VALUES (:region_code, :line_id, :workstream)
ON CONFLICT (region_code, line_id, workstream) DO NOTHING;

-- :name workstream_list(region_code:text, line_id:int)   an action's workstreams
SELECT w.workstream FROM action_workstream w WHERE w.region_code = :region_code AND w.line_id = :line_id ORDER BY w.workstream;

-- :name rollup_facts(region_code:text, id:int)   what an action counts by
-- @unscoped because the roll-up of every action is kept, whoever changes it
SELECT a.outline_id, a.line_id, a.path, a.phase, a.state, a.percent, COALESCE(w.weight, 1), COALESCE(w.mode, 'percent'), COALESCE(w.under_way_percent, 50)
FROM action a LEFT JOIN action_weighing w ON w.region_code = a.region_code AND w.line_id = a.line_id
WHERE a.region_code = :region_code AND a.id = :id;

-- :name rollup_subjects(region_code:text, id:int, line_id:int)   units, their cities, workstreams of an action
SELECT u.part, CAST(u.unit_id AS TEXT) FROM action_unit u WHERE u.region_code = :region_code AND u.action_id = :id
UNION SELECT 'city', n.region_code FROM action_unit v JOIN unit n ON n.id = v.unit_id WHERE v.region_code = :region_code AND v.action_id = :id AND v.part = 'lead'
UNION SELECT 'workstream', w.workstream FROM action_workstream w WHERE w.region_code = :region_code AND w.line_id = :line_id
ORDER BY 1 NULLS FIRST, 2 NULLS FIRST;

-- The numbers of an action (weight, progress, state, source) stand in its term for the outline, kind 'outline'. Its other terms say what else
-- it is counted in; the numbers in them are those of the day on which they were made, and nobody reads them.

-- :name rollup_terms_of(region_code:text, action_id:int)   what an action is counted in
-- @unordered because the caller compares them as a set
SELECT r.kind, r.subject FROM rollup_term r WHERE r.region_code = :region_code AND r.action_id = :action_id;

-- :name rollup_now(region_code:text, id:int)   what an action counts by, and what it is counted as so far
-- @unscoped because the roll-up of every action is kept, whoever changes it
SELECT a.outline_id, a.line_id, a.path, a.phase, a.state, a.percent, COALESCE(w.weight, 1), COALESCE(w.mode, 'percent'), COALESCE(w.under_way_percent, 50),
    CASE WHEN EXISTS (SELECT 1 FROM task t WHERE t.region_code = a.region_code AND t.line_id = a.line_id) THEN 1 ELSE 0 END,
    r.weight, r.progress_bp, r.state, r.source
FROM action a LEFT JOIN action_weighing w ON w.region_code = a.region_code AND w.line_id = a.line_id
LEFT JOIN rollup_term r ON r.region_code = a.region_code AND r.outline_id = a.outline_id AND r.kind = 'outline' AND r.subject = '' AND r.action_id = a.id
WHERE a.region_code = :region_code AND a.id = :id;

-- :name rollup_term_set(region_code:text, outline_id:int, action_id:int, weight:int, progress_bp:int, state:text, source:text)   what an action counts as
UPDATE rollup_term SET weight = :weight, progress_bp = :progress_bp, state = :state, source = :source
WHERE region_code = :region_code AND outline_id = :outline_id AND kind = 'outline' AND subject = '' AND action_id = :action_id;

-- :name rollup_term_drop(region_code:text, outline_id:int, kind:text, subject:text, action_id:int)   it is no longer counted there
DELETE FROM rollup_term WHERE region_code = :region_code AND outline_id = :outline_id AND kind = :kind AND subject = :subject AND action_id = :action_id;

-- :name rollup_term_insert(region_code:text, outline_id:int, kind:text, subject:text, action_id:int, weight:int, progress_bp:int, state:text, source:text)   a term
INSERT INTO rollup_term (region_code, outline_id, kind, subject, action_id, weight, progress_bp, state, source)
VALUES (:region_code, :outline_id, :kind, :subject, :action_id, :weight, :progress_bp, :state, :source);

-- :name rollup_add(region_code:text, outline_id:int, kind:text, subject:text, actions:int, weight:int, weighted:int, to_start:int, under_way:int,
--   done:int, stopped:int)   a term comes or, with negative numbers, goes
INSERT INTO rollup (region_code, outline_id, kind, subject, actions, weight, weighted, to_start, under_way, done, stopped)
VALUES (:region_code, :outline_id, :kind, :subject, :actions, :weight, :weighted, :to_start, :under_way, :done, :stopped)
ON CONFLICT (region_code, outline_id, kind, subject) DO UPDATE SET actions = rollup.actions + excluded.actions,
    weight = rollup.weight + excluded.weight, weighted = rollup.weighted + excluded.weighted, to_start = rollup.to_start + excluded.to_start,
    under_way = rollup.under_way + excluded.under_way, done = rollup.done + excluded.done, stopped = rollup.stopped + excluded.stopped;

-- :name rollup_move(region_code:text, outline_id:int, kind:text, subject:text, weight:int, weighted:int, to_start:int, under_way:int, done:int,
--   stopped:int)   a term that stays has changed by so much
UPDATE rollup SET weight = weight + :weight, weighted = weighted + :weighted, to_start = to_start + :to_start, under_way = under_way + :under_way,
    done = done + :done, stopped = stopped + :stopped
WHERE region_code = :region_code AND outline_id = :outline_id AND kind = :kind AND subject = :subject;

-- :name rollup_list(region_code:text, outline_id:int)   all roll-ups of an outline
SELECT r.kind, r.subject, r.actions, r.weight, r.weighted, r.to_start, r.under_way, r.done, r.stopped FROM rollup r
WHERE r.region_code = :region_code AND r.outline_id = :outline_id AND r.actions > 0 ORDER BY r.kind, r.subject;

-- :name rollup_chapters(region_code:text, outline_id:int)   headings of the nodes at the top
SELECT n.path, n.heading FROM outline_node n WHERE n.region_code = :region_code AND n.outline_id = :outline_id AND n.parent_key = 0
ORDER BY n.sort, n.node_key;

-- :name rollup_explain(principal:int, region_code:text, outline_id:int, kind:text, subject:text)   the terms of a roll-up that the reader may see
SELECT r.action_id, a.path, a.title, c.weight, c.progress_bp, c.state, c.source, a.last_report_on
FROM rollup_term r JOIN action a ON a.region_code = r.region_code AND a.id = r.action_id
JOIN rollup_term c ON c.region_code = r.region_code AND c.outline_id = r.outline_id AND c.kind = 'outline' AND c.subject = '' AND c.action_id = r.action_id
WHERE r.region_code = :region_code AND r.outline_id = :outline_id AND r.kind = :kind AND r.subject = :subject
AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.sort, a.id;

-- :name rollup_source(region_code:text, outline_id:int, action_id:int)   what an action was counted as in its outline
SELECT r.progress_bp, r.source FROM rollup_term r WHERE r.region_code = :region_code AND r.outline_id = :outline_id AND r.kind = 'outline'
    AND r.subject = '' AND r.action_id = :action_id;
