/*
 * client.h - a small HTTP/1.1 client over a raw socket for tests: it sends exactly the bytes that it is given, so bad requests can be made, and
 * reads whole answers. Not a model of a good client: no redirects, no TLS, no retries.
 */
#ifndef YITI_TEST_HTTP_CLIENT_H
#define YITI_TEST_HTTP_CLIENT_H

#include "base/sb.h"

#define CLIENT_WAIT_MS 10000 /* how long an answer may take before a test gives up */

struct client {
    int fd;
    struct sb in; /* read from the socket, not taken yet */
};
struct answer {
    int status; /* 0: the connection ended or time ran out before a whole answer */
    struct sb head, body;
};

/* client_open - connects to 127.0.0.1; aborts the test when it cannot. client_open_at: to that address. */
void client_open(struct client *c, int port);
void client_open_at(struct client *c, const char *address, int port);
void client_close(struct client *c);
/* client_send - all bytes; false when the other side is gone. */
bool client_send(struct client *c, struct span bytes);
bool client_sendf(struct client *c, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* client_read - one answer (Content-Length, chunked, or to the end of the connection); an interim answer counts as one. no_body: of a HEAD. Returns
 * its status, also in a->status. */
int client_read(struct client *c, struct answer *a, bool no_body);
/* client_ended - true when the other side closes within wait_ms; what it sends before stays in c->in. */
bool client_ended(struct client *c, int wait_ms);
/* client_wait_for - reads until the text stands in c->in; false when time runs out. For event streams. */
bool client_wait_for(struct client *c, const char *text, int wait_ms);
/* client_ask - one request with Host and, when body.ptr, Content-Length; headers: "Name: value\r\n" lines or "". */
int client_ask(struct client *c, struct answer *a, const char *method, const char *target, const char *headers,
               struct span body);
/* ask_once - a connection for one request. */
int ask_once(int port, struct answer *a, const char *method, const char *target, const char *headers, struct span body);

void answer_init(struct answer *a);
void answer_release(struct answer *a);
/* answer_header - the first header of the name; ptr NULL when absent. Borrows. */
struct span answer_header(const struct answer *a, const char *name);
bool answer_has(const struct answer *a, const char *text); /* in the body */

#endif
