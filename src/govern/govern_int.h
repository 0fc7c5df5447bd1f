/* govern_int.h - the one shape of all topics of this room: a matter with details, changed by verbs that are data. */
#ifndef YITI_GOVERN_GOVERN_INT_H
#define YITI_GOVERN_GOVERN_INT_H

#include "base/limits.h"
#include "govern/govern.h"

#define GOVERN_TITLE_BYTES_MAX 600
#define GOVERN_TEXT_BYTES_MAX (8u << 10)
#define GOVERN_FIELDS_MAX 24
#define GOVERN_LIST_MAX 64  /* items of a list in a request */
#define GOVERN_ROWS_MAX 500 /* details of one matter that are read at once */
#define COUNT(a) ((int)(sizeof(a) / sizeof(*(a))))

/* ---- the matter (govern.c) ------------------------------------------------------------------------------------------------------------- */

struct matter {
    char region_code[7];
    int64_t id, unit_id, parent_id, source_id, opened_at_us, updated_at_us, version; /* parent, source 0: none */
    struct span number, kind, form, code, title, text, place_code, document_number, source_words;
    struct span from_on, to_on, due_on, state; /* to_on, due_on ptr NULL: none */
    bool is_open;
};
/* matter_get - in the actor's scope, or RC_MISSING. kind NULL: any. */
MUST_USE enum rc matter_get(struct tx *tx, const char *kind, int64_t id, struct matter *out, struct fail *f);
/* matter_party - one more unit that reads the matter; twice is once. */
MUST_USE enum rc matter_party(struct tx *tx, const struct matter *m, int64_t unit_id, const char *part, struct fail *f);
/* matter_state - the new state; to_on empty: unchanged. */
MUST_USE enum rc matter_state(struct tx *tx, struct matter *m, const char *state, struct span to_on, struct fail *f);
/* matter_tell - a notice to who holds the right on the unit; kind such as "group.task". */
MUST_USE enum rc matter_tell(struct tx *tx, const struct matter *m, int64_t unit_id, enum org_right right,
                             const char *kind, struct fail *f);

/* ---- fields in, columns out (govern_field.c) -------------------------------------------------------------------------------------------- */

enum govern_type {
    GOVERN_TEXT,    /* max bytes; absent: "" */
    GOVERN_WORD,    /* one of words "a|b|c"; absent: the first one */
    GOVERN_PLACE,   /* code of a division; absent: "" */
    GOVERN_ID,      /* id; absent: NULL */
    GOVERN_UNIT,    /* id of a unit; absent: NULL. As a column: {"id","name"} */
    GOVERN_DAY,     /* absent: NULL */
    GOVERN_INT,     /* 0 to max; absent: NULL */
    GOVERN_DECIMAL, /* decimal text or number, six places, kept in millionths; absent: NULL */
    GOVERN_BOOL,    /* absent: 0 */
    GOVERN_LIST,    /* array of at most GOVERN_LIST_MAX: the act reads it */
    GOVERN_TIME     /* columns only */
};
struct govern_field {
    const char *name;
    enum govern_type type;
    bool required;
    int64_t max;
    const char *words;
};
/* govern_fields - reads an object; keep: what is absent becomes NULL (an edit leaves it as it is). Errors as json_get_*, naming the field. */
MUST_USE enum rc govern_fields(const json_t *body, const struct govern_field *fields, int n, bool keep,
                               struct db_val *out, json_t **lists, struct fail *f);
/* govern_word_in - is it one of "a|b|c"? */
bool govern_word_in(struct span word, const char *words);
/* govern_day - the day of a value, or otherwise. */
struct span govern_day(const struct db_val *v, struct span otherwise);
/* govern_id - the id of a value; 0: none. */
int64_t govern_id(const struct db_val *v);
/* govern_mobile_in - a number by which one person is reached stands in it: personal data, where an office's telephone is asked for. */
bool govern_mobile_in(struct span s);
/* govern_decimal_print - millionths as decimal text without trailing noughts, into the arena. */
struct span govern_decimal_print(struct arena *a, int64_t millionths);
/* govern_decimal_parse - "12.5", "-3"; at most six places. */
bool govern_decimal_parse(struct span text, int64_t *millionths);

