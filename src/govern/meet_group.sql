-- meet_group.sql - a body that is one of the groups: its seats are the body's members.

-- :name meet_group_get(id:int)   the group that a body is
-- @unscoped because the body's office linked it when it was in its scope
SELECT m.region_code, m.state FROM matter m WHERE m.id = :id AND m.kind = 'group';

-- :name meet_body_group_set(region_code:text, id:int, version:int, group_id:int?)   the group that it is; no row when somebody else was first
-- @unscoped because the command that calls it has found the body in scope
UPDATE meet_body SET group_id = :group_id, version = version + 1 WHERE region_code = :region_code AND id = :id AND version = :version;

-- :name meet_bodies_of_group(principal:int, group_id:int)   bodies that are a group, in the reader's scope
SELECT b.id, b.name FROM meet_body b WHERE b.group_id = :group_id AND (:principal = 0 OR EXISTS (SELECT 1 FROM meet_body_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read')) ORDER BY b.id;
