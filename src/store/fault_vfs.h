/*
 * fault_vfs.h - a SQLite VFS over the default one that fails a chosen operation or makes syncs slow: for tests of this room, and
 * behind store_slow_disk for benchmarks. A server that was not asked for it never registers one.
 */
#ifndef YITI_STORE_FAULT_VFS_H
#define YITI_STORE_FAULT_VFS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

enum fault_op { FAULT_READ = 1, FAULT_WRITE = 2, FAULT_SYNC = 4, FAULT_TRUNCATE = 8, FAULT_OPEN = 16 };
enum fault_how {
    FAULT_EIO,   /* the operation does nothing and says input or output error */
    FAULT_SHORT, /* a read gives half and zeros, a write writes half; both say error */
    FAULT_ENOSPC /* a write writes half and says the disk is full; other operations as FAULT_EIO */
};
/* Shared with the test while the VFS works; every field may be changed at any time. */
struct fault_plan {
    _Atomic unsigned ops;          /* which operations count: OR of enum fault_op */
    _Atomic int how;               /* enum fault_how */
    _Atomic int64_t fail_at;       /* the nth counted operation from now on fails; 0: none */
    _Atomic bool stays;            /* all after it fail too, until fail_at is set anew */
    _Atomic int64_t counted;       /* counted since fail_at was set */
    _Atomic int64_t fired;         /* how often it failed */
    _Atomic int64_t sync_delay_us; /* added to each sync */
};
struct fault_vfs;
/* fault_vfs_add - registers it under the name (borrowed, as is plan, until fault_vfs_drop). NULL when there is no default VFS. */
struct fault_vfs *fault_vfs_add(const char *name, struct fault_plan *plan);
/* fault_vfs_drop - unregisters; no connection may be open through it. NULL allowed. */
void fault_vfs_drop(struct fault_vfs *v);
/* fault_arm - sets the plan: the nth of ops fails. fault_disarm - nothing fails any more. */
void fault_arm(struct fault_plan *p, unsigned ops, enum fault_how how, int64_t nth, bool stays);
void fault_disarm(struct fault_plan *p);

#endif
