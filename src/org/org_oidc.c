/* org_oidc.c - the house identity provider: OpenID Connect, authorization code with PKCE. */
#include "org/org_int.h"

enum rc api_oidc_start(struct req *r, struct fail *f)
{
    (void)r;
    return fail_set(f, RC_MISSING, MSG_oidc_off, NULL, NULL);
}

enum rc api_oidc_callback(struct req *r, struct fail *f)
{
    (void)r;
    return fail_set(f, RC_MISSING, MSG_oidc_off, NULL, NULL);
}

struct oidc *oidc_new(struct arena *a, const struct org_options *o)
{
    (void)a;
    (void)o;
    return NULL;
}

void oidc_free(struct oidc *o)
{
    (void)o;
}
