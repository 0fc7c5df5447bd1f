/*
 * app.h - the wiring of the server: which commands, routes and timers make up `yiti`. main.c and tests include this one.
 */
#ifndef YITI_APP_APP_H
#define YITI_APP_APP_H

#include "base/cli.h"
#include "http/http.h"

#define YITI_VERSION "0.1.0"

/* app_main - the whole program: finds the command, runs it here or in the server that owns the data directory. Returns the exit code: 0; 1 it
 * failed; 2 usage. argv is main's. */
int app_main(int argc, char **argv);

/* app_route_tables - the route tables of all engines, static; *n how many. */
const struct route_table *const *app_route_tables(int *n);
/* app_command_at - the ith command of all engines, sorted by engine; NULL behind the last. */
const struct cli_command *app_command_at(int i);

#endif
