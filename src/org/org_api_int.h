/* org_api_int.h - what the route handlers of org share. */
#ifndef YITI_ORG_API_INT_H
#define YITI_ORG_API_INT_H

#include "org/org_int.h"

/* api_id_list - the common shape of a list: ids from a statement, each written by one function, and the key of the next page. */
struct id_list {
    struct req *r;
    enum sql_id sql;
    uint32_t filters;
    int order;
    struct db_val args[12]; /* before the keyset parameter; the last fixed one is the limit, set by the run */
    int n_args, limit_at;
    struct span on;
    enum rc (*item)(struct tx *tx, int64_t id, struct span on, struct jw *w, struct fail *f);
};
MUST_USE enum rc api_id_list(struct id_list *l, struct fail *f);
/* api_next - writes "next" and the Link header; key NULL: the last page. */
void api_next(struct req *r, struct jw *w, const char *key);
/* after_id - the id in ?after= of a list by id; 0 when absent. */
MUST_USE enum rc after_id(struct req *r, int64_t *id, bool *given, struct fail *f);

/* Both cookies of a sign-in; the plan's in is its struct sign_in. */
struct sign_in_call {
    struct signed_in out; /* first: committed gets a pointer to it */
    struct sign_in in;
    struct setup_in setup;
    bool new_device;
};
void sign_in_call_init(struct req *r, struct sign_in_call *call); /* secrets of session and device */
void sign_in_committed(struct req *r, void *out, bool replayed);  /* org_write_plan.committed: the cookies */
/* api_run_now - a command of its own, waited for; only on the pool. */
MUST_USE enum rc api_run_now(struct req *r, command_fn *command, const void *in, void *out, struct fail *f);

/* identity_put - joins a subject of the house identity to a person in place of an earlier one; subject.ptr NULL: takes it away. RC_CONFLICT
 * when it is another's. own: the person does it, having proved the identity (or leaving it). */
struct identity_in {
    int64_t person_id;
    struct span issuer, subject;
    bool own;
};
MUST_USE enum rc identity_put(struct tx *tx, const void *in, void *out, struct fail *f);

/* Renders {"id":"…"} with status 201 from an int64_t. */
render_fn render_id;

#endif
