/* duty_api_write.c - the routes of duties that write: parse, call, answer with the duty as it is afterwards. */
#include <string.h>

#include "duty/duty_int.h"

struct duty_job {
    enum lang lang;
    int64_t id, version;
    struct duty_open_in open;
    struct duty_step_in step;
    struct duty_report_in report;
    struct duty_decide_in decide;
    struct duty_urge_in urge;
    struct duty_slip_in slip;
    struct duty_slip_answer answer;
    struct duty_recur_in recur;
    struct duty_row row;
    struct duty_report_row reported;
    struct duty_slip_row issued;
    enum rc (*decider)(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out, struct fail *f);
    enum rc (*answerer)(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out, struct fail *f);
    int status;
};

static enum rc job_of(struct req *r, bool has_id, struct duty_job **out, json_t **body, struct fail *f)
{
    struct duty_job *job = ARENA_NEW(req_arena(r), struct duty_job);
    if (job == NULL)
        return duty_over(f);
    job->lang = req_lang(r);
    job->status = 200;
    *out = job;
    enum rc rc = has_id ? req_param_id(r, "id", &job->id, f) : RC_OK;
    return rc == RC_OK && body != NULL ? req_json(r, body, f) : rc;
}

static enum rc render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct duty_job *job = out;
    int64_t version = 0;
    struct jw w;
    *status = job->status;
    jw_init(&w, body);
    return duty_whole_json(tx, job->row.id, job->lang, &w, &version, f);
}

static enum rc render_slip(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct duty_job *job = out;
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    struct jw w;
    if (show == NULL)
        return duty_over(f);
    enum rc rc = duty_show_begin(tx, job->lang, show, f);
    *status = job->status;
    jw_init(&w, body);
    if (rc == RC_OK)
        duty_slip_json(show, &job->issued, &w);
    return rc;
}

static void tag(struct req *r, void *out, bool replayed)
{
    if (!replayed)
        reply_etag(r, ((struct duty_job *)out)->row.version);
}

static enum rc write_duty(struct req *r, command_fn *fn, struct duty_job *job, struct fail *f)
{
    return org_write_with(r, &(struct org_write_plan){fn, job, job, render, tag, 0}, f);
}

static enum rc files_of(struct req *r, const json_t *body, const int64_t **ids, int *n, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "file_ids", JSON_OPTIONAL, DUTY_FILES_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    int64_t *out = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, int64_t);
    if (out == NULL)
        return duty_over(f);
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) || !span_to_i64((struct span){json_string_value(v), json_string_length(v)}, &out[i]))
            return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "file_ids", "", NULL);
    }
    *ids = out;
    *n = (int)json_array_size(list);
    return RC_OK;
}

/* ---- opening -------------------------------------------------------------------------------------------------------------------------- */

static enum rc sources_of(struct req *r, const json_t *body, struct duty_open_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "sources", JSON_OPTIONAL, DUTY_PARTS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct duty_source *s = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct duty_source);
    if (s == NULL)
        return duty_over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "kind", "id", "words", "unit_id", NULL);
        if (rc == RC_OK)
            rc = json_get_text(v, "kind", JSON_REQUIRED, 40, &s[i].kind, f);
        if (rc == RC_OK)
            rc = json_get_id(v, "id", JSON_OPTIONAL, &s[i].id, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "words", JSON_OPTIONAL, 600, &s[i].words, f);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_OPTIONAL, &s[i].unit_id, f);
    }
    in->sources = s;
    in->n_sources = (int)json_array_size(list);
    return rc;
}

