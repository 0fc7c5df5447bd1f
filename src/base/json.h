/*
 * json.h - JSON in (jansson, with limits on size and depth) and JSON out (a streaming writer over sb).
 * Ids, fen and quotas are decimal strings in JSON, both ways (CONTRACTS.md 13).
 */
#ifndef YITI_BASE_JSON_H
#define YITI_BASE_JSON_H

#include <jansson.h>
#include <stdbool.h>
#include <stdint.h>

#include "base/arena.h"
#include "base/fail.h"
#include "base/sb.h"

/*
 * json_read - parses one JSON text (UTF-8, no duplicate keys, nothing behind it, at most JSON_DEPTH_MAX levels,
 * JSON_BYTES_MAX bytes and JSON_VALUES_MAX values).
 * Memory   *out lives as long as the arena (a cleanup drops it).
 * Errors   RC_MALFORMED naming line and column; RC_LIMIT.
 */
MUST_USE enum rc json_read(struct arena *a, struct span text, json_t **out, struct fail *f);

enum json_need { JSON_OPTIONAL, JSON_REQUIRED };
/* The getters below read one member of an object. Missing or null: with JSON_OPTIONAL *out stays as it was; with
 * JSON_REQUIRED RC_INVALID naming the field. A wrong type: RC_INVALID naming the field. */
/* json_get_text - borrows from obj; at most max_bytes; must be valid UTF-8 without control characters (C0, DEL, C1) but \n and \t. */
MUST_USE enum rc json_get_text(const json_t *obj, const char *field, enum json_need need, size_t max_bytes,
                               struct span *out, struct fail *f);
/* json_get_text_or_null - an optional member that may be null: "" then, for what is taken away; *out stays as it is when the member is absent. */
MUST_USE enum rc json_get_text_or_null(const json_t *obj, const char *field, size_t max_bytes, struct span *out,
                                       struct fail *f);
/* json_get_id - a decimal string in its one form (no sign, no leading zero), 1 to 2^63-1 (also taken: an integer number up to 2^53). */
MUST_USE enum rc json_get_id(const json_t *obj, const char *field, enum json_need need, int64_t *out, struct fail *f);
/* json_get_fen - a decimal string that may be negative: any int64. */
MUST_USE enum rc json_get_fen(const json_t *obj, const char *field, enum json_need need, int64_t *out, struct fail *f);
/* json_get_int - a JSON integer within [min, max]. */
MUST_USE enum rc json_get_int(const json_t *obj, const char *field, enum json_need need, int64_t min, int64_t max,
                              int64_t *out, struct fail *f);
MUST_USE enum rc json_get_real(const json_t *obj, const char *field, enum json_need need, double *out, struct fail *f);
MUST_USE enum rc json_get_bool(const json_t *obj, const char *field, enum json_need need, bool *out, struct fail *f);
/* json_get_date - ISO day text 'YYYY-MM-DD' that exists; borrows. */
MUST_USE enum rc json_get_date(const json_t *obj, const char *field, enum json_need need, struct span *out,
                               struct fail *f);
/* json_get_array, json_get_object - borrow; *out NULL when optional and missing. json_get_array: at most max items. */
MUST_USE enum rc json_get_array(const json_t *obj, const char *field, enum json_need need, size_t max, json_t **out,
                                struct fail *f);
MUST_USE enum rc json_get_object(const json_t *obj, const char *field, enum json_need need, json_t **out,
                                 struct fail *f);
/* json_only - RC_INVALID naming the first member that is not among the NULL-ended names: a typing error is not ignored. */
MUST_USE enum rc json_only(const json_t *obj, struct fail *f, ...) __attribute__((sentinel));

/* The writer. Commas and colons are put by itself; nesting at most 32. */
struct jw {
    struct sb *sb;
    uint32_t first_bits; /* private */
    int depth;           /* private */
    bool after_key;      /* private */
};
void jw_init(struct jw *w, struct sb *sb);
void jw_object(struct jw *w);
void jw_object_end(struct jw *w);
void jw_array(struct jw *w);
void jw_array_end(struct jw *w);
void jw_key(struct jw *w, const char *key);
void jw_text(struct jw *w,
             struct span s); /* invalid UTF-8 becomes U+FFFD; < is escaped, so that it may stand in a page */
void jw_str(struct jw *w, const char *cstr); /* NULL writes null */
void jw_int(struct jw *w, int64_t v);        /* a number; only for values that stay below 2^53 */
void jw_id(struct jw *w, int64_t v);         /* a decimal string: ids, fen, quotas */
void jw_real(struct jw *w, double v);        /* shortest text that reads back the same; NaN and infinities write null */
void jw_bool(struct jw *w, bool v);
void jw_null(struct jw *w);
void jw_time(struct jw *w, int64_t at_us);   /* "2026-11-24T08:00:00.000000+08:00" */
void jw_raw(struct jw *w, struct span json); /* already JSON, taken as it is */
/* key and value in one call */
void jw_ktext(struct jw *w, const char *key, struct span s);
void jw_kstr(struct jw *w, const char *key, const char *cstr);
void jw_kint(struct jw *w, const char *key, int64_t v);
void jw_kid(struct jw *w, const char *key, int64_t v);
void jw_kreal(struct jw *w, const char *key, double v);
void jw_kbool(struct jw *w, const char *key, bool v);
void jw_ktime(struct jw *w, const char *key, int64_t at_us);
/* jw_ktext_or_null - null when s.ptr is NULL. */
void jw_ktext_or_null(struct jw *w, const char *key, struct span s);

#endif
