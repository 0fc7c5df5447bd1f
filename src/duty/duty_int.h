/* duty_int.h - inside of the duty engine: how rows are found, saved, clocked and told. For src/duty only. */
#ifndef YITI_DUTY_DUTY_INT_H
#define YITI_DUTY_DUTY_INT_H

#include "duty/duty.h"

#define DUTY_CLOCK_ROWS_MAX 400 /* clocks of one duty over its life; RC_LIMIT */
#define DUTY_TIMER_CLOCK "duty.clock"
#define DUTY_TIMER_URGE "duty.urge"
#define DUTY_TIMER_SLIP "duty.slip"
#define DUTY_TIMER_RESUME "duty.resume"
#define DUTY_TIMER_RECUR "duty.recur"

static inline void duty_drop(struct rows *r)
{
    enum rc rc = rows_end(r);
    (void)rc;
}
/* duty_over - RC_LIMIT: the arena is full. */
enum rc duty_over(struct fail *f);
void duty_of(struct rows *r, struct duty_row *out);
/* duty_of_borrowed - the same; texts borrow until the next row. */
void duty_of_borrowed(struct rows *r, struct duty_row *out);
void duty_report_of(struct rows *r, struct duty_report_row *out);
void duty_slip_of(struct rows *r, struct duty_slip_row *out, bool title);
MUST_USE enum rc duty_insert(struct tx *tx, const struct duty_row *d, struct fail *f);
/* duty_save - RC_STALE when somebody else was first; d->version goes on. */
MUST_USE enum rc duty_save(struct tx *tx, struct duty_row *d, struct fail *f);
MUST_USE enum rc duty_party_put(struct tx *tx, const struct duty_row *d, struct fail *f);
/* duty_machine_of - the machine that a duty runs under; duty_machine_current - the one in force, with its hash. In the tx's arena. */
MUST_USE enum rc duty_machine_of(struct tx *tx, const struct duty_row *d, const struct duty_machine **out,
                                 struct fail *f);
MUST_USE enum rc duty_machine_current(struct tx *tx, struct span word, const struct duty_machine **out,
                                      struct span *hash, struct fail *f);
struct duty_text { /* a text of a pack */
    struct span body, hash;
    const char *file;
};
/* duty_text_current - the text in force now: the newest edition that has begun, else the one in the program. */
MUST_USE enum rc duty_text_current(struct tx *tx, const char *kind, struct span word, struct duty_text *out,
                                   struct fail *f);
/* duty_text_at - the same at another instant. */
MUST_USE enum rc duty_text_at(struct tx *tx, const char *kind, struct span word, int64_t at_us, struct duty_text *out,
                              struct fail *f);
/* duty_text_hash - its BLAKE2b-256 in hex. */
MUST_USE enum rc duty_text_hash(struct tx *tx, struct span body, struct span *out, struct fail *f);
/* duty_text_builtin - number i of the texts in the program; false past the end. */
bool duty_text_builtin(int i, const char **kind, struct span *word, struct duty_text *out);
/* duty_crosses - whether an order from one home region to another would cross a city's border. Pure. */
bool duty_crosses(const char *assigner_region, const char *holder_region);
struct span duty_day_text(struct arena *a, int32_t day);
int32_t duty_day_of(struct span on); /* INT32_MIN: none */
int32_t duty_today(struct tx *tx);

/* duty_clocks_turn - stops what must stand, starts what the state wants, marks what ran out; sets clock, clock_due_us, overdue_* and the timer. */
MUST_USE enum rc duty_clocks_turn(struct tx *tx, const struct duty_machine *m, struct duty_row *d, int64_t new_due_day,
                                  struct fail *f);
#define DUTY_SAME_DAY INT64_MIN
#define DUTY_TIME_AGAIN (INT64_MIN + 1) /* no new day: the state's clock gets its limit once more */
/* duty_first_holder - the unit whose holder's clock was the first one; the holder while none began. */
MUST_USE enum rc duty_first_holder(struct tx *tx, const struct duty_machine *m, const struct duty_row *d,
                                   int64_t *unit_id, struct fail *f);
/* duty_facts_of - what conditions speak of. n_parts may be NULL. */
MUST_USE enum rc duty_facts_of(struct tx *tx, const struct duty_row *d, struct duty_facts *out, struct fail *f);
/* duty_unit_of - the unit that stands as a part; 0: none. */
int64_t duty_unit_of(const struct duty_row *d, enum duty_part part);
/* duty_may_side - the actor holds one of the rights on the assigner or the supervisor. unit may be NULL. */
MUST_USE enum rc duty_may_side(struct tx *tx, const struct duty_row *d, int64_t *unit, struct fail *f);

struct duty_note { /* for the journal, being written */
    struct sb sb;
    struct jw w;
};
void duty_note_begin(struct duty_note *n);
/* duty_done - the journal's row, the listeners, the outbox. before NULL: opened. */
MUST_USE enum rc duty_done(struct tx *tx, struct duty_note *n, const struct duty_change *change, struct fail *f);
/* duty_tell - a notice to everybody with the right on the unit. */
MUST_USE enum rc duty_tell(struct tx *tx, const struct duty_row *d, int64_t unit_id, enum org_right right,
                           const char *kind, struct fail *f);
MUST_USE enum rc duty_attach(struct tx *tx, const struct duty_row *d, const char *kind, int64_t id,
                             const int64_t *file_ids, int n, struct fail *f);
