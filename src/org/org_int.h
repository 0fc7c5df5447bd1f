/* org_int.h - what the files of org share among themselves; no other room includes it. */
#ifndef YITI_ORG_INT_H
#define YITI_ORG_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "base/limits.h"
#include "org/org.h"

#define SECRET_BYTES 32
#define SECRET_HASH_BYTES 32
#define SECRET_TEXT_BYTES 44 /* base64url without padding, and the zero */

/* ---- pure rules: org_rules.c, org_totp.c, org_image.c ---------------------------------------------------------------------- */

/* unit_key_normal - a printed name in the form in which names are compared: full-width letters, digits and brackets as ASCII, ASCII in
 * lower case, without blanks and quotation marks. Takes from the arena; ptr NULL over its cap. */
struct span unit_key_normal(struct arena *a, struct span printed);
/* The names that may stand before a unit's own: of its region (杭州市, 杭州) and of the province above (浙江省, 浙江). */
struct unit_place {
    struct span names[4];
    int n;
};
/*
 * unit_key_stem - what is left of a normal key when the place in front of it is taken away (深圳市科协, 市科协, 科协 give 科协) and the
 * usual long endings are cut (委员会 to 委, 人民政府 to 政府, 办公室 to 办, and 和 dropped). 市委…, 市属…, 市场… keep their 市. Idempotent.
 */
struct span unit_key_stem(struct arena *a, struct span normal, const struct unit_place *place);
/* region_short_name - 杭州市 to 杭州, 长沙县 to 长沙县 (two characters stay whole: 滨江区 gives 滨江). Borrows. */
struct span region_short_name(struct span name);

enum unit_verb { UNIT_CONFIRM, UNIT_RENAME, UNIT_END, UNIT_MERGE, UNIT_SPLIT, UNIT_ALIAS, UNIT_EDIT };
/* unit_rule - may this be done to a unit in this state on this day? from_on, on ISO days. */
MUST_USE enum rc unit_rule(enum unit_verb verb, const struct unit *u, struct span on, struct fail *f);
bool unit_kind_known(struct span kind);
MUST_USE enum rc day_check(struct span on, const char *field, struct fail *f);
MUST_USE enum rc login_name_check(struct span name, struct fail *f);
/* text_check - within 1 (or 0) and max code points, no control character. */
MUST_USE enum rc text_check(struct span s, const char *field, size_t min, size_t max, struct fail *f);

/*
 * Throttle. Three counters look at each attempt: account with address, account alone, address alone. Some failures are free; each
 * further one doubles the pause from one second up to the counter's cap; an hour of quiet forgets. The account's own counter is not
 * asked in a browser in which the account signed in before, so guessing from elsewhere cannot keep its owner out.
 */
enum throttle_kind { THROTTLE_PAIR, THROTTLE_ACCOUNT, THROTTLE_ADDRESS, THROTTLE_KINDS };
struct throttle {
    int64_t failures, last_at_us, open_at_us;
};
/* throttle_attempt - counts an attempt as failed in advance (a success clears it) and sets when the next may come. */
struct throttle throttle_attempt(struct throttle t, enum throttle_kind kind, int64_t at_us);

/* totp_code - RFC 6238 with HMAC-SHA-1, 30 s steps and 6 to 8 digits. */
uint32_t totp_code(const unsigned char *secret, size_t secret_bytes, int64_t step, int digits);
/* totp_check - a six-digit text at an instant, one step of drift either way, only steps after last_step; the step used, or -1. */
int64_t totp_check(const unsigned char *secret, size_t secret_bytes, struct span code, int64_t at_us,
                   int64_t last_step);
/* base32_print - RFC 4648 without padding into the arena. */
struct span base32_print(struct arena *a, const unsigned char *bytes, size_t n);
/* base32_read - exactly n bytes out of text without padding, blanks passed over; false otherwise. */
bool base32_read(struct span text, unsigned char *bytes, size_t n);

/* What a content is, by its first bytes. */
struct media {
    const char *type;      /* "image/jpeg"; NULL: none that is taken here */
    const char *extension; /* of a download */
    size_t bytes_max;
};
struct media media_sniff(struct span head, struct span claimed);
/* media_agrees - a Content-Type that does not contradict: the same type, or application/octet-stream, or the usual other names of text. */
bool media_agrees(const struct media *media, struct span claimed);
/* Pieces of an image that stay when metadata goes. */
struct keep {
    size_t start, len;
};
#define KEEP_MAX 4096
/*
 * image_keep - walks a JPEG's segments or a PNG's chunks and lists what stays: all but EXIF, XMP, IPTC, comments, text, times and
 * trailing bytes. Nothing is decoded. RC_MALFORMED when the walk does not come to the image's end, or has over KEEP_MAX pieces.
 */
