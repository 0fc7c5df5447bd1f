/*
 * demo.c - `yiti demo seed`: the demonstration region, invented and marked as such: four cities, their units and officers, an outline of sixty actions
 * and a year of progress on them, made from a printed seed. Everything goes through the same commands that people's requests use. The facts lie in
 * data/demo (regions.csv, units.csv, outline.txt) and are embedded.
 *
 * How an action goes is drawn once: on time, slow, late, stuck or silent; monthly reports follow from it, so that each light has its actions.
 */
#include <string.h>

#include "app/app_int.h"
#include "base/date.h"
#include "base/ensure.h"
#include "org/org.h"
#include "plan/plan.h"

/* Embedded by the build from data/demo. */
extern const char demo_regions_csv[], demo_units_csv[], demo_outline_txt[];
extern const size_t demo_regions_csv_len, demo_units_csv_len, demo_outline_txt_len;

#define DEMO_SEED 20251120
#define UNITS_MAX 200
#define ACTIONS_MAX 200
#define ISSUED_ON "2025-11-20"

struct demo_unit {
    const char *region_code;
    struct span kind, name, short_name;
    int64_t id, officer_id; /* officer: the desk's first person; 0 none yet */
};
struct demo_action {
    int64_t id;
    int units[8]; /* indexes of lead units */
    int n_units;
    int32_t due; /* day number; 0 none */
};
struct demo {
    struct cli *cli;
    struct store *s;
    struct arena *a;
    struct fail *f;
    uint64_t random;
    int64_t cooperation_id, office_id, head_id, chief_id;
    int64_t office_person, leader_person, head_person, head_unit;
    struct demo_unit units[UNITS_MAX];
    int n_units;
    struct demo_action actions[ACTIONS_MAX];
    int n_actions;
    int reports;
};

/* splitmix64: small, well mixed, the same everywhere. */
static uint64_t draw(struct demo *d)
{
    uint64_t z = d->random += 0x9e3779b97f4a7c15ull;
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9ull;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebull;
    return z ^ (z >> 31);
}

static int below(struct demo *d, int n)
{
    return (int)(draw(d) % (uint64_t)n);
}

static const struct actor by_system = {.role = "system", .region_code = "000000"};

static enum rc run(struct demo *d, struct actor actor, command_fn *fn, const void *in, void *out)
{
    struct store_write w = {.command = fn, .in = in, .out = out, .arena = d->a, .actor = actor};
    const enum rc rc = store_run(d->s, &w);
    if (rc != RC_OK)
        *d->f = w.fail;
    sb_release(&w.body);
    return rc;
}

/* ---- places and units ------------------------------------------------------------------------------------------------------------ */

static enum rc instance_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    static const struct cooperation_member members[] = {
        {SPAN("990100"), SPAN("member"), SPAN("2006-01-01"), SPAN_NONE},
        {SPAN("990200"), SPAN("member"), SPAN("2006-01-01"), SPAN_NONE},
        {SPAN("990300"), SPAN("member"), SPAN("2006-01-01"), SPAN_NONE},
        {SPAN("990400"), SPAN("member"), SPAN("2006-01-01"), SPAN_NONE},
    };
    const struct cooperation_in cooperation = {.name_zh = SPAN("澜江都市圈（演示）"),
                                               .name_en = SPAN("Lanjiang Metropolitan Circle (demonstration)"),
                                               .members = members,
                                               .n_members = 4};
    struct demo *const d = out;
    (void)in;
    const enum rc rc = org_instance_set(tx, cooperation.name_zh, cooperation.name_en, SPAN("990000"), f);
    return rc == RC_OK ? cooperation_save(tx, &cooperation, &d->cooperation_id, f) : rc;
}

static enum rc unit_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    struct unit added;
    const enum rc rc = unit_add(tx, in, &added, f);
    if (rc == RC_OK)
        *(int64_t *)out = added.id;
    return rc;
}

