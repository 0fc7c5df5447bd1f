/*
 * rows.c - digests of the rows of journalled tables.
 *
 * Each row that a command adds, changes or removes in a journalled table leaves an entry in the row log: table, key and, when
 * the row is there afterwards, a digest of all its values. The log goes into the journal row that ends the command and so under
 * the chain's hash and the seals. Verify plays the logs in order and compares what they say last of each row with the row itself.
 */
#include <endian.h>
#include <string.h>

#include "base/ensure.h"
#include "store/store_int.h"

#define ROW_DIGEST_VERSION 1

static crypto_generichash_state *state_of(struct hashing *h)
{
    return (void *)(h->room + (HASHING_ALIGN - (uintptr_t)h->room % HASHING_ALIGN) % HASHING_ALIGN);
}

void hash_begin(struct hashing *h, size_t hash_bytes)
{
    h->n = 0;
    h->bytes = hash_bytes;
    (void)crypto_generichash_init(state_of(h), NULL, 0, hash_bytes);
}

static void hash_flush(struct hashing *h)
{
    (void)crypto_generichash_update(state_of(h), h->buffer, h->n);
    h->n = 0;
}

void hash_add(struct hashing *h, const void *p, size_t n)
{
    if (n > sizeof(h->buffer) - h->n)
        hash_flush(h);
    if (n > sizeof(h->buffer)) {
        (void)crypto_generichash_update(state_of(h), p, n);
        return;
    }
    if (n > 0)
        memcpy(h->buffer + h->n, p, n);
    h->n += n;
}

void hash_add_u32(struct hashing *h, uint64_t v)
{
    const uint32_t bytes = htole32((uint32_t)v);
    hash_add(h, &bytes, sizeof(bytes));
}

void hash_add_u64(struct hashing *h, uint64_t v)
{
    const uint64_t bytes = htole64(v);
    hash_add(h, &bytes, sizeof(bytes));
}

void hash_end(struct hashing *h, unsigned char *out)
{
    hash_flush(h);
    (void)crypto_generichash_final(state_of(h), out, h->bytes);
}

static void put_bytes(struct hashing *h, const void *p, size_t n)
{
    hash_add_u32(h, n);
    hash_add(h, p, n);
}

/* A column's name with its length, and the type of its value: in one piece, for a row has many. */
static void put_name(struct hashing *h, const char *name, enum db_type type)
{
    const size_t n = strlen(name);
    const uint32_t len = htole32((uint32_t)n);
    ensure(n + 5 <= sizeof(h->buffer));
    if (n + 5 > sizeof(h->buffer) - h->n)
        hash_flush(h);
    unsigned char *const p = h->buffer + h->n;
    memcpy(p, &len, sizeof(len));
    memcpy(p + 4, name, n);
    p[4 + n] = (unsigned char)type;
    h->n += n + 5;
}

static void put_value(struct hashing *h, const struct db_val *v)
{
    uint64_t bits = 0;
    switch (v->type) {
    case DB_INT:
        hash_add_u64(h, (uint64_t)v->i);
        break;
    case DB_REAL:
        memcpy(&bits, &v->d, sizeof(bits));
        hash_add_u64(h, bits);
        break;
    case DB_TEXT:
    case DB_BLOB:
        put_bytes(h, v->s.ptr, v->s.len);
        break;
    case DB_NULL:
        break;
    }
}

void row_digest(const struct sql_table *t, const struct db_val *vals, unsigned char out[ROW_DIGEST_BYTES])
{
    struct hashing h;
    const unsigned char version = ROW_DIGEST_VERSION;
    hash_begin(&h, ROW_DIGEST_BYTES);
    hash_add(&h, &version, 1);
    put_bytes(&h, t->name, strlen(t->name));
    for (int i = 0; i < t->n_columns; i++) {
        if (vals[i].type == DB_NULL)
            continue;
        put_name(&h, t->columns[i].name, vals[i].type);
        put_value(&h, &vals[i]);
    }
    hash_end(&h, out);
}

