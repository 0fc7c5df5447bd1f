/*
 * Every scoped statement as a stranger, on a data directory full of an engine's own data (stranger.py makes the demonstration region):
 * whatever arguments it gets, nothing comes back. So that this can fail, the same arguments are given for the people who have
 * rights, and each statement must give something to somebody, unless it stands in `unfed` below.
 */
#include <stdio.h>
#include <string.h>

#include "store/store_int.h"

#define STRANGER 987654321
#define VALUES 400 /* candidates for one parameter */

/* Scoped statements that the demonstration has no rows for. */
static const char *const unfed[] = {
    "sheet_tasks",          /* no action of it has tasks: test/plan/sheet.py */
    "meet_bodies_of_group", /* no body of it is a group: test/req/meet_group.c */
    "my_tasks",             /* as before: test/req/source.c */
    /* The demonstration has no duty that comes again: test/duty/api.py tries these as a stranger. */
    "duty_recurrence_by_id", "duty_recurrence_list",
    "duty_slip_by_id",        /* no id of a slip is gathered: duty_slip_list gives them */
    "consultation_find",      /* the demonstration hears nobody: test/req/consult.c */
    "assess_objection_by_id", /* ids are gathered up to a number, and its own may be past it */
    "assess_adjusts",         /* the demonstration's assessment has no points by hand */
    "case_of_telephone", /* a keyed hash that only the running program can make: test/req/cases.c asks as another city */
};

struct candidates {
    struct db_val v[VALUES];
    int n;
};
struct trying {
    struct tx *tx;
    const struct sql_stmt *def;
    struct stmt *st;
    struct candidates people, regions, ids, rights, matches, texts;
    struct db_val args[16];
    int64_t given; /* rows */
    int64_t runs;
    bool broken;
};

static void gather(struct trying *t, struct candidates *c, const char *sql)
{
    struct conn *const k = t->tx->c;
    struct fail f;
    void *h = NULL;
    bool row = true;
    if (k->d->prepare(k, span_of(sql), &h, &f) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", sql, f.detail);
        t->broken = true;
        return;
    }
    while (c->n < VALUES && k->d->step(k, h, &row, &f) == RC_OK && row)
        c->v[c->n++] =
            k->d->type(h, 0) == DB_INT ? DB_I(k->d->get_int(h, 0)) : DB_T(span_dup(t->tx->a, k->d->get_text(h, 0)));
    k->d->finalize(k, h);
}

/* Ids and regions of up to 40 rows of each scoped table, people and rights of the closure. */
static void gather_all(struct trying *t)
{
    char sql[300];
    for (int i = 0; i < sql_catalog.n_tables; i++) {
        const struct sql_table *const table = &sql_catalog.tables[i];
        if (!(table->flags & SQL_TABLE_SCOPED))
            continue;
        for (int col = 0; col < table->n_columns; col++) {
            const char *const name = table->columns[col].name;
            const size_t len = strlen(name);
            if (table->columns[col].type != 'i' ||
                (strcmp(name, "id") != 0 && (len < 3 || strcmp(name + len - 3, "_id") != 0)))
                continue;
            (void)snprintf(sql, sizeof(sql), "SELECT DISTINCT %s FROM %s WHERE %s IS NOT NULL ORDER BY 1 LIMIT 20",
                           name, table->name, name);
            gather(t, &t->ids, sql);
        }
        (void)snprintf(sql, sizeof(sql), "SELECT DISTINCT region_code FROM %s ORDER BY 1 LIMIT 5", table->name);
        gather(t, &t->regions, sql);
    }
    gather(t, &t->people,
           "SELECT principal_id FROM grant_closure GROUP BY principal_id ORDER BY count(DISTINCT right_code) DESC, "
           "count(*) DESC LIMIT 6");
    gather(t, &t->rights, "SELECT DISTINCT right_code FROM grant_closure");
    gather(t, &t->texts, "SELECT DISTINCT text_sha256 FROM outline ORDER BY 1 LIMIT 20");
    struct span match;
    struct fail f;
    if (search_query(t->tx, SPAN("行动"), &match, &f) == RC_OK)
        t->matches.v[t->matches.n++] = DB_T(match);
    if (search_query(t->tx, SPAN("通报"), &match, &f) == RC_OK)
        t->matches.v[t->matches.n++] = DB_T(match);
    if (search_query(t->tx, SPAN("建设"), &match, &f) == RC_OK)
        t->matches.v[t->matches.n++] = DB_T(match);
}

