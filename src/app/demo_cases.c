/* demo_cases.c - what the demonstration's citizens reported and how far it is: each line of data/demo/cases.tsv, played by the system. */
#include <string.h>

#include "app/app_int.h"
#include "cases/cases.h"

/* Embedded by the build from data/demo. */
extern const char demo_cases_tsv[], demo_before_png[], demo_after_png[];
extern const size_t demo_cases_tsv_len, demo_before_png_len, demo_after_png_len;

struct play {
    struct store *store;
    struct arena *arena;
    struct fail *f;
    struct case_reported reported;
    struct case_row row;
    struct file_info before, after; /* what the reporter and the cleaner photographed: drawn, not taken */
    int line;
};

static enum rc run(struct play *p, command_fn *fn, const void *in, void *out)
{
    struct store_write w = {.command = fn, .in = in, .out = out, .arena = p->arena, .actor = ACTOR_SYSTEM};
    const enum rc rc = store_run(p->store, &w);
    if (rc != RC_OK)
        *p->f = w.fail;
    sb_release(&w.body);
    return rc;
}

struct sent {
    struct case_report_in report;
    const struct file_info *picture; /* NULL: none */
};

static enum rc do_report(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct sent *sent = in;
    struct case_report_in report = sent->report;
    int64_t file = 0;
    enum rc rc = sent->picture == NULL
                     ? RC_OK
                     : org_file_add(tx, &(struct file_add_in){sent->picture, SPAN("反映照片（演示）.png"), "image/png"},
                                    &file, f);
    report.file_ids = &file;
    report.n_files = sent->picture != NULL;
    return rc == RC_OK ? case_report(tx, &report, out, f) : rc;
}

static enum rc do_reporter(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_reporter_step(tx, in, out, f);
}

static enum rc do_release(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return case_release(tx, in, out, f);
}

/* A step of a desk; who it goes to is found by name, what shows that it is done is a picture. */
struct desk {
    int64_t case_id;
    struct span verb, arg;
    const struct file_info *picture;
};

static enum rc do_step(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct desk *d = in;
    struct unit_found found = {.unit_id = 0};
    int64_t file = 0;
    enum rc rc = RC_OK;
    struct case_step_in step = {.id = d->case_id, .step = {.verb = d->verb, .percent = -1}};
    if (span_is(d->verb, "dispatch")) {
        const char *const regions[] = {"990100", "990200", "990300", "990400"};
        for (int i = 0; rc == RC_OK && i < 4 && found.unit_id == 0; i++)
            rc = unit_resolve(tx, regions[i], d->arg, SPAN("2026-01-01"), &found, f);
        step.step.unit_id = found.unit_id;
    }
    step.step.text = step.step.reason = d->arg;
    if (rc == RC_OK && span_is(d->verb, "feed_back")) {
        rc = org_file_add(tx, &(struct file_add_in){d->picture, SPAN("现场照片（演示）.png"), "image/png"}, &file, f);
        step.step.file_ids = &file;
        step.step.n_files = 1;
    }
    return rc == RC_OK ? case_step(tx, &step, out, f) : rc;
}

static enum rc play_step(struct play *p, struct span word)
{
    struct span arg = word;
    const struct span verb = span_split(&arg, ':');
    const bool mark = span_is(verb, "close");
    if (span_is(verb, "release"))
        return run(p, do_release, &(struct case_release_in){.id = p->row.id, .is_public = true}, &p->row);
    if (mark || span_is(verb, "dispute")) {
        const struct case_public_in in = {.number = p->reported.row.number,
                                          .code = span_of(p->reported.code),
                                          .verb = verb,
                                          .text = mark ? SPAN("") : arg,
                                          .satisfaction = mark && arg.len > 0 ? arg.ptr[0] - '0' : 0};
        return run(p, do_reporter, &in, &p->row);
    }
    return run(p, do_step, &(struct desk){p->row.id, verb, arg, &p->after}, &p->row);
}

static int64_t millionths(struct span text)
{
    int64_t whole = 0, part = 0;
    struct span rest = text;
    const struct span front = span_split(&rest, '.');
    if (!span_to_i64(front, &whole) || !span_to_i64(rest, &part))
        return 0;
    for (size_t i = rest.len; i < 6; i++)
        part *= 10;
    return whole * 1000000 + part;
}

/* The questions that some types ask. */
static const char *answers_of(struct span type)
{
    static const struct {
        const char *type, *answers;
    } rows[] = {{"sign", "{\"printed\":\"Export\",\"correct\":\"Exit\"}"},
                {"trademark", "{\"mark\":\"某知名品牌\"}"},
                {"piracy", "{\"title\":\"小学数学（三年级）\",\"carrier\":[\"textbook\"]}"},
                {"building-waste", "{\"vehicle\":\"蓝色货车\"}"},
                {"rubbish-heap", "{\"volume\":\"cart\"}"}};
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
        if (span_is(type, rows[i].type))
            return rows[i].answers;
    return "{}";
}

static enum rc play_line(struct play *p, struct span line)
{
    struct span parts[7];
    json_t *answers = NULL;
    char client[24];
    for (int i = 0; i < 7; i++)
        parts[i] = span_split(&line, '\t');
    (void)snprintf(client, sizeof(client), "demo-%d", p->line++);
    enum rc rc = json_read(p->arena, span_of(answers_of(parts[0])), &answers, p->f);
    const struct sent in = {.picture = span_is(parts[0], "rubbish-heap") ? &p->before : NULL,
                            .report = {.type = parts[0],
                                       .channel = SPAN("web"),
                                       .secrecy = SPAN("anonymous"),
                                       .place_code = parts[1],
                                       .address = parts[2],
                                       .text = parts[5],
                                       .client_id = span_of(client),
                                       .attributes = answers,
                                       .has_position = true,
                                       .lat_e6 = millionths(parts[3]),
                                       .long_e6 = millionths(parts[4])}};
    if (rc == RC_OK)
        rc = run(p, do_report, &in, &p->reported);
    p->row = p->reported.row;
    while (rc == RC_OK && parts[6].len > 0)
        rc = play_step(p, span_split(&parts[6], ' '));
    if (rc != RC_OK)
        fail_detail(p->f, "data/demo/cases.tsv, report %d", p->line);
    return rc;
}

enum rc demo_cases(struct store *s, struct arena *a, struct fail *f)
{
    struct play p = {.store = s, .arena = a, .f = f};
    struct span rest = {demo_cases_tsv, demo_cases_tsv_len};
    enum rc rc = file_put(s, (struct span){demo_before_png, demo_before_png_len}, &p.before, f);
    if (rc == RC_OK)
        rc = file_put(s, (struct span){demo_after_png, demo_after_png_len}, &p.after, f);
    while (rc == RC_OK && rest.len > 0) {
        const struct span line = span_split(&rest, '\n');
        if (line.len > 0 && line.ptr[0] != '#')
            rc = play_line(&p, line);
    }
    return rc;
}
