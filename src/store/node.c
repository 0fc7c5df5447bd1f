/*
 * node.c - the lease of the node number in ids (CONTRACTS.md 13). All of these are commands of the writer.
 *
 *   start    the smallest number whose lease is over → held for NODE_LEASE_US
 *   running  renewed every NODE_RENEW_US; if it was lost (the process slept longer than its lease) another number is taken
 *   stop     given back, so that the next start has it at once; after a kill the next start takes another one
 */
#include "base/log.h"
#include "store/store_int.h"

#define NODES 1024

/* The smallest number that is free at now_us; -1: none. */
static enum rc smallest_free(struct tx *tx, int64_t *number, struct fail *f)
{
    struct rows r;
    int64_t next = 0;
    bool found = false;
    const enum rc rc = db_query(tx, SQL_node_all, DB_NO_ARGS, &r, f);
    if (rc != RC_OK)
        return rc;
    while (!found && rows_next(&r)) {
        found = rows_int(&r, 0) > next || rows_int(&r, 1) <= tx->now_us;
        next += found ? 0 : 1;
    }
    *number = next < NODES ? next : -1;
    return rows_end(&r);
}

enum rc node_take(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct span *const holder = in;
    int64_t number = 0, taken = 0;
    enum rc rc = smallest_free(tx, &number, f);
    if (rc == RC_OK && number < 0)
        return fail_set(f, RC_BUSY, MSG_store_nodes_taken, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_node_take,
                     DB_ARGS(DB_I(number), DB_B(*holder), DB_I(tx->now_us), DB_I(tx->now_us + NODE_LEASE_US)), &taken,
                     f);
    if (rc == RC_OK && taken != 1) /* another process was quicker */
        return fail_set(f, RC_BUSY, MSG_store_busy, NULL, NULL);
    if (rc == RC_OK)
        *(int *)out = (int)number;
    return rc;
}

enum rc node_renew(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct node_held *const held = in;
    const int64_t to_us = held->give_back ? 0 : tx->now_us + NODE_LEASE_US;
    int64_t kept = 0;
    *(int *)out = held->number;
    const enum rc rc =
        db_exec(tx, SQL_node_renew, DB_ARGS(DB_I(held->number), DB_B(held->holder), DB_I(to_us)), &kept, f);
    if (rc != RC_OK || kept == 1 || held->give_back)
        return rc;
    log_event(LOG_WARN, "node.lost", LI("number", held->number), LEND);
    return node_take(tx, &held->holder, out, f);
}
