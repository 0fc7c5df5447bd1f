/* plan_consult.c - hearing units on a matter (征求意见, 会商, 会签) and the cities' signatures under an outline: commands. */
#include <string.h>

#include "plan/plan_int.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_plan_memory, NULL, NULL);
}

static bool is_one_of(struct span s, const char *const *words)
{
    for (; *words != NULL; words++) {
        if (span_is(s, *words))
            return true;
    }
    return false;
}

static struct span today_of(struct tx *tx)
{
    char text[11];
    date_print(date_of_us(tx_now_us(tx)), text);
    return span_dup(tx_arena(tx), span_of(text));
}

/* The name of a unit as it is called today, for a refusal that names it. */
static struct span name_of(struct tx *tx, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored);
    return rc == RC_OK ? unit.name : SPAN("?");
}

static enum rc refuse_unit(struct tx *tx, enum msg msg, int64_t unit_id, struct fail *f)
{
    return fail_span(f, RC_CONFLICT, msg, NULL, name_of(tx, unit_id));
}

/* ---- reading ------------------------------------------------------------ */

void plan_consult_of(struct rows *r, struct plan_consult_row *out)
{
    struct span region = rows_text(r, 0);
    *out = (struct plan_consult_row){.id = rows_int(r, 1),
                                     .number = rows_text_dup(r, 2),
                                     .kind = rows_text_dup(r, 3),
                                     .subject_kind = rows_text_dup(r, 4),
                                     .subject_id = rows_int(r, 5),
                                     .title = rows_text_dup(r, 6),
                                     .body = rows_text_dup(r, 7),
                                     .unit_id = rows_int(r, 8),
                                     .opened_at_us = rows_int(r, 9),
                                     .reply_due_on = rows_text_dup(r, 10),
                                     .state = rows_text_dup(r, 11),
                                     .conclusion = rows_text_dup(r, 12),
                                     .ended_at_us = rows_int(r, 13),
                                     .version = rows_int(r, 14)};
    memcpy(out->region_code, region.ptr, region.len < 6 ? region.len : 6);
}

enum rc plan_consult_get(struct tx *tx, int64_t id, struct plan_consult_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_consultation_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    plan_consult_of(&rows, out);
    return rows_end(&rows);
}