struct govern_column {
    const char *name; /* NULL: passed over */
    enum govern_type type;
};
/* govern_members - the columns of the row as members of the open object. on: the day whose names are written. */
void govern_members(struct tx *tx, struct rows *rows, const struct govern_column *columns, int n, struct jw *w);
/* govern_array - all rows of a statement as an array under a key (NULL: the array alone). */
struct govern_rows {
    const char *key;
    enum sql_id sql;
    const struct db_val *args;
    int n_args;
    const struct govern_column *columns;
    int n_columns;
};
MUST_USE enum rc govern_array(struct tx *tx, struct jw *w, const struct govern_rows *q, struct fail *f);
/* govern_unit_member - "key": {"id","name"} or null for 0. */
void govern_unit_member(struct tx *tx, struct jw *w, const char *key, int64_t unit_id);
/* govern_place_member - "key": {"code","name"} or null for empty. */
void govern_place_member(struct tx *tx, struct jw *w, const char *key, struct span code);
/* govern_unit_name - as it is called today; "?" when there is none. */
struct span govern_unit_name(struct tx *tx, int64_t unit_id);

/* ---- verbs and topics --------------------------------------------------------------------------------------------------------------------- */

enum govern_how {
    GOVERN_CREATES = 1 << 0,  /* makes the matter: 201 */
    GOVERN_ADDS = 1 << 1,     /* makes a detail: 201 */
    GOVERN_IF_MATCH = 1 << 2, /* the matter's version must be the one that was read */
    GOVERN_KEEPS = 1 << 3,    /* an edit: what is absent stays */
    GOVERN_SEALED =
        1
        << 4 /* the journal says that it was done and to which detail, not in which words: fewer read the detail than the journal */
};
struct govern_call;
typedef enum rc govern_act_fn(struct tx *tx, struct govern_call *c, struct fail *f);
struct govern_verb {
    const char *route; /* "POST /api/v1/groups/{id}/members" */
    const char *word;  /* of the journal: "add_member"; "create" */
    const struct govern_field *fields;
    int n_fields;
    enum org_right
        right; /* that the actor must hold on the matter's unit; RIGHT_READ: in scope is enough, the act asks for more */
    unsigned how;
    govern_act_fn *act; /* NULL: nothing beside the matter itself */
};
struct govern_call {
    const struct govern_topic *topic;
    const struct govern_verb *verb;
    int64_t id, version,
        item; /* of the path; version 0: whatever stands there; an act that makes a detail leaves its id in item */
    struct db_val v[GOVERN_FIELDS_MAX];
    json_t *list[GOVERN_FIELDS_MAX];
    struct matter m; /* as it stood before; made by "create" */
    struct span today;
};
struct govern_show {
    enum lang lang;
    struct as_of as_of;
};
typedef enum rc govern_show_fn(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                               struct fail *f);
struct govern_topic {
    const char *kind;   /* "group": of the matter, its journal, its notices */
    const char *path;   /* "groups" */
    const char *number; /* "LD": of the numbers that people read */
    const char *state;  /* of a new matter */
    const char *forms;  /* "a|b|c"; NULL: the topic's create checks the form itself */
    bool is_open;       /* everybody who may read anything reads it */
    const struct govern_verb *verbs;
    int n_verbs;
    govern_show_fn *show;  /* more members of one matter */
    govern_show_fn *brief; /* more members of each in a list; may be NULL */
};
extern const struct govern_topic govern_group, govern_power, govern_standard, govern_document, govern_document_call,
    govern_cleanup, govern_pilot, govern_network, govern_request;
extern const struct govern_topic govern_source;
/* govern_topic_of - by kind; NULL: none. */
const struct govern_topic *govern_topic_of(struct span kind);
const struct govern_topic *govern_topic_at(int i); /* NULL behind the last one */

/* The fields that every "create" begins with, in this order; the topic's own follow. */
enum {
    CREATE_TITLE,
    CREATE_FORM,
    CREATE_CODE,
    CREATE_TEXT,
    CREATE_UNIT,
    CREATE_PARENT,
    CREATE_PLACE,
    CREATE_DOCUMENT,
    CREATE_FROM,
    CREATE_DUE,
    CREATE_SOURCE,
    CREATE_SOURCE_WORDS,
    CREATE_PARTIES,
    CREATE_OWN
};
/* clang-format off */
#define GOVERN_CREATE_FIELDS                                                                                             \
    {"title", GOVERN_TEXT, true, GOVERN_TITLE_BYTES_MAX, NULL}, {"form", GOVERN_TEXT, true, 40, NULL},                   \
    {"code", GOVERN_TEXT, false, 40, NULL}, {"text", GOVERN_TEXT, false, GOVERN_TEXT_BYTES_MAX, NULL},                   \
    {"unit_id", GOVERN_UNIT, false, 0, NULL}, {"parent_id", GOVERN_ID, false, 0, NULL},                                  \
    {"place_code", GOVERN_PLACE, false, 12, NULL}, {"document_number", GOVERN_TEXT, false, 200, NULL},                   \
    {"from_on", GOVERN_DAY, false, 0, NULL}, {"due_on", GOVERN_DAY, false, 0, NULL},                                     \
    {"source_id", GOVERN_ID, false, 0, NULL}, {"source_words", GOVERN_TEXT, false, 400, NULL},                           \
    {"parties", GOVERN_LIST, false, 0, NULL}
