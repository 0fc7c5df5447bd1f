/*
 * org.h - who and where: regions and units through time, people, roles and rights, sign-in, sessions, tokens, files, notices;
 * and the glue between a request and the store that every engine uses (first part below).
 *
 * What is always true:
 *  1. grant_closure(principal_id, unit_id, right_code) equals what the valid role grants, the unit tree and the memberships of
 *     cooperations give today; it is kept in the same transaction as each change of one of them (org_closure_*). A token is a
 *     principal of its own, whose rows are its owner's, cut down to the token's rights. The public (-1) has no row.
 *  2. A unit has exactly one name on each day of its life; its keys in unit_key (names, aliases, stems) carry the same days.
 *  3. Every change here writes a journal row of the subject "unit", "person", "cooperation", "token" or "file"; no name, telephone
 *     or other personal value stands in it.
 *  4. What a session or token may do is never wider than the closure at that moment: a changed grant counts from the next request.
 * Days are ISO text "YYYY-MM-DD"; valid_to_on is the first day on which it no longer holds, empty while it does.
 */
#ifndef YITI_ORG_ORG_H
#define YITI_ORG_ORG_H

#include "base/cli.h"
#include "base/date.h"
#include "http/http.h"
#include "store/store.h"

struct org; /* the process's org state: store, session cache, instance facts. http_options.app is a struct org *. */

/* ---- the process -------------------------------------------------------------------------------------------------------- */

struct org_options {
    struct store *store;
    void *app;          /* for engines above: org_app */
    bool loopback_only; /* the server listens on loopback only: demonstration sign-in may be offered */
    const char
        *public_url; /* "https://yiti.example.cn": base of OIDC redirects; NULL: from the Host header on loopback */
    const char *oidc_issuer; /* house identity provider; NULL: none. Client id and secret likewise. */
    const char *oidc_client_id, *oidc_client_secret;
    /* What leaves the house (org_delivery.h): seconds before the first repeat; seconds in which notices are put into one mail; hours of failures
     * after which a webhook is switched off; private addresses that webhooks may reach (NULL-ended, may be NULL). */
    int retry_s, group_s, disable_hours;
    const char *const *reach_allow;
};
/* org_new - loads instance facts, registers timer kinds and jobs (so before store_start_background), and loads the built-in regions
 * when they are not there in this version (in chunks through the writer). Never on an HTTP thread. */
MUST_USE enum rc org_new(const struct org_options *o, struct org **out, struct fail *f);
/* org_start_delivery, org_stop_delivery - the threads of mail and webhooks: started after store_start_background, stopped before store_close. */
void org_start_delivery(struct org *o);
void org_stop_delivery(struct org *o);
void org_free(struct org *o); /* after http_stop, before store_close; NULL allowed */
struct store *org_store(const struct org *o);
void *org_app(const struct org *o);
/* Hooks for http_options. */
enum rc org_authenticate(struct req *r, struct http_principal *p, struct fail *f);
bool org_has_right(const struct http_principal *p, const char *right);
extern const struct route_table org_routes, org_notice_routes;
extern const struct cli_command org_commands[];
extern const int org_command_count;

/* ---- from a request to the store ------------------------------------------------------------------------------------------ */

#define ORG_ROLES_MAX 16 /* roles of one principal in a session; more are refused at the grant */

struct org_role {
    int64_t grant_id;
    int role; /* index into org_role_at */
    int64_t unit_id;
    char region_code[7];
};
/* What org_authenticate leaves in req_principal(r)->session; NULL for the public. */
struct org_session {
    int64_t principal_id, person_id, session_id;
    uint32_t rights; /* 1u << enum org_right: held on at least one unit */
    enum lang lang;
    bool token, demo;
    int n_roles;
    struct org_role roles[ORG_ROLES_MAX];
};
struct org *req_org(struct req *r);
struct store *req_store(struct req *r);
const struct org_session *req_session(struct req *r); /* NULL for the public */

/*
 * org_actor - who acts in this request: the principal under the role that header X-Yiti-Role (a role grant's id) names, else under
 * the first of the principal's roles; -1, "public", "000000" for the public. Strings live in the request's arena or are static.
 */
struct actor org_actor(struct req *r);

