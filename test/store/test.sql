-- test.sql: statements of the store's tests.

-- :name t_note_insert(region_code:text, id:int, title:text, body:blob?, weight:real?, amount_fen:int, due_on:text?)   a new note
INSERT INTO t_note (region_code, id, title, body, weight, amount_fen, due_on) VALUES (:region_code, :id, :title, :body, :weight, :amount_fen, :due_on);

-- :name t_note_retitle(region_code:text, id:int, title:text)   another title
-- @unscoped because the store's tests have no people
UPDATE t_note SET title = :title WHERE region_code = :region_code AND id = :id;

-- :name t_note_move(region_code:text, id:int, new_id:int)   another key
-- @unscoped because the store's tests have no people
UPDATE t_note SET id = :new_id WHERE region_code = :region_code AND id = :id;

-- :name t_note_delete(region_code:text, id:int)   removes it
-- @unscoped because the store's tests have no people
DELETE FROM t_note WHERE region_code = :region_code AND id = :id;

-- :name t_note_get(region_code:text, id:int)   one note
-- @unscoped because the store's tests have no people
SELECT title, body, weight, amount_fen, due_on FROM t_note WHERE region_code = :region_code AND id = :id;

-- :name t_note_count()   how many
-- @unscoped because the store's tests have no people
SELECT count(*) FROM t_note;

-- :name t_note_all()   all
-- @unscoped because the store's tests have no people
SELECT id, title FROM t_note ORDER BY id;

-- :name t_note_list(principal:int, limit:int)   notes in the reader's scope
-- :filter title(title:text) :: n.title = :title
-- :filter cheap(most_fen:int) :: n.amount_fen <= :most_fen
-- :filter due() :: n.due_on IS NOT NULL
-- :order id(after_id:int) :: n.id ASC :: n.id > :after_id
-- :order amount(after_fen:int, after_id:int) :: n.amount_fen DESC, n.id ASC
--   :: (n.amount_fen < :after_fen OR (n.amount_fen = :after_fen AND n.id > :after_id))
SELECT n.id, n.title, n.amount_fen FROM t_note n
WHERE EXISTS (SELECT 1 FROM t_note_party p JOIN grant_closure g ON g.unit_id = p.unit_id
              WHERE p.region_code = n.region_code AND p.object_id = n.id AND g.principal_id = :principal AND g.right_code = 'read')
{filters} {order} LIMIT :limit;

-- :name t_party_insert(region_code:text, object_id:int, unit_id:int)   a part
INSERT INTO t_note_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, 'home');

-- :name t_grant_insert(principal:int, unit_id:int)   a right
INSERT INTO grant_closure (principal_id, unit_id, right_code) VALUES (:principal, :unit_id, 'read');

-- :name t_line_put(region_code:text, note_id:int, place:text, line:text?)   a line, new or changed
INSERT INTO t_line (region_code, note_id, place, line) VALUES (:region_code, :note_id, :place, :line)
ON CONFLICT (region_code, note_id, place) DO UPDATE SET line = excluded.line;

-- :name t_line_delete(region_code:text, note_id:int, place:text)   removes a line
DELETE FROM t_line WHERE region_code = :region_code AND note_id = :note_id AND place = :place;

-- :name t_count_add(region_code:text, id:int, n:int)   counts up or down
INSERT INTO t_count (region_code, id, value) VALUES (:region_code, :id, :n)
ON CONFLICT (region_code, id) DO UPDATE SET value = t_count.value + excluded.value;

-- :name t_count_get(region_code:text, id:int)   how many
SELECT value FROM t_count WHERE region_code = :region_code AND id = :id;

-- :name t_slow(n:int)   takes long: for the time limit of reads
WITH RECURSIVE c AS (SELECT 1 AS x UNION ALL SELECT c.x + 1 FROM c WHERE c.x < :n) SELECT count(*) FROM c;

-- :name t_count_more(region_code:text, id:int, n:int)   adds to what is there
UPDATE t_count SET value = value + :n WHERE region_code = :region_code AND id = :id;
