/*
 * app_int.h - the inside of the app room.
 *
 * A call of `yiti` goes: app_main parses the words (app_cli.c) with the configuration (app_config.c); a command that needs no store runs at
 * once; one that does is sent to the server that owns the data directory (app_socket.c), or, when there is none, the directory is opened
 * here. `yiti serve` is app_serve.c.
 */
#ifndef YITI_APP_APP_INT_H
#define YITI_APP_APP_INT_H

#include <pthread.h>
#include <stdatomic.h>

#include "app/app.h"
#include "base/log.h"
#include "org/org.h"
#include "store/store.h"

/* ---- configuration (app_config.c) ---- */

#define APP_PROXIES_MAX 16
struct app_config {
    const char *file;     /* the file that was read; NULL: none */
    const char *data_dir; /* --data, YITI_DATA, `data:`; else "yiti-data" */
    const char *database; /* NULL: SQLite in data_dir */
    const char *address;  /* to listen on, without port */
    int port;
    const char *trusted_proxies[APP_PROXIES_MAX + 1]; /* NULL-ended */
    const char *metrics_from[APP_PROXIES_MAX + 1];    /* NULL-ended: who may read /metrics; none: loopback */
    const char *public_url;
    int retry_s, group_s, disable_hours;          /* of mail and webhooks: org_options */
    const char *reach_allow[APP_PROXIES_MAX + 1]; /* NULL-ended: private addresses that webhooks may reach */
    int threads;
    enum log_level log_level;
    enum log_form log_form;
    const char *oidc_issuer, *oidc_client_id, *oidc_client_secret;
    bool demonstration;
    int64_t ahead_us; /* the clock runs ahead: of a demonstration only */
};
/*
 * config_load - defaults, then the file (YITI_CONFIG, else /etc/yiti/yiti.yaml when it exists), then YITI_DATA and YITI_DATABASE.
 * Errors  RC_MISSING, RC_MALFORMED, RC_INVALID naming file and line. Memory: takes from the arena.
 */
MUST_USE enum rc config_load(struct arena *a, struct app_config *out, struct fail *f);
/* config_read - a configuration file's text over what is in c. Errors name file, line and key. */
MUST_USE enum rc config_read(struct arena *a, struct span all, const char *name, struct app_config *c, struct fail *f);
/* config_listen - "address:port", "[v6]:port" or "port" into address and port. Takes from the arena. */
MUST_USE enum rc config_listen(struct arena *a, const char *text, struct app_config *c, struct fail *f);
/* config_secret - the first line of a file. A secret stands in a file of its own, so that the configuration can be shown to anyone. */
MUST_USE enum rc config_secret(struct arena *a, const char *path, const char **out, struct fail *f);
/* config_add_address - one more into a NULL-ended list of APP_PROXIES_MAX. */
MUST_USE enum rc config_add_address(struct arena *a, const char **list, const char *text, struct fail *f);

/* ---- the words of a call (app_cli.c) ---- */

struct app_call {
    const struct cli_command *command;
    int argc; /* words behind noun and verb */
    char **argv;
    bool json;
    enum lang lang;
};
/* call_find - the command that the words name; *used how many words it took. NULL when there is none. */
const struct cli_command *call_find(int argc, char *const *argv, int *used);
/* call_run - runs the command with the files of c; c->argc, argv, json, lang are taken from the call. Returns its exit code. */
int call_run(const struct app_call *call, struct cli *c);

/* ---- app_store_cli.c: commands that are the app's own ---- */

extern const struct cli_command app_commands[];
extern const int app_command_count;
/* app_path - an absolute path of a name given relative to the caller's folder; NULL over the arena's cap. Takes from the arena. */
const char *app_path(struct cli *c, const char *name);

/* ---- DATA/yiti.sock (app_socket.c) ---- */

