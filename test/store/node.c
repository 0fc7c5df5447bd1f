/* The node number in ids: leased at start, given back at the stop, never held by two. */
#include "help.h"

#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "store/store_int.h"

static int node_of(int64_t id)
{
    return (int)(id >> 12 & 1023);
}

static void opens_as(struct home *h, int number)
{
    home_open(h);
    assert_int_equal(node_of(store_new_id(h->s)), number);
}

static void given_back_at_the_stop(void **state)
{
    struct home *const h = *state;
    assert_int_equal(node_of(store_new_id(h->s)), 0);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT leased_to_us FROM node"), 0);
    opens_as(h, 0);
    home_close(h);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM node"), 1);
    home_open(h);
}

static void smallest_free_number_is_taken(void **state)
{
    static const struct {
        const char *held; /* number, seconds from now */
        int taken;
    } cases[] = {
        {"(0, x'01', 60)", 1},
        {"(0, x'01', -1)", 0},
        {"(0, x'01', 60), (1, x'02', 60), (3, x'03', 60)", 2},
        {"(0, x'01', 60), (1, x'02', -5), (2, x'03', 60)", 1},
        {"(5, x'01', 60)", 0},
    };
    struct home *const h = *state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        char sql[400];
        home_close(h);
        (void)snprintf(sql, sizeof(sql),
                       "DELETE FROM node; INSERT INTO node (number, holder, leased_to_us) "
                       "SELECT column1, column2, %lld + column3 * 1000000 FROM (VALUES %s)",
                       (long long)h->now_us + 1000000, cases[i].held);
        raw(h, sql);
        opens_as(h, cases[i].taken);
    }
}

static void number_of_a_killed_process_rests_until_its_lease_is_over(void **state)
{
    struct home *const h = *state;
    home_close(h);
    const pid_t child = fork();
    if (child == 0) {
        home_open(h);
        _exit(node_of(store_new_id(h->s)) == 0 ? 0 : 1); /* as if killed: nothing is given back */
    }
    int status = -1;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(status, 0);
    assert_int_equal(raw_int(h, "SELECT count(*) FROM node WHERE number = 0 AND length(holder) = 16"), 1);
    assert_in_range(raw_int(h, "SELECT leased_to_us FROM node"), h->now_us + NODE_LEASE_US,
                    h->now_us + NODE_LEASE_US + 1000000);
    opens_as(h, 1);
    home_close(h);
    h->now_us += NODE_LEASE_US + 1000000;
    opens_as(h, 0);
}

static void nobody_starts_without_a_number(void **state)
{
    struct home *const h = *state;
    struct store *s = NULL;
    struct fail f = {0};
    struct store_options o = h->o;
    home_close(h);
    raw(h, "DELETE FROM node; WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < 1023) "
           "INSERT INTO node SELECT i, x'01', 9000000000000000 FROM n");
    o.data_dir = h->dir;
    o.catalog = &test_catalog;
    assert_int_equal(store_open(&o, &s, &f), RC_BUSY);
    assert_int_equal(f.msg, MSG_store_nodes_taken);
    raw(h, "UPDATE node SET leased_to_us = 0 WHERE number = 1023");
    opens_as(h, 1023);
}

/* ---- several holders in one database, as with PostgreSQL ------------------------------------------------------------------------- */

static char holder_a[] = "aaaaaaaaaaaaaaaa", holder_b[] = "bbbbbbbbbbbbbbbb";

static int take(struct home *h, char *who)
{
    struct fail f = {0};
    int number = -1;
    assert_int_equal(run(h, node_take, &(struct span){who, NODE_HOLDER_BYTES}, &number, &f), RC_OK);
    return number;
}

static int renew(struct home *h, char *who, int number, bool give_back)
{
    struct fail f = {0};
    const struct node_held held = {number, {who, NODE_HOLDER_BYTES}, give_back};
    assert_int_equal(run(h, node_renew, &held, &number, &f), RC_OK);
    return number;
}

static void two_never_hold_the_same(void **state)
{
    struct home *const h = *state; /* holds 0 */
    assert_int_equal(take(h, holder_a), 1);
    assert_int_equal(take(h, holder_b), 2);
    h->now_us += NODE_LEASE_US - 1;
    assert_int_equal(renew(h, holder_b, 2, false), 2);
    h->now_us += 2; /* the leases of 0 and 1 are over, that of 2 was renewed */
    assert_int_equal(take(h, holder_b), 0);
    assert_int_equal(take(h, holder_b), 1);
    assert_int_equal(renew(h, holder_a, 1, false), 3); /* lost: it takes another one */
    (void)renew(h, holder_a, 2, true);                 /* what is not one's own cannot be given back */
    assert_int_equal(take(h, holder_a), 4);
    (void)renew(h, holder_b, 2, true);
    assert_int_equal(take(h, holder_a), 2);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, home_setup, home_teardown)
    const struct CMUnitTest tests[] = {
        T(given_back_at_the_stop),
        T(smallest_free_number_is_taken),
        T(number_of_a_killed_process_rests_until_its_lease_is_over),
        T(nobody_starts_without_a_number),
        T(two_never_hold_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
