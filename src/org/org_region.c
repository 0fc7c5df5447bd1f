/*
 * org_region.c - administrative divisions through time, and regions of cooperating cities.
 * The official tables begin on 2006-01-01 (data/regions/): a question about an earlier day is answered as of that day.
 */
#include <string.h>

#include "base/utf8.h"
#include "org/org_int.h"

#define REGION_CHUNK 400 /* rows of one command */
#define REGION_CSV_BYTES_MAX (32u << 20)
#define REGION_FIRST_DAY SPAN("2006-01-01")
#define COOPERATION_MEMBERS_MAX 200

static struct span region_day(struct tx *tx, struct span on)
{
    struct span day = day_or_today(tx, on);
    return span_cmp(day, REGION_FIRST_DAY) < 0 ? REGION_FIRST_DAY : day;
}

static struct region region_row(struct rows *rows)
{
    struct region r = {.name = rows_text_dup(rows, 1),
                       .level = rows_text_dup(rows, 2),
                       .valid_from_on = rows_text_dup(rows, 4),
                       .valid_to_on = rows_text_dup(rows, 5),
                       .successors = rows_text_dup(rows, 6)};
    copy_code(r.code, sizeof r.code, rows_text(rows, 0));
    copy_code(r.parent_code, sizeof r.parent_code, rows_text(rows, 3));
    return r;
}

enum rc region_get(struct tx *tx, struct span code, struct span on, struct region *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = on.len == 0 ? db_one(tx, SQL_region_last, DB_ARGS(DB_T(code)), &rows, f)
                             : db_one(tx, SQL_region_on, DB_ARGS(DB_T(code), DB_T(region_day(tx, on))), &rows, f);
    if (rc == RC_MISSING)
        return fail_span(f, RC_MISSING, MSG_region_unknown, NULL, code);
    if (rc != RC_OK)
        return rc;
    struct region r = region_row(&rows);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        *out = r;
    return rc;
}

enum rc region_find_name(struct tx *tx, struct span name, struct span on, int max, struct region *out, int *n,
                         struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_region_named, DB_ARGS(DB_T(name), DB_T(region_day(tx, on)), DB_I(max)), &rows, f);
    *n = 0;
    while (rc == RC_OK && *n < max && rows_next(&rows))
        out[(*n)++] = region_row(&rows);
    return rc == RC_OK ? rows_end(&rows) : rc;
}

static bool code_known(char (*codes)[13], int n, struct span code)
{
    for (int i = 0; i < n; i++)
        if (span_is(code, codes[i]))
            return true;
    return false;
}

enum rc region_current(struct tx *tx, struct span code, int max, char (*codes)[13], int *n, struct fail *f)
{
    char seen[64][13]; /* a chain of changes since 2006 is short; what is past 64 codes is refused */
    int n_seen = 1;
    *n = 0;
    copy_code(seen[0], sizeof seen[0], code);
    for (int i = 0; i < n_seen; i++) {
        struct region r;
        enum rc rc = region_get(tx, span_of(seen[i]), SPAN_NONE, &r, f);
        if (rc != RC_OK)
            return rc;
        if (!r.valid_to_on.ptr) {
            if (*n < max)
                memcpy(codes[(*n)++], r.code, sizeof r.code);
            continue;
        }
        for (struct span rest = r.successors; rest.len > 0;) {
            struct span next = span_split(&rest, ';');
            if (code_known(seen, n_seen, next))
                continue;
            if (n_seen == 64)
                return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
            copy_code(seen[n_seen++], sizeof seen[0], next);
        }
    }
    return RC_OK;
}

void region_json(struct jw *w, const struct region *r)
{
    jw_object(w);
    jw_kstr(w, "code", r->code);
    jw_ktext(w, "name", r->name);
    jw_ktext(w, "level", r->level);
    jw_kstr(w, "parent_code", r->parent_code);
    jw_ktext(w, "valid_from_on", r->valid_from_on);
    jw_ktext_or_null(w, "valid_to_on", r->valid_to_on);
    jw_key(w, "successors");
    jw_array(w);
    for (struct span rest = r->successors; rest.len > 0;)
        jw_text(w, span_split(&rest, ';'));
    jw_array_end(w);
    jw_object_end(w);
}

