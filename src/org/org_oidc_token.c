/*
 * org_oidc_token.c - what a house identity provider says: configuration document, key set, ID token. Pure; every byte is foreign.
 * Sources: OpenID Connect Discovery 1.0 (4.3), Core 1.0 (3.1.3.7), RFC 7515, 7517, 7518, 7519. Signatures are libcjose's; which algorithm
 * and which key may be used is decided here, before it sees either.
 */
#include <cjose/cjose.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#include "org/org_oidc_int.h"

static enum rc bad(struct fail *f, const char *why)
{
    fail_detail(f, "oidc: %s", why);
    return RC_INVALID;
}

/* ---- addresses ----------------------------------------------------------------------------------------------------------------- */

static struct span host_of(struct span url, size_t scheme)
{
    size_t end = scheme;
    while (end < url.len && url.ptr[end] != '/' && url.ptr[end] != '?')
        end++;
    return span_sub(url, scheme, end);
}

static bool host_is(struct span authority, struct span host)
{
    return span_starts(authority, host) && (authority.len == host.len || authority.ptr[host.len] == ':');
}

static bool on_loopback(struct span authority)
{
    return host_is(authority, SPAN("127.0.0.1")) || host_is(authority, SPAN("[::1]")) ||
           host_is(authority, SPAN("localhost"));
}

bool oidc_url_allowed(struct span url, bool loopback)
{
    size_t scheme = span_starts(url, SPAN("https://")) ? 8 : span_starts(url, SPAN("http://")) ? 7 : 0;
    if (!scheme || url.len > 1000)
        return false;
    for (size_t i = 0; i < url.len; i++)
        if ((unsigned char)url.ptr[i] <= 0x20 || (unsigned char)url.ptr[i] >= 0x7f || strchr("#\\\"<>", url.ptr[i]))
            return false;
    struct span authority = host_of(url, scheme);
    if (!authority.len || memchr(authority.ptr, '@', authority.len))
        return false;
    return scheme == 8 || (loopback && on_loopback(authority));
}

bool oidc_issuer_loopback(struct span issuer)
{
    return span_starts(issuer, SPAN("http://")) && on_loopback(host_of(issuer, 7));
}

/* ---- the configuration document -------------------------------------------------------------------------------------------------- */

static enum rc endpoint(struct arena *a, json_t *doc, const char *name, bool loopback, struct span *out, struct fail *f)
{
    struct span url = SPAN_NONE;
    enum rc rc = json_get_text(doc, name, JSON_REQUIRED, 1000, &url, f);
    if (rc != RC_OK)
        return rc;
    if (!oidc_url_allowed(url, loopback))
        return bad(f, name);
    *out = span_dup(a, url);
    return RC_OK;
}

static bool list_has(json_t *list, const char *word)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *text = json_string_value(json_array_get(list, i));
        if (text && strcmp(text, word) == 0)
            return true;
    }
    return false;
}

enum rc oidc_discovery_read(struct arena *a, struct span text, struct span issuer, struct oidc_discovery *out,
                            struct fail *f)
{
    json_t *doc = NULL;
    struct span said = SPAN_NONE;
    struct oidc_discovery d = {.post_secret = false};
    bool loopback = oidc_issuer_loopback(issuer);
    enum rc rc = json_read(a, text, &doc, f);
    if (rc == RC_OK && !json_is_object(doc))
        rc = bad(f, "the configuration is no object");
    if (rc == RC_OK)
        rc = json_get_text(doc, "issuer", JSON_REQUIRED, 1000, &said, f);
    if (rc == RC_OK && !span_eq(said, issuer)) /* to the letter, or one provider could speak for another */
        rc = bad(f, "the configuration names another issuer");
    if (rc == RC_OK)
        rc = endpoint(a, doc, "authorization_endpoint", loopback, &d.authorization_endpoint, f);
    if (rc == RC_OK)
        rc = endpoint(a, doc, "token_endpoint", loopback, &d.token_endpoint, f);
    if (rc == RC_OK)
        rc = endpoint(a, doc, "jwks_uri", loopback, &d.jwks_uri, f);
    if (rc != RC_OK)
        return rc;
    json_t *methods = json_object_get(doc, "token_endpoint_auth_methods_supported");
    d.post_secret = list_has(methods, "client_secret_post") && !list_has(methods, "client_secret_basic");
    *out = d;
    return RC_OK;
}

/* ---- keys ------------------------------------------------------------------------------------------------------------------------ */

enum token_alg { ALG_RS256, ALG_ES256 };

static const char *text_of(json_t *object, const char *member)
{
    return json_string_value(json_object_get(object, member));
}