MUST_USE enum rc image_keep(struct span image, const char *media_type, struct keep *keep, size_t *n, struct fail *f);
/*
 * image_turn - how a picture is to be turned is told by its metadata alone, and cameras rely on it. This makes a piece of metadata that says only
 * this; it goes into the kept bytes at offset `at`, which lies in the first kept piece or at its end.
 * len 0: nothing to be said (upright, not told, or not readable).
 */
struct turn {
    unsigned char bytes[40];
    size_t len, at;
    int orientation; /* 2 to 8 as in Exif (TIFF 6.0 tag 274); 1 when there is nothing to say */
};
struct turn image_turn(struct span image, const char *media_type);

/* ---- secrets ------------------------------------------------------------------------------------------------------------------ */

struct secret {
    char text[SECRET_TEXT_BYTES];          /* goes to the client once */
    unsigned char hash[SECRET_HASH_BYTES]; /* goes to the database */
};
void secret_new(struct secret *s);
/* secret_hash - false when text is no secret's text. */
bool secret_hash(struct span text, unsigned char hash[SECRET_HASH_BYTES]);
bool org_password_verify(const char *hash, struct span password);

/* ---- the process's state: org_glue.c ------------------------------------------------------------------------------------------- */

struct session_slot {
    unsigned char hash[SECRET_HASH_BYTES];
    int64_t good_until_us; /* monotonic: read again after this */
    uint64_t generation;
    uint32_t used; /* for the oldest to go */
    bool full;
    struct org_session session;
    int64_t seen_at_us;
};
#define SESSION_SETS 256
#define SESSION_WAYS 4
#define SESSION_CACHE_US 2000000
struct org {
    struct org_options options;
    struct arena *arena;
    struct oidc *oidc;           /* the house identity provider; NULL: none */
    pthread_mutex_t lock;        /* slots, tick */
    struct delivery *delivery;   /* threads of mail and webhooks; NULL: not started */
    struct feed_rate *feed_rate; /* how often personal feeds are read */
    struct session_slot *slots;
    uint32_t tick;
    _Atomic uint64_t generation; /* raised after each commit that changes what a session may do */
};
/* org_forget_sessions - what is cached is read again. After a commit. */
void org_forget_sessions(struct org *o);
void org_forget_committed(struct req *r, void *out, bool replayed); /* the same as org_write_plan.committed */
/* session_stage - stage of the session behind the cookie although it is not full yet: for enrolment. RC_SIGN_IN. */
struct session_row {
    int64_t id, person_id, seen_at_us, expires_at_us;
    char stage[12];
    unsigned char hash[SECRET_HASH_BYTES];
};
MUST_USE enum rc session_by_hash(struct tx *tx, const unsigned char *hash, struct session_row *out, struct fail *f);
bool req_session_hash(struct req *r, unsigned char hash[SECRET_HASH_BYTES]);
MUST_USE enum rc session_load_roles(struct tx *tx, struct org_session *s, struct fail *f);

/* ---- small helpers: org_glue.c ---------------------------------------------------------------------------------------------------- */

void copy_code(char *out, size_t size, struct span code); /* cuts */
struct span tx_today(struct tx *tx);                      /* ISO day in Shanghai, tx's arena */
struct span day_or_today(struct tx *tx, struct span on);
/* org_journal - journal_append with a JSON object made of name, value pairs of C strings (NULL-ended; a NULL value is left out). */
MUST_USE enum rc org_journal(struct tx *tx, const char *region_code, const char *kind, int64_t id, const char *verb,
                             struct fail *f, ...) __attribute__((sentinel));
const char *id_text(struct arena *a, int64_t id);
const char *span_text(struct arena *a, struct span s); /* C string copy; never NULL ("" over the cap) */

/* ---- closure: org_closure.c ---------------------------------------------------------------------------------------------------------- */

