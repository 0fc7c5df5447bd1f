/*
 * bulletin_int.h - the inside of bulletins.
 *
 * The way of a bulletin: bulletin_template.c reads what a kind says; plan's figures of the period (plan_stats.h) become counts, ranks and rows
 * (bulletin_figures.c), which go into a file; bulletin_text.c puts values into the text; bulletin_store.c keeps rows and steps; bulletin_make.c joins
 * reading, file and command; bulletin_docx.c and bulletin_xlsx.c print.
 */
#ifndef YITI_BULLETIN_BULLETIN_INT_H
#define YITI_BULLETIN_BULLETIN_INT_H

#include "base/rule.h"
#include "base/yaml.h"
#include "bulletin/bulletin.h"
#include "plan/plan_stats.h"

struct bulletin_both {
    struct span zh, en;
};
static inline struct span bulletin_in(const struct bulletin_both *b, enum lang lang)
{
    return lang == LANG_ZH ? b->zh : b->en;
}
/* bulletin_over - RC_LIMIT: too much at once. */
static inline enum rc bulletin_over(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_bulletin_memory, NULL, NULL);
}

/* ---- figures (bulletin_figures.c): pure -------------------------------------------------------------------------------------------- */

#define BULLETIN_FIGURES(X)                                                                                            \
    X(TOTAL, "total")                                                                                                  \
    X(DONE, "done")                                                                                                    \
    X(DUE, "due") X(ON_TIME, "on_time") X(RED, "red") X(AMBER, "amber") X(MOVED, "moved") X(UNREPORTED, "unreported")
enum bulletin_figure {
#define X(id, word) BULLETIN_##id,
    BULLETIN_FIGURES(X)
#undef X
        BULLETIN_FIGURE_COUNT
};
const char *bulletin_figure_word(enum bulletin_figure f);
int bulletin_figure_find(struct span word); /* -1: none */

struct bulletin_lead {
    int64_t id;
    struct span name, kind;
    char region_code[7];
};
struct bulletin_row { /* an action as it stood */
    int64_t id, outline_id;
    struct span path, title, start_on, due_on, last_report_on, done_on, state, light, reason_zh,
        reason_en; /* days empty: none */
    int64_t percent, percent_before;
    unsigned flags; /* 1u << enum bulletin_figure: what counts it */
    const struct bulletin_lead *leads;
    int n_leads;
};
struct bulletin_scope {
    struct span kind;        /* all, city, unit */
    struct span subject;     /* region's code, unit's id; empty for all */
    struct span name, group; /* group: a unit's kind; empty otherwise */
    struct span region;      /* a unit's home */
    int64_t counts[BULLETIN_FIGURE_COUNT];
    int64_t percent_sum, percent_before_sum;
    int64_t score;                      /* millionths; of cities and units */
    int64_t rank, rank_to, rank_before; /* rank to rank_to: equal points; rank_before 0: none */
};
#define BULLETIN_SCOPES_MAX 400
struct bulletin_figures {
    struct span template;
    int64_t template_version;
    struct span from_on, until_on, scope_region;
    struct plan_stats_outline outlines[PLAN_STATS_OUTLINES_MAX];
    int n_outlines;
    struct bulletin_scope *scopes; /* all, then cities by rank, then units by rank */
    int n_scopes;
    struct bulletin_row *rows;
    int n_rows;
};
/* The values that a score rule may speak of: the counts, percent and percent_before (means, decimal). */
extern const struct rule_input bulletin_inputs[];
extern const int bulletin_input_count;
void bulletin_rule_values(const struct bulletin_scope *s, struct rule_value v[BULLETIN_FIGURE_COUNT + 2]);

struct bulletin_count_in {
    const struct plan_stats *stats;
    int32_t from_day, until_day;
    struct span scope_region;
    const struct rule *score; /* NULL: no ranks */
};
/* bulletin_count - rows, scopes, ranks. City names are their codes until somebody names them. RC_LIMIT. */
MUST_USE enum rc bulletin_count(struct arena *a, const struct bulletin_count_in *in, struct bulletin_figures *out,
                                struct fail *f);
/* bulletin_compare - rank_before of each scope out of another bulletin's figures. */
void bulletin_compare(struct bulletin_figures *now, const struct bulletin_figures *before);
/* bulletin_counts - whether a scope's figure counts a row. */
bool bulletin_counts(const struct bulletin_scope *s, enum bulletin_figure figure, const struct bulletin_row *row);
const struct bulletin_scope *bulletin_scope_find(const struct bulletin_figures *all, struct span kind,
                                                 struct span subject);
/* bulletin_figures_write, bulletin_figures_read - as JSON, both ways the same. */
void bulletin_figures_write(const struct bulletin_figures *all, struct jw *w);
MUST_USE enum rc bulletin_figures_read(struct arena *a, const json_t *obj, struct bulletin_figures *out,
                                       struct fail *f);
