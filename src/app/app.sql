-- app.sql: what the wiring itself asks of the database.

-- :name demo_actions(region_code:text, outline_id:int)   actions of the demonstration's outline with their lead units, in reading order
-- @unscoped because only the demonstration's seeder, a system command, reads it
SELECT a.id, a.due_on, u.unit_id FROM action a
JOIN action_unit u ON u.region_code = a.region_code AND u.action_id = a.id AND u.part = 'lead'
WHERE a.region_code = :region_code AND a.outline_id = :outline_id
ORDER BY a.sort, a.id, u.item, u.unit_id;
