/*
 * app_socket.c - DATA/yiti.sock: how a subcommand reaches the server that owns the data directory.
 *
 * The caller sends one packet head (struct wire) together with four descriptors: its folder, stdin, stdout and stderr; then the words, each
 * ended by a zero. The server checks that the peer is the same user (or root), runs the very function that would have run in the
 * caller's process, and answers with one byte: the exit code, or WIRE_VERSION / WIRE_BUSY. Input and output never pass over the
 * socket: they go through the caller's own files.
 *
 * A path may be longer than a socket address holds, so both sides name the socket through /proc/self/fd of the opened directory.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "app/app_int.h"
#include "base/limits.h"

#define SOCKET_FILES 4
#define SOCKET_WORDS_MAX 1024
enum wire_answer { WIRE_BUSY = 253, WIRE_VERSION = 254 };

struct wire {
    char magic[8]; /* "yiti/1\n" */
    char version[24];
    uint32_t argc, size_bytes; /* of all words with their zeros; noun and verb are among them */
    uint32_t lang, json;
};
static const char MAGIC[8] = "yiti/1\n";

struct sock {
    struct store *store;
    const char *data_dir;
    int fd, stop_pipe[2];
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t idle;
    int running;
};
struct caller { /* one call in the server */
    struct sock *sock;
    int fd;
};

static int address_of(const char *data_dir, struct sockaddr_un *addr)
{
    int dir = open(data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir < 0)
        return -1;
    *addr = (struct sockaddr_un){.sun_family = AF_UNIX};
    (void)snprintf(addr->sun_path, sizeof(addr->sun_path), "/proc/self/fd/%d/yiti.sock", dir);
    return dir;
}

/* ---- the caller ---------------------------------------------------------------------------------------------------------- */

static bool send_head(int fd, const struct wire *w, const int *files)
{
    char control[CMSG_SPACE(sizeof(int) * SOCKET_FILES)];
    memset(control, 0, sizeof(control));
    struct iovec iov = {.iov_base = (void *)(uintptr_t)w, .iov_len = sizeof(*w)};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    struct cmsghdr *head = CMSG_FIRSTHDR(&msg);
    head->cmsg_level = SOL_SOCKET;
    head->cmsg_type = SCM_RIGHTS;
    head->cmsg_len = CMSG_LEN(sizeof(int) * SOCKET_FILES);
    memcpy(CMSG_DATA(head), files, sizeof(int) * SOCKET_FILES);
    return sendmsg(fd, &msg, MSG_NOSIGNAL) == (ssize_t)sizeof(*w);
}

static bool write_all(int fd, const char *data, size_t len)
{
    while (len > 0) {
        ssize_t n = send(fd, data, len, MSG_NOSIGNAL);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return false;
        data += n;
        len -= (size_t)n;
    }
    return true;
}

static bool send_call(int fd, const struct app_call *call, int cwd)
{
    struct wire w = {.lang = (uint32_t)call->lang, .json = call->json};
    struct sb words;
    sb_init(&words, SOCKET_WORDS_BYTES_MAX);
    memcpy(w.magic, MAGIC, sizeof(w.magic));
    (void)snprintf(w.version, sizeof(w.version), "%s", YITI_VERSION);
    const char *head[2] = {call->command->noun, call->command->verb};
    for (int i = 0; i < call->argc + 2; i++) {
        const char *word = i < 2 ? head[i] : call->argv[i - 2];
        sb_add(&words, (struct span){word, strlen(word) + 1});
    }
    w.argc = (uint32_t)call->argc + 2;
    w.size_bytes = (uint32_t)words.len;
    int files[SOCKET_FILES] = {cwd, STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO};
    bool ok = sb_rc(&words) == RC_OK && send_head(fd, &w, files) && write_all(fd, sb_span(&words).ptr, words.len);
    sb_release(&words);
    return ok;
}

static int answer_of(int fd, enum lang lang)
{
    unsigned char byte = 0;
    ssize_t n;
    do
        n = recv(fd, &byte, 1, 0);
    while (n < 0 && errno == EINTR);
    enum msg why = n != 1 ? MSG_app_socket_lost : byte == WIRE_VERSION ? MSG_app_socket_version : MSG_app_socket_busy;
    if (n == 1 && byte != WIRE_VERSION && byte != WIRE_BUSY)
        return byte;
    (void)fprintf(stderr, "yiti: %s\n", msg_text(why, lang));
    return 1;
}

bool sock_call(const char *data_dir, const struct app_call *call, int *code)
{
    struct sockaddr_un addr;
    int dir = address_of(data_dir, &addr), cwd = -1;
    if (dir < 0)
        return false;
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool reached = fd >= 0 && connect(fd, (struct sockaddr *)&addr, sizeof(addr)) == 0;
    if (reached) {
        cwd = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
        if (!send_call(fd, call, cwd >= 0 ? cwd : dir))
            *code = 1;
        *code = answer_of(fd, call->lang);
    }
    if (cwd >= 0)
        (void)close(cwd);
    if (fd >= 0)
        (void)close(fd);
    (void)close(dir);
    return reached;
}

