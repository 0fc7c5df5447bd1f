/*
 * sealed.c - personal fields are stored only as sealed bytes: XChaCha20-Poly1305 under a data key of the person or record, bound to that subject by
 * the additional data. The data key lies in table data_key, wrapped by a master key that is in DATA/keys only, never in the database or a
 * backup. Erasing removes the data key and notes the subject in DATA/keys/erased.list, which a restored backup applies first; what was sealed
 * and every commitment to it are then noise, while the journal's chain over them stays whole (CONTRACTS.md 7).
 *
 * Sealed bytes: version 1 | nonce 24 | box. A commitment is a keyed hash under a key derived from the data key, so it goes with it.
 * A blind index is a keyed hash under a key derived from the index key and the purpose: no join across purposes.
 *
 * Keys are read once into locked memory. Rotation: a new master-N.key; old rows keep their number until re-wrapped (yiti keys rotate).
 */
#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/ensure.h"
#include "store/store_part.h"

#define KEY_BYTES 32
#define MASTERS_MAX 64 /* master keys of one installation over its life */
#define SEAL_VERSION 1
#define NONCE_BYTES crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define TAG_BYTES crypto_aead_xchacha20poly1305_ietf_ABYTES
#define WRAP_BYTES (NONCE_BYTES + KEY_BYTES + TAG_BYTES)
#define PATH_BYTES 4096

struct keys {
    int newest; /* number of the master key that wraps new data keys; 1 at first */
    bool have[MASTERS_MAX + 1];
    unsigned char master[MASTERS_MAX + 1][KEY_BYTES];
    unsigned char index[KEY_BYTES]; /* blind indexes derive from it */
};

/* ---- the key files --------------------------------------------------------------------------------------------------------------- */

static enum rc key_read(const char *dir, const char *name, unsigned char key[KEY_BYTES], bool *found, struct fail *f)
{
    char path[PATH_BYTES];
    struct stat st;
    const enum rc rc = path_join(path, sizeof(path), dir, name, f);
    if (rc != RC_OK)
        return rc;
    const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    *found = fd >= 0;
    if (fd < 0)
        return errno == ENOENT ? RC_OK : file_failed(f, path, errno);
    const bool whole = fstat(fd, &st) == 0 && st.st_size == KEY_BYTES && read(fd, key, KEY_BYTES) == KEY_BYTES;
    (void)close(fd);
    if (whole && (st.st_mode & 077) == 0)
        return RC_OK;
    return fail_set(f, RC_INVALID, MSG_store_key_file, NULL, path, NULL);
}

static enum rc key_make(const char *dir, const char *name, unsigned char key[KEY_BYTES], struct fail *f)
{
    randombytes_buf(key, KEY_BYTES);
    return file_write_whole(dir, name, (struct span){(const char *)key, KEY_BYTES}, 0600, f);
}

static void master_name(int number, char out[32])
{
    (void)snprintf(out, 32, "master-%d.key", number);
}

static enum rc keys_load(struct keys *k, const char *dir, struct fail *f)
{
    bool found = false;
    enum rc rc = key_read(dir, "index.key", k->index, &found, f);
    if (rc == RC_OK && !found)
        rc = key_make(dir, "index.key", k->index, f);
    for (int i = 1; i <= MASTERS_MAX && rc == RC_OK; i++) {
        char name[32];
        master_name(i, name);
        rc = key_read(dir, name, k->master[i], &k->have[i], f);
        if (rc == RC_OK && k->have[i])
            k->newest = i;
    }
    if (rc != RC_OK || k->newest)
        return rc;
    k->newest = 1;
    k->have[1] = true;
    return key_make(dir, "master-1.key", k->master[1], f);
}

