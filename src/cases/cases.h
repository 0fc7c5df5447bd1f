/*
 * cases.h - reports of citizens, desks and inspectors, from the first word to the end: taken, filed, dispatched, handled, fed back, verified, confirmed by who
 * reported it, closed (GB/T 30428). What can be reported, with which questions, limits and evidence, is a catalogue: data of a pack. The obligation
 * runs on a duty with the pack's machine; there is no second one.
 *
 * What is always true:
 *  1. A case has one number from its first to its last day, whichever city holds it; each city's clock is apart.
 *  2. A name, telephone or address of a reporter is sealed under the case's own key; opening it is a journalled act of the intake's side.
 *  3. A case against a unit is never held or seen by that unit or a unit below it.
 *  4. The public reads what a desk has released, masked; who has number and code reads the reporter's view.
 *  5. case_file.state, mark, handler and counters equal what the duty says: they change in the same transaction, by the listener alone.
 *  6. What a reporter disputed is not closed until it was handled again.
 */
#ifndef YITI_CASES_CASES_H
#define YITI_CASES_CASES_H

#include "duty/duty.h"

extern const struct route_table cases_routes, cases_public_routes;
extern const struct cli_command cases_commands[];
extern const int cases_command_count;
/* cases_on_duty - what a change of the duty means for its case; refuses a holder that the report is against, and a closing without its evidence. */
duty_listen_fn cases_on_duty;

/* Texts of packs in the program: packs/common, sanitation, international-city, ip-protection. */
extern const char case_pack_closed_loop[], case_pack_sanitation[], case_pack_city[], case_pack_ip_case[],
    case_pack_ip[];
extern const size_t case_pack_closed_loop_len, case_pack_sanitation_len, case_pack_city_len, case_pack_ip_case_len,
    case_pack_ip_len;

/* ---- catalogues (case_pack.c) ------------------------------------------------------------------------------------------------------ */

#define CASE_TYPES_MAX 200 /* of one catalogue */
#define CASE_FIELDS_MAX 30 /* questions of a type */
#define CASE_VALUES_MAX 60 /* answers to choose from */
#define CASE_UNITS_MAX 10  /* names of units that answer for a type */
#define CASE_WORDS_MAX 40  /* keywords, verbs, states of a mark */
#define CASE_LIMITS_MAX DUTY_CLOCKS_MAX
#define CASE_TEXT_CHARS_MAX 4000 /* of a report: Open311's limit */
#define CASE_PHOTOS_MAX 6

enum case_datatype { CASE_STRING, CASE_NUMBER, CASE_DATETIME, CASE_TEXT, CASE_ONE_OF, CASE_SOME_OF };
const char *case_datatype_word(enum case_datatype t);
struct case_value {
    struct span key;
    struct duty_both name;
};
struct case_field { /* a question of the form: an Open311 attribute */
    struct span code;
    struct duty_both name, help;
    enum case_datatype datatype;
    bool required;
    struct case_value *values;
    int n_values;
};
struct case_type {
    struct span word;
    struct duty_both name, description;
    struct span *keywords, *responsible;
    int n_keywords, n_responsible;
    bool is_public;           /* may be released to everybody */
    bool about_unit;          /* is against a unit, which is asked for */
    struct span closing_verb; /* the step that says it is done; empty: none */
    bool closing_photo;       /* with a picture at least */
    struct duty_own_limit limits[CASE_LIMITS_MAX];
    int n_limits;
    struct case_field *fields;
    int n_fields;
};
/* What a state means to everybody else. */
enum case_mark {
    CASE_RECEIVED,
    CASE_FILED,
    CASE_DISPATCHED,
    CASE_HANDLING,
    CASE_DONE,
    CASE_CLOSED,
    CASE_REFUSED,
    CASE_MARKS
};
const char *case_mark_word(enum case_mark mark);
struct case_catalogue {
    struct span word, machine;
    struct duty_both name;
    int64_t version;
    struct span hash, body; /* of its text, and it; empty from case_catalogue_load */
    struct {
        struct span *words;
        int n;
    } marks[CASE_MARKS], intake; /* states; names of units */
    struct {
        struct span *words;
        int n;
    } rework, dispute; /* verbs that send it back to be done again; those of the reporter among them */
    struct case_type *types;
    int n_types;
};
/*
 * case_catalogue_load - from YAML; file is the name for messages.
 * Errors   those of yaml_read and yaml_check; RC_INVALID naming file, line and key: a word twice, a choice without values, a limit that is none.
 * Memory   takes from the arena.
 */
MUST_USE enum rc case_catalogue_load(struct arena *a, const char *file, struct span yaml, struct case_catalogue **out,
                                     struct fail *f);