/*
 * org_write - the whole way of a write: suspends the request, queues the command under org_actor, with the request's arena, honours
 * Idempotency-Key (route name and body hash go with it), and when the commit is on disk answers with what render wrote (or 204 when
 * render is NULL) or with the problem. in and out live in the request's arena. Call it last in the handler: `return org_write(…);`.
 * Errors  RC_BUSY with Retry-After, RC_READ_ONLY, RC_INVALID for a bad key; all others are answered by itself.
 * Thread  any handler, inline or pool.
 */
MUST_USE enum rc org_write(struct req *r, command_fn *cmd, const void *in, void *out, render_fn *render,
                           struct fail *f);
enum org_write_how {
    ORG_WRITE_NO_KEY = 1 << 0, /* ignore Idempotency-Key: for what must never be stored or replayed (secrets) */
    ORG_WRITE_AS_SYSTEM =
        1
        << 1 /* the act is the system's: for what proves its right by a one-time token that the command itself takes */
};
struct org_write_plan {
    command_fn *command;
    const void *in;
    void *out;
    render_fn *render;
    /* committed - on the writer's thread after the commit and before the answer, not called when refused: cookies, headers, caches. NULL: none. */
    void (*committed)(struct req *r, void *out, bool replayed);
    unsigned how; /* bits of enum org_write_how; 0 for most */
};
MUST_USE enum rc org_write_with(struct req *r, const struct org_write_plan *w, struct fail *f);
/* org_read - runs fn in a read transaction under org_actor with the request's arena. On ROUTE_POOL, or inline for one primary-key read. */
MUST_USE enum rc org_read(struct req *r, read_fn *fn, void *ctx, struct fail *f);

/* The day that a screen is asked about: ?as_of=, else today in Shanghai. */
struct as_of {
    char on[11];    /* "2026-11-24" */
    int32_t day;    /* the same as a day number */
    int64_t end_us; /* the first instant after that day; for today also the day's end, so compare at_us < end_us */
    bool given;
};
MUST_USE enum rc org_as_of(struct req *r, struct as_of *out, struct fail *f);
/* as_of_day - the same from a day number. */
struct as_of as_of_day(int32_t day, bool given);

/* ---- rights and roles (docs/roles.md; the table is in org_roles.c) ------------------------------------------------------------ */

/* clang-format off */
#define ORG_RIGHTS(X)                                                                                                  \
    X(READ, "read")                                                                                                    \
    X(REPORT, "report")                                                                                                \
    X(APPROVE, "approve") X(REVIEW, "review") X(IMPORT, "import") X(BREAKDOWN, "breakdown") X(ASSIGN, "assign")        \
        X(PUBLISH, "publish") X(INSPECT, "inspect") X(AUDIT, "audit") X(MANAGE_UNITS, "manage_units")                  \
            X(MANAGE_PEOPLE, "manage_people")
/* clang-format on */
enum org_right {
#define X(id, word) RIGHT_##id,
    ORG_RIGHTS(X)
#undef X
        RIGHT_COUNT
};
/* How far a right of a role reaches from the unit that the role stands on. WIDE: over the member cities when the unit is the office of a
 * cooperation; over its region when it is a city's office or government; else as TREE. ALL: every unit of the installation. */
enum org_reach { REACH_NONE, REACH_SELF, REACH_TREE, REACH_WIDE, REACH_ALL };
struct org_role_row {
    const char *word, *name_zh, *name_en;
    enum org_reach reach[RIGHT_COUNT];
    bool totp; /* needs a second factor outside the demonstration */
};
int org_role_count(void);
const struct org_role_row *org_role_at(int i);
int org_role_find(struct span word); /* -1: none */
const char *org_right_word(enum org_right right);
int org_right_find(struct span word); /* -1: none */

/*
 * org_require - the actor of the transaction holds the right on the unit, now. The system (principal 0) always does.
 * Errors  RC_MISSING (MSG_not_found) when the actor has no right at all on the unit; RC_FORBIDDEN (MSG_right_lacking) when another one only.
 */
MUST_USE enum rc org_require(struct tx *tx, enum org_right right, int64_t unit_id, struct fail *f);
/* org_holds - the same as an answer instead of a refusal. */
MUST_USE enum rc org_holds(struct tx *tx, enum org_right right, int64_t unit_id, bool *holds, struct fail *f);
/* org_require_any - the actor holds the right on at least one unit; RC_FORBIDDEN. */
MUST_USE enum rc org_require_any(struct tx *tx, enum org_right right, struct fail *f);
/* org_require_region - the actor holds the right on a unit whose home is region_code (or on one of the office of a cooperation that
 * has this region as a member); RC_FORBIDDEN. For records that have a region but no unit yet (an import). */
