/* org.c - the process's org state: begins, loads the built-in divisions, ends. */
#include <pthread.h>
#include <sodium.h>
#include <string.h>

#include "base/ensure.h"
#include "base/log.h"
#include "org/org_delivery.h"
#include "org/org_oidc_int.h"

#define ORG_ARENA_BYTES (4u << 20) /* session slots and the provider's facts */

extern const char org_regions_csv[]; /* made by the build from data/regions/ */
extern const size_t org_regions_csv_len;

struct begin {
    struct span regions_hash; /* in: of the built-in divisions; out of begin_read: what the database holds */
};

static enum rc begin_read(struct tx *tx, void *ctx, struct fail *f)
{
    return instance_fact(tx, "regions_hash", &((struct begin *)ctx)->regions_hash, f);
}

/* The row that changes of the closure lock, and which divisions are loaded. */
static enum rc begin_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct begin *b = in;
    (void)out;
    enum rc rc = instance_fact_set(tx, "closure", SPAN("1"), f);
    return rc == RC_OK ? instance_fact_set(tx, "regions_hash", b->regions_hash, f) : rc;
}

static enum rc run_command(struct store *s, command_fn *command, const void *in, struct fail *f)
{
    struct arena *a = arena_new(1u << 20);
    struct store_write w = {.command = command, .in = in, .actor = ACTOR_SYSTEM, .arena = a};
    enum rc rc = store_run(s, &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    arena_free(a);
    return rc;
}

/* Divisions are loaded when the database is new or the program brings another edition of them. */
static enum rc regions_load(struct store *s, struct fail *f)
{
    unsigned char hash[16];
    char hex[33];
    struct begin there = {SPAN_NONE}, ours;
    struct arena *a = arena_new(1u << 20);
    int64_t rows = 0;
    crypto_generichash(hash, sizeof hash, (const unsigned char *)org_regions_csv, org_regions_csv_len, NULL, 0);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    enum rc rc = store_read(s, &ACTOR_SYSTEM, a, begin_read, &there, f);
    bool same = rc == RC_OK && span_is(there.regions_hash, hex);
    arena_free(a);
    if (rc != RC_OK || same)
        return rc;
    rc = region_import(s, (struct span){org_regions_csv, org_regions_csv_len}, NULL, NULL, &rows, f);
    ours.regions_hash = span_of(hex);
    if (rc == RC_OK)
        rc = run_command(s, begin_command, &ours, f);
    if (rc == RC_OK)
        log_event(LOG_INFO, "org.regions_loaded", LI("rows", rows), LEND);
    return rc;
}

enum rc org_new(const struct org_options *options, struct org **out, struct fail *f)
{
    ensure(sodium_init() >= 0);
    struct arena *a = arena_new(ORG_ARENA_BYTES);
    struct org *o = ARENA_NEW(a, struct org);
    ensure(o != NULL);
    o->options = *options;
    o->arena = a;
    o->slots = ARENA_ARRAY(a, (size_t)SESSION_SETS * SESSION_WAYS, struct session_slot);
    o->feed_rate = feed_rate_new(a);
    ensure(o->slots != NULL && o->feed_rate != NULL);
    ensure(pthread_mutex_init(&o->lock, NULL) == 0);
    closure_register(options->store);
    mail_register(options->store);
    subscribe_register(options->store);
    hook_register(o);
    enum rc rc = regions_load(options->store, f);
    if (rc == RC_OK && options->oidc_issuer)
        rc = oidc_new(options, &o->oidc, f);
    if (rc != RC_OK) {
        org_free(o);
        return rc;
    }
    *out = o;
    return RC_OK;
}

void org_free(struct org *o)
{
    if (!o)
        return;
    oidc_free(o->oidc);
    pthread_mutex_destroy(&o->lock);
    arena_free(o->arena);
}
