/*
 * backup.c - a backup is a folder: yiti.db (the driver's consistent copy), files/ (all files there then), backup.json. The database goes first,
 * then the files, so that each file which the copy refers to is in it; files are hard links where the target is on the same disk. The keys are not
 * in it: they are kept apart (docs/operate.md), else erasing a person would leave the way to read an old backup beside it.
 *
 * A restore goes into an empty data directory, takes the keys from keys_dir, applies its list of erased keys, and checks that every file referred to is
 * there with its hash. Until that is done the folder carries a file RESTORE-UNFINISHED, and a server refuses to open it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/date.h"
#include "store/store_part.h"

#define PATH_BYTES 4096
#define UNFINISHED "RESTORE-UNFINISHED"

struct copy {
    int64_t files;
    bool link;
};

static enum rc copy_bytes(const char *from, const char *to_dir, const char *to_name, unsigned mode, struct fail *f)
{
    char temp[PATH_BYTES], target[PATH_BYTES], chunk[65536];
    enum rc rc = path_join(temp, sizeof(temp), to_dir, ".part-copy", f);
    if (rc == RC_OK)
        rc = path_join(target, sizeof(target), to_dir, to_name, f);
    if (rc != RC_OK)
        return rc;
    const int in = open(from, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (in < 0)
        return file_failed(f, from, errno);
    const int out = open(temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, mode);
    int error = out < 0 ? errno : 0;
    ssize_t n = 0;
    while (!error && (n = read(in, chunk, sizeof(chunk))) > 0)
        if (write(out, chunk, (size_t)n) != n)
            error = errno ? errno : ENOSPC;
    if (!error && (n < 0 || fsync(out) != 0))
        error = errno;
    (void)close(in);
    if (out >= 0)
        (void)close(out);
    if (!error && rename(temp, target) != 0)
        error = errno;
    return error ? file_failed(f, target, error) : RC_OK;
}

static enum rc copy_one(const char *from, const char *to_dir, const char *name, struct copy *c, struct fail *f)
{
    char target[PATH_BYTES];
    const enum rc rc = path_join(target, sizeof(target), to_dir, name, f);
    if (rc != RC_OK)
        return rc;
    c->files++;
    if (c->link && link(from, target) == 0)
        return RC_OK;
    return copy_bytes(from, to_dir, name, 0600, f);
}

static enum rc folder_sync(const char *path, struct fail *f)
{
    const int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    const bool synced = fd >= 0 && fsync(fd) == 0;
    const int error = errno;
    if (fd >= 0)
        (void)close(fd);
    return synced ? RC_OK : file_failed(f, path, error);
}

/* All plain files of one folder, hidden ones left out. */
static enum rc copy_folder(const char *from, const char *to, struct copy *c, struct fail *f)
{
    DIR *const d = opendir(from);
    if (!d)
        return errno == ENOENT ? RC_OK : file_failed(f, from, errno);
    enum rc rc = dir_make(to, 0700, f);
    for (const struct dirent *e = readdir(d); e && rc == RC_OK; e = readdir(d)) {
        char path[PATH_BYTES];
        struct stat st;
        if (e->d_name[0] == '.')
            continue;
        rc = path_join(path, sizeof(path), from, e->d_name, f);
        if (rc == RC_OK && lstat(path, &st) == 0 && S_ISREG(st.st_mode))
            rc = copy_one(path, to, e->d_name, c, f);
    }
    (void)closedir(d);
    return rc == RC_OK ? folder_sync(to, f) : rc;
}

static enum rc copy_files(const char *from_root, const char *to_root, struct copy *c, struct fail *f)
{
    char from[PATH_BYTES], to[PATH_BYTES], from_shard[PATH_BYTES], to_shard[PATH_BYTES];
    enum rc rc = path_join(from, sizeof(from), from_root, "files", f);
    if (rc == RC_OK)
        rc = path_join(to, sizeof(to), to_root, "files", f);
    if (rc == RC_OK)
        rc = dir_make(to, 0700, f);
    for (unsigned i = 0; i < 256 && rc == RC_OK; i++) {
        char shard[3];
        (void)snprintf(shard, sizeof(shard), "%02x", i);
        rc = path_join(from_shard, sizeof(from_shard), from, shard, f);
        if (rc == RC_OK)
            rc = path_join(to_shard, sizeof(to_shard), to, shard, f);
        if (rc == RC_OK)
            rc = copy_folder(from_shard, to_shard, c, f);
    }
    return rc == RC_OK ? folder_sync(to, f) : rc;
}

