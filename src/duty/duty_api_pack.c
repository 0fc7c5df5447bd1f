/* duty_api_pack.c - what duties may go through, shown whole (GET /machines), and the editions of packs: which is in force, and putting one in force. */
#include <string.h>

#include "duty/duty_settings.h"

struct ask {
    struct req *r;
};

static void both_json(struct jw *w, const char *key, const struct duty_both *b)
{
    jw_key(w, key);
    jw_object(w);
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
    jw_object_end(w);
}

static void both_members(struct jw *w, const struct duty_both *b)
{
    jw_ktext(w, "zh", b->zh);
    jw_ktext(w, "en", b->en);
}

/* ---- machines ------------------------------------------------------------------------------------------------------------------------ */

static void limit_json(struct jw *w, const struct duty_limit *l)
{
    static const char *const units[] = {"urgent_hour", "work_hour", "work_day", "natural_day", "until_date"};
    jw_kstr(w, "unit", units[l->unit]);
    jw_kint(w, "n", l->n);
}

static void states_json(const struct duty_machine *m, struct jw *w)
{
    jw_key(w, "states");
    jw_array(w);
    for (int i = 0; i < m->n_states; i++) {
        jw_object(w);
        jw_ktext(w, "state", m->states[i].word);
        both_members(w, &m->states[i].name);
        jw_kbool(w, "final", m->states[i].final);
        jw_kbool(w, "suspended", m->states[i].suspended);
        jw_kbool(w, "start", i == m->start);
        jw_ktext_or_null(w, "clock", m->states[i].clock >= 0 ? m->clocks[m->states[i].clock].word : SPAN_NONE);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void clocks_json(const struct duty_machine *m, struct jw *w)
{
    jw_key(w, "clocks");
    jw_array(w);
    for (int i = 0; i < m->n_clocks; i++) {
        jw_object(w);
        jw_ktext(w, "clock", m->clocks[i].word);
        both_members(w, &m->clocks[i].name);
        jw_kstr(w, "part", duty_part_word(m->clocks[i].part));
        limit_json(w, &m->clocks[i].limit);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void step_json(const struct duty_machine *m, const struct duty_step *step, struct jw *w)
{
    static const char *const needs[] = {"text", "reason", "file_ids", "unit_id", "due_on", "percent", "parts"};
    jw_object(w);
    jw_ktext(w, "verb", step->verb);
    both_members(w, &step->name);
    jw_key(w, "from");
    jw_array(w);
    for (int i = 0; i < m->n_states; i++)
        if (step->from & (1ull << i))
            jw_text(w, m->states[i].word);
    jw_array_end(w);
    jw_ktext_or_null(w, "to", step->to >= 0 ? m->states[step->to].word : SPAN_NONE);
    jw_key(w, "by");
    jw_array(w);
    for (int p = 0; p < DUTY_PARTS; p++)
        if (step->parts & (1u << p))
            jw_str(w, duty_part_word((enum duty_part)p));
    jw_array_end(w);
    jw_ktext(w, "right", step->right.ptr != NULL ? step->right : SPAN(""));
    jw_key(w, "needs");
    jw_array(w);
    for (unsigned k = 0; k < sizeof(needs) / sizeof(needs[0]); k++)
        if (step->needs & (1u << k))
            jw_str(w, needs[k]);
    jw_array_end(w);
    jw_ktext_or_null(w, "when", step->when_text.len > 0 ? step->when_text : SPAN_NONE);
    if (step->refusal.zh.len > 0)
        both_json(w, "refusal", &step->refusal);
    jw_object_end(w);
}

static enum rc machine_json(struct tx *tx, struct span word, struct jw *w, struct fail *f)
{
    struct duty_text text;
    const struct duty_machine *m = NULL;
    enum rc rc = duty_text_current(tx, "machine", word, &text, f);
    if (rc == RC_OK)
        rc = duty_machine_load(tx_arena(tx), text.file, text.body, &m, f);
    if (rc != RC_OK)
        return rc;
    jw_object(w);
    jw_ktext(w, "machine", m->word);
    jw_kint(w, "version", m->version);
    jw_ktext(w, "hash", text.hash);
    both_json(w, "name", &m->name);
    clocks_json(m, w);
    states_json(m, w);
    jw_key(w, "verbs");
    jw_array(w);
    for (int i = 0; i < m->n_steps; i++)
        step_json(m, &m->steps[i], w);
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc urging_json(struct tx *tx, struct jw *w, struct fail *f)
{
    struct duty_urging *u = NULL;
    enum rc rc = duty_urging_current(tx, &u, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "urging");
    jw_object(w);
    jw_kint(w, "hour", u->hour);
    jw_key(w, "rules");
    jw_array(w);
    for (int i = 0; i < u->n; i++) {
        jw_object(w);
        jw_ktext(w, "word", u->rules[i].word);
        both_members(w, &u->rules[i].name);
        jw_kint(w, "offset", u->rules[i].offset);
        jw_kint(w, "level", u->rules[i].level);
        jw_kstr(w, "to", duty_part_word(u->rules[i].to));
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

static enum rc slips_json(struct tx *tx, struct jw *w, struct fail *f)
{
    struct duty_slips *s = NULL;
    enum rc rc = duty_slips_current(tx, &s, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "slips");
    jw_object(w);
    jw_kbool(w, "urgent_may_skip", s->urgent_may_skip);
    jw_key(w, "colours");
    jw_array(w);
    for (int i = 0; i < s->n; i++) {
        jw_object(w);
        jw_ktext(w, "word", s->colours[i].word);
        both_members(w, &s->colours[i].name);
        limit_json(w, &s->colours[i].reply);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_object_end(w);
    return rc;
}

/* The words of machines: those of the program, then those that packs brought. */
#define WORDS_MAX 64
static enum rc words_of(struct tx *tx, struct span words[WORDS_MAX], int *n, struct fail *f)
{
    const char *kind = NULL;
    struct span word;
    struct duty_text text;
    struct rows rows;
    for (int i = 0; duty_text_builtin(i, &kind, &word, &text); i++)
        if (strcmp(kind, "machine") == 0 && *n < WORDS_MAX)
            words[(*n)++] = word;
    enum rc rc = db_query(tx, SQL_duty_editions, DB_ARGS(DB_I(DUTY_EDITIONS_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        bool known = !span_is(rows_text(&rows, 1), "machine") || rows_int(&rows, 3) > tx_now_us(tx);
        for (int i = 0; i < *n; i++)
            known = known || span_eq(words[i], rows_text(&rows, 2));
        if (!known && *n < WORDS_MAX)
            words[(*n)++] = rows_text_dup(&rows, 2);
    }
    return rows_end(&rows);
}

static enum rc answer_machines(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct jw *w = reply_json(ask->r);
    struct span words[WORDS_MAX];
    struct duty_text lights;
    int n = 0;
    enum rc rc = words_of(tx, words, &n, f);
    jw_object(w);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = machine_json(tx, words[i], w, f);
    jw_array_end(w);
    if (rc == RC_OK)
        rc = urging_json(tx, w, f);
    if (rc == RC_OK)
        rc = slips_json(tx, w, f);
    if (rc == RC_OK)
        rc = duty_text_current(tx, "lights", SPAN(""), &lights, f);
    if (rc == RC_OK)
        jw_ktext(w, "lights", lights.body);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc;
}

enum rc duty_api_machines(struct req *r, struct fail *f)
{
    struct ask ask = {r};
    return org_read(r, answer_machines, &ask, f);
}

/* ---- editions ------------------------------------------------------------------------------------------------------------------------ */

static enum rc active_json(struct tx *tx, struct jw *w, struct fail *f)
{
    const char *kind = NULL;
    struct span word;
    struct duty_text text, now;
    enum rc rc = RC_OK;
    jw_key(w, "active");
    jw_array(w);
    for (int i = 0; rc == RC_OK && duty_text_builtin(i, &kind, &word, &text); i++) {
        rc = duty_text_current(tx, kind, word, &now, f);
        if (rc != RC_OK)
            break;
        struct duty_pack_text p = {.file = now.file, .body = now.body};
        rc = duty_pack_read(tx_arena(tx), &p, f);
        jw_object(w);
        jw_kstr(w, "kind", kind);
        jw_ktext(w, "word", word);
        jw_kint(w, "edition", p.edition);
        jw_ktext(w, "hash", now.hash);
        jw_kbool(w, "built_in", span_eq(now.body, text.body));
        jw_ktext(w, "text", now.body);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static enum rc edition_json(struct tx *tx, struct rows *r, enum lang lang, struct jw *w, struct fail *f)
{
    struct span by = SPAN("");
    jw_object(w);
    jw_kid(w, "id", rows_int(r, 0));
    jw_ktext(w, "kind", rows_text(r, 1));
    jw_ktext(w, "word", rows_text(r, 2));
    jw_ktime(w, "from_at", rows_int(r, 3));
    jw_kbool(w, "begun", rows_int(r, 3) <= tx_now_us(tx));
    jw_ktext(w, "hash", rows_text(r, 4));
    jw_ktext(w, "pack", rows_text(r, 5));
    jw_ktext(w, "file", rows_text(r, 6));
    jw_kint(w, "edition", rows_int(r, 7));
    enum rc rc = person_display(tx, rows_int(r, 8), lang, &by, f);
    jw_ktext(w, "by_name", by);
    jw_ktime(w, "activated_at", rows_int(r, 9));
    jw_object_end(w);
    return rc;
}

static enum rc answer_editions(struct tx *tx, void *ctx, struct fail *f)
{
    struct ask *ask = ctx;
    struct jw *w = reply_json(ask->r);
    struct rows rows;
    jw_object(w);
    enum rc rc = active_json(tx, w, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_editions, DB_ARGS(DB_I(DUTY_EDITIONS_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "items");
    jw_array(w);
    while (rc == RC_OK && rows_next(&rows))
        rc = edition_json(tx, &rows, req_lang(ask->r), w, f);
    const enum rc end = rows_end(&rows);
    jw_array_end(w);
    jw_kstr(w, "next", NULL);
    jw_object_end(w);
    return rc == RC_OK ? end : rc;
}

enum rc duty_api_editions(struct req *r, struct fail *f)
{
    struct ask ask = {r};
    return org_read(r, answer_editions, &ask, f);
}

static enum rc run_activate(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return duty_pack_activate(tx, in, f);
}

static enum rc render_activate(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct duty_activate_in *in = out;
    struct jw w;
    (void)tx;
    (void)f;
    *status = 201;
    jw_init(&w, body);
    jw_object(&w);
    jw_kint(&w, "activated", in->n);
    jw_object_end(&w);
    return RC_OK;
}

static enum rc files_of(struct req *r, const json_t *body, struct duty_activate_in *in, struct fail *f)
{
    json_t *list = NULL;
    enum rc rc = json_get_array(body, "files", JSON_REQUIRED, DUTY_PACK_FILES_MAX, &list, f);
    if (rc != RC_OK)
        return rc;
    struct duty_pack_file *all = ARENA_ARRAY(req_arena(r), json_array_size(list) + 1, struct duty_pack_file);
    if (all == NULL)
        return duty_over(f);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        const json_t *v = json_array_get(list, i);
        struct span name = SPAN("");
        rc = json_only(v, f, "name", "text", NULL);
        if (rc == RC_OK)
            rc = json_get_text(v, "name", JSON_REQUIRED, 60, &name, f);
        if (rc == RC_OK)
            rc = json_get_text(v, "text", JSON_REQUIRED, YAML_BYTES_MAX, &all[i].body, f);
        all[i].file = span_cstr(req_arena(r), name);
        if (rc == RC_OK && all[i].file == NULL)
            rc = duty_over(f);
    }
    in->files = all;
    in->n = (int)json_array_size(list);
    return rc;
}

enum rc duty_api_activate(struct req *r, struct fail *f)
{
    struct duty_activate_in *in = ARENA_NEW(req_arena(r), struct duty_activate_in);
    json_t *body = NULL;
    if (in == NULL)
        return duty_over(f);
    enum rc rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_only(body, f, "pack", "on", "files", NULL);
    if (rc == RC_OK)
        rc = json_get_text(body, "pack", JSON_REQUIRED, 60, &in->pack, f);
    if (rc == RC_OK)
        rc = json_get_date(body, "on", JSON_OPTIONAL, &in->on, f);
    if (rc == RC_OK)
        rc = files_of(r, body, in, f);
    return rc == RC_OK ? org_write(r, run_activate, in, in, render_activate, f) : rc;
}
