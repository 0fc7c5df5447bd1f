/* duty_feed.c - duties and slips in people's calendars: the due day, the limit of the running clock, the next report, the reply to a slip. */
#include "base/limits.h"
#include "duty/duty.h"

struct title {
    char text[400];
};

static struct span titled(struct title *t, struct span title, const char *more)
{
    const int n =
        snprintf(t->text, sizeof(t->text), "%.*s%s", (int)(title.len > 340 ? 340 : title.len), title.ptr, more);
    return (struct span){t->text, n > 0 ? (size_t)n : 0};
}

/* One duty may stand there up to three times; false: no more. */
static bool put_duty(struct rows *r, const struct feed_to *to)
{
    char path[60];
    struct title t;
    const bool zh = to->lang == LANG_ZH;
    (void)snprintf(path, sizeof(path), "/duties/%lld", (long long)rows_int(r, 0));
    struct feed_due due = {.kind = "duty",
                           .part = "due",
                           .id = rows_int(r, 0),
                           .version = rows_int(r, 1),
                           .made_at_us = rows_int(r, 2),
                           .changed_at_us = rows_int(r, 3),
                           .due_on = rows_text(r, 6),
                           .title = rows_text(r, 4),
                           .note = rows_text(r, 5),
                           .path = path,
                           .percent = (int)rows_int(r, 10),
                           .under_way = rows_int(r, 10) > 0};
    const struct span due_on = due.due_on;
    bool more = due_on.len == 0 || to->emit(&due, to->ctx);
    const int64_t clock_us = rows_int(r, 8);
    char day[11];
    date_print(date_of_us(clock_us > 0 ? clock_us - 1 : 0), day);
    due.due_on = SPAN_NONE;
    if (more && clock_us > 0 && !span_is(due_on, day)) {
        due.part = "limit";
        due.due_us = clock_us;
        due.title = titled(&t, rows_text(r, 4), zh ? "（办理时限）" : " (time limit)");
        more = to->emit(&due, to->ctx);
    }
    if (more && rows_text(r, 9).len > 0) {
        due.part = "report";
        due.due_us = 0;
        due.due_on = rows_text(r, 9);
        due.title = titled(&t, rows_text(r, 4), zh ? "（反馈进展）" : " (progress report)");
        more = to->emit(&due, to->ctx);
    }
    return more;
}

static bool put_slip(struct rows *r, const struct feed_to *to)
{
    char path[60];
    struct title t;
    (void)snprintf(path, sizeof(path), "/duties/%lld", (long long)rows_int(r, 7));
    const struct feed_due due = {
        .kind = "slip",
        .part = "reply",
        .id = rows_int(r, 0),
        .version = rows_int(r, 1),
        .made_at_us = rows_int(r, 2),
        .changed_at_us = rows_int(r, 2),
        .due_us = rows_int(r, 3),
        .title = titled(&t, rows_text(r, 6), to->lang == LANG_ZH ? "（督办单回复）" : " (reply to a slip)"),
        .note = rows_text(r, 5),
        .path = path,
        .percent = -1};
    return to->emit(&due, to->ctx);
}

enum rc duty_feed(struct tx *tx, const struct feed_to *to, struct fail *f)
{
    struct rows rows;
    const int64_t who = tx_actor(tx)->principal_id;
    enum rc rc = db_query(tx, SQL_duty_feed_dues, DB_ARGS(DB_I(who), DB_I(FEED_DUES_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && put_duty(&rows, to))
        ;
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_duty_feed_slips, DB_ARGS(DB_I(who), DB_I(FEED_DUES_MAX)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows) && put_slip(&rows, to))
        ;
    return rows_end(&rows);
}
