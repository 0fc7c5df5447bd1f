/*
 * files.c - files under their content's hash: DATA/files/ab/cdef… (SHA-256). A file is written under a temporary name in DATA/tmp, synced,
 * renamed and its folder synced before any commit refers to it; what no record refers to goes after 24 hours (CONTRACTS.md 12).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "store/store_part.h"

#define PATH_BYTES 4096
#define FILE_KEEP_S 86400 /* seconds an unreferenced file is kept */
#define CHUNK_BYTES 65536

enum rc file_failed(struct fail *f, const char *path, int error)
{
    fail_detail(f, "%s: %s", path, strerror(error));
    return fail_set(f, error == ENOSPC || error == EROFS ? RC_READ_ONLY : RC_INTERNAL, MSG_store_file, NULL, path,
                    strerror(error), NULL);
}

enum rc path_join(char *out, size_t out_bytes, const char *dir, const char *name, struct fail *f)
{
    const int n = snprintf(out, out_bytes, "%s/%s", dir, name);
    return n > 0 && (size_t)n < out_bytes ? RC_OK : fail_set(f, RC_INVALID, MSG_store_path_long, NULL, dir, NULL);
}

enum rc dir_make(const char *path, unsigned mode, struct fail *f)
{
    if (mkdir(path, mode) == 0 || errno == EEXIST)
        return RC_OK;
    return file_failed(f, path, errno);
}

static enum rc dir_sync(const char *path, struct fail *f)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return file_failed(f, path, errno);
    const int failed = fsync(fd) != 0 ? errno : 0;
    (void)close(fd);
    return failed ? file_failed(f, path, failed) : RC_OK;
}

static enum rc write_all(int fd, const char *path, struct span content, struct fail *f)
{
    while (content.len) {
        const ssize_t n = write(fd, content.ptr, content.len);
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            return file_failed(f, path, n < 0 ? errno : ENOSPC);
        content = span_sub(content, (size_t)n, content.len);
    }
    return RC_OK;
}

/* A temporary file in dir; path gets its name. */
static enum rc temp_make(const char *dir, unsigned mode, char *path, size_t path_bytes, int *fd, struct fail *f)
{
    const enum rc rc = path_join(path, path_bytes, dir, ".part-XXXXXX", f);
    if (rc != RC_OK)
        return rc;
    *fd = mkostemp(path, O_CLOEXEC);
    if (*fd < 0)
        return file_failed(f, path, errno);
    if (fchmod(*fd, mode) == 0)
        return RC_OK;
    const int error = errno;
    (void)close(*fd);
    (void)unlink(path);
    return file_failed(f, path, error);
}

/* Syncs, closes and renames the temporary file; on failure it is removed. */
static enum rc temp_keep(const char *temp, int fd, const char *dir, const char *target, struct fail *f)
{
    int error = fsync(fd) != 0 ? errno : 0;
    if (close(fd) != 0 && !error)
        error = errno;
    if (!error && rename(temp, target) != 0)
        error = errno;
    if (!error)
        return dir_sync(dir, f);
    (void)unlink(temp);
    return file_failed(f, target, error);
}

enum rc file_write_whole(const char *dir, const char *name, struct span content, unsigned mode, struct fail *f)
{
    char temp[PATH_BYTES], target[PATH_BYTES];
    int fd = -1;
    enum rc rc = path_join(target, sizeof(target), dir, name, f);
    if (rc == RC_OK)
        rc = temp_make(dir, mode, temp, sizeof(temp), &fd, f);
    if (rc != RC_OK)
        return rc;
    rc = write_all(fd, temp, content, f);
    if (rc == RC_OK)
        return temp_keep(temp, fd, dir, target, f);
    (void)close(fd);
    (void)unlink(temp);
    return rc;
}

