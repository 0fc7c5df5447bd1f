/*
 * bulletin.h - what is said about the work after it was measured: bulletins (通报) of a week, a month, a year (白皮书), and the assessment of units
 * (never of persons) on the plan.
 *
 * What is always true:
 *  1. Figures are computed from the plan by a named algorithm and kept as a file under its hash; nobody types one. Each figure of each scope equals the
 *     number of rows that the same file lists for it.
 *  2. What is published is one file under its hash, text and figures; nothing that happens later changes it. A mistake is mended by a correction (更正),
 *     a bulletin of its own that names the old one.
 *  3. Nobody signs a bulletin that he wrote at: two people stand behind each one.
 *  4. A unit's result in an assessment is seen by the unit and the assessing office alone until it is published; publication waits until the term for
 *     objections is over (or everybody has accepted) and every objection is decided on with a reason.
 *  5. Units without an action are not ranked; persons never are.
 */
#ifndef YITI_BULLETIN_BULLETIN_H
#define YITI_BULLETIN_BULLETIN_H

#include "base/cli.h"
#include "org/org.h"

extern const struct route_table bulletin_routes, assess_routes;
extern const struct cli_command bulletin_commands[], assess_commands[];
extern const int bulletin_command_count, assess_command_count;

#define BULLETIN_OUTLINES_MAX 16
#define BULLETIN_SECTIONS_MAX 20
#define BULLETIN_TITLE_BYTES_MAX 300
#define BULLETIN_TEXT_BYTES_MAX (16u << 10)

struct bulletin_draft_in {
    struct span template; /* word: weekly, monthly, yearly, white-paper */
    enum lang lang;
    int64_t unit_id; /* issuing office; 0: the actor's unit. Needs publish on it */
    const int64_t *outline_ids;
    int n_outlines;           /* 0: all live ones of the office */
    struct span scope_region; /* empty: all cities */
    struct span
        until_on; /* last day of the period (a week's Sunday, the last day of a month or year), before today or today */
    int64_t corrects_id; /* the published one that it corrects; 0: none. The period, template and scope are then its */
    struct span correct_reason;
};
/* bulletin_draft - computes the figures and makes a draft of the template. Blocks: a pool thread or the command line. Takes from the arena. */
MUST_USE enum rc bulletin_draft(struct store *s, const struct actor *actor, struct arena *a,
                                const struct bulletin_draft_in *in, int64_t *id, struct fail *f);
/* bulletin_step - submit, approve, return (reason), discard. version 0: whatever stands there. */
struct bulletin_step_in {
    int64_t id, version;
    const char *verb;
    struct span reason;
};
MUST_USE enum rc bulletin_step(struct tx *tx, const struct bulletin_step_in *in, struct fail *f);
/* bulletin_publish - freezes text and figures of an approved one and gives it a number. Blocks. */
struct bulletin_publish_in {
    int64_t id, version;
};
MUST_USE enum rc bulletin_publish(struct store *s, const struct actor *actor, struct arena *a,
                                  const struct bulletin_publish_in *in, struct fail *f);

/* ---- assessment of units ------------------------------------------------------------------------------------------------------------------- */

struct assess_create_in {
    struct span scheme, from_on, until_on;
    int64_t unit_id; /* 0: the actor's */
    const int64_t *outline_ids;
    int n_outlines;
};
/* assess_create - reads plan and duties and makes a draft with the points of all units. Blocks. Takes from the arena. */
MUST_USE enum rc assess_create(struct store *s, const struct actor *actor, struct arena *a,
                               const struct assess_create_in *in, int64_t *id, struct fail *f);
struct assess_step_in {
    int64_t id, version; /* version 0: whatever stands there */
    const char *verb;    /* send, publish, discard */
    struct span content; /* publish: hash of what is frozen */
};
MUST_USE enum rc assess_step(struct tx *tx, const struct assess_step_in *in, struct fail *f);
/* assess_object - the head of a unit objects to its result within the term. */
struct assess_objection_in {
    int64_t run_id, unit_id; /* unit 0: the actor's */
    struct span item, text;
    const int64_t *file_ids;
    int n_files;
};
MUST_USE enum rc assess_object(struct tx *tx, const struct assess_objection_in *in, int64_t *id, struct fail *f);

/* What the search over all rooms finds here. */
extern const struct find_query bulletin_finds[];
extern const int bulletin_find_count;

#endif
