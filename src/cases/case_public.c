/* case_public.c - what anybody may do without an account: report, look up with number and code, say that it is not fixed, read what a desk has released. */
#include <string.h>

#include "cases/cases_int.h"

#define PHOTO_HEX 64

struct photo {
    struct file_info info;
    const char *media_type;
};
struct case_job {
    enum lang lang;
    struct case_report_in report;
    struct case_reported reported;
    struct case_public_in act;
    struct photo photos[CASE_PHOTOS_MAX];
    int n_photos;
    int64_t file_ids[CASE_PHOTOS_MAX];
    struct case_row row;
};

static enum rc job_of(struct req *r, struct case_job **out, json_t **body, struct fail *f)
{
    *out = ARENA_NEW(req_arena(r), struct case_job);
    if (*out == NULL)
        return case_over(f);
    (*out)->lang = req_lang(r);
    return req_json(r, body, f);
}

/* Pictures that were sent before: who knows the digest of a content has the content. */
static enum rc photos_of(struct req *r, const json_t *body, struct case_job *job, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "photos", JSON_OPTIONAL, CASE_PHOTOS_MAX, &list, f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        struct photo *const p = &job->photos[job->n_photos++];
        if (!json_is_string(v) || json_string_length(v) != PHOTO_HEX)
            return fail_set(f, RC_INVALID, MSG_case_photo_unknown, "photos", NULL);
        rc = org_picture_find(req_store(r), json_string_value(v), &p->info, &p->media_type, f);
        if (rc == RC_MISSING)
            rc = fail_set(f, RC_INVALID, MSG_case_photo_unknown, "photos", NULL);
    }
    return rc;
}

static enum rc add_photos(struct tx *tx, struct case_job *job, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < job->n_photos; i++) {
        const struct photo *p = &job->photos[i];
        const bool png = strcmp(p->media_type, "image/png") == 0;
        rc = org_file_add(tx,
                          &(struct file_add_in){&p->info, png ? SPAN("photo.png") : SPAN("photo.jpg"), p->media_type},
                          &job->file_ids[i], f);
    }
    return rc;
}

/* ---- photographs ---------------------------------------- */

static enum rc photo_post(struct req *r, struct fail *f)
{
    struct file_info info;
    const char *media_type = NULL;
    enum rc rc = org_picture_take(r, &info, &media_type, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    reply_status(r, 201);
    jw_object(w);
    jw_kstr(w, "photo", info.sha256_hex);
    jw_kstr(w, "media_type", media_type);
    jw_kint(w, "size_bytes", info.size_bytes);
    jw_object_end(w);
    return RC_OK;
}

/* ---- reporting ---------------------------------------- */

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct case_job *job = out;
    struct case_report_in report = ((const struct case_job *)in)->report;
    enum rc rc = add_photos(tx, job, f);
    report.file_ids = job->file_ids;
    report.n_files = job->n_photos;
    return rc == RC_OK ? case_report(tx, &report, &job->reported, f) : rc;
}

static enum rc render_report(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct jw w;
    struct unit intake;
    enum rc rc = unit_get(tx, job->reported.row.intake_id, SPAN(""), &intake, f);
    *status = job->reported.again ? 200 : 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_ktext(&w, "number", job->reported.row.number);
    jw_kstr(&w, "code", job->reported.code);
    jw_ktext(&w, "unit_name", rc == RC_OK ? intake.name : SPAN(""));
    jw_kbool(&w, "again", job->reported.again);
    jw_object_end(&w);
    return rc;
}

static enum rc report(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "pack", "type", "secrecy", "place_code", "address", "text", "name", "telephone",
                       "email", "client_id", "attributes", "about_unit_id", "position", "photos", NULL);
    if (rc == RC_OK)
        rc = case_read_report(r, body, &job->report, f);
    if (rc == RC_OK)
        rc = photos_of(r, body, job, f);
    if (rc != RC_OK)
        return rc;
    job->report.channel = SPAN("web");
    /* The answer holds the secret code: it is not kept under a key. The sender's client_id finds the first one again. */
    return org_write_with(r, &(struct org_write_plan){run_report, job, job, render_report, NULL, ORG_WRITE_NO_KEY}, f);
}

/* ---- where one can report ---------------------------------------- */

#define PLACES_MAX 2000