/* DATA/files/ab and DATA/files/ab/cdef…; the folders are made when make is set. */
static enum rc hash_path(struct store *s, const char *hex, bool make, char *dir, char *path, struct fail *f)
{
    char shard[3] = {hex[0], hex[1], 0}, root[PATH_BYTES];
    enum rc rc = path_join(root, PATH_BYTES, store_data_dir(s), "files", f);
    if (rc == RC_OK && make)
        rc = dir_make(root, 0700, f);
    if (rc == RC_OK)
        rc = path_join(dir, PATH_BYTES, root, shard, f);
    if (rc == RC_OK && make) {
        const bool fresh = access(dir, F_OK) != 0;
        rc = dir_make(dir, 0700, f);
        if (rc == RC_OK && fresh)
            rc = dir_sync(root, f);
    }
    return rc == RC_OK ? path_join(path, PATH_BYTES, dir, hex + 2, f) : rc;
}

static void info_fill(struct file_info *out, const unsigned char hash[32], int64_t size_bytes)
{
    memcpy(out->sha256, hash, 32);
    (void)sodium_bin2hex(out->sha256_hex, sizeof(out->sha256_hex), hash, 32);
    out->size_bytes = size_bytes;
}

/* Copies fd into the temporary file, hashing on the way. */
static enum rc copy_hashed(int from, int to, const char *path, int64_t max_bytes, unsigned char hash[32], int64_t *size,
                           struct fail *f)
{
    crypto_hash_sha256_state state;
    char chunk[CHUNK_BYTES];
    int64_t total = 0;
    (void)crypto_hash_sha256_init(&state);
    for (;;) {
        const ssize_t n = read(from, chunk, sizeof(chunk));
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0)
            return file_failed(f, path, errno);
        if (n == 0)
            break;
        total += n;
        if (total > max_bytes)
            return fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
        (void)crypto_hash_sha256_update(&state, (const unsigned char *)chunk, (unsigned long long)n);
        const enum rc rc = write_all(to, path, (struct span){chunk, (size_t)n}, f);
        if (rc != RC_OK)
            return rc;
    }
    (void)crypto_hash_sha256_final(&state, hash);
    *size = total;
    return RC_OK;
}

enum rc file_put_fd(struct store *s, int fd, int64_t max_bytes, struct file_info *out, struct fail *f)
{
    char tmp[PATH_BYTES], temp[PATH_BYTES], dir[PATH_BYTES], path[PATH_BYTES];
    unsigned char hash[32];
    int64_t size = 0;
    int to = -1;
    enum rc rc = path_join(tmp, sizeof(tmp), store_data_dir(s), "tmp", f);
    if (rc == RC_OK)
        rc = dir_make(tmp, 0700, f);
    if (rc == RC_OK)
        rc = temp_make(tmp, 0600, temp, sizeof(temp), &to, f);
    if (rc != RC_OK)
        return rc;
    struct file_info info = {0};
    rc = copy_hashed(fd, to, temp, max_bytes, hash, &size, f);
    if (rc == RC_OK) {
        info_fill(&info, hash, size);
        rc = hash_path(s, info.sha256_hex, true, dir, path, f);
    }
    if (rc != RC_OK) {
        (void)close(to);
        (void)unlink(temp);
        return rc;
    }
    rc = temp_keep(temp, to, dir, path, f);
    if (rc == RC_OK)
        *out = info;
    return rc;
}

enum rc file_put(struct store *s, struct span content, struct file_info *out, struct fail *f)
{
    unsigned char hash[32];
    char dir[PATH_BYTES], path[PATH_BYTES];
    struct file_info info = {0};
    (void)crypto_hash_sha256(hash, (const unsigned char *)content.ptr, content.len);
    info_fill(&info, hash, (int64_t)content.len);
    enum rc rc = hash_path(s, info.sha256_hex, true, dir, path, f);
    if (rc == RC_OK)
        rc = file_write_whole(dir, info.sha256_hex + 2, content, 0600, f);
    if (rc == RC_OK)
        *out = info;
    return rc;
}

static bool hex_ok(const char *hex)
{
    return strlen(hex) == 64 && strspn(hex, "0123456789abcdef") == 64;
}

