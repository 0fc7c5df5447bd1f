/* network_int.h - networks and what hangs on them: rules without a database, and calls between their files and those of requests. */
#ifndef YITI_GOVERN_NETWORK_INT_H
#define YITI_GOVERN_NETWORK_INT_H

#include "base/table.h"
#include "govern/govern_int.h"

/* ---- rules (network_rules.c): pure ---- */

/* network_first_state - in which an entry of a kind begins; NULL: no such kind. */
const char *network_first_state(struct span kind);
/* network_step_ok - may an entry of this kind go from one state to the other? needs_reason: such a step says why. */
bool network_step_ok(struct span kind, struct span from, struct span to, bool *needs_reason);
/* network_final - nothing leads on from there. */
bool network_final(struct span kind, struct span state);
/* network_credit_code - 18 characters with the check character of GB 32100-2015. */
bool network_credit_code(struct span code);
/* What a request must bring along, by its form and direction. */
struct network_ask {
    struct span form, direction;
    bool to_unit, outside, country, channel, entry, association, crosses,
        city_office; /* association: of one comes it */
    int members;     /* that stand together */
};
/* network_ask_check - NULL when it is whole, else the field that is missing or wrong; *why (may be NULL): the message, MSG_field_missing for a missing one. */
const char *network_ask_check(const struct network_ask *ask, enum msg *why);

/* ---- members, functions (network.c) ---- */

struct network_member {
    int64_t id, unit_id; /* unit 0: outside */
    struct span name, kind, country, from_on, to_on;
};
/* network_member_find - also one that has left; RC_INVALID: none. network_member_get - RC_CONFLICT when it is no member on the day. */
MUST_USE enum rc network_member_find(struct tx *tx, const struct matter *m, int64_t id, struct network_member *out,
                                     struct fail *f);
MUST_USE enum rc network_member_get(struct tx *tx, const struct matter *m, int64_t id, struct span on,
                                    struct network_member *out, struct fail *f);
/* network_home_unit - who takes over what comes of a function at a member: the charge's unit, else the network's. RC_CONFLICT: no such function. */
MUST_USE enum rc network_home_unit(struct tx *tx, const struct matter *m, int64_t member_id, struct span function,
                                   int64_t *unit_id, struct fail *f);
/* network_speaks - the actor may write for the network or for one of its member units: assign there, or report here; *unit_id which. */
MUST_USE enum rc network_speaks(struct tx *tx, const struct matter *m, struct span on, int64_t *unit_id,
                                struct fail *f);
MUST_USE enum rc network_need_active(const struct matter *m, struct fail *f);
/* network_visible - who sees it. */
MUST_USE enum rc network_visible(struct tx *tx, const struct matter *m, struct span *out, struct fail *f);

/* ---- entries, figures, calendar (network_entry.c) ---- */

struct network_entry {
    int64_t member_id;
    struct span kind, title, state, from_on, until_on, quantity_unit, country;
};
MUST_USE enum rc network_entry_get(struct tx *tx, const struct matter *m, int64_t id, struct network_entry *out,
                                   struct fail *f);
MUST_USE enum rc network_entries_show(struct tx *tx, const struct matter *m, struct span on, struct jw *w,
                                      struct fail *f);
struct network_days {
    struct span from_on, until_on;
    bool public_only;
};
MUST_USE enum rc network_calendar(struct tx *tx, const struct matter *m, const struct network_days *days, struct jw *w,
                                  struct fail *f);
/* network_ics - the same as iCalendar, in the tx's arena. lang: of the calendar's own words. */
MUST_USE enum rc network_ics(struct tx *tx, const struct matter *m, const struct network_days *days, struct span *out,
                             struct fail *f);
MUST_USE enum rc network_figures_show(struct tx *tx, const struct matter *m, int64_t entry_id, struct jw *w,
                                      struct fail *f);
govern_act_fn network_act_entry, network_act_entry_edit, network_act_entry_step, network_act_figure,
    network_act_figure_void;
extern const struct govern_field network_entry_fields[12], network_entry_edit_fields[7], network_step_fields[2],
    network_figure_fields[5], network_void_fields[1];

/* ---- shared records (network_record.c) ---- */

govern_act_fn network_act_record, network_act_share, network_act_unshare, network_act_filing, network_act_note;
extern const struct govern_field network_record_fields[6], network_share_fields[1], network_unshare_fields[2],
    network_filing_fields[6], network_note_fields[3];
MUST_USE enum rc network_records_show(struct tx *tx, const struct matter *m, struct span q, struct jw *w,
                                      struct fail *f);
handler_fn network_api_look;

/* ---- requests (request.c) ---- */

/* request_counts_show - "requests": how many came of each member, function and entry by state, of those that the reader sees. */
MUST_USE enum rc request_counts_show(struct tx *tx, int64_t network_id, struct jw *w, struct fail *f);
handler_fn request_api_list, request_api_csv, request_api_xlsx, request_api_figures;

/* ---- lists as files (network_list.c) ---- */

handler_fn network_api_list, network_api_csv, network_api_xlsx;
/* network_answer_table - the table as the file that the route's end names. */
MUST_USE enum rc network_answer_table(struct req *r, struct tx *tx, const struct table *t, const char *name,
                                      struct fail *f);

#endif
