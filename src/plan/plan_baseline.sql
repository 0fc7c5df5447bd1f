-- Baselines; read behind their outline, which was found in scope.

-- :name baseline_list(region_code:text, outline_line:int)   of an outline, newest first
SELECT b.id, b.name, b.taken_on, b.at_us, b.actor_id, b.actions FROM baseline b
WHERE b.region_code = :region_code AND b.outline_line = :outline_line ORDER BY b.id DESC;

-- :name baseline_insert(region_code:text, id:int, outline_line:int, name:text, taken_on:text, at_us:int, actor_id:int, outline_id:int)   a new one
-- @unscoped because the caller has found the outline in scope with the right to break it down
INSERT INTO baseline (region_code, id, outline_line, name, taken_on, at_us, actor_id, actions)
SELECT :region_code, :id, :outline_line, :name, :taken_on, :at_us, :actor_id,
    (SELECT count(*) FROM action a WHERE a.region_code = :region_code AND a.outline_id = :outline_id);

-- :name baseline_fill(region_code:text, baseline_id:int, outline_id:int)   its actions as they are now
-- @unscoped because the caller has found the outline in scope with the right to break it down
INSERT INTO baseline_action (region_code, baseline_id, line_id, title, start_on, due_on)
SELECT a.region_code, CAST(:baseline_id AS BIGINT), a.line_id, a.title, a.start_on, a.due_on FROM action a
WHERE a.region_code = :region_code AND a.outline_id = :outline_id;

-- :name baseline_actions(region_code:text, baseline_id:int)   all that it holds
SELECT b.line_id, b.title, b.start_on, b.due_on FROM baseline_action b
WHERE b.region_code = :region_code AND b.baseline_id = :baseline_id ORDER BY b.line_id;
