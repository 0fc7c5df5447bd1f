/* source_int.h - inside of the topic of sources. */
#ifndef YITI_GOVERN_SOURCE_INT_H
#define YITI_GOVERN_SOURCE_INT_H

#include "govern/source_kinds.h"

struct source_row {
    struct span from_whom, first_due_on, longest_on;
    int64_t extensions, file_id, lead_duty_id; /* 0: none */
    bool internal;
};
/* source_read - what the source says of its own. */
MUST_USE enum rc source_read(struct tx *tx, const struct matter *m, struct source_row *out, struct fail *f);
/* source_is_late - its day is over and no final answer went out. */
bool source_is_late(struct span state, struct span due_on, struct span today);

enum rc source_api_list(struct req *r, struct fail *f);
enum rc source_api_csv(struct req *r, struct fail *f);
enum rc source_api_kinds(struct req *r, struct fail *f);

#endif
