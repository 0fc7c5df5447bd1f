/* govern_field.c - fields of a request into arguments of a statement, and columns of a row into members of an answer, both by table. */
#include <string.h>

#include "govern/govern_int.h"

#define MILLION 1000000LL

/* ---- in ------------------------------------------------------------ */

bool govern_word_in(struct span word, const char *words)
{
    struct span rest = span_of(words);
    while (rest.len > 0) {
        if (span_eq(span_split(&rest, '|'), word))
            return true;
    }
    return false;
}

bool govern_decimal_parse(struct span text, int64_t *millionths)
{
    struct span rest = text;
    const bool minus = rest.len > 0 && rest.ptr[0] == '-';
    if (minus)
        rest = span_sub(rest, 1, rest.len);
    const struct span whole = span_split(&rest, '.');
    int64_t value = 0, part = 0;
    if (whole.len == 0 || whole.len > 12 || rest.len > 6 || (whole.len + 1 == text.len - (minus ? 1 : 0)))
        return false; /* nothing before the point, too long, or a point with nothing behind it */
    for (size_t i = 0; i < whole.len; i++) {
        if (whole.ptr[i] < '0' || whole.ptr[i] > '9')
            return false;
        value = value * 10 + (whole.ptr[i] - '0');
    }
    for (size_t i = 0; i < 6; i++) {
        if (i < rest.len && (rest.ptr[i] < '0' || rest.ptr[i] > '9'))
            return false;
        part = part * 10 + (i < rest.len ? rest.ptr[i] - '0' : 0);
    }
    *millionths = (minus ? -1 : 1) * (value * MILLION + part);
    return true;
}

struct span govern_decimal_print(struct arena *a, int64_t millionths)
{
    char text[40];
    const int64_t m = millionths < 0 ? -millionths : millionths;
    (void)snprintf(text, sizeof text, "%s%lld.%06lld", millionths < 0 ? "-" : "", (long long)(m / MILLION),
                   (long long)(m % MILLION));
    size_t len = strlen(text);
    while (text[len - 1] == '0')
        len--;
    if (text[len - 1] == '.')
        len--;
    return span_dup(a, (struct span){text, len});
}

static enum rc read_decimal(const json_t *body, const struct govern_field *field, struct db_val *out, struct fail *f)
{
    const json_t *v = json_object_get(body, field->name);
    char text[40] = "";
    int64_t value = 0;
    if (json_is_number(v))
        (void)snprintf(text, sizeof text, "%.6f", json_number_value(v));
    else if (json_is_string(v) && json_string_length(v) < sizeof text)
        (void)snprintf(text, sizeof text, "%s", json_string_value(v));
    if (!govern_decimal_parse(span_of(text), &value))
        return fail_set(f, RC_INVALID, MSG_govern_decimal_invalid, field->name, NULL);
    *out = DB_I(value);
    return RC_OK;
}

static enum rc read_text(const json_t *body, const struct govern_field *field, struct db_val *out, struct fail *f)
{
    struct span text = SPAN("");
    const enum json_need need = field->required ? JSON_REQUIRED : JSON_OPTIONAL;
    const size_t max = field->max > 0 ? (size_t)field->max : 200;
    enum rc rc = json_get_text(body, field->name, need, max, &text, f);
    if (rc == RC_OK && field->required && span_trim(text).len == 0)
        rc = fail_set(f, RC_INVALID, MSG_field_missing, field->name, NULL);
    if (rc == RC_OK && field->type == GOVERN_WORD) {
        struct span words = span_of(field->words);
        if (text.len == 0)
            text = span_split(&words, '|');
        else if (!govern_word_in(text, field->words))
            return fail_set(f, RC_INVALID, MSG_govern_word_invalid, field->name, field->words, NULL);
    }
    *out = DB_T(text.ptr != NULL ? text : SPAN(""));
    return rc;
}

static enum rc read_number(const json_t *body, const struct govern_field *field, struct db_val *out, struct fail *f)
{
    const enum json_need need = field->required ? JSON_REQUIRED : JSON_OPTIONAL;
    int64_t value = -1;
    bool flag = false;
    enum rc rc = RC_OK;
    if (field->type == GOVERN_INT)
        rc = json_get_int(body, field->name, need, 0, field->max > 0 ? field->max : 1000000, &value, f);
    else if (field->type == GOVERN_BOOL) {
        rc = json_get_bool(body, field->name, need, &flag, f);
        value = flag ? 1 : 0;
    } else
        rc = json_get_id(body, field->name, need, &value, f);
    *out = value < 0 ? DB_N : DB_I(value);
    return rc;
}

static enum rc read_field(const json_t *body, const struct govern_field *field, struct db_val *out, json_t **list,
                          struct fail *f)
{
    const enum json_need need = field->required ? JSON_REQUIRED : JSON_OPTIONAL;
    struct span day = SPAN_NONE;
    enum rc rc = RC_OK;
    switch (field->type) {
    case GOVERN_TEXT:
    case GOVERN_WORD:
    case GOVERN_PLACE:
        return read_text(body, field, out, f);
    case GOVERN_DAY:
        rc = json_get_date(body, field->name, need, &day, f);
        *out = day.len > 0 ? DB_T(day) : DB_N;
        return rc;
    case GOVERN_DECIMAL:
        if (json_object_get(body, field->name) == NULL || json_is_null(json_object_get(body, field->name))) {
            *out = DB_N;
            return field->required ? fail_set(f, RC_INVALID, MSG_field_missing, field->name, NULL) : RC_OK;
        }
        return read_decimal(body, field, out, f);
    case GOVERN_LIST:
        *out = DB_N;
        return json_get_array(body, field->name, need, GOVERN_LIST_MAX, list, f);
    case GOVERN_TIME:
    case GOVERN_ID:
    case GOVERN_UNIT:
    case GOVERN_INT:
    case GOVERN_BOOL:
        break;
    }
    return read_number(body, field, out, f);
}

