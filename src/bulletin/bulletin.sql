-- bulletin.sql - bulletins. Principal 0 is the system itself (command line, demonstration); its scope is everything.

-- :name bulletin_insert(region_code:text, id:int, number:text, kind:text, template:text, lang:text, unit_id:int, outline_ids:text, scope_region:text,
--   from_on:text, until_on:text, title:text, recipients:text, signer:text, figures_sha256:text, previous_id:int?, corrects_id:int?,
--   correct_reason:text, created_by:int, created_at_us:int)   a new draft
INSERT INTO bulletin (region_code, id, number, kind, template, lang, unit_id, outline_ids, scope_region, from_on, until_on, title, recipients,
    signer, state, document_number, figures_sha256, previous_id, corrects_id, correct_reason, return_reason, is_public, created_by,
    created_at_us, computed_at_us, version)
VALUES (:region_code, :id, :number, :kind, :template, :lang, :unit_id, :outline_ids, :scope_region, :from_on, :until_on, :title, :recipients,
    :signer, 'draft', '', :figures_sha256, :previous_id, :corrects_id, :correct_reason, '', 0, :created_by, :created_at_us,
    :created_at_us, 1);

-- :name bulletin_party_add(region_code:text, object_id:int, unit_id:int, part:text)   who sees it
INSERT INTO bulletin_party (region_code, object_id, unit_id, part) VALUES (:region_code, :object_id, :unit_id, :part)
ON CONFLICT (region_code, object_id, unit_id, part) DO NOTHING;

-- :name bulletin_by_id(principal:int, id:int)   one bulletin; no row outside the reader's scope
SELECT b.region_code, b.id, b.number, b.kind, b.template, b.lang, b.unit_id, b.outline_ids, b.scope_region, b.from_on, b.until_on, b.title,
    b.recipients, b.signer, b.state, b.document_number, b.signed_on, b.figures_sha256, b.content_sha256, b.previous_id, b.corrects_id,
    b.correct_reason, b.superseded_by, b.return_reason, b.is_public, b.created_by, b.created_at_us, b.computed_at_us, b.approved_by,
    b.approved_at_us, b.published_by, b.published_at_us, b.version
