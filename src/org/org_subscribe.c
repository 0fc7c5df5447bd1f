/*
 * org_subscribe.c - the public subscribes by mail to an outline or an action: asked for, confirmed by a link in a mail (double opt-in), one mail a day at
 * most with what is new, ended by one click. The address lies sealed under a key of its own, which is destroyed at the end.
 *
 *   asked → pending —link→ active —08:00 of a working day, when something is new→ a mail
 *              \— 48 hours —→ gone       \— link in any mail —→ gone
 *
 * Whether an address subscribes to anything is told to nobody: asking twice answers the same as asking once.
 */
#include <string.h>

#include "org/org_delivery.h"

#define LAPSE_US (48 * 3600 * 1000000LL)
#define ASK_AGAIN_US 3600000000LL
#define PENDING_MAX 5
#define NEWS_MAX 50

static const struct public_matter *matter_of(struct span kind)
{
    for (int i = 0; i < public_matter_count; i++)
        if (span_is(kind, public_matters[i].kind))
            return &public_matters[i];
    return NULL;
}

static struct span hash_span(const unsigned char *hash)
{
    return (struct span){(const char *)hash, SECRET_HASH_BYTES};
}

/* ---- asking ---------------------------------------------------------------------------------------------------------------------------------- */

struct subscribe_in {
    struct span kind, email;
    int64_t id;
    enum lang lang;
    struct secret secret;
};

static enum rc drop(struct tx *tx, int64_t id, struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_subscription_drop, DB_ARGS(DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_mail_drop_of_subscription, DB_ARGS(DB_I(id)), NULL, f);
    if (rc == RC_OK)
        rc = timer_cancel(tx, "000000", "subscribe.news", id, f);
    if (rc == RC_OK)
        rc = timer_cancel(tx, "000000", "subscribe.lapse", id, f);
    return rc == RC_OK ? seal_erase(tx, "000000", "subscription", id, f) : rc;
}

static enum rc address_index(struct tx *tx, struct span email, struct span *out, struct fail *f)
{
    char lower[256];
    size_t n = email.len < sizeof lower ? email.len : sizeof lower;
    for (size_t i = 0; i < n; i++)
        lower[i] = (char)(email.ptr[i] >= 'A' && email.ptr[i] <= 'Z' ? email.ptr[i] + 32 : email.ptr[i]);
    return seal_index(tx, "public.subscription", (struct span){lower, n}, out, f);
}