void bulletin_scope_json(const struct bulletin_scope *s, struct jw *w);
void bulletin_row_json(const struct bulletin_row *r, struct jw *w);

/* ---- templates (bulletin_template.c) ------------------------------------------------------------------------------------------------- */

struct bulletin_template_section {
    struct span word;
    struct bulletin_both heading, body;
};
struct bulletin_template {
    struct span word, kind, pack;
    int64_t version;
    struct bulletin_both name, number, title, recipients;
    bool is_public, items;
    const struct rule *score;
    struct bulletin_template_section sections[BULLETIN_SECTIONS_MAX];
    int n_sections;
};
/* bulletin_template_load - from YAML; a fault names file, line and key. */
MUST_USE enum rc bulletin_template_load(struct arena *a, const char *file, struct span yaml,
                                        struct bulletin_template *out, struct fail *f);
/* bulletin_template_find - the built-in one of that word. RC_INVALID (field template). */
MUST_USE enum rc bulletin_template_find(struct arena *a, struct span word, struct bulletin_template *out,
                                        struct fail *f);
int bulletin_template_count(void);
const char *bulletin_template_word(int i);
/* bulletin_period - the first day of the period of a kind (week, month, year) that ends on a day; false when no such period ends then. */
bool bulletin_period(struct span kind, int32_t until_day, int32_t *from_day);

/* ---- text (bulletin_text.c): pure ----------------------------------------------------------------------------------------------------- */

struct bulletin_value {
    const char *word;
    struct span text;
};
#define BULLETIN_VALUES_MAX 40
struct bulletin_values {
    struct bulletin_value items[BULLETIN_VALUES_MAX];
    int n;
};
struct bulletin_facts { /* what the values speak of beside the figures */
    struct span issuer, kind, corrects, correct_reason;
    int64_t year, seq; /* 0: no number yet */
    enum lang lang;
};
MUST_USE enum rc bulletin_values_of(struct arena *a, const struct bulletin_figures *all,
                                    const struct bulletin_facts *facts, struct bulletin_values *out, struct fail *f);
/* bulletin_fill - text with values in place of {words}. RC_INVALID (field) naming a word that is none. */
MUST_USE enum rc bulletin_fill(struct arena *a, const struct bulletin_values *values, struct span text,
                               const char *field, struct span *out, struct fail *f);
/* bulletin_percent - hundredths as "63.5%". bulletin_day - “2026年10月31日” or “31 October 2026”. Both in the arena. */
struct span bulletin_percent(struct arena *a, int64_t num, int64_t den);
struct span bulletin_day(struct arena *a, int32_t day, enum lang lang);

/* ---- rows and steps (bulletin_store.c) ------------------------------------------------------------------------------------------------- */

struct bulletin_row_of { /* a bulletin's row */
    char region_code[7];
    int64_t id, unit_id, previous_id, corrects_id, superseded_by, created_by, created_at_us, computed_at_us,
        approved_by, approved_at_us, published_by, published_at_us, version; /* 0: none */
    struct span number, kind, template, outline_ids, scope_region, from_on, until_on, title, recipients, signer, state,
        document_number, signed_on, figures_sha256, content_sha256, correct_reason, return_reason;
    enum lang lang;
    bool is_public;
};
struct bulletin_section {
    struct span word, heading, body;
};
void bulletin_of(struct rows *r, struct bulletin_row_of *out);
MUST_USE enum rc bulletin_get(struct tx *tx, int64_t id, struct bulletin_row_of *out, struct fail *f);
MUST_USE enum rc bulletin_public_get(struct tx *tx, int64_t id, struct bulletin_row_of *out, struct fail *f);
MUST_USE enum rc bulletin_sections(struct tx *tx, const struct bulletin_row_of *b, struct bulletin_section **out,
                                   int *n, struct fail *f);
/* bulletin_signs - the actor may sign for the office: approve on it, or its leader. */
MUST_USE enum rc bulletin_signs(struct tx *tx, int64_t unit_id, bool *out, struct fail *f);
/* bulletin_wrote - the actor's person wrote at it. */
MUST_USE enum rc bulletin_wrote(struct tx *tx, const struct bulletin_row_of *b, bool *out, struct fail *f);
bool bulletin_state_allows(struct span state, const char *verb);

/* bulletin_refer - file_refer with a hash that is a span; RC_LIMIT over the arena's cap. */
struct bulletin_refer_in {
    const char *region_code, *kind;
    int64_t id;
    struct span sha256;
};
MUST_USE enum rc bulletin_refer(struct tx *tx, const struct bulletin_refer_in *in, struct fail *f);

