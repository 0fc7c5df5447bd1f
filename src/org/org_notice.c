/* org_notice.c - what people hear of and how: topics, each person's choices, quiet hours, and who is told of something. */
#include <string.h>

#include "org/org_delivery.h"

/* ---- topics ------------------------------------------------------------------------------------------------------------------------- */

static const struct notice_topic topics[] = {
    {"urge", "催办与逾期", "Urging and overdue", {"duty.urged", "duty.overdue"}, true, false, true},
    {"slip", "督办单", "Supervision slips", {"duty.slip"}, true, false, true},
    {"duty", "交办与反馈", "Duties and reports", {"duty."}, true, true, false},
    {"action", "行动任务", "Actions", {"action.", "task."}, true, true, false},
    {"consultation", "征求意见与会商", "Consultations", {"consultation."}, true, true, false},
    {"meeting", "会议与决议", "Meetings and resolutions", {"meeting.", "resolution."}, true, true, false},
    {"network", "协作网络", "Networks", {"network."}, true, true, false},
    {"bulletin", "通报与考核", "Bulletins and assessment", {"bulletin.", "assessment."}, true, true, false},
    {"system", "系统运行", "The system itself", {"webhook.", "mail."}, true, false, false},
    {"other", "其他", "Everything else", {""}, true, true, false},
};

int notice_topic_count(void)
{
    return (int)(sizeof topics / sizeof topics[0]);
}

const struct notice_topic *notice_topic_at(int i)
{
    return &topics[i];
}

const struct notice_topic *notice_topic_find(struct span word)
{
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (span_is(word, topics[i].word))
            return &topics[i];
    return NULL;
}

const struct notice_topic *notice_topic_of(struct span kind)
{
    const struct notice_topic *best = &topics[sizeof topics / sizeof topics[0] - 1];
    size_t longest = 0;
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        for (int k = 0; topics[i].prefixes[k]; k++) {
            const struct span prefix = span_of(topics[i].prefixes[k]);
            if (prefix.len > longest && span_starts(kind, prefix)) {
                best = &topics[i];
                longest = prefix.len;
            }
        }
    return best;
}

const char *notice_kind_name(struct span kind, enum lang lang)
{
    static const struct {
        const char *kind, *zh, *en;
    } names[] = {
        {"action.assigned", "分配了行动任务", "An action was assigned"},
        {"consultation.opened", "请您单位提出意见", "Your unit is asked for its opinion"},
        {"consultation.answered", "收到意见", "An opinion came in"},
        {"consultation.concluded", "会商有了结论", "A consultation was concluded"},
        {"consultation.withdrawn", "会商已撤回", "A consultation was withdrawn"},
        {"duty.opened", "有新的交办", "Something was handed over to your unit"},
        {"duty.stepped", "交办有了新的状态", "A duty moved on"},
        {"duty.drafted", "有反馈待审批", "A report waits for approval"},
        {"duty.reported", "收到反馈", "A report came in"},
        {"duty.draft_returned", "反馈稿被退回", "A drafted report was returned"},
        {"duty.urged", "催办", "Urged"},
        {"duty.overdue", "已逾期", "Overdue"},
        {"duty.slip", "督办单", "A supervision slip"},
        {"duty.slip_lapsed", "督办单逾期未回复", "A supervision slip was not answered in time"},
        {"duty.slip_replied", "督办单已回复", "A supervision slip was answered"},
        {"network.member", "本单位加入协作网络", "Your unit joined a network"},
        {"network.confirmed", "协作网络的事项已确定", "An entry of a network is settled"},
        {"network.cancelled", "协作网络的事项已取消", "An entry of a network falls through"},
        {"network.record", "有共享档案可查看", "A record is shared with your agency"},
        {"webhook.disabled", "网络推送已停用", "A webhook was switched off"},
    };
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_is(kind, names[i].kind))
            return lang == LANG_ZH ? names[i].zh : names[i].en;
    const struct notice_topic *const topic = notice_topic_of(kind);
    return lang == LANG_ZH ? topic->zh : topic->en;
}

/* ---- when -------------------------------------------------------------------------------------------------------------------------- */

#define MINUTE_US 60000000LL
#define DIGEST_HOUR 8

