/*
 * duty_pack.c - editions of packs: which text of a machine, of lights, urging and slips is in force from which day on. A text is checked whole before
 * it is taken; a text that is in force is never changed, the next one stands beside it with its own first day.
 */
#include <string.h>

#include "duty/duty_int.h"

enum rc duty_pack_read(struct arena *a, struct duty_pack_text *p, struct fail *f)
{
    static const char *const kinds[] = {"machine", "lights", "urging", "slips"};
    struct yaml *tree = NULL;
    enum rc rc = yaml_read(a, p->file, p->body, &tree, f);
    /* The first key says what a text is: a catalogue of cases names its machine too. */
    const struct span first = rc == RC_OK && tree->kind == YAML_MAP && tree->first ? tree->first->key : SPAN("");
    for (size_t i = 0; rc == RC_OK && i < 4; i++)
        if (span_is(first, kinds[i])) {
            p->kind = kinds[i];
            p->word = i == 0 ? yaml_text(tree, "machine") : SPAN("");
            rc = duty_settings_check(a, p->kind, p->file, p->body, f);
            p->edition = rc == RC_OK ? yaml_int(tree, "version", 1) : 0;
            return rc;
        }
    for (int i = 0; rc == RC_OK && i < duty_pack_kind_count; i++)
        if (span_is(first, duty_pack_kinds[i].kind)) {
            p->kind = duty_pack_kinds[i].kind;
            p->word = duty_pack_kinds[i].worded ? yaml_text(tree, p->kind) : SPAN("");
            rc = duty_pack_kinds[i].check(a, p->file, p->body, f);
            p->edition = rc == RC_OK ? yaml_int(tree, "version", 1) : 0;
            return rc;
        }
    return rc == RC_OK ? fail_set(f, RC_INVALID, MSG_duty_pack_kind, p->file, NULL) : rc;
}

/* The first instant of the day: now for today or no day, never an earlier one. */
static enum rc from_of(struct tx *tx, struct span on, int64_t *out, struct fail *f)
{
    const int32_t today = duty_today(tx), day = on.len > 0 ? duty_day_of(on) : today;
    if (day == INT32_MIN || day < today)
        return fail_span(f, RC_INVALID, MSG_duty_edition_past, "on", on);
    *out = day == today ? tx_now_us(tx) : date_start_us(date_from_days(day));
    return RC_OK;
}