/* Is there nothing to be done? An old question that was never answered makes way. */
static enum rc there_already(struct tx *tx, const struct subscribe_in *in, struct span index, bool *there,
                             struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_subscription_same, DB_ARGS(DB_T(in->kind), DB_I(in->id), DB_B(index)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const bool row = rows_next(&rows);
    const int64_t id = row ? rows_int(&rows, 0) : 0;
    *there = row && (span_is(rows_text(&rows, 1), "active") || tx_now_us(tx) - rows_int(&rows, 2) < ASK_AGAIN_US);
    rc = rows_end(&rows);
    if (rc == RC_OK && row && !*there)
        rc = drop(tx, id, f);
    if (rc != RC_OK || *there)
        return rc;
    rc = db_one(tx, SQL_subscription_pending, DB_ARGS(DB_B(index)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *there = rows_int(&rows, 0) >= PENDING_MAX; /* nobody's mailbox is filled with questions */
    return rows_end(&rows);
}

static enum rc put(struct tx *tx, const struct subscribe_in *in, struct span index, struct span title, struct fail *f)
{
    struct sb sb;
    struct jw w;
    struct span sealed;
    const int64_t id = tx_new_id(tx), now = tx_now_us(tx);
    sb_init(&sb, 4096);
    sb_addf(&sb, "%.*s\n%s", SPAN_ARG(in->email), in->secret.text);
    enum rc rc = seal_put(tx, "000000", "subscription", id, sb_span(&sb), &sealed, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_subscription_insert,
                     DB_ARGS(DB_I(id), DB_T(in->kind), DB_I(in->id), DB_B(sealed), DB_B(index),
                             DB_B(hash_span(in->secret.hash)), DB_S(in->lang == LANG_EN ? "en" : "zh"), DB_I(now)),
                     NULL, f);
    sb_clear(&sb);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_ktext(&w, "title", title);
    jw_object_end(&w);
    if (rc == RC_OK)
        rc = mail_insert(tx, &(struct mail_new){"000000", "confirm", 0, id, sb_span(&sb)}, f);
    if (rc == RC_OK)
        rc = timer_set(tx, "000000", "subscribe.lapse", id, now + LAPSE_US, SPAN_NONE, f);
    sb_release(&sb);
    return rc;
}

static enum rc mail_on(struct tx *tx, bool *on, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_mail_server_get, DB_NO_ARGS, &rows, f);
    if (rc != RC_OK)
        return rc;
    *on = rows_next(&rows) && rows_int(&rows, 8) != 0;
    return rows_end(&rows);
}

static enum rc subscribe(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct subscribe_in *const in = vin;
    struct span title = SPAN_NONE, index;
    bool on = false, there = false;
    (void)out;
    enum rc rc = mail_on(tx, &on, f);
    if (rc == RC_OK && !on)
        return fail_set(f, RC_CONFLICT, MSG_subscribe_off, NULL, NULL);
    if (rc == RC_OK)
        rc = matter_of(in->kind)->title(tx, in->id, &title, f);
    if (rc == RC_OK)
        rc = address_index(tx, in->email, &index, f);
    if (rc == RC_OK)
        rc = there_already(tx, in, index, &there, f);
    return rc == RC_OK && !there ? put(tx, in, index, title, f) : rc;
}

static enum rc asked(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)tx;
    (void)out;
    (void)f;
    *status = 202;
    sb_adds(body, "{\"state\":\"mailed\"}");
    return RC_OK;
}

enum rc api_subscribe(struct req *r, struct fail *f)
{
    json_t *body = NULL;
    struct subscribe_in *const in = ARENA_NEW(req_arena(r), struct subscribe_in);
    if (!in)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    in->lang = req_lang(r);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "kind", "id", "email", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "kind", JSON_REQUIRED, 20, &in->kind, f);
    if (rc == RC_OK)
        rc = json_get_id(body, "id", JSON_REQUIRED, &in->id, f);
    if (rc == RC_OK)
        rc = json_get_text(body, "email", JSON_REQUIRED, 254, &in->email, f);
    if (rc == RC_OK && !matter_of(in->kind))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "kind", in->kind);
    if (rc == RC_OK && !mime_address(in->email))
        rc = fail_span(f, RC_INVALID, MSG_mail_address, "email", in->email);
    if (rc == RC_OK && !req_org(r)->options.public_url)
        rc = fail_set(f, RC_CONFLICT, MSG_subscribe_off, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    secret_new(&in->secret);
    return org_write_with(
        r, &(struct org_write_plan){subscribe, in, in, asked, NULL, ORG_WRITE_NO_KEY | ORG_WRITE_AS_SYSTEM}, f);
}

static enum rc offer_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct req *const r = ctx;
    bool on = false;
    enum rc rc = mail_on(tx, &on, f);
    struct jw *const w = reply_json(r);
    jw_object(w);
    jw_kbool(w, "available", on && req_org(r)->options.public_url != NULL);
    jw_object_end(w);
    return rc;
}

enum rc api_subscribe_offer(struct req *r, struct fail *f)
{
    return org_read(r, offer_read, r, f);
}

/* ---- behind the links -------------------------------------------------------------------------------------------------------------------------- */

struct link {
    struct req *r;
    unsigned char hash[SECRET_HASH_BYTES];
    int64_t id, subject_id;
    char kind[20], state[10];
    bool leave;
};

static enum rc link_row(struct tx *tx, struct link *l, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_subscription_by_token, DB_ARGS(DB_B(hash_span(l->hash))), &rows, f);
    if (rc != RC_OK)
        return rc;
    l->id = rows_int(&rows, 0);
    (void)snprintf(l->kind, sizeof l->kind, "%.*s", SPAN_ARG(rows_text(&rows, 1)));
    l->subject_id = rows_int(&rows, 2);
    (void)snprintf(l->state, sizeof l->state, "%.*s", SPAN_ARG(rows_text(&rows, 3)));
    return rows_end(&rows);
}

static enum rc link_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct link *const l = ctx;
    struct span title = SPAN("");
    struct fail none = {0};
    enum rc rc = link_row(tx, l, f);
    if (rc != RC_OK)
        return rc;
    const struct public_matter *const matter = matter_of(span_of(l->kind));
    if (matter && matter->title(tx, l->subject_id, &title, &none) != RC_OK)
        title = SPAN("");
    struct jw *const w = reply_json(l->r);
    jw_object(w);
    jw_kstr(w, "kind", l->kind);
    jw_kid(w, "id", l->subject_id);
    jw_ktext(w, "title", title);
    jw_kstr(w, "state", l->state);
    jw_object_end(w);
    return RC_OK;
}

