-- duty_about.sql - the duties about a subject, for the room whose subject it is.

-- :name duty_about(kind:text, subject_id:int)   duties about a subject, without their parts, in the order in which they were opened
-- @unscoped because the caller has found the subject in the reader's scope
SELECT d.region_code, d.id, d.number, d.subject_kind, d.subject_id, d.title, d.machine, d.machine_hash, d.state, d.final, d.suspended, d.holder_id,
    d.assigner_id, d.counterpart_id, d.supervisor_id, d.parent_id, d.ordinal, d.part, d.weight, d.percent, d.start_on, d.due_on,
    d.first_due_on, d.clock, d.clock_due_us, d.returns, d.extensions, d.reports, d.evidence, d.overdue_at_us, d.overdue_count,
    d.report_every, d.report_by_on, d.last_report_on, d.unconfirmed, d.crosses_border, d.recurrence_id, d.opened_at_us, d.closed_at_us,
    d.updated_at_us, d.version
FROM duty d WHERE d.subject_kind = :kind AND d.subject_id = :subject_id AND d.parent_id IS NULL ORDER BY d.id LIMIT 200;