static bool is_or_absent(json_t *object, const char *member, const char *want)
{
    json_t *v = json_object_get(object, member);
    return !v || (json_is_string(v) && strcmp(json_string_value(v), want) == 0);
}

/* The bytes that base64url text of a key's member stands for: 0 when it is none. */
static size_t b64_bytes(const char *text)
{
    unsigned char bytes[1100];
    size_t n = 0;
    if (!text || sodium_base642bin(bytes, sizeof bytes, text, strlen(text), NULL, &n, NULL,
                                   sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0)
        return 0;
    return n;
}

/* May this key check this algorithm: kind, strength, and what it says of its own use. */
static bool key_fits(json_t *key, enum token_alg alg)
{
    const char *kty = text_of(key, "kty");
    if (!kty || !is_or_absent(key, "use", "sig") || !is_or_absent(key, "alg", alg == ALG_RS256 ? "RS256" : "ES256"))
        return false;
    if (alg == ALG_RS256) {
        size_t modulus = b64_bytes(text_of(key, "n")), exponent = b64_bytes(text_of(key, "e"));
        return strcmp(kty, "RSA") == 0 && modulus >= 256 && modulus <= 1025 && exponent >= 1 && exponent <= 8;
    }
    const char *curve = text_of(key, "crv");
    return strcmp(kty, "EC") == 0 && curve && strcmp(curve, "P-256") == 0 && b64_bytes(text_of(key, "x")) == 32 &&
           b64_bytes(text_of(key, "y")) == 32;
}

/* The key named kid; without a name the only one that fits. NULL: none, or it cannot be told which. */
static json_t *key_find(json_t *set, const char *kid, enum token_alg alg)
{
    json_t *keys = json_object_get(set, "keys"), *found = NULL;
    size_t n = json_array_size(keys);
    for (size_t i = 0; i < n && i < 100; i++) {
        json_t *key = json_array_get(keys, i);
        const char *name = text_of(key, "kid");
        if (!key_fits(key, alg) || (kid && (!name || strcmp(name, kid) != 0)))
            continue;
        if (found)
            return NULL;
        found = key;
    }
    return found;
}

/* Only the public members go to the library. */
static cjose_jwk_t *key_import(json_t *key, enum token_alg alg)
{
    cjose_err err;
    json_t *public = alg == ALG_RS256
                         ? json_pack("{s:s,s:s,s:s}", "kty", "RSA", "n", text_of(key, "n"), "e", text_of(key, "e"))
                         : json_pack("{s:s,s:s,s:s,s:s}", "kty", "EC", "crv", "P-256", "x", text_of(key, "x"), "y",
                                     text_of(key, "y"));
    char *text = public ? json_dumps(public, JSON_COMPACT) : NULL;
    cjose_jwk_t *jwk = text ? cjose_jwk_import(text, strlen(text), &err) : NULL;
    free(text); /* style: allow heap because json_dumps takes it from malloc */
    json_decref(public);
    return jwk;
}

/* ---- the token ------------------------------------------------------------------------------------------------------------------- */

static enum oidc_verdict refuse(struct fail *f, const char *why)
{
    fail_detail(f, "oidc: %s", why);
    return OIDC_BAD;
}

/* The header, read by our own reader: algorithm and key name decide before any cryptography runs. */
static enum oidc_verdict header_read(struct arena *a, struct span token, enum token_alg *alg, const char **kid,
                                     struct fail *f)
{
    struct span rest = token;
    struct span first = span_split(&rest, '.');
    json_t *header = NULL;
    size_t n = 0;
    unsigned char *bytes = arena_alloc(a, first.len + 1);
    if (!bytes || !first.len || first.len > 4096 ||
        sodium_base642bin(bytes, first.len, first.ptr, first.len, NULL, &n, NULL,
                          sodium_base64_VARIANT_URLSAFE_NO_PADDING) != 0 ||
        json_read(a, (struct span){(const char *)bytes, n}, &header, f) != RC_OK || !json_is_object(header))
        return refuse(f, "the token's header cannot be read");
    const char *name = text_of(header, "alg");
    if (!name || (strcmp(name, "RS256") != 0 && strcmp(name, "ES256") != 0))
        return refuse(f, "the token is not signed with RS256 or ES256");
    if (json_object_get(header, "crit"))
        return refuse(f, "the token's header has a critical extension");
    *alg = name[0] == 'R' ? ALG_RS256 : ALG_ES256;
    *kid = text_of(header, "kid");
    return OIDC_GOOD;
}

static enum oidc_verdict signature_check(struct arena *a, struct span token, json_t *key, enum token_alg alg,
                                         struct span *payload, struct fail *f)
{
    cjose_err err;
    uint8_t *plain = NULL;
    size_t n = 0;
    enum oidc_verdict v = OIDC_BAD;
    cjose_jwk_t *jwk = key_import(key, alg);
    cjose_jws_t *jws = jwk ? cjose_jws_import(token.ptr, token.len, &err) : NULL;
    if (!jws)
        fail_detail(f, "oidc: the token or its key cannot be read");
    else if (!cjose_jws_verify(jws, jwk, &err) || !cjose_jws_get_plaintext(jws, &plain, &n, &err))
        fail_detail(f, "oidc: the signature is wrong");
    else {
        *payload = span_dup(a, (struct span){(const char *)plain, n});
        v = payload->ptr ? OIDC_GOOD : OIDC_BAD;
    }
    cjose_jws_release(jws);
    (void)cjose_jwk_release(jwk);
    return v;
}

static bool audience_ok(json_t *claims, struct span client_id)
{
    json_t *aud = json_object_get(claims, "aud");
    const char *azp = text_of(claims, "azp");
    bool ours = json_is_string(aud) && span_is(client_id, json_string_value(aud));
    for (size_t i = 0; i < json_array_size(aud); i++) {
        const char *one = json_string_value(json_array_get(aud, i));
        ours = ours || (one && span_is(client_id, one));
    }
    if (json_object_get(claims, "azp"))
        return ours && azp && span_is(client_id, azp);
    return ours && json_array_size(aud) <= 1; /* several audiences without a word for whom it was made */
}

/* A NumericDate: whole or fractional seconds; false when absent, no number, or beyond reason. */
static bool second(json_t *claims, const char *name, int64_t *out)
{
    json_t *v = json_object_get(claims, name);
    double d = json_is_number(v) ? json_number_value(v) : -1;
    if (!(d >= 0 && d < 253402300800.0))
        return false;
    *out = (int64_t)d;
    return true;
}

static const char *claims_fault(json_t *claims, const struct oidc_expect *e)
{
    const char *iss = text_of(claims, "iss"), *nonce = text_of(claims, "nonce"), *sub = text_of(claims, "sub");
    int64_t exp = 0, iat = 0, nbf = 0;
    if (!iss || !span_is(e->issuer, iss))
        return "the token is another issuer's";
    if (!audience_ok(claims, e->client_id))
        return "the token is for somebody else";
    if (!second(claims, "exp", &exp) || exp <= e->now_s - OIDC_SKEW_S)
        return "the token is over";
    if (!second(claims, "iat", &iat) || iat > e->now_s + OIDC_SKEW_S || iat < e->now_s - OIDC_TOKEN_AGE_S)
        return "the token was not made just now";
    if (json_object_get(claims, "nbf") && (!second(claims, "nbf", &nbf) || nbf > e->now_s + OIDC_SKEW_S))
        return "the token does not hold yet";
    if (!nonce || !e->nonce.len || !span_is(e->nonce, nonce))
        return "the token answers another sign-in";
    if (!sub || !*sub || strlen(sub) > 255)
        return "the token names nobody";
    for (const char *c = sub; *c; c++)
        if ((unsigned char)*c < 0x20 || (unsigned char)*c > 0x7e)
            return "the token's subject is not ASCII";
    return NULL;
}

enum oidc_verdict oidc_token_check(struct arena *a, struct span token, struct span key_set, const struct oidc_expect *e,
                                   struct span *subject, struct fail *f)
{
    enum token_alg alg = ALG_RS256;
    const char *kid = NULL;
    json_t *set = NULL, *claims = NULL;
    struct span payload = SPAN_NONE;
    if (token.len < 16 || token.len > OIDC_TOKEN_BYTES_MAX || memchr(token.ptr, 0, token.len))
        return refuse(f, "the token has a wrong length");
    enum oidc_verdict v = header_read(a, token, &alg, &kid, f);
    if (v != OIDC_GOOD)
        return v;
    if (json_read(a, key_set, &set, f) != RC_OK || !json_is_array(json_object_get(set, "keys")))
        return refuse(f, "the key set cannot be read");
    json_t *key = key_find(set, kid, alg);
    if (!key) {
        fail_detail(f, "oidc: the key set has no such key");
        return OIDC_UNKNOWN_KEY;
    }
    v = signature_check(a, token, key, alg, &payload, f);
    if (v != OIDC_GOOD)
        return v;
    if (json_read(a, payload, &claims, f) != RC_OK || !json_is_object(claims))
        return refuse(f, "the token's claims cannot be read");
    const char *fault = claims_fault(claims, e);
    if (fault)
        return refuse(f, fault);
    *subject = span_dup(a, span_of(text_of(claims, "sub")));
    return subject->ptr ? OIDC_GOOD : OIDC_BAD;
}
