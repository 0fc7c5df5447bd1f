/* duty_api_slip.c - lists of slips and urges, one slip as it is printed, and urging the holders of several duties at once. */
#include <string.h>

#include "duty/duty_settings.h"

#define URGE_MANY_MAX 100 /* duties urged at once */

struct ask {
    struct req *r;
    int64_t id, limit, after, unit_id, level;
    struct span state, colour;
    uint32_t more; /* filters without arguments */
    bool given;
    struct span after_part[1];
};

static enum rc page_of(struct req *r, struct ask *ask, struct fail *f)
{
    enum rc rc = req_limit(r, &ask->limit, f);
    if (rc == RC_OK)
        rc = req_after(r, 1, ask->after_part, &ask->given, f);
    if (rc == RC_OK && ask->given && !span_to_i64(ask->after_part[0], &ask->after))
        rc = fail_set(f, RC_INVALID, MSG_duty_word_invalid, "after", "", NULL);
    return rc;
}

static void next_of(struct tx *tx, struct jw *w, int64_t id)
{
    char text[24];
    (void)snprintf(text, sizeof(text), "%lld", (long long)id);
    const struct span part = span_of(text);
    jw_kstr(w, "next", id != 0 ? page_key(tx_arena(tx), 1, &part) : NULL);
}

static enum rc show_for(struct tx *tx, struct req *r, struct duty_show **out, struct fail *f)
{
    *out = ARENA_NEW(tx_arena(tx), struct duty_show);
    return *out != NULL ? duty_show_begin(tx, req_lang(r), *out, f) : duty_over(f);
}

/* ---- slips -------------------------------------------------------------------------------------------------------------------------- */

static int slip_args(const struct ask *ask, struct tx *tx, uint32_t *filters, struct db_val *v)
{
    int n = 0;
    *filters = ask->more;
    v[n++] = DB_I(tx_actor(tx)->principal_id);
    v[n++] = DB_I(ask->limit + 1);
    if (ask->state.len > 0) {
        *filters |= SQLF_duty_slip_list_state;
        v[n++] = DB_T(ask->state);
    }
    if (ask->colour.len > 0) {
        *filters |= SQLF_duty_slip_list_colour;
        v[n++] = DB_T(ask->colour);
    }
    if (ask->unit_id != 0) {
        *filters |= SQLF_duty_slip_list_unit;
        v[n++] = DB_I(ask->unit_id);
    }
    if (ask->given)
        v[n++] = DB_I(ask->after);
    return n;
}

static enum rc answer_slips(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct db_val v[8];
    struct rows rows;
    struct duty_show *show = NULL;
    struct duty_slip_row *all = ARENA_ARRAY(tx_arena(tx), (size_t)ask->limit + 1, struct duty_slip_row);
    uint32_t filters = 0;
    int count = 0;
    if (all == NULL)
        return duty_over(f);
    const int n = slip_args(ask, tx, &filters, v);
    enum rc rc = show_for(tx, ask->r, &show, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_duty_slip_list, filters, 0, ask->given, v, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (count <= ask->limit && rows_next(&rows))
        duty_slip_of(&rows, &all[count++], true);
    rc = rows_end(&rows);
    struct jw *w = reply_json(ask->r);
    const bool more = count > ask->limit;
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; i < count - more; i++)
        duty_slip_json(show, &all[i], w);
    jw_array_end(w);
    next_of(tx, w, more ? all[count - 2].id : 0);
    jw_object_end(w);
    return rc;
}

enum rc duty_api_slip_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_query_only(r, f, "state", "colour", "unit", "mine", NULL);
    ask.state = req_query(r, "state");
    ask.colour = req_query(r, "colour");
    if (span_is(ask.state, "unanswered")) {
        ask.state = SPAN("");
        ask.more |= SQLF_duty_slip_list_unanswered;
    }
    ask.more |= span_is(req_query(r, "mine"), "1") ? SQLF_duty_slip_list_mine : 0;
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &ask.unit_id, f);
    if (rc == RC_OK)
        rc = page_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_slips, &ask, f) : rc;
}

static enum rc answer_slip(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct duty_slip_row s;
    struct duty_row d;
    struct duty_show *show = NULL;
    bool reply = false;
    struct fail ignored = {0};
    enum rc rc = show_for(tx, ask->r, &show, f);
    if (rc == RC_OK)
        rc = duty_slip_get(tx, ask->id, &s, &d, f);
    if (rc == RC_OK)
        rc = org_holds(tx, RIGHT_APPROVE, s.unit_id, &reply, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "slip");
    duty_slip_json(show, &s, w);
    jw_key(w, "duty");
    rc = duty_json(show, &d, w, f);
    jw_kbool(w, "may_reply", reply && (span_is(s.state, "open") || span_is(s.state, "lapsed")));
    jw_kbool(w, "may_close", !span_is(s.state, "closed") && duty_may_side(tx, &d, NULL, &ignored) == RC_OK);
    jw_object_end(w);
    reply_version(ask->r, s.version);
    return rc;
}