enum rc keys_open(struct store *s, struct fail *f)
{
    char dir[PATH_BYTES];
    if (store_parts(s)->keys)
        return RC_OK;
    if (sodium_init() < 0)
        return fail_set(f, RC_INTERNAL, MSG_store_key_file, NULL, "libsodium", NULL);
    enum rc rc = path_join(dir, sizeof(dir), store_data_dir(s), "keys", f);
    if (rc == RC_OK)
        rc = dir_make(dir, 0700, f);
    if (rc != RC_OK)
        return rc;
    struct keys *const k = sodium_malloc(sizeof(*k));
    ensure(k);
    memset(k, 0, sizeof(*k));
    rc = keys_load(k, dir, f);
    if (rc == RC_OK)
        store_parts(s)->keys = k;
    else
        sodium_free(k);
    return rc;
}

void keys_close(struct store *s)
{
    if (store_parts(s)->keys)
        sodium_free(store_parts(s)->keys); /* wipes */
    store_parts(s)->keys = NULL;
}

/* ---- data keys ---------------------------------------------------------------------------------------------------------------------- */

struct subject {
    const char *region_code, *kind;
    int64_t id;
};

/* The additional data that binds a box to its subject. */
static struct span subject_text(const struct subject *subject, char out[160])
{
    const int n = snprintf(out, 160, "%.32s|%.64s|%lld", subject->region_code, subject->kind, (long long)subject->id);
    return (struct span){out, (size_t)n};
}

/* out must hold plain.len + NONCE_BYTES + TAG_BYTES. */
static void box(const unsigned char key[KEY_BYTES], struct span bound, struct span plain, unsigned char *out)
{
    unsigned long long n = 0;
    randombytes_buf(out, NONCE_BYTES);
    (void)crypto_aead_xchacha20poly1305_ietf_encrypt(out + NONCE_BYTES, &n, (const unsigned char *)plain.ptr, plain.len,
                                                     (const unsigned char *)bound.ptr, bound.len, NULL, out, key);
}

/* out must hold boxed.len - NONCE_BYTES - TAG_BYTES, which must not be negative. */
static bool unbox(const unsigned char key[KEY_BYTES], struct span bound, struct span boxed, unsigned char *out)
{
    const unsigned char *const p = (const unsigned char *)boxed.ptr;
    unsigned long long n = 0;
    return crypto_aead_xchacha20poly1305_ietf_decrypt(out, &n, NULL, p + NONCE_BYTES, boxed.len - NONCE_BYTES,
                                                      (const unsigned char *)bound.ptr, bound.len, p, key) == 0;
}

