/* fault_vfs.c - see fault_vfs.h. Each file handle is ours with the default VFS's own handle behind it. */
#include "store/fault_vfs.h"

#include <sqlite3.h>
#include <string.h>
#include <time.h>

#include "base/arena.h"
#include "base/ensure.h"
#include "store/store.h"

struct fault_vfs {
    sqlite3_vfs vfs;
    sqlite3_vfs *under;
    struct fault_plan *plan;
    struct fault_plan own; /* of store_slow_disk */
    struct arena *a;
};
struct fault_file {
    sqlite3_file base;
    struct fault_plan *plan;
    sqlite3_file *under; /* lies behind this struct */
};

void fault_arm(struct fault_plan *p, unsigned ops, enum fault_how how, int64_t nth, bool stays)
{
    atomic_store(&p->fail_at, 0);
    atomic_store(&p->counted, 0);
    atomic_store(&p->fired, 0);
    atomic_store(&p->ops, ops);
    atomic_store(&p->how, (int)how);
    atomic_store(&p->stays, stays);
    atomic_store(&p->fail_at, nth);
}

void fault_disarm(struct fault_plan *p)
{
    atomic_store(&p->fail_at, 0);
}

static bool fails(struct fault_plan *p, enum fault_op op)
{
    const int64_t at = atomic_load(&p->fail_at);
    if (at == 0 || !(atomic_load(&p->ops) & (unsigned)op))
        return false;
    const int64_t n = atomic_fetch_add(&p->counted, 1) + 1;
    if (n != at && !(n > at && atomic_load(&p->stays)))
        return false;
    atomic_fetch_add(&p->fired, 1);
    return true;
}

static struct fault_file *of(sqlite3_file *f)
{
    return (struct fault_file *)f;
}

static int f_close(sqlite3_file *f)
{
    return of(f)->under->pMethods->xClose(of(f)->under);
}

static int f_read(sqlite3_file *f, void *to, int n, sqlite3_int64 at)
{
    struct fault_file *const x = of(f);
    if (!fails(x->plan, FAULT_READ))
        return x->under->pMethods->xRead(x->under, to, n, at);
    if (atomic_load(&x->plan->how) == FAULT_SHORT) {
        const int rc = x->under->pMethods->xRead(x->under, to, n, at);
        memset((char *)to + n / 2, 0, (size_t)(n - n / 2));
        return rc == SQLITE_OK ? SQLITE_IOERR_READ : rc;
    }
    return SQLITE_IOERR_READ;
}

static int f_write(sqlite3_file *f, const void *from, int n, sqlite3_int64 at)
{
    struct fault_file *const x = of(f);
    if (!fails(x->plan, FAULT_WRITE))
        return x->under->pMethods->xWrite(x->under, from, n, at);
    const int how = atomic_load(&x->plan->how);
    if (how != FAULT_EIO)
        (void)x->under->pMethods->xWrite(x->under, from, n / 2, at);
    return how == FAULT_ENOSPC ? SQLITE_FULL : SQLITE_IOERR_WRITE;
}

static int f_truncate(sqlite3_file *f, sqlite3_int64 n)
{
    return fails(of(f)->plan, FAULT_TRUNCATE) ? SQLITE_IOERR_TRUNCATE
                                              : of(f)->under->pMethods->xTruncate(of(f)->under, n);
}

static int f_sync(sqlite3_file *f, int flags)
{
    struct fault_file *const x = of(f);
    const int64_t delay = atomic_load(&x->plan->sync_delay_us);
    if (delay > 0) {
        const struct timespec t = {delay / 1000000, delay % 1000000 * 1000};
        (void)nanosleep(&t, NULL);
    }
    return fails(x->plan, FAULT_SYNC) ? SQLITE_IOERR_FSYNC : x->under->pMethods->xSync(x->under, flags);
}

static int f_size(sqlite3_file *f, sqlite3_int64 *n)
{
    return of(f)->under->pMethods->xFileSize(of(f)->under, n);
}

static int f_lock(sqlite3_file *f, int level)
{
    return of(f)->under->pMethods->xLock(of(f)->under, level);
}

static int f_unlock(sqlite3_file *f, int level)
{
    return of(f)->under->pMethods->xUnlock(of(f)->under, level);
}

static int f_reserved(sqlite3_file *f, int *out)
{
    return of(f)->under->pMethods->xCheckReservedLock(of(f)->under, out);
}

static int f_control(sqlite3_file *f, int op, void *arg)
{
    return of(f)->under->pMethods->xFileControl(of(f)->under, op, arg);
}

static int f_sector(sqlite3_file *f)
{
    return of(f)->under->pMethods->xSectorSize(of(f)->under);
}

