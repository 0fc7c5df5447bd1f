/*
 * meet_rules.c - what is so about meetings without any database: the one table of steps, whose turn it is to host, quorum, votes, how often.
 */
#include "govern/meet_int.h"

#define COUNT(a) ((int)(sizeof(a) / sizeof((a)[0])))

static const struct {
    const char *word, *zh, *en;
} states[MEET_STATES] = {
    [MEET_PLANNED] = {"planned", "筹备中", "planned"}, [MEET_CALLED] = {"called", "已通知", "called"},
    [MEET_HELD] = {"held", "已召开", "held"},          [MEET_MINUTED] = {"minuted", "纪要待签", "minutes to sign"},
    [MEET_CLOSED] = {"closed", "已办结", "closed"},    [MEET_CANCELLED] = {"cancelled", "已取消", "cancelled"},
};

#define IN(s) (1u << (s))
/* clang-format off */
const struct meet_step meet_steps[] = {
    {"call",     "发出通知",   "send the notice",          IN(MEET_PLANNED),                   MEET_CALLED,    MEET_NEED_READY},
    {"postpone", "改期",       "postpone",                 IN(MEET_CALLED),                    MEET_PLANNED,   MEET_NEED_REASON},
    {"hold",     "确认召开",   "confirm that it was held", IN(MEET_CALLED),                    MEET_HELD,      MEET_NEED_ATTENDANCE | MEET_NEED_BEGUN},
    {"minute",   "纪要定稿",   "lay down the minutes",     IN(MEET_HELD),                      MEET_MINUTED,   MEET_NEED_MINUTES},
    {"reopen",   "重新修改纪要", "open the minutes again",   IN(MEET_MINUTED),                   MEET_HELD,      MEET_NEED_REASON},
    {"close",    "办结",       "close",                    IN(MEET_MINUTED),                   MEET_CLOSED,    MEET_NEED_SIGNED},
    {"cancel",   "取消会议",   "cancel",                   IN(MEET_PLANNED) | IN(MEET_CALLED), MEET_CANCELLED, MEET_NEED_REASON},
};
/* clang-format on */
const int meet_step_count = COUNT(meet_steps);

const char *meet_state_word(enum meet_state s)
{
    return states[s].word;
}

const char *meet_state_name(enum meet_state s, enum lang lang)
{
    return lang == LANG_ZH ? states[s].zh : states[s].en;
}

int meet_state_find(struct span word)
{
    for (int i = 0; i < MEET_STATES; i++)
        if (span_is(word, states[i].word))
            return i;
    return -1;
}

/* The first thing that is not there. */
static enum rc check_needs(const struct meet_step *s, const struct meet_facts *x, struct fail *f)
{
    char n[16];
    if ((s->needs & MEET_NEED_REASON) && !x->reason)
        return fail_set(f, RC_INVALID, MSG_meet_needs_reason, "reason", NULL);
    if ((s->needs & MEET_NEED_READY) && !x->place)
        return fail_set(f, RC_CONFLICT, MSG_meet_no_place, "place", NULL);
    if ((s->needs & MEET_NEED_READY) && !x->start)
        return fail_set(f, RC_CONFLICT, MSG_meet_no_start, "starts_at", NULL);
    if ((s->needs & MEET_NEED_READY) && !x->agenda)
        return fail_set(f, RC_CONFLICT, MSG_meet_no_agenda, "items", NULL);
    if ((s->needs & MEET_NEED_BEGUN) && x->early)
        return fail_set(f, RC_CONFLICT, MSG_meet_too_early, "starts_at", NULL);
    if ((s->needs & MEET_NEED_ATTENDANCE) && x->expected > 0) {
        (void)snprintf(n, sizeof n, "%d", x->expected);
        return fail_set(f, RC_CONFLICT, MSG_meet_attendance_open, "attendance", n, NULL);
    }
    if ((s->needs & MEET_NEED_MINUTES) && !x->minutes)
        return fail_set(f, RC_CONFLICT, MSG_meet_no_minutes, "minutes", NULL);
    if ((s->needs & MEET_NEED_SIGNED) && x->unsigned_count > 0 && !x->reason) {
        (void)snprintf(n, sizeof n, "%d", x->unsigned_count);
        return fail_set(f, RC_CONFLICT, MSG_meet_not_signed, "reason", n, NULL);
    }
    return RC_OK;
}