static enum rc read_open(struct req *r, const json_t *b, struct duty_open_in *in, struct fail *f)
{
    enum rc rc =
        json_only(b, f, "machine", "subject_kind", "subject_id", "title", "holder_id", "assigner_id", "counterpart_id",
                  "supervisor_id", "part", "weight", "start_on", "due_on", "report_every", "sources", NULL);
    const struct {
        const char *key;
        struct span *out;
        size_t max;
        enum json_need need;
    } texts[] = {{"machine", &in->machine, 60, JSON_OPTIONAL},
                 {"subject_kind", &in->subject_kind, 40, JSON_OPTIONAL},
                 {"title", &in->title, DUTY_TITLE_BYTES_MAX, JSON_REQUIRED},
                 {"part", &in->part, 20, JSON_OPTIONAL},
                 {"start_on", &in->start_on, 10, JSON_OPTIONAL},
                 {"due_on", &in->due_on, 10, JSON_OPTIONAL},
                 {"report_every", &in->report_every, 10, JSON_OPTIONAL}};
    const struct {
        const char *key;
        int64_t *out;
    } ids[] = {{"subject_id", &in->subject_id},
               {"holder_id", &in->holder_id},
               {"assigner_id", &in->assigner_id},
               {"counterpart_id", &in->counterpart_id},
               {"supervisor_id", &in->supervisor_id}};
    for (size_t i = 0; rc == RC_OK && i < sizeof(texts) / sizeof(texts[0]); i++)
        rc = json_get_text(b, texts[i].key, texts[i].need, texts[i].max, texts[i].out, f);
    for (size_t i = 0; rc == RC_OK && i < sizeof(ids) / sizeof(ids[0]); i++)
        rc = json_get_id(b, ids[i].key, JSON_OPTIONAL, ids[i].out, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "weight", JSON_OPTIONAL, 1, 1000, &in->weight, f);
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    if (in->subject_kind.len == 0)
        in->subject_kind = SPAN("instruction");
    if (in->assigner_id == 0)
        in->assigner_id = org_actor(r).unit_id;
    return rc == RC_OK ? sources_of(r, b, in, f) : rc;
}

static enum rc run_open(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_open(tx, &((const struct duty_job *)in)->open, &((struct duty_job *)out)->row, f);
}

enum rc duty_api_open(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, false, &job, &body, f);
    if (rc == RC_OK)
        rc = read_open(r, body, &job->open, f);
    if (rc != RC_OK)
        return rc;
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    job->status = 201;
    return write_duty(r, run_open, job, f);
}

/* ---- steps and reports ------------------------------------------------------------------------------------------------------------------ */

static enum rc parts_of(struct req *r, const json_t *body, struct duty_step_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "parts", JSON_OPTIONAL, DUTY_PARTS_MAX, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    struct duty_part_in *p = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct duty_part_in);
    if (p == NULL)
        return duty_over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        rc = json_only(v, f, "unit_id", "part", "title", "due_on", "weight", NULL);
        if (rc == RC_OK)
            rc = json_get_id(v, "unit_id", JSON_REQUIRED, &p[i].unit_id, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "part", JSON_OPTIONAL, 20, &p[i].part, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "title", JSON_OPTIONAL, DUTY_TITLE_BYTES_MAX, &p[i].title, f);
        if (rc == RC_OK)
            rc = json_get_date(v, "due_on", JSON_OPTIONAL, &p[i].due_on, f);
        if (rc == RC_OK)
            rc = json_get_int(v, "weight", JSON_OPTIONAL, 1, 1000, &p[i].weight, f);
    }
    in->parts = p;
    in->n_parts = (int)json_array_size(list);
    return rc;
}

static enum rc read_step(struct req *r, const json_t *b, struct duty_step_in *in, struct fail *f)
{
    int64_t percent = -1;
    enum rc rc =
        json_only(b, f, "verb", "part", "text", "reason", "due_on", "unit_id", "percent", "file_ids", "parts", NULL);
    if (rc == RC_OK)
        rc = json_get_text(b, "verb", JSON_REQUIRED, 40, &in->verb, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "part", JSON_OPTIONAL, 20, &in->part, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "text", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->text, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "reason", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->reason, f);
    if (rc == RC_OK)
        rc = json_get_date(b, "due_on", JSON_OPTIONAL, &in->due_on, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "unit_id", JSON_OPTIONAL, &in->unit_id, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "percent", JSON_OPTIONAL, 0, 100, &percent, f);
    if (rc == RC_OK)
        rc = files_of(r, b, &in->file_ids, &in->n_files, f);
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    in->percent = (int)percent;
    return rc == RC_OK ? parts_of(r, b, in, f) : rc;
}

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct duty_step_in *step = &((const struct duty_job *)in)->step;
    struct duty_job *job = out;
    if (!span_is(step->verb, "report"))
        return duty_step(tx, step, &job->row, f);
    /* A report is more than a step: it is kept as a row and may wait for the head. */
    return duty_report(tx,
                       &(struct duty_report_in){.id = step->id,
                                                .percent = step->percent,
                                                .text = step->text,
                                                .reason = step->reason,
                                                .file_ids = step->file_ids,
                                                .n_files = step->n_files},
                       &job->row, &job->reported, f);
}

