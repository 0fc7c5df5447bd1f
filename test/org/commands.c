/*
 * org's commands on a real store: units through time and found again, the closure against a slow recomputation, people sealed and erased,
 * tokens never wider than their owner, the throttle without a lock-out.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#include "org/org_int.h"

struct world {
    char dir[64];
    struct store *store;
    struct org *org;
    struct arena *a;
    int64_t now_us;
};
typedef enum rc step_fn(struct tx *tx, void *ctx, struct fail *f);
struct step {
    step_fn *fn;
    void *ctx;
};

static int64_t hand(void *ctx)
{
    return __atomic_add_fetch(&((struct world *)ctx)->now_us, 10, __ATOMIC_RELAXED);
}

static int world_open(void **state)
{
    struct world *w = calloc(1, sizeof *w);
    struct fail f = {0};
    snprintf(w->dir, sizeof w->dir, "/tmp/yiti-org-XXXXXX");
    assert_non_null(mkdtemp(w->dir));
    w->now_us = 1795500000000000; /* 2026-11-24 */
    w->a = arena_new(512u << 20);
    assert_int_equal(store_open(&(struct store_options){.data_dir = w->dir, .clock = {hand, w}}, &w->store, &f), RC_OK);
    if (org_new(&(struct org_options){.store = w->store}, &w->org, &f) != RC_OK)
        fail_msg("%s %s", msg_name(f.msg), f.detail);
    *state = w;
    return 0;
}

static int world_close(void **state)
{
    struct world *w = *state;
    char cmd[100];
    org_free(w->org);
    store_close(w->store);
    arena_free(w->a);
    snprintf(cmd, sizeof cmd, "rm -rf '%s'", w->dir);
    assert_int_equal(system(cmd), 0);
    free(w);
    return 0;
}

static enum rc step_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct step *s = in;
    (void)out;
    return s->fn(tx, s->ctx, f);
}

static enum rc as(struct world *w, int64_t who, step_fn *fn, void *ctx, struct fail *f)
{
    struct step s = {fn, ctx};
    struct store_write write = {
        .command = step_command, .in = &s, .actor = {who, who ? "test" : "system", 0, "000000"}, .arena = w->a};
    enum rc rc = store_run(w->store, &write);
    *f = write.fail;
    sb_release(&write.body);
    return rc;
}

static void must(struct world *w, step_fn *fn, void *ctx)
{
    struct fail f = {0};
    enum rc rc = as(w, 0, fn, ctx, &f);
    if (rc != RC_OK)
        fail_msg("%s: %s (%s) %s %s", rc_name(rc), msg_name(f.msg), f.field, f.args[0].text, f.detail);
}

/* ---- short forms ---- */

struct u {
    struct unit_add_in in;
    struct unit out;
};
static enum rc do_add(struct tx *tx, void *ctx, struct fail *f)
{
    struct u *u = ctx;
    return unit_add(tx, &u->in, &u->out, f);
}
static int64_t add_unit(struct world *w, const char *region, const char *name, const char *kind, int64_t parent,
                        int64_t cooperation)
{
    struct u u = {.in = {.region_code = region,
                         .name = span_of(name),
                         .kind = span_of(kind),
                         .parent_id = parent,
                         .cooperation_id = cooperation,
                         .from_on = SPAN("2008-01-01")}};
    must(w, do_add, &u);
    return u.out.id;
}

struct change {
    enum rc (*fn)(struct tx *tx, const struct unit_change_in *in, struct unit *out, struct fail *f);
    struct unit_change_in in;
    struct unit out;
};
static enum rc do_change(struct tx *tx, void *ctx, struct fail *f)
{
    struct change *c = ctx;
    return c->fn(tx, &c->in, &c->out, f);
}