/* The subject's key, or RC_MISSING with MSG_erased. */
static enum rc data_key_get(struct tx *tx, const struct subject *subject, unsigned char key[KEY_BYTES], struct fail *f)
{
    const struct keys *const k = store_parts(tx_store(tx))->keys;
    char text[160];
    struct rows rows;
    enum rc rc = db_one(tx, SQL_data_key_get,
                        DB_ARGS(DB_S(subject->region_code), DB_S(subject->kind), DB_I(subject->id)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_MISSING, MSG_erased, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    const int64_t number = rows_int(&rows, 0);
    const struct span wrapped = rows_blob(&rows, 1);
    if (number < 1 || number > MASTERS_MAX || !k->have[number] || wrapped.len != WRAP_BYTES ||
        !unbox(k->master[number], subject_text(subject, text), wrapped, key)) {
        char name[32];
        master_name((int)(number & 0xff), name);
        rc = fail_set(f, RC_INTERNAL, MSG_store_key_lost, NULL, name, NULL);
    }
    const enum rc ended = rows_end(&rows);
    return rc == RC_OK ? ended : rc;
}

static enum rc data_key_make(struct tx *tx, const struct subject *subject, unsigned char key[KEY_BYTES], struct fail *f)
{
    const struct keys *const k = store_parts(tx_store(tx))->keys;
    unsigned char wrapped[WRAP_BYTES];
    char text[160];
    randombytes_buf(key, KEY_BYTES);
    box(k->master[k->newest], subject_text(subject, text), (struct span){(const char *)key, KEY_BYTES}, wrapped);
    return db_exec(tx, SQL_data_key_put,
                   DB_ARGS(DB_S(subject->region_code), DB_S(subject->kind), DB_I(subject->id), DB_I(k->newest),
                           DB_B(((struct span){(const char *)wrapped, WRAP_BYTES})), DB_I(tx_now_us(tx))),
                   NULL, f);
}

static enum rc data_key_need(struct tx *tx, const struct subject *subject, unsigned char key[KEY_BYTES], struct fail *f)
{
    struct fail missing = {0};
    enum rc rc = data_key_get(tx, subject, key, &missing);
    if (rc == RC_MISSING)
        return data_key_make(tx, subject, key, f);
    if (rc != RC_OK)
        *f = missing;
    return rc;
}

/* ---- the calls ------------------------------------------------------------------------------------------------------------------------ */

static enum rc no_room(struct fail *f)
{
    return fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
}

enum rc seal_put(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                 struct span plain, struct span *sealed, struct fail *f)
{
    const struct subject subject = {region_code, subject_kind, subject_id};
    unsigned char key[KEY_BYTES];
    char text[160];
    const enum rc rc = data_key_need(tx, &subject, key, f);
    if (rc != RC_OK)
        return rc;
    const size_t size = 1 + NONCE_BYTES + plain.len + TAG_BYTES;
    unsigned char *const out = arena_alloc(tx_arena(tx), size);
    if (!out)
        return no_room(f);
    out[0] = SEAL_VERSION;
    box(key, subject_text(&subject, text), plain, out + 1);
    sodium_memzero(key, sizeof(key));
    *sealed = (struct span){(const char *)out, size};
    return RC_OK;
}

enum rc seal_get(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                 struct span sealed, struct span *plain, struct fail *f)
{
    const struct subject subject = {region_code, subject_kind, subject_id};
    unsigned char key[KEY_BYTES];
    char text[160];
    if (sealed.len < 1 + NONCE_BYTES + TAG_BYTES || sealed.ptr[0] != SEAL_VERSION)
        return fail_set(f, RC_INTERNAL, MSG_store_seal_broken, NULL, NULL);
    const enum rc rc = data_key_get(tx, &subject, key, f);
    if (rc != RC_OK)
        return rc;
    const size_t size = sealed.len - 1 - NONCE_BYTES - TAG_BYTES;
    unsigned char *const out = arena_alloc(tx_arena(tx), size + 1);
    if (!out)
        return no_room(f);
    const bool opened = unbox(key, subject_text(&subject, text), span_sub(sealed, 1, sealed.len), out);
    sodium_memzero(key, sizeof(key));
    if (!opened)
        return fail_set(f, RC_INTERNAL, MSG_store_seal_broken, NULL, NULL);
    *plain = (struct span){(const char *)out, size};
    return RC_OK;
}

enum rc seal_index(struct tx *tx, const char *purpose, struct span normal_value, struct span *hash, struct fail *f)
{
    const struct keys *const k = store_parts(tx_store(tx))->keys;
    unsigned char key[KEY_BYTES];
    unsigned char *const out = arena_alloc(tx_arena(tx), 32);
    if (!out)
        return no_room(f);
    (void)crypto_generichash(key, sizeof(key), (const unsigned char *)purpose, strlen(purpose), k->index, KEY_BYTES);
    (void)crypto_generichash(out, 32, (const unsigned char *)normal_value.ptr, normal_value.len, key, sizeof(key));
    sodium_memzero(key, sizeof(key));
    *hash = (struct span){(const char *)out, 32};
    return RC_OK;
}

enum rc seal_commit(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                    struct span value, struct span *hex, struct fail *f)
{
    static const char label[] = "yiti.commitment/1";
    const struct subject subject = {region_code, subject_kind, subject_id};
    unsigned char key[KEY_BYTES], salt[KEY_BYTES], hash[32];
    const enum rc rc = data_key_need(tx, &subject, key, f);
    if (rc != RC_OK)
        return rc;
    char *const out = arena_alloc(tx_arena(tx), 65);
    if (!out)
        return no_room(f);
    (void)crypto_generichash(salt, sizeof(salt), (const unsigned char *)label, sizeof(label) - 1, key, sizeof(key));
    (void)crypto_generichash(hash, sizeof(hash), (const unsigned char *)value.ptr, value.len, salt, sizeof(salt));
    sodium_memzero(key, sizeof(key));
    sodium_memzero(salt, sizeof(salt));
    *hex = (struct span){sodium_bin2hex(out, 65, hash, sizeof(hash)), 64};
    return RC_OK;
}

/* ---- erasure ---------------------------------------------------------------------------------------------------------------------------- */

/* One line a subject, appended and synced before the commit: if the commit then fails, the line names a key that a restore would drop although
 * the running database kept it; the erasure is asked for again and the line stands twice, which harms nothing. */
static enum rc erased_note(struct store *s, const struct subject *subject, struct fail *f)
{
    char dir[PATH_BYTES], path[PATH_BYTES], text[160], line[176];
    enum rc rc = path_join(dir, sizeof(dir), store_data_dir(s), "keys", f);
    if (rc == RC_OK)
        rc = path_join(path, sizeof(path), dir, "erased.list", f);
    if (rc != RC_OK)
        return rc;
    (void)subject_text(subject, text);
    const int n = snprintf(line, sizeof(line), "%s\n", text);
    const int fd = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    if (fd < 0)
        return file_failed(f, path, errno);
    const bool kept = write(fd, line, (size_t)n) == n && fsync(fd) == 0;
    const int error = errno;
    (void)close(fd);
    return kept ? RC_OK : file_failed(f, path, error);
}

enum rc seal_erase(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id, struct fail *f)
{
    const struct subject subject = {region_code, subject_kind, subject_id};
    int64_t changed = 0;
    const enum rc rc =
        db_exec(tx, SQL_data_key_drop, DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id)), &changed, f);
    if (rc != RC_OK)
        return rc;
    if (!changed)
        return fail_set(f, RC_MISSING, MSG_erased, NULL, NULL);
    return erased_note(tx_store(tx), &subject, f);
}

