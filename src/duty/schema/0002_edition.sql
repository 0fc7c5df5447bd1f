-- Editions of packs by day; the ways through long lists of duties.

-- From when which text of a pack is in force: the latest of its kind and word that has begun. Rows are only added.
-- @table duty_edition reference journalled
CREATE TABLE duty_edition (
    id              INTEGER PRIMARY KEY,  -- 63-bit id
    kind            TEXT NOT NULL,        -- machine, lights, urging, slips
    word            TEXT NOT NULL,        -- of the machine; empty for the others
    from_at_us      INTEGER NOT NULL,     -- from when
    hash            TEXT NOT NULL,        -- the text (duty_pack)
    pack            TEXT NOT NULL,        -- name of the pack's folder
    file            TEXT NOT NULL,        -- name of the file in it
    edition         INTEGER NOT NULL,     -- version in the text
    activated_by    INTEGER NOT NULL,     -- principal; 0: from the command line
    activated_at_us INTEGER NOT NULL      -- when it was said
);
CREATE INDEX duty_edition_by_word ON duty_edition (kind, word, from_at_us);

CREATE INDEX duty_by_due_all ON duty (due_key, id);
CREATE INDEX duty_by_assigner ON duty (assigner_id, final, due_key, id);
CREATE INDEX duty_by_state ON duty (state, due_key, id);
CREATE INDEX duty_by_updated ON duty (updated_at_us, id);
CREATE INDEX duty_slip_by_state ON duty_slip (state, id);
CREATE INDEX duty_urge_by_id ON duty_urge (id);

CREATE INDEX duty_report_by_state ON duty_report (state, duty_id);
CREATE INDEX duty_by_unconfirmed ON duty (unconfirmed, id);