struct find {
    const char *region, *name, *on;
    struct unit_found out;
};
static enum rc do_find(struct tx *tx, void *ctx, struct fail *f)
{
    struct find *q = ctx;
    return unit_resolve(tx, q->region, span_of(q->name), span_of(q->on), &q->out, f);
}
static struct unit_found find(struct world *w, const char *region, const char *name, const char *on)
{
    struct find q = {.region = region, .name = name, .on = on};
    must(w, do_find, &q);
    return q.out;
}

struct person {
    struct person_add_in in;
    int64_t id;
};
static enum rc do_person(struct tx *tx, void *ctx, struct fail *f)
{
    struct person *p = ctx;
    return person_add(tx, &p->in, &p->id, f);
}
static int64_t add_person(struct world *w, const char *name, int64_t unit)
{
    struct person p = {.in = {.login_name = span_of(name),
                              .display_name = SPAN("张科长"),
                              .real_name = SPAN("张惠民独一无二"),
                              .telephone = SPAN("13512349876"),
                              .unit_id = unit}};
    must(w, do_person, &p);
    return p.id;
}

struct grant {
    struct role_grant_in in;
    int64_t id;
};
static enum rc do_grant(struct tx *tx, void *ctx, struct fail *f)
{
    struct grant *g = ctx;
    return role_grant_add(tx, &g->in, &g->id, f);
}
static int64_t grant(struct world *w, int64_t person, const char *role, int64_t unit)
{
    struct grant g = {
        .in = {
            .person_id = person, .unit_id = unit, .role = org_role_find(span_of(role)), .from_on = SPAN("2020-01-01")}};
    must(w, do_grant, &g);
    return g.id;
}
static enum rc do_end_grant(struct tx *tx, void *ctx, struct fail *f)
{
    struct grant *g = ctx;
    return role_grant_end(tx, g->in.person_id, g->id, f);
}

struct holds {
    int64_t unit;
    enum org_right right;
};
static enum rc do_require(struct tx *tx, void *ctx, struct fail *f)
{
    struct holds *h = ctx;
    return org_require(tx, h->right, h->unit, f);
}
static enum rc require(struct world *w, int64_t who, enum org_right right, int64_t unit)
{
    struct holds h = {unit, right};
    struct fail f;
    return as(w, who, do_require, &h, &f);
}

/* ---- units ---- */

