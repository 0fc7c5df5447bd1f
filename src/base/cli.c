/* cli.c - options, files and progress of a command, through the fields of struct cli only. */
#include "base/cli.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"

/* Takes n words from argv at i. */
static void drop_words(struct cli *c, int i, int n)
{
    for (int k = i; k + n < c->argc; k++)
        c->argv[k] = c->argv[k + n];
    c->argc -= n;
}

/* The words behind "--" are no options. */
static bool ends_options(const char *word)
{
    return strcmp(word, "--") == 0;
}

static bool is_option(const char *word)
{
    return word[0] == '-' && word[1] != '\0'; /* a lone - is standard input */
}

const char *cli_option(struct cli *c, const char *name)
{
    const size_t len = strlen(name);
    for (int i = 0; i < c->argc && !ends_options(c->argv[i]); i++) {
        char *const word = c->argv[i];
        if (strncmp(word, "--", 2) != 0 || strncmp(word + 2, name, len) != 0)
            continue;
        if (word[2 + len] == '=') {
            drop_words(c, i, 1);
            return word + 2 + len + 1;
        }
        if (word[2 + len] == '\0' && i + 1 < c->argc && !ends_options(c->argv[i + 1])) {
            const char *const value = c->argv[i + 1];
            drop_words(c, i, 2);
            return value;
        }
    }
    return NULL; /* also for a last --name without a value: cli_no_more_options will name it */
}

bool cli_flag(struct cli *c, const char *name)
{
    for (int i = 0; i < c->argc && !ends_options(c->argv[i]); i++) {
        if (strncmp(c->argv[i], "--", 2) == 0 && strcmp(c->argv[i] + 2, name) == 0) {
            drop_words(c, i, 1);
            return true;
        }
    }
    return false;
}

static void say(struct cli *c, const struct fail *f)
{
    struct sb sb;
    sb_init(&sb, CLI_MESSAGE_BYTES_MAX);
    fail_text(f, c->lang, &sb);
    const struct span s = sb_span(&sb);
    (void)fprintf(c->err, "yiti: %.*s\n", SPAN_ARG(s));
    sb_release(&sb);
}

bool cli_no_more_options(struct cli *c)
{
    for (int i = 0; i < c->argc; i++) {
        if (ends_options(c->argv[i])) {
            drop_words(c, i, 1);
            return true;
        }
        if (!is_option(c->argv[i]))
            continue;
        struct fail f;
        (void)fail_set(&f, RC_INVALID, MSG_cli_option, NULL, c->argv[i], NULL);
        say(c, &f);
        return false;
    }
    return true;
}

int cli_failed(struct cli *c, const struct fail *f)
{
    say(c, f);
    return 1;
}

int cli_usage(struct cli *c, const char *text)
{
    (void)fprintf(c->err, c->lang == LANG_ZH ? "用法：yiti %s\n" : "usage: yiti %s\n", text);
    return 2;
}

int cli_finish(struct cli *c, struct sb *sb, enum rc rc, const struct fail *f)
{
    const struct span s = sb_span(sb);
    if (rc == RC_OK && s.len > 0) {
        (void)fwrite(s.ptr, 1, s.len, c->out);
        if (s.ptr[s.len - 1] != '\n')
            (void)fputc('\n', c->out);
    }
    sb_release(sb);
    return rc == RC_OK ? 0 : cli_failed(c, f);
}

int cli_bad_value(struct cli *c, const char *option, const char *value, const char *allowed)
{
    struct fail f;
    (void)fail_set(&f, RC_INVALID, MSG_cli_value, NULL, option, value, allowed, NULL);
    say(c, &f);
    return 2;
}

int cli_bad_argument(struct cli *c, const char *what_zh, const char *what_en, const char *value)
{
    struct fail f;
    const bool zh = c->lang == LANG_ZH;
    (void)fail_set(&f, RC_INVALID, MSG_cli_argument, NULL, zh ? what_zh : what_en, value,
                   zh ? "大于0的整数" : "a whole number above 0", NULL);
    say(c, &f);
    return 2;
}

