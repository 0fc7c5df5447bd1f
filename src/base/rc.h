/* rc.h - the result codes of the whole program: one table gives the code, its HTTP status and its meaning. */
#ifndef YITI_BASE_RC_H
#define YITI_BASE_RC_H

#define RC_MAP(X)                                                                                                      \
    X(RC_OK, 200, "ok")                                                                                                \
    X(RC_INVALID, 422, "input breaks a stated rule")                                                                   \
    X(RC_MALFORMED, 400, "input cannot be read at all")                                                                \
    X(RC_SIGN_IN, 401, "no valid sign-in")                                                                             \
    X(RC_FORBIDDEN, 403, "signed in, but the right is lacking")                                                        \
    X(RC_MISSING, 404, "no such record in the reader's scope")                                                         \
    X(RC_METHOD, 405, "the path exists, the method does not")                                                          \
    X(RC_CONFLICT, 409, "the change collides with the record")                                                         \
    X(RC_STALE, 412, "record changed since it was read")                                                               \
    X(RC_LIMIT, 413, "a stated limit was passed")                                                                      \
    X(RC_MEDIA, 415, "not a kind of content that is taken here")                                                       \
    X(RC_PRECONDITION, 428, "an edit without If-Match")                                                                \
    X(RC_RATE, 429, "too many requests")                                                                               \
    X(RC_INTERNAL, 500, "a fault of the program or its environment")                                                   \
    X(RC_BUSY, 503, "a queue is full or the server is stopping")                                                       \
    X(RC_READ_ONLY, 507, "the disk is full or failing: reads only")

enum rc {
#define X(id, status, text) id,
    RC_MAP(X)
#undef X
        RC_COUNT
};

#define MUST_USE __attribute__((warn_unused_result))

/* rc_status - the HTTP status that belongs to a code. Pure. */
int rc_status(enum rc rc);
/* rc_name - the code's name, such as "RC_STALE"; static text. Pure. */
const char *rc_name(enum rc rc);
/* rc_slug - stable lower-case word for problem types and JSON, such as "stale"; static text. Pure. */
const char *rc_slug(enum rc rc);

#endif