enum rc region_rows(struct tx *tx, const struct region_query *q, bool (*cb)(const struct region *row, void *ctx),
                    void *ctx, struct fail *f)
{
    struct db_val args[6] = {DB_T(region_day(tx, q->on)), DB_I(q->limit)};
    int n = 2;
    uint32_t filters = 0;
    struct rows rows;
    if (q->parent.ptr) {
        filters |= SQLF_region_list_parent;
        args[n++] = DB_T(q->parent);
    }
    if (q->level.ptr) {
        filters |= SQLF_region_list_level;
        args[n++] = DB_T(q->level);
    }
    if (q->q.ptr) {
        filters |= SQLF_region_list_named;
        args[n++] = DB_T(q->q);
    }
    if (q->after.ptr)
        args[n++] = DB_T(q->after);
    enum rc rc = db_list(tx, SQL_region_list, filters, SQLO_region_list_code, q->after.ptr != NULL, args, n, &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct region r = region_row(&rows);
        if (!cb(&r, ctx))
            break;
    }
    return rows_end(&rows);
}

enum rc region_place(struct tx *tx, const char *region_code, struct unit_place *out, struct fail *f)
{
    struct unit_place place = {.n = 0};
    struct fail ignored = {0};
    struct region r;
    struct span code = span_of(region_code);
    for (int step = 0; step < 2 && !span_is(code, "000000") && code.len > 0; step++) {
        enum rc rc = region_get(tx, code, SPAN_NONE, &r, &ignored);
        if (rc == RC_MISSING)
            break;
        if (rc != RC_OK) {
            *f = ignored;
            return rc;
        }
        place.names[place.n++] = r.name;
        place.names[place.n++] = region_short_name(r.name);
        code = span_dup(tx_arena(tx), span_of(r.parent_code));
    }
    *out = place;
    return RC_OK;
}

/* ---- import ------------------------------------------------------------------------------------------------------------------ */

struct region_chunk {
    struct span lines; /* whole lines */
    int64_t first_line;
    int64_t rows;
};

static enum rc csv_refuse(struct fail *f, int64_t line, const char *column, struct span value)
{
    char where[64];
    snprintf(where, sizeof where, "%lld:%s", (long long)line, column);
    return fail_span(f, RC_INVALID, MSG_region_csv, where, value);
}

static bool digits_only(struct span s)
{
    for (size_t i = 0; i < s.len; i++)
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
    return s.len > 0;
}

static bool level_known(struct span level, size_t code_len)
{
    if (span_is(level, "street"))
        return code_len == 9 || code_len == 12;
    return code_len == 6 && (span_is(level, "province") || span_is(level, "prefecture") || span_is(level, "county"));
}

enum rc region_line_read(struct span line, int64_t number, struct span c[REGION_COLUMNS], struct fail *f)
{
    struct span rest = line;
    for (int i = 0; i < REGION_COLUMNS; i++)
        c[i] = span_trim(span_split(&rest, ','));
    if (rest.len > 0)
        return csv_refuse(f, number, "successors", rest);
    if (!digits_only(c[0]) || (c[0].len != 6 && c[0].len != 9 && c[0].len != 12))
        return csv_refuse(f, number, "code", c[0]);
    if (c[1].len == 0 || c[1].len > 120 || utf8_check(c[1]) != c[1].len)
        return csv_refuse(f, number, "name", c[1]);
    if (!level_known(c[2], c[0].len))
        return csv_refuse(f, number, "level", c[2]);
    if (c[3].len > 0 && !digits_only(c[3]))
        return csv_refuse(f, number, "parent_code", c[3]);
    struct ymd day;
    if (!date_parse(c[4], &day))
        return csv_refuse(f, number, "valid_from_on", c[4]);
    if (c[5].len > 0 && (!date_parse(c[5], &day) || span_cmp(c[5], c[4]) <= 0))
        return csv_refuse(f, number, "valid_to_on", c[5]);
    return RC_OK;
}

static enum rc region_line(struct tx *tx, struct span line, int64_t number, struct fail *f)
{
    struct span c[REGION_COLUMNS];
    const enum rc rc = region_line_read(line, number, c, f);
    if (rc != RC_OK)
        return rc;
    struct db_val to = c[5].len > 0 ? DB_T(c[5]) : DB_N;
    struct span parent = c[3].len > 0 ? c[3] : SPAN("000000"), successors = c[6].len > 0 ? c[6] : SPAN("");
    return db_exec(tx, SQL_region_put,
                   DB_ARGS(DB_T(c[0]), DB_T(c[4]), to, DB_T(c[1]), DB_T(c[2]), DB_T(parent), DB_T(successors),
                           DB_T(region_short_name(c[1]))),
                   NULL, f);
}

