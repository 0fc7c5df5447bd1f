/* duty_stats.c - counts over duties for those who judge the work, and what is asked of units in a month. */
#include "duty/duty_stats.h"

#include <string.h>

#include "base/date.h"

static enum rc over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
}

static struct duty_stats_unit *unit_of(struct duty_stats *s, int64_t unit_id)
{
    for (int i = 0; i < s->n; i++)
        if (s->units[i].unit_id == unit_id)
            return &s->units[i];
    if (s->n == DUTY_STATS_UNITS_MAX)
        return NULL;
    s->units[s->n] = (struct duty_stats_unit){.unit_id = unit_id};
    return &s->units[s->n++];
}

static enum rc count(struct tx *tx, enum sql_id id, const int64_t period_us[2], struct duty_stats *out, struct fail *f)
{
    struct rows rows;
    bool many = false;
    enum rc rc =
        db_query(tx, id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(period_us[0]), DB_I(period_us[1])), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct duty_stats_unit *u = unit_of(out, rows_int(&rows, 0));
        many = u == NULL;
        if (many)
            break;
        if (id == SQL_duty_stats_slips)
            u->slips = rows_int(&rows, 1);
        else
            u->overdue = rows_int(&rows, 1);
    }
    rc = rows_end(&rows);
    return rc == RC_OK && many ? over(f) : rc;
}

enum rc duty_stats_read(struct tx *tx, int64_t from_us, int64_t until_us, struct duty_stats *out, struct fail *f)
{
    const int64_t period[2] = {from_us, until_us};
    out->n = 0;
    enum rc rc = count(tx, SQL_duty_stats_overdue, period, out, f);
    return rc == RC_OK ? count(tx, SQL_duty_stats_slips, period, out, f) : rc;
}

/* ---- what is asked ------------------------------------------------------------------------------------------------------------------- */

/* Whether a stretch of this rhythm ends on the day. */
static bool ends_on(struct span every, int32_t day)
{
    const struct ymd d = date_from_days(day);
    const bool month_end = d.day == date_month_days(d.year, d.month);
    if (span_is(every, "week"))
        return date_weekday(day) == 7;
    if (span_is(every, "month"))
        return month_end;
    if (span_is(every, "quarter"))
        return month_end && d.month % 3 == 0;
    return span_is(every, "year") && month_end && d.month == 12;
}

struct asks {
    struct duty_ask_row *rows;
    int n;
    bool many;
};

static void ask_add(struct asks *a, const struct duty_ask_row *row)
{
    a->many = a->many || a->n == DUTY_ASKS_MAX;
    if (!a->many)
        a->rows[a->n++] = *row;
}

static int32_t day_of_us(int64_t at_us)
{
    return date_to_days(date_of_us(at_us));
}

/* One duty: its rhythm's ends and its due day, as far as it is open on them. */
static void duty_asks_of(struct rows *r, const int32_t days[2], struct asks *out)
{
    struct duty_ask_row row = {.duty_id = rows_int(r, 0),
                               .unit_id = rows_int(r, 1),
                               .by_unit_id = rows_int(r, 2),
                               .number = rows_text_dup(r, 3),
                               .title = rows_text_dup(r, 4)};
    const struct span every = rows_text(r, 5), due = rows_text(r, 6);
    struct ymd due_day;
    const bool has_due = date_parse(due, &due_day);
    const int64_t closed_us = rows_int(r, 8);
    const int32_t opened = day_of_us(rows_int(r, 9)), closed = closed_us != 0 ? day_of_us(closed_us) : INT32_MAX;
    for (int32_t day = days[0]; day <= days[1]; day++) {
        const bool is_due = has_due && date_to_days(due_day) == day;
        if (day < opened || day > closed || (!is_due && !ends_on(every, day)))
            continue;
        row.day = day;
        row.kind = is_due ? "result" : "report";
        ask_add(out, &row);
    }
}

static enum rc slip_asks(struct tx *tx, const int64_t period_us[2], struct asks *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(
        tx, SQL_duty_slip_asks,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(period_us[0]), DB_I(period_us[1]), DB_I(DUTY_ASKS_MAX + 1)),
        &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows))
        ask_add(out, &(struct duty_ask_row){.duty_id = rows_int(&rows, 0),
                                            .unit_id = rows_int(&rows, 1),
                                            .by_unit_id = rows_int(&rows, 2),
                                            .number = rows_text_dup(&rows, 3),
                                            .title = rows_text_dup(&rows, 4),
                                            .kind = "slip",
                                            .day = day_of_us(rows_int(&rows, 5))});
    return rows_end(&rows);
}

enum rc duty_asks_read(struct tx *tx, int32_t from_day, int32_t until_day, struct duty_ask_row **out, int *n,
                       struct fail *f)
{
    const int32_t days[2] = {from_day, until_day};
    const int64_t period[2] = {date_start_us(date_from_days(from_day)), date_start_us(date_from_days(until_day + 1))};
    struct asks asks = {.rows = ARENA_ARRAY(tx_arena(tx), DUTY_ASKS_MAX, struct duty_ask_row)};
    struct rows rows;
    int64_t read = 0;
    if (asks.rows == NULL)
        return over(f);
    enum rc rc = db_query(
        tx, SQL_duty_asks,
        DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(period[0]), DB_I(period[1]), DB_I(DUTY_ASKS_MAX + 1)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        duty_asks_of(&rows, days, &asks);
        asks.many = asks.many || ++read > DUTY_ASKS_MAX;
    }
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = slip_asks(tx, period, &asks, f);
    *out = asks.rows;
    *n = asks.n;
    return rc == RC_OK && asks.many ? over(f) : rc;
}
