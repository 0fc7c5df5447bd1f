/* case_api.c - routes of the desks: parse, call, answer with the case as it is afterwards. */
#include <string.h>

#include "cases/cases_int.h"

struct case_job {
    enum lang lang;
    int status;
    int64_t id;
    struct case_report_in report;
    struct case_reported reported;
    struct case_step_in step;
    struct case_note_in note;
    struct case_release_in release;
    struct case_merge_in merge;
    struct case_type_in type;
    struct case_contact_in contact;
    struct case_contact opened;
    struct case_row row;
};

static enum rc job_of(struct req *r, bool has_id, struct case_job **out, json_t **body, struct fail *f)
{
    *out = ARENA_NEW(req_arena(r), struct case_job);
    if (*out == NULL)
        return case_over(f);
    (*out)->lang = req_lang(r);
    (*out)->status = 200;
    enum rc rc = has_id ? req_param_id(r, "id", &(*out)->id, f) : RC_OK;
    return rc == RC_OK ? req_json(r, body, f) : rc;
}

static enum rc whole(struct tx *tx, enum lang lang, const struct case_row *c, struct jw *w, struct fail *f)
{
    struct case_show *show = NULL;
    enum rc rc = case_show_new(tx, lang, &show, f);
    return rc == RC_OK ? case_whole_json(show, c, w, f) : rc;
}

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct jw w;
    *status = job->status;
    jw_init(&w, body);
    return whole(tx, job->lang, &job->row, &w, f);
}

static void tag(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct case_job *)out)->row.version);
}

static enum rc write_case(struct req *r, command_fn *fn, struct case_job *job, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){fn, job, job, render, tag, 0}, f);
}

/* ---- reading ---------------------------------------------------------------------------------------------------------------------------------- */

struct ask {
    struct req *r;
    int64_t id;
};

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_row c;
    enum rc rc = case_get(tx, ask->id, &c, f);
    if (rc == RC_OK)
        rc = whole(tx, req_lang(ask->r), &c, reply_json(ask->r), f);
    if (rc == RC_OK)
        reply_version(ask->r, c.version);
    return rc;
}

static enum rc get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_one, &ask, f) : rc;
}

static enum rc answer_journal(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_row c;
    int64_t limit = 0, after = 0;
    struct span part[1];
    bool given = false;
    enum rc rc = case_get(tx, ask->id, &c, f);
    if (rc == RC_OK)
        rc = req_limit(ask->r, &limit, f);
    if (rc == RC_OK)
        rc = req_after(ask->r, 1, part, &given, f);
    if (rc == RC_OK && given && !span_to_i64(part[0], &after))
        rc = fail_set(f, RC_INVALID, MSG_case_word_invalid, "after", "", NULL);
    return rc == RC_OK
               ? journal_answer(
                     ask->r, tx,
                     &(struct journal_page){c.region_code, "case", c.id, after, (int)limit, req_lang(ask->r), NULL}, f)
               : rc;
}

static enum rc journal(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_journal, &ask, f) : rc;
}

static enum rc answer_types(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_catalogue *all[CASE_CATALOGUES_MAX];
    int n = 0;
    enum rc rc = case_catalogues(tx, all, &n, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < n; i++)
        case_catalogue_json(all[i], w);
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return RC_OK;
}

enum rc case_api_types(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    return org_read(r, answer_types, &ask, f);
}

/* ---- keying in ----------------------------------------------------------------------------------------------------------------------------------- */

enum rc case_files_of(struct req *r, const json_t *body, int max, const int64_t **ids, int *n, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "file_ids", JSON_OPTIONAL, (size_t)max, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *const out = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (out == NULL)
        return case_over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64((struct span){json_string_value(v), json_string_length(v)}, &out[i]))
            return fail_set(f, RC_INVALID, MSG_case_word_invalid, "file_ids", "", NULL);
    }
    *ids = out;
    *n = (int)json_array_size(list);
    return RC_OK;
}

static enum rc read_position(const json_t *body, struct case_report_in *in, struct fail *f)
{
    json_t *position = NULL;
    double lat = 0, lon = 0;
    enum rc rc = json_get_object(body, "position", JSON_OPTIONAL, &position, f);
    if (rc != RC_OK || position == NULL)
        return rc;
    rc = json_only(position, f, "lat", "long", NULL);
    if (rc == RC_OK)
        rc = json_get_real(position, "lat", JSON_REQUIRED, &lat, f);
    if (rc == RC_OK)
        rc = json_get_real(position, "long", JSON_REQUIRED, &lon, f);
    if (rc != RC_OK)
        return rc;
    if (!(lat >= -90 && lat <= 90 && lon >= -180 && lon <= 180))
        return fail_set(f, RC_INVALID, MSG_case_position_invalid, "position", NULL);
    in->has_position = true;
    in->lat_e6 = (int64_t)(lat * 1e6 + (lat < 0 ? -0.5 : 0.5));
    in->long_e6 = (int64_t)(lon * 1e6 + (lon < 0 ? -0.5 : 0.5));
    return RC_OK;
}

