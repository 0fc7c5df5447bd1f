-- org_mail.sql: mail.

-- :name mail_server_get()   the server, if one is set
SELECT host, port, security, user_name, sealed_password, from_address, from_name, ca_pem, enabled, version FROM mail_server WHERE id = 1;

-- :name mail_server_put(host:text, port:int, security:text, user_name:text, sealed_password:blob?, from_address:text, from_name:text, ca_pem:text, enabled:int)   sets it
INSERT INTO mail_server (id, host, port, security, user_name, sealed_password, from_address, from_name, ca_pem, enabled, version)
VALUES (1, :host, :port, :security, :user_name, :sealed_password, :from_address, :from_name, :ca_pem, :enabled, 1)
ON CONFLICT (id) DO UPDATE SET host = excluded.host, port = excluded.port, security = excluded.security, user_name = excluded.user_name,
    sealed_password = excluded.sealed_password, from_address = excluded.from_address, from_name = excluded.from_name, ca_pem = excluded.ca_pem,
    enabled = excluded.enabled, version = mail_server.version + 1;

-- :name mail_wait_put(region_code:text, notice_id:int, person_id:int, how:text)   a notice waits for its mail
INSERT INTO mail_wait (region_code, notice_id, person_id, how) VALUES (:region_code, :notice_id, :person_id, :how)
ON CONFLICT (region_code, notice_id) DO NOTHING;

-- :name mail_waiting(person_id:int, how:text)   how many wait
SELECT COUNT(*) FROM mail_wait WHERE person_id = :person_id AND how = :how;

-- :name mail_wait_notices(person_id:int, how:text, limit:int)   what waits and was not seen in the app meanwhile, oldest first
-- @unscoped because each person is told of his own notices
-- @join because a notice's region is its subject's, the waiting row's the person's
SELECT n.id, n.kind, n.subject_kind, n.subject_id, n.summary, n.at_us FROM mail_wait w JOIN notice n ON n.id = w.notice_id AND n.principal_id = w.person_id
WHERE w.person_id = :person_id AND w.how = :how AND n.read_at_us IS NULL ORDER BY n.id LIMIT :limit;

-- :name mail_wait_drop(person_id:int, how:text)   the mail is written
DELETE FROM mail_wait WHERE person_id = :person_id AND how = :how;

-- :name mail_wait_drop_all(person_id:int)   of an erased person
DELETE FROM mail_wait WHERE person_id = :person_id;

-- :name mail_drop_all(person_id:int)   of an erased person
DELETE FROM mail WHERE person_id = :person_id;

-- :name mail_insert(region_code:text, id:int, person_id:int?, subscription_id:int?, kind:text, payload:text, at_us:int)   a mail to be sent
INSERT INTO mail (region_code, id, person_id, subscription_id, kind, payload, state, attempts, next_us, error, at_us, sent_at_us)
VALUES (:region_code, :id, :person_id, :subscription_id, :kind, :payload, 'waiting', 0, :at_us, '', :at_us, NULL);

-- :name mail_due(now_us:int, limit:int)   mails whose turn it is
SELECT m.region_code, m.id, COALESCE(m.person_id, 0), COALESCE(m.subscription_id, 0), m.kind, m.payload, m.attempts, m.at_us FROM mail m
WHERE m.state = 'waiting' AND m.next_us <= :now_us ORDER BY m.next_us, m.id LIMIT :limit;

-- :name mail_receiver(person_id:int)   to whom and in which language; no row when mail is no longer wanted
SELECT p.region_code, p.sealed_email, CASE WHEN COALESCE(s.lang, '') = '' THEN p.lang ELSE s.lang END, p.display_name
FROM person p LEFT JOIN notice_setting s ON s.person_id = p.id
WHERE p.id = :person_id AND p.state = 'active' AND p.sealed_email IS NOT NULL AND COALESCE(s.mail, 1) = 1;

-- :name mail_done(region_code:text, id:int, state:text, next_us:int, error:text, sent_at_us:int?)   how a try went
UPDATE mail SET state = :state, attempts = attempts + 1, next_us = :next_us, error = :error, sent_at_us = :sent_at_us
WHERE region_code = :region_code AND id = :id AND state = 'waiting';

-- :name mail_again(now_us:int, id:int)   tried anew by hand
UPDATE mail SET state = 'waiting', next_us = :now_us, attempts = 0 WHERE id = :id AND state = 'given_up';

-- :name mail_log(limit:int)   mails, newest first, without addresses
-- :filter state(state:text) :: m.state = :state
-- :order newest(after_id:int) :: m.id DESC :: m.id < :after_id
SELECT m.id, COALESCE(m.person_id, 0), m.kind, m.state, m.attempts, m.next_us, m.error, m.at_us, m.sent_at_us FROM mail m WHERE 1 = 1 {filters} {order} LIMIT :limit;