/* For the table of texts of packs. */
enum rc case_catalogue_check(struct arena *a, const char *file, struct span yaml, struct fail *f);
const struct case_type *case_type_find(const struct case_catalogue *c, struct span word); /* NULL: none */
/* case_mark_of - what a state of the machine means; CASE_MARKS when the catalogue does not say. */
enum case_mark case_mark_of(const struct case_catalogue *c, struct span state);

/* ---- pure rules (case_rules.c) -------------------------------------------------------------------------------------------------------- */

/*
 * case_mask - the text as everybody may read it: telephone and identity numbers (7 digits and more in a row, blanks and dashes between), and mail
 * addresses become "***". Names cannot be found so: a desk reads before it releases.
 */
void case_mask(struct span text, struct sb *out);
#define CASE_CODE_CHARS 10
/* case_code - the secret code of a case from 32 bytes that only the installation can make: CASE_CODE_CHARS of 23456789A-Z without I, L, O; and a zero. */
void case_code(const unsigned char hash[32], char out[CASE_CODE_CHARS + 1]);
/* case_code_is - compares what somebody typed, blanks, dashes and case aside, in constant time. */
bool case_code_is(const char code[CASE_CODE_CHARS + 1], struct span typed);
/*
 * case_answers - the answers to a type's questions, checked and written again in the order of the questions, as a JSON object.
 * Errors  RC_INVALID naming the field attributes.CODE: missing, not among the choices, not a number, not a day and time, unknown.
 */
MUST_USE enum rc case_answers(const struct case_type *type, const json_t *given, struct sb *out, struct fail *f);

/* ---- commands (case_intake.c, case_flow.c) -------------------------------------------------------------------------------------------- */

/* A case's row. Ids and instants 0: none. Spans in the tx's arena. */
struct case_row {
    char region_code[7];
    int64_t id, duty_id, intake_id, handler_id, about_unit_id, merged_into_id, version;
    int64_t reported_at_us, filed_at_us, dispatched_at_us, done_at_us, closed_at_us, expected_at_us, due_at_us,
        updated_at_us;
    int64_t overdue, returns, reworks, disputes, crossings, me_too, satisfaction, photos, lat_e6, long_e6;
    struct span number, pack, pack_hash, type, channel, secrecy, mark, state, place_code, address, text, public_text,
        attributes;
    bool is_public, has_position;
};
struct case_report_in {
    struct span pack, type, channel, secrecy, place_code, address, text, name, telephone, email, client_id;
    const json_t *attributes; /* NULL: none */
    bool has_position;
    int64_t lat_e6, long_e6, about_unit_id;
    const int64_t *file_ids;
    int n_files;
    int64_t by_unit_id; /* of a desk or inspector that keys it in; 0: the public */
};
struct case_reported {
    struct case_row row;
    char code[CASE_CODE_CHARS + 1];
    bool again; /* the same client_id came before */
};
/*
 * case_report - takes a report: checked, numbered, its sender sealed, its duty opened at the desk of its place.
 * Errors  RC_INVALID naming the field; RC_FORBIDDEN when an officer keys in for a city that he takes no reports for.
 */
MUST_USE enum rc case_report(struct tx *tx, const struct case_report_in *in, struct case_reported *out, struct fail *f);

struct case_step_in {
    int64_t id, version; /* of the case; version 0: whatever stands there */
    struct duty_step_in step;
};
/* case_step - a step of its duty. Errors: those of duty_step; RC_FORBIDDEN (case_against_holder), RC_INVALID (case_photo_missing). */
MUST_USE enum rc case_step(struct tx *tx, const struct case_step_in *in, struct case_row *out, struct fail *f);
struct case_public_in {             /* by who has number and code */
    struct span number, code, verb; /* dispute, withdraw, close */
    struct span text;
    int64_t satisfaction; /* 1 to 5; 0: none */
    const int64_t *file_ids;
    int n_files;
};
/* case_reporter_step - words, a mark, a step of the reporter's own. RC_MISSING (case_code_wrong). Run as the system: the code is the right. */
MUST_USE enum rc case_reporter_step(struct tx *tx, const struct case_public_in *in, struct case_row *out,
                                    struct fail *f);
struct case_release_in {
    int64_t id, version;
    bool is_public;
    struct span public_text; /* ptr NULL: as it stands */
};
/* case_release - lets everybody read it, or no longer. RC_CONFLICT (case_never_public). */
MUST_USE enum rc case_release(struct tx *tx, const struct case_release_in *in, struct case_row *out, struct fail *f);

#endif
