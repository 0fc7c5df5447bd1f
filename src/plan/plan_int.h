/* plan_int.h - inside of the plan engine: rows as structs, how they are found in scope, notes for the journal. For src/plan only. */
#ifndef YITI_PLAN_PLAN_INT_H
#define YITI_PLAN_PLAN_INT_H

#include "plan/plan.h"

#define PLAN_CHUNK_ROWS 400          /* rows that one chunk of an import or a confirmation writes at about */
#define PLAN_DOCUMENTS_MAX 64        /* documents of one confirmation; RC_LIMIT */
#define PLAN_TITLE_BYTES_MAX 600     /* title of an action */
#define PLAN_TEXT_BYTES_MAX (8u << 10) /* text of a report */
#define PLAN_ARENA_BYTES (1u << 30)  /* memory of one import */

struct plan_import_row {
    char region_code[7], target_region[7];
    int64_t id, text_bytes, document_count, unit_id, created_at_us, version, next_document, next_sort;
    int64_t cooperation_id, edition_of, proposed_units; /* 0: none */
    struct span state, mode, as_of_on, filename, file_sha256, text_sha256;
};
struct plan_document_row {
    int64_t document, start, end, outline_id, nodes, actions, units;
    struct span title, document_number, issuer, date_on, checks; /* date_on ptr NULL: none */
};
struct plan_node_row {
    int64_t key, parent_key, sort, start, end;
    struct span path, kind, number, heading, dates, quantities, checks;
    bool is_action, corrected; /* of an import */
    int64_t action_id;         /* of an outline; 0: none */
};
struct plan_mention_row {
    int64_t node_key, item, start, end, unit_id; /* unit_id: of an outline */
    struct span part, name, printed, origin;
};
struct plan_outline_row {
    char region_code[7];
    int64_t id, edition, line_id, previous_id, cooperation_id, unit_id, start, end, created_at_us, version;
    bool is_public;
    struct span state, title, document_number, issuer, issued_on, mode, text_sha256;
};
struct plan_action_row {
    char region_code[7];
    int64_t id, outline_id, line_id, node_key, sort, start, end, last_report_at_us, updated_at_us, version;
    struct span path, number, title, origin, phase, due_on, due_origin, start_on, horizon_on;
    struct span measure_text, measure_value, measure_unit, measure_comparator, measure_origin, last_report_on;
    enum plan_state state_at_start, state;
    int percent;
    bool has_lead;
    /* Only of plan_action_get and plan_public_action_get. */
    struct span body, outline_title, outline_mode;
    int64_t office_id; /* the outline's office */
    bool is_public;
};
struct plan_action_unit {
    int64_t unit_id;
    struct span part, name, origin, state;
};
struct plan_report_row {
    int64_t id, action_id, line_id, at_us, actor_id, unit_id, file_count;
    struct span kind, done_on, text;
    enum plan_state state;
    int percent;
};

/* plan_import_get - the import in the actor's scope, or RC_MISSING. Spans in the tx's arena, as of all functions here. */
MUST_USE enum rc plan_import_get(struct tx *tx, int64_t id, struct plan_import_row *out, struct fail *f);
MUST_USE enum rc plan_outline_get(struct tx *tx, int64_t id, struct plan_outline_row *out, struct fail *f);
MUST_USE enum rc plan_action_get(struct tx *tx, int64_t id, struct plan_action_row *out, struct fail *f);
MUST_USE enum rc plan_public_outline_get(struct tx *tx, int64_t id, struct plan_outline_row *out, struct fail *f);
MUST_USE enum rc plan_public_action_get(struct tx *tx, int64_t id, struct plan_action_row *out, struct fail *f);
/* Rows of a cursor as structs. */
void plan_import_of(struct rows *r, struct plan_import_row *out);
void plan_outline_of(struct rows *r, struct plan_outline_row *out);
void plan_action_of(struct rows *r, struct plan_action_row *out);
void plan_report_of(struct rows *r, struct plan_report_row *out);
/* Lists into the arena; *n how many; RC_LIMIT over the arena's cap. */
MUST_USE enum rc plan_documents(struct tx *tx, const struct plan_import_row *import, struct plan_document_row **out, int *n,
                                struct fail *f);
