/* help.h - what the store's tests share: a store in a new folder with the tables of test/store/schema, and short commands on it. */
#ifndef YITI_TEST_STORE_HELP_H
#define YITI_TEST_STORE_HELP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "store/store.h"
#include "test_sql_gen.h"

#define REGION "330100"

struct home { /* all zero at first; o.vfs and o.read_only may be set before home_open */
    char dir[64];
    struct store *s;
    struct arena *a;
    int64_t now_us; /* the clock's hand */
    struct store_options o;
};

/* home_open - a new folder (first call) or the same one again. home_close keeps it, home_drop removes it. */
void home_open(struct home *h);
void home_close(struct home *h);
void home_drop(struct home *h);
int home_setup(void **state);
int home_teardown(void **state);

struct note_in {
    int64_t id;
    const char *title;
    int64_t amount_fen;
    const char *due_on;
};
/* Commands. note_new: a note, its party, two lines and one journal entry. */
command_fn note_new, note_retitle, note_delete, note_count_up;
/* run - the command with `in`, waits, asserts nothing. */
enum rc run(struct home *h, command_fn *fn, const void *in, void *out, struct fail *f);
/* must - run that must succeed. */
void must(struct home *h, command_fn *fn, const void *in);
int64_t count_notes(struct home *h);
/* faults - how many verify finds; the first is printed as "table id: why" into `first` (at least 256 bytes). */
int64_t faults(struct home *h, char *first);
/* raw - runs SQL on the database file behind the store's back; the store must be closed. */
void raw(struct home *h, const char *sql);
/* raw_int - the first value of the first row, -1 when there is none. */
int64_t raw_int(struct home *h, const char *sql);

#endif