static const struct candidates *candidates_of(struct trying *t, struct span name, char type)
{
    static const struct candidates outline_kind = {{{.type = DB_TEXT, .s = {"outline", 7}}}, 1};
    static const struct candidates no_subject = {{{.type = DB_TEXT, .s = {"", 0}}}, 1};
    static const struct candidates limits = {{{.type = DB_INT, .i = 1000}}, 1};
    static const struct candidates first_byte = {{{.type = DB_INT, .i = 0}}, 1},
                                   last_byte = {{{.type = DB_INT, .i = 1 << 30}}, 1};
    static const struct candidates last_day = {{{.type = DB_TEXT, .s = {"9999-12-31", 10}}}, 1};
    if (span_is(name, "limit") || span_is(name, "up_to"))
        return &limits;
    static const struct candidates first_day = {{{.type = DB_TEXT, .s = {"0001-01-01", 10}}}, 1};
    static const struct candidates last_instant = {{{.type = DB_INT, .i = INT64_MAX}}, 1};
    if (span_is(name, "until_on"))
        return &last_day;
    if (span_is(name, "from_on"))
        return &first_day;
    if (span_is(name, "from_us"))
        return &first_byte;
    if (span_is(name, "until_us"))
        return &last_instant;
    if (span_is(name, "start_byte") || span_is(name, "after_id"))
        return &first_byte;
    if (span_is(name, "end_byte"))
        return &last_byte;
    if (span_is(name, "text_sha256"))
        return &t->texts;
    if (span_is(name, "region_code"))
        return &t->regions;
    if (span_is(name, "right_code"))
        return &t->rights;
    if (span_is(name, "match"))
        return &t->matches;
    if (span_is(name, "kind")) /* of a roll-up */
        return &outline_kind;
    if (span_is(name, "subject"))
        return &no_subject;
    /* of cases */
    static const struct candidates case_type = {{{.type = DB_TEXT, .s = {"rubbish-heap", 12}}}, 1};
    static const struct candidates grouped_by = {{{.type = DB_TEXT, .s = {"type", 4}}}, 1};
    static const struct candidates lowest = {{{.type = DB_INT, .i = -180000000}}, 1},
                                   highest = {{{.type = DB_INT, .i = 180000000}}, 1};
    static const struct candidates no_telephone = {{{.type = DB_BLOB, .s = {"no", 2}}}, 1};
    if (span_is(name, "telephone_index"))
        return &no_telephone;
    if (span_is(name, "type"))
        return &case_type;
    if (span_is(name, "by"))
        return &grouped_by;
    if (span_is(name, "south") || span_is(name, "west"))
        return &lowest;
    if (span_is(name, "north") || span_is(name, "east"))
        return &highest;
    if (span_is(name, "since_us"))
        return &first_byte;
    if (span_is(name, "before_us") || span_is(name, "now_us"))
        return &last_instant;
    return type == 'i' ? &t->ids : NULL;
}

static void run_once(struct trying *t)
{
    struct conn *const k = t->tx->c;
    struct fail f;
    bool row = true;
    enum rc rc = RC_OK;
    for (int i = 0; rc == RC_OK && i < t->st->n_params; i++)
        rc = k->d->bind(k, t->st->handle, i + 1, &t->args[i], false);
    while (rc == RC_OK && row) {
        rc = k->d->step(k, t->st->handle, &row, &f);
        t->given += rc == RC_OK && row;
    }
    k->d->reset(k, t->st->handle);
    t->runs++;
    t->broken |= rc != RC_OK;
}

