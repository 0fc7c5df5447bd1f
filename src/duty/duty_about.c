/* duty_about.c - the duties about a subject, shown by the room whose subject it is. */
#include "duty/duty_int.h"

enum rc duty_show_new(struct tx *tx, enum lang lang, struct duty_show **out, struct fail *f)
{
    struct duty_show *show = ARENA_NEW(tx_arena(tx), struct duty_show);
    if (show == NULL)
        return duty_over(f);
    *out = show;
    return duty_show_begin(tx, lang, show, f);
}

enum rc duty_about(struct duty_show *show, const struct duty_subject *subject, struct duty_row **out, int *n,
                   struct fail *f)
{
    struct rows rows;
    struct duty_row *items = ARENA_ARRAY(tx_arena(show->tx), DUTY_ABOUT_MAX, struct duty_row);
    *out = items;
    *n = 0;
    if (items == NULL)
        return duty_over(f);
    const enum rc rc = db_query(show->tx, SQL_duty_about, DB_ARGS(DB_S(subject->kind), DB_I(subject->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (*n < DUTY_ABOUT_MAX && rows_next(&rows))
        duty_of(&rows, &items[(*n)++]);
    return rows_end(&rows);
}

enum rc duty_about_json(struct duty_show *show, const struct duty_subject *subject, struct jw *w, struct fail *f)
{
    struct duty_row *items = NULL;
    int n = 0;
    enum rc rc = duty_about(show, subject, &items, &n, f);
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = duty_json(show, &items[i], w, f);
    jw_array_end(w);
    return rc;
}

enum rc duty_state_name(struct duty_show *show, const struct duty_row *d, struct span *out, struct fail *f)
{
    const struct duty_machine *m = NULL;
    const enum rc rc = duty_machine_of(show->tx, d, &m, f);
    const int state = rc == RC_OK ? duty_state_find(m, d->state) : -1;
    *out = d->state;
    if (state >= 0)
        *out = show->lang == LANG_ZH ? m->states[state].name.zh : m->states[state].name.en;
    return rc;
}

enum rc duty_light_now(struct duty_show *show, const struct duty_row *d, enum duty_light *out, struct fail *f)
{
    return duty_light_of(tx_arena(show->tx), show->lights, d, tx_now_us(show->tx), out, NULL, f);
}