static enum rc region_chunk_take(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct region_chunk *chunk = in;
    struct span rest = chunk->lines;
    int64_t number = chunk->first_line, rows = 0;
    enum rc rc = RC_OK;
    for (; rc == RC_OK && rest.len > 0; number++) {
        struct span line = span_trim(span_split(&rest, '\n'));
        if (line.len == 0 || line.ptr[0] == '#' || span_starts(line, SPAN("code,")))
            continue;
        rc = region_line(tx, line, number, f);
        rows++;
    }
    if (rc == RC_OK)
        *(int64_t *)out = rows;
    return rc;
}

static size_t chunk_end(struct span csv, size_t at, int64_t *lines)
{
    for (*lines = 0; at < csv.len && *lines < REGION_CHUNK; (*lines)++) {
        size_t end = span_find(csv, SPAN("\n"), at);
        at = end == SIZE_MAX ? csv.len : end + 1;
    }
    return at;
}

enum rc region_import(struct store *s, struct span csv, void (*progress)(void *ctx, int64_t done, int64_t total),
                      void *ctx, int64_t *rows, struct fail *f)
{
    int64_t line = 1, all = 0;
    struct arena *a = arena_new(8u << 20);
    enum rc rc = csv.len <= REGION_CSV_BYTES_MAX ? RC_OK : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (span_starts(csv, SPAN("\xef\xbb\xbf")))
        csv = span_sub(csv, 3, csv.len);
    for (size_t at = 0; rc == RC_OK && at < csv.len;) {
        int64_t lines = 0, taken = 0;
        size_t end = chunk_end(csv, at, &lines);
        struct region_chunk chunk = {span_sub(csv, at, end), line, 0};
        struct store_write w = {
            .command = region_chunk_take, .in = &chunk, .out = &taken, .actor = ACTOR_SYSTEM, .arena = a};
        rc = store_run(s, &w);
        if (rc != RC_OK)
            *f = w.fail;
        sb_release(&w.body);
        arena_reset(a);
        all += taken;
        line += lines;
        at = end;
        if (progress)
            progress(ctx, (int64_t)at, (int64_t)csv.len);
    }
    arena_free(a);
    if (rc == RC_OK && rows)
        *rows = all;
    return rc;
}

/* ---- cooperations ---------------------------------------------------------------------------------------------------------------- */

static enum rc member_check(struct tx *tx, const struct cooperation_member *m, struct fail *f)
{
    struct region r;
    enum rc rc = region_get(tx, m->region_code, SPAN_NONE, &r, f);
    if (rc == RC_MISSING)
        return fail_span(f, RC_INVALID, MSG_region_unknown, "members", m->region_code);
    if (rc != RC_OK)
        return rc;
    bool member = span_is(m->part, "member"), node = span_is(m->part, "node");
    if (!(member && !span_is(r.level, "street")) && !(node && span_is(r.level, "county")))
        return fail_span(f, RC_INVALID, MSG_member_part, "members", m->part);
    if ((rc = day_check(m->from_on, "members", f)) != RC_OK)
        return rc;
    if (m->to_on.len > 0 && ((rc = day_check(m->to_on, "members", f)) != RC_OK || span_cmp(m->to_on, m->from_on) <= 0))
        return rc != RC_OK ? rc : fail_span(f, RC_INVALID, MSG_day_order, "members", m->to_on);
    return RC_OK;
}

static enum rc members_write(struct tx *tx, int64_t id, const struct cooperation_in *in, struct fail *f)
{
    enum rc rc = db_exec(tx, SQL_cooperation_members_clear, DB_ARGS(DB_I(id)), NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_members; i++) {
        /* members has n_members entries. NOLINTNEXTLINE(clang-analyzer-*) */
        struct cooperation_member m = in->members[i];
        m.from_on = day_or_today(tx, m.from_on);
        rc = member_check(tx, &m, f);
        if (rc == RC_OK)
            rc = db_exec(tx, SQL_cooperation_member_add,
                         DB_ARGS(DB_I(id), DB_T(m.region_code), DB_T(m.part), DB_T(m.from_on),
                                 m.to_on.len > 0 ? DB_T(m.to_on) : DB_N),
                         NULL, f);
        if (rc == RC_CONFLICT)
            rc = fail_span(f, RC_INVALID, MSG_member_twice, "members", m.region_code);
    }
    return rc;
}