static enum rc manifest_write(struct store *s, const char *target, int64_t files, struct fail *f)
{
    struct sb sb;
    struct jw w;
    sb_init(&sb, 4096);
    jw_init(&w, &sb);
    jw_object(&w);
    jw_kstr(&w, "format", "yiti-backup/1");
    jw_ktime(&w, "made_at", clock_now_us(store_clock(s)));
    jw_kint(&w, "files", files);
    jw_object_end(&w);
    const enum rc rc = file_write_whole(target, "backup.json", sb_span(&sb), 0600, f);
    sb_release(&sb);
    return rc;
}

enum rc store_backup(struct store *s, const char *target, void (*progress)(void *ctx, int64_t done, int64_t total),
                     void *ctx, struct fail *f)
{
    char database[PATH_BYTES];
    struct copy c = {.link = true};
    if (mkdir(target, 0700) != 0)
        return errno == EEXIST ? fail_set(f, RC_CONFLICT, MSG_store_backup_exists, NULL, target, NULL)
                               : file_failed(f, target, errno);
    enum rc rc = path_join(database, sizeof(database), target, "yiti.db", f);
    if (rc == RC_OK)
        rc = database_copy(s, database, progress, ctx, f);
    if (rc == RC_OK)
        rc = copy_files(store_data_dir(s), target, &c, f);
    return rc == RC_OK ? manifest_write(s, target, c.files, f)
                       : rc; /* the manifest last: a folder without it is no backup */
}

/* ---- restore --------------------------------------------------------------------------------------------------------------------- */

static enum rc empty_dir(const char *path, struct fail *f)
{
    enum rc rc = dir_make(path, 0700, f);
    if (rc != RC_OK)
        return rc;
    DIR *const d = opendir(path);
    if (!d)
        return file_failed(f, path, errno);
    int names = 0;
    while (readdir(d))
        names++;
    (void)closedir(d);
    return names <= 2 ? RC_OK : fail_set(f, RC_CONFLICT, MSG_store_restore_full, NULL, path, NULL);
}

static enum rc restore_copy(const char *backup, const char *data_dir, const char *keys_dir, struct fail *f)
{
    char from[PATH_BYTES], keys[PATH_BYTES];
    struct copy c = {.link = false};
    enum rc rc = path_join(from, sizeof(from), backup, "backup.json", f);
    if (rc == RC_OK && access(from, R_OK) != 0)
        return fail_set(f, RC_INVALID, MSG_store_no_backup, NULL, backup, NULL);
    if (rc == RC_OK)
        rc = file_write_whole(data_dir, UNFINISHED, SPAN("restoring\n"), 0600, f);
    if (rc == RC_OK)
        rc = path_join(from, sizeof(from), backup, "yiti.db", f);
    if (rc == RC_OK)
        rc = copy_one(from, data_dir, "yiti.db", &c, f);
    if (rc == RC_OK)
        rc = copy_files(backup, data_dir, &c, f);
    if (rc == RC_OK && keys_dir) {
        rc = path_join(keys, sizeof(keys), data_dir, "keys", f);
        if (rc == RC_OK)
            rc = copy_folder(keys_dir, keys, &c, f);
    }
    return rc;
}

struct restore_bad {
    char first[200];
};

static void restore_fault(void *ctx, const char *table, const char *id, const char *why)
{
    struct restore_bad *const bad = ctx;
    if (!bad->first[0])
        (void)snprintf(bad->first, sizeof(bad->first), "%s %s: %s", table, id, why);
}

static enum rc restore_check(const char *data_dir, struct fail *f)
{
    const struct store_options options = {.data_dir = data_dir, .clock = clock_system(), .restoring = true};
    struct restore_bad bad = {{0}};
    struct store *s = NULL;
    int64_t files = 0, faults = 0;
    enum rc rc = store_open(&options, &s, f);
    if (rc != RC_OK)
        return rc;
    rc = erased_apply(s, f);
    if (rc == RC_OK)
        rc = files_check(s, restore_fault, &bad, &files, &faults, f);
    store_close(s);
    if (rc == RC_OK && faults)
        rc = fail_set(f, RC_INVALID, MSG_store_restore_fault, NULL, bad.first, NULL);
    return rc;
}

enum rc store_restore(const char *backup, const char *data_dir, const char *keys_dir, struct fail *f)
{
    char mark[PATH_BYTES];
    enum rc rc = empty_dir(data_dir, f);
    if (rc == RC_OK)
        rc = path_join(mark, sizeof(mark), data_dir, UNFINISHED, f);
    if (rc == RC_OK)
        rc = restore_copy(backup, data_dir, keys_dir, f);
    if (rc == RC_OK)
        rc = restore_check(data_dir, f);
    if (rc != RC_OK)
        return rc;
    return unlink(mark) == 0 ? folder_sync(data_dir, f) : file_failed(f, mark, errno);
}
