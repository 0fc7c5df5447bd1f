/*
 * outline_worker.c - foreign binary formats are read by a child without rights: this program again, as `yiti worker docx`, with
 * limits on time, memory and files and a list of allowed system calls. The server has threads, so the child is a new
 * program (posix_spawn), never a bare fork.
 *
 * `yiti worker sheet` does the same for workbooks.
 *
 * Over one socket, which is the child's standard input and output: the bytes, end of stream; back comes 'T' and the text,
 * or 'E', the result code, the name of the message, a zero and its argument.
 */
#include <errno.h>
#include <poll.h>
#include <seccomp.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/limits.h"
#include "plan/outline.h"
#include "plan/sheet.h"

#include <libxml/parser.h>

#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define SANITIZED 1
#endif
#endif
#ifndef SANITIZED
#define SANITIZED 0
#endif

/* ---- the child ---- */

static bool limit(enum __rlimit_resource what, rlim_t value)
{
    const struct rlimit r = {value, value};
    return setrlimit(what, &r) == 0;
}

/* Limits and system calls: from here on the process can compute, use memory it has room for, and talk to its parent. */
static bool lock_up(void)
{
    static const int allowed[] = {
        SCMP_SYS(read),          SCMP_SYS(write),        SCMP_SYS(exit),           SCMP_SYS(exit_group),
        SCMP_SYS(brk),           SCMP_SYS(mmap),         SCMP_SYS(munmap),         SCMP_SYS(sigaltstack),
        SCMP_SYS(mremap),        SCMP_SYS(mprotect),     SCMP_SYS(madvise),        SCMP_SYS(futex),
        SCMP_SYS(lseek),         SCMP_SYS(fstat),        SCMP_SYS(getpid),         SCMP_SYS(gettid),
        SCMP_SYS(tgkill),        SCMP_SYS(rt_sigreturn), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigaction),
        SCMP_SYS(clock_gettime), SCMP_SYS(gettimeofday), SCMP_SYS(getrandom),      SCMP_SYS(sched_yield)};
    /* Denied without dying: iconv looks for modules when a part names a strange encoding; the part is then broken. */
    static const int denied[] = {SCMP_SYS(open),   SCMP_SYS(openat),   SCMP_SYS(stat), SCMP_SYS(newfstatat),
                                 SCMP_SYS(access), SCMP_SYS(readlink), SCMP_SYS(close)};
    bool ok = limit(RLIMIT_CPU, DOCX_CPU_SECONDS) && limit(RLIMIT_NOFILE, 3) && limit(RLIMIT_FSIZE, 0) &&
              limit(RLIMIT_CORE, 0);
    if (!SANITIZED) /* the sanitizer's shadow alone is terabytes of address space */
        ok = ok && limit(RLIMIT_AS, DOCX_MEMORY_BYTES);
    ok = ok && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0;
    scmp_filter_ctx filter = seccomp_init(SANITIZED ? SCMP_ACT_ERRNO(EACCES) : SCMP_ACT_KILL_PROCESS);
    if (!filter)
        return false;
    for (size_t i = 0; i < sizeof allowed / sizeof allowed[0]; i++)
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ALLOW, allowed[i], 0) == 0;
    for (size_t i = 0; i < sizeof denied / sizeof denied[0] && !SANITIZED; i++)
        ok = ok && seccomp_rule_add(filter, SCMP_ACT_ERRNO(EACCES), denied[i], 0) == 0;
    ok = ok && seccomp_load(filter) == 0;
    seccomp_release(filter);
    return ok;
}

static bool read_all(int fd, struct sb *in)
{
    char buffer[65536];
    for (;;) {
        const ssize_t n = read(fd, buffer, sizeof buffer);
        if (n == 0)
            return sb_rc(in) == RC_OK;
        if (n > 0)
            sb_add(in, (struct span){buffer, (size_t)n});
        else if (errno != EINTR)
            return false;
    }
}