/* ---- the server ------------------------------------------------------------------------------------------------------------ */

/* Reads the head and its descriptors; the descriptors are the caller's to close in every case (-1 where none came). */
static bool take_head(int fd, struct wire *w, int *files)
{
    char control[CMSG_SPACE(sizeof(int) * SOCKET_FILES)];
    struct iovec iov = {.iov_base = w, .iov_len = sizeof(*w)};
    struct msghdr msg = {.msg_iov = &iov, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof(control)};
    ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC | MSG_WAITALL);
    int count = 0;
    for (struct cmsghdr *h = n > 0 ? CMSG_FIRSTHDR(&msg) : NULL; h; h = CMSG_NXTHDR(&msg, h))
        if (h->cmsg_level == SOL_SOCKET && h->cmsg_type == SCM_RIGHTS) {
            count = (int)((h->cmsg_len - CMSG_LEN(0)) / sizeof(int));
            memcpy(files, CMSG_DATA(h), sizeof(int) * (size_t)(count > SOCKET_FILES ? SOCKET_FILES : count));
        }
    return n == (ssize_t)sizeof(*w) && count == SOCKET_FILES && !memcmp(w->magic, MAGIC, sizeof(MAGIC));
}

static bool same_user(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof(peer);
    return getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) == 0 && (peer.uid == geteuid() || peer.uid == 0);
}

/* Splits the words into argv; false when they are not what the head says. */
static bool take_words(int fd, const struct wire *w, struct arena *a, char ***argv)
{
    if (w->argc < 2 || w->argc > SOCKET_WORDS_MAX || w->size_bytes > SOCKET_WORDS_BYTES_MAX || w->size_bytes < w->argc)
        return false;
    char *text = arena_alloc(a, w->size_bytes + 1);
    *argv = ARENA_ARRAY(a, w->argc + 1, char *);
    if (!text || !*argv || recv(fd, text, w->size_bytes, MSG_WAITALL) != (ssize_t)w->size_bytes)
        return false;
    char *at = text, *end = text + w->size_bytes;
    for (uint32_t i = 0; i < w->argc; i++) {
        if (at >= end)
            return false;
        (*argv)[i] = at;
        at += strlen(at) + 1;
    }
    return at == end;
}

static int run_call(struct sock *k, const struct wire *w, char **argv, int *files, struct arena *a)
{
    int used = 0;
    struct app_call call = {.json = w->json != 0, .lang = w->lang == LANG_EN ? LANG_EN : LANG_ZH};
    call.command = call_find(argv[1][0] ? 2 : 1, argv, &used);
    if (!call.command || call.command->needs != CLI_STORE)
        return 2;
    call.argc = (int)w->argc - 2;
    call.argv = argv + 2;
    struct cli c = {.cwd_fd = files[0], .data_dir = k->data_dir, .store = k->store, .arena = a};
    static const char *const modes[] = {"", "r", "w", "w"};
    FILE **streams[] = {NULL, &c.in, &c.out, &c.err};
    bool open = true;
    for (int i = 1; i < SOCKET_FILES; i++) {
        *streams[i] = fdopen(files[i], modes[i]);
        if (*streams[i])
            files[i] = -1; /* the stream's now */
        else
            open = false;
    }
    int code = open ? call_run(&call, &c) : 1;
    for (int i = 1; i < SOCKET_FILES; i++)
        if (*streams[i])
            (void)fclose(*streams[i]);
    return code;
}

static int serve_caller(struct caller *call)
{
    int files[SOCKET_FILES] = {-1, -1, -1, -1}, code = 2;
    struct wire w;
    char **argv = NULL;
    struct arena *a = arena_new(CLI_ARENA_BYTES);
    struct timeval wait = {.tv_sec = 5};
    (void)setsockopt(call->fd, SOL_SOCKET, SO_RCVTIMEO, &wait, sizeof(wait));
    if (same_user(call->fd) && take_head(call->fd, &w, files)) {
        w.version[sizeof(w.version) - 1] = 0;
        if (strcmp(w.version, YITI_VERSION) != 0)
            code = WIRE_VERSION;
        else if (take_words(call->fd, &w, a, &argv))
            code = run_call(call->sock, &w, argv, files, a);
    }
    for (int i = 0; i < SOCKET_FILES; i++)
        if (files[i] >= 0)
            (void)close(files[i]);
    arena_free(a);
    return code;
}