static enum rc link_act(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    struct link l = *(const struct link *)vin;
    const int64_t now = tx_now_us(tx);
    (void)out;
    enum rc rc = link_row(tx, &l, f);
    if (l.leave)
        return rc == RC_MISSING ? RC_OK : rc == RC_OK ? drop(tx, l.id, f) : rc; /* ended already: as asked */
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_subscription_confirm, DB_ARGS(DB_I(l.id), DB_I(now)), NULL, f);
    if (rc == RC_OK)
        rc = timer_cancel(tx, "000000", "subscribe.lapse", l.id, f);
    return rc == RC_OK ? timer_set(tx, "000000", "subscribe.news", l.id, notice_digest_at(calendar_builtin(), now),
                                   SPAN_NONE, f)
                       : rc;
}

static enum rc link_of(struct req *r, struct link **out, struct fail *f)
{
    struct link *const l = ARENA_NEW(req_arena(r), struct link);
    if (!l)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    l->r = r;
    *out = l;
    return secret_hash(req_param(r, "token"), l->hash) ? RC_OK : fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
}

enum rc api_subscription(struct req *r, struct fail *f)
{
    struct link *l = NULL;
    enum rc rc = link_of(r, &l, f);
    return rc == RC_OK ? org_read(r, link_read, l, f) : rc;
}

static enum rc act(struct req *r, bool leave, struct fail *f)
{
    struct link *l = NULL;
    enum rc rc = link_of(r, &l, f);
    if (rc != RC_OK)
        return rc;
    l->leave = leave;
    return org_write_with(
        r, &(struct org_write_plan){link_act, l, NULL, NULL, NULL, ORG_WRITE_NO_KEY | ORG_WRITE_AS_SYSTEM}, f);
}

enum rc api_subscription_confirm(struct req *r, struct fail *f)
{
    return act(r, false, f);
}

enum rc api_subscription_leave(struct req *r, struct fail *f)
{
    return act(r, true, f);
}

/* ---- news ---------------------------------------------------------------------------------------------------------------------------------------- */

struct gathering {
    struct jw *w;
    int n;
};

static bool take_news(const struct public_news *news, void *ctx)
{
    struct gathering *const g = ctx;
    jw_object(g->w);
    jw_ktext(g->w, "title", news->title);
    jw_ktext(g->w, "words", news->words);
    jw_kstr(g->w, "path", news->path);
    jw_object_end(g->w);
    return ++g->n < NEWS_MAX;
}

struct sub {
    char kind[20];
    int64_t subject_id, told_us;
    bool active;
    enum lang lang;
    struct span sealed;
};

static enum rc sub_load(struct tx *tx, int64_t id, struct sub *s, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_subscription_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    (void)snprintf(s->kind, sizeof s->kind, "%.*s", SPAN_ARG(rows_text(&rows, 0)));
    s->subject_id = rows_int(&rows, 1);
    s->active = span_is(rows_text(&rows, 2), "active");
    s->lang = span_is(rows_text(&rows, 3), "en") ? LANG_EN : LANG_ZH;
    s->told_us = rows_int(&rows, 4);
    s->sealed = span_dup(tx_arena(tx), rows_blob(&rows, 5));
    return rows_end(&rows);
}

/* One mail with all that is new since the last; nothing new, or public no more: none. */
static enum rc mail_news(struct tx *tx, int64_t id, const struct sub *s, struct fail *f)
{
    const struct public_matter *const matter = matter_of(span_of(s->kind));
    struct span title = SPAN_NONE;
    struct sb sb;
    struct jw w;
    struct gathering g = {&w, 0};
    enum rc rc = matter ? matter->title(tx, s->subject_id, &title, f) : RC_MISSING;
    if (rc != RC_OK)
        return rc == RC_MISSING ? RC_OK : rc;
    sb_init(&sb, 1u << 20);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_ktext(&w, "title", title);
    jw_key(&w, "items");
    jw_array(&w);
    rc = matter->news(tx, &(struct public_ask){s->subject_id, s->told_us, s->lang, take_news, &g}, f);
    jw_array_end(&w);
    jw_object_end(&w);
    if (rc == RC_OK && g.n > 0)
        rc = mail_insert(tx, &(struct mail_new){"000000", "news", 0, id, sb_span(&sb)}, f);
    if (rc == RC_OK && g.n > 0)
        rc = db_exec(tx, SQL_subscription_told, DB_ARGS(DB_I(id), DB_I(tx_now_us(tx))), NULL, f);
    sb_release(&sb);
    return rc;
}

static enum rc news_due(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct sub s = {0};
    struct fail none = {0};
    (void)payload;
    enum rc rc = sub_load(tx, id, &s, &none);
    if (rc == RC_MISSING || (rc == RC_OK && !s.active))
        return RC_OK;
    if (rc == RC_OK)
        rc = mail_news(tx, id, &s, f);
    return rc == RC_OK ? timer_set(tx, "000000", "subscribe.news", id,
                                   notice_digest_at(calendar_builtin(), tx_now_us(tx) + 60000000), SPAN_NONE, f)
                       : rc;
}