enum rc file_refer(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                   const char *sha256_hex, struct fail *f)
{
    char dir[PATH_BYTES], path[PATH_BYTES];
    if (!hex_ok(sha256_hex))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    const enum rc rc = hash_path(tx_store(tx), sha256_hex, false, dir, path, f);
    if (rc != RC_OK)
        return rc;
    /* The sweep takes old unreferenced files; touching the file keeps it out of a sweep that runs beside this commit. */
    if (utimensat(AT_FDCWD, path, NULL, 0) != 0)
        return fail_set(f, RC_MISSING, MSG_store_file_gone, NULL, sha256_hex, NULL);
    return db_exec(
        tx, SQL_file_ref_put,
        DB_ARGS(DB_S(region_code), DB_S(sha256_hex), DB_S(subject_kind), DB_I(subject_id), DB_I(tx_now_us(tx))), NULL,
        f);
}

enum rc file_open(struct store *s, const char *sha256_hex, int *fd, int64_t *size_bytes, struct fail *f)
{
    char dir[PATH_BYTES], path[PATH_BYTES];
    struct stat st;
    if (!hex_ok(sha256_hex))
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    const enum rc rc = hash_path(s, sha256_hex, false, dir, path, f);
    if (rc != RC_OK)
        return rc;
    const int got = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (got < 0)
        return errno == ENOENT ? fail_set(f, RC_MISSING, MSG_store_file_gone, NULL, sha256_hex, NULL)
                               : file_failed(f, path, errno);
    if (fstat(got, &st) != 0) {
        const int error = errno;
        (void)close(got);
        return file_failed(f, path, error);
    }
    *fd = got;
    *size_bytes = st.st_size;
    return RC_OK;
}

enum rc file_read(struct store *s, struct arena *a, const char *sha256_hex, struct span *out, struct fail *f)
{
    int fd = -1;
    int64_t size = 0, done = 0;
    enum rc rc = file_open(s, sha256_hex, &fd, &size, f);
    if (rc != RC_OK)
        return rc;
    char *buffer = arena_alloc(a, (size_t)size + 1);
    if (!buffer)
        rc = fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
    while (rc == RC_OK && done < size) {
        const ssize_t n = read(fd, buffer + done, (size_t)(size - done));
        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0)
            rc = file_failed(f, sha256_hex, n < 0 ? errno : EIO);
        else
            done += n;
    }
    (void)close(fd);
    if (rc == RC_OK)
        *out = (struct span){buffer, (size_t)size};
    return rc;
}

/* ---- sweeping ------------------------------------------------------------------------------------------------------------- */

struct sweep {
    const char *sha256;
    const char *path;
    bool referred;
};

/* Runs on the writer, so that no command can refer to the file between the look and the removal. */
static enum rc sweep_one(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct sweep *const w = in;
    struct sweep *const result = out;
    struct rows rows;
    struct stat st;
    enum rc rc = db_query(tx, SQL_file_ref_any, DB_ARGS(DB_S(w->sha256)), &rows, f);
    if (rc != RC_OK)
        return rc;
    result->referred = rows_next(&rows) && rows_int(&rows, 0) > 0;
    rc = rows_end(&rows);
    if (rc != RC_OK || result->referred)
        return rc;
    if (stat(w->path, &st) == 0 && st.st_mtime + FILE_KEEP_S < tx_now_us(tx) / 1000000)
        (void)unlink(w->path);
    return RC_OK;
}

static bool is_old(struct store *s, const char *path)
{
    struct stat st;
    return stat(path, &st) == 0 && S_ISREG(st.st_mode) &&
           st.st_mtime + FILE_KEEP_S < clock_now_us(store_clock(s)) / 1000000;
}

static enum rc sweep_shard(struct store *s, const char *dir, const char *shard, struct fail *f)
{
    DIR *const d = opendir(dir);
    enum rc rc = RC_OK;
    if (!d)
        return errno == ENOENT ? RC_OK : file_failed(f, dir, errno);
    struct arena *const a = arena_new(1u << 20);
    for (const struct dirent *e = readdir(d); e && rc == RC_OK; e = readdir(d)) {
        char path[PATH_BYTES], hex[80];
        if (e->d_name[0] == '.' && strncmp(e->d_name, ".part-", 6) != 0)
            continue;
        rc = path_join(path, sizeof(path), dir, e->d_name, f);
        if (rc != RC_OK || !is_old(s, path))
            continue;
        (void)snprintf(hex, sizeof(hex), "%s%.62s", shard, e->d_name);
        if (!hex_ok(hex)) {
            (void)unlink(path);
            continue;
        }
        struct sweep in = {hex, path, false}, out = in;
        struct store_write w = {.command = sweep_one, .in = &in, .out = &out, .arena = a};
        w.actor = (struct actor){.role = "system", .region_code = "000000"};
        rc = store_run(s, &w);
        if (rc != RC_OK)
            *f = w.fail;
        sb_release(&w.body);
        arena_reset(a);
    }
    arena_free(a);
    (void)closedir(d);
    return rc;
}