struct bulletin_new_in { /* everything computed beforehand */
    struct bulletin_row_of row;
    const struct bulletin_section *sections;
    int n_sections;
};
MUST_USE enum rc bulletin_insert(struct tx *tx, const struct bulletin_new_in *in, int64_t *id, struct fail *f);
struct bulletin_edit_in {
    int64_t id, version;
    struct span title, recipients, signer; /* ptr NULL: as it was */
    const struct bulletin_section *sections;
    int n_sections; /* -1: as they were */
};
MUST_USE enum rc bulletin_edit(struct tx *tx, const struct bulletin_edit_in *in, struct fail *f);
struct bulletin_refresh_in {
    int64_t id, version, previous_id;
    struct span figures_sha256;
};
MUST_USE enum rc bulletin_refresh_put(struct tx *tx, const struct bulletin_refresh_in *in, struct fail *f);
struct bulletin_issue_in {
    int64_t id, version, year, seq;
    struct span document_number, signed_on, content_sha256;
    bool is_public;
    const int64_t *readers;
    int n_readers;
};
MUST_USE enum rc bulletin_issue(struct tx *tx, const struct bulletin_issue_in *in, struct fail *f);

/* ---- one whole bulletin, as it is shown and printed (bulletin_make.c) -------------------------------------------------------------------- */

struct bulletin_doc {
    struct bulletin_row_of row;
    struct bulletin_template template;
    struct bulletin_figures figures;
    struct bulletin_values values;
    struct bulletin_section sections[BULLETIN_SECTIONS_MAX]; /* as written (draft), or as published */
    struct bulletin_section filled[BULLETIN_SECTIONS_MAX];   /* with values */
    int n_sections;
    struct span title, recipients, number, issuer; /* ready to print; number empty: none yet */
    struct span corrects_number;
};
/* bulletin_load - row in hand to the whole: from rows and figures while it is a draft, from the published file alone afterwards. */
MUST_USE enum rc bulletin_load(struct tx *tx, const struct bulletin_row_of *row, struct bulletin_doc *out,
                               struct fail *f);
/*
 * bulletin_prepare, bulletin_prepare_refresh, bulletin_prepare_issue - the reading half of a write: figures or content computed and put into a file; what
 * is left is a short command (bulletin_insert, bulletin_refresh_put, bulletin_issue). They block. Memory: takes from the arena.
 */
MUST_USE enum rc bulletin_prepare(struct store *s, const struct actor *actor, struct arena *a,
                                  const struct bulletin_draft_in *in, struct bulletin_new_in *out, struct fail *f);
MUST_USE enum rc bulletin_prepare_refresh(struct store *s, const struct actor *actor, struct arena *a,
                                          struct bulletin_refresh_in *io, struct fail *f);
MUST_USE enum rc bulletin_prepare_issue(struct store *s, const struct actor *actor, struct arena *a,
                                        struct bulletin_issue_in *io, struct fail *f);

/* bulletin_ids_read, bulletin_ids_write - ids as a JSON array of texts, sorted, each once. bulletin_file_json - a file of the store read as JSON.
 * bulletin_figures_put - figures into a file; its hash. */
MUST_USE enum rc bulletin_ids_read(struct arena *a, struct span json, int64_t ids[BULLETIN_OUTLINES_MAX], int *n,
                                   struct fail *f);
MUST_USE enum rc bulletin_ids_write(struct arena *a, const int64_t *ids, int n, struct span *out, struct fail *f);
MUST_USE enum rc bulletin_file_json(struct tx *tx, struct span sha256, json_t **out, struct fail *f);
MUST_USE enum rc bulletin_figures_put(struct store *s, struct arena *a, const struct bulletin_figures *figures,
                                      struct span *sha256, struct fail *f);

/* bulletin_docx_write, bulletin_xlsx_write - the file in the arena; the same document gives the same bytes. */
MUST_USE enum rc bulletin_docx_write(struct arena *a, const struct bulletin_doc *doc, struct span *out, struct fail *f);
MUST_USE enum rc bulletin_xlsx_write(struct arena *a, const struct bulletin_doc *doc, struct span *out, struct fail *f);

/* ---- objects and routes -------------------------------------------------------------------------------------------------------------------- */

MUST_USE enum rc bulletin_brief_json(struct tx *tx, const struct bulletin_row_of *b, struct jw *w, struct fail *f);
MUST_USE enum rc bulletin_whole_json(struct tx *tx, const struct bulletin_row_of *b, bool is_public, struct jw *w,
                                     struct fail *f);
handler_fn bulletin_api_public_list, bulletin_api_public_get, bulletin_api_public_rows, bulletin_api_public_rss,
    bulletin_api_public_docx, bulletin_api_public_xlsx;
/* bulletin_answer_rows - the actions behind a figure: ?scope=&subject=&figure=. */
MUST_USE enum rc bulletin_answer_rows(struct req *r, struct tx *tx, const struct bulletin_row_of *b, struct fail *f);
MUST_USE enum rc bulletin_answer_file(struct req *r, struct tx *tx, const struct bulletin_row_of *b, bool docx,
                                      struct fail *f);

#endif
