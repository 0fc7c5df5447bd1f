/* plan_int.h - inside of the plan engine: rows as structs, how they are found in scope, notes for the journal. For src/plan only. */
#ifndef YITI_PLAN_PLAN_INT_H
#define YITI_PLAN_PLAN_INT_H

#include "plan/plan.h"

#define PLAN_CHUNK_ROWS 400            /* rows that one chunk of an import or a confirmation writes at about */
#define PLAN_DOCUMENTS_MAX 64          /* documents of one confirmation; RC_LIMIT */
#define PLAN_TITLE_BYTES_MAX 600       /* title of an action */
#define PLAN_REASON_BYTES_MAX 1000     /* why the percent goes down */
#define PLAN_TEXT_BYTES_MAX (8u << 10) /* text of a report */
#define PLAN_ARENA_BYTES (1u << 30)    /* memory of one import */

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
    struct span body, outline_title, outline_mode, outline_state;
    int64_t office_id; /* the outline's office */
    bool is_public;
};
struct plan_action_unit {
    int64_t unit_id, item;
    struct span part, name, origin, state;
};
struct plan_report_row {
    int64_t id, action_id, line_id, at_us, actor_id, unit_id, file_count;
    struct span kind, done_on, text, reason; /* reason ptr NULL: none */
    enum plan_state state;
    int percent;
};

/* plan_drop - ends a cursor whose outcome no longer counts, as another failure is being returned. */
static inline void plan_drop(struct rows *r)
{
    enum rc rc = rows_end(r);
    (void)rc;
}
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
MUST_USE enum rc plan_documents(struct tx *tx, const struct plan_import_row *import, struct plan_document_row **out,
                                int *n, struct fail *f);
/* of = { statement, region, import or outline, document } */
struct plan_list_of {
    enum sql_id nodes, mentions;
    const char *region_code;
    int64_t id, document; /* document -1: an outline */
};
MUST_USE enum rc plan_nodes(struct tx *tx, const struct plan_list_of *of, struct plan_node_row **out, int *n,
                            struct fail *f);
MUST_USE enum rc plan_mentions(struct tx *tx, const struct plan_list_of *of, struct plan_mention_row **out, int *n,
                               struct fail *f);
MUST_USE enum rc plan_units_of_action(struct tx *tx, const char *region_code, int64_t action_id,
                                      struct plan_action_unit **out, int *n, struct fail *f);
struct plan_taken_row {
    struct plan_taken taken;
    int64_t id;
};
/* plan_taken_list - the actions of an outline in scope whose span meets [start, end). */
MUST_USE enum rc plan_taken_list(struct tx *tx, const struct plan_outline_row *o, int64_t start, int64_t end,
                                 struct plan_taken_row **out, int *n, struct fail *f);
/* plan_taken_find - the action that [start, end) with a title meets worst; NULL when it is apart from all or inside. */
const struct plan_taken_row *plan_taken_find(const struct plan_taken_row *list, int n, size_t start, size_t end,
                                             struct span title, enum plan_overlap *how);
/* plan_json_dump - a JSON value as compact text; false over the arena's cap. */
bool plan_json_dump(struct arena *a, const json_t *value, struct span *out);
/* plan_grow - room for one more item in an array in the arena; NULL over the cap. */
void *plan_grow(struct arena *a, void *items, int n, int *room, size_t size);

/* plan_facts_on - the facts of an action on a day: the current ones, or, when it was reported on later, those of that day's report. */
MUST_USE enum rc plan_facts_on(struct tx *tx, const struct plan_action_row *a, const struct as_of *as_of,
                               struct plan_facts *out, struct fail *f);
/* plan_day_of - day number of ISO text; PLAN_NO_DAY when empty or none. */
int32_t plan_day_of(struct span on);
/* plan_measure_name - what is measured: as printed, else the number that the office set. Takes from the arena; ptr NULL over its cap. */
struct span plan_measure_name(struct arena *a, const struct plan_action_row *row);
/* plan_day_text - ISO text in the tx's arena. */
struct span plan_day_text(struct arena *a, int32_t day);