enum rc duty_api_step(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = req_if_match(r, &job->step.version, f);
    if (rc == RC_OK)
        rc = read_step(r, body, &job->step, f);
    if (rc != RC_OK)
        return rc;
    job->step.id = job->id;
    return write_duty(r, run_step, job, f);
}

/* Figures against quantities: an array of {name, value, unit}, kept as text. */
static enum rc figures_of(struct req *r, const json_t *b, struct span *out, struct fail *f)
{
    json_t *list = NULL;
    struct sb sb;
    struct jw w;
    enum rc rc = json_get_array(b, "figures", JSON_OPTIONAL, 50, &list, f);
    if (rc != RC_OK || list == NULL)
        return rc;
    sb_init(&sb, 1u << 16);
    jw_init(&w, &sb);
    jw_array(&w);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        static const char *const keys[] = {"name", "value", "unit"};
        rc = json_only(v, f, "name", "value", "unit", NULL);
        jw_object(&w);
        for (size_t k = 0; rc == RC_OK && k < 3; k++) {
            struct span s = SPAN("");
            rc = json_get_text(v, keys[k], k < 2 ? JSON_REQUIRED : JSON_OPTIONAL, 200, &s, f);
            jw_ktext(&w, keys[k], s);
        }
        jw_object_end(&w);
    }
    jw_array_end(&w);
    if (rc == RC_OK)
        /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
        *out = span_dup(req_arena(r), sb_span(&sb));
    sb_release(&sb);
    return rc == RC_OK && out->ptr == NULL ? duty_over(f) : rc;
}

static enum rc read_report(struct req *r, const json_t *b, struct duty_report_in *in, struct fail *f)
{
    int64_t percent = -1;
    enum rc rc = json_only(b, f, "percent", "text", "reason", "done_on", "figures", "client_id", "file_ids", "draft",
                           "on_behalf", NULL);
    if (rc == RC_OK)
        rc = json_get_int(b, "percent", JSON_OPTIONAL, 0, 100, &percent, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "text", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &in->text, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "reason", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &in->reason, f);
    if (rc == RC_OK)
        rc = json_get_date(b, "done_on", JSON_OPTIONAL, &in->done_on, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "client_id", JSON_OPTIONAL, 100, &in->client_id, f);
    if (rc == RC_OK)
        rc = json_get_bool(b, "draft", JSON_OPTIONAL, &in->draft, f);
    if (rc == RC_OK)
        rc = json_get_bool(b, "on_behalf", JSON_OPTIONAL, &in->on_behalf, f);
    if (rc == RC_OK)
        rc = figures_of(r, b, &in->figures, f);
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    in->percent = (int)percent;
    return rc == RC_OK ? files_of(r, b, &in->file_ids, &in->n_files, f) : rc;
}

static enum rc run_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct duty_job *job = out;
    return duty_report(tx, &((const struct duty_job *)in)->report, &job->row, &job->reported, f);
}

enum rc duty_api_report(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = read_report(r, body, &job->report, f);
    if (rc != RC_OK)
        return rc;
    job->report.id = job->id;
    job->status = 201;
    return write_duty(r, run_report, job, f);
}

static enum rc run_decide(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct duty_job *job = in;
    return job->decider(tx, &job->decide, &((struct duty_job *)out)->row, f);
}

static enum rc decide(struct req *r,
                      enum rc (*fn)(struct tx *tx, const struct duty_decide_in *in, struct duty_row *out,
                                    struct fail *f),
                      struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = req_param_id(r, "report", &job->decide.report_id, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "reason", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "reason", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &job->decide.reason, f);
    if (rc != RC_OK)
        return rc;
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    job->decide.id = job->id;
    job->decider = fn;
    return write_duty(r, run_decide, job, f);
}

enum rc duty_api_approve(struct req *r, struct fail *f)
{
    return decide(r, duty_report_approve, f);
}

enum rc duty_api_return(struct req *r, struct fail *f)
{
    return decide(r, duty_report_return, f);
}

enum rc duty_api_confirm(struct req *r, struct fail *f)
{
    return decide(r, duty_report_confirm, f);
}

/* ---- urging, slips, recurrences ----------------------------------------------------------------------------------------------------------- */

static enum rc run_urge(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_urge(tx, &((const struct duty_job *)in)->urge, &((struct duty_job *)out)->row, f);
}

enum rc duty_api_urge(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "text", "level", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &job->urge.text, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "level", JSON_OPTIONAL, 1, 3, &job->urge.level, f);
    if (rc != RC_OK)
        return rc;
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    job->urge.id = job->id;
    job->status = 201;
    return write_duty(r, run_urge, job, f);
}