enum rc case_read_report(struct req *r, const json_t *body, struct case_report_in *in, struct fail *f)
{
    const struct {
        const char *key;
        struct span *out;
        size_t max;
        enum json_need need;
    } texts[] = {{"pack", &in->pack, 60, JSON_OPTIONAL},        {"type", &in->type, 60, JSON_REQUIRED},
                 {"secrecy", &in->secrecy, 20, JSON_OPTIONAL},  {"place_code", &in->place_code, 12, JSON_REQUIRED},
                 {"address", &in->address, 600, JSON_OPTIONAL}, {"text", &in->text, 16000, JSON_REQUIRED},
                 {"name", &in->name, 120, JSON_OPTIONAL},       {"telephone", &in->telephone, 40, JSON_OPTIONAL},
                 {"email", &in->email, 254, JSON_OPTIONAL},     {"client_id", &in->client_id, 64, JSON_OPTIONAL}};
    enum rc rc = RC_OK;
    json_t *attributes = NULL;
    (void)r;
    for (size_t i = 0; rc == RC_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
        rc = json_get_text(body, texts[i].key, texts[i].need, texts[i].max, texts[i].out, f);
    if (rc == RC_OK)
        rc = json_get_object(body, "attributes", JSON_OPTIONAL, &attributes, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "about_unit_id", JSON_OPTIONAL, &in->about_unit_id, f);
    if (rc == RC_OK)
        rc = read_position(body, in, f);
    in->attributes = attributes;
    if (in->secrecy.len == 0)
        in->secrecy = in->name.len + in->telephone.len + in->email.len > 0 ? SPAN("confidential") : SPAN("anonymous");
    return rc;
}

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct case_job *job = out;
    enum rc rc = case_report(tx, &((const struct case_job *)in)->report, &job->reported, f);
    job->row = job->reported.row;
    return rc;
}

static enum rc render_report(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct jw w;
    *status = job->reported.again ? 200 : 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", job->row.id);
    jw_ktext(&w, "number", job->row.number);
    jw_kstr(&w, "code", job->reported.code);
    jw_kbool(&w, "again", job->reported.again);
    jw_object_end(&w);
    (void)tx;
    (void)f;
    return RC_OK;
}

static enum rc report(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, false, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "pack", "type", "secrecy", "place_code", "address", "text", "name", "telephone",
                       "email", "client_id", "attributes", "about_unit_id", "position", "file_ids", "channel", NULL);
    if (rc != RC_OK)
        return rc;
    job->report.channel = SPAN("telephone");
    rc = case_read_report(r, body, &job->report, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "channel", JSON_OPTIONAL, 20, &job->report.channel, f);
    if (rc == RC_OK && (span_is(job->report.channel, "web") || span_is(job->report.channel, "open311")))
        rc = fail_span(f, RC_INVALID, MSG_case_word_invalid, "channel", job->report.channel);
    if (rc == RC_OK)
        rc = case_files_of(r, body, CASE_PHOTOS_MAX, &job->report.file_ids, &job->report.n_files, f);
    job->report.by_unit_id = org_actor(r).unit_id;
    /* The answer holds the reporter's code, so it is not kept under the request's key: client_id does that work. */
    return rc == RC_OK
               ? org_write_with(
                     r, &(struct org_write_plan){run_report, job, job, render_report, NULL, ORG_WRITE_NO_KEY}, f)
               : rc;
}

/* ---- steps and other acts -------------------------------------------------------------------------------------------------------------------------- */

static enum rc read_parts(struct req *r, const json_t *body, struct duty_step_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "parts", JSON_OPTIONAL, DUTY_PARTS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct duty_part_in *p = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct duty_part_in);
    if (p == NULL)
        return case_over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "unit_id", "title", "due_on", NULL);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_REQUIRED, &p[i].unit_id, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "title", JSON_OPTIONAL, DUTY_TITLE_BYTES_MAX, &p[i].title, f);
        if (rc == RC_OK)
            rc = json_get_date(v, "due_on", JSON_OPTIONAL, &p[i].due_on, f);
    }
    in->parts = p;
    in->n_parts = (int)json_array_size(list);
    return rc;
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_step(tx, &((const struct case_job *)in)->step, &((struct case_job *)out)->row, f);
}

static enum rc step(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "verb", "part", "text", "reason", "unit_id", "due_on", "file_ids", "parts", NULL);
    if (rc != RC_OK)
        return rc;
    struct duty_step_in *const in = &job->step.step;
    job->step.id = job->id;
    in->percent = -1;
    rc = req_if_match(r, &job->step.version, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "verb", JSON_REQUIRED, 40, &in->verb, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "part", JSON_OPTIONAL, 20, &in->part, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->text, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->reason, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "due_on", JSON_OPTIONAL, &in->due_on, f);
    if (rc == RC_OK)
        rc = case_files_of(r, body, DUTY_FILES_MAX, &in->file_ids, &in->n_files, f);
    if (rc == RC_OK)
        rc = read_parts(r, body, in, f);
    return rc == RC_OK ? write_case(r, run_step, job, f) : rc;
}