/* plan_unit_known - *name as it is when the region knows a unit by it, else its other form (outline_unit_form) when it knows that. */
MUST_USE enum rc plan_unit_known(struct tx *tx, const char *region_code, struct span on, struct span *name,
                                 struct unit_found *found, struct fail *f);
/* plan_may - RC_FORBIDDEN (MSG_right_lacking) unless the actor holds the right on the outline's office. */
MUST_USE enum rc plan_may_outline(struct tx *tx, const char *region_code, int64_t outline_id, enum org_right right,
                                  struct fail *f);

/* A note for the journal: begin, write members through w, end. */
struct plan_note {
    struct sb sb;
    struct jw w;
};
void plan_note_begin(struct plan_note *note);
/* plan_report_by_duty - when the actor may report on an open duty of the action: the report is that duty's; out->duty_id says so. The lead unit's
 * before those of the parts. */
MUST_USE enum rc plan_report_by_duty(struct tx *tx, const struct plan_report_in *in, struct plan_report_out *out,
                                     struct fail *f);
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
MUST_USE enum rc plan_text_range(struct store *s, struct arena *a, const struct plan_range *range, struct span *out,
                                 struct fail *f);

/* plan_import_step - from one place of the work on an import to the next, first thing in a chunk. RC_BUSY when another request has done it already:
 * two that confirm the same import at once must not both write. */
struct plan_import_place {
    const char *state;
    int64_t document, sort;
};
MUST_USE enum rc plan_import_step(struct tx *tx, const char *region_code, int64_t id,
                                  const struct plan_import_place *from, const struct plan_import_place *to,
                                  struct fail *f);

/* plan_command - runs one command by itself and waits (store_run). */
MUST_USE enum rc plan_command_run(struct store *s, const struct actor *actor, struct arena *a, command_fn *fn, void *in,
                                  struct fail *f);

/* ---- consultations and signatures (plan_consult.c) ---------------------------------------------------------------------------------- */

struct plan_consult_row {
    char region_code[7];
    int64_t id, subject_id, unit_id, opened_at_us, ended_at_us, version; /* 0: none */
    struct span number, kind, subject_kind, title, body, reply_due_on, state, conclusion;
};
struct plan_heard {                          /* a unit that is heard, with its last opinion */
    int64_t unit_id, round, at_us, actor_id; /* round 0: it has said nothing */
    struct span stance, text, decision, decision_reason;
};
MUST_USE enum rc plan_consult_get(struct tx *tx, int64_t id, struct plan_consult_row *out, struct fail *f);
void plan_consult_of(struct rows *r, struct plan_consult_row *out);
MUST_USE enum rc plan_heard(struct tx *tx, const struct plan_consult_row *c, struct plan_heard **out, int *n,
                            struct fail *f);
struct plan_signature {
    char region_code[13];             /* the member city */
    int64_t unit_id, at_us, actor_id; /* 0: not signed */
    struct span signed_on;
};
struct plan_signatures {
    struct plan_signature *items; /* one a member city */
    int n, n_signed;
    struct span in_force_on; /* ptr NULL: not all have signed */
};
MUST_USE enum rc plan_signatures(struct tx *tx, const struct plan_outline_row *o, struct plan_signatures *out,
                                 struct fail *f);

/* ---- views: what the screens, the command line, the public pages and the tables show (plan_list.c, plan_json.c) --------------------- */

struct plan_view {
    struct as_of as_of;
    struct plan_day_thresholds { /* of the edition that was in force when the day ended; read with the first light */
        bool known;
        struct plan_thresholds t;
    } * thresholds;
    const struct calendar *calendar;
};
/* plan_view_on - the view of a day; takes from the arena. RC_LIMIT comes with the first light when the arena is full. */
struct plan_view plan_view_on(struct arena *a, struct as_of as_of);
/* plan_view_of - the view that a request asks for by ?as_of=. */
MUST_USE enum rc plan_view_of(struct req *r, struct plan_view *out, struct fail *f);