static enum rc units_read(struct demo *d)
{
    struct span rest = (struct span){demo_units_csv, demo_units_csv_len};
    enum rc rc = RC_OK;
    while (rest.len && rc == RC_OK) {
        struct span line = span_split(&rest, '\n');
        if (!line.len || line.ptr[0] == '#')
            continue;
        ensure(d->n_units < UNITS_MAX);
        struct demo_unit *const u = &d->units[d->n_units++];
        u->region_code = span_cstr(d->a, span_split(&line, ','));
        u->kind = span_split(&line, ',');
        u->name = span_split(&line, ',');
        u->short_name = line;
        const bool office = span_is(u->kind, "coordination");
        const struct unit_add_in in = {.region_code = u->region_code,
                                       .name = u->name,
                                       .short_name = u->short_name,
                                       .kind = u->kind,
                                       .from_on = SPAN("2006-01-01"),
                                       .cooperation_id = office ? d->cooperation_id : 0};
        rc = run(d, by_system, unit_command, &in, &u->id);
        if (office)
            d->office_id = u->id;
    }
    return rc;
}

/* ---- people ---------------------------------------------------------------------------------------------------------------------- */

struct officer {
    struct span login, display;
    int64_t unit_id;
    const char *role, *demo_key, *name_zh, *name_en; /* demo_key NULL: no one-click sign-in */
};

static enum rc officer_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct officer *const o = in;
    const struct person_add_in person = {
        .login_name = o->login, .display_name = o->display, .unit_id = o->unit_id, .lang = LANG_ZH};
    int64_t *const id = out;
    int64_t grant = 0;
    enum rc rc = person_add(tx, &person, id, f);
    if (rc == RC_OK) {
        const struct role_grant_in role = {
            .person_id = *id, .unit_id = o->unit_id, .role = org_role_find(span_of(o->role))};
        rc = role_grant_add(tx, &role, &grant, f);
    }
    if (rc == RC_OK && o->demo_key)
        rc = demo_account_add(tx, span_of(o->demo_key), *id, span_of(o->name_zh), span_of(o->name_en), f);
    return rc;
}

static struct demo_unit *unit_named(struct demo *d, const char *name)
{
    for (int i = 0; i < d->n_units; i++)
        if (span_is(d->units[i].name, name))
            return &d->units[i];
    return NULL;
}

static enum rc named_officers(struct demo *d)
{
    static const struct {
        const char *unit, *login, *display, *role, *key, *zh, *en;
    } rows[] = {
        {"澜江都市圈市长联席会议办公室", "demo.office", "联席办 陈主任", "office", "office", "联席会议办公室",
         "Coordination office"},
        {"澜州市都市圈建设办公室", "demo.city", "澜州办 林科长", "city_office", "city_office", "澜州市办公室",
         "City office, first member city"},
        {"云汀市都市圈建设办公室", "demo.city2", "云汀办 沈科长", "city_office", "other_city", "云汀市办公室",
         "City office, second member city"},
        {"澜州市交通运输局", "demo.desk", "澜州交通 周工", "desk_drafter", "desk", "澜州市交通运输局经办人",
         "Desk officer, transport bureau"},
        {"澜州市交通运输局", "demo.head", "澜州交通 吴局长", "desk_head", "head", "澜州市交通运输局负责人",
         "Head, transport bureau"},
        {"澜州市城市管理局", "demo.sanitation", "澜州城管 郑局长", "desk_head", "sanitation", "澜州市城市管理局负责人",
         "Head, city management bureau"},
        {"澜江都市圈市长联席会议办公室", "demo.inspector", "督查组 何组长", "inspector", "inspector", "督查人员",
         "Inspector"},
        {"澜江都市圈市长联席会议办公室", "demo.leader", "分管领导", "leader", "leader", "领导", "Leader"},
        {"澜江都市圈市长联席会议办公室", "demo.auditor", "审计 高工", "auditor", "auditor", "审计人员", "Auditor"},
        {"澜江都市圈市长联席会议办公室", "demo.admin", "管理员", "administrator", "administrator", "系统管理员",
         "Administrator"},
    };
    enum rc rc = RC_OK;
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows) && rc == RC_OK; i++) {
        struct demo_unit *const u = unit_named(d, rows[i].unit);
        ensure(u);
        const struct officer o = {
            span_of(rows[i].login), span_of(rows[i].display), u->id, rows[i].role, rows[i].key, rows[i].zh, rows[i].en};
        int64_t id = 0;
        rc = run(d, by_system, officer_command, &o, &id);
        if (!strcmp(rows[i].role, "desk_drafter"))
            u->officer_id = id;
        if (!strcmp(rows[i].role, "office"))
            d->office_person = id;
        if (!strcmp(rows[i].key, "head")) {
            d->head_person = id;
            d->head_unit = u->id;
        }
        if (!strcmp(rows[i].role, "leader"))
            d->leader_person = id;
        if (!strcmp(rows[i].key, "head"))
            d->head_id = id;
        if (!strcmp(rows[i].key, "office"))
            d->chief_id = id;
    }
    return rc;
}