static void add_key_text(struct sb *sb, struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '/')
            sb_adds(sb, "%2F");
        else if (s.ptr[i] == '%')
            sb_adds(sb, "%25");
        else
            sb_addc(sb, s.ptr[i]);
    }
}

void row_key(const struct db_val *keys, int n, struct sb *sb)
{
    for (int i = 0; i < n; i++) {
        if (i)
            sb_addc(sb, '/');
        if (keys[i].type == DB_INT)
            sb_add_i64(sb, keys[i].i);
        else if (keys[i].type == DB_REAL)
            sb_addf(sb, "%.17g", keys[i].d);
        else if (keys[i].type == DB_TEXT)
            add_key_text(sb, keys[i].s);
        else if (keys[i].type == DB_BLOB)
            for (size_t j = 0; j < keys[i].s.len; j++)
                sb_addf(sb, "%02x", (unsigned char)keys[i].s.ptr[j]);
    }
}

int row_key_columns(const struct sql_table *t, int *columns)
{
    int n = 0;
    for (int i = 0; i < t->n_columns; i++) {
        if (t->columns[i].key) {
            columns[t->columns[i].key - 1] = i;
            n++;
        }
    }
    return n;
}

static void add_name_and_key(struct row_log *log, const struct sql_table *t, const struct db_val *keys, int n)
{
    struct sb key;
    sb_init(&key, 4096);
    row_key(keys, n, &key);
    const struct span name = span_of(t->name);
    const struct span k = sb_span(&key);
    if (sb_rc(&key) != RC_OK)
        log->sb.full = true; /* a key that long would be cut: refused with the whole command */
    sb_addc(&log->sb, (char)name.len);
    sb_add(&log->sb, name);
    sb_addc(&log->sb, (char)(k.len & 0xff));
    sb_addc(&log->sb, (char)(k.len >> 8));
    sb_add(&log->sb, k);
    sb_release(&key);
    if (log->first_table == NULL)
        log->first_table = t->name;
}

void row_log_put(struct row_log *log, const struct sql_table *t, const struct db_val *vals)
{
    struct db_val keys[32];
    int columns[32];
    const int n = row_key_columns(t, columns);
    for (int i = 0; i < n; i++)
        keys[i] = vals[columns[i]];
    unsigned char digest[ROW_DIGEST_BYTES];
    row_digest(t, vals, digest);
    sb_addc(&log->sb, 'P');
    add_name_and_key(log, t, keys, n);
    sb_add(&log->sb, (struct span){(const char *)digest, sizeof(digest)});
}

void row_log_drop(struct row_log *log, const struct sql_table *t, const struct db_val *keys)
{
    int columns[32];
    sb_addc(&log->sb, 'D');
    add_name_and_key(log, t, keys, row_key_columns(t, columns));
}

static bool take(struct span *rest, size_t n, struct span *out)
{
    if (rest->len < n)
        return false;
    *out = (struct span){rest->ptr, n};
    rest->ptr += n;
    rest->len -= n;
    return true;
}

bool row_log_next(struct span *rest, struct row_entry *out)
{
    struct span s = *rest, part;
    if (!take(&s, 2, &part) || (part.ptr[0] != 'P' && part.ptr[0] != 'D'))
        return false;
    out->put = part.ptr[0] == 'P';
    if (!take(&s, (unsigned char)part.ptr[1], &out->table) || !take(&s, 2, &part))
        return false;
    const size_t key_len = (size_t)(unsigned char)part.ptr[0] | (size_t)(unsigned char)part.ptr[1] << 8;
    if (!take(&s, key_len, &out->key))
        return false;
    if (out->put) {
        if (!take(&s, ROW_DIGEST_BYTES, &part))
            return false;
        out->digest = (const unsigned char *)part.ptr;
    }
    *rest = s;
    return true;
}