struct plan_item { /* an action with its light */
    struct plan_action_row row;
    struct plan_verdict verdict;
};
enum plan_sort { PLAN_BY_PATH, PLAN_BY_DUE, PLAN_BY_UPDATED };
struct plan_query {
    int64_t outline_id, unit_id;      /* 0: any */
    struct span part, phase, mode, q; /* empty: any */
    bool without_owner, without_date, without_measure, mine;
    int light,
        state; /* enum plan_light, enum plan_state; -1: any. They depend on the day, so they are judged row by row */
    enum plan_sort sort;
    int64_t limit;
    bool after;
    struct span after_parts[3]; /* of the last row seen, as plan_item_key gives them */
};
#define PLAN_SCAN_MAX                                                                                                  \
    5000 /* rows that one page may look through for a light or a state; then it ends early with a next key */
struct plan_page {
    struct plan_item *items;
    int n;
    bool more;                 /* there is a next page */
    struct span next_parts[3]; /* where it starts */
};
/* plan_list - a page of actions in the actor's scope, with their lights. */
MUST_USE enum rc plan_list(struct tx *tx, const struct plan_view *v, const struct plan_query *q, struct plan_page *out,
                           struct fail *f);
/* plan_list_all - all actions of an outline in scope, or what the public sees of it, in reading order. At most 100,000. */
MUST_USE enum rc plan_list_all(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                               bool is_public, struct plan_page *out, struct fail *f);
/* plan_outline_tally - lights, states and counters of an outline's actions in scope; by pages, so that memory does not grow with them. */
MUST_USE enum rc plan_outline_tally(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                                    struct plan_tally *out, struct fail *f);
/* plan_judge_facts, plan_judge_row - the light on the view's day by the thresholds that were in force when that day ended. */
MUST_USE enum rc plan_judge_facts(struct tx *tx, const struct plan_view *v, const struct plan_facts *facts,
                                  struct plan_verdict *out, struct fail *f);
MUST_USE enum rc plan_judge_row(struct tx *tx, const struct plan_view *v, const struct plan_action_row *row,
                                struct plan_verdict *out, struct fail *f);

/* Objects of the API. They write one whole JSON object each. */
MUST_USE enum rc plan_action_json(struct tx *tx, const struct plan_view *v, const struct plan_item *item, struct jw *w,
                                  struct fail *f);
/* plan_action_members - the same members into an object that is open. */
MUST_USE enum rc plan_action_members(struct tx *tx, const struct plan_item *item, struct jw *w, struct fail *f);
MUST_USE enum rc plan_action_whole_json(struct tx *tx, const struct plan_view *v, int64_t id, struct jw *w,
                                        int64_t *version, struct fail *f);
MUST_USE enum rc plan_outline_json(struct tx *tx, const struct plan_view *v, const struct plan_outline_row *o,
                                   struct jw *w, struct fail *f);
void plan_outline_members(const struct plan_outline_row *o, struct jw *w);
void plan_tally_members(const struct plan_page *all, struct jw *w); /* actions, lights, counters, states */
void plan_tally_json(const struct plan_tally *t, struct jw *w);     /* the same members of a tally */
/* names: of lists, zero at first; NULL for one report. */
MUST_USE enum rc plan_report_json(struct tx *tx, const char *region_code, const struct plan_report_row *row,
                                  struct unit_name_memo *names, struct jw *w, struct fail *f);
void plan_reason_json(const struct plan_verdict *v, struct jw *w); /* "light", "light_reason" into an open object */
/* plan_nodes_json - an array of nodes with their mentions. items: the visible actions of an outline; NULL for an import. */
struct plan_tree {
    const struct plan_node_row *nodes;
    int n_nodes;
    const struct plan_mention_row *mentions;
    int n_mentions;
    const struct plan_page *actions;
};
MUST_USE enum rc plan_nodes_json(struct arena *a, const struct plan_tree *tree, struct jw *w, struct fail *f);
/* plan_same_text - imports (given up ones aside) and outlines in scope that were made of the same text as this import, newest first. */
#define PLAN_SAME_MAX 20
struct plan_same_item {
    int64_t id;
    struct span state, name; /* file name of an import, title of an outline */
    int64_t created_at_us;   /* of an import */
};
struct plan_same {
    struct plan_same_item imports[PLAN_SAME_MAX], outlines[PLAN_SAME_MAX];
    int n_imports, n_outlines;
};
MUST_USE enum rc plan_same_text(struct tx *tx, const struct plan_import_row *row, struct plan_same *out,
                                struct fail *f);