static void unit_is_found_by_its_names_of_the_day(void **state)
{
    struct world *w = *state;
    int64_t science = add_unit(w, "440300", "深圳市科学技术协会", "organisation", 0, 0);
    struct change c = {.fn = unit_alias_add, .in = {.id = science, .alias = SPAN("市科协"), .parent_id = -1}};
    must(w, do_change, &c);
    static const char *const names[] = {"深圳市科学技术协会", "市科学技术协会",  "科学技术协会", "市科协", "科协",
                                        "深圳市科协",         "广东省深圳市科协"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (find(w, "440300", names[i], "2011-04-11").unit_id != science)
            fail_msg("%s is not found", names[i]);
    assert_int_equal(find(w, "330100", "市科协", "2011-04-11").how, UNIT_NO_MATCH); /* another city's is another */

    int64_t bureau = add_unit(w, "440300", "市文化局", "department", 0, 0);
    c = (struct change){.fn = unit_rename,
                        .in = {.id = bureau, .name = SPAN("市文体旅游局"), .on = SPAN("2009-08-01")}};
    must(w, do_change, &c);
    assert_int_equal(find(w, "440300", "文化局", "2009-07-31").unit_id, bureau);
    assert_int_equal(find(w, "440300", "文体旅游局", "2009-08-01").unit_id, bureau);
    int64_t other =
        add_unit(w, "440300", "文化局", "department", 0, 0); /* the old name is free again: add on 2008 would clash */
    assert_true(other != bureau);
}

static void name_of_a_living_unit_is_taken(void **state)
{
    struct world *w = *state;
    struct fail f;
    add_unit(w, "330100", "市交通局", "department", 0, 0);
    struct u again = {.in = {.region_code = "330100", .name = SPAN("市 交通局"), .kind = SPAN("department")}};
    assert_int_equal(as(w, 0, do_add, &again, &f), RC_CONFLICT);
    again.in.region_code = "330105"; /* a county is no home */
    assert_int_equal(as(w, 0, do_add, &again, &f), RC_INVALID);
    again.in.region_code = "999999";
    assert_int_equal(as(w, 0, do_add, &again, &f), RC_INVALID);
}

struct propose {
    struct unit_propose_in in;
    int64_t id;
    bool created;
};
static enum rc do_propose(struct tx *tx, void *ctx, struct fail *f)
{
    struct propose *p = ctx;
    return unit_propose(tx, &p->in, &p->id, &p->created, f);
}
static void unit_is_proposed_once(void **state)
{
    struct world *w = *state;
    static const char *const names[] = {"市外办", "外办", "深圳市外办", "市外办公室"};
    int64_t first = 0;
    for (int i = 0; i < 4; i++) {
        struct propose p = {.in = {"440300", span_of(names[i]), SPAN("2011-04-11")}};
        must(w, do_propose, &p);
        assert_int_equal(p.created, i == 0);
        first = i == 0 ? p.id : first;
        assert_int_equal(p.id, first);
    }
    struct change c = {.fn = unit_confirm, .in = {.id = first}};
    must(w, do_change, &c);
    assert_true(span_is(c.out.state, "active"));
    struct fail f;
    assert_int_equal(as(w, 0, do_change, &c, &f), RC_CONFLICT);
    c = (struct change){.fn = unit_alias_add, .in = {.id = first, .version = 1, .alias = SPAN("外事办")}};
    assert_int_equal(as(w, 0, do_change, &c, &f), RC_STALE);
}

struct current {
    int64_t id, ids[8];
    int n;
};
static enum rc do_current(struct tx *tx, void *ctx, struct fail *f)
{
    struct current *c = ctx;
    return unit_current(tx, c->id, 8, c->ids, &c->n, f);
}
static void succession_is_followed(void **state)
{
    struct world *w = *state;
    int64_t a = add_unit(w, "330100", "甲局", "department", 0, 0),
            b = add_unit(w, "330100", "乙局", "department", 0, 0);
    int64_t desk = add_unit(w, "330100", "甲局一处", "department", a, 0), who = add_person(w, "jia", a);
    grant(w, who, "desk_head", a);
    struct change c = {.fn = unit_merge, .in = {.id = a, .into_id = b, .on = SPAN("2015-01-01")}};
    must(w, do_change, &c);
    assert_int_equal(require(w, who, RIGHT_REPORT, b), RC_OK);    /* the head goes along */
    assert_int_equal(require(w, who, RIGHT_REPORT, desk), RC_OK); /* and so does what was below */
    struct span names[2] = {SPAN("丙局"), SPAN("丁局")};
    c = (struct change){.fn = unit_split,
                        .in = {.id = b, .split_names = names, .n_split = 2, .on = SPAN("2018-01-01")}};
    must(w, do_change, &c);
    struct current now = {.id = a};
    must(w, do_current, &now);
    assert_int_equal(now.n, 2);
    assert_int_equal(find(w, "330100", "甲局", "2014-12-31").unit_id, a);
    c = (struct change){.fn = unit_edit, .in = {.id = desk, .parent_id = desk}};
    struct fail f;
    assert_int_equal(as(w, 0, do_change, &c, &f), RC_INVALID); /* no circle */
}

/* ---- regions ---- */

struct regions {
    struct region row;
    char codes[8][13];
    int n;
};
static enum rc do_regions(struct tx *tx, void *ctx, struct fail *f)
{
    struct regions *r = ctx;
    enum rc rc = region_get(tx, SPAN("330104"), SPAN("2012-01-01"), &r->row, f);
    if (rc == RC_OK)
        rc = region_current(tx, SPAN("330104"), 8, r->codes, &r->n, f);
    return rc;
}
static void regions_have_successors(void **state)
{
    struct world *w = *state;
    struct regions r = {.n = 0};
    must(w, do_regions, &r);
    assert_true(span_is(r.row.name, "江干区") && strcmp(r.row.parent_code, "330100") == 0);
    assert_int_equal(r.n, 2);
    assert_string_equal(r.codes[0], "330102");
    assert_string_equal(r.codes[1], "330114");
    struct fail f;
    int64_t rows = 0;
    struct span bad = SPAN("code,name,level,parent_code,valid_from_on,valid_to_on,successors\n330102001,清波街道,"
                           "street,330102,2006-02-30,,\n");
    assert_int_equal(region_import(w->store, bad, NULL, NULL, &rows, &f), RC_INVALID);
    assert_string_equal(f.field, "2:valid_from_on");
    struct span good = SPAN("\xef\xbb\xbf"
                            "330102001,清波街道,street,330102,2006-01-01,,\r\n");
    assert_int_equal(region_import(w->store, good, NULL, NULL, &rows, &f), RC_OK);
    assert_int_equal(rows, 1);
}

/* ---- closure ---- */

#define UNITS 24
#define PEOPLE 8
struct model_grant {
    bool on;
    int person, unit, role;
    int64_t id;
};
struct model {
    int64_t unit[UNITS], person[PEOPLE];
    int parent[UNITS], region[UNITS], kind[UNITS]; /* kind 0 department, 1 city_office, 2 coordination */
    struct model_grant grants[64];
    int n_units, n_grants;
    int64_t cooperation;
};
static const char *const model_regions[] = {"330100", "330400", "330500"}; /* the first two are members */

static bool slow(const struct model *m, int person, int right, int unit)
{
    for (int i = 0; i < m->n_grants; i++) {
        const struct model_grant *g = &m->grants[i];
        if (!g->on || g->person != person)
            continue;
        enum org_reach reach = org_role_at(g->role)->reach[right];
        bool below = false;
        for (int u = unit; u >= 0 && !below; u = m->parent[u])
            below = u == g->unit;
        bool wide = below || (m->kind[g->unit] == 2 && (m->kind[unit] == 2 || m->region[unit] < 2)) ||
                    (m->kind[g->unit] == 1 && m->region[unit] == m->region[g->unit]);
        if ((reach == REACH_SELF && unit == g->unit) || (reach == REACH_TREE && below) ||
            (reach == REACH_WIDE && wide) || reach == REACH_ALL)
            return true;
    }
    return false;
}

struct look {
    struct model *m;
    int wrong;
};
static enum rc do_look(struct tx *tx, void *ctx, struct fail *f)
{
    struct look *l = ctx;
    enum rc rc = RC_OK;
    for (int p = 0; p < PEOPLE && rc == RC_OK; p++)
        for (int u = 0; u < l->m->n_units && rc == RC_OK; u++) {
            struct rows rows;
            uint32_t has = 0;
            rc = db_query(tx, SQL_closure_rights_on, DB_ARGS(DB_I(l->m->person[p]), DB_I(l->m->unit[u])), &rows, f);
            while (rc == RC_OK && rows_next(&rows))
                has |= 1u << org_right_find(rows_text(&rows, 0));
            rc = rc == RC_OK ? rows_end(&rows) : rc;
            for (int right = 0; right < RIGHT_COUNT; right++)
                l->wrong += slow(l->m, p, right, u) != ((has >> right & 1) != 0);
        }
    return rc;
}

static enum rc do_cooperation(struct tx *tx, void *ctx, struct fail *f)
{
    const struct cooperation_member members[] = {
        {SPAN("330100"), SPAN("member"), SPAN("2007-05-01"), SPAN_NONE},
        {SPAN("330400"), SPAN("member"), SPAN("2007-05-01"), SPAN_NONE},
        {SPAN("330500"), SPAN("member"), SPAN("2007-05-01"), SPAN("2010-01-01")}};
    return cooperation_save(
        tx, &(struct cooperation_in){.name_zh = SPAN("杭州都市经济圈"), .members = members, .n_members = 3}, ctx, f);
}

static void name_row(void *ctx, const char *table, const char *id, const char *why)
{
    (void)ctx;
    print_error("%s %s: %s\n", table, id, why);
}

/* How many rows of the closure `yiti verify` finds wrong. */
static int64_t verified(struct world *w)
{
    struct fail f = {0};
    int64_t faults = -1;
    assert_int_equal(org_verify(w->store, name_row, NULL, &faults, &f), RC_OK);
    return faults;
}

static void closure_equals_the_slow_recomputation(void **state)
{
    static const char *const kinds[] = {"department", "city_office", "coordination"};
    struct world *w = *state;
    struct model m = {.n_units = 0};
    unsigned seed = 20261124;
    must(w, do_cooperation, &m.cooperation);
    for (int i = 0; i < 400; i++) {
        int r = rand_r(&seed) % 10;
        struct fail f;
        if (m.n_units < UNITS && (m.n_units < 4 || r < 2)) {
            int u = m.n_units++;
            char name[32];
            m.region[u] = rand_r(&seed) % 3;
            m.kind[u] = u == 0 ? 2 : u < 4 ? 1 : rand_r(&seed) % 8 == 0;
            m.parent[u] = u < 4 ? -1 : rand_r(&seed) % (u + 1) - 1;
            snprintf(name, sizeof name, "单位%d号", u);
            m.unit[u] = add_unit(w, model_regions[m.region[u]], name, kinds[m.kind[u]],
                                 m.parent[u] < 0 ? 0 : m.unit[m.parent[u]], m.kind[u] == 2 ? m.cooperation : 0);
            if (u == 0)
                for (int p = 0; p < PEOPLE; p++) {
                    snprintf(name, sizeof name, "person-%d", p);
                    m.person[p] = add_person(w, name, m.unit[0]);
                }
        } else if (r < 6 && m.n_grants < 64) {
            struct model_grant g = {true, rand_r(&seed) % PEOPLE, rand_r(&seed) % m.n_units,
                                    rand_r(&seed) % org_role_count(), 0};
            struct grant in = {.in = {.person_id = m.person[g.person],
                                      .unit_id = m.unit[g.unit],
                                      .role = g.role,
                                      .from_on = SPAN("2020-01-01")}};
            if (as(w, 0, do_grant, &in, &f) == RC_OK) {
                g.id = in.id;
                m.grants[m.n_grants++] = g;
            }
        } else if (r < 8 && m.n_grants > 0) {
            struct model_grant *g = &m.grants[rand_r(&seed) % m.n_grants];
            struct grant in = {.in = {.person_id = m.person[g->person]}, .id = g->id};
            if (g->on && as(w, 0, do_end_grant, &in, &f) == RC_OK)
                g->on = false;
        } else if (m.n_units > 4) { /* move: refused when it would make a circle */
            int u = rand_r(&seed) % m.n_units, to = rand_r(&seed) % (m.n_units + 1) - 1;
            struct change c = {.fn = unit_edit, .in = {.id = m.unit[u], .parent_id = to < 0 ? 0 : m.unit[to]}};
            enum rc rc = as(w, 0, do_change, &c, &f);
            bool circle = false;
            for (int up = to; up >= 0; up = m.parent[up])
                circle = circle || up == u;
            assert_int_equal(rc, circle ? RC_INVALID : RC_OK);
            m.parent[u] = circle ? m.parent[u] : to;
        }
        struct look l = {&m, 0};
        if (i % 5 == 0 || i > 390)
            must(w, do_look, &l);
        if (i % 20 == 0 || i > 390)
            assert_int_equal(verified(w), 0);
        if (l.wrong)
            fail_msg("seed 20261124, after step %d: %d rows of the closure are wrong", i, l.wrong);
    }
    assert_true(m.n_units == UNITS && m.n_grants > 20);
}

/* A grant that begins or ends on a day has no right outside it. */
static void grants_hold_on_their_days(void **state)
{
    struct world *w = *state;
    int64_t u = add_unit(w, "330100", "时间局", "department", 0, 0), who = add_person(w, "time", u);
    struct grant g = {.in = {.person_id = who,
                             .unit_id = u,
                             .role = org_role_find(SPAN("desk_stand_in")),
                             .from_on = SPAN("2026-12-01"),
                             .to_on = SPAN("2026-12-08")}};
    must(w, do_grant, &g);
    assert_int_equal(require(w, who, RIGHT_READ, u), RC_MISSING);
    struct ymd days[] = {{2026, 12, 1}, {2026, 12, 8}};
    assert_int_equal(verified(w), 0);
    __atomic_store_n(&w->now_us, date_start_us(days[0]) + 1000000, __ATOMIC_RELAXED);
    assert_int_equal(verified(w), 0); /* nobody has played the beginning yet: what held the day before is right */
    assert_int_equal(require(w, who, RIGHT_READ, u), RC_MISSING);
    store_start_background(w->store);
    for (int i = 0; i < 2; i++) {
        enum rc want = i == 0 ? RC_OK : RC_MISSING, rc = RC_COUNT;
        __atomic_store_n(&w->now_us, date_start_us(days[i]) + 1000000, __ATOMIC_RELAXED);
        for (int try = 0; try < 100 && rc != want; try++) {
            usleep(100000);
            rc = require(w, who, RIGHT_READ, u);
        }
        assert_int_equal(rc, want);
        assert_int_equal(verified(w), 0);
    }
}

static void out_of_scope_is_missing_and_lacking_is_forbidden(void **state)
{
    struct world *w = *state;
    int64_t mine = add_unit(w, "330100", "我局", "department", 0, 0),
            other = add_unit(w, "330400", "他局", "department", 0, 0);
    int64_t who = add_person(w, "drafter", mine);
    struct fail f;
    assert_int_equal(require(w, who, RIGHT_READ, mine), RC_MISSING); /* a stranger sees nothing */
    grant(w, who, "desk_drafter", mine);
    assert_int_equal(require(w, who, RIGHT_REPORT, mine), RC_OK);
    assert_int_equal(require(w, who, RIGHT_APPROVE, mine), RC_FORBIDDEN);
    assert_int_equal(require(w, who, RIGHT_READ, other), RC_MISSING);
    assert_int_equal(require(w, -1, RIGHT_READ, mine), RC_MISSING);
    struct u u = {.in = {.region_code = "330100", .name = SPAN("新局"), .kind = SPAN("department"), .parent_id = mine}};
    assert_int_equal(as(w, who, do_add, &u, &f), RC_FORBIDDEN);
    u.in.parent_id = other;
    assert_int_equal(as(w, who, do_add, &u, &f), RC_MISSING);
    struct grant g = {.in = {.person_id = who, .unit_id = mine, .role = org_role_find(SPAN("administrator"))}};
    assert_int_equal(as(w, who, do_grant, &g, &f), RC_FORBIDDEN); /* nobody raises himself */
}

static void city_office_makes_no_administrator(void **state)
{
    struct world *w = *state;
    struct fail f;
    int64_t office = add_unit(w, "330100", "市府办", "city_office", 0, 0), who = add_person(w, "office", office),
            next = add_person(w, "next", office);
    grant(w, who, "city_office", office);
    static const struct {
        const char *role;
        enum rc rc;
    } rows[] = {{"desk_head", RC_OK},
                {"city_office", RC_OK},
                {"administrator", RC_FORBIDDEN},
                {"auditor", RC_FORBIDDEN},
                {"office", RC_FORBIDDEN}};
    for (size_t i = 0; i < 5; i++) {
        struct grant g = {.in = {.person_id = next, .unit_id = office, .role = org_role_find(span_of(rows[i].role))}};
        assert_int_equal(as(w, who, do_grant, &g, &f), rows[i].rc);
    }
}

/* ---- tokens ---- */

struct token {
    struct token_in in;
    int64_t id;
};
static enum rc do_token(struct tx *tx, void *ctx, struct fail *f)
{
    struct token *t = ctx;
    return token_make(tx, &t->in, &t->id, f);
}
static enum rc do_revoke(struct tx *tx, void *ctx, struct fail *f)
{
    return token_revoke(tx, ((struct token *)ctx)->id, 0, f);
}
static void token_is_never_wider_than_its_owner(void **state)
{
    struct world *w = *state;
    int64_t u = add_unit(w, "330100", "令局", "department", 0, 0), who = add_person(w, "owner", u);
    struct token t = {
        .in = {
            .person_id = who, .label = SPAN("数据组"), .rights = 1u << RIGHT_READ | 1u << RIGHT_IMPORT, .hash = {1}}};
    int64_t role = grant(w, who, "desk_head", u);
    must(w, do_token, &t);
    assert_int_equal(require(w, t.id, RIGHT_READ, u), RC_OK);
    assert_int_equal(require(w, t.id, RIGHT_REPORT, u), RC_FORBIDDEN); /* the owner may, the token not */
    assert_int_equal(require(w, t.id, RIGHT_IMPORT, u), RC_FORBIDDEN); /* the owner may not */
    int64_t below = add_unit(w, "330100", "令局二处", "department", u, 0);
    assert_int_equal(require(w, t.id, RIGHT_READ, below), RC_OK); /* a new unit reaches the token too */
    struct grant g = {.in = {.person_id = who}, .id = role};
    must(w, do_end_grant, &g);
    assert_int_equal(require(w, t.id, RIGHT_READ, u), RC_MISSING);
    grant(w, who, "desk_head", u);
    assert_int_equal(require(w, t.id, RIGHT_READ, u), RC_OK);
    must(w, do_revoke, &t);
    assert_int_equal(require(w, t.id, RIGHT_READ, u), RC_MISSING);
}

/* ---- people ---- */

static enum rc do_erase(struct tx *tx, void *ctx, struct fail *f)
{
    return person_erase(tx, *(int64_t *)ctx, f);
}
struct contact {
    struct person_contact_in in;
    struct person_contact out;
};
static enum rc do_contact(struct tx *tx, void *ctx, struct fail *f)
{
    struct contact *c = ctx;
    return person_contact(tx, &c->in, &c->out, f);
}
static int grep(const struct world *w, const char *text)
{
    char cmd[256];
    snprintf(cmd, sizeof cmd, "grep -r -q -a -F -e '%s' '%s'", text, w->dir);
    return system(cmd);
}
static void person_is_sealed_and_erased(void **state)
{
    struct world *w = *state;
    struct fail f;
    int64_t u = add_unit(w, "330100", "人局", "department", 0, 0), who = add_person(w, "zhang.hm", u);
    struct contact c = {.in = {who, SPAN("核对值班电话")}};
    grant(w, who, "desk_head", u);
    must(w, do_contact, &c);
    assert_true(span_is(c.out.telephone, "13512349876") && span_is(c.out.real_name, "张惠民独一无二"));
    int64_t other = add_person(w, "other", u);
    assert_int_equal(as(w, other, do_contact, &c, &f), RC_MISSING);
    assert_int_not_equal(grep(w, "13512349876"), 0); /* never in the clear on disk */
    assert_int_not_equal(grep(w, "张惠民独一无二"), 0);
    must(w, do_erase, &who);
    assert_int_not_equal(as(w, 0, do_contact, &c, &f), RC_OK);
    assert_int_equal(require(w, who, RIGHT_READ, u), RC_MISSING);
    struct verify_result v;
    assert_int_equal(store_verify(w->store, NULL, NULL, &v, &f), RC_OK);
    assert_int_equal(v.faults, 0);
}

static enum rc do_disable(struct tx *tx, void *ctx, struct fail *f)
{
    return person_edit(tx, &(struct person_edit_in){.id = *(int64_t *)ctx, .version = 1, .state = SPAN("disabled")},
                       NULL, f);
}
static void last_administrator_stays(void **state)
{
    struct world *w = *state;
    struct fail f;
    int64_t u = add_unit(w, "330100", "管局", "other", 0, 0), who = add_person(w, "root", u),
            role = grant(w, who, "administrator", u);
    struct grant g = {.in = {.person_id = who}, .id = role};
    assert_int_equal(as(w, 0, do_end_grant, &g, &f), RC_CONFLICT);
    assert_int_equal(as(w, 0, do_erase, &who, &f), RC_CONFLICT);
    assert_int_equal(as(w, 0, do_disable, &who, &f), RC_CONFLICT);
    int64_t second = add_person(w, "root2", u);
    grant(w, second, "administrator", u);
    assert_int_equal(as(w, 0, do_disable, &who, &f), RC_OK);
}

/* ---- throttle ---- */

struct attempt {
    struct sign_in_look_in in;
    struct sign_in_look out;
};
static enum rc do_attempt(struct tx *tx, void *ctx, struct fail *f)
{
    struct attempt *a = ctx;
    return sign_in_look_up(tx, &a->in, &a->out, f);
}
static enum rc do_know(struct tx *tx, void *ctx, struct fail *f)
{
    const struct attempt *a = ctx;
    return db_exec(
        tx, SQL_device_put,
        DB_ARGS(DB_B(((struct span){(const char *)a->in.device, 32})), DB_I(a->out.person_id), DB_I(tx_now_us(tx))),
        NULL, f);
}
static void guessing_is_slowed_and_the_owner_is_not(void **state)
{
    struct world *w = *state;
    int64_t u = add_unit(w, "330100", "锁局", "department", 0, 0), who = add_person(w, "victim", u);
    struct attempt own = {
        .in = {.name = SPAN("victim"), .address = SPAN("10.0.0.1"), .device = {7}, .has_device = true}};
    must(w, do_attempt, &own);
    assert_int_equal(own.out.person_id, who);
    must(w, do_know, &own);
    int refused = 0;
    for (int i = 0; i < 60; i++) { /* sixty guesses from sixty addresses */
        char address[32];
        snprintf(address, sizeof address, "10.1.0.%d", i);
        struct attempt guess = {.in = {.name = SPAN("victim"), .address = span_of(address)}};
        must(w, do_attempt, &guess);
        refused += guess.out.wait_us > 0;
    }
    assert_true(refused >= 39);
    must(w, do_attempt, &own);
    assert_int_equal(own.out.wait_us, 0); /* from the known browser he comes in */
    struct attempt slips = {.in = {.name = SPAN("nobody"), .address = SPAN("10.2.0.1")}};
    for (int i = 0; i < 5; i++)
        must(w, do_attempt, &slips);
    must(w, do_attempt, &slips);
    assert_true(slips.out.wait_us > 0); /* an account that is not there behaves the same */
}

#define T(name) cmocka_unit_test_setup_teardown(name, world_open, world_close)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(unit_is_found_by_its_names_of_the_day),
        T(name_of_a_living_unit_is_taken),
        T(unit_is_proposed_once),
        T(succession_is_followed),
        T(regions_have_successors),
        T(closure_equals_the_slow_recomputation),
        T(grants_hold_on_their_days),
        T(out_of_scope_is_missing_and_lacking_is_forbidden),
        T(city_office_makes_no_administrator),
        T(token_is_never_wider_than_its_owner),
        T(person_is_sealed_and_erased),
        T(last_administrator_stays),
        T(guessing_is_slowed_and_the_owner_is_not),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