/* All combinations of the parameters from number `at` on; at most four deep, for that many parameters a statement has. */
static void combine(struct trying *t, int at, struct span names)
{
    if (at == t->st->n_params) {
        run_once(t);
        return;
    }
    const struct span name = span_split(&names, ',');
    if (span_is(name, "principal")) {
        combine(t, at + 1, names);
        return;
    }
    const struct candidates *const c = candidates_of(t, name, t->st->types[at]);
    if (c == NULL) {
        (void)fprintf(stderr, "%s: no values for parameter %.*s: add them to test/store/stranger.c\n", t->def->name,
                      SPAN_ARG(name));
        t->broken = true;
        return;
    }
    for (int i = 0; i < c->n && !t->broken; i++) {
        t->args[at] = c->v[i];
        combine(t, at + 1, names);
    }
}

static int principal_place(const struct sql_stmt *def)
{
    struct span names = span_of(def->params);
    for (int i = 0; names.len > 0; i++)
        if (span_is(span_split(&names, ','), "principal"))
            return i;
    return -1;
}

static bool is_unfed(const char *name)
{
    for (size_t i = 0; i < sizeof(unfed) / sizeof(unfed[0]); i++)
        if (strcmp(unfed[i], name) == 0)
            return true;
    return false;
}

static bool try_statement(struct trying *t, enum sql_id id)
{
    struct fail f;
    const struct stmt_pick pick = {.id = id, .order = sql_catalog.stmts[id].n_orders > 0 ? 1 : 0};
    t->def = &sql_catalog.stmts[id];
    const int place = principal_place(t->def);
    if (place < 0 || stmt_get(t->tx->c, &pick, &t->st, &f) != RC_OK) {
        (void)fprintf(stderr, "%s: cannot be tried\n", t->def->name);
        return false;
    }
    t->given = t->runs = 0;
    t->args[place] = DB_I(STRANGER);
    combine(t, 0, span_of(t->def->params));
    const int64_t stranger = t->given;
    t->given = 0;
    for (int i = 0; i < t->people.n && t->given == 0 && !t->broken; i++) {
        t->args[place] = t->people.v[i];
        combine(t, 0, span_of(t->def->params));
    }
    (void)printf("%-24s %6lld runs: %lld rows to a stranger, %lld to one who has rights\n", t->def->name,
                 (long long)t->runs, (long long)stranger, (long long)t->given);
    if (stranger > 0)
        (void)fprintf(stderr, "%s: a stranger got %lld rows\n", t->def->name, (long long)stranger);
    if (t->given == 0 && !is_unfed(t->def->name))
        (void)fprintf(stderr,
                      "%s: nobody got a row, so the test shows nothing: add data or a value, or name it in `unfed`\n",
                      t->def->name);
    return stranger == 0 && !t->broken && (t->given > 0 || is_unfed(t->def->name));
}

static enum rc try_all(struct tx *tx, void *ctx, struct fail *f)
{
    struct trying *const t = ARENA_NEW(tx->a, struct trying);
    bool well = true;
    int n = 0;
    (void)f;
    if (t == NULL)
        return RC_LIMIT;
    t->tx = tx;
    gather_all(t);
    for (int id = 1; id < sql_catalog.n_stmts && !t->broken; id++) {
        if (!(sql_catalog.stmts[id].flags & SQL_SCOPED))
            continue;
        well &= try_statement(t, (enum sql_id)id);
        n++;
    }
    *(bool *)ctx = well && n > 0 && !t->broken;
    return RC_OK;
}

int main(int argc, char **argv)
{
    struct store *s = NULL;
    struct fail f = {0};
    bool well = false;
    if (argc != 2)
        return 2;
    const struct store_options o = {.data_dir = argv[1], .clock = clock_system(), .read_only = true};
    if (store_open(&o, &s, &f) != RC_OK) {
        (void)fprintf(stderr, "%s: %s\n", msg_name(f.msg), f.detail);
        return 1;
    }
    struct arena *const a = arena_new(256u << 20);
    const enum rc rc = store_read(s, NULL, a, try_all, &well, &f);
    arena_free(a);
    store_close(s);
    return rc == RC_OK && well ? 0 : 1;
}
