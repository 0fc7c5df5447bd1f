/* network_rules.c - what an entry may go through, what a request must bring along, and the check of a firm's code. Pure. */
#include <string.h>

#include "govern/network_int.h"

/* ---- entries ------------------------------------------------------------ */

static const struct {
    const char *kinds, *from, *to;
    bool reason;
} steps[] = {
    {"programme|product|visit|event", "planned", "confirmed", false},
    {"programme|product|event", "confirmed", "under_way", false},
    {"visit", "confirmed", "done", false},
    {"programme|product|event", "under_way", "done", false},
    {"programme|product|visit|event", "planned|confirmed", "cancelled", true},
    {"programme|product|event", "under_way", "cancelled", true},
    {"pledge", "made", "kept", true},
    {"pledge", "made|kept", "broken", true},
};

const char *network_first_state(struct span kind)
{
    if (span_is(kind, "pledge"))
        return "made";
    return govern_word_in(kind, "programme|product|visit|event") ? "planned" : NULL;
}

bool network_step_ok(struct span kind, struct span from, struct span to, bool *needs_reason)
{
    for (int i = 0; i < COUNT(steps); i++) {
        if (govern_word_in(kind, steps[i].kinds) && govern_word_in(from, steps[i].from) && span_is(to, steps[i].to)) {
            *needs_reason = steps[i].reason;
            return true;
        }
    }
    return false;
}

bool network_final(struct span kind, struct span state)
{
    for (int i = 0; i < COUNT(steps); i++) {
        if (govern_word_in(kind, steps[i].kinds) && govern_word_in(state, steps[i].from))
            return false;
    }
    return true;
}

/* ---- the code of a firm ------------------------------------------------------------ */

/* GB 32100-2015: 31 characters without I, O, S, V, Z; weights are powers of 3 modulo 31; the last one makes the sum divisible. */
bool network_credit_code(struct span code)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    int sum = 0, weight = 1, value = 0;
    if (code.len != 18)
        return false;
    for (size_t i = 0; i < code.len; i++) {
        const char *at = code.ptr[i] != '\0' ? strchr(alphabet, code.ptr[i]) : NULL;
        if (at == NULL)
            return false;
        value = (int)(at - alphabet);
        if (i < 17)
            sum += value * weight;
        weight = weight * 3 % 31;
    }
    return (31 - sum % 31) % 31 == value;
}

/* ---- requests ------------------------------------------------------------ */

static const char *missing(const char *field, enum msg *why)
{
    *why = MSG_field_missing;
    return field;
}

static const char *wrong(const char *field, enum msg with, enum msg *why)
{
    *why = with;
    return field;
}

/* Who asks whom. */
static const char *check_sides(const struct network_ask *ask, enum msg *why)
{
    if (span_is(ask->direction, "inside")) {
        if (!ask->to_unit)
            return missing("to_unit_id", why);
        if (ask->outside && !span_is(ask->form, "lead"))
            return wrong("outside", MSG_request_inside, why);
    } else if (!ask->outside)
        return missing("outside", why);
    if (span_is(ask->direction, "out") && ask->to_unit)
        return wrong("to_unit_id", MSG_request_out, why);
    if (ask->crosses && !ask->city_office)
        return wrong("to_unit_id", MSG_request_city_office, why);
    return NULL;
}

const char *network_ask_check(const struct network_ask *ask, enum msg *why)
{
    enum msg ignored = MSG_field_missing;
    why = why != NULL ? why : &ignored;
    const char *field = check_sides(ask, why);
    if (field != NULL)
        return field;
    if (govern_word_in(ask->form, "assistance|mission") && span_is(ask->direction, "inside"))
        return wrong("direction", MSG_request_abroad, why);
    if (govern_word_in(ask->form, "assistance|mission") && !ask->country)
        return missing("country", why);
    if (span_is(ask->form, "assistance") && !ask->channel)
        return missing("channel", why);
    if (span_is(ask->form, "opportunity") && !ask->entry)
        return missing("entry_id", why);
    if (span_is(ask->form, "defence") && !ask->association)
        return wrong("parent_id", MSG_request_association, why);
    if (span_is(ask->form, "defence") && ask->members < 2)
        return wrong("members", MSG_request_together, why);
    return NULL;
}
