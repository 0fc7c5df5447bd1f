-- Sides of an action; read behind their action, which was found in scope.

-- :name side_list(region_code:text, line_id:int, on:text)   the sides of an action, each with its report that counts on a day
SELECT s.item, s.name, COALESCE(s.unit_id, 0), s.start_on, s.due_on, r.state, r.percent, r.done_on, r.text, COALESCE(r.by_office, 0)
FROM action_side s LEFT JOIN action_side_report r ON r.region_code = s.region_code AND r.id = (SELECT k.id FROM action_side_report k
    WHERE k.region_code = s.region_code AND k.line_id = s.line_id AND k.item = s.item AND k.done_on <= :on ORDER BY k.done_on DESC, k.id DESC LIMIT 1)
WHERE s.region_code = :region_code AND s.line_id = :line_id AND s.gone = 0 ORDER BY s.sort, s.item;

-- :name side_last(region_code:text, line_id:int)   the highest number used
SELECT COALESCE(max(s.item), 0) FROM action_side s WHERE s.region_code = :region_code AND s.line_id = :line_id;

-- :name side_clear(region_code:text, line_id:int)   before the list is set anew
UPDATE action_side SET gone = 1 WHERE region_code = :region_code AND line_id = :line_id AND gone = 0;

-- :name side_put(region_code:text, line_id:int, item:int, sort:int, name:text, unit_id:int?, start_on:text?, due_on:text?)   one of the list
INSERT INTO action_side (region_code, line_id, item, sort, name, unit_id, start_on, due_on, gone)
VALUES (:region_code, :line_id, :item, :sort, :name, :unit_id, :start_on, :due_on, 0)
ON CONFLICT (region_code, line_id, item) DO UPDATE SET sort = excluded.sort, name = excluded.name, unit_id = excluded.unit_id,
    start_on = excluded.start_on, due_on = excluded.due_on, gone = 0;

-- :name side_report_insert(region_code:text, id:int, line_id:int, item:int, done_on:text, at_us:int, actor_id:int, by_office:int, state:text,
--   percent:int, text:text)   progress of a side
INSERT INTO action_side_report (region_code, id, line_id, item, done_on, at_us, actor_id, by_office, state, percent, text)
VALUES (:region_code, :id, :line_id, :item, :done_on, :at_us, :actor_id, :by_office, :state, :percent, :text);

-- :name side_right(principal:int, unit_id:int)   whether the actor may report for a unit
SELECT g.unit_id FROM grant_closure g WHERE g.principal_id = :principal AND g.unit_id = :unit_id AND g.right_code = 'report';