static int f_traits(sqlite3_file *f)
{
    return of(f)->under->pMethods->xDeviceCharacteristics(of(f)->under);
}

static int f_shm_map(sqlite3_file *f, int page, int size, int extend, void volatile **out)
{
    return of(f)->under->pMethods->xShmMap(of(f)->under, page, size, extend, out);
}

static int f_shm_lock(sqlite3_file *f, int at, int n, int flags)
{
    return of(f)->under->pMethods->xShmLock(of(f)->under, at, n, flags);
}

static void f_shm_barrier(sqlite3_file *f)
{
    of(f)->under->pMethods->xShmBarrier(of(f)->under);
}

static int f_shm_unmap(sqlite3_file *f, int drop)
{
    return of(f)->under->pMethods->xShmUnmap(of(f)->under, drop);
}

/* Version 2: with shared memory for WAL, without memory-mapped pages, so that every read and write comes through here. */
static const sqlite3_io_methods methods = {
    2,         f_close,  f_read,   f_write,   f_truncate, f_sync,        f_size,      f_lock, f_unlock, f_reserved,
    f_control, f_sector, f_traits, f_shm_map, f_shm_lock, f_shm_barrier, f_shm_unmap, NULL,   NULL,
};

static int v_open(sqlite3_vfs *v, const char *name, sqlite3_file *f, int flags, int *out_flags)
{
    struct fault_vfs *const x = v->pAppData;
    struct fault_file *const file = of(f);
    memset(file, 0, sizeof(*file));
    if (fails(x->plan, FAULT_OPEN))
        return SQLITE_CANTOPEN;
    file->plan = x->plan;
    file->under = (sqlite3_file *)(file + 1);
    const int rc = x->under->xOpen(x->under, name, file->under, flags, out_flags);
    if (rc == SQLITE_OK)
        file->base.pMethods = &methods;
    return rc;
}

static int v_delete(sqlite3_vfs *v, const char *name, int sync)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xDelete(x->under, name, sync);
}

static int v_access(sqlite3_vfs *v, const char *name, int flags, int *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xAccess(x->under, name, flags, out);
}

static int v_full(sqlite3_vfs *v, const char *name, int n, char *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xFullPathname(x->under, name, n, out);
}

static int v_random(sqlite3_vfs *v, int n, char *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xRandomness(x->under, n, out);
}

static int v_sleep(sqlite3_vfs *v, int us)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xSleep(x->under, us);
}

static int v_time(sqlite3_vfs *v, double *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xCurrentTime(x->under, out);
}

static int v_error(sqlite3_vfs *v, int n, char *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xGetLastError(x->under, n, out);
}

static int v_time64(sqlite3_vfs *v, sqlite3_int64 *out)
{
    struct fault_vfs *const x = v->pAppData;
    return x->under->xCurrentTimeInt64(x->under, out);
}

struct fault_vfs *fault_vfs_add(const char *name, struct fault_plan *plan)
{
    sqlite3_vfs *const under = sqlite3_vfs_find(NULL);
    if (under == NULL)
        return NULL;
    struct arena *const a = arena_new(1u << 20);
    struct fault_vfs *const v = ARENA_NEW(a, struct fault_vfs);
    ensure(v != NULL);
    v->a = a;
    v->under = under;
    v->plan = plan != NULL ? plan : &v->own;
    v->vfs = (sqlite3_vfs){
        .iVersion = 2,
        .szOsFile = (int)sizeof(struct fault_file) + under->szOsFile,
        .mxPathname = under->mxPathname,
        .zName = name,
        .pAppData = v,
        .xOpen = v_open,
        .xDelete = v_delete,
        .xAccess = v_access,
        .xFullPathname = v_full,
        .xRandomness = v_random,
        .xSleep = v_sleep,
        .xCurrentTime = v_time,
        .xGetLastError = v_error,
        .xCurrentTimeInt64 = v_time64,
    };
    if (sqlite3_vfs_register(&v->vfs, 0) == SQLITE_OK)
        return v;
    arena_free(a);
    return NULL;
}

void fault_vfs_drop(struct fault_vfs *v)
{
    if (v == NULL)
        return;
    (void)sqlite3_vfs_unregister(&v->vfs);
    arena_free(v->a);
}

const char *store_slow_disk(int64_t sync_delay_us)
{
    static const char name[] = "yiti-slow";
    sqlite3_vfs *const there = sqlite3_vfs_find(name);
    struct fault_vfs *const v = there != NULL ? there->pAppData : fault_vfs_add(name, NULL);
    ensure(v != NULL);
    atomic_store(&v->own.sync_delay_us, sync_delay_us);
    return name;
}
