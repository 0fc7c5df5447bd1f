-- plan_public_feed.sql: what is new on what everybody may see.

-- :name public_news_action(action_id:int, limit:int)   latest progress on one public action
-- @unscoped because only reports on an action of an outline that is marked public and current, and of them no text
SELECT r.id, r.at_us, r.done_on, r.percent, r.state, a.id, a.title
FROM report r JOIN action a ON a.region_code = r.region_code AND a.line_id = r.line_id
    JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE a.id = :action_id AND o.is_public = 1 AND o.state = 'current' ORDER BY r.id DESC LIMIT :limit;

-- :name public_news_unit(unit_id:int, limit:int)   latest progress on the public actions of a unit
-- @unscoped because only reports on an action of an outline that is marked public and current, and of them no text
SELECT r.id, r.at_us, r.done_on, r.percent, r.state, a.id, a.title
FROM report r JOIN action a ON a.region_code = r.region_code AND a.line_id = r.line_id
    JOIN outline o ON o.region_code = a.region_code AND o.id = a.outline_id
WHERE o.is_public = 1 AND o.state = 'current'
AND EXISTS (SELECT 1 FROM action_unit u WHERE u.region_code = a.region_code AND u.action_id = a.id AND u.unit_id = :unit_id)
ORDER BY r.id DESC LIMIT :limit;