static enum rc only_known(const json_t *body, const struct govern_field *fields, int n, struct fail *f)
{
    void *const walk = (void *)(uintptr_t)body; /* jansson's iterator takes no const, and changes nothing */
    for (void *it = json_object_iter(walk); it != NULL; it = json_object_iter_next(walk, it)) {
        bool known = false;
        for (int i = 0; i < n && !known; i++)
            known = strcmp(json_object_iter_key(it), fields[i].name) == 0;
        if (!known)
            return fail_set(f, RC_INVALID, MSG_field_unknown, json_object_iter_key(it), NULL);
    }
    return RC_OK;
}

enum rc govern_fields(const json_t *body, const struct govern_field *fields, int n, bool keep, struct db_val *out,
                      json_t **lists, struct fail *f)
{
    if (!json_is_object(body))
        return fail_set(f, RC_INVALID, MSG_json_object_wanted, NULL, NULL);
    enum rc rc = only_known(body, fields, n, f);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        json_t *ignored = NULL;
        const json_t *given = json_object_get(body, fields[i].name);
        if (keep && (given == NULL || json_is_null(given)))
            out[i] = DB_N;
        else
            rc = read_field(body, &fields[i], &out[i], lists != NULL ? &lists[i] : &ignored, f);
    }
    return rc;
}

struct span govern_day(const struct db_val *v, struct span otherwise)
{
    return v->type == DB_TEXT && v->s.len > 0 ? v->s : otherwise;
}

int64_t govern_id(const struct db_val *v)
{
    return v->type == DB_INT ? v->i : 0;
}

bool govern_mobile_in(struct span s)
{
    size_t digits = 0;
    for (size_t i = 0; i <= s.len; i++) {
        const bool digit = i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9';
        if (!digit && digits == 11 && s.ptr[i - 11] == '1' && s.ptr[i - 10] >= '3')
            return true;
        digits = digit ? digits + 1 : 0;
    }
    return false;
}

/* ---- out ------------------------------------------------------------ */

struct span govern_unit_name(struct tx *tx, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    const enum rc rc = unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored);
    return rc == RC_OK ? unit.name : SPAN("?");
}

void govern_unit_member(struct tx *tx, struct jw *w, const char *key, int64_t unit_id)
{
    jw_key(w, key);
    if (unit_id == 0) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kid(w, "id", unit_id);
    jw_ktext(w, "name", govern_unit_name(tx, unit_id));
    jw_object_end(w);
}

void govern_place_member(struct tx *tx, struct jw *w, const char *key, struct span code)
{
    struct region region;
    struct fail ignored;
    jw_key(w, key);
    if (code.len == 0) {
        jw_null(w);
        return;
    }
    const enum rc rc = region_get(tx, code, SPAN_NONE, &region, &ignored);
    jw_object(w);
    jw_ktext(w, "code", code);
    jw_ktext(w, "name", rc == RC_OK ? region.name : code);
    if (rc == RC_OK)
        jw_ktext(w, "level", region.level);
    jw_object_end(w);
}

static void column(struct tx *tx, struct rows *rows, int at, const struct govern_column *c, struct jw *w)
{
    const bool null = rows_is_null(rows, at);
    switch (c->type) {
    case GOVERN_UNIT:
        govern_unit_member(tx, w, c->name, null ? 0 : rows_int(rows, at));
        return;
    case GOVERN_PLACE:
        govern_place_member(tx, w, c->name, null ? SPAN_NONE : rows_text_dup(rows, at));
        return;
    default:
        break;
    }
    jw_key(w, c->name);
    if (null) {
        jw_null(w);
        return;
    }
    switch (c->type) {
    case GOVERN_ID:
        jw_id(w, rows_int(rows, at));
        break;
    case GOVERN_INT:
        jw_int(w, rows_int(rows, at));
        break;
    case GOVERN_BOOL:
        jw_bool(w, rows_int(rows, at) != 0);
        break;
    case GOVERN_TIME:
        jw_time(w, rows_int(rows, at));
        break;
    case GOVERN_DECIMAL:
        jw_text(w, govern_decimal_print(tx_arena(tx), rows_int(rows, at)));
        break;
    default:
        jw_text(w, rows_text(rows, at));
    }
}

void govern_members(struct tx *tx, struct rows *rows, const struct govern_column *columns, int n, struct jw *w)
{
    for (int i = 0; i < n; i++) {
        if (columns[i].name != NULL)
            column(tx, rows, i, &columns[i], w);
    }
}

enum rc govern_array(struct tx *tx, struct jw *w, const struct govern_rows *q, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, q->sql, q->args, q->n_args, &rows, f);
    if (rc != RC_OK)
        return rc;
    if (q->key != NULL)
        jw_key(w, q->key);
    jw_array(w);
    for (int n = 0; n < GOVERN_ROWS_MAX && rows_next(&rows); n++) {
        jw_object(w);
        govern_members(tx, &rows, q->columns, q->n_columns, w);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}
