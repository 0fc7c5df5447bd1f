/*
 * org_oidc_int.h - the parts of signing in with a house identity (OpenID Connect Core 1.0, RFC 7636): pure reading of what the provider
 * says (org_oidc_token.c), fetching it (org_oidc_fetch.c), and the two routes (org_oidc.c).
 */
#ifndef YITI_ORG_OIDC_INT_H
#define YITI_ORG_OIDC_INT_H

#include "org/org_int.h"

/* ---- what the provider says: pure, foreign bytes ---------------------------------------------------------------------------- */

struct oidc_discovery {
    struct span authorization_endpoint, token_endpoint, jwks_uri;
    bool post_secret; /* the secret goes into the form, not into the Authorization header */
};
/* oidc_url_allowed - https, or http on this machine when loopback is allowed; no user, no fragment, no blanks. */
bool oidc_url_allowed(struct span url, bool loopback);
/* oidc_issuer_loopback - an http issuer on 127.0.0.1, [::1] or localhost. */
bool oidc_issuer_loopback(struct span issuer);
/* oidc_discovery_read - the issuer's configuration document. Errors: RC_MALFORMED, RC_INVALID (detail says which member). Takes from the arena. */
MUST_USE enum rc oidc_discovery_read(struct arena *a, struct span text, struct span issuer, struct oidc_discovery *out,
                                     struct fail *f);

struct oidc_expect {
    struct span issuer, client_id, nonce;
    int64_t now_s; /* seconds since 1970 */
};
enum oidc_verdict {
    OIDC_GOOD,
    OIDC_BAD,        /* refused; f->detail says why */
    OIDC_UNKNOWN_KEY /* signed with a key that the set does not hold: fetch the set again */
};
/*
 * oidc_token_check - is this a good ID token: RS256 or ES256 by a key of the set (RSA of 2048 bits at least, P-256), issuer, audience and
 * authorised party, times with OIDC_SKEW_S, nonce, subject.
 * subject  set when good; in the arena.
 */
enum oidc_verdict oidc_token_check(struct arena *a, struct span token, struct span key_set, const struct oidc_expect *e,
                                   struct span *subject, struct fail *f);

/* ---- the provider: org_oidc_fetch.c ------------------------------------------------------------------------------------------- */

struct oidc;
/* oidc_new - checks the configuration; nothing is fetched yet. RC_INVALID. */
MUST_USE enum rc oidc_new(const struct org_options *o, struct oidc **out, struct fail *f);
void oidc_free(struct oidc *p); /* NULL allowed */
/* oidc_begin, oidc_end - around each talk with the provider: at most OIDC_TALKS_MAX at once, so that a slow one does not hold the pool. RC_BUSY. */
MUST_USE enum rc oidc_begin(struct oidc *p, struct fail *f);
void oidc_end(struct oidc *p);
/* oidc_discover - cached for OIDC_CACHE_US. RC_BUSY (MSG_oidc_down): not reached, slow, over OIDC_ANSWER_BYTES_MAX, or not readable. */
MUST_USE enum rc oidc_discover(struct oidc *p, struct arena *a, struct oidc_discovery *out, struct fail *f);
/* oidc_keys - the key set's text, cached; fresh: fetch again unless that was done within the last second. */
MUST_USE enum rc oidc_keys(struct oidc *p, struct arena *a, const struct oidc_discovery *d, bool fresh,
                           struct span *key_set, struct fail *f);
struct oidc_exchange {
    struct span code, verifier, redirect_uri;
};
/* oidc_redeem - gives the code to the token endpoint. RC_SIGN_IN (MSG_oidc_failed): refused; RC_BUSY: not reached. id_token in the arena. */
MUST_USE enum rc oidc_redeem(struct oidc *p, struct arena *a, const struct oidc_discovery *d,
                             const struct oidc_exchange *x, struct span *id_token, struct fail *f);
/* oidc_escape - percent-encoding of everything but unreserved characters. */
void oidc_escape(struct sb *sb, struct span s);

#endif
