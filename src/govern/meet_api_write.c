/* meet_api_write.c - the routes of meetings that write: parse, call, answer with the whole as it is afterwards. */
#include "govern/meet_int.h"

struct meet_job { /* what a request asks, and what it leaves behind */
    enum lang lang;
    int64_t id; /* of the session or body that is answered with */
    int status;
    struct meet_body_in body;
    struct meet_session_in session;
    struct meet_step_in step;
    struct meet_item_in item;
    struct meet_order_in order;
    struct meet_attend_in attend;
    struct meet_minutes_in minutes;
    struct meet_sign_in sign;
    struct meet_resolve_in resolve;
    struct meet_charge_in charge;
    int64_t version; /* of what is answered */
};

static struct meet_job *job_new(struct req *r, int status)
{
    struct meet_job *job = ARENA_NEW(req_arena(r), struct meet_job);
    if (job == NULL)
        return NULL;
    job->lang = req_lang(r);
    job->status = status;
    return job;
}

static enum rc render_session(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct meet_job *job = out;
    int64_t version = 0;
    struct jw w;
    *status = job->status;
    jw_init(&w, body);
    return meet_session_whole(tx, job->id, job->lang, &w, &version, f);
}

static enum rc render_body(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct meet_job *job = out;
    struct meet_show show;
    struct meet_body b;
    struct jw w;
    *status = job->status;
    jw_init(&w, body);
    enum rc rc = meet_body_get(tx, job->id, &b, f);
    if (rc == RC_OK)
        rc = meet_show_begin(tx, job->lang, &show, f);
    return rc == RC_OK ? meet_body_json(&show, &b, true, &w, f) : rc;
}

static enum rc send(struct req *r, command_fn *command, struct meet_job *job, struct fail *f)
{
    return org_write(r, command, job, job, render_session, f);
}

/* ---- parts of bodies ---------------------------------------------------------------------------------------------------------------------- */

struct text_field {
    const char *name;
    struct span *out;
    size_t max;
    enum json_need need;
};

static enum rc read_texts(const json_t *b, const struct text_field *t, int n, struct fail *f)
{
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = json_get_text(b, t[i].name, t[i].need, t[i].max, t[i].out, f);
    return rc;
}
#define READ_TEXTS(b, t, f) read_texts((b), (t), (int)(sizeof(t) / sizeof((t)[0])), (f))

static enum rc read_ids(struct req *r, const json_t *b, const char *field, const int64_t **out, int *n, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(b, field, JSON_OPTIONAL, MEET_ITEMS_MAX + MEET_RESOLUTIONS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *ids = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (ids == NULL)
        return meet_over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        const struct span text = {json_string_value(v), json_string_length(v)};
        if (!json_is_string(v) || !span_to_i64(text, &ids[i]) || ids[i] <= 0)
            return fail_set(f, RC_INVALID, MSG_meet_field_invalid, field, NULL);
    }
    *out = ids;
    *n = (int)json_array_size(list);
    return RC_OK;
}

static enum rc read_time(const json_t *b, const char *field, int64_t *out, struct fail *f)
{
    struct span text = SPAN_NONE;
    const enum rc rc = json_get_text(b, field, JSON_OPTIONAL, 40, &text, f);
    if (rc == RC_OK && text.len > 0 && !time_parse(text, out))
        return fail_set(f, RC_INVALID, MSG_meet_time_invalid, field, NULL);
    return rc;
}

/* ---- bodies --------------------------------------------------------------------------------------------------------------------------------- */

static enum rc read_members(struct req *r, const json_t *b, struct meet_body_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(b, "members", in->id == 0 ? JSON_REQUIRED : JSON_OPTIONAL, MEET_MEMBERS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct meet_member_in *m = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct meet_member_in);
    if (m == NULL)
        return meet_over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        m[i] = (struct meet_member_in){.ordinal = (int64_t)i + 1, .voting = true};
        rc = json_only(v, f, "unit_id", "ordinal", "voting", NULL);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_REQUIRED, &m[i].unit_id, f);
        if (rc == RC_OK)
            rc = json_get_int(v, "ordinal", JSON_OPTIONAL, 0, MEET_MEMBERS_MAX, &m[i].ordinal, f);
        if (rc == RC_OK)
            rc = json_get_bool(v, "voting", JSON_OPTIONAL, &m[i].voting, f);
    }
    in->members = m;
    in->n_members = (int)json_array_size(list);
    return rc;
}