int64_t notice_quiet_end(int64_t at_us, int from_min, int to_min)
{
    if (from_min < 0 || to_min < 0 || from_min == to_min)
        return at_us;
    const int64_t day_us = date_start_us(date_of_us(at_us));
    const int64_t minute = (at_us - day_us) / MINUTE_US;
    if (from_min < to_min)
        return minute >= from_min && minute < to_min ? day_us + to_min * MINUTE_US : at_us;
    if (minute >= from_min)
        return day_us + DAY_US + to_min * MINUTE_US;
    return minute < to_min ? day_us + to_min * MINUTE_US : at_us;
}

int64_t notice_digest_at(const struct calendar *c, int64_t at_us)
{
    int32_t day = date_to_days(date_of_us(at_us));
    struct fail f;
    if (at_us > date_start_us(date_from_days(day)) + DIGEST_HOUR * 60 * MINUTE_US)
        day++;
    for (;; day++) {
        bool working = false;
        if (calendar_working(c, day, &working, &f) != RC_OK)
            working = date_weekday(day) <= 5;
        if (working)
            return date_start_us(date_from_days(day)) + DIGEST_HOUR * 60 * MINUTE_US;
    }
}

/* ---- who is told ------------------------------------------------------------------------------------------------------------------- */

struct receiver {
    int64_t id;
    char region_code[7];
    bool muted, digest, at_once;
    int quiet_from, quiet_to; /* -1: none */
};

static void take_receiver(struct rows *rows, const struct notice_topic *topic, bool mail, struct receiver *out)
{
    mail = mail && rows_int(rows, 2) != 0;
    *out = (struct receiver){.id = rows_int(rows, 0),
                             .muted = !(rows_is_null(rows, 5) ? topic->app : rows_int(rows, 5) != 0),
                             .digest = mail && (rows_is_null(rows, 6) ? topic->digest : rows_int(rows, 6) != 0),
                             .at_once = mail && (rows_is_null(rows, 7) ? topic->at_once : rows_int(rows, 7) != 0),
                             .quiet_from = rows_is_null(rows, 3) ? -1 : (int)rows_int(rows, 3),
                             .quiet_to = rows_is_null(rows, 4) ? -1 : (int)rows_int(rows, 4)};
    copy_code(out->region_code, sizeof out->region_code, rows_text(rows, 1));
}

static enum rc mail_is_on(struct tx *tx, bool *on, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_mail_server_get, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    *on = rows_next(&rows) && rows_int(&rows, 8) != 0;
    return rows_end(&rows);
}

static enum rc tell(struct tx *tx, const struct notice_in *in, const struct receiver *who, struct fail *f)
{
    const int64_t id = tx_new_id(tx);
    enum rc rc =
        db_exec(tx, SQL_notice_insert,
                DB_ARGS(DB_S(in->region_code), DB_I(id), DB_I(who->id), DB_S(in->kind), DB_S(in->subject_kind),
                        DB_I(in->subject_id), DB_T(in->summary), DB_I(tx_now_us(tx)), who->muted ? DB_I(1) : DB_N),
                NULL, f);
    if (rc != RC_OK || !(who->at_once || who->digest))
        return rc;
    return mail_queue(
        tx, &(struct mail_wish){id, who->id, who->region_code, who->at_once, who->quiet_from, who->quiet_to}, f);
}

enum rc org_notify(struct tx *tx, const struct notice_in *in, struct fail *f)
{
    struct receiver *const who = ARENA_ARRAY(tx_arena(tx), 200, struct receiver);
    int n = 0;
    bool mail = false;
    struct rows rows;
    const struct notice_topic *const topic = notice_topic_of(span_of(in->kind));
    if (!who)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = mail_is_on(tx, &mail, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_notice_receivers,
                      DB_ARGS(DB_S(org_right_word(in->right)), DB_I(in->unit_id), DB_S(topic->word)), &rows, f);
    while (rc == RC_OK && n < 200 && rows_next(&rows))
        take_receiver(&rows, topic, mail, &who[n++]);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        if (who[i].id != tx_actor(tx)->principal_id) /* nobody is told what he did himself */
            rc = tell(tx, in, &who[i], f);
    return rc == RC_OK ? hook_event(tx, in, f) : rc;
}

/* ---- each person's choices ----------------------------------------------------------------------------------------------------------- */

