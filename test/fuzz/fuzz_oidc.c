/* fuzz_oidc.c - what a house identity provider says: its configuration, and a key set and a token parted by a newline. */
#include <string.h>

#include "base/ensure.h"
#include "org/org_oidc_int.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *const a = arena_new(REQUEST_ARENA_BYTES);
    struct fail f = {0};
    struct oidc_discovery d = {.post_secret = false};
    struct span all = {(const char *)data, size}, issuer = SPAN("https://sso.example"), subject = SPAN_NONE;
    struct oidc_expect e = {issuer, SPAN("yiti"), SPAN("n"), 1764000000};
    if (oidc_discovery_read(a, all, issuer, &d, &f) == RC_OK)
        ensure(oidc_url_allowed(d.token_endpoint, false) && oidc_url_allowed(d.jwks_uri, false) &&
               oidc_url_allowed(d.authorization_endpoint, false));
    for (size_t i = 0; oidc_url_allowed(all, true) && i < all.len; i++)
        ensure(all.ptr[i] > ' ' && all.ptr[i] != '#');
    struct span rest = all;
    struct span keys = span_split(&rest, '\n');
    if (oidc_token_check(a, rest, keys, &e, &subject, &f) == OIDC_GOOD)
        ensure(subject.len >= 1 && subject.len <= 255);
    arena_free(a);
    return 0;
}