static enum rc read_body(struct req *r, const json_t *b, struct meet_body_in *in, struct fail *f)
{
    const struct text_field texts[] = {
        {"name", &in->name, MEET_NAME_BYTES_MAX, in->id == 0 ? JSON_REQUIRED : JSON_OPTIONAL},
        {"kind", &in->kind, 40, JSON_OPTIONAL},
        {"level", &in->level, 40, JSON_OPTIONAL},
        {"purpose", &in->purpose, MEET_TEXT_BYTES_MAX, JSON_OPTIONAL},
        {"rotates", &in->rotates, 40, JSON_OPTIONAL},
        {"rotates_from_on", &in->rotates_from_on, 10, JSON_OPTIONAL},
        {"rule", &in->rule, 40, JSON_OPTIONAL},
        {"cadence", &in->cadence, 40, JSON_OPTIONAL},
        {"from_on", &in->from_on, 10, JSON_OPTIONAL}};
    in->term_months = in->quorum_percent = in->past_sessions = -1;
    enum rc rc = in->id == 0 ? json_only(b, f, "name", "kind", "level", "purpose", "rotates", "rotates_from_on", "rule",
                                         "cadence", "from_on", "unit_id", "term_months", "quorum_percent",
                                         "past_sessions", "members", NULL)
                             : json_only(b, f, "name", "purpose", "rotates", "rotates_from_on", "rule", "cadence",
                                         "term_months", "quorum_percent", "members", NULL);
    if (rc == RC_OK)
        rc = READ_TEXTS(b, texts, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "term_months", JSON_OPTIONAL, 0, 120, &in->term_months, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "quorum_percent", JSON_OPTIONAL, 1, 100, &in->quorum_percent, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "past_sessions", JSON_OPTIONAL, 0, 10000, &in->past_sessions, f);
    return rc == RC_OK ? read_members(r, b, in, f) : rc;
}

static enum rc run_body(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return meet_body_save(tx, &((const struct meet_job *)in)->body, &((struct meet_job *)out)->id, f);
}

static enum rc save_body(struct req *r, bool edits, struct fail *f)
{
    struct meet_job *job = job_new(r, edits ? 200 : 201);
    json_t *b = NULL;
    if (job == NULL)
        return meet_over(f);
    enum rc rc = edits ? req_param_id(r, "id", &job->body.id, f) : RC_OK;
    if (rc == RC_OK && edits)
        rc = req_if_match(r, &job->body.version, f);
    if (rc == RC_OK)
        rc = req_json(r, &b, f);
    if (rc == RC_OK)
        rc = read_body(r, b, &job->body, f);
    return rc == RC_OK ? org_write(r, run_body, job, job, render_body, f) : rc;
}

enum rc meet_api_body_save(struct req *r, struct fail *f)
{
    return save_body(r, false, f);
}

enum rc meet_api_body_edit(struct req *r, struct fail *f)
{
    return save_body(r, true, f);
}

/* ---- sessions ------------------------------------------------------------------------------------------------------------------------------- */

/* begin - the job of a write on a session, with its body. */
static enum rc begin(struct req *r, int status, struct meet_job **out, json_t **b, struct fail *f)
{
    struct meet_job *job = job_new(r, status);
    *out = job;
    if (job == NULL)
        return meet_over(f);
    const enum rc rc = req_param_id(r, "id", &job->id, f);
    return rc == RC_OK && b != NULL ? req_json(r, b, f) : rc;
}

static enum rc read_session(const json_t *b, struct meet_session_in *in, struct fail *f)
{
    const struct text_field texts[] = {{"title", &in->title, MEET_NAME_BYTES_MAX, JSON_OPTIONAL},
                                       {"theme", &in->theme, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL},
                                       {"place", &in->place, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL},
                                       {"host_reason", &in->host_reason, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL}};
    enum rc rc = in->id == 0 ? json_only(b, f, "body_id", "title", "theme", "place", "host_id", "host_reason",
                                         "starts_at", "ends_at", NULL)
                             : json_only(b, f, "title", "theme", "place", "host_id", "host_reason", "starts_at",
                                         "ends_at", NULL);
    if (rc == RC_OK)
        rc = READ_TEXTS(b, texts, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "body_id", in->id == 0 ? JSON_REQUIRED : JSON_OPTIONAL, &in->body_id, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "host_id", JSON_OPTIONAL, &in->host_id, f);
    if (rc == RC_OK)
        rc = read_time(b, "starts_at", &in->starts_at_us, f);
    return rc == RC_OK ? read_time(b, "ends_at", &in->ends_at_us, f) : rc;
}

static enum rc run_session(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return meet_session_save(tx, &((const struct meet_job *)in)->session, &((struct meet_job *)out)->id, f);
}

enum rc meet_api_plan(struct req *r, struct fail *f)
{
    struct meet_job *job = job_new(r, 201);
    json_t *b = NULL;
    if (job == NULL)
        return meet_over(f);
    enum rc rc = req_json(r, &b, f);
    if (rc == RC_OK)
        rc = read_session(b, &job->session, f);
    return rc == RC_OK ? send(r, run_session, job, f) : rc;
}

