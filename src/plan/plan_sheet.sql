-- plan_sheet.sql: workbooks sent in. A sheet is seen by who sent it alone.

-- :name sheet_insert(region_code:text, id:int, outline_id:int, filename:text, created_by:int, created_at_us:int)   a workbook comes in
INSERT INTO plan_sheet (region_code, id, outline_id, filename, state, row_count, same_count, changed_count, conflict_count, error_count, missing_count,
    columns, job_id, created_by, created_at_us)
VALUES (:region_code, :id, :outline_id, :filename, 'staging', 0, 0, 0, 0, 0, 0, '[]', NULL, :created_by, :created_at_us);

-- :name sheet_ready(region_code:text, id:int, row_count:int, same_count:int, changed_count:int, conflict_count:int, error_count:int, missing_count:int,
--   columns:text)   all its rows are in
UPDATE plan_sheet SET state = 'draft', row_count = :row_count, same_count = :same_count, changed_count = :changed_count,
    conflict_count = :conflict_count, error_count = :error_count, missing_count = :missing_count, columns = :columns
WHERE region_code = :region_code AND id = :id AND state = 'staging';

-- :name sheet_row_insert(region_code:text, sheet_id:int, seq:int, sheet_name:text, row_number:int, kind:text, object_id:int, version:int, title:text,
--   state:text, fields:text)   a row that differs
INSERT INTO plan_sheet_row (region_code, sheet_id, seq, sheet_name, row_number, kind, object_id, version, title, state, fields, applied_version)
VALUES (:region_code, :sheet_id, :seq, :sheet_name, :row_number, :kind, :object_id, :version, :title, :state, :fields, NULL);

-- :name sheet_get(created_by:int, id:int)   a sheet of the reader's own
SELECT s.region_code, s.outline_id, s.filename, s.state, s.row_count, s.same_count, s.changed_count, s.conflict_count, s.error_count, s.missing_count,
    s.columns, COALESCE(s.job_id, 0), s.created_at_us
FROM plan_sheet s WHERE s.id = :id AND s.created_by = :created_by;

-- :name sheet_of_job(region_code:text, id:int)   the sheet that a job applies
SELECT s.outline_id, s.state, s.changed_count FROM plan_sheet s WHERE s.region_code = :region_code AND s.id = :id;

-- :name sheet_rows(region_code:text, sheet_id:int, limit:int)   its rows that differ
-- :filter state(state:text) :: r.state = :state
-- :order seq(after_seq:int) :: r.seq ASC :: r.seq > :after_seq
SELECT r.seq, r.sheet_name, r.row_number, r.kind, r.object_id, r.version, r.title, r.state, r.fields FROM plan_sheet_row r
WHERE r.region_code = :region_code AND r.sheet_id = :sheet_id {filters} {order} LIMIT :limit;

-- :name sheet_rows_applied(region_code:text, sheet_id:int, limit:int)   what was applied, the last first
SELECT r.seq, r.kind, r.object_id, COALESCE(r.applied_version, 0), r.fields FROM plan_sheet_row r
WHERE r.region_code = :region_code AND r.sheet_id = :sheet_id AND r.state = 'applied' ORDER BY r.seq DESC LIMIT :limit;

-- :name sheet_row_set(region_code:text, sheet_id:int, seq:int, state:text, applied_version:int?)   what became of it
UPDATE plan_sheet_row SET state = :state, applied_version = :applied_version WHERE region_code = :region_code AND sheet_id = :sheet_id AND seq = :seq;

-- :name sheet_set(region_code:text, id:int, before:text, state:text, job_id:int?)   the sheet goes on
UPDATE plan_sheet SET state = :state, job_id = COALESCE(:job_id, job_id) WHERE region_code = :region_code AND id = :id AND state = :before;

-- :name sheet_tasks(principal:int, region_code:text, outline_id:int)   the tasks of an outline's actions in the reader's scope
SELECT t.id, t.version, t.title, t.level, t.measure, t.weight, t.start_on, t.due_on, t.percent, a.path
FROM task t JOIN action a ON a.region_code = t.region_code AND a.line_id = t.line_id
WHERE t.region_code = :region_code AND a.outline_id = :outline_id AND t.gone = '' AND (:principal = 0 OR EXISTS (SELECT 1 FROM action_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = a.region_code AND p.object_id = a.id AND g.principal_id = :principal AND g.right_code = 'read'))
ORDER BY a.sort, a.id, t.parent_id, t.sort, t.id;

-- :name sheet_task_units(region_code:text, task_id:int)   who answers for a task and who carries it out
SELECT u.part, u.name FROM task_unit u WHERE u.region_code = :region_code AND u.task_id = :task_id ORDER BY u.item, u.unit_id, u.part;
