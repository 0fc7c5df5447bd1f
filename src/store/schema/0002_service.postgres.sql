-- The same index as a tsvector beside search_doc, read through a function so that one statement serves both databases.
ALTER TABLE search_doc ADD COLUMN body_terms tsvector; -- the words of the text; NULL until search_text_put
CREATE INDEX search_doc_terms ON search_doc USING gin (body_terms);
CREATE FUNCTION search_text(match text) RETURNS TABLE (region_code text, subject_kind text, subject_id bigint)
    LANGUAGE sql STABLE AS
    'SELECT d.region_code, d.subject_kind, d.subject_id FROM search_doc d WHERE d.body_terms @@ CAST(match AS tsquery)';
