/* cli.c - tests of base/cli. */
#include "check.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cli.h"

/* A command's surroundings, with what it says caught in a file. */
struct bench {
    struct cli cli;
    char *words[12];
    char dir[32];
};

static void bench_begin(struct bench *b, size_t arena_bytes)
{
    *b = (struct bench){.dir = "/tmp/yiti-cli-XXXXXX"};
    assert_non_null(mkdtemp(b->dir));
    b->cli.argv = b->words;
    b->cli.err = tmpfile();
    b->cli.in = tmpfile();
    b->cli.out = stdout;
    b->cli.lang = LANG_EN;
    b->cli.cwd_fd = open(b->dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    b->cli.arena = arena_new(arena_bytes);
    assert_true(b->cli.err != NULL && b->cli.in != NULL && b->cli.cwd_fd >= 0);
}

static void bench_end(struct bench *b)
{
    (void)unlinkat(b->cli.cwd_fd, "file", 0);
    assert_int_equal(rmdir(b->dir), 0);
    (void)fclose(b->cli.err);
    (void)fclose(b->cli.in);
    (void)close(b->cli.cwd_fd);
    arena_free(b->cli.arena);
}

static void bench_words(struct bench *b, const char *const *words)
{
    b->cli.argc = 0;
    for (; words[b->cli.argc] != NULL; b->cli.argc++)
        b->words[b->cli.argc] = (char *)(uintptr_t)words[b->cli.argc];
}

static void bench_said(struct bench *b, const char *want)
{
    char text[8000] = "";
    (void)fflush(b->cli.err);
    rewind(b->cli.err);
    const size_t n = fread(text, 1, sizeof(text) - 1, b->cli.err);
    text[n] = '\0';
    assert_string_equal(text, want);
    assert_int_equal(ftruncate(fileno(b->cli.err), 0), 0);
    rewind(b->cli.err);
}

struct option_row {
    const char *name;
    const char *words[8];
    const char *unit; /* value of --unit */
    bool live;        /* --live is there */
    bool no_more;
    const char *left; /* words that are left, joined by / */
    const char *said;
};
static const struct option_row option_rows[] = {
    {"nothing", {NULL}, NULL, false, true, "", ""},
    {"words only", {"a", "b", NULL}, NULL, false, true, "a/b", ""},
    {"value behind", {"a", "--unit", "u", "b", NULL}, "u", false, true, "a/b", ""},
    {"value with =", {"--unit=u", "a", NULL}, "u", false, true, "a", ""},
    {"empty value", {"--unit=", NULL}, "", false, true, "", ""},
    {"value that looks like an option", {"--unit", "--live", NULL}, "--live", false, true, "", ""},
    {"flag", {"--live", "a", NULL}, NULL, true, true, "a", ""},
    {"both", {"a", "--live", "--unit", "u", NULL}, "u", true, true, "a", ""},
    {"value missing",
     {"a", "--unit", NULL},
     NULL,
     false,
     false,
     "a/--unit",
     "yiti: Unknown option, or one without its value: --unit.\n"},
    {"longer name",
     {"--unity", "u", NULL},
     NULL,
     false,
     false,
     "--unity/u",
     "yiti: Unknown option, or one without its value: --unity.\n"},
    {"flag with value",
     {"--live=1", NULL},
     NULL,
     false,
     false,
     "--live=1",
     "yiti: Unknown option, or one without its value: --live=1.\n"},
    {"short option", {"-x", NULL}, NULL, false, false, "-x", "yiti: Unknown option, or one without its value: -x.\n"},
    {"standard input", {"-", NULL}, NULL, false, true, "-", ""},
    {"end of options", {"--live", "--", "--unit", "u", NULL}, NULL, true, true, "--unit/u", ""},
    {"value before the end of options",
     {"--unit", "--", "u", NULL},
     NULL,
     false,
     false,
     "--unit/--/u",
     "yiti: Unknown option, or one without its value: --unit.\n"},
};

static void options_are_taken_out(void **state)
{
    const struct option_row *const row = *state;
    struct bench b;
    bench_begin(&b, 1 << 16);
    bench_words(&b, row->words);
    const char *const unit = cli_option(&b.cli, "unit");
    if (row->unit == NULL)
        assert_null(unit);
    else
        assert_string_equal(unit, row->unit);
    assert_int_equal(cli_flag(&b.cli, "live"), row->live);
    assert_int_equal(cli_no_more_options(&b.cli), row->no_more);
    char left[200] = "";
    for (int i = 0; i < b.cli.argc; i++) {
        (void)strcat(left, i > 0 ? "/" : "");
        (void)strcat(left, b.words[i]);
    }
    assert_string_equal(left, row->left);
    bench_said(&b, row->said);
    bench_end(&b);
}

static void put_file(struct bench *b, size_t bytes)
{
    const int fd = openat(b->cli.cwd_fd, "file", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    for (size_t i = 0; i < bytes; i++)
        assert_int_equal(write(fd, &(char){(char)('a' + i % 26)}, 1), 1);
    (void)close(fd);
}

static void files_are_read_whole_up_to_the_limit(void **state)
{
    (void)state;
    struct bench b;
    bench_begin(&b, 1 << 20);
    struct fail f = {0};
    struct span s;
    static const size_t sizes[] = {0, 1, 99, 100};
    for (size_t i = 0; i < COUNT_OF(sizes); i++) {
        put_file(&b, sizes[i]);
        assert_int_equal(cli_read_file(&b.cli, "file", 100, &s, &f), RC_OK);
        assert_int_equal(s.len, sizes[i]);
        for (size_t k = 0; k < s.len; k++)
            assert_int_equal(s.ptr[k], 'a' + k % 26);
    }
    put_file(&b, 101);
    assert_int_equal(cli_read_file(&b.cli, "file", 100, &s, &f), RC_LIMIT);
    assert_string_equal(f.args[0].text, "file");
    assert_int_equal(cli_read_file(&b.cli, "none", 100, &s, &f), RC_MISSING);
    assert_int_equal(cli_failed(&b.cli, &f), 1);
    bench_said(&b, "yiti: There is no file none.\n");
    assert_int_equal(cli_read_file(&b.cli, ".", 100, &s, &f), RC_INVALID);
    assert_int_equal(f.msg, MSG_cli_file_folder);
    /* A file of /proc says that it has no bytes. */
    assert_int_equal(cli_read_file(&b.cli, "/proc/self/status", 100000, &s, &f), RC_OK);
    assert_true(s.len > 100);
    bench_end(&b);
}

static void standard_input_grows_as_it_comes(void **state)
{
    (void)state;
    struct bench b;
    bench_begin(&b, 4 << 20);
    for (int i = 0; i < 300000; i++)
        (void)fputc('a' + i % 26, b.cli.in);
    struct fail f = {0};
    struct span s;
    const size_t limits[] = {300000, 299999, 1000000, 10};
    for (size_t i = 0; i < COUNT_OF(limits); i++) {
        rewind(b.cli.in);
        const enum rc rc = cli_read_file(&b.cli, "-", limits[i], &s, &f);
        assert_int_equal(rc, limits[i] >= 300000 ? RC_OK : RC_LIMIT);
        if (rc == RC_OK) {
            assert_int_equal(s.len, 300000);
            for (size_t k = 0; k < s.len; k++)
                assert_int_equal(s.ptr[k], 'a' + k % 26);
        }
    }
    arena_set_cap(b.cli.arena, arena_used_bytes(b.cli.arena) + 200000);
    rewind(b.cli.in);
    assert_int_equal(cli_read_file(&b.cli, "-", 1000000, &s, &f), RC_LIMIT);
    bench_end(&b);
}

static void a_bar_only_on_a_terminal(void **state)
{
    (void)state;
    struct bench b;
    bench_begin(&b, 1 << 16);
    cli_progress(&b.cli, "import", 1, 2);
    bench_said(&b, "");
    b.cli.tty = true;
    cli_progress(&b.cli, "import", 1, 2);
    bench_said(&b, "\rimport [###############...............]  50% 1/2\033[K");
    cli_progress(&b.cli, "import", 1, 2); /* too soon */
    bench_said(&b, "");
    cli_progress(&b.cli, "import", 2, 2); /* the end is always drawn */
    bench_said(&b, "\rimport [##############################] 100% 2/2\033[K\n");
    cli_progress(&b.cli, "import", 0, 0);
    bench_said(&b, "");
    bench_end(&b);
}

int main(void)
{
    static struct CMUnitTest tests[32];
    size_t n = 0;
    for (size_t i = 0; i < COUNT_OF(option_rows); i++)
        tests[n++] = (struct CMUnitTest){option_rows[i].name, options_are_taken_out, NULL, NULL,
                                         (void *)(uintptr_t)&option_rows[i]};
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(files_are_read_whole_up_to_the_limit);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(standard_input_grows_as_it_comes);
    tests[n++] = (struct CMUnitTest)cmocka_unit_test(a_bar_only_on_a_terminal);
    return _cmocka_run_group_tests("base/cli", tests, n, NULL, NULL);
}
