/* demo_bulletin.c - what the demonstration's office has said about the work: three monthly bulletins, written by the office, signed by the leader, published;
 * and a week's draft. */
#include <string.h>

#include "app/app_int.h"
#include "base/date.h"
#include "bulletin/bulletin.h"

static enum rc run_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return bulletin_step(tx, in, f);
}

static enum rc step(const struct demo_said *d, const struct actor *actor, int64_t id, const char *verb, struct fail *f)
{
    const struct bulletin_step_in in = {.id = id, .verb = verb};
    struct store_write w = {.command = run_step, .in = &in, .arena = d->arena, .actor = *actor};
    const enum rc rc = store_run(d->store, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

static enum rc draft(const struct demo_said *d, const char *template, int32_t until, int64_t *id, struct fail *f)
{
    char day[11];
    date_print(date_from_days(until), day);
    const struct bulletin_draft_in in = {
        .template = span_of(template), .lang = LANG_ZH, .unit_id = d->office.unit_id, .until_on = span_of(day)};
    return bulletin_draft(d->store, &d->office, d->arena, &in, id, f);
}

enum rc demo_bulletins(const struct demo_said *d, struct fail *f)
{
    const struct ymd today = date_of_us(clock_now_us(store_clock(d->store)));
    enum rc rc = RC_OK;
    int64_t id = 0;
    for (int back = 2; rc == RC_OK && back >= 0;
         back--) { /* the last day of a month is the day before the next one's first */
        const struct ymd next = date_add_months((struct ymd){today.year, today.month, 1}, -back);
        rc = draft(d, "monthly", date_to_days(next) - 1, &id, f);
        if (rc == RC_OK)
            rc = step(d, &d->office, id, "submit", f);
        if (rc == RC_OK)
            rc = step(d, &d->leader, id, "approve", f);
        if (rc == RC_OK)
            rc = bulletin_publish(d->store, &d->office, d->arena, &(struct bulletin_publish_in){.id = id}, f);
    }
    const int32_t day = date_to_days(today);
    return rc == RC_OK ? draft(d, "weekly", day - date_weekday(day), &id, f) : rc;
}

/* ---- assessment ----------------------------------------------------------------------------------------------------------------------- */

static enum rc run_assess(struct tx *tx, const void *in, void *out, struct fail *f)
{
    (void)out;
    return assess_step(tx, in, f);
}

static enum rc run_object(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return assess_object(tx, in, out, f);
}

static enum rc run(const struct demo_said *d, struct store_write *w, struct fail *f)
{
    w->arena = d->arena;
    const enum rc rc = store_run(d->store, w);
    if (rc != RC_OK)
        *f = w->fail;
    sb_release(&w->body);
    return rc;
}

enum rc demo_assessment(const struct demo_said *d, struct fail *f)
{
    const struct ymd today = date_of_us(clock_now_us(store_clock(d->store)));
    char from[11], until[11];
    int64_t id = 0, objection = 0;
    const int32_t last = date_to_days((struct ymd){today.year, today.month, 1}) - 1;
    date_print(date_add_months(date_from_days(last + 1), -6), from);
    date_print(date_from_days(last), until);
    const struct assess_create_in in = {.scheme = SPAN("units"),
                                        .from_on = span_of(from),
                                        .until_on = span_of(until),
                                        .unit_id = d->office.unit_id,
                                        .outline_ids = &d->outline_id,
                                        .n_outlines = 1};
    enum rc rc = assess_create(d->store, &d->office, d->arena, &in, &id, f);
    const struct assess_step_in send = {.id = id, .verb = "send"};
    struct store_write sending = {.command = run_assess, .in = &send, .actor = d->office};
    if (rc == RC_OK)
        rc = run(d, &sending, f);
    const struct assess_objection_in object = {
        .run_id = id,
        .unit_id = d->head.unit_id,
        .item = SPAN("on_time"),
        .text = SPAN("跨市公交线路须四市同步批复，我市已按期上报，延误不应只计在我局。")};
    struct store_write objecting = {.command = run_object, .in = &object, .out = &objection, .actor = d->head};
    return rc == RC_OK ? run(d, &objecting, f) : rc;
}