/* plan_dated_json - an array of the dates that bind nobody: deadlines and periods in nodes that are no action and stand in none.
 * document_on: the document's own date, which is none of them. */
MUST_USE enum rc plan_dated_json(struct arena *a, const struct plan_tree *tree, struct span document_on, struct jw *w,
                                 struct fail *f);
MUST_USE enum rc plan_import_json(struct tx *tx, const struct plan_import_row *row, bool whole, struct jw *w,
                                  struct fail *f);
/* plan_public_members - what everybody may see of an action, into an open object. plan_rss_item - a row of the public news statements. */
MUST_USE enum rc plan_public_members(struct tx *tx, const struct plan_item *item, struct jw *w, struct fail *f);
void plan_rss_item(struct rows *rows, enum lang lang, struct sb *sb);
void plan_ktext(struct jw *w, const char *key, struct span s); /* null when empty */

/* ---- the official task table (plan_table.c, plan_docx.c, plan_xlsx.c): pure, rows in, file out ----------------------------------- */

struct plan_table_row {
    struct span number, title, lead, supporting, due, measure, state, light; /* all ready to print */
    int percent;
};
struct plan_table {
    struct span title, subtitle; /* “…任务分解表”, “（截至2011年7月1日）” */
    const struct plan_table_row *rows;
    int n_rows;
    enum lang lang;
};
#define PLAN_TABLE_COLUMNS 8
/* plan_table_head - the column's heading. */
const char *plan_table_head(int column, enum lang lang);
/* plan_table_cell - the text of a cell in a row; the number column counts from 1. */
struct span plan_table_cell(struct arena *a, const struct plan_table *t, int row, int column);
/* plan_table_read - the table of an outline on a day. */
MUST_USE enum rc plan_table_read(struct tx *tx, const struct plan_view *v, int64_t outline_id, enum lang lang,
                                 struct plan_table *out, struct fail *f);
/* plan_docx_write, plan_xlsx_write - the file in the arena; the same table gives the same bytes. RC_LIMIT, RC_INTERNAL. */
MUST_USE enum rc plan_docx_write(struct arena *a, const struct plan_table *t, struct span *out, struct fail *f);
MUST_USE enum rc plan_xlsx_write(struct arena *a, const struct plan_table *t, struct span *out, struct fail *f);

/* ---- routes by topic (plan_api.c holds the table) ----------------------------------------------------------------------------------- */

handler_fn plan_api_read, plan_api_import_create, plan_api_import_list, plan_api_import_get, plan_api_import_document,
    plan_api_correct, plan_api_confirm, plan_api_discard;
handler_fn plan_api_outline_list, plan_api_outline_get, plan_api_source, plan_api_counters, plan_api_difference,
    plan_api_publish, plan_api_unpublish, plan_api_docx, plan_api_xlsx, plan_api_cut, plan_api_propose_cut;
handler_fn plan_api_action_list, plan_api_action_get, plan_api_action_edit, plan_api_action_units, plan_api_hand_over,
    plan_api_report_create, plan_api_report_list, plan_api_action_journal, plan_api_board, plan_api_timeline,
    plan_api_desk, plan_api_my_tasks, plan_api_task_reports;
handler_fn plan_api_consult_list, plan_api_consult_create, plan_api_consult_get, plan_api_opinion, plan_api_decide,
    plan_api_conclude, plan_api_withdraw, plan_api_consult_journal, plan_api_signatures, plan_api_sign_ask,
    plan_api_sign;
handler_fn plan_api_public_list, plan_api_public_outline, plan_api_public_action, plan_api_public_csv,
    plan_api_public_rss;

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
/* plan_first_mentions - for each node the index of its first mention, n_mentions when none (mentions stand by node_key); NULL over the cap. */
int *plan_first_mentions(struct arena *a, const struct plan_tree *tree);
/* plan_skip_tags - the text behind HTML tags in front. */
struct span plan_skip_tags(struct span text);
/* plan_title_of - a short title from a text without tags in front: up to its first stop, at most 40 characters, … when cut. In the arena. */
struct span plan_title_of(struct arena *a, struct span text);

#endif