struct sock;
/* sock_serve - listens in the data directory; each call runs on a thread of its own, at most SOCKET_CALLS_MAX at once. */
MUST_USE enum rc sock_serve(struct store *s, const char *data_dir, struct arena *a, struct sock **out, struct fail *f);
/* sock_stop - takes no more calls and waits for those that run. NULL allowed. */
void sock_stop(struct sock *k);
/* sock_call - hands the call to the server that owns data_dir, with this process's files. true: it ran, *code is its exit code.
 * false: nobody listens there. */
bool sock_call(const char *data_dir, const struct app_call *call, int *code);

/* ---- serving (app_serve.c, app_events.c, app_api.c) ---- */

struct app {
    struct app_config config;
    struct arena *arena; /* lives as long as the server */
    struct store *store;
    struct org *org;
    struct http *http;
    struct sock *sock;
    int64_t started_us;
    struct events *events;
};
/* app_serve - `yiti serve`: returns after a signal, when all that was accepted is finished. */
int app_serve(struct cli *c);
/* app_of - the app of a request. */
handler_fn app_api_search; /* app_search.c */
struct app *app_of(struct req *r);
extern const struct route_table app_routes;

struct events;
/* events_start - from now on what is committed to the journal is published. events_stop waits for its thread; NULL allowed. */
MUST_USE enum rc events_start(struct app *app, struct events **out, struct fail *f);
void events_stop(struct events *e);
/* events_replay - http_options.replay: what came after a position. */
void events_replay(void *app, int64_t after, void (*emit)(void *ctx, int64_t position, const char *kind, int64_t id),
                   void *ctx);

/* ---- demonstration (demo.c) ---- */

/* app_demo_seed - `yiti demo seed [--seed N]`: makes the invented region with its outline and a year of progress. Only in a fresh data directory. */
int app_demo_seed(struct cli *c);

/* What the demonstration's cities talk about (demo_hear.c): commands over a struct demo_talk, run as the system. */
struct demo_talk {
    int64_t office_id, outline_id;
    int64_t city_offices[8];
    int n_cities;
    struct span signed_on;
    int64_t meeting_body_id; /* left by the first of demo_meets */
};
#define DEMO_TALKS 2
extern command_fn *const demo_talks[DEMO_TALKS];
/*
 * demo_duties - duties in every state, with slips, urges, drafts and entries made for a unit (demo_duty.c). Each step is a command of its own, done
 * by the people where they are given, else by the system.
 */
struct demo_duty_world {
    int64_t office_id;                   /* the circle's coordination office */
    int64_t clerk_id, head_id, chief_id; /* people: clerk and head of the transport bureau, the office's */
    const int64_t *action_ids;           /* actions of the outline to be handed over */
    int n_actions;
};
MUST_USE enum rc demo_duties(struct store *s, struct arena *a, const struct demo_duty_world *w, struct fail *f);
/* demo_programmes - phases and goals of the demonstration's outline (demo_programme.c); over a struct demo_talk. */
extern command_fn demo_programmes;
/* Their joint meetings (demo_meet.c): commands whose out is the struct demo_talk. */
#define DEMO_MEETS 4
extern command_fn *const demo_meets[DEMO_MEETS];
/* demo_govern - committees, powers, standards, documents and pilots (demo_govern.c), each line of data/demo/govern_*.tsv a command of the system. */
MUST_USE enum rc demo_govern(struct store *s, struct arena *a, struct fail *f);

/* demo_cases - what its citizens reported and how far it is (demo_cases.c), each line of data/demo/cases.tsv. */
MUST_USE enum rc demo_cases(struct store *s, struct arena *a, struct fail *f);

/* What the demonstration's office has said and judged (demo_bulletin.c): blocks, as it reads the plan. */
struct demo_said {
    struct store *store;
    struct arena *arena;
    struct actor office, leader, head; /* head: of the first city's transport bureau */
    int64_t outline_id;
};
MUST_USE enum rc demo_bulletins(const struct demo_said *d, struct fail *f);
/* demo_assessment - one assessment whose term for objections runs, with an objection of the head's. */
MUST_USE enum rc demo_assessment(const struct demo_said *d, struct fail *f);

#endif
