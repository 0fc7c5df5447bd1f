/* log.c - tests of base/log: what reaches standard error, caught in a file. */
#include "check.h"

#include <pthread.h>
#include <unistd.h>

#include "base/arena.h"
#include "base/date.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/log.h"

/* Runs fn with standard error in a temporary file and returns what came, in the arena. */
static struct span caught(struct arena *a, void (*fn)(void))
{
    FILE *const file = tmpfile();
    assert_non_null(file);
    const int kept = dup(STDERR_FILENO);
    assert_true(kept >= 0 && dup2(fileno(file), STDERR_FILENO) >= 0);
    fn();
    assert_true(dup2(kept, STDERR_FILENO) >= 0);
    (void)close(kept);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const size_t len = (size_t)ftell(file);
    rewind(file);
    char *const text = arena_alloc(a, len + 1);
    assert_non_null(text);
    assert_int_equal(fread(text, 1, len, file), len);
    (void)fclose(file);
    return (struct span){text, len};
}

static void say_dirty(void)
{
    log_event(LOG_WARN, "http.slow", LS("path", "/a\n\"b\x1b[m\xff"), LI("us", INT64_MIN), LEND);
}

static void say_bare(void)
{
    log_event(LOG_INFO, "server.ready", LEND);
}

static void say_debug(void)
{
    log_event(LOG_DEBUG, "noise", LEND);
}

static void say_huge(void)
{
    static char text[LOG_LINE_BYTES_MAX + 1];
    memset(text, 'a', sizeof(text) - 1);
    log_event(LOG_ERROR, "too.much", LS("text", text), LEND);
}

static void json_lines_are_json(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    struct fail f;
    json_t *j;
    log_setup(LOG_INFO, LOG_JSON);
    const struct span line = caught(a, say_dirty);
    assert_true(span_ends(line, SPAN("\n")));
    assert_int_equal(span_find(line, SPAN("\n"), 0), line.len - 1);
    assert_int_equal(json_read(a, line, &j, &f), RC_OK);
    assert_string_equal(json_string_value(json_object_get(j, "event")), "http.slow");
    assert_string_equal(json_string_value(json_object_get(j, "level")), "warn");
    assert_string_equal(json_string_value(json_object_get(j, "path")), "/a\n\"b\x1b[m\xef\xbf\xbd");
    assert_true(json_integer_value(json_object_get(j, "us")) == INT64_MIN);
    int64_t at;
    assert_true(time_parse(span_of(json_string_value(json_object_get(j, "at"))), &at));
    arena_free(a);
}

static void human_lines_are_one_clean_line(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    log_setup(LOG_INFO, LOG_HUMAN);
    const struct span line = caught(a, say_dirty);
    assert_true(span_ends(line, SPAN(" warn  http.slow path=/a?\"b?[m? us=-9223372036854775808\n")));
    assert_int_equal(span_find(line, SPAN("\n"), 0), line.len - 1);
    assert_int_equal(line.ptr[4], '-');
    const struct span bare = caught(a, say_bare);
    assert_true(span_ends(bare, SPAN(" info  server.ready\n")));
    arena_free(a);
}

static void levels_below_the_least_are_silent(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    log_setup(LOG_INFO, LOG_JSON);
    assert_int_equal(caught(a, say_debug).len, 0);
    log_setup(LOG_DEBUG, LOG_JSON);
    assert_true(caught(a, say_debug).len > 0);
    log_setup(LOG_ERROR, LOG_JSON);
    assert_int_equal(caught(a, say_dirty).len, 0);
    arena_free(a);
}

static void too_long_a_line_keeps_its_event(void **state)
{
    (void)state;
    struct arena *const a = arena_new(1 << 20);
    log_setup(LOG_INFO, LOG_JSON);
    const struct span line = caught(a, say_huge);
    assert_true(line.len < 200);
    assert_true(span_find(line, SPAN("\"event\":\"too.much\",\"cut\":1}"), 0) != SIZE_MAX);
    arena_free(a);
}

static void *say_many(void *ctx)
{
    for (int i = 0; i < 500; i++)
        log_event(LOG_INFO, "thread", LS("name", ctx), LI("i", i), LEND);
    return NULL;
}

static void say_from_threads(void)
{
    pthread_t threads[4];
    static char names[4][8] = {"one", "two", "three", "four"};
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, say_many, names[i]), 0);
    for (int i = 0; i < 4; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
}

static void lines_of_threads_do_not_mix(void **state)
{
    (void)state;
    struct arena *const a = arena_new(8 << 20);
    log_setup(LOG_INFO, LOG_JSON);
    struct span rest = caught(a, say_from_threads);
    int lines = 0;
    for (; rest.len > 0; lines++) {
        struct fail f;
        json_t *j;
        assert_int_equal(json_read(a, span_split(&rest, '\n'), &j, &f), RC_OK);
    }
    assert_int_equal(lines, 2000);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(json_lines_are_json),
        cmocka_unit_test(human_lines_are_one_clean_line),
        cmocka_unit_test(levels_below_the_least_are_silent),
        cmocka_unit_test(too_long_a_line_keeps_its_event),
        cmocka_unit_test(lines_of_threads_do_not_mix),
    };
    return cmocka_run_group_tests_name("base/log", tests, NULL, NULL);
}