/* What an edit does not name stays as it was. */
static enum rc names_kept(struct tx *tx, struct cooperation_in *in, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_cooperation_get, DB_ARGS(DB_I(in->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (!in->name_zh.ptr)
        in->name_zh = rows_text_dup(&rows, 1);
    if (!in->name_en.ptr)
        in->name_en = rows_text_dup(&rows, 2);
    return rows_end(&rows);
}

enum rc cooperation_save(struct tx *tx, const struct cooperation_in *in, int64_t *id, struct fail *f)
{
    int64_t saved = in->id ? in->id : tx_new_id(tx), changed = 0;
    struct cooperation_in now = *in;
    enum rc rc = org_require_any(tx, RIGHT_MANAGE_UNITS, f);
    if (rc == RC_OK && in->id)
        rc = names_kept(tx, &now, f);
    if (rc == RC_OK)
        rc = text_check(now.name_zh, "name", 1, 80, f);
    if (rc == RC_OK)
        rc = text_check(now.name_en, "name_en", 0, 160, f);
    if (rc == RC_OK && in->n_members > COOPERATION_MEMBERS_MAX)
        rc = fail_set(f, RC_LIMIT, MSG_org_too_long, "members", NULL);
    if (rc != RC_OK)
        return rc;
    struct span en = now.name_en.ptr ? now.name_en : SPAN("");
    if (in->id) {
        rc = db_exec(tx, SQL_cooperation_update, DB_ARGS(DB_T(now.name_zh), DB_T(en), DB_I(saved), DB_I(in->version)),
                     &changed, f);
        if (rc == RC_OK && changed == 0)
            return fail_set(f, RC_STALE, MSG_org_stale, NULL, NULL);
    } else {
        rc = db_exec(tx, SQL_cooperation_add, DB_ARGS(DB_I(saved), DB_T(now.name_zh), DB_T(en)), NULL, f);
    }
    if (rc == RC_OK && (in->members || !in->id))
        rc = members_write(tx, saved, in, f);
    if (rc == RC_OK)
        rc = closure_cooperation(tx, saved, f);
    if (rc == RC_OK)
        rc = closure_schedule_cooperation(tx, saved, f);
    char count[12];
    snprintf(count, sizeof count, "%d", in->n_members);
    if (rc == RC_OK)
        rc = org_journal(tx, "000000", "cooperation", saved, in->id ? "edit" : "create", f, "name_zh",
                         span_text(tx_arena(tx), now.name_zh), "members", count, NULL);
    if (rc == RC_OK)
        *id = saved;
    return rc;
}

struct code_list {
    int max, *n;
    char (*codes)[13];
};

static enum rc read_codes(struct tx *tx, enum sql_id statement, int64_t id, struct span on, const struct code_list *out,
                          struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, statement, DB_ARGS(DB_I(id), DB_T(day_or_today(tx, on))), &rows, f);
    *out->n = 0;
    while (rc == RC_OK && *out->n < out->max && rows_next(&rows))
        copy_code(out->codes[(*out->n)++], sizeof out->codes[0], rows_text(&rows, 0));
    return rc == RC_OK ? rows_end(&rows) : rc;
}

enum rc cooperation_members(struct tx *tx, int64_t id, struct span on, int max, char (*codes)[13], int *n,
                            struct fail *f)
{
    return read_codes(tx, SQL_cooperation_member_codes, id, on, &(struct code_list){max, n, codes}, f);
}

enum rc cooperation_cities(struct tx *tx, int64_t id, struct span on, int max, char (*codes)[13], int *n,
                           struct fail *f)
{
    return read_codes(tx, SQL_cooperation_city_codes, id, on, &(struct code_list){max, n, codes}, f);
}

static enum rc members_json(struct tx *tx, int64_t id, struct jw *w, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_query(tx, SQL_cooperation_member_list, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    jw_key(w, "members");
    jw_array(w);
    while (rows_next(&rows)) {
        jw_object(w);
        jw_ktext(w, "region_code", rows_text(&rows, 0));
        jw_ktext_or_null(w, "name", rows_text(&rows, 4));
        jw_ktext(w, "part", rows_text(&rows, 1));
        jw_ktext(w, "from_on", rows_text(&rows, 2));
        jw_ktext_or_null(w, "to_on", rows_text(&rows, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    return rows_end(&rows);
}

enum rc cooperation_json(struct tx *tx, int64_t id, struct jw *w, int64_t *version, struct fail *f)
{
    struct rows rows;
    enum rc rc = db_one(tx, SQL_cooperation_get, DB_ARGS(DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t seen = rows_int(&rows, 3);
    jw_object(w);
    jw_kid(w, "id", id);
    jw_ktext(w, "name", rows_text(&rows, 1));
    jw_ktext(w, "name_zh", rows_text(&rows, 1));
    jw_ktext(w, "name_en", rows_text(&rows, 2));
    jw_kint(w, "version", seen);
    rc = rows_end(&rows);
    if (rc == RC_OK)
        rc = members_json(tx, id, w, f);
    jw_object_end(w);
    if (rc == RC_OK && version)
        *version = seen;
    return rc;
}