enum rc meet_step_find(enum meet_state state, struct span verb, const struct meet_facts *facts,
                       const struct meet_step **out, struct fail *f)
{
    for (int i = 0; i < meet_step_count; i++) {
        const struct meet_step *s = &meet_steps[i];
        if (!span_is(verb, s->verb))
            continue;
        if (!(s->from & IN(state))) {
            (void)fail_set(f, RC_CONFLICT, MSG_meet_not_now, "verb", NULL);
            fail_arg_both(f, 0, span_of(s->name_zh), span_of(s->name_en));
            fail_arg_both(f, 1, span_of(states[state].zh), span_of(states[state].en));
            return RC_CONFLICT;
        }
        *out = s;
        return check_needs(s, facts, f);
    }
    return fail_span(f, RC_INVALID, MSG_meet_verb_unknown, "verb", verb);
}

/* ---- hosts ---------------------------------------------------------------------------------------------------------------------------- */

static bool hosts(const struct meet_member *m)
{
    return m->now && m->ordinal > 0;
}

/* Whole months from one day to another, not under 0. */
static int64_t months_between(int32_t from, int32_t to)
{
    const struct ymd a = date_from_days(from), b = date_from_days(to);
    int64_t months = (int64_t)(b.year - a.year) * 12 + (b.month - a.month);
    if (months > 0 && date_to_days(date_add_months(a, (int)months)) > to)
        months--;
    return to < from || months < 0 ? 0 : months;
}

/* The nth of those that host. */
static int64_t host_at(const struct meet_turn_in *in, int64_t nth)
{
    for (int i = 0; i < in->n; i++)
        if (hosts(&in->members[i]) && nth-- == 0)
            return in->members[i].unit_id;
    return 0;
}

int64_t meet_turn(const struct meet_turn_in *in)
{
    int64_t n = 0, last = 0;
    for (int i = 0; i < in->n; i++) {
        n += hosts(&in->members[i]);
        if (in->members[i].unit_id == in->last_host_id)
            last = in->members[i].ordinal;
    }
    if (n == 0)
        return 0;
    if (in->by_term)
        return host_at(in, in->term_months > 0 ? months_between(in->from_day, in->day) / in->term_months % n : 0);
    for (int i = 0; i < in->n; i++)
        if (hosts(&in->members[i]) && in->members[i].ordinal > last)
            return in->members[i].unit_id;
    return host_at(in, 0);
}

void meet_term(int32_t from_day, int64_t term_months, int64_t n, int32_t *first, int32_t *last)
{
    const struct ymd from = date_from_days(from_day);
    *first = date_to_days(date_add_months(from, (int)(term_months * n)));
    *last = date_to_days(date_add_months(from, (int)(term_months * (n + 1)))) - 1;
}

/* ---- deciding -------------------------------------------------------------------------------------------------------------------------- */

int meet_quorum(int voting, int64_t percent)
{
    const int64_t needed = ((int64_t)voting * percent + 99) / 100;
    return needed < 1 ? 1 : (int)needed;
}

bool meet_adopted(struct span rule, const struct meet_votes *v)
{
    if (span_is(rule, "majority"))
        return v->votes_for * 2 > v->present;
    if (span_is(rule, "two_thirds"))
        return v->votes_for * 3 >= (int64_t)v->present * 2 && v->votes_for > 0;
    return v->votes_against == 0 && v->votes_for > 0;
}

int64_t meet_expected(struct span cadence, int32_t from_day, int32_t until_day)
{
    static const struct {
        const char *word;
        int months;
    } periods[] = {{"month", 1}, {"quarter", 3}, {"half_year", 6}, {"year", 12}};
    for (int i = 0; i < COUNT(periods); i++)
        if (span_is(cadence, periods[i].word))
            return months_between(from_day, until_day) / periods[i].months;
    return 0;
}