enum rc meet_api_edit(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 200, &job, &b, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->session.version, f);
    if (rc != RC_OK)
        return rc;
    job->session.id = job->id;
    rc = read_session(b, &job->session, f);
    return rc == RC_OK ? send(r, run_session, job, f) : rc;
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_session_step(tx, &((const struct meet_job *)in)->step, f);
}

enum rc meet_api_step(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 200, &job, &b, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->step.version, f);
    if (rc == RC_OK)
        rc = json_only(b, f, "verb", "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(b, "verb", JSON_REQUIRED, 20, &job->step.verb, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "reason", JSON_OPTIONAL, MEET_WORDS_BYTES_MAX, &job->step.reason, f);
    if (rc != RC_OK)
        return rc;
    job->step.id = job->id;
    return send(r, run_step, job, f);
}

/* ---- agenda --------------------------------------------------------------------------------------------------------------------------------- */

static enum rc run_item(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_item_save(tx, &((const struct meet_job *)in)->item, f);
}

static enum rc read_item(struct req *r, const json_t *b, struct meet_item_in *in, struct fail *f)
{
    const struct text_field texts[] = {
        {"title", &in->title, MEET_WORDS_BYTES_MAX, in->id == 0 ? JSON_REQUIRED : JSON_OPTIONAL},
        {"speaker", &in->speaker, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL},
        {"late_reason", &in->late_reason, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL},
        {"record", &in->record, MEET_TEXT_BYTES_MAX, JSON_OPTIONAL}};
    in->presenter_id = in->duration_min = -1;
    enum rc rc =
        json_only(b, f, "title", "speaker", "late_reason", "record", "presenter_id", "minutes", "file_ids", NULL);
    if (rc == RC_OK)
        rc = READ_TEXTS(b, texts, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "presenter_id", JSON_OPTIONAL, &in->presenter_id, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "minutes", JSON_OPTIONAL, 0, 600, &in->duration_min, f);
    return rc == RC_OK ? read_ids(r, b, "file_ids", &in->file_ids, &in->n_files, f) : rc;
}

static enum rc save_item(struct req *r, bool edits, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, edits ? 200 : 201, &job, &b, f);
    if (rc != RC_OK)
        return rc;
    job->item.session_id = job->id;
    if (edits)
        rc = req_param_id(r, "item_id", &job->item.id, f);
    if (rc == RC_OK)
        rc = read_item(r, b, &job->item, f);
    return rc == RC_OK ? send(r, run_item, job, f) : rc;
}

enum rc meet_api_item_add(struct req *r, struct fail *f)
{
    return save_item(r, false, f);
}

enum rc meet_api_item_edit(struct req *r, struct fail *f)
{
    return save_item(r, true, f);
}

enum rc meet_api_item_drop(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    enum rc rc = begin(r, 200, &job, NULL, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "item_id", &job->item.id, f);
    if (rc != RC_OK)
        return rc;
    job->item.session_id = job->id;
    job->item.presenter_id = job->item.duration_min = -1;
    job->item.drop = true;
    return send(r, run_item, job, f);
}

static enum rc run_order(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_agenda_order(tx, &((const struct meet_job *)in)->order, f);
}

enum rc meet_api_order(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 200, &job, &b, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->order.version, f);
    if (rc == RC_OK)
        rc = json_only(b, f, "item_ids", NULL);
    if (rc == RC_OK)
        rc = read_ids(r, b, "item_ids", &job->order.item_ids, &job->order.n, f);
    if (rc != RC_OK)
        return rc;
    job->order.session_id = job->id;
    return send(r, run_order, job, f);
}

/* ---- attendance, minutes, signatures ---------------------------------------------------------------------------------------------------------- */

static enum rc run_attend(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_attend(tx, &((const struct meet_job *)in)->attend, f);
}

enum rc meet_api_attend(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 200, &job, &b, f);
    if (rc != RC_OK)
        return rc;
    struct meet_attend_in *in = &job->attend;
    const struct text_field texts[] = {{"status", &in->status, 20, JSON_REQUIRED},
                                       {"name", &in->name, MEET_NAME_BYTES_MAX, JSON_OPTIONAL},
                                       {"position", &in->position, MEET_NAME_BYTES_MAX, JSON_OPTIONAL}};
    in->session_id = job->id;
    rc = req_param_id(r, "unit_id", &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_only(b, f, "status", "name", "position", NULL);
    if (rc == RC_OK)
        rc = READ_TEXTS(b, texts, f);
    return rc == RC_OK ? send(r, run_attend, job, f) : rc;
}

static enum rc run_minutes(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_minutes_save(tx, &((const struct meet_job *)in)->minutes, f);
}