static void *caller_main(void *arg)
{
    struct caller call = *(struct caller *)arg;
    struct sock *k = call.sock;
    pthread_mutex_lock(&k->lock);
    ((struct caller *)arg)->sock = NULL; /* taken: the acceptor may use its place again */
    pthread_cond_broadcast(&k->idle);
    pthread_mutex_unlock(&k->lock);
    unsigned char code = (unsigned char)serve_caller(&call);
    (void)send(call.fd, &code, 1, MSG_NOSIGNAL);
    (void)close(call.fd);
    pthread_mutex_lock(&k->lock);
    k->running--;
    pthread_cond_broadcast(&k->idle);
    pthread_mutex_unlock(&k->lock);
    return NULL;
}

/* Starts a detached thread for the connection; closes it at once when too many run. */
static void start_caller(struct sock *k, int fd)
{
    struct caller call = {.sock = k, .fd = fd};
    pthread_attr_t attr;
    pthread_t thread;
    bool started = false;
    pthread_mutex_lock(&k->lock);
    bool room = k->running < SOCKET_CALLS_MAX;
    k->running += room;
    pthread_mutex_unlock(&k->lock);
    if (room && pthread_attr_init(&attr) == 0) {
        (void)pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
        started = pthread_create(&thread, &attr, caller_main, &call) == 0;
        (void)pthread_attr_destroy(&attr);
    }
    pthread_mutex_lock(&k->lock);
    while (started && call.sock)
        pthread_cond_wait(&k->idle, &k->lock);
    k->running -= room && !started;
    pthread_mutex_unlock(&k->lock);
    if (!started) {
        unsigned char busy = WIRE_BUSY;
        (void)send(fd, &busy, 1, MSG_NOSIGNAL);
        (void)close(fd);
    }
}

static void *acceptor_main(void *arg)
{
    struct sock *k = arg;
    struct pollfd fds[2] = {{.fd = k->fd, .events = POLLIN}, {.fd = k->stop_pipe[0], .events = POLLIN}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR)
            break;
        if (fds[1].revents)
            break;
        int fd = fds[0].revents ? accept4(k->fd, NULL, NULL, SOCK_CLOEXEC) : -1;
        if (fd >= 0)
            start_caller(k, fd);
    }
    return NULL;
}

/* Takes the place of a socket that a killed server left: the owner lock is ours, so nobody listens there. */
static int listen_in(const char *data_dir)
{
    struct sockaddr_un addr;
    int dir = address_of(data_dir, &addr);
    if (dir < 0)
        return -1;
    (void)unlinkat(dir, "yiti.sock", 0);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd >= 0 && (bind(fd, (struct sockaddr *)&addr, sizeof(addr)) != 0 || chmod(addr.sun_path, 0600) != 0 ||
                    listen(fd, 64) != 0)) {
        (void)close(fd);
        fd = -1;
    }
    (void)close(dir);
    return fd;
}

enum rc sock_serve(struct store *s, const char *data_dir, struct arena *a, struct sock **out, struct fail *f)
{
    struct sock *k = ARENA_NEW(a, struct sock);
    if (!k)
        return fail_set(f, RC_LIMIT, MSG_memory_limit, NULL, NULL);
    k->store = s;
    k->data_dir = data_dir;
    k->fd = listen_in(data_dir);
    if (k->fd < 0 || pipe2(k->stop_pipe, O_CLOEXEC) != 0) {
        int err = errno;
        if (k->fd >= 0)
            (void)close(k->fd);
        return fail_set(f, RC_INTERNAL, MSG_app_socket, NULL, strerrordesc_np(err), NULL);
    }
    (void)pthread_mutex_init(&k->lock, NULL);
    (void)pthread_cond_init(&k->idle, NULL);
    int err = pthread_create(&k->thread, NULL, acceptor_main, k);
    if (err) {
        (void)close(k->fd);
        (void)close(k->stop_pipe[0]);
        (void)close(k->stop_pipe[1]);
        return fail_set(f, RC_INTERNAL, MSG_app_thread, NULL, strerrordesc_np(err), NULL);
    }
    *out = k;
    return RC_OK;
}

void sock_stop(struct sock *k)
{
    if (!k)
        return;
    (void)!write(k->stop_pipe[1], "x", 1);
    (void)pthread_join(k->thread, NULL);
    (void)close(k->fd);
    (void)close(k->stop_pipe[0]);
    (void)close(k->stop_pipe[1]);
    int dir = open(k->data_dir, O_PATH | O_DIRECTORY | O_CLOEXEC);
    if (dir >= 0) {
        (void)unlinkat(dir, "yiti.sock", 0);
        (void)close(dir);
    }
    pthread_mutex_lock(&k->lock);
    while (k->running > 0)
        pthread_cond_wait(&k->idle, &k->lock);
    pthread_mutex_unlock(&k->lock);
    (void)pthread_mutex_destroy(&k->lock);
    (void)pthread_cond_destroy(&k->idle);
}