static bool write_all(int fd, struct span s)
{
    while (s.len) {
        const ssize_t n = write(fd, s.ptr, s.len);
        if (n > 0)
            s = span_sub(s, (size_t)n, s.len);
        else if (errno != EINTR)
            return false;
    }
    return true;
}

int outline_worker_main(int argc, char **argv)
{
    struct sb in, out;
    struct fail f = {0};
    const bool sheet = argc == 3 && strcmp(argv[2], "sheet") == 0;
    if (argc != 3 || (!sheet && strcmp(argv[2], "docx") != 0))
        return 2;
    (void)prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0);
    xmlInitParser();
    sb_init(&in, OUTLINE_BYTES_MAX);
    sb_init(&out, (size_t)OUTLINE_BYTES_MAX + 1);
    if (!lock_up() || !read_all(0, &in))
        return 1;
    sb_addc(&out, 'T');
    const enum rc rc = sheet ? sheet_scan(sb_span(&in), &out, &f) : outline_docx_text(sb_span(&in), &out, &f);
    if (rc != RC_OK) {
        sb_clear(&out);
        sb_addf(&out, "E%c%s%c%s", (char)rc, msg_name(f.msg), 0, f.args[0].text);
    }
    const bool sent = write_all(1, sb_span(&out));
    _exit(sent ? 0 : 1); /* nothing else may run in here */
}

/* ---- the parent ---- */

struct talk {
    bool sheet;
    int fd;
    pid_t pid;
    int64_t until_us;
    struct span rest; /* still to be sent */
    struct sb answer;
};

static enum rc failed(struct fail *f, const char *why)
{
    return fail_set(f, RC_INTERNAL, MSG_outline_worker_failed, NULL, why, NULL);
}

static bool start(struct talk *t)
{
    int pair[2];
    posix_spawn_file_actions_t acts;
    char self[] = "yiti", worker[] = "worker", docx[] = "docx", sheet[] = "sheet";
    char *const argv[] = {self, worker, t->sheet ? sheet : docx, NULL};
    char *const env[] = {NULL};
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0)
        return false;
    bool ok = posix_spawn_file_actions_init(&acts) == 0;
    if (ok) {
        ok = posix_spawn_file_actions_adddup2(&acts, pair[1], 0) == 0 &&
             posix_spawn_file_actions_adddup2(&acts, pair[1], 1) == 0 &&
             posix_spawn_file_actions_addclosefrom_np(&acts, 3) == 0 &&
             posix_spawn(&t->pid, "/proc/self/exe", &acts, NULL, argv, env) == 0;
        (void)posix_spawn_file_actions_destroy(&acts);
    }
    (void)close(pair[1]);
    t->fd = pair[0];
    if (!ok)
        (void)close(pair[0]);
    return ok;
}

static void send_some(struct talk *t)
{
    const ssize_t n = send(t->fd, t->rest.ptr, t->rest.len, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (n > 0)
        t->rest = span_sub(t->rest, (size_t)n, t->rest.len);
    else if (n < 0 && errno != EAGAIN && errno != EINTR)
        t->rest.len = 0; /* it is gone: its exit says why */
    if (t->rest.len == 0)
        (void)shutdown(t->fd, SHUT_WR);
}

/* Sends and receives until the child closes; false when the time is over. */
static bool converse(struct talk *t)
{
    char buffer[65536];
    for (;;) {
        struct pollfd p = {t->fd, (short)(POLLIN | (t->rest.len ? POLLOUT : 0)), 0};
        const int64_t left_us = t->until_us - clock_mono_us();
        if (left_us <= 0)
            return false;
        if (poll(&p, 1, (int)(left_us / 1000) + 1) <= 0)
            continue;
        if (p.revents & POLLOUT && t->rest.len)
            send_some(t);
        if (!(p.revents & (POLLIN | POLLHUP | POLLERR)))
            continue;
        const ssize_t n = recv(t->fd, buffer, sizeof buffer, MSG_DONTWAIT);
        if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR))
            return true;
        if (n > 0)
            sb_add(&t->answer, (struct span){buffer, (size_t)n});
    }
}