enum rc duty_api_slip_get(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    enum rc rc = req_param_id(r, "id", &ask.id, f);
    return rc == RC_OK ? org_read(r, answer_slip, &ask, f) : rc;
}

/* ---- urges -------------------------------------------------------------------------------------------------------------------------- */

static enum rc answer_urges(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct db_val v[6];
    struct rows rows;
    struct duty_show *show = NULL;
    struct duty_urging *urging = NULL;
    uint32_t filters = ask->more;
    int n = 0;
    int64_t count = 0, last = 0;
    v[n++] = DB_I(tx_actor(tx)->principal_id);
    v[n++] = DB_I(ask->limit + 1);
    if (ask->unit_id != 0) {
        filters |= SQLF_duty_urge_list_unit;
        v[n++] = DB_I(ask->unit_id);
    }
    if (ask->level != 0) {
        filters |= SQLF_duty_urge_list_level;
        v[n++] = DB_I(ask->level);
    }
    if (ask->given)
        v[n++] = DB_I(ask->after);
    enum rc rc = show_for(tx, ask->r, &show, f);
    if (rc == RC_OK)
        rc = duty_urging_current(tx, &urging, f);
    if (rc == RC_OK)
        rc = db_list(tx, SQL_duty_urge_list, filters, 0, ask->given, v, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    struct jw *w = reply_json(ask->r);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    while (count < ask->limit && rows_next(&rows)) {
        last = rows_int(&rows, 0);
        duty_urge_json(show, urging, &rows, w);
        count++;
    }
    const bool more = count == ask->limit && rows_next(&rows);
    rc = rows_end(&rows);
    jw_array_end(w);
    next_of(tx, w, more ? last : 0);
    jw_object_end(w);
    return rc;
}

enum rc duty_api_urge_list(struct req *r, struct fail *f)
{
    struct ask ask = {.r = r};
    const struct span by = req_query(r, "by"), level = req_query(r, "level");
    enum rc rc = req_query_only(r, f, "unit", "level", "by", NULL);
    if (rc == RC_OK && level.len > 0 && (!span_to_i64(level, &ask.level) || ask.level < 1 || ask.level > 3))
        rc = fail_span(f, RC_INVALID, MSG_duty_word_invalid, "level", level);
    if (rc == RC_OK && by.len > 0 && !span_is(by, "rule") && !span_is(by, "hand"))
        rc = fail_span(f, RC_INVALID, MSG_duty_word_invalid, "by", by);
    ask.more = span_is(by, "rule")   ? SQLF_duty_urge_list_by_rule
               : span_is(by, "hand") ? SQLF_duty_urge_list_by_hand
                                     : 0;
    if (rc == RC_OK)
        rc = req_query_id(r, "unit", &ask.unit_id, f);
    if (rc == RC_OK)
        rc = page_of(r, &ask, f);
    return rc == RC_OK ? org_read(r, answer_urges, &ask, f) : rc;
}

struct many {
    int64_t ids[URGE_MANY_MAX];
    int n;
    struct duty_urge_in urge;
};

static enum rc run_many(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct many *m = in;
    enum rc rc = RC_OK;
    (void)out;
    for (int i = 0; rc == RC_OK && i < m->n; i++) {
        struct duty_urge_in one = m->urge;
        struct duty_row row;
        one.id = m->ids[i];
        rc = duty_urge(tx, &one, &row, f);
        if (rc != RC_OK && f->field[0] == '\0') /* which of them it was */
            (void)snprintf(f->field, sizeof(f->field), "duty_ids.%d", i);
    }
    return rc;
}

static enum rc render_many(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct many *m = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_kint(&w, "urged", m->n);
    jw_object_end(&w);
    return RC_OK;
}

static enum rc ids_of(const json_t *list, struct many *m, struct fail *f)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        if (!json_is_string(v) ||
            !span_to_i64((struct span){json_string_value(v), json_string_length(v)}, &m->ids[m->n]))
            return fail_set(f, RC_INVALID, MSG_duty_word_invalid, "duty_ids", "", NULL);
        bool before = false;
        for (int k = 0; k < m->n; k++)
            before = before || m->ids[k] == m->ids[m->n];
        m->n += !before;
    }
    return m->n > 0 ? RC_OK : fail_set(f, RC_INVALID, MSG_duty_word_invalid, "duty_ids", "", NULL);
}

enum rc duty_api_urge_many(struct req *r, struct fail *f)
{
    struct many *m = ARENA_NEW(req_arena(r), struct many);
    json_t *body = NULL, *list = NULL;
    if (m == NULL)
        return duty_over(f);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "duty_ids", "text", "level", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "text", JSON_REQUIRED, DUTY_TEXT_BYTES_MAX, &m->urge.text, f);
    if (rc == RC_OK)
        rc = json_get_int(body, "level", JSON_OPTIONAL, 1, 3, &m->urge.level, f);
    if (rc == RC_OK)
        rc = json_get_array(body, "duty_ids", JSON_REQUIRED, URGE_MANY_MAX, &list, f);
    if (rc == RC_OK)
        rc = ids_of(list, m, f);
    return rc == RC_OK ? org_write(r, run_many, m, m, render_many, f) : rc;
}
