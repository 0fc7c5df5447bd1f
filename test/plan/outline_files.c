/*
 * outline_files.c - outlines of our own in the styles in use (test/golden/outlines), each with the reader's whole answer beside it.
 * YITI_GOLDEN=write (./dev golden) writes the answers anew; a person reads the difference.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "outline_hold.h"

#define FOLDER "test/golden/outlines/"
static const char *const names[] = {
    "notice-with-plan.txt", "traditional.txt",   "regulation.txt",   "plan.md",       "quarter-report.txt",
    "numbered-plans.txt",   "two-documents.txt", "broken-lines.txt", "task-table.txt"};

static struct span slurp(struct arena *a, const char *path)
{
    FILE *const f = fopen(path, "rb");
    if (!f)
        return SPAN_NONE;
    char *const p = arena_alloc(a, 1 << 20);
    const size_t n = fread(p, 1, 1 << 20, f);
    (void)fclose(f);
    return (struct span){p, n};
}

/* One node, date, unit or check a line, so that a difference is readable. */
static void answer(const struct outline_result *r, struct sb *out)
{
    struct sb json;
    struct jw w;
    sb_init(&json, 1 << 22);
    jw_init(&w, &json);
    outline_json(r, &w);
    const struct span s = sb_span(&json);
    for (size_t i = 0; i < s.len; i++) {
        const bool object = s.ptr[i] == '{' && i > 0 && (s.ptr[i - 1] == '[' || s.ptr[i - 1] == ',');
        if (object)
            sb_addc(out, '\n');
        sb_addc(out, s.ptr[i]);
    }
    sb_addc(out, '\n');
    sb_release(&json);
}

static void test_file(void **state)
{
    const char *const name = *state;
    struct arena *const a = arena_new(64u << 20);
    char path[300];
    struct fail f;
    struct outline_result r;
    struct span text;
    enum outline_format format;
    (void)snprintf(path, sizeof path, FOLDER "%s", name);
    const struct span bytes = slurp(a, path);
    assert_true(bytes.len > 0);
    assert_int_equal(outline_text_of_bytes(a, bytes, &text, &format, &f), RC_OK);
    assert_int_equal(outline_read(a, text, NULL, &r, &f), RC_OK);
    outline_hold(&r);
    outline_hold_paths(&r);
    struct sb got;
    sb_init(&got, 1 << 22);
    answer(&r, &got);
    (void)snprintf(path, sizeof path, FOLDER "%s.json", name);
    const char *const golden = getenv("YITI_GOLDEN");
    if (golden && strcmp(golden, "write") == 0) {
        FILE *const to = fopen(path, "wb");
        assert_non_null(to);
        assert_int_equal(fwrite(got.ptr, 1, got.len, to), got.len);
        (void)fclose(to);
    } else if (!span_eq(slurp(a, path), sb_span(&got))) {
        fail_msg("%s is read otherwise than %s says; now:\n%.*s", name, path, SPAN_ARG(sb_span(&got)));
    }
    sb_release(&got);
    arena_free(a);
}

int main(void)
{
    struct CMUnitTest tests[sizeof names / sizeof names[0]];
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        tests[i] = (struct CMUnitTest){names[i], test_file, NULL, NULL, (void *)(uintptr_t)names[i]};
    return _cmocka_run_group_tests("outline files", tests, sizeof names / sizeof names[0], NULL, NULL);
}
