-- Phases, goals and programmes; read behind their outline, which was found in scope.

-- :name programme_list(region_code:text, outline_line:int)   all of an outline
SELECT p.id, p.kind, p.sort, p.title, p.note, p.from_on, p.to_on, p.target_on, p.benchmarks, COALESCE(p.declared, -1), p.version
FROM programme p WHERE p.region_code = :region_code AND p.outline_line = :outline_line AND p.gone = 0 ORDER BY p.sort, p.id;

-- :name programme_get(id:int)   one, with the outline that stands for its line now
-- @unscoped because the caller then finds its outline in scope
SELECT p.region_code, p.outline_line, p.version, p.gone, COALESCE((SELECT o.id FROM outline o WHERE o.region_code = p.region_code
    AND o.line_id = p.outline_line AND o.state = 'current' ORDER BY o.id DESC LIMIT 1), 0)
FROM programme p WHERE p.id = :id;

-- :name programme_insert(region_code:text, id:int, outline_line:int, kind:text, sort:int, title:text, note:text, from_on:text?, to_on:text?,
--   target_on:text?, benchmarks:text, declared:int?)   a new one
INSERT INTO programme (region_code, id, outline_line, kind, sort, title, note, from_on, to_on, target_on, benchmarks, declared, gone, version)
VALUES (:region_code, :id, :outline_line, :kind, :sort, :title, :note, :from_on, :to_on, :target_on, :benchmarks, :declared, 0, 1);

-- :name programme_set(region_code:text, id:int, version:int, kind:text, sort:int, title:text, note:text, from_on:text?, to_on:text?,
--   target_on:text?, benchmarks:text, declared:int?)   as it is now
UPDATE programme SET kind = :kind, sort = :sort, title = :title, note = :note, from_on = :from_on, to_on = :to_on, target_on = :target_on,
    benchmarks = :benchmarks, declared = :declared, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND gone = 0;

-- :name programme_drop(region_code:text, id:int, version:int)   given up
UPDATE programme SET gone = 1, version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version AND gone = 0;

-- :name programme_touch(region_code:text, id:int)   something below it changed
UPDATE programme SET version = version + 1 WHERE region_code = :region_code AND id = :id;

-- :name programme_scope_list(region_code:text, outline_line:int)   what belongs to the groups of an outline
SELECT s.programme_id, s.kind, s.subject FROM programme p CROSS JOIN programme_scope s
WHERE p.region_code = :region_code AND s.region_code = p.region_code AND s.programme_id = p.id AND p.outline_line = :outline_line AND p.gone = 0 ORDER BY s.programme_id, s.kind, s.subject;

-- :name programme_scope_clear(region_code:text, programme_id:int)   before it is set anew
DELETE FROM programme_scope WHERE region_code = :region_code AND programme_id = :programme_id;

-- :name programme_scope_add(region_code:text, programme_id:int, kind:text, subject:text)   one more
INSERT INTO programme_scope (region_code, programme_id, kind, subject) VALUES (:region_code, :programme_id, :kind, :subject)
ON CONFLICT (region_code, programme_id, kind, subject) DO NOTHING;

-- :name programme_criterion_list(region_code:text, outline_line:int, on:text)   criteria of the groups of an outline, each with its judgement on a day
SELECT c.programme_id, c.item, c.part, c.text, c.rule, j.met, j.judged_on, j.reason
FROM programme p CROSS JOIN programme_criterion c
LEFT JOIN programme_judgement j ON j.region_code = c.region_code AND j.id = (SELECT k.id FROM programme_judgement k
    WHERE k.region_code = c.region_code AND k.programme_id = c.programme_id AND k.item = c.item AND k.judged_on <= :on
    ORDER BY k.judged_on DESC, k.id DESC LIMIT 1)
WHERE p.region_code = :region_code AND c.region_code = p.region_code AND c.programme_id = p.id AND p.outline_line = :outline_line AND p.gone = 0 AND c.gone = 0 ORDER BY c.programme_id, c.item;

-- :name programme_criterion_last(region_code:text, programme_id:int)   the highest number used
SELECT COALESCE(max(c.item), 0) FROM programme_criterion c WHERE c.region_code = :region_code AND c.programme_id = :programme_id;

-- :name programme_criterion_get(region_code:text, programme_id:int, item:int)   whether it is judged by a rule
SELECT c.rule FROM programme_criterion c
WHERE c.region_code = :region_code AND c.programme_id = :programme_id AND c.item = :item AND c.gone = 0;

-- :name programme_criterion_clear(region_code:text, programme_id:int)   before the list is set anew
UPDATE programme_criterion SET gone = 1 WHERE region_code = :region_code AND programme_id = :programme_id AND gone = 0;

-- :name programme_criterion_put(region_code:text, programme_id:int, item:int, part:text, text:text, rule:text)   one of the list
INSERT INTO programme_criterion (region_code, programme_id, item, part, text, rule, gone)
VALUES (:region_code, :programme_id, :item, :part, :text, :rule, 0)
ON CONFLICT (region_code, programme_id, item) DO UPDATE SET part = excluded.part, text = excluded.text, rule = excluded.rule, gone = 0;

-- :name programme_judge(region_code:text, id:int, programme_id:int, item:int, met:int, judged_on:text, at_us:int, actor_id:int, reason:text)   a judgement
INSERT INTO programme_judgement (region_code, id, programme_id, item, met, judged_on, at_us, actor_id, reason)
VALUES (:region_code, :id, :programme_id, :item, :met, :judged_on, :at_us, :actor_id, :reason);

-- :name programme_actions(principal:int, region_code:text, outline_id:int)   all actions of an outline with weight and kept progress, and whether the reader may see each
-- @unscoped because of those outside the reader's scope only sums and counts are shown
SELECT a.region_code, a.id, a.outline_id, a.line_id, a.node_key, a.sort, a.path, a.number, a.title, a.start_byte, a.end_byte, a.origin, a.phase,
    a.state_at_start, a.state, a.percent, a.due_on, a.due_origin, a.start_on, a.horizon_on, a.measure_text, a.measure_value, a.measure_unit,
    a.measure_comparator, a.measure_origin, a.last_report_on, a.last_report_at_us, a.updated_at_us, a.version, 0,
    COALESCE(w.weight, 1), COALESCE(r.progress_bp, a.percent * 100),
    CASE WHEN (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
        WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read')) THEN 1 ELSE 0 END
FROM action a LEFT JOIN action_weighing w ON w.region_code = a.region_code AND w.line_id = a.line_id
LEFT JOIN rollup_term r ON r.region_code = a.region_code AND r.outline_id = a.outline_id AND r.kind = 'outline' AND r.subject = '' AND r.action_id = a.id
WHERE a.region_code = :region_code AND a.outline_id = :outline_id ORDER BY a.sort, a.id;

-- :name programme_chapter(region_code:text, outline_id:int, path:text)   a node at the top
SELECT n.node_key FROM outline_node n WHERE n.region_code = :region_code AND n.outline_id = :outline_id AND n.parent_key = 0 AND n.path = :path
ORDER BY n.node_key LIMIT 1;