/* duty_urge_arm - sets the timer of the next urge by rule. */
MUST_USE enum rc duty_urge_arm(struct tx *tx, const struct duty_row *d, struct fail *f);
/* duty_apply - a step that was found: state, effects, clocks, parts. */
MUST_USE enum rc duty_apply(struct tx *tx, const struct duty_machine *m, const struct duty_step *step,
                            const struct duty_step_in *in, struct duty_row *d, struct fail *f);
MUST_USE enum rc duty_settings_check(struct arena *a, const char *kind, const char *file, struct span yaml,
                                     struct fail *f);

/* Editions of packs (duty_pack.c). */
#define DUTY_EDITIONS_MAX 500
#define DUTY_PACK_FILES_MAX 64
struct duty_pack_text { /* file and body given; the rest is found */
    const char *file, *kind;
    struct span word, body;
    int64_t edition;
};
/* duty_pack_read - which kind of text it is, checked whole. Errors name file, line and key. */
MUST_USE enum rc duty_pack_read(struct arena *a, struct duty_pack_text *p, struct fail *f);
struct duty_pack_file {
    const char *file;
    struct span body;
};
struct duty_activate_in {
    struct span pack, on; /* on empty: at once */
    const struct duty_pack_file *files;
    int n;
};
/* duty_pack_activate - all of them or none; who manages people, or the system. RC_INVALID (file, line, key), RC_CONFLICT (a number used, a later day). */
MUST_USE enum rc duty_pack_activate(struct tx *tx, const struct duty_activate_in *in, struct fail *f);
/* duty_slip_get - the slip and its duty, both in scope. */
MUST_USE enum rc duty_slip_get(struct tx *tx, int64_t id, struct duty_slip_row *s, struct duty_row *d, struct fail *f);

void duty_recur_register(struct store *s); /* the timer kind of recurrences */

/* routes */
handler_fn duty_api_list, duty_api_my, duty_api_open, duty_api_get, duty_api_step, duty_api_report, duty_api_approve,
    duty_api_return, duty_api_confirm, duty_api_urge, duty_api_slip, duty_api_slip_reply, duty_api_slip_close,
    duty_api_slip_list, duty_api_journal, duty_api_recur, duty_api_recur_list, duty_api_recur_stop, duty_api_machines,
    duty_api_slip_get, duty_api_urge_list, duty_api_urge_many, duty_api_csv, duty_api_editions, duty_api_activate;
struct duty_urging;
/* Names of units met so far: lists ask for the same few again and again. Zero at first. */
#define DUTY_UNITS_MEMO 61
struct duty_unit_memo {
    int64_t id; /* 0: none */
    struct unit unit;
};
struct duty_units {
    struct duty_unit_memo all[DUTY_UNITS_MEMO];
};
/* duty_unit_named - the unit with its last names; NULL for none. Static in the memo until another one takes its place. */
struct unit *duty_unit_named(struct tx *tx, struct duty_units *memo, int64_t id);
/* How duties are shown: the rule of lights, and the machines and units met so far. */
#define DUTY_SHOW_MACHINES 16
struct duty_show {
    struct tx *tx;
    const struct duty_lights *lights;
    enum lang lang;
    struct {
        struct span hash;
        const struct duty_machine *machine;
    } machines[DUTY_SHOW_MACHINES];
    int n;
    struct duty_units units;
};
MUST_USE enum rc duty_show_begin(struct tx *tx, enum lang lang, struct duty_show *out, struct fail *f);
MUST_USE enum rc duty_json(struct duty_show *show, const struct duty_row *d, struct jw *w, struct fail *f);
/* duty_first_source - "source": {kind, id, words} or null: the first one of the duty, or of the whole that it is a part of. */
MUST_USE enum rc duty_first_source(struct tx *tx, const struct duty_row *d, struct jw *w, struct fail *f);
/* duty_state_text - the state's name in the language shown. Borrows. */
MUST_USE enum rc duty_state_text(struct duty_show *s, const struct duty_row *d, struct span *out, struct fail *f);
void duty_slip_json(struct duty_show *show, const struct duty_slip_row *s, struct jw *w);
/* duty_urge_json - a row of the list of urges. */
void duty_urge_json(struct duty_show *s, const struct duty_urging *u, struct rows *r, struct jw *w);
/* duty_whole_json - with parts, clocks, sources, reports, urges, slips and what the actor may do. */
MUST_USE enum rc duty_whole_json(struct tx *tx, int64_t id, enum lang lang, struct jw *w, int64_t *version,
                                 struct fail *f);
/* What a list asks for; light -1: all. The order of the SQLF_duty_list_ bits is the order of the arguments. */
enum duty_sort { DUTY_BY_DUE, DUTY_BY_NEWEST, DUTY_BY_UPDATED };
struct duty_query {
    uint32_t filters;
    struct span state, subject_kind, source_kind, of_kind, text;
    int64_t holder_id, assigner_id, subject_id, parent_id, source_id, limit;
    int light;
    enum duty_sort sort;
    bool after;
    struct span after_parts[2];
};
struct duty_page {
    struct duty_row *rows;
    int n;
    bool more;
    struct span next[2];
};
/* duty_list - a page. With a light, up to DUTY_SCAN_MAX rows are looked at for it: a page may hold fewer than limit and still have next. */
#define DUTY_SCAN_MAX 600
MUST_USE enum rc duty_list(struct tx *tx, const struct duty_lights *lights, const struct duty_query *q,
                           struct duty_page *out, struct fail *f);

#endif