static enum rc answer_places(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *const r = ctx;
    struct rows rows;
    char on[11];
    date_print(date_of_us(tx_now_us(tx)), on);
    enum rc rc = db_query(tx, SQL_case_places, DB_ARGS(DB_S(on), DB_I(PLACES_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        jw_ktext(w, "code", rows_text(&rows, 0));
        jw_ktext(w, "name", rows_text(&rows, 1));
        jw_ktext(w, "city_code", rows_text(&rows, 2));
        jw_ktext(w, "city_name", rows_text(&rows, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rows_end(&rows);
}

static enum rc places(struct req *r, struct fail *f)
{
    return org_read(r, answer_places, r, f);
}

/* ---- looking up, and the reporter's own acts ---------------------------------------- */

struct ask {
    struct req *r;
    struct span number, code;
};

static enum rc answer_look_up(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_row c;
    struct case_show *show = NULL;
    char secret[CASE_CODE_CHARS + 1];
    enum rc rc = case_by_number(tx, ask->number, &c, f);
    if (rc == RC_OK)
        rc = case_secret(tx, c.id, secret, f);
    if (rc == RC_MISSING || (rc == RC_OK && !case_code_is(secret, ask->code)))
        return fail_set(f, RC_MISSING, MSG_case_code_wrong, NULL, NULL);
    if (rc == RC_OK)
        rc = case_show_new(tx, req_lang(ask->r), &show, f);
    return rc == RC_OK ? case_reporter_json(show, &c, true, reply_json(ask->r), f) : rc;
}

static enum rc look_up(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    json_t *body = NULL;
    const struct actor system = ACTOR_SYSTEM;
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "number", "code", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "number", JSON_REQUIRED, 60, &ask.number, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "code", JSON_REQUIRED, 40, &ask.code, f);
    return rc == RC_OK ? store_read(req_store(r), &system, req_arena(r), answer_look_up, &ask, f) : rc;
}

static enum rc run_act(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct case_job *job = out;
    struct case_public_in act = ((const struct case_job *)in)->act;
    enum rc rc = add_photos(tx, job, f);
    act.file_ids = job->file_ids;
    act.n_files = job->n_photos;
    return rc == RC_OK ? case_reporter_step(tx, &act, &job->row, f) : rc;
}

static enum rc render_act(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct case_show *show = NULL;
    struct jw w;
    enum rc rc = case_show_new(tx, job->lang, &show, f);
    *status = 200;
    jw_init(&w, body);
    return rc == RC_OK ? case_reporter_json(show, &job->row, true, &w, f) : rc;
}

static enum rc act(struct req *r, struct fail *f)
{
    struct case_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "code", "verb", "text", "satisfaction", "photos", NULL);
    if (rc != RC_OK)
        return rc;
    struct case_public_in *const in = &job->act;
    in->number = req_param(r, "number");
    rc = json_get_text(body, "code", JSON_REQUIRED, 40, &in->code, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "verb", JSON_OPTIONAL, 20, &in->verb, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->text, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "satisfaction", JSON_OPTIONAL, 1, 5, &in->satisfaction, f);
    if (rc == RC_OK)
        rc = photos_of(r, body, job, f);
    if (rc == RC_OK && in->verb.len == 0 && in->text.len == 0 && in->satisfaction == 0)
        rc = fail_set(f, RC_INVALID, MSG_case_text_missing, "text", NULL);
    /* The code proves the right; the act itself is done by the system for the reporter, and marked so. */
    return rc == RC_OK ? org_write_with(r,
                                        &(struct org_write_plan){run_act, job, job, render_act, NULL,
                                                                 ORG_WRITE_NO_KEY | ORG_WRITE_AS_SYSTEM},
                                        f)
                       : rc;
}

/* ---- what everybody may read ---------------------------------------- */

struct list {
    struct req *r;
    uint32_t filters;
    struct span mark, type, region, after[1];
    int64_t limit, after_id;
    bool has_after;
};

static enum rc answer_list(struct tx *tx, void *ctx, struct fail *f)
{
    const struct list *q = ctx;
    struct case_show *show = NULL;
    struct rows rows;
    struct db_val v[6];
    char id[24];
    int n = 0;
    v[n++] = DB_I(q->limit + 1);
    if (q->filters & SQLF_case_public_list_mark)
        v[n++] = DB_T(q->mark);
    if (q->filters & SQLF_case_public_list_type)
        v[n++] = DB_T(q->type);
    if (q->filters & SQLF_case_public_list_region)
        v[n++] = DB_T(q->region);
    if (q->has_after)
        v[n++] = DB_I(q->after_id);
    struct case_row *all = ARENA_ARRAY(tx_arena(tx), (size_t)q->limit + 1, struct case_row);
    enum rc rc = all != NULL ? case_show_new(tx, req_lang(q->r), &show, f) : case_over(f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_case_public_list, q->filters, SQLO_case_public_list_newest, q->has_after, v, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    for (n = 0; n <= q->limit && rows_next(&rows);)
        case_of(&rows, &all[n++]);
    rc = rows_end(&rows);
    struct jw *w = reply_json(q->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n && i < q->limit; i++)
        rc = case_reporter_json(show, &all[i], false, w, f);
    jw_array_end(w);
    const char *next = NULL;
    if (n > q->limit) {
        (void)snprintf(id, sizeof(id), "%lld", (long long)all[q->limit - 1].id);
        next = page_key(tx_arena(tx), 1, (const struct span[]){span_of(id)});
        reply_next_page(q->r, next);
    }
    jw_kstr(w, "next", next);
    jw_object_end(w);
    return rc;
}

static enum rc list(struct req *r, struct fail *f)
{
    struct list q = {.r = r};
    enum rc rc = req_query_only(r, f, "mark", "type", "region", "open", NULL);
    q.mark = req_query(r, "mark");
    q.type = req_query(r, "type");
    q.region = req_query(r, "region");
    q.filters |= q.mark.len > 0 ? SQLF_case_public_list_mark : 0;
    q.filters |= q.type.len > 0 ? SQLF_case_public_list_type : 0;
    q.filters |= q.region.len > 0 ? SQLF_case_public_list_region : 0;
    q.filters |= span_is(req_query(r, "open"), "1") ? SQLF_case_public_list_open : 0;
    if (rc == RC_OK)
        rc = req_limit(r, &q.limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, q.after, &q.has_after, f);
    if (rc == RC_OK && q.has_after && !span_to_i64(q.after[0], &q.after_id))
        rc = fail_set(f, RC_INVALID, MSG_case_word_invalid, "after", "", NULL);
    return rc == RC_OK ? org_read(r, answer_list, &q, f) : rc;
}

static enum rc answer_one(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct case_row c;
    struct case_show *show = NULL;
    enum rc rc = case_by_number(tx, ask->number, &c, f);
    if (rc == RC_OK && !c.is_public)
        rc = fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    if (rc == RC_OK)
        rc = case_show_new(tx, req_lang(ask->r), &show, f);
    return rc == RC_OK ? case_reporter_json(show, &c, false, reply_json(ask->r), f) : rc;
}

static enum rc one(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r, .number = req_param(r, "number")};
    return org_read(r, answer_one, &ask, f);
}

static enum rc run_me_too(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_me_too(tx, ((const struct case_job *)in)->act.number, &((struct case_job *)out)->row, f);
}

static enum rc render_me_too(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct case_job *job = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 200;
    jw_init(&w, body);
    jw_object(&w);
    jw_ktext(&w, "number", job->row.number);
    jw_kint(&w, "me_too", job->row.me_too);
    jw_object_end(&w);
    return RC_OK;
}

static enum rc me_too(struct req *r, struct fail *f)
{
    struct case_job *job = ARENA_NEW(req_arena(r), struct case_job);
    if (job == NULL)
        return case_over(f);
    job->act.number = req_param(r, "number");
    return org_write(r, run_me_too, job, job, render_me_too, f);
}

#define API "/api/v1/public"
static const struct route routes[] = {
    {HTTP_GET, API "/case-types", AUTH_PUBLIC, ROUTE_POOL, NULL, case_api_types, 0, "what can be reported"},
    {HTTP_GET, API "/report-places", AUTH_PUBLIC, ROUTE_POOL, NULL, places, 0, "the counties whose reports are taken"},
    {HTTP_POST, API "/report-photos", AUTH_PUBLIC, ROUTE_POOL | ROUTE_SPOOL | ROUTE_PUBLIC_FORM, NULL, photo_post,
     10u << 20, "a picture for a report"},
    {HTTP_POST, API "/reports", AUTH_PUBLIC, ROUTE_PUBLIC_FORM, NULL, report, 0,
     "report something; no account is needed"},
    {HTTP_POST, API "/reports/look-up", AUTH_PUBLIC, ROUTE_POOL | ROUTE_PUBLIC_FORM, NULL, look_up, 0,
     "what became of a report, by number and code"},
    {HTTP_POST, API "/reports/{number}/acts", AUTH_PUBLIC, ROUTE_PUBLIC_FORM, NULL, act, 0,
     "say that it is not fixed, withdraw, add words, a mark"},
    {HTTP_GET, API "/cases", AUTH_PUBLIC, ROUTE_POOL, NULL, list, 0, "cases that a desk has released"},
    {HTTP_GET, API "/cases/{number}", AUTH_PUBLIC, ROUTE_POOL, NULL, one, 0, "one of them"},
    {HTTP_POST, API "/cases/{number}/me-too", AUTH_PUBLIC, ROUTE_PUBLIC_FORM, NULL, me_too, 0, "the same here"},
};
const struct route_table cases_public_routes = {"cases_public", routes, (int)(sizeof routes / sizeof routes[0])};
