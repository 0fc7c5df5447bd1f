/* duty_source.c - where duties come from: one more source, and the first one of each in a list. */
#include "duty/duty_int.h"

enum rc duty_add_source(struct tx *tx, int64_t id, const struct duty_source *source, struct duty_row *out,
                        struct fail *f)
{
    struct duty_note n;
    enum rc rc = duty_get(tx, id, out, f);
    if (rc == RC_OK)
        rc = duty_may_side(tx, out, NULL, f);
    if (rc == RC_OK && out->final)
        rc = fail_set(f, RC_CONFLICT, MSG_duty_ended, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_duty_source_add,
                     DB_ARGS(DB_S(out->region_code), DB_I(out->id), DB_T(source->kind), DB_I(source->id),
                             DB_T(span_or_empty(source->words)), DB_I_OR_NULL(source->unit_id)),
                     NULL, f);
    if (rc != RC_OK)
        return rc;
    duty_note_begin(&n);
    jw_ktext(&n.w, "source_kind", source->kind);
    jw_kid(&n.w, "source_id", source->id);
    return duty_done(tx, &n, &(struct duty_change){out, out, "source", NULL, SPAN_NONE, 0}, f);
}

enum rc duty_first_source(struct tx *tx, const struct duty_row *d, struct jw *w, struct fail *f)
{
    struct rows r;
    const int64_t whole = d->parent_id != 0 ? d->parent_id : d->id;
    enum rc rc = db_query(tx, SQL_duty_source_first, DB_ARGS(DB_S(d->region_code), DB_I(d->id), DB_I(whole)), &r, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "source");
    if (rows_next(&r)) {
        jw_object(w);
        jw_ktext(w, "kind", rows_text(&r, 0));
        jw_kid(w, "id", rows_int(&r, 1));
        jw_ktext(w, "words", rows_text(&r, 2));
        jw_object_end(w);
    } else {
        jw_null(w);
    }
    return rows_end(&r);
}

const struct find_query duty_finds[] = {
    {SQL_duty_find, "duty", false, 0, NULL},
};
const int duty_find_count = (int)(sizeof(duty_finds) / sizeof(duty_finds[0]));
