/* cases_int.h - inside of the case engine. For src/cases only. */
#ifndef YITI_CASES_CASES_INT_H
#define YITI_CASES_CASES_INT_H

#include "cases/cases.h"

/* case_over - RC_LIMIT: the arena is full. */
enum rc case_over(struct fail *f);
static inline void case_drop(struct rows *r)
{
    enum rc rc = rows_end(r);
    (void)rc;
}

/* ---- rows (case_store.c) -------------------------------------------------------------------------------------------------------------- */

void case_of(struct rows *r, struct case_row *out);
/* case_get - in the actor's scope, or RC_MISSING. case_by_number - whoever asks: for who has the code, or for what is public. */
MUST_USE enum rc case_get(struct tx *tx, int64_t id, struct case_row *out, struct fail *f);
MUST_USE enum rc case_by_number(struct tx *tx, struct span number, struct case_row *out, struct fail *f);
MUST_USE enum rc case_insert(struct tx *tx, const struct case_row *c, struct span client_id, struct fail *f);
/* case_save - RC_STALE when somebody else was first; c->version goes on. */
MUST_USE enum rc case_save(struct tx *tx, struct case_row *c, struct fail *f);
MUST_USE enum rc case_party_add(struct tx *tx, const struct case_row *c, int64_t unit_id, const char *part,
                                struct fail *f);
/* case_note - the journal's row of a case: {"…"} begun by case_note_begin. */
struct case_journal {
    struct sb sb;
    struct jw w;
};
void case_journal_begin(struct case_journal *j);
MUST_USE enum rc case_journal_end(struct tx *tx, struct case_journal *j, const struct case_row *c, const char *verb,
                                  struct fail *f);
/* case_secret - the code of a case, that only this installation can make. */
MUST_USE enum rc case_secret(struct tx *tx, int64_t id, char out[CASE_CODE_CHARS + 1], struct fail *f);

/* Catalogues in force now, and the one under which a case was opened. In the tx's arena. */
#define CASE_CATALOGUES_MAX 40
MUST_USE enum rc case_catalogues(struct tx *tx, struct case_catalogue **out, int *n, struct fail *f);
MUST_USE enum rc case_catalogue_of(struct tx *tx, const struct case_row *c, struct case_catalogue **out,
                                   struct fail *f);
/* case_type_now - a type in force, by pack (empty: any) and word; RC_INVALID naming the field "type". */
MUST_USE enum rc case_type_now(struct tx *tx, struct span pack, struct span word, const struct case_catalogue **c,
                               const struct case_type **type, struct fail *f);

/* ---- who takes it, who answers for it (case_route.c, in case_store.c) ----------------------------------------------------------------------- */

struct case_unit {
    int64_t id;
    struct span why; /* exception, pack, office */
};
/* case_intake_unit - the desk of a city that takes a report; about: the unit that it is against (0: none), which is passed by. RC_INVALID place_code. */
MUST_USE enum rc case_intake_unit(struct tx *tx, const struct case_catalogue *c, struct span place, int64_t about,
                                  int64_t *unit_id, struct fail *f);
/* case_responsible - who answers for a type at a place: the exception nearest to it, else the first unit of the pack's names in the city. id 0: nobody. */
MUST_USE enum rc case_responsible(struct tx *tx, const struct case_catalogue *c, const struct case_type *type,
                                  struct span place, struct case_unit *out, struct fail *f);
/* case_telephone - digits alone, 7 to 15 of them; RC_INVALID naming the field "telephone". In the arena. */
MUST_USE enum rc case_telephone(struct arena *a, struct span given, struct span *out, struct fail *f);
/* case_is_below - the unit is the other one or stands below it. */
MUST_USE enum rc case_is_below(struct tx *tx, int64_t unit_id, int64_t above_id, bool *is, struct fail *f);

/* ---- commands (case_intake.c, case_flow.c) ---------------------------------------------------------------------------------------------------- */

struct case_note_in {
    int64_t id;
    struct span audience, text;
};
MUST_USE enum rc case_note_add(struct tx *tx, const struct case_note_in *in, struct case_row *out, struct fail *f);
struct case_contact {
    struct span name, telephone, email; /* SPAN_NONE: not given */
};
struct case_contact_in {
    int64_t id;
    struct span purpose;
};
/* case_contact_open - opens the sealed contact for a purpose; in the journal. The intake's side alone. */
MUST_USE enum rc case_contact_open(struct tx *tx, const struct case_contact_in *in, struct case_contact *out,
                                   struct fail *f);
struct case_merge_in {
    int64_t id, version, into_id;
    struct span reason;
};
MUST_USE enum rc case_merge(struct tx *tx, const struct case_merge_in *in, struct case_row *out, struct fail *f);
/* case_me_too - one more who sees the same, of a case that everybody may read. */
MUST_USE enum rc case_me_too(struct tx *tx, struct span number, struct case_row *out, struct fail *f);
struct case_type_in {
    int64_t id, version;
    struct span type, reason;
};
/* case_retype - another type of the same catalogue: the limits that have begun stay, so that a wrong type moves no deadline. */
MUST_USE enum rc case_retype(struct tx *tx, const struct case_type_in *in, struct case_row *out, struct fail *f);

/* ---- as JSON (case_json.c) ----------------------------------------------------------------------------------------------------------------------- */

struct case_show {
    struct tx *tx;
    enum lang lang;
    struct duty_show *duties;
    struct case_catalogue *catalogues[CASE_CATALOGUES_MAX]; /* met so far, by hash */
    int n;
    struct unit_name_memo memo;
    struct span place_code, place_name; /* the last one met */
};
MUST_USE enum rc case_show_new(struct tx *tx, enum lang lang, struct case_show **out, struct fail *f);
MUST_USE enum rc case_brief_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f);
MUST_USE enum rc case_whole_json(struct case_show *s, const struct case_row *c, struct jw *w, struct fail *f);
/* case_reporter_json - as the reporter sees it; whole: with number and code, else what is public. */
MUST_USE enum rc case_reporter_json(struct case_show *s, const struct case_row *c, bool whole, struct jw *w,
                                    struct fail *f);
void case_catalogue_json(const struct case_catalogue *c, struct jw *w);

/* ---- requests (case_api.c) ------------------------------------------------------------------------------------------------------------------------- */

MUST_USE enum rc case_files_of(struct req *r, const json_t *body, int max, const int64_t **ids, int *n, struct fail *f);
/* case_read_report - the fields of a report from a body. */
MUST_USE enum rc case_read_report(struct req *r, const json_t *body, struct case_report_in *in, struct fail *f);

/* case_period - ?from= and ?until= (days, both inclusive) as instants; absent: 0 and INT64_MAX. RC_INVALID when until is before from. */
MUST_USE enum rc case_period(struct req *r, int64_t *since_us, int64_t *before_us, struct fail *f);

handler_fn case_api_list, case_api_near, case_api_earlier, case_api_types, case_api_statistics;

#endif
