-- org_verify.sql: what `yiti verify` reads to make grant_closure anew (org_verify.c).

-- :name verify_closure_sizes()   how many units, members, grants, principals there are at most
SELECT (SELECT COUNT(*) FROM unit) AS units, (SELECT COUNT(*) FROM cooperation_member) AS members, (SELECT COUNT(*) FROM role_grant) AS grants,
(SELECT COUNT(*) FROM person) + (SELECT COUNT(*) FROM api_token) AS principals;

-- :name verify_closure_units()   the tree, and where each unit lies
SELECT id, parent_id, region_code, place_code, kind, cooperation_id FROM unit ORDER BY id;

-- :name verify_closure_members()   members of cooperations through time
SELECT cooperation_id, region_code, from_on, to_on FROM cooperation_member ORDER BY cooperation_id, region_code, from_on;

-- :name verify_closure_grants()   grants of active people through time
SELECT g.person_id, g.unit_id, g.role, g.from_on, g.to_on FROM role_grant g JOIN person p ON p.id = g.person_id
WHERE p.state = 'active' ORDER BY g.person_id, g.id;

-- :name verify_closure_principals()   people, and good tokens with their owner and rights; a person has all rights
SELECT id, id AS owner_id, -1 AS rights FROM person
UNION ALL SELECT id, person_id, rights FROM api_token WHERE revoked_at_us IS NULL ORDER BY 1 NULLS FIRST;

-- :name verify_closure_rows()   the closure as it is kept
SELECT principal_id, unit_id, right_code FROM grant_closure ORDER BY principal_id, unit_id, right_code;

-- :name verify_closure_overdue(now_us:int)   the oldest beginning or end of a grant or membership that has come and is not played yet
SELECT due_us FROM timer WHERE kind IN ('org.grant', 'org.cooperation') AND due_us <= :now_us ORDER BY due_us, region_code, kind, subject_id LIMIT 1;