/* The unit's clerk, made when first needed. */
static enum rc unit_officer(struct demo *d, struct demo_unit *u)
{
    char login[32], display[96];
    if (u->officer_id)
        return RC_OK;
    (void)snprintf(login, sizeof(login), "demo.unit%03d", (int)(u - d->units));
    (void)snprintf(display, sizeof(display), "%.*s 经办人", SPAN_ARG(u->name));
    const struct officer o = {span_of(login), span_of(display), u->id, "desk_drafter", NULL, NULL, NULL};
    return run(d, by_system, officer_command, &o, &u->officer_id);
}

/* ---- the outline ------------------------------------------------------------------------------------------------------------------ */

static enum rc publish_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_publish(tx, in, out, f);
}

static enum rc outline_in(struct demo *d, int64_t *outline_id)
{
    const struct actor office = {.principal_id = 0, .role = "office", .unit_id = d->office_id, .region_code = "990000"};
    const struct plan_import_in import = {.bytes = {demo_outline_txt, demo_outline_txt_len},
                                          .filename = SPAN("澜江都市圈同城化行动纲要（演示）.txt"),
                                          .mode = SPAN("live"),
                                          .as_of_on = SPAN(ISSUED_ON),
                                          .unit_id = d->office_id};
    struct plan_confirmed confirmed = {.n = 0};
    int64_t import_id = 0, version = 0;
    enum rc rc = plan_import_file(d->s, &office, &import, NULL, &import_id, d->f);
    if (rc != RC_OK)
        return rc;
    const struct plan_confirm_in confirm = {
        .import_id = import_id, .region_code = SPAN("990000"), .cooperation_id = d->cooperation_id};
    rc = plan_confirm_import(d->s, &office, &confirm, d->a, NULL, &confirmed, d->f);
    if (rc != RC_OK)
        return rc;
    *outline_id = confirmed.outline_ids[0];
    const struct plan_publish_in publish = {.outline_id = *outline_id, .is_public = true};
    return run(d, office, publish_command, &publish, &version);
}

static struct demo_unit *unit_by_id(struct demo *d, int64_t id)
{
    for (int i = 0; i < d->n_units; i++)
        if (d->units[i].id == id)
            return &d->units[i];
    return NULL;
}

struct action_query {
    struct demo *d;
    int64_t outline_id;
};

