/*
 * fuzz_pack.c - texts of packs, as an administrator activates them: machines, lights, urging, slips, thresholds, schemes of assessment. The first byte
 * chooses. Whatever comes is taken whole or refused with a message; a text that is taken has its kind, and is taken again.
 */
#include "base/ensure.h"
#include "bulletin/assess_int.h"
#include "duty/duty_int.h"
#include "plan/plan_rules.h"

static void as_duty(struct arena *a, struct span text)
{
    struct duty_pack_text p = {.file = "fuzz.yaml", .body = text}, again = p;
    struct fail f = {0};
    const enum rc rc = duty_pack_read(a, &p, &f);
    ensure(rc == RC_OK || rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_LIMIT);
    if (rc != RC_OK) {
        ensure(f.msg != 0);
        return;
    }
    ensure(p.kind != NULL && p.edition >= 0);
    ensure(duty_pack_read(a, &again, &f) == RC_OK && again.edition == p.edition);
}

static void as_thresholds(struct arena *a, struct span text)
{
    struct plan_thresholds t = {0};
    struct fail f = {0};
    const enum rc rc = plan_thresholds_read(a, "fuzz.yaml", text, &t, &f);
    ensure(rc == RC_OK || rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_LIMIT);
    if (rc == RC_OK)
        ensure(t.near_working_days >= 0 && t.near_working_days <= 250 && t.behind_amber_pct >= 1 &&
               t.behind_red_pct >= t.behind_amber_pct && t.behind_red_pct <= 100 && t.stale_days >= 1 &&
               t.stale_days <= 3660);
}

static void as_scheme(struct arena *a, struct span text)
{
    struct assess_scheme s = {0};
    struct fail f = {0};
    const enum rc rc = assess_scheme_load(a, "fuzz.yaml", text, &s, &f);
    ensure(rc == RC_OK || rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_LIMIT);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size < 1 || size > 65536)
        return 0;
    const struct span text = {(const char *)data + 1, size - 1};
    struct arena *const a = arena_new(64u << 20);
    if (data[0] % 3 == 0)
        as_duty(a, text);
    else if (data[0] % 3 == 1)
        as_thresholds(a, text);
    else
        as_scheme(a, text);
    arena_free(a);
    return 0;
}