/* clang-format on */
extern const struct govern_field govern_edit_fields[];
extern const int govern_edit_count;
/* govern_edit - the act of every topic's "edit": title, text, document number, due day, source. */
MUST_USE enum rc govern_edit(struct tx *tx, struct govern_call *c, struct fail *f);

/* govern_do - one verb, whole: scope, right, version, act, parties, journal, outbox, search. c: topic, verb, id, version, item, v, list. */
MUST_USE enum rc govern_do(struct tx *tx, struct govern_call *c, struct fail *f);
/* govern_object - the whole object of the API. */
MUST_USE enum rc govern_object(struct tx *tx, int64_t id, const struct govern_show *show, struct jw *w,
                               int64_t *version, struct fail *f);

/* govern_list - a page of matters as an array; *next: the id after which the next page begins, 0: none. */
struct govern_list {
    uint32_t filters;
    bool oldest;
    int64_t after, limit;
    const struct db_val *args; /* principal, limit + 1, those of the filters, after */
    int n_args;
};
MUST_USE enum rc govern_list(struct tx *tx, const struct govern_list *q, const struct govern_show *show, struct jw *w,
                             int64_t *next, struct fail *f);

/* govern_matter_of - the row of a statement that begins with the 22 columns of matter_list. govern_matter_members - its members of the API. */
void govern_matter_of(struct rows *r, struct matter *out);
void govern_matter_members(struct tx *tx, const struct matter *m, struct jw *w);
/* govern_text_match - what a person typed as a value for a statement's :match. */
MUST_USE enum rc govern_text_match(struct tx *tx, struct span q, struct db_val *out, struct fail *f);
/* matter_rows - the same as rows, at most q->limit of them into out. */
MUST_USE enum rc matter_rows(struct tx *tx, const struct govern_list *q, struct matter *out, int *n, struct fail *f);

/* Duties about matters. */
struct govern_task {
    struct span title, due_on, part, report_every, item; /* item: what of the matter it is for; may be empty */
    int64_t holder_id, assigner_id;
    int64_t parent_id;       /* the duty of which it is a part; 0: none */
    const char *source_kind; /* as duties call the source; NULL: the topic's kind */
};
/* govern_task_open - a duty with the matter as its subject, kept beside it. */
MUST_USE enum rc govern_task_open(struct tx *tx, const struct matter *m, const struct govern_task *in, int64_t *duty_id,
                                  struct fail *f);
/* govern_task_keep - a duty that is there already is kept beside the matter, too. */
MUST_USE enum rc govern_task_keep(struct tx *tx, const struct matter *m, struct span item, const struct duty_row *d,
                                  struct fail *f);
/* govern_tasks - "tasks": […], and "progress": their mean percent or null. */
MUST_USE enum rc govern_tasks(struct tx *tx, const struct matter *m, struct jw *w, struct fail *f);

/* meet_bodies_json - "meeting_bodies": the bodies that are a group (meet_group.c). */
MUST_USE enum rc meet_bodies_json(struct tx *tx, int64_t group_id, struct jw *w, struct fail *f);

/* ---- routes that all topics share (govern_api.c) ---------------------------------------------------------------------------------------------- */

/* govern_api_write - the verb whose route this is. govern_api_list, _get, _journal - of the topic in the path. */
enum rc govern_api_write(struct req *r, struct fail *f);
enum rc govern_api_list(struct req *r, struct fail *f);
enum rc govern_api_get(struct req *r, struct fail *f);
enum rc govern_api_journal(struct req *r, struct fail *f);
/* govern_api_read - a read with the day that was asked about; ctx of fn is a struct govern_ask *. */
struct govern_ask {
    struct req *r;
    const struct govern_topic *topic;
    struct govern_show show;
    int64_t id, limit, after;
};
MUST_USE enum rc govern_api_read(struct req *r, read_fn *fn, struct fail *f);

#endif
