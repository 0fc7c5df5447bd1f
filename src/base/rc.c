/* rc.c - looks up what the table in rc.h says about a code. */
#include "base/rc.h"

#include "base/ensure.h"

#define COUNT ((unsigned)RC_COUNT)

int rc_status(enum rc rc)
{
    static const int status[] = {
#define X(id, status, text) status,
        RC_MAP(X)
#undef X
    };
    ensure((unsigned)rc < COUNT);
    return status[rc];
}

const char *rc_name(enum rc rc)
{
    static const char *const name[] = {
#define X(id, status, text) #id,
        RC_MAP(X)
#undef X
    };
    ensure((unsigned)rc < COUNT);
    return name[rc];
}

const char *rc_slug(enum rc rc)
{
    /* Written out, since they are part of the API: renaming a code must not rename a problem type. */
    static const char *const slug[] = {
        [RC_OK] = "ok",
        [RC_INVALID] = "invalid",
        [RC_MALFORMED] = "malformed",
        [RC_SIGN_IN] = "sign-in",
        [RC_FORBIDDEN] = "forbidden",
        [RC_MISSING] = "missing",
        [RC_METHOD] = "method",
        [RC_CONFLICT] = "conflict",
        [RC_STALE] = "stale",
        [RC_LIMIT] = "limit",
        [RC_MEDIA] = "media",
        [RC_PRECONDITION] = "precondition",
        [RC_RATE] = "rate",
        [RC_INTERNAL] = "internal",
        [RC_BUSY] = "busy",
        [RC_READ_ONLY] = "read-only",
    };
    _Static_assert(sizeof(slug) / sizeof(slug[0]) == RC_COUNT, "every code needs a slug");
    ensure((unsigned)rc < COUNT);
    return slug[rc];
}