MUST_USE enum rc org_require_region(struct tx *tx, enum org_right right, const char *region_code, struct fail *f);

/* org_verify - for `yiti verify`: makes grant_closure anew from grants, tree and memberships, and calls bad for each row that no grant gives
 * (somebody's scope was widened behind the journal's back) or that is gone; *faults how many. Id: principal/unit/right. RC_LIMIT for more
 * than some million units and people. */
MUST_USE enum rc org_verify(struct store *s, void (*bad)(void *ctx, const char *table, const char *id, const char *why),
                            void *ctx, int64_t *faults, struct fail *f);

/* ---- regions --------------------------------------------------------------------------------------------------------------- */

struct region {
    char code[13]; /* 6 digits; streets 9 */
    struct span name;
    struct span level; /* province, prefecture, county, street */
    char parent_code[13];
    struct span valid_from_on, valid_to_on;
    struct span successors; /* codes joined by ";", empty when none */
};
/* region_get - the row valid on that day (on empty: the newest). RC_MISSING. Spans in the tx's arena. */
MUST_USE enum rc region_get(struct tx *tx, struct span code, struct span on, struct region *out, struct fail *f);
/* region_find_name - codes of regions named so on the day (with or without 市, 县, 区, 省), at most max; *n how many. */
MUST_USE enum rc region_find_name(struct tx *tx, struct span name, struct span on, int max, struct region *out, int *n,
                                  struct fail *f);
/* region_current - follows successors from the day on to today: the codes that stand for it now, at most max. */
MUST_USE enum rc region_current(struct tx *tx, struct span code, int max, char (*codes)[13], int *n, struct fail *f);
/* region_import - CSV `code,name,level,parent_code,valid_from_on,valid_to_on,successors`: takes rows in chunks through the writer; each chunk is
 * one command; a row that is there is replaced. Not on an HTTP thread. progress may be NULL. RC_INVALID naming file line and column. */
MUST_USE enum rc region_import(struct store *s, struct span csv,
                               void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, int64_t *rows,
                               struct fail *f);

/* ---- units ------------------------------------------------------------------------------------------------------------------ */

struct unit {
    int64_t id;
    char region_code[7], place_code[13];
    int64_t parent_id, cooperation_id;
    struct span kind, state;      /* state: proposed, active, ended */
    struct span name, short_name; /* on the day asked */
    struct span valid_from_on, valid_to_on;
    int64_t version;
};
/* unit_get - with the names of that day (on empty: the last ones). RC_MISSING. Spans in the tx's arena. */
MUST_USE enum rc unit_get(struct tx *tx, int64_t id, struct span on, struct unit *out, struct fail *f);
/* unit_name_on - the name alone, as unit_get gives it, "" for a unit that is not there. memo: of the unit asked before, zero at first; lists
 * ask for the same unit again and again. */
struct unit_name_memo {
    int64_t id;                    /* 0: none */
    struct span name, from_on, to; /* holds from from_on, up to before to; to.len 0: still */
};
MUST_USE enum rc unit_name_on(struct tx *tx, int64_t id, struct span on, struct unit_name_memo *memo, struct span *out,
                              struct fail *f);
/* unit_current - follows succession to the units that stand for it now (itself while active), at most max. */
MUST_USE enum rc unit_current(struct tx *tx, int64_t id, int max, int64_t *ids, int *n, struct fail *f);

enum unit_match { UNIT_NO_MATCH, UNIT_BY_NAME, UNIT_BY_ALIAS, UNIT_BY_STEM, UNIT_AMBIGUOUS };
struct unit_found {
    int64_t unit_id; /* 0 when none or ambiguous */
    enum unit_match how;
    int n; /* candidates of the best kind */
    int64_t candidates[8];
};
/*
 * unit_resolve - the unit meant by a printed name, in a region, on the day of its document: exact name first, then alias, then stem
 * (市科协 = 科协 = 深圳市科协 in Shenzhen). Proposed units count. Also the region's province and 000000 are looked at, in this order, when
 * the region itself has none. RC_OK also when nothing matches.
 */