static enum rc file_fail(struct fail *f, enum rc rc, enum msg msg, const char *name, int error)
{
    if (error == EACCES || error == EPERM)
        msg = MSG_cli_file_forbidden;
    else if (error == EISDIR)
        msg = MSG_cli_file_folder;
    else if (msg == MSG_cli_file_missing && error != ENOENT && error != ENOTDIR)
        msg = MSG_cli_file_unreadable;
    (void)fail_set(f, rc, msg, NULL, name, NULL);
    if (error != 0)
        fail_detail(f, "%s: %s", name, strerror(error));
    return rc;
}

/* Reads to the end in steps that double, so that the arena holds at most some twice the file. */
static enum rc read_all(struct cli *c, int fd, const char *name, size_t max_bytes, size_t guess, struct span *out,
                        struct fail *f)
{
    size_t size = guess < max_bytes ? guess + 1 : max_bytes + 1,
           len = 0; /* one more byte tells that the limit is passed */
    char *buf = arena_alloc(c->arena, size);
    for (;;) {
        if (buf == NULL)
            return file_fail(f, RC_LIMIT, MSG_cli_file_large, name, 0);
        if (len == size) {
            size = size > max_bytes / 2 ? max_bytes + 1 : size * 2;
            char *const more = arena_alloc(c->arena, size);
            if (more != NULL)
                memcpy(more, buf, len);
            buf = more;
            continue;
        }
        const ssize_t n = read(fd, buf + len, size - len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_fail(f, RC_INVALID, MSG_cli_file_unreadable, name, errno);
        if (n == 0)
            break;
        len += (size_t)n;
        if (len > max_bytes)
            return file_fail(f, RC_LIMIT, MSG_cli_file_large, name, 0);
    }
    *out = (struct span){buf, len};
    return RC_OK;
}

enum rc cli_read_file(struct cli *c, const char *name, size_t max_bytes, struct span *out, struct fail *f)
{
    if (strcmp(name, "-") == 0)
        return read_all(c, fileno(c->in), name, max_bytes, 1 << 16, out, f);
    const int fd = openat(c->cwd_fd, name, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return file_fail(f, RC_MISSING, MSG_cli_file_missing, name, errno);
    struct stat st;
    enum rc rc;
    if (fstat(fd, &st) != 0 || S_ISDIR(st.st_mode))
        rc = file_fail(f, RC_INVALID, MSG_cli_file_unreadable, name, S_ISDIR(st.st_mode) ? EISDIR : errno);
    else if (st.st_size > 0 && (uint64_t)st.st_size > max_bytes)
        rc = file_fail(f, RC_LIMIT, MSG_cli_file_large, name, 0);
    else
        rc = read_all(c, fd, name, max_bytes, st.st_size > 0 ? (size_t)st.st_size : 1 << 16, out, f);
    (void)close(fd);
    return rc;
}

#define BAR_CELLS 30

void cli_progress(struct cli *c, const char *what, int64_t done, int64_t total)
{
    if (!c->tty || total <= 0)
        return;
    const int64_t now_us = clock_mono_us();
    const bool end = done >= total;
    if (!end && now_us - c->progress_us < 100000)
        return;
    c->progress_us = now_us;
    const double share = end ? 1.0 : done < 0 ? 0.0 : (double)done / (double)total;
    char bar[BAR_CELLS + 1];
    for (int i = 0; i < BAR_CELLS; i++)
        bar[i] = i < (int)(share * BAR_CELLS) ? '#' : '.';
    bar[BAR_CELLS] = '\0';
    (void)fprintf(c->err, "\r%s [%s] %3d%% %" PRId64 "/%" PRId64 "\033[K%s", what, bar, (int)(share * 100), done, total,
                  end ? "\n" : "");
    (void)fflush(c->err);
}