static enum rc erased_drop(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct subject *const subject = in;
    (void)out;
    return db_exec(tx, SQL_data_key_drop, DB_ARGS(DB_S(subject->region_code), DB_S(subject->kind), DB_I(subject->id)),
                   NULL, f);
}

static enum rc erased_line(struct store *s, struct arena *a, struct span line, struct fail *f)
{
    const struct span region = span_split(&line, '|'), kind = span_split(&line, '|');
    struct subject subject = {span_cstr(a, region), span_cstr(a, kind), 0};
    if (!subject.region_code || !subject.kind || !span_to_i64(line, &subject.id))
        return fail_set(f, RC_INVALID, MSG_store_key_file, NULL, "erased.list", NULL);
    struct store_write w = {.command = erased_drop, .in = &subject, .arena = a};
    w.actor = (struct actor){.role = "system", .region_code = "000000"};
    const enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    return rc;
}

enum rc erased_apply(struct store *s, struct fail *f)
{
    char path[PATH_BYTES], line[256];
    enum rc rc = path_join(path, sizeof(path), store_data_dir(s), "keys/erased.list", f);
    if (rc != RC_OK)
        return rc;
    FILE *const in = fopen(path, "re");
    if (!in)
        return errno == ENOENT ? RC_OK : file_failed(f, path, errno);
    struct arena *const a = arena_new(1u << 20);
    while (rc == RC_OK && fgets(line, sizeof(line), in)) {
        const struct span text = span_trim(span_of(line));
        if (text.len)
            rc = erased_line(s, a, text, f);
        arena_reset(a);
    }
    arena_free(a);
    (void)fclose(in);
    return rc;
}