/* closure_person - makes the rows of a person and of the person's tokens anew. */
MUST_USE enum rc closure_person(struct tx *tx, int64_t person_id, struct fail *f);
/* closure_unit - makes the rows on one unit anew, for everybody. closure_tree - on it and all below it. */
MUST_USE enum rc closure_unit(struct tx *tx, int64_t unit_id, struct fail *f);
MUST_USE enum rc closure_tree(struct tx *tx, int64_t unit_id, struct fail *f);
/* closure_holders - of everyone with a grant on the unit. closure_cooperation - with a grant on an office of the cooperation. */
MUST_USE enum rc closure_holders(struct tx *tx, int64_t unit_id, struct fail *f);
MUST_USE enum rc closure_cooperation(struct tx *tx, int64_t cooperation_id, struct fail *f);
MUST_USE enum rc closure_token(struct tx *tx, int64_t token_id, struct fail *f);
void closure_register(struct store *s); /* timer kinds */
MUST_USE enum rc closure_schedule_grant(struct tx *tx, int64_t grant_id, struct fail *f);
MUST_USE enum rc closure_schedule_cooperation(struct tx *tx, int64_t cooperation_id, struct fail *f);

/* ---- rows shared by the API and the command line --------------------------------------------------------------------------------------- */

void region_json(struct jw *w, const struct region *r);
/* region_line_read - a line of the divisions' CSV into its columns, each checked. RC_INVALID naming line and column. Borrows. Pure. */
#define REGION_COLUMNS 7
MUST_USE enum rc region_line_read(struct span line, int64_t number, struct span c[REGION_COLUMNS], struct fail *f);
MUST_USE enum rc region_place(struct tx *tx, const char *region_code, struct unit_place *out, struct fail *f);
struct region_query {
    struct span parent, level, q, after; /* ptr NULL: any */
    struct span on;                      /* empty: today */
    int limit;
};
MUST_USE enum rc region_rows(struct tx *tx, const struct region_query *q,
                             bool (*cb)(const struct region *row, void *ctx), void *ctx, struct fail *f);
MUST_USE enum rc cooperation_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f);
MUST_USE enum rc person_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f);
struct person_row {
    int64_t id, unit_id, version;
    char region_code[7];
    struct span login_name, display_name, lang, state;
};
struct person_edit_in {
    int64_t id, version;
    struct span display_name, lang, state;   /* ptr NULL: unchanged */
    struct span real_name, telephone, email; /* empty: unchanged */
    int64_t unit_id;                         /* 0: unchanged */
};
MUST_USE enum rc person_edit(struct tx *tx, const void *in, void *out, struct fail *f);
struct person_contact_in {
    int64_t id;
    struct span purpose;
};
struct person_contact {
    struct span real_name, telephone, email; /* ptr NULL: not held */
};
MUST_USE enum rc person_contact(struct tx *tx, const void *in, void *out, struct fail *f);
MUST_USE enum rc roles_json(struct tx *tx, int64_t person_id, struct jw *w, struct fail *f); /* an array */
MUST_USE enum rc person_load(struct tx *tx, int64_t id, struct person_row *out, struct fail *f);