/* The child's own words for its fault; only these can come. */
static enum rc told(struct span answer, struct fail *f)
{
    static const struct {
        enum msg msg;
        enum rc rc;
    } known[] = {{MSG_outline_docx_broken, RC_MALFORMED},
                 {MSG_outline_docx_limit, RC_LIMIT},
                 {MSG_outline_docx_encrypted, RC_MEDIA},
                 {MSG_sheet_broken, RC_MALFORMED},
                 {MSG_sheet_limit, RC_LIMIT},
                 {MSG_sheet_encrypted, RC_MEDIA}};
    const size_t zero = span_find(answer, (struct span){"", 1}, 2);
    if (zero == SIZE_MAX)
        return failed(f, "answer");
    const struct span name = span_sub(answer, 2, zero), arg = span_sub(answer, zero + 1, answer.len);
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (span_is(name, msg_name(known[i].msg)))
            return fail_span(f, known[i].rc, known[i].msg, NULL, arg);
    }
    return failed(f, "answer");
}

static enum rc ended(const struct talk *t, int status, bool in_time, struct fail *f)
{
    char why[40];
    const enum msg over = t->sheet ? MSG_sheet_limit : MSG_outline_docx_limit;
    if (!in_time)
        return fail_set(f, RC_LIMIT, over, NULL, "30 s", NULL);
    if (WIFSIGNALED(status) && (WTERMSIG(status) == SIGXCPU || WTERMSIG(status) == SIGKILL))
        return fail_set(f, RC_LIMIT, over, NULL, "10 s CPU", NULL);
    if (WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT) /* malloc found no room under RLIMIT_AS */
        return fail_set(f, RC_LIMIT, over, NULL, "512 MiB", NULL);
    (void)snprintf(why, sizeof why, "%s %d", WIFSIGNALED(status) ? "signal" : "exit",
                   WIFSIGNALED(status) ? WTERMSIG(status) : WEXITSTATUS(status));
    return failed(f, why);
}

static enum rc run(struct arena *a, bool sheet, struct span bytes, struct span *text, struct fail *f)
{
    struct talk t = {
        .sheet = sheet, .fd = -1, .rest = bytes, .until_us = clock_mono_us() + DOCX_WALL_SECONDS * 1000000LL};
    if (!start(&t))
        return failed(f, "start");
    sb_init(&t.answer, (size_t)OUTLINE_BYTES_MAX + 1);
    const bool in_time = converse(&t);
    if (!in_time)
        (void)kill(t.pid, SIGKILL);
    (void)close(t.fd);
    int status = 0;
    while (waitpid(t.pid, &status, 0) < 0 && errno == EINTR)
        ;
    const struct span answer = sb_span(&t.answer);
    enum rc rc;
    if (!in_time || !WIFEXITED(status) || WEXITSTATUS(status) != 0 || answer.len == 0) {
        rc = ended(&t, status, in_time, f);
    } else if (sb_rc(&t.answer) != RC_OK) {
        rc = fail_set(f, RC_LIMIT, sheet ? MSG_sheet_limit : MSG_outline_docx_limit, NULL, "64 MiB", NULL);
    } else if (answer.ptr[0] != 'T') {
        rc = told(answer, f);
    } else {
        *text = span_dup(a, span_sub(answer, 1, answer.len));
        rc = text->ptr ? RC_OK : fail_set(f, RC_LIMIT, MSG_outline_memory, NULL, NULL);
    }
    sb_release(&t.answer);
    return rc;
}

enum rc outline_worker_run(struct arena *a, struct span bytes, struct span *text, struct fail *f)
{
    return run(a, false, bytes, text, f);
}

enum rc outline_worker_sheet(struct arena *a, struct span bytes, struct span *records, struct fail *f)
{
    return run(a, true, bytes, records, f);
}