enum rc plan_heard(struct tx *tx, const struct plan_consult_row *c, struct plan_heard **out, int *n, struct fail *f)
{
    struct rows rows;
    struct plan_heard *items = ARENA_ARRAY(tx_arena(tx), PLAN_HEARD_MAX, struct plan_heard);
    if (items == NULL)
        return over(f);
    *out = items;
    *n = 0;
    enum rc rc = db_query(tx, SQL_consultation_heard, DB_ARGS(DB_S(c->region_code), DB_I(c->id)), &rows, f);
    while (rc == RC_OK && *n < PLAN_HEARD_MAX && rows_next(&rows)) {
        items[(*n)++] = (struct plan_heard){.unit_id = rows_int(&rows, 0),
                                            .round = rows_int(&rows, 1),
                                            .stance = rows_text_dup(&rows, 2),
                                            .text = rows_text_dup(&rows, 3),
                                            .at_us = rows_int(&rows, 4),
                                            .actor_id = rows_int(&rows, 5),
                                            .decision = rows_text_dup(&rows, 6),
                                            .decision_reason = rows_text_dup(&rows, 7)};
    }
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static const struct plan_heard *heard_find(const struct plan_heard *items, int n, int64_t unit_id)
{
    for (int i = 0; i < n; i++) {
        if (items[i].unit_id == unit_id)
            return &items[i];
    }
    return NULL;
}

/* The actor sees the consultation already: what it may not do is forbidden, not missing. */
static enum rc need(struct tx *tx, enum org_right right, int64_t unit_id, struct fail *f)
{
    bool holds = false;
    enum rc rc = org_holds(tx, right, unit_id, &holds, f);
    return rc == RC_OK && !holds ? fail_set(f, RC_FORBIDDEN, MSG_plan_right_lacking, NULL, NULL) : rc;
}

/* ---- sending out ------------------------------------------------------------ */

static enum rc check_subject(struct tx *tx, const struct plan_consult_in *in, struct fail *f)
{
    struct plan_outline_row outline;
    struct plan_action_row action;
    if (in->subject_kind.len == 0)
        return in->subject_id == 0 ? RC_OK
                                   : fail_span(f, RC_INVALID, MSG_consult_subject_invalid, "subject_kind", SPAN(""));
    if (span_is(in->subject_kind, "outline"))
        return plan_outline_get(tx, in->subject_id, &outline, f);
    if (span_is(in->subject_kind, "action"))
        return plan_action_get(tx, in->subject_id, &action, f);
    return fail_span(f, RC_INVALID, MSG_consult_subject_invalid, "subject_kind", in->subject_kind);
}

static enum rc check_open(struct tx *tx, const struct plan_consult_in *in, int64_t unit_id, struct fail *f)
{
    static const char *const kinds[] = {"opinion", "consultation", "countersign", NULL};
    if (!is_one_of(in->kind, kinds))
        return fail_span(f, RC_INVALID, MSG_consult_kind_invalid, "kind", in->kind);
    if (in->title.len == 0 || in->title.len > PLAN_TITLE_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_consult_title_invalid, "title", NULL);
    if (in->body.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_text_too_long, "body", NULL);
    if (plan_day_of(in->reply_due_on) == PLAN_NO_DAY || span_cmp(in->reply_due_on, today_of(tx)) < 0)
        return fail_span(f, RC_INVALID, MSG_consult_due_invalid, "reply_due_on", in->reply_due_on);
    bool bad = in->n_heard < 1 || in->n_heard > PLAN_HEARD_MAX;
    for (int i = 0; !bad && i < in->n_heard; i++) {
        bad = in->heard[i] == unit_id;
        for (int k = 0; !bad && k < i; k++)
            bad = in->heard[k] == in->heard[i];
    }
    return bad ? fail_set(f, RC_INVALID, MSG_consult_heard_invalid, "heard", NULL) : RC_OK;
}

static enum rc index_consultation(struct tx *tx, const char *region_code, int64_t id, const struct plan_consult_in *in,
                                  struct fail *f)
{
    struct sb sb;
    sb_init(&sb, PLAN_TITLE_BYTES_MAX + PLAN_TEXT_BYTES_MAX + 16);
    sb_add(&sb, in->title);
    sb_addc(&sb, '\n');
    sb_add(&sb, in->body);
    enum rc rc = sb_rc(&sb) == RC_OK ? search_put(tx, region_code, "consultation", id, sb_span(&sb), f) : over(f);
    sb_release(&sb);
    return rc;
}

static enum rc add_parties(struct tx *tx, const struct unit *convener, int64_t id, const struct plan_consult_in *in,
                           struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_consultation_party_add,
                         DB_ARGS(DB_S(convener->region_code), DB_I(id), DB_I(convener->id), DB_S("home")), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_heard; i++) {
        struct unit heard;
        rc = unit_get(tx, in->heard[i], SPAN_NONE, &heard, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_consultation_party_add,
                         DB_ARGS(DB_S(convener->region_code), DB_I(id), DB_I(heard.id), DB_S("heard")), NULL, f);
        if (rc == RC_OK)
            rc = org_notify(tx,
                            &(struct notice_in){convener->region_code, "consultation", id, heard.id, RIGHT_APPROVE,
                                                "consultation.opened", in->title},
                            f);
    }
    return rc;
}