/* sessions, tokens: org_session.c */
struct sign_in_look_in {
    struct span name, address;
    unsigned char device[SECRET_HASH_BYTES];
    bool has_device;
};
struct sign_in_look {
    unsigned char buckets[THROTTLE_KINDS][32];
    int64_t person_id;                  /* 0: no such account */
    char hash[ORG_PASSWORD_HASH_BYTES]; /* "" when there is none */
    bool must_change;
    int64_t wait_us; /* > 0: too early, and nothing else is filled */
};
/* sign_in_look_up - the account of a name, after the throttle has counted the attempt as failed. */
MUST_USE enum rc sign_in_look_up(struct tx *tx, const void *in, void *out, struct fail *f);
struct sign_in {
    int64_t person_id;
    struct span totp; /* typed code; empty: none */
    bool factor_done; /* a house identity or the demonstration stands for the second factor */
    bool must_change;
    const char *how; /* password, demonstration, oidc, setup, reset */
    struct secret secret, device;
    unsigned char buckets[THROTTLE_KINDS][32];
    bool clear_buckets;
};
struct signed_in {
    int64_t session_id, person_id;
    char stage[12];
};
struct password_change_in {
    int64_t person_id;                        /* 0: whose the one-time token is */
    unsigned char session[SECRET_HASH_BYTES]; /* stays signed in; all others end */
    unsigned char one_time[SECRET_HASH_BYTES];
    struct span hash;
};
MUST_USE enum rc password_change(struct tx *tx, const void *in, void *out, struct fail *f);
struct totp_in {
    struct session_row session;
    struct span code;
    unsigned char secret[20];
};
MUST_USE enum rc totp_set(struct tx *tx, const void *in, void *out, struct fail *f);
MUST_USE enum rc totp_is_set(struct tx *tx, int64_t person_id, bool *set, struct fail *f);
MUST_USE enum rc totp_remove(struct tx *tx, const void *in, void *out, struct fail *f);
struct setup_in {
    unsigned char one_time[SECRET_HASH_BYTES];
    struct person_add_in person;
    struct span name_zh, name_en, region_code;
    struct sign_in sign_in;
};
MUST_USE enum rc setup_make(struct tx *tx, const void *in, void *out, struct fail *f);
MUST_USE enum rc sign_in_make(struct tx *tx, const void *in, void *out, struct fail *f);
/* session_json - the answer of GET session; person_id 0: nobody. stage "full", else what is to be set up first. */
MUST_USE enum rc session_json(struct tx *tx, int64_t person_id, const char *stage, struct jw *w, struct fail *f);
MUST_USE enum rc person_needs_totp(struct tx *tx, int64_t person_id, bool *needs, struct fail *f);
MUST_USE enum rc password_set(struct tx *tx, int64_t person_id, struct span hash, bool must_change, struct fail *f);
/* password_reset_allowed - the password of an administrator or auditor is reset by an administrator only. */
MUST_USE enum rc password_reset_allowed(struct tx *tx, int64_t person_id, struct fail *f);
MUST_USE enum rc instance_fact(struct tx *tx, const char *name, struct span *value,
                               struct fail *f); /* ptr NULL when not set */
MUST_USE enum rc instance_fact_set(struct tx *tx, const char *name, struct span value, struct fail *f);
struct one_time_in {
    const char *purpose;
    int64_t person_id;
    unsigned char hash[SECRET_HASH_BYTES];
    int64_t good_for_us;
};
MUST_USE enum rc one_time_make(struct tx *tx, const void *in, void *out, struct fail *f);
MUST_USE enum rc one_time_take(struct tx *tx, const unsigned char *hash, const char *purpose, int64_t *person_id,
                               struct fail *f);
struct token_in {
    int64_t person_id;
    struct span label;
    uint32_t rights;
    int64_t expires_at_us; /* 0: none */
    unsigned char hash[SECRET_HASH_BYTES];
};
MUST_USE enum rc token_make(struct tx *tx, const void *in, void *out, struct fail *f); /* out: int64_t id */
MUST_USE enum rc token_revoke(struct tx *tx, int64_t token_id, int64_t owner_id,
                              struct fail *f); /* owner 0: anyone's */

/* routes, by topic: each file gives its handlers to the table in org_api.c */
/* clang-format off */
#define ORG_HANDLERS(X)                                                                                                \
    X(api_session_get)                                                                                                 \
    X(api_session_post) X(api_session_delete) X(api_session_password) X(api_totp_get) X(api_totp_post)                 \
        X(api_totp_delete) X(api_demo_accounts) X(api_demo_session) X(api_setup) X(api_oidc_start)                     \
            X(api_oidc_callback) X(api_regions) X(api_region) X(api_cooperations) X(api_cooperation_post)              \
                X(api_cooperation) X(api_cooperation_patch) X(api_units) X(api_unit_post) X(api_unit)                  \
                    X(api_unit_patch) X(api_unit_confirm) X(api_unit_rename) X(api_unit_end) X(api_unit_merge)         \
                        X(api_unit_split) X(api_unit_alias) X(api_unit_journal) X(api_people) X(api_person_post)       \
                            X(api_person) X(api_person_patch) X(api_role_post) X(api_role_delete)                      \
                                X(api_password_reset) X(api_person_erase) X(api_person_contact) X(api_access_log)      \
                                    X(api_tokens) X(api_token_post) X(api_token_delete) X(api_file_post) X(api_file)   \
                                        X(api_public_file) X(api_file_release) X(api_roles) X(api_notices)             \
                                            X(api_notice_read) X(api_oidc) X(api_identity)                 \
                                                X(api_identity_put) X(api_identity_delete) X(api_notices_read)
/* clang-format on */
#define X(name) handler_fn name;
ORG_HANDLERS(X)
#undef X

#endif
