-- Full text over Han bigrams made by search.c; read as search_text(:match), which PostgreSQL offers as a function of that name.
-- @table search_text reference
CREATE VIRTUAL TABLE search_text USING fts5(region_code UNINDEXED, subject_kind UNINDEXED, subject_id UNINDEXED, body,
    tokenize = 'unicode61 remove_diacritics 2');