MUST_USE enum rc unit_resolve(struct tx *tx, const char *region_code, struct span printed, struct span on,
                              struct unit_found *out, struct fail *f);

struct unit_add_in {
    int64_t id;                        /* 0: a new one */
    const char *region_code;           /* home: prefecture, province or "000000" */
    struct span place_code;            /* county or street; may be empty */
    int64_t parent_id, cooperation_id; /* 0: none */
    struct span name, short_name;      /* short may be empty */
    struct span kind;    /* coordination city_office government department district organisation company other */
    struct span from_on; /* empty: today */
    const struct span *aliases;
    int n_aliases;
    bool proposed;
};
/* Commands (they check org_require(manage_units) on the parent, or on the region, unless the actor is the system). */
MUST_USE enum rc unit_add(struct tx *tx, const struct unit_add_in *in, struct unit *out, struct fail *f);
/*
 * unit_propose - the unit that the printed name resolves to, or a new one in state proposed: once each, however often it is named.
 * created tells which. Needs import or breakdown on the region (checked by the caller): no right is asked here.
 */
struct unit_propose_in {
    const char *region_code;
    struct span name;
    struct span on; /* the document's day; the proposed unit's from_on */
};
MUST_USE enum rc unit_propose(struct tx *tx, const struct unit_propose_in *in, int64_t *unit_id, bool *created,
                              struct fail *f);