static enum rc run_slip(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_slip_issue(tx, &((const struct duty_job *)in)->slip, &((struct duty_job *)out)->issued, f);
}

enum rc duty_api_slip(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "colour", "text", "urgent", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "colour", JSON_REQUIRED, 20, &job->slip.colour, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &job->slip.text, f);
    if (rc == RC_OK)
        rc = json_get_bool(body, "urgent", JSON_OPTIONAL, &job->slip.urgent, f);
    if (rc != RC_OK)
        return rc;
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    job->slip.id = job->id;
    job->status = 201;
    return org_write(r, run_slip, job, job, render_slip, f);
}

static enum rc run_answer(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct duty_job *job = in;
    return job->answerer(tx, &job->answer, &((struct duty_job *)out)->issued, f);
}

static enum rc answer_slip(struct req *r,
                           enum rc (*fn)(struct tx *tx, const struct duty_slip_answer *in, struct duty_slip_row *out,
                                         struct fail *f),
                           struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, true, &job, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "text", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_OPTIONAL, DUTY_TEXT_BYTES_MAX, &job->answer.text, f);
    if (rc == RC_OK && req_header(r, "If-Match").len > 0)
        rc = req_if_match(r, &job->answer.version, f);
    if (rc != RC_OK)
        return rc;
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    job->answer.id = job->id;
    job->answerer = fn;
    return org_write(r, run_answer, job, job, render_slip, f);
}

enum rc duty_api_slip_reply(struct req *r, struct fail *f)
{
    return answer_slip(r, duty_slip_reply, f);
}

enum rc duty_api_slip_close(struct req *r, struct fail *f)
{
    return answer_slip(r, duty_slip_close, f);
}

static enum rc run_recur(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return duty_recur(tx, &((const struct duty_job *)in)->recur, &((struct duty_job *)out)->id, f);
}

static enum rc run_recur_stop(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return duty_recur_stop(tx, ((const struct duty_job *)in)->id, f);
}

static enum rc render_id(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct duty_job *job = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = job->status;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", job->id);
    jw_object_end(&w);
    return RC_OK;
}

static enum rc read_recur(struct req *r, const json_t *b, struct duty_recur_in *in, struct fail *f)
{
    enum rc rc = json_only(b, f, "title", "machine", "holder_id", "assigner_id", "every", "due_days", "from_on",
                           "until_on", "subject_kind", "subject_id", NULL);
    if (rc == RC_OK)
        rc = json_get_text(b, "title", JSON_REQUIRED, DUTY_TITLE_BYTES_MAX, &in->title, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "machine", JSON_OPTIONAL, 60, &in->machine, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "subject_kind", JSON_OPTIONAL, 40, &in->subject_kind, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "subject_id", JSON_OPTIONAL, &in->subject_id, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "holder_id", JSON_REQUIRED, &in->holder_id, f);
    if (rc == RC_OK)
        rc = json_get_id(b, "assigner_id", JSON_OPTIONAL, &in->assigner_id, f);
    if (rc == RC_OK)
        rc = json_get_text(b, "every", JSON_REQUIRED, 10, &in->every, f);
    if (rc == RC_OK)
        rc = json_get_int(b, "due_days", JSON_REQUIRED, 0, 400, &in->due_days, f);
    if (rc == RC_OK)
        rc = json_get_date(b, "from_on", JSON_REQUIRED, &in->from_on, f);
    if (rc == RC_OK)
        rc = json_get_date(b, "until_on", JSON_OPTIONAL, &in->until_on, f);
    /* job_of answered RC_OK, so it is there. NOLINTNEXTLINE(clang-analyzer-*) */
    if (in->assigner_id == 0)
        in->assigner_id = org_actor(r).unit_id;
    return rc;
}

enum rc duty_api_recur(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    json_t *body = NULL;
    enum rc rc = job_of(r, false, &job, &body, f);
    if (rc == RC_OK)
        rc = read_recur(r, body, &job->recur, f);
    if (rc != RC_OK)
        return rc;
    job->status = 201;
    return org_write(r, run_recur, job, job, render_id, f);
}

enum rc duty_api_recur_stop(struct req *r, struct fail *f)
{
    struct duty_job *job = NULL;
    enum rc rc = job_of(r, true, &job, NULL, f);
    return rc == RC_OK ? org_write(r, run_recur_stop, job, job, render_id, f) : rc;
}