/* of = { statement, region, import or outline, document } */
struct plan_list_of {
    enum sql_id nodes, mentions;
    const char *region_code;
    int64_t id, document; /* document -1: an outline */
};
MUST_USE enum rc plan_nodes(struct tx *tx, const struct plan_list_of *of, struct plan_node_row **out, int *n, struct fail *f);
MUST_USE enum rc plan_mentions(struct tx *tx, const struct plan_list_of *of, struct plan_mention_row **out, int *n, struct fail *f);
MUST_USE enum rc plan_units_of_action(struct tx *tx, const char *region_code, int64_t action_id, struct plan_action_unit **out, int *n,
                                      struct fail *f);
/* plan_grow - room for one more item in an array in the arena; NULL over the cap. */
void *plan_grow(struct arena *a, void *items, int n, int *room, size_t size);

/* plan_facts_on - the facts of an action on a day: the current ones, or, when it was reported on later, those of that day's report. */
MUST_USE enum rc plan_facts_on(struct tx *tx, const struct plan_action_row *a, const struct as_of *as_of, struct plan_facts *out,
                               struct fail *f);
/* plan_day_of - day number of ISO text; PLAN_NO_DAY when empty or none. */
int32_t plan_day_of(struct span on);
/* plan_day_text - ISO text in the tx's arena. */
struct span plan_day_text(struct arena *a, int32_t day);

/* plan_may - RC_FORBIDDEN (MSG_right_lacking) unless the actor holds the right on the outline's office. */
MUST_USE enum rc plan_may_outline(struct tx *tx, const char *region_code, int64_t outline_id, enum org_right right, struct fail *f);

/* A note for the journal: begin, write members through w, end. */
struct plan_note {
    struct sb sb;
    struct jw w;
};
void plan_note_begin(struct plan_note *note);
/* plan_note_end - appends it to the subject's chain and, with a topic, puts {"id"} into the outbox. */
struct plan_subject {
    const char *region_code, *kind;
    int64_t id;
    const char *verb, *topic; /* topic NULL: none */
};
MUST_USE enum rc plan_note_end(struct tx *tx, struct plan_note *note, const struct plan_subject *s, struct fail *f);

/* plan_text_range - bytes [start, end) of a stored text; RC_INVALID (field) when they are no code point boundaries or out of it. No tx. */
struct plan_range {
    const char *sha256_hex;
    int64_t start, end;
    const char *field;
};
MUST_USE enum rc plan_text_range(struct store *s, struct arena *a, const struct plan_range *range, struct span *out, struct fail *f);

/* plan_command - runs one command by itself and waits (store_run). */
MUST_USE enum rc plan_command_run(struct store *s, const struct actor *actor, struct arena *a, command_fn *fn, void *in, struct fail *f);

/* ---- pure parts of import and confirmation (plan_nodes.c) ------------------------------------------------------------------------- */

struct plan_tree_node {
    struct span kind;
    int parent;        /* index, -1 at the top; smaller than its own */
    bool has_deadline; /* a deadline of its own */
    bool is_body;      /* a paragraph that is part of the text, no title or date line */
};
/*
 * plan_pick_actions - which nodes are actions. Items (the innermost), numbered actions without items, measures outside items; in a document that has
 * measures right under chapters, also the chapters beside them that have none; in one without any of these, its innermost sections;
 * and a paragraph with a deadline that stands outside all of them. false over the arena's cap (scratch is given back).
 */
bool plan_pick_actions(struct arena *a, const struct plan_tree_node *nodes, int n, bool *is_action);
/* plan_title_of - a short title from a text: up to its first stop, at most 40 characters, … when cut. In the arena. */
struct span plan_title_of(struct arena *a, struct span text);

#endif
