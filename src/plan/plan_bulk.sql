-- plan_bulk.sql: handing over all actions of an outline at once.

-- :name bulk_actions(principal:int, region_code:text, outline_id:int, after_id:int, limit:int)   actions of an outline in scope, by id
SELECT a.id, a.title, a.path, a.due_on, a.state FROM action a
WHERE a.region_code = :region_code AND a.outline_id = :outline_id AND a.id > :after_id AND (:principal = 0 OR EXISTS (
    SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.id LIMIT :limit;

-- :name bulk_run_add(region_code:text, id:int, outline_id:int, job_id:int, ready:int, started_by:int, started_at_us:int)   a run was confirmed
INSERT INTO hand_over_run (region_code, id, outline_id, job_id, ready, started_by, started_at_us)
VALUES (:region_code, :id, :outline_id, :job_id, :ready, :started_by, :started_at_us);

-- :name bulk_runs(region_code:text, outline_id:int)   runs of an outline whose office the caller has asked for
SELECT r.id, r.job_id, r.ready, r.started_by, r.started_at_us FROM hand_over_run r
WHERE r.region_code = :region_code AND r.outline_id = :outline_id ORDER BY r.id DESC LIMIT 20;
