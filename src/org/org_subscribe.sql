-- org_subscribe.sql: subscriptions of the public.

-- :name subscription_same(subject_kind:text, subject_id:int, address_index:blob)   what this address has there already
SELECT id, state, made_at_us FROM subscription WHERE region_code = '000000' AND subject_kind = :subject_kind AND subject_id = :subject_id
AND address_index = :address_index;

-- :name subscription_pending(address_index:blob)   how many of this address wait for its answer
SELECT COUNT(*) FROM subscription WHERE address_index = :address_index AND state = 'pending';

-- :name subscription_insert(id:int, subject_kind:text, subject_id:int, sealed:blob, address_index:blob, token_hash:blob, lang:text, made_at_us:int)   asked for
INSERT INTO subscription (region_code, id, subject_kind, subject_id, sealed, address_index, token_hash, state, lang, made_at_us, confirmed_at_us, told_until_us)
VALUES ('000000', :id, :subject_kind, :subject_id, :sealed, :address_index, :token_hash, 'pending', :lang, :made_at_us, NULL, :made_at_us);

-- :name subscription_by_token(token_hash:blob)   behind a link
SELECT id, subject_kind, subject_id, state FROM subscription WHERE region_code = '000000' AND token_hash = :token_hash;

-- :name subscription_get(id:int)   one
SELECT subject_kind, subject_id, state, lang, told_until_us, sealed FROM subscription WHERE region_code = '000000' AND id = :id;

-- :name subscription_confirm(id:int, now_us:int)   the address said yes
UPDATE subscription SET state = 'active', confirmed_at_us = :now_us, told_until_us = :now_us WHERE region_code = '000000' AND id = :id AND state = 'pending';

-- :name subscription_told(id:int, now_us:int)   the mail is written
UPDATE subscription SET told_until_us = :now_us WHERE region_code = '000000' AND id = :id;

-- :name subscription_drop(id:int)   ended
DELETE FROM subscription WHERE region_code = '000000' AND id = :id;

-- :name mail_drop_of_subscription(subscription_id:int)   its mails too
DELETE FROM mail WHERE subscription_id = :subscription_id;