struct choice {
    bool app, digest, at_once;
};
#define TOPICS_MAX 16
struct settings {
    int64_t person_id;
    struct span lang;         /* empty: as the account */
    int quiet_from, quiet_to; /* -1: none */
    bool mail, has_email;
    struct choice choices[TOPICS_MAX];
};

static int topic_index(struct span word)
{
    for (int i = 0; i < notice_topic_count(); i++)
        if (span_is(word, topics[i].word))
            return i;
    return -1;
}

static enum rc settings_load(struct tx *tx, int64_t person_id, struct settings *s, struct fail *f)
{
    struct rows rows;
    s->person_id = person_id;
    for (int i = 0; i < notice_topic_count(); i++)
        s->choices[i] = (struct choice){topics[i].app, topics[i].digest, topics[i].at_once};
    enum rc rc = db_one(tx, SQL_notice_setting_get, DB_ARGS(DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    s->lang = rows_text_dup(&rows, 1);
    s->quiet_from = rows_is_null(&rows, 2) ? -1 : (int)rows_int(&rows, 2);
    s->quiet_to = rows_is_null(&rows, 3) ? -1 : (int)rows_int(&rows, 3);
    s->mail = rows_int(&rows, 4) != 0;
    s->has_email = rows_int(&rows, 5) != 0;
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_notice_choices, DB_ARGS(DB_I(person_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        const int i = topic_index(rows_text(&rows, 0));
        if (i >= 0)
            s->choices[i] = (struct choice){rows_int(&rows, 1) != 0, rows_int(&rows, 2) != 0, rows_int(&rows, 3) != 0};
    }
    return rows_end(&rows);
}

static void minutes_json(struct jw *w, const char *key, int minutes)
{
    char text[16];
    (void)snprintf(text, sizeof text, "%02d:%02d", minutes / 60 % 24, minutes % 60);
    jw_kstr(w, key, minutes < 0 ? NULL : text);
}

static void settings_json(const struct settings *s, struct jw *w)
{
    jw_object(w);
    jw_kstr(w, "lang", s->lang.len == 2 ? (s->lang.ptr[0] == 'z' ? "zh" : "en") : NULL);
    minutes_json(w, "quiet_from", s->quiet_from);
    minutes_json(w, "quiet_to", s->quiet_to);
    jw_kbool(w, "mail", s->mail);
    jw_kbool(w, "has_email", s->has_email);
    jw_key(w, "topics");
    jw_array(w);
    for (int i = 0; i < notice_topic_count(); i++) {
        jw_object(w);
        jw_kstr(w, "topic", topics[i].word);
        jw_kstr(w, "name_zh", topics[i].zh);
        jw_kstr(w, "name_en", topics[i].en);
        jw_kbool(w, "app", s->choices[i].app);
        jw_kbool(w, "digest", s->choices[i].digest);
        jw_kbool(w, "at_once", s->choices[i].at_once);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static enum rc settings_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *const r = ctx;
    struct settings s = {0};
    enum rc rc = settings_load(tx, req_session(r)->person_id, &s, f);
    if (rc == RC_OK)
        settings_json(&s, reply_json(r));
    return rc;
}

enum rc api_notice_settings(struct req *r, struct fail *f)
{
    return org_read(r, settings_read, r, f);
}

static enum rc settings_put(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct settings *const s = in;
    (void)out;
    enum rc rc = db_exec(tx, SQL_notice_setting_put,
                         DB_ARGS(DB_I(s->person_id), DB_T(s->lang.ptr ? s->lang : SPAN("")),
                                 s->quiet_from < 0 ? DB_N : DB_I(s->quiet_from),
                                 s->quiet_to < 0 ? DB_N : DB_I(s->quiet_to), DB_I(s->mail), DB_I(tx_now_us(tx))),
                         NULL, f);
    for (int i = 0; rc == RC_OK && i < notice_topic_count(); i++)
        rc = db_exec(tx, SQL_notice_choice_put,
                     DB_ARGS(DB_I(s->person_id), DB_S(topics[i].word), DB_I(s->choices[i].app),
                             DB_I(s->choices[i].digest), DB_I(s->choices[i].at_once)),
                     NULL, f);
    return rc;
}

static enum rc settings_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct settings *const asked = out;
    struct settings s = {0};
    struct jw w;
    *status = 200;
    enum rc rc = settings_load(tx, asked->person_id, &s, f);
    jw_init(&w, body);
    if (rc == RC_OK)
        settings_json(&s, &w);
    return rc;
}

/* "22:00" into minutes; empty or absent: -1. */
static enum rc clock_field(const json_t *body, const char *field, int *minutes, struct fail *f)
{
    struct span text = SPAN_NONE;
    int64_t hour = 0, minute = 0;
    *minutes = -1;
    enum rc rc = json_get_text(body, field, JSON_OPTIONAL, 5, &text, f);
    if (rc != RC_OK || text.len == 0)
        return rc;
    if (text.len != 5 || text.ptr[2] != ':' || !span_to_i64(span_sub(text, 0, 2), &hour) ||
        !span_to_i64(span_sub(text, 3, 5), &minute) || hour < 0 || hour > 23 || minute < 0 || minute > 59)
        return fail_span(f, RC_INVALID, MSG_notice_quiet, field, text);
    *minutes = (int)(hour * 60 + minute);
    return RC_OK;
}

static enum rc choices_field(const json_t *body, struct settings *s, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "topics", JSON_OPTIONAL, TOPICS_MAX, &list, f);
    for (size_t i = 0; rc == RC_OK && list && i < json_array_size(list); i++) {
        const json_t *const v = json_array_get(list, i);
        struct span word = SPAN_NONE;
        rc = json_only(v, f, "topic", "name_zh", "name_en", "app", "digest", "at_once", NULL);
        if (rc == RC_OK)
            rc = json_get_text(v, "topic", JSON_REQUIRED, 40, &word, f);
        const int at = topic_index(word);
        if (rc == RC_OK && at < 0)
            return fail_span(f, RC_INVALID, MSG_notice_topic, "topic", word);
        if (rc == RC_OK)
            rc = json_get_bool(v, "app", JSON_OPTIONAL, &s->choices[at].app, f);
        if (rc == RC_OK)
            rc = json_get_bool(v, "digest", JSON_OPTIONAL, &s->choices[at].digest, f);
        if (rc == RC_OK)
            rc = json_get_bool(v, "at_once", JSON_OPTIONAL, &s->choices[at].at_once, f);
    }
    return rc;
}

struct settings_load_ctx {
    int64_t person_id;
    struct settings *s;
};

static enum rc settings_before(struct tx *tx, void *ctx, struct fail *f)
{
    const struct settings_load_ctx *const c = ctx;
    return settings_load(tx, c->person_id, c->s, f);
}

/* What the body does not name stays as it was. */
enum rc api_notice_settings_put(struct req *r, struct fail *f)
{
    json_t *body = NULL;
    struct settings *const s = ARENA_NEW(req_arena(r), struct settings);
    struct settings_load_ctx before = {req_session(r)->person_id, s};
    if (!s)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "lang", "quiet_from", "quiet_to", "mail", "has_email", "topics", NULL);
    if (rc == RC_OK)
        rc = org_read(r, settings_before, &before, f);
    if (rc == RC_OK && json_is_null(json_object_get(body, "lang")))
        s->lang = SPAN("");
    if (rc == RC_OK)
        rc = json_get_text(body, "lang", JSON_OPTIONAL, 2, &s->lang, f);
    if (rc == RC_OK && s->lang.len && !span_is(s->lang, "zh") && !span_is(s->lang, "en"))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "lang", s->lang);
    if (rc == RC_OK && json_object_get(body, "quiet_from"))
        rc = clock_field(body, "quiet_from", &s->quiet_from, f);
    if (rc == RC_OK && json_object_get(body, "quiet_to"))
        rc = clock_field(body, "quiet_to", &s->quiet_to, f);
    if (rc == RC_OK &&
        ((s->quiet_from < 0) != (s->quiet_to < 0) || (s->quiet_from >= 0 && s->quiet_from == s->quiet_to)))
        rc = fail_set(f, RC_INVALID, MSG_notice_quiet, "quiet_from", NULL);
    if (rc == RC_OK)
        rc = json_get_bool(body, "mail", JSON_OPTIONAL, &s->mail, f);
    if (rc == RC_OK)
        rc = choices_field(body, s, f);
    return rc == RC_OK ? org_write(r, settings_put, s, s, settings_render, f) : rc;
}
