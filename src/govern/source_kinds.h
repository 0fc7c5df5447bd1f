/* source_kinds.h - kinds of sources and the limits by which they are answered: data of the pack (source_kinds.c). */
#ifndef YITI_GOVERN_SOURCE_KINDS_H
#define YITI_GOVERN_SOURCE_KINDS_H

#include "govern/govern_int.h"

#define SOURCE_KINDS_MAX 20

/* Months go by the calendar (the same day, or the month's last); then working days. */
struct source_limit {
    int64_t months, work_days;
};
struct source_kind {
    struct span word, of; /* of: how duties call it: instruction, proposal */
    struct span name_zh, name_en, basis_zh, basis_en;
    struct source_limit limit, longest, again;
};
struct source_kinds {
    struct source_kind kinds[SOURCE_KINDS_MAX];
    int n;
};
/* source_kinds_load - from YAML; a fault names file, line and key. In the arena. */
MUST_USE enum rc source_kinds_load(struct arena *a, const char *file, struct span yaml, const struct source_kinds **out,
                                   struct fail *f);
/* source_kinds_current - of the pack in force, in the tx's arena. */
MUST_USE enum rc source_kinds_current(struct tx *tx, const struct source_kinds **out, struct fail *f);
/* source_kind_find - NULL: none. */
const struct source_kind *source_kind_find(const struct source_kinds *kinds, struct span word);
/* source_limit_day - the day on which a limit that begins on a day ends, in the arena. RC_INVALID where the calendar of working days is not known. */
MUST_USE enum rc source_limit_day(struct arena *a, const struct source_limit *limit, struct span from_on,
                                  struct span *out, struct fail *f);

#endif
