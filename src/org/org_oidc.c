/*
 * org_oidc.c - signing in with a house identity, and joining one to an account.
 *
 *   start:    makes state, nonce and PKCE verifier, keeps them for OIDC_FLOW_US, binds the browser with a cookie, goes to the provider
 *   callback: cookie and state agree -> the flow is taken out (so it works once, whatever comes after) -> code to the token endpoint ->
 *             ID token checked -> the account joined to issuer and subject is signed in, or the signed-in person is joined to it
 *
 * Nobody gets an account by coming from the provider, and no e-mail address joins anything: a subject is joined by the signed-in person
 * or by an administrator. A person who is sent back sees a page: failures of a browser go to the sign-in page with a word, others get a problem.
 */
#include <sodium.h>
#include <string.h>

#include <openssl/sha.h>

#include "base/log.h"
#include "org/org_api_int.h"
#include "org/org_oidc_int.h"

#define FLOW_COOKIE "yiti_oidc"

static struct oidc *provider(struct req *r)
{
    return req_org(r)->oidc;
}

enum rc api_oidc(struct req *r, struct fail *f)
{
    (void)f;
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kbool(w, "enabled", provider(r) != NULL);
    jw_object_end(w);
    return RC_OK;
}

/* A page of ours: no other site, no interface, nothing that a browser reads as another host. */
static bool own_path(struct span path)
{
    if (!path.len || path.len > 500 || path.ptr[0] != '/' || (path.len > 1 && path.ptr[1] == '/') ||
        span_starts(path, SPAN("/api/")))
        return false;
    for (size_t i = 0; i < path.len; i++)
        if ((unsigned char)path.ptr[i] <= 0x20 || (unsigned char)path.ptr[i] >= 0x7f || path.ptr[i] == '\\')
            return false;
    return true;
}

static struct span redirect_uri(struct req *r)
{
    struct sb sb;
    const char *base = req_org(r)->options.public_url;
    sb_init(&sb, 1024);
    if (base) {
        sb_adds(&sb, base);
        if (span_ends(sb_span(&sb), SPAN("/")))
            sb.len--;
    } else {
        sb_adds(&sb, "http://");
        sb_add(&sb, req_header(r, "Host"));
    }
    sb_adds(&sb, "/api/v1/oidc/callback");
    struct span uri = sb_rc(&sb) == RC_OK ? span_dup(req_arena(r), sb_span(&sb)) : SPAN_NONE;
    sb_release(&sb);
    return uri;
}

/* ---- going there ----------------------------------------------------------------------------------------------------------------- */

struct flow {
    struct secret state, nonce, verifier;
    int64_t person_id; /* 0: sign-in */
    struct span return_path;
};

static enum rc flow_put(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct flow *flow = in;
    int64_t now = tx_now_us(tx);
    (void)out;
    enum rc rc = db_exec(tx, SQL_oidc_flow_drop, DB_ARGS(DB_B(SPAN("")), DB_I(now)), NULL, f);
    return rc == RC_OK
               ? db_exec(tx, SQL_oidc_flow_put,
                         DB_ARGS(DB_B(((struct span){(const char *)flow->state.hash, SECRET_HASH_BYTES})),
                                 DB_S(flow->nonce.text), DB_S(flow->verifier.text), DB_I_OR_NULL(flow->person_id),
                                 DB_I(now + OIDC_FLOW_US), DB_T(flow->return_path)),
                         NULL, f)
               : rc;
}

static void query_add(struct sb *url, const char *name, struct span value)
{
    sb_addf(url, "&%s=", name);
    oidc_escape(url, value);
}

