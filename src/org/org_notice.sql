-- org_notice.sql: how people are told, and their feeds.

-- :name notice_receivers(right_code:text, unit_id:int, topic:text)   who is told of something on a unit, and how each wants it
SELECT g.principal_id, p.region_code, CASE WHEN p.sealed_email IS NULL THEN 0 ELSE COALESCE(s.mail, 1) END, s.quiet_from_min, s.quiet_to_min,
    c.app, c.digest, c.at_once
FROM grant_closure g JOIN person p ON p.id = g.principal_id LEFT JOIN notice_setting s ON s.person_id = p.id
    LEFT JOIN notice_choice c ON c.person_id = p.id AND c.topic = :topic
WHERE g.unit_id = :unit_id AND g.right_code = :right_code ORDER BY g.principal_id LIMIT 200;

-- :name notice_setting_get(person_id:int)   how a person is told
SELECT p.lang, COALESCE(s.lang, ''), s.quiet_from_min, s.quiet_to_min, COALESCE(s.mail, 1), CASE WHEN p.sealed_email IS NULL THEN 0 ELSE 1 END
FROM person p LEFT JOIN notice_setting s ON s.person_id = p.id WHERE p.id = :person_id;

-- :name notice_setting_put(person_id:int, lang:text, quiet_from_min:int?, quiet_to_min:int?, mail:int, updated_at_us:int)   the person's choice
INSERT INTO notice_setting (person_id, lang, quiet_from_min, quiet_to_min, mail, updated_at_us)
VALUES (:person_id, :lang, :quiet_from_min, :quiet_to_min, :mail, :updated_at_us)
ON CONFLICT (person_id) DO UPDATE SET lang = excluded.lang, quiet_from_min = excluded.quiet_from_min, quiet_to_min = excluded.quiet_to_min,
    mail = excluded.mail, updated_at_us = excluded.updated_at_us;

-- :name notice_choices(person_id:int)   what a person chose, topic by topic
SELECT topic, app, digest, at_once FROM notice_choice WHERE person_id = :person_id ORDER BY topic;

-- :name notice_choice_put(person_id:int, topic:text, app:int, digest:int, at_once:int)   a choice
INSERT INTO notice_choice (person_id, topic, app, digest, at_once) VALUES (:person_id, :topic, :app, :digest, :at_once)
ON CONFLICT (person_id, topic) DO UPDATE SET app = excluded.app, digest = excluded.digest, at_once = excluded.at_once;

-- :name notice_setting_drop(person_id:int)   of an erased person
DELETE FROM notice_setting WHERE person_id = :person_id;

-- :name notice_choice_drop(person_id:int)   of an erased person
DELETE FROM notice_choice WHERE person_id = :person_id;

-- :name notice_feed(principal:int, limit:int)   the reader's own, newest first, whichever channel they came by
-- @unscoped because each principal reads his own
SELECT n.id, n.kind, n.subject_kind, n.subject_id, n.summary, n.at_us FROM notice n WHERE n.principal_id = :principal ORDER BY n.id DESC LIMIT :limit;

-- :name feed_token_put(person_id:int, token_hash:blob, made_at_us:int)   a new address; the old one leads nowhere from now on
INSERT INTO feed_token (person_id, token_hash, made_at_us) VALUES (:person_id, :token_hash, :made_at_us)
ON CONFLICT (person_id) DO UPDATE SET token_hash = excluded.token_hash, made_at_us = excluded.made_at_us;

-- :name feed_token_drop(person_id:int)   no feeds any more
DELETE FROM feed_token WHERE person_id = :person_id;

-- :name feed_token_of(person_id:int)   when the address was made
SELECT made_at_us FROM feed_token WHERE person_id = :person_id;

-- :name feed_token_find(token_hash:blob)   whose feed it is; nobody's when the account is not in use
SELECT t.person_id, p.region_code, CASE WHEN COALESCE(s.lang, '') = '' THEN p.lang ELSE s.lang END, p.display_name
FROM feed_token t JOIN person p ON p.id = t.person_id LEFT JOIN notice_setting s ON s.person_id = p.id
WHERE t.token_hash = :token_hash AND p.state = 'active';
