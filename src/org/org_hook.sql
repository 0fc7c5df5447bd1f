-- org_hook.sql: webhooks.

-- :name webhook_any()   whether anybody outside is told at all
SELECT COUNT(*) FROM webhook WHERE state = 'active';

-- :name webhook_insert(id:int, region_code:text, name:text, url:text, topics:text, sealed_secret:blob, created_by:int, created_at_us:int)   a new one
INSERT INTO webhook (id, region_code, name, url, topics, sealed_secret, state, failing_since_us, created_by, created_at_us, version)
VALUES (:id, :region_code, :name, :url, :topics, :sealed_secret, 'active', NULL, :created_by, :created_at_us, 1);

-- :name webhook_set(id:int, version:int, name:text, url:text, topics:text, sealed_secret:blob?, state:text)   an edit; NULL keeps the secret
UPDATE webhook SET name = :name, url = :url, topics = :topics, sealed_secret = COALESCE(:sealed_secret, sealed_secret), state = :state,
    failing_since_us = NULL, version = version + 1 WHERE id = :id AND version = :version;

-- :name webhook_drop(id:int)   no more
DELETE FROM webhook WHERE id = :id;

-- :name webhook_deliveries_drop(webhook_id:int)   nor its log
DELETE FROM webhook_delivery WHERE webhook_id = :webhook_id;

-- :name webhook_get(id:int)   one
SELECT region_code, name, url, topics, state, COALESCE(failing_since_us, 0), created_by, version, sealed_secret FROM webhook WHERE id = :id;

-- :name webhook_list()   all
SELECT id FROM webhook ORDER BY id LIMIT 200;

-- :name webhook_active()   those that are told
SELECT id, region_code, topics FROM webhook WHERE state = 'active' ORDER BY id LIMIT 200;

-- :name webhook_health(id:int, state:text, failing_since_us:int?)   after a delivery
UPDATE webhook SET state = :state, failing_since_us = :failing_since_us WHERE id = :id;

-- :name delivery_insert(region_code:text, id:int, webhook_id:int, event_id:int, kind:text, body:text, at_us:int)   one more to deliver; once an event
INSERT INTO webhook_delivery (region_code, id, webhook_id, event_id, kind, body, state, attempts, next_us, status, error, took_us, at_us, done_at_us)
VALUES (:region_code, :id, :webhook_id, :event_id, :kind, :body, 'waiting', 0, :at_us, 0, '', 0, :at_us, NULL)
ON CONFLICT (region_code, webhook_id, event_id) DO NOTHING;

-- :name delivery_due(webhook_id:int, now_us:int)   the next of one webhook
SELECT d.region_code, d.id, d.event_id, d.kind, d.body, d.attempts, d.at_us FROM webhook_delivery d
WHERE d.webhook_id = :webhook_id AND d.state = 'waiting' AND d.next_us <= :now_us ORDER BY d.next_us, d.id LIMIT 1;

-- :name delivery_done(region_code:text, id:int, state:text, next_us:int, status:int, error:text, took_us:int, done_at_us:int?)   how a try went
UPDATE webhook_delivery SET state = :state, attempts = attempts + 1, next_us = :next_us, status = :status, error = :error, took_us = :took_us,
    done_at_us = :done_at_us WHERE region_code = :region_code AND id = :id AND state = 'waiting';

-- :name delivery_log(webhook_id:int, limit:int)   deliveries, newest first
-- :order newest(after_id:int) :: d.id DESC :: d.id < :after_id
SELECT d.id, d.event_id, d.kind, d.state, d.attempts, d.next_us, d.status, d.error, d.took_us, d.at_us, d.done_at_us
FROM webhook_delivery d WHERE d.webhook_id = :webhook_id {order} LIMIT :limit;