enum rc plan_consult_open(struct tx *tx, const struct plan_consult_in *in, int64_t *id, struct fail *f)
{
    struct unit convener;
    struct span number;
    int64_t unit_id = in->unit_id != 0 ? in->unit_id : tx_actor(tx)->unit_id;
    enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &convener, f);
    if (rc == RC_OK)
        rc = org_require(tx, RIGHT_ASSIGN, unit_id, f);
    if (rc == RC_OK)
        rc = check_open(tx, in, unit_id, f);
    if (rc == RC_OK)
        rc = check_subject(tx, in, f);
    if (rc == RC_OK)
        rc = store_number(tx, "HS", convener.region_code, &number, f);
    if (rc != RC_OK)
        return rc;
    *id = tx_new_id(tx);
    rc = db_exec(tx, SQL_consultation_insert,
                 DB_ARGS(DB_S(convener.region_code), DB_I(*id), DB_T(number), DB_T(in->kind),
                         DB_T(in->subject_kind.len > 0 ? in->subject_kind : SPAN("")), DB_I_OR_NULL(in->subject_id),
                         DB_T(in->title), DB_T(in->body.len > 0 ? in->body : SPAN("")), DB_I(unit_id),
                         DB_I(tx_now_us(tx)), DB_T(in->reply_due_on)),
                 NULL, f);
    if (rc == RC_OK)
        rc = add_parties(tx, &convener, *id, in, f);
    if (rc == RC_OK)
        rc = index_consultation(tx, convener.region_code, *id, in, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_ktext(&note.w, "kind", in->kind);
    jw_ktext(&note.w, "number", number);
    jw_ktext(&note.w, "reply_due_on", in->reply_due_on);
    jw_key(&note.w, "heard");
    jw_array(&note.w);
    for (int i = 0; i < in->n_heard; i++)
        jw_id(&note.w, in->heard[i]);
    jw_array_end(&note.w);
    return plan_note_end(
        tx, &note, &(struct plan_subject){convener.region_code, "consultation", *id, "open", "plan.consultation"}, f);
}

/* ---- opinions ------------------------------------------------------------ */

static enum rc touch(struct tx *tx, const struct plan_consult_row *c, struct fail *f)
{
    int64_t changed = 0;
    enum rc rc = db_exec(tx, SQL_consultation_touch, DB_ARGS(DB_S(c->region_code), DB_I(c->id)), &changed, f);
    return rc == RC_OK && changed == 0 ? fail_set(f, RC_CONFLICT, MSG_consult_ended, NULL, NULL) : rc;
}

static enum rc check_opinion(const struct plan_opinion_in *in, struct fail *f)
{
    static const char *const stances[] = {"agree", "change", "object", "none", NULL};
    if (!is_one_of(in->stance, stances))
        return fail_span(f, RC_INVALID, MSG_consult_stance_invalid, "stance", in->stance);
    if (in->text.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_text_too_long, "text", NULL);
    if (span_trim(in->text).len == 0 && (span_is(in->stance, "change") || span_is(in->stance, "object")))
        return fail_set(f, RC_INVALID, MSG_consult_text_missing, "text", NULL);
    return RC_OK;
}

enum rc plan_opinion_give(struct tx *tx, const struct plan_opinion_in *in, int64_t *round, struct fail *f)
{
    struct plan_consult_row c;
    struct plan_heard *items = NULL;
    int n = 0;
    int64_t unit_id = in->unit_id != 0 ? in->unit_id : tx_actor(tx)->unit_id;
    enum rc rc = plan_consult_get(tx, in->consultation_id, &c, f);
    if (rc == RC_OK)
        rc = plan_heard(tx, &c, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    const struct plan_heard *heard = heard_find(items, n, unit_id);
    if (heard == NULL)
        return fail_set(f, RC_FORBIDDEN, MSG_consult_not_heard, "unit_id", NULL);
    rc = need(tx, RIGHT_APPROVE, unit_id, f);
    if (rc == RC_OK)
        rc = check_opinion(in, f);
    if (rc == RC_OK)
        rc = touch(tx, &c, f);
    *round = heard->round + 1;
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_consultation_opinion_insert,
                     DB_ARGS(DB_S(c.region_code), DB_I(c.id), DB_I(unit_id), DB_I(*round), DB_T(in->stance),
                             DB_T(in->text.len > 0 ? in->text : SPAN("")), DB_I(tx_now_us(tx)),
                             DB_I(tx_actor(tx)->principal_id)),
                     NULL, f);
    if (rc == RC_OK)
        rc = org_notify(tx,
                        &(struct notice_in){c.region_code, "consultation", c.id, c.unit_id, RIGHT_ASSIGN,
                                            "consultation.answered", c.title},
                        f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "unit_id", unit_id);
    jw_kint(&note.w, "round", *round);
    jw_ktext(&note.w, "stance", in->stance);
    return plan_note_end(
        tx, &note, &(struct plan_subject){c.region_code, "consultation", c.id, "opinion", "plan.consultation"}, f);
}