enum rc meet_api_minutes(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 200, &job, &b, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->minutes.version, f);
    if (rc == RC_OK)
        rc = json_only(b, f, "text", "file_ids", NULL);
    if (rc == RC_OK)
        rc = json_get_text(b, "text", JSON_OPTIONAL, MEET_TEXT_BYTES_MAX, &job->minutes.text, f);
    if (rc == RC_OK)
        rc = read_ids(r, b, "file_ids", &job->minutes.file_ids, &job->minutes.n_files, f);
    if (rc != RC_OK)
        return rc;
    job->minutes.session_id = job->id;
    return send(r, run_minutes, job, f);
}

static enum rc run_sign(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return meet_sign(tx, &((const struct meet_job *)in)->sign, f);
}

enum rc meet_api_sign(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 201, &job, &b, f);
    if (rc == RC_OK)
        rc = json_only(b, f, "unit_id", "name", NULL);
    if (rc == RC_OK)
        rc = json_get_id(b, "unit_id", JSON_OPTIONAL, &job->sign.unit_id, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "name", JSON_OPTIONAL, MEET_NAME_BYTES_MAX, &job->sign.name, f);
    if (rc != RC_OK)
        return rc;
    job->sign.session_id = job->id;
    return send(r, run_sign, job, f);
}

/* ---- resolutions ------------------------------------------------------------------------------------------------------------------------------- */

static enum rc run_resolve(struct tx *tx, const void *in, void *out, struct fail *f)
{
    int64_t id = 0;
    (void)out;
    return meet_resolve(tx, &((const struct meet_job *)in)->resolve, &id, f);
}

static enum rc read_resolve(const json_t *b, struct meet_resolve_in *in, struct fail *f)
{
    const struct text_field texts[] = {{"kind", &in->kind, 20, JSON_OPTIONAL},
                                       {"text", &in->text, DUTY_TEXT_BYTES_MAX, JSON_REQUIRED},
                                       {"how", &in->how, 20, JSON_OPTIONAL},
                                       {"proposer", &in->proposer, MEET_NAME_BYTES_MAX, JSON_OPTIONAL},
                                       {"reason", &in->reason, MEET_WORDS_BYTES_MAX, JSON_OPTIONAL}};
    in->carry_out = in->taken = true;
    enum rc rc = json_only(b, f, "kind", "text", "how", "proposer", "reason", "item_id", "outline_id", "votes_for",
                           "votes_against", "abstained", "taken", "carry_out", NULL);
    if (rc == RC_OK)
        rc = READ_TEXTS(b, texts, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "item_id", JSON_OPTIONAL, &in->item_id, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "outline_id", JSON_OPTIONAL, &in->outline_id, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "votes_for", JSON_OPTIONAL, 0, MEET_MEMBERS_MAX, &in->votes_for, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "votes_against", JSON_OPTIONAL, 0, MEET_MEMBERS_MAX, &in->votes_against, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "abstained", JSON_OPTIONAL, 0, MEET_MEMBERS_MAX, &in->abstained, f);
    if (rc == RC_OK)
        rc = json_get_bool(b, "taken", JSON_OPTIONAL, &in->taken, f);
    return rc == RC_OK ? json_get_bool(b, "carry_out", JSON_OPTIONAL, &in->carry_out, f) : rc;
}

enum rc meet_api_resolve(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 201, &job, &b, f);
    if (rc == RC_OK)
        rc = read_resolve(b, &job->resolve, f);
    if (rc != RC_OK)
        return rc;
    job->resolve.session_id = job->id;
    return send(r, run_resolve, job, f);
}

static enum rc run_charge(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct meet_job *job = out;
    struct meet_resolution r;
    struct rows rows;
    enum rc rc = meet_charge(tx, &((const struct meet_job *)in)->charge, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_meet_resolution_by_id, DB_ARGS(DB_I(job->charge.resolution_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    meet_resolution_of(&rows, &r);
    job->id = r.session_id;
    return rows_end(&rows);
}

enum rc meet_api_charge(struct req *r, struct fail *f)
{
    struct meet_job *job = NULL;
    json_t *b = NULL;
    enum rc rc = begin(r, 201, &job, &b, f);
    if (rc != RC_OK)
        return rc;
    struct meet_charge_in *in = &job->charge;
    in->resolution_id = job->id;
    rc = json_only(b, f, "lead_id", "supporting", "title", "due_on", NULL);
    if (rc == RC_OK)
        rc = json_get_id(b, "lead_id", JSON_REQUIRED, &in->lead_id, f);
    if (rc == RC_OK)
        rc = read_ids(r, b, "supporting", &in->supporting, &in->n_supporting, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "title", JSON_OPTIONAL, DUTY_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_date(b, "due_on", JSON_OPTIONAL, &in->due_on, f);
    return rc == RC_OK ? send(r, run_charge, job, f) : rc;
}