static enum rc lapse_due(struct tx *tx, int64_t id, struct span payload, struct fail *f)
{
    struct sub s = {0};
    struct fail none = {0};
    (void)payload;
    enum rc rc = sub_load(tx, id, &s, &none);
    return rc == RC_OK && !s.active ? drop(tx, id, f) : RC_OK;
}

void subscribe_register(struct store *s)
{
    store_timer_kind(s, "subscribe.news", news_due);
    store_timer_kind(s, "subscribe.lapse", lapse_due);
}

/* ---- mails ---------------------------------------------------------------------------------------------------------------------------------------- */

enum rc subscriber_open(struct tx *tx, int64_t id, struct subscriber *out, struct fail *f)
{
    struct sub s = {0};
    struct span plain;
    struct fail none = {0};
    enum rc rc = sub_load(tx, id, &s, &none);
    if (rc == RC_OK)
        rc = seal_get(tx, "000000", "subscription", id, s.sealed, &plain, &none);
    if (rc == RC_MISSING)
        return RC_OK; /* ended meanwhile */
    if (rc != RC_OK) {
        *f = none;
        return rc;
    }
    out->lang = s.lang;
    out->address = span_text(tx_arena(tx), span_split(&plain, '\n'));
    out->token = span_text(tx_arena(tx), plain);
    return RC_OK;
}

static void link_line(const struct mail_parts *to, const char *url, const char *words)
{
    sb_addf(to->text, "%s\r\n%s\r\n\r\n", words, url);
    sb_adds(to->html, "<p><a href=\"");
    sb_add_html(to->html, span_of(url));
    sb_adds(to->html, "\">");
    sb_add_html(to->html, span_of(words));
    sb_adds(to->html, "</a></p>");
}

static void news_lines(const struct mail_letter *in, const json_t *items, const struct mail_parts *to, const char *base)
{
    char url[700];
    for (size_t i = 0; i < json_array_size(items); i++) {
        const json_t *const v = json_array_get(items, i);
        const char *const title = json_string_value(json_object_get(v, "title")), *const words = json_string_value(
                                                                                      json_object_get(v, "words"));
        (void)snprintf(url, sizeof url, "%s%s", base, json_string_value(json_object_get(v, "path")));
        sb_addf(to->text, "%s%s%s\r\n%s\r\n\r\n", title, in->lang == LANG_ZH ? "：" : ": ", words, url);
        sb_adds(to->html, "<p><a href=\"");
        sb_add_html(to->html, span_of(url));
        sb_adds(to->html, "\">");
        sb_add_html(to->html, span_of(title));
        sb_adds(to->html, in->lang == LANG_ZH ? "</a>：" : "</a>: ");
        sb_add_html(to->html, span_of(words));
        sb_adds(to->html, "</p>");
    }
}

void subscriber_letter(const struct mail_letter *in, const json_t *doc, const struct mail_parts *to)
{
    char base[400], url[700];
    const bool zh = in->lang == LANG_ZH;
    const struct span title = span_of(json_string_value(json_object_get(doc, "title")));
    (void)snprintf(base, sizeof base, "%s", in->public_url ? in->public_url : "");
    if (base[0] && base[strlen(base) - 1] == '/')
        base[strlen(base) - 1] = 0;
    (void)snprintf(url, sizeof url, "%s/public/subscription/%s", base, in->token);
    if (span_is(in->kind, "confirm")) {
        sb_adds(to->subject, zh ? "请确认订阅：" : "Please confirm: ");
        sb_add(to->subject, title);
        sb_addf(to->text,
                zh ? "有人用这个邮箱订阅了“%.*"
                     "s”的进展。\r\n如果是您，请打开下面的链接确认；如果不是，不必理会，48小时后自动作废。\r\n\r\n"
                   : "Somebody asked to be told here of the progress of \"%.*s\".\r\nIf it was you, confirm by the "
                     "link; if not, do nothing: it lapses in 48 hours.\r\n\r\n",
                SPAN_ARG(title));
        sb_adds(to->html, zh ? "<p>有人用这个邮箱订阅了“" : "<p>Somebody asked to be told here of the progress of “");
        sb_add_html(to->html, title);
        sb_adds(to->html, zh ? "”的进展。如果不是您，不必理会，48小时后自动作废。</p>"
                             : "”. If it was not you, do nothing: it lapses in 48 hours.</p>");
        link_line(to, url, zh ? "确认订阅" : "Confirm");
        return;
    }
    sb_adds(to->subject, zh ? "新进展：" : "News: ");
    sb_add(to->subject, title);
    news_lines(in, json_object_get(doc, "items"), to, base);
    link_line(to, url, zh ? "退订" : "Unsubscribe");
}