/* A number of an edition belongs to one text for good, and numbers go up. */
static enum rc check_number(struct tx *tx, const struct duty_pack_text *p, struct span hash, int64_t from_us,
                            struct fail *f)
{
    struct rows rows;
    char number[24];
    (void)snprintf(number, sizeof(number), "%lld", (long long)p->edition);
    enum rc rc = db_query(tx, SQL_duty_editions, DB_ARGS(DB_I(DUTY_EDITIONS_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool clash = false, later = false;
    while (rows_next(&rows)) {
        if (!span_is(rows_text(&rows, 1), p->kind) || !span_eq(rows_text(&rows, 2), p->word))
            continue;
        clash = clash || (rows_int(&rows, 7) == p->edition && !span_eq(rows_text(&rows, 4), hash));
        later = later || rows_int(&rows, 3) > from_us;
    }
    rc = rows_end(&rows);
    if (rc == RC_OK && clash)
        return fail_set(f, RC_CONFLICT, MSG_duty_edition_number, p->file, number, NULL);
    if (rc == RC_OK && later)
        return fail_set(f, RC_CONFLICT, MSG_duty_edition_later, "on", NULL);
    return rc;
}

static enum rc activate_one(struct tx *tx, const struct duty_activate_in *in, const struct duty_pack_text *p,
                            int64_t from_us, struct fail *f)
{
    struct duty_note n;
    struct span hash;
    const int64_t id = tx_new_id(tx);
    enum rc rc = duty_text_hash(tx, p->body, &hash, f);
    if (rc == RC_OK)
        rc = check_number(tx, p, hash, from_us, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_pack_put, DB_ARGS(DB_T(hash), DB_S(p->kind), DB_T(p->word), DB_T(p->body), DB_N),
                     NULL, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_edition_add,
                     DB_ARGS(DB_I(id), DB_S(p->kind), DB_T(p->word), DB_I(from_us), DB_T(hash), DB_T(in->pack),
                             DB_S(p->file), DB_I(p->edition), DB_I(tx_actor(tx)->principal_id), DB_I(tx_now_us(tx))),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    duty_note_begin(&n);
    jw_kstr(&n.w, "kind", p->kind);
    jw_ktext(&n.w, "word", p->word);
    jw_kint(&n.w, "edition", p->edition);
    jw_ktext(&n.w, "hash", hash);
    jw_ktime(&n.w, "from_at", from_us);
    jw_object_end(&n.w);
    rc = journal_append(tx, &(struct journal_entry){"000000", "edition", id, "activate", sb_span(&n.sb)}, NULL, f);
    sb_release(&n.sb);
    return rc;
}

enum rc duty_pack_activate(struct tx *tx, const struct duty_activate_in *in, struct fail *f)
{
    int64_t from_us = 0;
    enum rc rc = tx_actor(tx)->principal_id == 0 ? RC_OK : org_require_any(tx, RIGHT_MANAGE_PEOPLE, f);
    if (rc == RC_OK && (in->n < 1 || in->n > DUTY_PACK_FILES_MAX))
        rc = fail_set(f, RC_INVALID, MSG_duty_too_many, "files", "64", NULL);
    if (rc == RC_OK && (in->pack.len == 0 || in->pack.len > 60))
        rc = fail_span(f, RC_INVALID, MSG_duty_word_invalid, "pack", in->pack);
    if (rc == RC_OK)
        rc = from_of(tx, in->on, &from_us, f);
    for (int i = 0; rc == RC_OK && i < in->n; i++) {
        struct duty_pack_text p = {.file = in->files[i].file, .body = in->files[i].body};
        rc = duty_pack_read(tx_arena(tx), &p, f);
        if (rc == RC_OK)
            rc = activate_one(tx, in, &p, from_us, f);
    }
    return rc;
}

enum rc duty_pack_body(struct tx *tx, const char *kind, int64_t before_us, struct span *out, struct fail *f)
{
    struct duty_text text;
    const enum rc rc = duty_text_at(tx, kind, SPAN(""), before_us - 1, &text, f);
    if (rc == RC_OK)
        *out = text.body;
    return rc;
}

enum rc duty_pack_words(struct tx *tx, const char *kind, int max, struct span *out, int *n, struct fail *f)
{
    struct rows rows;
    *n = 0;
    for (int i = 0; i < duty_pack_text_count && *n < max; i++)
        if (strcmp(duty_pack_texts[i].kind, kind) == 0)
            out[(*n)++] = span_of(duty_pack_texts[i].word);
    enum rc rc = db_query(tx, SQL_duty_edition_words, DB_ARGS(DB_S(kind), DB_I(tx_now_us(tx))), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < max && rows_next(&rows)) {
        const struct span word = rows_text_dup(&rows, 0);
        bool met = false;
        for (int i = 0; i < *n; i++)
            met = met || span_eq(out[i], word);
        if (!met)
            out[(*n)++] = word;
    }
    return rows_end(&rows);
}

enum rc duty_pack_body_current(struct tx *tx, const char *kind, struct span word, struct duty_pack_body_of *out,
                               struct fail *f)
{
    struct duty_text text;
    const enum rc rc = duty_text_current(tx, kind, word, &text, f);
    if (rc == RC_OK)
        *out = (struct duty_pack_body_of){text.body, text.hash};
    return rc;
}

enum rc duty_pack_pin(struct tx *tx, const char *kind, struct span word, const struct duty_pack_body_of *text,
                      struct fail *f)
{
    return db_exec(tx, SQL_duty_pack_put, DB_ARGS(DB_T(text->hash), DB_S(kind), DB_T(word), DB_T(text->body), DB_N),
                   NULL, f);
}

enum rc duty_pack_body_pinned(struct tx *tx, struct span hash, struct span *body, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_duty_pack_by_hash, DB_ARGS(DB_T(hash)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *body = rows_text_dup(&rows, 0);
    return rows_end(&rows);
}
