/* org_oidc.c - the house identity provider. This build has none: both routes say so, and org_new refuses a configured issuer. */
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
