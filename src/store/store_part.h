/* store_part.h - private to src/store: what the store's services (keys, background, files, search, backup) need of its inside. */
#ifndef YITI_STORE_PART_H
#define YITI_STORE_PART_H

#include "store/store.h"

struct keys;
struct background;
struct store_parts {
    struct keys *keys;              /* master and index keys of DATA/keys, loaded on first use */
    struct background *background;  /* timers, outbox, jobs, seals, sweeping */
    struct arena *background_arena; /* holds it */
};
/* store_parts - the slots of this store; owned by store.c, which calls the *_open and *_close functions below. */
struct store_parts *store_parts(struct store *s);

/* keys_open - loads DATA/keys, makes it (0700) with a master and an index key (0600) when the directory is new. */
MUST_USE enum rc keys_open(struct store *s, struct fail *f);
void keys_close(struct store *s);
/* background_open - tables of kinds and topics; threads start at store_start_background. background_stop ends and joins
 * them, background_close frees. */
void background_open(struct store *s);
void background_stop(struct store *s);
void background_close(struct store *s);
/* files_sweep - removes files of DATA/files that no record refers to and that are older than 24 h, and old temporary ones. */
MUST_USE enum rc files_sweep(struct store *s, struct fail *f);
/* files_check - every file referred to is there with its hash; calls bad() for each that is not. */
MUST_USE enum rc files_check(struct store *s,
                             void (*bad)(void *ctx, const char *table, const char *id, const char *why), void *ctx,
                             int64_t *files, int64_t *faults, struct fail *f);
/* idempotency_sweep - drops keys older than 24 h (writer's command; in writer's own file). */
MUST_USE enum rc idempotency_sweep(struct store *s, struct fail *f);
/* database_copy - the driver's own consistent copy of the running database into a new file. */
MUST_USE enum rc database_copy(struct store *s, const char *target_file,
                               void (*progress)(void *ctx, int64_t done, int64_t total), void *ctx, struct fail *f);
/* erased_apply - removes the data keys that the list names from this (restored) store. */
MUST_USE enum rc erased_apply(struct store *s, struct fail *f);

/* File helpers shared by files.c, sealed.c and backup.c. Errors: RC_INTERNAL (store_file) naming path and errno; RC_READ_ONLY on ENOSPC. */
MUST_USE enum rc path_join(char *out, size_t out_bytes, const char *dir, const char *name, struct fail *f);
MUST_USE enum rc dir_make(const char *path, unsigned mode, struct fail *f);
/* file_write_whole - temporary name beside it, fsync, rename, fsync of the folder. */
MUST_USE enum rc file_write_whole(const char *dir, const char *name, struct span content, unsigned mode,
                                  struct fail *f);
enum rc file_failed(struct fail *f, const char *path, int error);

#endif