FROM bulletin b WHERE b.id = :id AND (:principal = 0 OR EXISTS (SELECT 1 FROM bulletin_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read'));

-- :name bulletin_list(principal:int, limit:int)   bulletins in the reader's scope
-- :filter state(state:text) :: b.state = :state
-- :filter kind(kind:text) :: b.kind = :kind
-- :filter until(until_day:text) :: b.until_on <= :until_day
-- :filter text(match:text) :: EXISTS (SELECT 1 FROM search_text(:match) s WHERE s.region_code = b.region_code AND s.subject_kind = 'bulletin'
--   AND s.subject_id = b.id)
-- :order newest(after_on:text, after_id:int) :: b.until_on DESC, b.id DESC :: (b.until_on, b.id) < (:after_on, :after_id)
SELECT b.region_code, b.id, b.number, b.kind, b.template, b.lang, b.unit_id, b.outline_ids, b.scope_region, b.from_on, b.until_on, b.title,
    b.recipients, b.signer, b.state, b.document_number, b.signed_on, b.figures_sha256, b.content_sha256, b.previous_id, b.corrects_id,
    b.correct_reason, b.superseded_by, b.return_reason, b.is_public, b.created_by, b.created_at_us, b.computed_at_us, b.approved_by,
    b.approved_at_us, b.published_by, b.published_at_us, b.version
FROM bulletin b WHERE b.state <> 'discarded' AND (:principal = 0 OR EXISTS (SELECT 1 FROM bulletin_party p JOIN grant_closure g ON g.unit_id = p.unit_id
    WHERE p.region_code = b.region_code AND p.object_id = b.id AND g.principal_id = :principal AND g.right_code = 'read')) {filters} {order} LIMIT :limit;

-- :name bulletin_public_by_id(id:int)   one that the public may read
-- @unscoped because only a published one that is marked public
SELECT b.region_code, b.id, b.number, b.kind, b.template, b.lang, b.unit_id, b.outline_ids, b.scope_region, b.from_on, b.until_on, b.title,
    b.recipients, b.signer, b.state, b.document_number, b.signed_on, b.figures_sha256, b.content_sha256, b.previous_id, b.corrects_id,
    b.correct_reason, b.superseded_by, b.return_reason, b.is_public, b.created_by, b.created_at_us, b.computed_at_us, b.approved_by,
    b.approved_at_us, b.published_by, b.published_at_us, b.version
FROM bulletin b WHERE b.id = :id AND b.is_public = 1 AND b.state IN ('published', 'superseded');

-- :name bulletin_public_list(limit:int)   those that the public may read, newest first
-- @unscoped because only published ones that are marked public
-- :filter kind(kind:text) :: b.kind = :kind
-- :order newest(after_us:int, after_id:int) :: COALESCE(b.published_at_us, 0) DESC, b.id DESC :: (COALESCE(b.published_at_us, 0), b.id) < (:after_us, :after_id)
SELECT b.region_code, b.id, b.number, b.kind, b.template, b.lang, b.unit_id, b.outline_ids, b.scope_region, b.from_on, b.until_on, b.title,
    b.recipients, b.signer, b.state, b.document_number, b.signed_on, b.figures_sha256, b.content_sha256, b.previous_id, b.corrects_id,
    b.correct_reason, b.superseded_by, b.return_reason, b.is_public, b.created_by, b.created_at_us, b.computed_at_us, b.approved_by,
    b.approved_at_us, b.published_by, b.published_at_us, b.version
FROM bulletin b WHERE b.is_public = 1 AND b.state IN ('published', 'superseded') {filters} {order} LIMIT :limit;

-- :name bulletin_previous(region_code:text, unit_id:int, template:text, outline_ids:text, scope_region:text, before_on:text)   the bulletin of the same
--   series that ended last before a day
-- @unscoped because its ranks alone are compared, and the caller writes for the same office
SELECT b.id, COALESCE(b.content_sha256, ''), b.document_number FROM bulletin b WHERE b.region_code = :region_code AND b.unit_id = :unit_id AND b.template = :template
    AND b.outline_ids = :outline_ids AND b.scope_region = :scope_region AND b.until_on < :before_on AND b.state = 'published'
ORDER BY b.until_on DESC, b.id DESC LIMIT 1;

-- :name bulletin_edit(region_code:text, id:int, version:int, title:text, recipients:text, signer:text)   no row when stale or no draft
-- @unscoped because the command that calls it has found the bulletin in scope
UPDATE bulletin SET title = :title, recipients = :recipients, signer = :signer, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'draft';

-- :name bulletin_refresh(region_code:text, id:int, version:int, figures_sha256:text, previous_id:int?, computed_at_us:int)   figures read again
-- @unscoped because the command that calls it has found the bulletin in scope
UPDATE bulletin SET figures_sha256 = :figures_sha256, previous_id = :previous_id, computed_at_us = :computed_at_us, version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'draft';

-- :name bulletin_step(region_code:text, id:int, version:int, from_state:text, to_state:text, return_reason:text, approved_by:int?, approved_at_us:int?)
--   submitted, approved, returned, discarded; no row when stale
-- @unscoped because the command that calls it has found the bulletin in scope
UPDATE bulletin SET state = :to_state, return_reason = :return_reason, approved_by = :approved_by, approved_at_us = :approved_at_us,
    version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = :from_state;

-- :name bulletin_publish(region_code:text, id:int, version:int, year:int, seq:int, document_number:text, signed_on:text, content_sha256:text,
--   is_public:int, published_by:int, published_at_us:int)   from approved to published; no row when stale
-- @unscoped because the command that calls it has found the bulletin in scope
UPDATE bulletin SET state = 'published', year = :year, seq = :seq, document_number = :document_number, signed_on = :signed_on,
    content_sha256 = :content_sha256, is_public = :is_public, published_by = :published_by, published_at_us = :published_at_us,
    version = version + 1
WHERE region_code = :region_code AND id = :id AND version = :version AND state = 'approved';

-- :name bulletin_supersede(region_code:text, id:int, superseded_by:int)   its correction is out; no row when it has one already
-- @unscoped because the command that calls it has found both in scope
UPDATE bulletin SET state = 'superseded', superseded_by = :superseded_by, version = version + 1
WHERE region_code = :region_code AND id = :id AND state = 'published';

-- :name bulletin_last_seq(region_code:text, unit_id:int, year:int)   the last number that an office gave in a year
-- @unscoped because a number of an office is no secret
SELECT COALESCE(max(b.seq), 0) FROM bulletin b WHERE b.region_code = :region_code AND b.unit_id = :unit_id AND b.year = :year;

-- :name bulletin_sections(region_code:text, bulletin_id:int)   its text
SELECT s.word, s.heading, s.body FROM bulletin_section s WHERE s.region_code = :region_code AND s.bulletin_id = :bulletin_id ORDER BY s.ordinal;

-- :name bulletin_section_clear(region_code:text, bulletin_id:int)   before it is set anew
DELETE FROM bulletin_section WHERE region_code = :region_code AND bulletin_id = :bulletin_id;

-- :name bulletin_section_add(region_code:text, bulletin_id:int, ordinal:int, word:text, heading:text, body:text)   a section
INSERT INTO bulletin_section (region_code, bulletin_id, ordinal, word, heading, body)
VALUES (:region_code, :bulletin_id, :ordinal, :word, :heading, :body);

-- :name bulletin_writer_add(region_code:text, bulletin_id:int, person_id:int)   somebody wrote at it
INSERT INTO bulletin_writer (region_code, bulletin_id, person_id) VALUES (:region_code, :bulletin_id, :person_id)
ON CONFLICT (region_code, bulletin_id, person_id) DO NOTHING;

-- :name bulletin_is_writer(region_code:text, bulletin_id:int, person_id:int)   whether this person wrote at it
SELECT 1 FROM bulletin_writer w WHERE w.region_code = :region_code AND w.bulletin_id = :bulletin_id AND w.person_id = :person_id;

-- :name bulletin_person(principal_id:int)   the person behind a token
SELECT t.person_id FROM api_token t WHERE t.id = :principal_id;