enum rc files_sweep(struct store *s, struct fail *f)
{
    char root[PATH_BYTES], dir[PATH_BYTES];
    enum rc rc = path_join(root, sizeof(root), store_data_dir(s), "files", f);
    for (unsigned i = 0; i < 256 && rc == RC_OK; i++) {
        char shard[3];
        (void)snprintf(shard, sizeof(shard), "%02x", i);
        rc = path_join(dir, sizeof(dir), root, shard, f);
        if (rc == RC_OK)
            rc = sweep_shard(s, dir, shard, f);
    }
    if (rc == RC_OK)
        rc = path_join(dir, sizeof(dir), store_data_dir(s), "tmp", f);
    return rc == RC_OK ? sweep_shard(s, dir, "", f) : rc;
}

/* ---- checking --------------------------------------------------------------------------------------------------------------- */

struct page {
    char after[65];
    int count;
    char sha[500][65];
};

static enum rc page_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct page *const p = ctx;
    struct rows rows;
    const enum rc rc = db_query(tx, SQL_file_ref_page, DB_ARGS(DB_S(p->after), DB_I(500)), &rows, f);
    if (rc != RC_OK)
        return rc;
    p->count = 0;
    while (p->count < 500 && rows_next(&rows))
        (void)snprintf(p->sha[p->count++], 65, "%.*s", SPAN_ARG(rows_text(&rows, 0)));
    return rows_end(&rows);
}

/* NULL when the file is there and has its hash, else why not. */
static const char *file_fault(struct store *s, const char *hex)
{
    struct fail ignored = {0};
    crypto_hash_sha256_state state;
    unsigned char hash[32];
    char got[65], chunk[CHUNK_BYTES];
    int64_t size = 0;
    int fd = -1;
    ssize_t n = 0;
    if (file_open(s, hex, &fd, &size, &ignored) != RC_OK)
        return "the file is missing";
    (void)crypto_hash_sha256_init(&state);
    while ((n = read(fd, chunk, sizeof(chunk))) > 0)
        (void)crypto_hash_sha256_update(&state, (const unsigned char *)chunk, (unsigned long long)n);
    (void)close(fd);
    if (n < 0)
        return "the file cannot be read";
    (void)crypto_hash_sha256_final(&state, hash);
    (void)sodium_bin2hex(got, sizeof(got), hash, 32);
    return strcmp(got, hex) == 0 ? NULL : "the file's content has changed";
}

enum rc files_check(struct store *s, void (*bad)(void *ctx, const char *table, const char *id, const char *why),
                    void *ctx, int64_t *files, int64_t *faults, struct fail *f)
{
    const struct actor system = {.role = "system", .region_code = "000000"};
    struct arena *const a = arena_new(4u << 20);
    struct page *const page = ARENA_NEW(a, struct page);
    enum rc rc = page ? RC_OK : fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
    bool more = true;
    while (rc == RC_OK && more) {
        struct arena *const scratch = arena_new(1u << 20);
        rc = store_read(s, &system, scratch, page_read, page, f);
        arena_free(scratch);
        more = rc == RC_OK && page->count == 500;
        for (int i = 0; rc == RC_OK && i < page->count; i++) {
            const char *const why = file_fault(s, page->sha[i]);
            ++*files;
            if (why) {
                bad(ctx, "file_ref", page->sha[i], why);
                ++*faults;
            }
        }
        if (rc == RC_OK && page->count)
            memcpy(page->after, page->sha[page->count - 1], 65);
    }
    arena_free(a);
    return rc;
}