enum rc plan_opinion_decide(struct tx *tx, const struct plan_decide_in *in, struct fail *f)
{
    static const char *const decisions[] = {"taken", "partly", "declined", NULL};
    struct plan_consult_row c;
    struct plan_heard *items = NULL;
    int n = 0;
    enum rc rc = plan_consult_get(tx, in->consultation_id, &c, f);
    if (rc == RC_OK)
        rc = need(tx, RIGHT_ASSIGN, c.unit_id, f);
    if (rc == RC_OK)
        rc = plan_heard(tx, &c, &items, &n, f);
    if (rc != RC_OK)
        return rc;
    const struct plan_heard *heard = heard_find(items, n, in->unit_id);
    if (heard == NULL)
        return fail_set(f, RC_MISSING, MSG_consult_not_heard, "unit_id", NULL);
    if (!is_one_of(in->decision, decisions))
        return fail_span(f, RC_INVALID, MSG_consult_decision_invalid, "decision", in->decision);
    if (in->reason.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_text_too_long, "reason", NULL);
    if (span_trim(in->reason).len == 0 && !span_is(in->decision, "taken"))
        return fail_set(f, RC_INVALID, MSG_consult_reason_missing, "reason", NULL);
    if (heard->round == 0)
        return refuse_unit(tx, MSG_consult_no_opinion, in->unit_id, f);
    rc = touch(tx, &c, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_consultation_decide,
                     DB_ARGS(DB_S(c.region_code), DB_I(c.id), DB_I(in->unit_id), DB_I(heard->round), DB_T(in->decision),
                             DB_T(in->reason.len > 0 ? in->reason : SPAN(""))),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kid(&note.w, "unit_id", in->unit_id);
    jw_kint(&note.w, "round", heard->round);
    jw_ktext(&note.w, "decision", in->decision);
    return plan_note_end(tx, &note, &(struct plan_subject){c.region_code, "consultation", c.id, "decide", NULL}, f);
}

/* ---- the end ------------------------------------------------------------ */

/* Why it cannot be concluded yet: an answer outstanding within its time, an opinion without a decision, a signature not given. */
static enum rc check_conclude(struct tx *tx, const struct plan_consult_row *c, struct fail *f)
{
    struct plan_heard *items = NULL;
    int n = 0;
    bool late = span_cmp(c->reply_due_on, today_of(tx)) < 0;
    enum rc rc = plan_heard(tx, c, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        const struct plan_heard *h = &items[i];
        bool open = span_is(h->stance, "object") || span_is(h->stance, "change");
        if (span_is(c->kind, "countersign") && !span_is(h->stance, "agree"))
            return refuse_unit(tx, MSG_consult_not_agreed, h->unit_id, f);
        if (h->round == 0 && !late)
            return fail_set(f, RC_CONFLICT, MSG_consult_outstanding, NULL,
                            span_cstr(tx_arena(tx), name_of(tx, h->unit_id)), span_cstr(tx_arena(tx), c->reply_due_on),
                            NULL);
        if (open && h->decision.len == 0)
            return refuse_unit(tx, MSG_consult_undecided, h->unit_id, f);
    }
    return rc;
}

static enum rc tell_heard(struct tx *tx, const struct plan_consult_row *c, const char *kind, struct fail *f)
{
    struct plan_heard *items = NULL;
    int n = 0;
    enum rc rc = plan_heard(tx, c, &items, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = org_notify(
            tx,
            &(struct notice_in){c->region_code, "consultation", c->id, items[i].unit_id, RIGHT_APPROVE, kind, c->title},
            f);
    return rc;
}

enum rc plan_consult_end(struct tx *tx, const struct plan_consult_end_in *in, struct fail *f)
{
    struct plan_consult_row c;
    int64_t changed = 0;
    const char *state = in->withdraw ? "withdrawn" : "concluded";
    enum rc rc = plan_consult_get(tx, in->consultation_id, &c, f);
    if (rc == RC_OK)
        rc = need(tx, RIGHT_ASSIGN, c.unit_id, f);
    if (rc != RC_OK)
        return rc;
    if (!span_is(c.state, "open"))
        return fail_set(f, RC_CONFLICT, MSG_consult_ended, NULL, NULL);
    if (in->version != c.version)
        return fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (span_trim(in->conclusion).len == 0)
        return fail_set(f, RC_INVALID, MSG_consult_conclusion_missing, "conclusion", NULL);
    if (in->conclusion.len > PLAN_TEXT_BYTES_MAX)
        return fail_set(f, RC_LIMIT, MSG_plan_text_too_long, "conclusion", NULL);
    if (!in->withdraw)
        rc = check_conclude(tx, &c, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_consultation_end,
                     DB_ARGS(DB_S(c.region_code), DB_I(c.id), DB_I(in->version), DB_S(state), DB_T(in->conclusion),
                             DB_I(tx_now_us(tx))),
                     &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_STALE, MSG_plan_stale, NULL, NULL);
    if (rc == RC_OK)
        rc = tell_heard(tx, &c, in->withdraw ? "consultation.withdrawn" : "consultation.concluded", f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_ktext(&note.w, "conclusion", in->conclusion);
    return plan_note_end(tx, &note,
                         &(struct plan_subject){c.region_code, "consultation", c.id,
                                                in->withdraw ? "withdraw" : "conclude", "plan.consultation"},
                         f);
}

/* ---- signatures ------------------------------------------------------------ */

#define CITIES_MAX 64

enum rc plan_signatures(struct tx *tx, const struct plan_outline_row *o, struct plan_signatures *out, struct fail *f)
{
    struct rows rows;
    *out = (struct plan_signatures){.items = ARENA_ARRAY(tx_arena(tx), CITIES_MAX, struct plan_signature)};
    if (out->items == NULL)
        return over(f);
    enum rc rc = db_query(tx, SQL_signatures, DB_ARGS(DB_S(o->region_code), DB_I(o->id)), &rows, f);
    while (rc == RC_OK && out->n < CITIES_MAX && rows_next(&rows)) {
        struct plan_signature *s = &out->items[out->n++];
        struct span region = rows_text(&rows, 0);
        *s = (struct plan_signature){.unit_id = rows_int(&rows, 1),
                                     .signed_on = rows_text_dup(&rows, 2),
                                     .at_us = rows_int(&rows, 3),
                                     .actor_id = rows_int(&rows, 4)};
        memcpy(s->region_code, region.ptr, region.len < 12 ? region.len : 12);
        if (s->signed_on.ptr == NULL)
            continue;
        out->n_signed++;
        if (out->in_force_on.ptr == NULL || span_cmp(s->signed_on, out->in_force_on) > 0)
            out->in_force_on = s->signed_on;
    }
    if (out->n_signed < out->n)
        out->in_force_on = SPAN_NONE;
    return rc == RC_OK ? rows_end(&rows) : rc;
}

/* Whose signatures are needed: the members on the day on which it is first sent out. */
static enum rc expect_cities(struct tx *tx, const struct plan_outline_row *o, struct fail *f)
{
    struct plan_signatures all;
    char codes[CITIES_MAX][13];
    int n = 0;
    if (o->cooperation_id == 0)
        return fail_set(f, RC_CONFLICT, MSG_sign_no_cooperation, NULL, NULL);
    enum rc rc = plan_signatures(tx, o, &all, f);
    if (rc != RC_OK || all.n > 0)
        return rc;
    rc = cooperation_cities(tx, o->cooperation_id, SPAN_NONE, CITIES_MAX, codes, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = db_exec(tx, SQL_signature_expect, DB_ARGS(DB_S(o->region_code), DB_I(o->id), DB_S(codes[i])), NULL, f);
    return rc;
}

static enum rc check_signer(struct tx *tx, const struct plan_outline_row *o, const struct unit *signer, struct fail *f)
{
    struct plan_signatures all;
    if (!span_is(signer->kind, "government") && !span_is(signer->kind, "city_office"))
        return fail_set(f, RC_FORBIDDEN, MSG_sign_kind_invalid, "unit_id", NULL);
    enum rc rc = plan_signatures(tx, o, &all, f);
    for (int i = 0; rc == RC_OK && i < all.n; i++) {
        if (strcmp(all.items[i].region_code, signer->region_code) == 0)
            return RC_OK;
    }
    return rc == RC_OK ? fail_set(f, RC_FORBIDDEN, MSG_sign_not_member, "unit_id", NULL) : rc;
}

static enum rc ask_unit(struct tx *tx, const struct plan_outline_row *o, int64_t unit_id, struct fail *f)
{
    struct unit signer;
    enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &signer, f);
    if (rc == RC_OK)
        rc = check_signer(tx, o, &signer, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_outline_party_add,
                     DB_ARGS(DB_S(o->region_code), DB_I(o->id), DB_I(unit_id), DB_S("signer")), NULL, f);
    if (rc == RC_OK)
        rc = org_notify(
            tx,
            &(struct notice_in){o->region_code, "outline", o->id, unit_id, RIGHT_PUBLISH, "outline.to_sign", o->title},
            f);
    return rc;
}

enum rc plan_sign_ask(struct tx *tx, const struct plan_sign_ask_in *in, struct fail *f)
{
    struct plan_outline_row o;
    enum rc rc = plan_outline_get(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = plan_may_outline(tx, o.region_code, o.id, RIGHT_PUBLISH, f);
    if (rc == RC_OK && in->n_units < 1)
        rc = fail_set(f, RC_INVALID, MSG_consult_heard_invalid, "units", NULL);
    if (rc == RC_OK)
        rc = expect_cities(tx, &o, f);
    for (int i = 0; rc == RC_OK && i < in->n_units; i++)
        rc = ask_unit(tx, &o, in->units[i], f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_key(&note.w, "units");
    jw_array(&note.w);
    for (int i = 0; i < in->n_units; i++)
        jw_id(&note.w, in->units[i]);
    jw_array_end(&note.w);
    return plan_note_end(tx, &note, &(struct plan_subject){o.region_code, "outline", o.id, "ask_signature", NULL}, f);
}

enum rc plan_sign(struct tx *tx, const struct plan_sign_in *in, struct fail *f)
{
    struct plan_outline_row o;
    struct plan_signatures all;
    struct unit signer;
    int64_t changed = 0, unit_id = in->unit_id != 0 ? in->unit_id : tx_actor(tx)->unit_id;
    struct span today = today_of(tx), on = in->signed_on.len > 0 ? in->signed_on : today;
    enum rc rc = plan_outline_get(tx, in->outline_id, &o, f);
    if (rc == RC_OK)
        rc = unit_get(tx, unit_id, SPAN_NONE, &signer, f);
    if (rc == RC_OK)
        rc = need(tx, RIGHT_PUBLISH, unit_id, f);
    if (rc == RC_OK)
        rc = check_signer(tx, &o, &signer, f);
    if (rc != RC_OK)
        return rc;
    if (plan_day_of(on) == PLAN_NO_DAY || span_cmp(on, today) > 0)
        return fail_span(f, RC_INVALID, MSG_plan_day_in_future, "signed_on", on);
    rc = db_exec(tx, SQL_signature_put,
                 DB_ARGS(DB_S(o.region_code), DB_I(o.id), DB_S(signer.region_code), DB_I(unit_id), DB_T(on),
                         DB_I(tx_now_us(tx)), DB_I(tx_actor(tx)->principal_id)),
                 &changed, f);
    if (rc == RC_OK && changed == 0)
        rc = fail_set(f, RC_CONFLICT, MSG_sign_twice, NULL, NULL);
    if (rc == RC_OK)
        rc = plan_signatures(tx, &o, &all, f);
    if (rc != RC_OK)
        return rc;
    struct plan_note note;
    plan_note_begin(&note);
    jw_kstr(&note.w, "member_region", signer.region_code);
    jw_kid(&note.w, "unit_id", unit_id);
    jw_ktext(&note.w, "signed_on", on);
    jw_kbool(&note.w, "in_force", all.in_force_on.ptr != NULL);
    return plan_note_end(tx, &note, &(struct plan_subject){o.region_code, "outline", o.id, "sign", "plan.signed"}, f);
}

enum rc plan_outline_title(struct tx *tx, int64_t outline_id, struct span *out, struct fail *f)
{
    struct plan_outline_row o;
    const enum rc rc = plan_outline_get(tx, outline_id, &o, f);
    if (rc == RC_OK)
        *out = o.title;
    return rc;
}