static enum rc actions_read(struct tx *tx, void *ctx, struct fail *f)
{
    const struct action_query *const q = ctx;
    struct demo *const d = q->d;
    struct rows rows;
    const enum rc rc = db_query(tx, SQL_demo_actions, DB_ARGS(DB_S("990000"), DB_I(q->outline_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        const int64_t id = rows_int(&rows, 0);
        struct demo_unit *const u = unit_by_id(d, rows_int(&rows, 2));
        if (!d->n_actions || d->actions[d->n_actions - 1].id != id) {
            struct ymd due;
            ensure(d->n_actions < ACTIONS_MAX);
            d->actions[d->n_actions++] =
                (struct demo_action){.id = id, .due = date_parse(rows_text(&rows, 1), &due) ? date_to_days(due) : 0};
        }
        struct demo_action *const a = &d->actions[d->n_actions - 1];
        if (u && a->n_units < 8)
            a->units[a->n_units++] = (int)(u - d->units);
    }
    return rows_end(&rows);
}

/* ---- a year of progress ------------------------------------------------------------------------------------------------------------ */

enum course { ON_TIME, SLOW, LATE, STUCK, SILENT };

/* Share of the planned way that is done when the whole time is over, in percent. */
static int course_end(enum course c)
{
    static const int ends[] = {[ON_TIME] = 106, [SLOW] = 88, [LATE] = 62, [STUCK] = 35, [SILENT] = 0};
    return ends[c];
}

static struct span words(struct demo *d, int percent)
{
    static const char *const begun[] = {"已制定实施方案，明确责任人和时间表。", "完成前期调研，形成工作台账。",
                                        "召开四市对接会，统一了工作口径。"};
    static const char *const going[] = {"按计划推进，本月完成阶段任务。", "完成现场施工的一部分，手续同步办理。",
                                        "四市数据已对接，正在联调。", "完成招标，进场实施。",
                                        "试点运行平稳，收到群众意见并逐条整改。"};
    static const char *const ending[] = {"主体任务完成，正在查漏补缺。", "已通过初步验收，准备全面推开。"};
    static const char *const done[] = {"全部完成，已通过验收并向社会公布。", "任务完成，转入常态运行。"};
    if (percent >= 100)
        return span_of(done[below(d, 2)]);
    if (percent >= 80)
        return span_of(ending[below(d, 2)]);
    return percent < 20 ? span_of(begun[below(d, 3)]) : span_of(going[below(d, 5)]);
}

static enum rc report_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return plan_report(tx, in, out, f);
}

static enum rc report(struct demo *d, const struct demo_action *a, int percent, int32_t on)
{
    struct demo_unit *const u = &d->units[a->units[below(d, a->n_units)]];
    struct plan_report_out out;
    char day[11];
    enum rc rc = unit_officer(d, u);
    if (rc != RC_OK)
        return rc;
    date_print(date_from_days(on), day);
    const struct plan_report_in in = {
        .action_id = a->id, .percent = percent, .text = words(d, percent), .done_on = span_of(day)};
    const struct actor desk = {
        .principal_id = u->officer_id, .role = "desk_drafter", .unit_id = u->id, .region_code = u->region_code};
    d->reports++;
    return run(d, desk, report_command, &in, &out);
}

/* Monthly reports from the month after issue until today or until it is done. */
static enum rc action_year(struct demo *d, const struct demo_action *a, int32_t issued, int32_t today)
{
    static const enum course mix[] = {ON_TIME, ON_TIME, ON_TIME, ON_TIME, ON_TIME, SLOW, SLOW, LATE, STUCK, SILENT};
    const enum course c = mix[below(d, 10)];
    const int32_t end = a->due ? a->due : issued + 730;
    int percent = 0;
    enum rc rc = RC_OK;
    if (c == SILENT || !a->n_units)
        return RC_OK;
    for (int32_t on = issued + 20 + below(d, 20); on <= today && percent < 100 && rc == RC_OK;
         on += 24 + below(d, 14)) {
        const int planned = (int)((int64_t)100 * (on - issued) / (end - issued));
        int now = planned * course_end(c) / 100 + below(d, 7) - 3;
        now = now < percent ? percent : now > 100 ? 100 : now;
        if (c == STUCK && now > 40)
            break;
        if (c != ON_TIME && now > 95)
            now = 95;
        percent = now;
        rc = report(d, a, percent, on);
    }
    return rc;
}

static enum rc year(struct demo *d, int64_t outline_id)
{
    struct action_query q = {d, outline_id};
    struct ymd issued;
    const int32_t today = date_to_days(date_of_us(clock_now_us(store_clock(d->s))));
    enum rc rc = store_read(d->s, &by_system, d->a, actions_read, &q, d->f);
    ensure(date_parse(SPAN(ISSUED_ON), &issued));
    for (int i = 0; i < d->n_actions && rc == RC_OK; i++) {
        rc = action_year(d, &d->actions[i], date_to_days(issued), today);
        cli_progress(d->cli, "demo", i + 1, d->n_actions);
    }
    return rc;
}

/* ---- the cities among themselves ---------------------------------------------------------------------------------------------------- */

static enum rc talk(struct demo *d, int64_t outline_id)
{
    struct demo_talk t = {.office_id = d->office_id, .outline_id = outline_id, .signed_on = SPAN(ISSUED_ON)};
    enum rc rc = RC_OK;
    for (int i = 0; i < d->n_units && t.n_cities < 8; i++)
        if (span_is(d->units[i].kind, "city_office"))
            t.city_offices[t.n_cities++] = d->units[i].id;
    for (int i = 0; rc == RC_OK && i < DEMO_TALKS; i++)
        rc = run(d, by_system, demo_talks[i], &t, NULL);
    if (rc == RC_OK)
        rc = run(d, by_system, demo_programmes, &t, NULL);
    for (int i = 0; rc == RC_OK && i < DEMO_MEETS; i++)
        rc = run(d, by_system, demo_meets[i], &t, &t);
    return rc;
}

static enum rc said(struct demo *d, int64_t outline_id)
{
    const struct demo_said s = {.store = d->s,
                                .arena = d->a,
                                .office = {d->office_person, "office", d->office_id, "990000"},
                                .leader = {d->leader_person, "leader", d->office_id, "990000"},
                                .head = {d->head_person, "desk_head", d->head_unit, "990100"},
                                .outline_id = outline_id};
    const enum rc rc = demo_bulletins(&s, d->f);
    return rc == RC_OK ? demo_assessment(&s, d->f) : rc;
}

/* The last actions of the outline that have a day, some of them with one lead unit, none of them the visitor's bureau's. */
static enum rc duties(struct demo *d)
{
    int64_t ids[8];
    const struct demo_unit *const own = unit_named(d, "澜州市交通运输局");
    struct demo_duty_world w = {
        .office_id = d->office_id, .head_id = d->head_id, .chief_id = d->chief_id, .action_ids = ids};
    ensure(own);
    w.clerk_id = own->officer_id;
    for (int i = d->n_actions - 1; i >= 0 && w.n_actions < 8; i--) {
        const struct demo_action *const a = &d->actions[i];
        bool visitors = a->n_units == 0 || a->due == 0;
        for (int k = 0; k < a->n_units; k++)
            visitors = visitors || &d->units[a->units[k]] == own;
        if (!visitors)
            ids[w.n_actions++] = a->id;
    }
    return demo_duties(d->s, d->a, &w, d->f);
}

/* ---- the command --------------------------------------------------------------------------------------------------------------------- */

static enum rc seed_all(struct demo *d)
{
    int64_t rows = 0, outline_id = 0;
    enum rc rc = region_import(d->s, (struct span){demo_regions_csv, demo_regions_csv_len}, NULL, NULL, &rows, d->f);
    if (rc == RC_OK)
        rc = run(d, by_system, instance_command, NULL, d);
    if (rc == RC_OK)
        rc = units_read(d);
    if (rc == RC_OK)
        rc = named_officers(d);
    if (rc == RC_OK)
        rc = outline_in(d, &outline_id);
    if (rc == RC_OK)
        rc = talk(d, outline_id);
    if (rc == RC_OK)
        rc = demo_govern(d->s, d->a, d->f);
    if (rc == RC_OK)
        rc = year(d, outline_id);
    if (rc == RC_OK)
        rc = duties(d);
    if (rc == RC_OK)
        rc = demo_cases(d->s, d->a, d->f);
    return rc == RC_OK ? said(d, outline_id) : rc;
}

int app_demo_seed(struct cli *c)
{
    const char *const seed = cli_option(c, "seed");
    struct fail f = {0};
    int64_t number = DEMO_SEED, position = 0;
    if (!cli_no_more_options(c) || (seed && !span_to_i64(span_of(seed), &number)))
        return 2;
    enum rc rc = journal_position(c->store, &position, &f);
    if (rc == RC_OK && position > 0)
        rc = fail_set(&f, RC_CONFLICT, MSG_app_demo_not_fresh, NULL, NULL);
    if (rc != RC_OK)
        return cli_failed(c, &f);
    struct demo *const d = ARENA_NEW(c->arena, struct demo);
    ensure(d);
    d->cli = c;
    d->s = c->store;
    d->a = c->arena;
    d->f = &f;
    d->random = (uint64_t)number;
    if (seed_all(d) != RC_OK)
        return cli_failed(c, &f);
    if (c->json)
        (void)fprintf(c->out, "{\"seed\":%lld,\"units\":%d,\"actions\":%d,\"reports\":%d}\n", (long long)number,
                      d->n_units, d->n_actions, d->reports);
    else
        (void)fprintf(c->out,
                      c->lang == LANG_ZH
                          ? "演示区域已建立（种子 %lld）：%d 个单位，%d 项行动，%d 份进展报告。\n"
                          : "Demonstration region made (seed %lld): %d units, %d actions, %d progress reports.\n",
                      (long long)number, d->n_units, d->n_actions, d->reports);
    return 0;
}