static enum rc go_there(struct req *r, const struct oidc_discovery *d, const struct flow *flow, struct fail *f)
{
    struct sb url;
    unsigned char hash[SHA256_DIGEST_LENGTH];
    char challenge[64];
    SHA256((const unsigned char *)flow->verifier.text, strlen(flow->verifier.text), hash);
    sodium_bin2base64(challenge, sizeof challenge, hash, sizeof hash, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
    sb_init(&url, 8192);
    sb_add(&url, d->authorization_endpoint);
    sb_adds(&url, memchr(d->authorization_endpoint.ptr, '?', d->authorization_endpoint.len) ? "&" : "?");
    sb_adds(&url, "response_type=code&scope=openid&code_challenge_method=S256");
    query_add(&url, "client_id", span_of(req_org(r)->options.oidc_client_id));
    query_add(&url, "redirect_uri", redirect_uri(r));
    query_add(&url, "state", span_of(flow->state.text));
    query_add(&url, "nonce", span_of(flow->nonce.text));
    query_add(&url, "code_challenge", span_of(challenge));
    const char *to = sb_rc(&url) == RC_OK ? span_cstr(req_arena(r), sb_span(&url)) : NULL;
    sb_release(&url);
    if (!to)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    reply_status(r, 302);
    reply_header(r, "Location", to);
    reply_header(r, "Cache-Control", "no-store");
    reply_cookie_return(r, FLOW_COOKIE, flow->state.text, OIDC_FLOW_US / 1000000);
    return RC_OK;
}

static bool wants_page(struct req *r)
{
    return span_find(req_header(r, "Accept"), SPAN("text/html"), 0) != SIZE_MAX;
}

static const char *word_of(const struct fail *f)
{
    if (f->msg == MSG_oidc_down)
        return "down";
    if (f->msg == MSG_oidc_unknown)
        return "unknown";
    return f->msg == MSG_oidc_taken ? "taken" : "failed";
}

/*
 * A failure of a browser's way: to the sign-in page with a word. The subject, which an administrator needs for joining, stands behind the #,
 * where no server and no log sees it.
 */
static enum rc to_page(struct req *r, enum rc rc, struct span subject, const struct fail *f)
{
    struct sb url;
    if (!wants_page(r) || f->msg == MSG_oidc_off)
        return rc;
    sb_init(&url, 2048);
    sb_addf(&url, "/sign-in?oidc=%s", word_of(f));
    if (subject.len) {
        sb_adds(&url, "#");
        oidc_escape(&url, subject);
    }
    const char *to = span_cstr(req_arena(r), sb_span(&url));
    sb_release(&url);
    if (!to)
        return rc;
    reply_status(r, 302);
    reply_header(r, "Location", to);
    reply_header(r, "Cache-Control", "no-store");
    return RC_OK;
}

static enum rc discover(struct req *r, struct oidc_discovery *d, struct fail *f)
{
    enum rc rc = oidc_begin(provider(r), f);
    if (rc != RC_OK)
        return rc;
    rc = oidc_discover(provider(r), req_arena(r), d, f);
    oidc_end(provider(r));
    return rc;
}

enum rc api_oidc_start(struct req *r, struct fail *f)
{
    struct flow flow = {.person_id = 0};
    struct oidc_discovery d;
    struct span to = req_query(r, "to"), link = req_query(r, "link");
    const struct org_session *s = req_session(r);
    if (!provider(r))
        return fail_set(f, RC_MISSING, MSG_oidc_off, NULL, NULL);
    enum rc rc = req_query_only(r, f, "to", "link", NULL);
    if (rc == RC_OK && to.ptr && !own_path(to))
        rc = fail_span(f, RC_INVALID, MSG_org_choice, "to", to);
    if (rc == RC_OK && link.ptr &&
        (!s || s->token)) /* the session's cookie does not come from another site: nobody is joined unasked */
        rc = fail_set(f, RC_SIGN_IN, MSG_session_over, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    secret_new(&flow.state);
    secret_new(&flow.nonce);
    secret_new(&flow.verifier);
    flow.person_id = link.ptr ? s->person_id : 0;
    flow.return_path = to;
    rc = discover(r, &d, f);
    if (rc == RC_OK)
        rc = api_run_now(r, flow_put, &flow, NULL, f);
    return rc == RC_OK ? go_there(r, &d, &flow, f) : to_page(r, rc, SPAN_NONE, f);
}

/* ---- coming back ------------------------------------------------------------------------------------------------------------------- */

struct back {
    unsigned char state[SECRET_HASH_BYTES];
    struct span issuer;
    struct span nonce, verifier, return_path, subject; /* of the flow; subject of the token */
    int64_t person_id;                                 /* of the flow: who joins; then: whose account it is */
    struct sign_in_call *call;
};

/* Takes the flow out: from here on the same answer of the provider is worth nothing. */
static enum rc flow_take(struct tx *tx, const void *in, void *vout, struct fail *f)
{
    struct back *b = vout;
    struct rows rows;
    struct db_val state = DB_B(((struct span){(const char *)b->state, SECRET_HASH_BYTES})), now = DB_I(tx_now_us(tx));
    (void)in;
    enum rc rc = db_one(tx, SQL_oidc_flow_get, DB_ARGS(state, now), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_SIGN_IN, MSG_oidc_failed, "state", NULL);
    if (rc != RC_OK)
        return rc;
    b->nonce = rows_text_dup(&rows, 0);
    b->verifier = rows_text_dup(&rows, 1);
    b->person_id = rows_int(&rows, 2);
    b->return_path = rows_is_null(&rows, 3) ? SPAN_NONE : rows_text_dup(&rows, 3);
    rc = rows_end(&rows);
    return rc == RC_OK ? db_exec(tx, SQL_oidc_flow_drop, DB_ARGS(state, now), NULL, f) : rc;
}

static enum rc identity_find(struct tx *tx, void *ctx, struct fail *f)
{
    struct back *b = ctx;
    struct rows rows;
    enum rc rc = db_one(tx, SQL_oidc_link_get, DB_ARGS(DB_T(b->issuer), DB_T(b->subject)), &rows, f);
    if (rc == RC_MISSING)
        return fail_set(f, RC_FORBIDDEN, MSG_oidc_unknown, NULL, NULL);
    if (rc != RC_OK)
        return rc;
    b->person_id = rows_int(&rows, 0);
    return rows_end(&rows);
}

static enum rc take_flow(struct req *r, struct back *b, struct span *code, struct fail *f)
{
    struct span state = req_query(r, "state"), cookie = req_cookie(r, FLOW_COOKIE);
    *code = req_query(r, "code");
    reply_cookie_return(r, FLOW_COOKIE, "", 0);
    if (!state.len || state.len != cookie.len || sodium_memcmp(state.ptr, cookie.ptr, state.len) != 0 ||
        !secret_hash(state, b->state))
        return fail_set(f, RC_SIGN_IN, MSG_oidc_failed, "state", NULL);
    enum rc rc = api_run_now(r, flow_take, NULL, b, f);
    if (rc == RC_OK && (!code->len || code->len > 4096 || req_query(r, "error").ptr))
        rc = fail_set(f, RC_SIGN_IN, MSG_oidc_failed, "code", NULL);
    return rc;
}

static enum rc ask_provider(struct req *r, struct back *b, struct span code, struct fail *f)
{
    struct oidc *p = provider(r);
    struct arena *a = req_arena(r);
    struct oidc_discovery d;
    struct span token = SPAN_NONE, keys = SPAN_NONE;
    const struct clock *clock = store_clock(req_store(r));
    struct oidc_expect e = {
        .issuer = b->issuer, .client_id = span_of(req_org(r)->options.oidc_client_id), .nonce = b->nonce};
    enum rc rc = oidc_discover(p, a, &d, f);
    if (rc == RC_OK)
        rc = oidc_redeem(p, a, &d, &(struct oidc_exchange){code, b->verifier, redirect_uri(r)}, &token, f);
    if (rc == RC_OK)
        rc = oidc_keys(p, a, &d, false, &keys, f);
    if (rc != RC_OK)
        return rc;
    e.now_s = clock_now_us(clock) / 1000000;
    enum oidc_verdict v = oidc_token_check(a, token, keys, &e, &b->subject, f);
    if (v == OIDC_UNKNOWN_KEY) { /* the provider may have changed its keys */
        rc = oidc_keys(p, a, &d, true, &keys, f);
        if (rc != RC_OK)
            return rc;
        v = oidc_token_check(a, token, keys, &e, &b->subject, f);
    }
    if (v == OIDC_GOOD)
        return RC_OK;
    char why[sizeof f->detail];
    snprintf(why, sizeof why, "%s", f->detail);
    log_event(LOG_WARN, "oidc.token_refused", LS("id", req_id(r)), LS("why", why), LEND);
    rc = fail_set(f, RC_SIGN_IN, MSG_oidc_failed, NULL, NULL);
    fail_detail(f, "%s", why);
    return rc;
}

static void go_on(struct req *r, struct span path)
{
    const char *to = path.len ? span_cstr(req_arena(r), path) : NULL;
    reply_header(r, "Location", to ? to : "/desk");
    reply_header(r, "Cache-Control", "no-store");
}

static enum rc render_redirect(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    (void)tx;
    (void)out;
    (void)body;
    (void)f;
    *status = 302;
    return RC_OK;
}

/* The sign_in_call stands in front, as sign_in_committed wants it. */
struct callback_call {
    struct sign_in_call sign_in; /* first */
    struct span return_path;
};

static void callback_committed(struct req *r, void *out, bool replayed)
{
    const struct callback_call *call = out;
    sign_in_committed(r, out, replayed);
    go_on(r, call->return_path);
}

static enum rc sign_in_back(struct req *r, struct back *b, struct fail *f)
{
    struct callback_call *call = ARENA_NEW(req_arena(r), struct callback_call);
    if (!call)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    sign_in_call_init(r, &call->sign_in);
    call->return_path = b->return_path;
    call->sign_in.in.person_id = b->person_id;
    call->sign_in.in.factor_done = true; /* the provider asks for what the house wants */
    call->sign_in.in.how = "oidc";
    return org_write_with(r,
                          &(struct org_write_plan){.command = sign_in_make,
                                                   .in = &call->sign_in.in,
                                                   .out = call,
                                                   .render = render_redirect,
                                                   .committed = callback_committed,
                                                   .how = ORG_WRITE_NO_KEY},
                          f);
}

static enum rc join_back(struct req *r, struct back *b, struct fail *f)
{
    const struct org_session *s = req_session(r);
    struct identity_in in = {.person_id = b->person_id, .issuer = b->issuer, .subject = b->subject, .own = true};
    if (s &&
        s->person_id !=
            b->person_id) /* somebody else signed in here meanwhile; the cookie itself does not come back from another site */
        return fail_set(f, RC_SIGN_IN, MSG_oidc_failed, NULL, NULL);
    struct store_write w = {
        .command = identity_put,
        .in = &in,
        .actor = {b->person_id, "none", 0, "000000"}, /* whose session began the flow in this browser */
        .arena = req_arena(r)};
    enum rc rc = store_run(req_store(r), &w);
    if (rc != RC_OK)
        *f = w.fail;
    sb_release(&w.body);
    if (rc != RC_OK)
        return rc;
    reply_status(r, 302);
    go_on(r, b->return_path.len ? b->return_path : SPAN("/settings"));
    return RC_OK;
}

enum rc api_oidc_callback(struct req *r, struct fail *f)
{
    struct back b = {.issuer = span_of(req_org(r)->options.oidc_issuer)};
    struct span code = SPAN_NONE;
    if (!provider(r))
        return fail_set(f, RC_MISSING, MSG_oidc_off, NULL, NULL);
    enum rc rc = oidc_begin(provider(r), f);
    if (rc != RC_OK)
        return to_page(r, rc, SPAN_NONE, f);
    rc = take_flow(r, &b, &code, f);
    if (rc == RC_OK)
        rc = ask_provider(r, &b, code, f);
    oidc_end(provider(r));
    if (rc == RC_OK && b.person_id) {
        rc = join_back(r, &b, f);
        return rc == RC_OK ? rc : to_page(r, rc, SPAN_NONE, f);
    }
    if (rc == RC_OK)
        rc = store_read(req_store(r), &ACTOR_SYSTEM, req_arena(r), identity_find, &b, f);
    return rc == RC_OK ? sign_in_back(r, &b, f) : to_page(r, rc, b.subject, f);
}

/* ---- whose identity it is ------------------------------------------------------------------------------------------------------------ */

/* Oneself, or who manages people there; the identity of an administrator or auditor is an administrator's matter, as the password is. */
static enum rc identity_allowed(struct tx *tx, const struct person_row *p, bool own, struct fail *f)
{
    if (own)
        return RC_OK;
    enum rc rc = org_require(tx, RIGHT_MANAGE_PEOPLE, p->unit_id, f);
    return rc == RC_OK ? password_reset_allowed(tx, p->id, f) : rc;
}

enum rc identity_put(struct tx *tx, const void *vin, void *out, struct fail *f)
{
    const struct identity_in *in = vin;
    struct person_row p;
    (void)out;
    enum rc rc = person_load(tx, in->person_id, &p, f);
    if (rc == RC_OK && !span_is(p.state, "active"))
        rc = fail_set(f, RC_CONFLICT, MSG_person_not_active, NULL, NULL);
    if (rc == RC_OK)
        rc = identity_allowed(tx, &p, in->own, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_oidc_link_drop_all, DB_ARGS(DB_I(p.id)), NULL, f);
    if (rc == RC_OK && in->subject.ptr) {
        rc = db_exec(tx, SQL_oidc_link_put, DB_ARGS(DB_T(in->issuer), DB_T(in->subject), DB_I(p.id)), NULL, f);
        if (rc == RC_CONFLICT)
            rc = fail_set(f, RC_CONFLICT, MSG_oidc_taken, "subject", NULL);
    }
    return rc == RC_OK ? org_journal(tx, p.region_code, "person", p.id, in->subject.ptr ? "identity" : "identity_off",
                                     f, "how", in->own ? "self" : "administrator", NULL)
                       : rc;
}

struct identity_read {
    struct req *r;
    int64_t id;
};

static enum rc identity_read(struct tx *tx, void *ctx, struct fail *f)
{
    struct identity_read *in = ctx;
    const struct org_session *s = req_session(in->r);
    struct person_row p;
    struct rows rows;
    enum rc rc = person_load(tx, in->id, &p, f);
    if (rc == RC_OK)
        rc = identity_allowed(tx, &p, s && s->person_id == in->id, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_oidc_links_of, DB_ARGS(DB_I(in->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    bool there = rows_next(&rows);
    struct jw *w = reply_json(in->r);
    jw_object(w);
    jw_ktext_or_null(w, "issuer", there ? rows_text(&rows, 0) : SPAN_NONE);
    jw_ktext_or_null(w, "subject", there ? rows_text(&rows, 1) : SPAN_NONE);
    jw_object_end(w);
    reply_header(in->r, "Cache-Control", "no-store");
    return rows_end(&rows);
}

enum rc api_identity(struct req *r, struct fail *f)
{
    struct identity_read in = {.r = r};
    enum rc rc = req_param_id(r, "id", &in.id, f);
    return rc == RC_OK ? org_read(r, identity_read, &in, f) : rc;
}

static enum rc identity_write(struct req *r, bool put, struct fail *f)
{
    struct identity_in *in = ARENA_NEW(req_arena(r), struct identity_in);
    const struct org_session *s = req_session(r);
    json_t *body = NULL;
    enum rc rc = in ? req_param_id(r, "id", &in->person_id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK && !provider(r))
        rc = fail_set(f, RC_MISSING, MSG_oidc_off, NULL, NULL);
    if (rc == RC_OK && put)
        rc = req_json(r, &body, f);
    if (rc == RC_OK && put)
        rc = json_only(body, f, "subject", NULL);
    if (rc == RC_OK && put)
        rc = json_get_text(body, "subject", JSON_REQUIRED, 255, &in->subject, f);
    if (rc == RC_OK && put)
        rc = text_check(in->subject, "subject", 1, 255, f);
    if (rc != RC_OK)
        return rc;
    in->issuer = span_of(req_org(r)->options.oidc_issuer);
    in->own = !put && s && s->person_id == in->person_id; /* one may leave by a word, but come in by proof only */
    return org_write(r, identity_put, in, NULL, NULL, f);
}

enum rc api_identity_put(struct req *r, struct fail *f)
{
    return identity_write(r, true, f);
}

enum rc api_identity_delete(struct req *r, struct fail *f)
{
    return identity_write(r, false, f);
}