struct unit_change_in {
    int64_t id, version;            /* version 0: whatever stands there (command line) */
    struct span on;                 /* empty: today */
    struct span name, short_name;   /* rename */
    int64_t into_id;                /* merge into; end: successor or 0 */
    const struct span *split_names; /* split */
    int n_split;
    struct span alias;            /* alias */
    int64_t parent_id;            /* move: -1 unchanged, 0 none */
    struct span kind, place_code; /* edit: ptr NULL unchanged */
};
MUST_USE enum rc unit_confirm(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
MUST_USE enum rc unit_rename(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
MUST_USE enum rc unit_end(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
MUST_USE enum rc unit_merge(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
/* unit_split - out: the first of the new units; they stand in unit_succession. */
MUST_USE enum rc unit_split(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
MUST_USE enum rc unit_alias_add(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
MUST_USE enum rc unit_edit(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
/* unit_json - the object of the API, with aliases and names of the day. */
MUST_USE enum rc unit_json(struct tx *tx, int64_t id, struct span on, struct jw *w, struct fail *f);

/* ---- cooperations ------------------------------------------------------------------------------------------------------------ */

struct cooperation_member {
    struct span region_code; /* a member city, or a node county of one */
    struct span part;        /* member, node */
    struct span from_on, to_on;
};
struct cooperation_in {
    int64_t id, version;          /* 0: new */
    struct span name_zh, name_en; /* an edit keeps a name whose ptr is NULL */
    const struct cooperation_member
        *members; /* the whole list: it replaces what stands there; an edit with NULL keeps it */
    int n_members;
};
MUST_USE enum rc cooperation_save(struct tx *tx, const struct cooperation_in *in, int64_t *id, struct fail *f);
/* cooperation_members - codes valid on the day. */
MUST_USE enum rc cooperation_members(struct tx *tx, int64_t id, struct span on, int max, char (*codes)[13], int *n,
                                     struct fail *f);
/* cooperation_cities - the same without the node counties: who signs and votes. */
MUST_USE enum rc cooperation_cities(struct tx *tx, int64_t id, struct span on, int max, char (*codes)[13], int *n,
                                    struct fail *f);

/* ---- people and roles ---------------------------------------------------------------------------------------------------------- */

struct person_add_in {
    struct span login_name;   /* account name: 2 to 40 of a-z 0-9 . _ - or Han; unique; no personal number */
    struct span display_name; /* shown to colleagues, such as 王主任 */
    struct span real_name, telephone, email; /* sealed under the person's key; may be empty */
    int64_t unit_id;                         /* where the person works */
    enum lang lang;
    struct span password_hash; /* from org_password_hash; empty: none yet */
    bool must_change;          /* the password is a first one */
};
MUST_USE enum rc person_add(struct tx *tx, const struct person_add_in *in, int64_t *id, struct fail *f);
/* person_erase - destroys the person's key, ends grants, sessions and tokens, blanks names; the journal stays whole. */
MUST_USE enum rc person_erase(struct tx *tx, int64_t id, struct fail *f);
/* person_display - what colleagues see for a principal (person or token), "系统"/"System" for 0, "公众" for -1, "已删除的账户" when erased. */
MUST_USE enum rc person_display(struct tx *tx, int64_t principal_id, enum lang lang, struct span *out, struct fail *f);

struct role_grant_in {
    int64_t person_id, unit_id;
    int role;                   /* org_role_find */
    struct span from_on, to_on; /* empty: from today, without end */
    int64_t stand_in_for;       /* person for whom a stand-in stands, 0: none */
};
MUST_USE enum rc role_grant_add(struct tx *tx, const struct role_grant_in *in, int64_t *grant_id, struct fail *f);
MUST_USE enum rc role_grant_end(struct tx *tx, int64_t person_id, int64_t grant_id, struct fail *f);

/* org_password_hash - argon2id (19 MiB, 2 passes) as text into out; about 25 ms: never on an HTTP or the writer's thread. RC_INVALID under 10
 * characters, over 128 bytes, or one of the common ones. */
#define ORG_PASSWORD_HASH_BYTES 128
MUST_USE enum rc org_password_hash(struct span password, char out[ORG_PASSWORD_HASH_BYTES], struct fail *f);

/* ---- demonstration --------------------------------------------------------------------------------------------------------------- */

/* demo_account_add - marks the person as a demonstration account under a short key ("office", "desk"); also switches the installation into
 * demonstration mode. Sign-in by POST /api/v1/demo/session, on loopback only. */
MUST_USE enum rc demo_account_add(struct tx *tx, struct span key, int64_t person_id, struct span name_zh,
                                  struct span name_en, struct fail *f);
/* org_instance_set - names and home region of the installation; empty spans stay as they are. */
MUST_USE enum rc org_instance_set(struct tx *tx, struct span name_zh, struct span name_en, struct span region_code,
                                  struct fail *f);

/* ---- files -------------------------------------------------------------------------------------------------------------------------- */

struct file_row {
    int64_t id;
    char region_code[7], sha256_hex[65];
    struct span name, media_type;
    int64_t size_bytes, uploaded_by, uploaded_at_us;
    bool is_public; /* a desk released it */
};
/* org_file_add - content that file_put has stored becomes a file of the actor's, to be attached to records. */
struct file_add_in {
    const struct file_info *info;
    struct span name;
    const char *media_type;
};
MUST_USE enum rc org_file_add(struct tx *tx, const struct file_add_in *in, int64_t *id, struct fail *f);
/*
 * org_file_attach - an uploaded file becomes evidence of a record: whoever may read one of the units reads it. The actor must have uploaded
 * it or be able to read it already. RC_MISSING; RC_INVALID over 20 files a subject.
 */
struct file_attach_in {
    int64_t file_id;
    const char *region_code; /* home of the subject */
    const char *subject_kind;
    int64_t subject_id;
    const int64_t *unit_ids;
    int n_units;
};
MUST_USE enum rc org_file_attach(struct tx *tx, const struct file_attach_in *in, struct fail *f);
/* org_file_list - files of a subject whose scope the caller has checked; cb returns false to stop. */
MUST_USE enum rc org_file_list(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                               bool (*cb)(const struct file_row *row, void *ctx), void *ctx, struct fail *f);
/* org_file_share - one more unit may read the files of a subject whose scope the caller has checked. */
MUST_USE enum rc org_file_share(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                                int64_t unit_id, struct fail *f);
/*
 * org_picture_take - the spooled body of a request as a picture without its metadata, in the file store; no row refers to it yet (org_file_add does), and
 * after 24 h without one it goes. RC_MEDIA: no JPEG or PNG; RC_LIMIT.
 * org_picture_find - one that was taken before, by the digest of its content: RC_MISSING.
 */
MUST_USE enum rc org_picture_take(struct req *r, struct file_info *out, const char **media_type, struct fail *f);
MUST_USE enum rc org_picture_find(struct store *s, const char *sha256_hex, struct file_info *out,
                                  const char **media_type, struct fail *f);
/* org_file_release - the desk lets the public see it (or no longer). */
MUST_USE enum rc org_file_release(struct tx *tx, int64_t file_id, bool is_public, struct fail *f);

/* ---- notices -------------------------------------------------------------------------------------------------------------------------- */

/* org_notify - a notice for everyone who holds the right on the unit today: kind is a message name with the subject's number in it. */
struct notice_in {
    const char *region_code, *subject_kind;
    int64_t subject_id, unit_id;
    enum org_right right;
    const char *kind;    /* stable word: "action.assigned" */
    struct span summary; /* no personal value */
};
MUST_USE enum rc org_notify(struct tx *tx, const struct notice_in *in, struct fail *f);

/*
 * What stands in a person's calendar: engines give what is due, app/ lists their functions in feed_sources. Run as a read under the person's own
 * scope; a source calls emit for each thing that the person still has to do, the soonest first, at most FEED_DUES_MAX. Strings borrow.
 */
struct feed_due {
    const char *kind, *part; /* "duty", "due": with the id they make the event's stable name */
    int64_t id, version;     /* version rises with every change of it */
    int64_t made_at_us, changed_at_us;
    int64_t due_us; /* an instant; 0: the whole day due_on */
    struct span due_on, title, note;
    const char *path; /* "/actions/12" of the web app */
    int percent;      /* -1: does not apply */
    bool under_way;
};
struct feed_to {
    bool (*emit)(const struct feed_due *due, void *ctx); /* false: no more, please */
    void *ctx;
    enum lang lang;
};
typedef enum rc feed_source_fn(struct tx *tx, const struct feed_to *to, struct fail *f);
extern feed_source_fn *const feed_sources[]; /* app_tables.c */
extern const int feed_source_count;

/*
 * What the public may subscribe to: engines name it and tell what is new; app/ lists them in public_matters. title gives RC_MISSING unless everybody may
 * see it. news calls emit for what came in after since_us, newest first, until it says false.
 */
struct public_news {
    struct span title, words;
    const char *path; /* of the web app */
};
struct public_ask {
    int64_t id, since_us;
    enum lang lang;
    bool (*emit)(const struct public_news *news, void *ctx);
    void *ctx;
};
struct public_matter {
    const char *kind;
    enum rc (*title)(struct tx *tx, int64_t id, struct span *title, struct fail *f);
    enum rc (*news)(struct tx *tx, const struct public_ask *ask, struct fail *f);
};
extern const struct public_matter public_matters[]; /* app_tables.c */
extern const int public_matter_count;

/* org_is_demonstration - the data directory was made by the demonstration. */
MUST_USE enum rc org_is_demonstration(struct tx *tx, bool *is, struct fail *f);

/* ---- the search over all rooms (org_find.c) ------------------------------------------------------------------------------------------------ */

struct find_hit {
    const struct find_query *query;
    struct span kind, title, text, of_title; /* text: what the snippet is cut from, then the snippet */
    int64_t id, of_id;                       /* of_id: the record on whose page it stands; 0: its own */
};
/*
 * What a room lets be found: a statement with (principal, match, before_id, limit) that gives, newest first and within the reader's scope, kind (only when
 * `kind` is NULL), id, title, text.
 */
struct find_query {
    enum sql_id sql;
    const char *kind;
    bool has_text; /* the column behind the title is its text */
    int of_column; /* column of the id of the record on whose page it stands; 0: none */
    enum rc (*fill)(struct tx *tx, struct find_hit *hit,
                    struct fail *f); /* what a statement cannot say; NULL: nothing */
};
struct find_room {
    const struct find_query *queries;
    const int *n;
};
extern const struct find_room find_rooms[]; /* app_tables.c */
extern const int find_room_count;
struct find_page {
    struct find_hit *hits;
    int n, limit;
    bool more;
};
/* find_all - what the words find in all rooms, ids below `before`, newest first, at most limit. Memory: takes from the tx's arena. */
MUST_USE enum rc find_all(struct tx *tx, struct span typed, int64_t before, int limit, struct find_page *out,
                          struct fail *f);

/* ---- journal of a subject, with names ---------------------------------------------------------------------------------------------------- */

/* journal_answer - the whole reply of a journal's page: items {"seq","at","actor_name","role","verb","change"}, next, Link. The caller has checked
 * the scope. RC_LIMIT over the arena's cap. */
struct journal_page {
    const char *region_code, *subject_kind;
    int64_t subject_id, after;
    int limit;
    enum lang lang;
    const char *verb; /* NULL: all */
};
MUST_USE enum rc journal_answer(struct req *r, struct tx *tx, const struct journal_page *p, struct fail *f);

#endif
