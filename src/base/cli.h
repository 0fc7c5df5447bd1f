/*
 * cli.h - the frame of `yiti <noun> <verb>`: engines give tables of commands; app/ runs them, either in this process or,
 * when a server owns the data directory, inside the server over DATA/yiti.sock with this terminal's files passed along.
 * So a command reads and writes only through the fields of struct cli, never stdin or stdout.
 */
#ifndef YITI_BASE_CLI_H
#define YITI_BASE_CLI_H

#include <stdbool.h>
#include <stdio.h>

#include "base/arena.h"
#include "base/fail.h"

struct store; /* of floor 2; base only passes the pointer along */

enum cli_needs { CLI_PURE, CLI_STORE }; /* CLI_STORE: cli->store is open (embedded or within the server) */

struct cli {
    int argc; /* words behind noun and verb */
    char **argv;
    FILE *in, *out, *err;
    int cwd_fd; /* open relative file names against this (openat), the caller's folder, not the server's */
    bool json;  /* --json was given; it is taken out of argv before the command runs */
    bool tty;   /* err is a terminal: progress bars are welcome */
    enum lang lang;
    const char *data_dir;
    struct store *store; /* NULL for CLI_PURE */
    struct arena *arena; /* lives for this command */
    int64_t progress_us; /* private: when the bar was drawn last, monotonic */
};
struct cli_command {
    const char *noun, *verb; /* verb "" when the noun stands alone, as in `yiti verify` */
    enum cli_needs needs;
    const char *args_zh, *args_en; /* usage behind the verb, such as "FILE [--live|--archive]" */
    const char *help_zh, *help_en; /* one line */
    int (*run)(struct cli *c);     /* exit code: 0, 1 it failed (message written to c->err), 2 usage */
};

/* cli_option - value of "--name value" or "--name=value", removed from argv; NULL when absent, or when nothing follows --name (then it
 * stays, and cli_no_more_options names it). A word -- ends the options. */
const char *cli_option(struct cli *c, const char *name);
/* cli_flag - true when "--name" is there; removed from argv. */
bool cli_flag(struct cli *c, const char *name);
/* cli_no_more_options - false, with a message on err, when an option that nobody took is left: exit 2 then. Removes
 * a word --. Call after all options. */
bool cli_no_more_options(struct cli *c);
/* cli_read_file - the whole file ("-" is c->in) into the arena; RC_MISSING, RC_INVALID when it cannot be
 * read, RC_LIMIT over max_bytes or the arena's cap; the message names it. */
MUST_USE enum rc cli_read_file(struct cli *c, const char *name, size_t max_bytes, struct span *out, struct fail *f);
/* cli_usage - "usage: yiti text" on err in the user's language; returns 2. */
int cli_usage(struct cli *c, const char *text);
/* cli_finish - the end of a command that wrote its answer into sb: prints it, with a line end, or, when rc is a failure, the message. Gives sb back;
 * returns the exit code. */
int cli_finish(struct cli *c, struct sb *sb, enum rc rc, const struct fail *f);
/* cli_failed - prints "yiti: sentence" on err in the user's language and returns 1. */
int cli_failed(struct cli *c, const struct fail *f);
/* cli_bad_value - says on err that an option does not take this value and what it takes ("green, amber, red, grey"); returns 2. */
int cli_bad_value(struct cli *c, const char *option, const char *value, const char *allowed);
/* cli_bad_argument - says that a word is no id: what is the kind of thing in both languages (编号, id); returns 2. */
int cli_bad_argument(struct cli *c, const char *what_zh, const char *what_en, const char *value);
/* cli_progress - a bar on err when tty, at most ten times a second; done == total ends the line. */
void cli_progress(struct cli *c, const char *what, int64_t done, int64_t total);

#endif
