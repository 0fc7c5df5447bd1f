-- plan: workbooks that were sent in to change actions and tasks: what differs, row by row, until somebody confirms it.

-- A workbook that was sent in.
-- Not journalled: a proposal that binds nobody; what it changes is journalled when it is applied.
-- @table plan_sheet distributed
CREATE TABLE plan_sheet (
    region_code     TEXT NOT NULL,       -- that of the outline
    id              INTEGER NOT NULL,    -- 63-bit id
    outline_id      INTEGER NOT NULL,    -- whose actions
    filename        TEXT NOT NULL,       -- as sent
    state           TEXT NOT NULL,       -- staging, draft, applying, applied, undone, discarded
    row_count       INTEGER NOT NULL,    -- rows read
    same_count      INTEGER NOT NULL,    -- of them without a difference
    changed_count   INTEGER NOT NULL,    -- that would change
    conflict_count  INTEGER NOT NULL,    -- that somebody else changed since
    error_count     INTEGER NOT NULL,    -- that cannot be taken
    missing_count   INTEGER NOT NULL,    -- actions and tasks of the outline that stand in no row: they stay
    columns         TEXT NOT NULL,       -- JSON: which column was taken for what
    job_id          INTEGER,             -- that applies it; NULL: none yet
    created_by      INTEGER NOT NULL,    -- principal
    created_at_us   INTEGER NOT NULL,    -- when
    PRIMARY KEY (region_code, id)
);
CREATE INDEX plan_sheet_by_id ON plan_sheet (id);

-- A row that differs.
-- Not journalled: as plan_sheet.
-- @table plan_sheet_row distributed
CREATE TABLE plan_sheet_row (
    region_code     TEXT NOT NULL,       -- of the sheet
    sheet_id        INTEGER NOT NULL,    -- the sheet
    seq             INTEGER NOT NULL,    -- 1, 2, …
    sheet_name      TEXT NOT NULL,       -- page of the workbook
    row_number      INTEGER NOT NULL,    -- as the spreadsheet counts
    kind            TEXT NOT NULL,       -- action, task
    object_id       INTEGER NOT NULL,    -- which; 0: none found
    version         INTEGER NOT NULL,    -- that it was compared with
    title           TEXT NOT NULL,       -- as it is now
    state           TEXT NOT NULL,       -- change, conflict, error; applied, undone, kept (somebody changed it before it could be undone)
    fields          TEXT NOT NULL,       -- JSON: what differs, cell by cell
    applied_version INTEGER,             -- version after it was applied; NULL: not yet
    PRIMARY KEY (region_code, sheet_id, seq)
);
