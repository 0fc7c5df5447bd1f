/*
 * assess_int.h - the inside of assessments.
 *
 * The way of one: a scheme of a pack (assess_scheme.c) says what counts; assess_make.c reads plan and duty for the period; assess_rules.c gives points and
 * ranks, each line with what it was computed from; assess_store.c keeps results and what becomes of them: sent, accepted or objected to, decided,
 * published, awarded. assess_burden.c is another matter beside it: how many reports are asked of a unit.
 */
#ifndef YITI_BULLETIN_ASSESS_INT_H
#define YITI_BULLETIN_ASSESS_INT_H

#include "bulletin/bulletin_int.h"

/* ---- schemes (assess_scheme.c) ---------------------------------------------------------------------------------------------------- */

#define ASSESS_ITEMS_MAX 24
#define ASSESS_GROUPS_MAX 8
#define ASSESS_KINDS_MAX 12
#define ASSESS_AWARDS_MAX 8
#define ASSESS_UNITS_MAX 300 /* units of one run; RC_LIMIT */

enum assess_kind { ASSESS_ITEM, ASSESS_DEDUCT, ASSESS_BONUS };
struct assess_item {
    struct span word, source;
    struct bulletin_both name;
    enum assess_kind kind;
    int64_t max; /* hundredths of a point */
    const struct rule *points;
};
struct assess_group {
    struct span word;
    struct bulletin_both name;
    struct span kinds[ASSESS_KINDS_MAX];
    int n_kinds;
};
struct assess_award {
    struct span word;
    struct bulletin_both name;
    int64_t top, at_least; /* places; hundredths of a point */
};
struct assess_scheme {
    struct span word, pack;
    int64_t version, objection_days, total_max, deduct_max, bonus_max; /* working days; hundredths of a point */
    struct bulletin_both name;
    struct assess_group groups[ASSESS_GROUPS_MAX];
    int n_groups;
    struct assess_item items[ASSESS_ITEMS_MAX];
    int n_items;
    struct assess_award awards[ASSESS_AWARDS_MAX]; /* the best first */
    int n_awards;
};
/* assess_scheme_load - from YAML; a fault names file, line and key. assess_scheme_find: the built-in one; RC_INVALID (field scheme). */
MUST_USE enum rc assess_scheme_load(struct arena *a, const char *file, struct span yaml, struct assess_scheme *out,
                                    struct fail *f);
MUST_USE enum rc assess_scheme_find(struct arena *a, struct span word, struct assess_scheme *out, struct fail *f);
int assess_scheme_count(void);
const char *assess_scheme_word(int i);
/* assess_burden_cap - reports that may be asked of a unit in a month. */
MUST_USE enum rc assess_burden_cap(struct arena *a, int64_t *out, struct fail *f);

/* ---- points and ranks (assess_rules.c): pure ----------------------------------------------------------------------------------------- */

extern const struct rule_input assess_inputs[]; /* those of bulletins, then overdue, slips */
extern const int assess_input_count;
struct assess_facts {
    const struct bulletin_scope *scope; /* of the unit */
    int64_t overdue, slips;
};
struct assess_line {
    const struct assess_item *item;
    int64_t points;     /* hundredths; a deduction's are negative */
    struct span zh, en; /* what it was computed from: “到期 5，按期完成 3” */
};
/* assess_points - the lines of a unit and their sum, kept within 0 and the scheme's total. */
MUST_USE enum rc assess_points(struct arena *a, const struct assess_scheme *s, const struct assess_facts *facts,
                               struct assess_line lines[ASSESS_ITEMS_MAX], int64_t *total, struct fail *f);
int64_t assess_within(const struct assess_scheme *s, int64_t computed, int64_t adjusted);
/* assess_group_of - the group that a unit's kind belongs to; the last one when none names it. */
const struct assess_group *assess_group_of(const struct assess_scheme *s, struct span kind);
struct assess_placed {
    int64_t unit_id, points;
    struct span group;
    int64_t place, place_to;
};
/* assess_rank - places within the groups: the more points the better, equal points share the places. */
void assess_rank(struct assess_placed *units, int n);
/* assess_award_of - what a place earns; NULL: nothing. */
const struct assess_award *assess_award_of(const struct assess_scheme *s, int64_t place, int64_t points);
/* assess_points_text - hundredths as "87.50", in the arena. assess_points_read: "-2.5" to hundredths. */
struct span assess_points_text(struct arena *a, int64_t hundredths);
bool assess_points_read(struct span text, int64_t *out);

/* ---- rows (assess_store.c) --------------------------------------------------------------------------------------------------------------- */

struct assess_run {
    char region_code[7];
    int64_t id, scheme_version, unit_id, created_at_us, version;
    struct span number, scheme, outline_ids, from_on, until_on, state, figures_sha256, content_sha256, sent_on,
        objections_until_on, published_on;
};
struct assess_result {
    int64_t unit_id, computed, points, place, place_to, accepted_at_us;
    struct span name, group, lines, award;
};
void assess_run_of(struct rows *r, struct assess_run *out);
MUST_USE enum rc assess_get(struct tx *tx, int64_t id, struct assess_run *out, struct fail *f);
/* assess_results - those that the actor may see. */
MUST_USE enum rc assess_results(struct tx *tx, const struct assess_run *run, struct assess_result **out, int *n,
                                struct fail *f);

struct assess_new_in { /* everything computed beforehand */
    struct assess_run run;
    const struct assess_result *results;
    int n_results;
};
MUST_USE enum rc assess_insert(struct tx *tx, const struct assess_new_in *in, int64_t *id, struct fail *f);
struct assess_adjust_in {
    int64_t run_id, unit_id, points; /* hundredths, above 0 */
    bool bonus;
    struct span reason;
    const int64_t *file_ids;
    int n_files;
};
MUST_USE enum rc assess_adjust(struct tx *tx, const struct assess_adjust_in *in, struct fail *f);
MUST_USE enum rc assess_accept(struct tx *tx, int64_t run_id, int64_t unit_id, struct fail *f);
struct assess_decide_in {
    int64_t run_id, objection_id, points; /* hundredths, may be negative; 0 with dismissed */
    struct span decision, reason;
};
MUST_USE enum rc assess_decide(struct tx *tx, const struct assess_decide_in *in, struct fail *f);

/* ---- reading for a run (assess_make.c) ----------------------------------------------------------------------------------------------------- */

/* assess_prepare - the reading half: points of all units, figures in a file. Blocks. Takes from the arena. */
MUST_USE enum rc assess_prepare(struct store *s, const struct actor *actor, struct arena *a,
                                const struct assess_create_in *in, struct assess_new_in *out, struct fail *f);
/* assess_prepare_publish - what is frozen, in a file. Blocks. */
MUST_USE enum rc assess_prepare_publish(struct store *s, const struct actor *actor, struct arena *a,
                                        struct assess_step_in *io, struct fail *f);
/* assess_figures - the figures that a run's points came from. */
MUST_USE enum rc assess_figures(struct tx *tx, const struct assess_run *run, struct bulletin_figures *out,
                                struct fail *f);

/* ---- objects and routes ------------------------------------------------------------------------------------------------------------------------ */

MUST_USE enum rc assess_brief_json(struct tx *tx, const struct assess_run *run, struct jw *w, struct fail *f);
MUST_USE enum rc assess_whole_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f);
void assess_results_members(struct arena *a, const struct assess_scheme *s, const struct assess_result *r,
                            struct jw *w);
handler_fn assess_api_burden;

#endif