static enum rc run_note(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_note_add(tx, &((const struct case_job *)in)->note, &((struct case_job *)out)->row, f);
}

static enum rc note(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "audience", "text", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "audience", JSON_REQUIRED, 20, &job->note.audience, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &job->note.text, f);
    if (rc != RC_OK)
        return rc;
    job->note.id = job->id;
    job->status = 201;
    return write_case(r, run_note, job, f);
}

static enum rc run_release(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_release(tx, &((const struct case_job *)in)->release, &((struct case_job *)out)->row, f);
}

static enum rc release(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "public", "public_text", NULL);
    if (rc == RC_OK)
        rc = json_get_bool(body, "public", JSON_REQUIRED, &job->release.is_public, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "public_text", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &job->release.public_text, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->release.version, f);
    if (rc != RC_OK)
        return rc;
    job->release.id = job->id;
    return write_case(r, run_release, job, f);
}

static enum rc run_merge(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_merge(tx, &((const struct case_job *)in)->merge, &((struct case_job *)out)->row, f);
}

static enum rc merge(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "into_id", "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_id(body, "into_id", JSON_REQUIRED, &job->merge.into_id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &job->merge.reason, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->merge.version, f);
    if (rc != RC_OK)
        return rc;
    job->merge.id = job->id;
    return write_case(r, run_merge, job, f);
}

static enum rc run_retype(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_retype(tx, &((const struct case_job *)in)->type, &((struct case_job *)out)->row, f);
}

static enum rc retype(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "type", "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "type", JSON_REQUIRED, 60, &job->type.type, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &job->type.reason, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->type.version, f);
    if (rc != RC_OK)
        return rc;
    job->type.id = job->id;
    return write_case(r, run_retype, job, f);
}

static enum rc run_contact(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_contact_open(tx, &((const struct case_job *)in)->contact, &((struct case_job *)out)->opened, f);
}

static enum rc render_contact(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 200;
    jw_init(&w, body);
    jw_object(&w);
    jw_ktext_or_null(&w, "name", job->opened.name);
    jw_ktext_or_null(&w, "telephone", job->opened.telephone);
    jw_ktext_or_null(&w, "email", job->opened.email);
    jw_object_end(&w);
    return RC_OK;
}

static enum rc contact(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "purpose", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "purpose", JSON_REQUIRED, 300, &job->contact.purpose, f);
    if (rc != RC_OK)
        return rc;
    job->contact.id = job->id;
    /* What was opened must not lie in the table of answers. */
    return org_write_with(r, &(struct org_write_plan){run_contact, job, job, render_contact, NULL, ORG_WRITE_NO_KEY},
                          f);
}

#define API "/api/v1"
static const struct route routes[] = {
    {HTTP_GET, API "/case-types", AUTH_USER, ROUTE_POOL, NULL, case_api_types, 0,
     "what can be reported, with its questions"},
    {HTTP_GET, API "/case-statistics", AUTH_USER, ROUTE_POOL, "read", case_api_statistics, 0,
     "counts and rates of the cases of a time, by what they are grouped"},
    {HTTP_GET, API "/cases", AUTH_USER, ROUTE_POOL, "read", case_api_list, 0, "cases in the reader's scope"},
    {HTTP_POST, API "/cases", AUTH_USER, 0, NULL, report, 0, "key in a report: a call, a walk-in, an inspector's find"},
    {HTTP_POST, API "/cases/earlier", AUTH_USER, ROUTE_POOL, "assign", case_api_earlier, 0,
     "earlier reports from a telephone"},
    {HTTP_GET, API "/cases/{id}", AUTH_USER, ROUTE_POOL, "read", get, 0, "one case"},
    {HTTP_GET, API "/cases/{id}/journal", AUTH_USER, ROUTE_POOL, "read", journal, 0, "what was done, by whom"},
    {HTTP_GET, API "/cases/{id}/near", AUTH_USER, ROUTE_POOL, "read", case_api_near, 0,
     "open cases that may be the same"},
    {HTTP_POST, API "/cases/{id}/steps", AUTH_USER, ROUTE_IF_MATCH, NULL, step, 0, "a step of its duty"},
    {HTTP_POST, API "/cases/{id}/notes", AUTH_USER, 0, NULL, note, 0,
     "words to the reporter, to everybody, among units"},
    {HTTP_POST, API "/cases/{id}/release", AUTH_USER, ROUTE_IF_MATCH, "publish", release, 0, "let everybody read it"},
    {HTTP_POST, API "/cases/{id}/merge", AUTH_USER, ROUTE_IF_MATCH, "assign", merge, 0,
     "it is the same as another one"},
    {HTTP_POST, API "/cases/{id}/type", AUTH_USER, ROUTE_IF_MATCH, "assign", retype, 0, "it is of another type"},
    {HTTP_POST, API "/cases/{id}/contact", AUTH_USER, 0, "assign", contact, 0,
     "open the reporter's contact, for a purpose"},
};
const struct route_table cases_routes = {"cases", routes, (int)(sizeof routes / sizeof routes[0])};
