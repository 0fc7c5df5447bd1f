/* regions.c - data/regions/: the tree is whole on every day, successors exist, and known facts stand in it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

enum { ROWS_MAX = 6000, FIELD_MAX = 64 };
enum field { CODE, NAME, LEVEL, PARENT, FROM, TO, SUCCESSORS, FIELDS };

struct row {
    char field[FIELDS][FIELD_MAX];
};
static struct row rows[ROWS_MAX]; /* sorted by code, then by day, as the files are */
static int row_count;
static const char *const far_day = "9999-12-31";

static const char *until(const struct row *r)
{
    return r->field[TO][0] ? r->field[TO] : far_day;
}

static void take_line(char *line)
{
    struct row *r = &rows[row_count++];
    assert_true(row_count < ROWS_MAX);
    line[strcspn(line, "\n")] = 0;
    for (int i = 0; i < FIELDS; i++) {
        size_t n = strcspn(line, ",");
        assert_true(n < FIELD_MAX);
        memcpy(r->field[i], line, n);
        line += n;
        if (i < FIELDS - 1)
            assert_int_equal(*line++, ',');
        else
            assert_int_equal(*line, 0);
    }
}

static int load(void **state)
{
    static const char *const names[] = {"provinces", "prefectures", "counties"};
    (void)state;
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        char path[512], line[512];
        (void)snprintf(path, sizeof(path), "%s/%s.csv", getenv("YITI_REGIONS"), names[i]);
        FILE *f = fopen(path, "r");
        assert_non_null(f);
        int head = 0;
        while (fgets(line, sizeof(line), f)) {
            if (line[0] == '#')
                continue;
            if (!head++) {
                assert_string_equal(line, "code,name,level,parent_code,valid_from_on,valid_to_on,successors\n");
                continue;
            }
            take_line(line);
        }
        (void)fclose(f);
    }
    return 0;
}

/* on - the row of a code on a day; NULL when there is none. */
static const struct row *on(const char *code, const char *day)
{
    for (int i = 0; i < row_count; i++) {
        const struct row *r = &rows[i];
        if (!strcmp(r->field[CODE], code) && strcmp(r->field[FROM], day) <= 0 && strcmp(day, until(r)) < 0)
            return r;
    }
    return NULL;
}

static void rows_are_well_formed(void **state)
{
    (void)state;
    assert_in_range(row_count, 3500, ROWS_MAX);
    for (int i = 0; i < row_count; i++) {
        const struct row *r = &rows[i];
        const char *c = r->field[CODE];
        assert_int_equal(strspn(c, "0123456789"), 6);
        assert_int_equal(strlen(c), 6);
        assert_true(r->field[NAME][0]);
        const char *level = strcmp(c + 2, "0000") == 0 ? "province"
                            : strcmp(c + 4, "00") == 0 ? "prefecture"
                                                       : "county";
        assert_string_equal(r->field[LEVEL], level);
        assert_int_equal(strlen(r->field[FROM]), 10);
        assert_true(strcmp(r->field[FROM], until(r)) < 0);
        assert_true(strcmp(r->field[FROM], "2006-01-01") >= 0);
    }
}

static void no_code_has_two_names_on_one_day(void **state)
{
    (void)state;
    for (int i = 1; i < row_count; i++)
        if (!strcmp(rows[i - 1].field[CODE], rows[i].field[CODE]))
            assert_true(strcmp(until(&rows[i - 1]), rows[i].field[FROM]) <= 0);
}

static void each_parent_exists_at_each_time(void **state)
{
    (void)state;
    for (int i = 0; i < row_count; i++) {
        const struct row *r = &rows[i];
        if (!strcmp(r->field[LEVEL], "province")) {
            assert_string_equal(r->field[PARENT], "000000");
            continue;
        }
        for (const char *day = r->field[FROM]; strcmp(day, until(r)) < 0;) {
            const struct row *p = on(r->field[PARENT], day);
            if (!p)
                print_error("%s %s has no parent %s on %s\n", r->field[CODE], r->field[NAME], r->field[PARENT], day);
            assert_non_null(p);
            day = until(p);
        }
    }
}

static void successors_exist_on_the_day_they_take_over(void **state)
{
    (void)state;
    for (int i = 0; i < row_count; i++) {
        struct row r = rows[i];
        assert_int_equal(r.field[TO][0] != 0, r.field[SUCCESSORS][0] != 0);
        for (char *save = NULL, *s = strtok_r(r.field[SUCCESSORS], ";", &save); s; s = strtok_r(NULL, ";", &save)) {
            const struct row *next = on(s, r.field[TO]);
            if (!next)
                print_error("%s %s: successor %s is not there on %s\n", r.field[CODE], r.field[NAME], s, r.field[TO]);
            assert_non_null(next);
        }
    }
}

/* Published facts, written down here from the approvals themselves, not from the files. */
static const struct fact {
    const char *code, *day, *name, *parent,
        *successors; /* name NULL: no such code that day; successors NULL: not asked */
} facts[] = {
    {"330110", "2010-01-01", "余杭区", "330100", "330110;330113"},
    {"330113", "2021-06-01", "临平区", "330100", ""},
    {"330113", "2020-06-01", NULL, NULL, NULL},
    {"330104", "2015-01-01", "江干区", "330100", "330102;330114"},
    {"330104", "2021-06-01", NULL, NULL, NULL},
    {"330103", "2015-01-01", "下城区", "330100", "330105"},
    {"330114", "2022-01-01", "钱塘区", "330100", ""},
    {"330183", "2014-12-12", "富阳市", "330100", "330111"},
    {"330111", "2014-12-13", "富阳区", "330100", ""},
    {"330185", "2017-01-01", "临安市", "330100", "330112"},
    {"330112", "2018-01-01", "临安区", "330100", ""},
    {"330621", "2012-01-01", "绍兴县", "330600", "330603"},
    {"330603", "2013-10-18", "柯桥区", "330600", ""},
    {"330682", "2013-10-17", "上虞市", "330600", "330604"},
    {"330604", "2026-11-24", "上虞区", "330600", ""},
    {"430122", "2011-05-19", "望城县", "430100", "430112"},
    {"430112", "2011-05-20", "望城区", "430100", ""},
    {"430124", "2016-01-01", "宁乡县", "430100", "430182"},
    {"430182", "2026-11-24", "宁乡市", "430100", ""},
    {"440309", "2010-01-01", NULL, NULL, NULL},
    {"440309", "2017-01-07", "龙华区", "440300", ""},
    {"440310", "2017-01-07", "坪山区", "440300", ""},
    {"440311", "2018-09-19", "光明区", "440300", ""},
    {"341400", "2011-07-13", "巢湖市", "340000", "340100;340200;340500"},
    {"341400", "2011-07-14", NULL, NULL, NULL},
    {"341402", "2011-07-13", "居巢区", "341400", "340181"},
    {"340181", "2012-01-01", "巢湖市", "340100", ""},
    {"341421", "2011-01-01", "庐江县", "341400", "340124"},
    {"371200", "2018-01-01", "莱芜市", "370000", "370100"},
    {"371202", "2018-01-01", "莱城区", "371200", "370116"},
    {"370116", "2019-02-01", "莱芜区", "370100", ""},
    {"110103", "2010-01-01", "崇文区", "110000", "110101"},
    {"310119", "2009-01-01", "南汇区", "310000", "310115"},
    {"120116", "2010-01-01", "滨海新区", "120000", ""},
    {"522400", "2010-01-01", "毕节地区", "520000", "520500"},
    {"520500", "2012-01-01", "毕节市", "520000", ""},
    {"522401", "2010-01-01", "毕节市", "522400", "520502"},
    {"420600", "2010-11-25", "襄樊市", "420000", "420600"},
    {"420600", "2010-11-26", "襄阳市", "420000", ""},
    {"460300", "2012-08-01", "三沙市", "460000", ""},
    {"469003", "2014-06-01", "儋州市", "460000", "460400"},
    {"460400", "2020-01-01", "儋州市", "460000", ""},
    {"330383", "2019-09-25", "龙港市", "330300", ""},
    {"510185", "2018-01-01", "简阳市", "510100", ""},
    {"512081", "2015-01-01", "简阳市", "512000", "510185"},
    {"659003", "2026-11-24", "图木舒克市", "650000", ""},
    {"419001", "2026-11-24", "济源市", "410000", ""},
};

static void known_facts_stand_in_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(facts) / sizeof(facts[0]); i++) {
        const struct fact *f = &facts[i];
        const struct row *r = on(f->code, f->day);
        if ((r != NULL) != (f->name != NULL))
            print_error("%s on %s\n", f->code, f->day);
        assert_int_equal(r != NULL, f->name != NULL);
        if (!r)
            continue;
        assert_string_equal(r->field[NAME], f->name);
        assert_string_equal(r->field[PARENT], f->parent);
        assert_string_equal(r->field[SUCCESSORS], f->successors);
    }
}

/* The ministry's statistical bulletins: prefectures and counties at the end of a year (mainland). */
static void counts_agree_with_the_ministry_s_bulletins(void **state)
{
    static const struct {
        const char *day;
        int provinces, prefectures, counties, slack;
    } years[] = {
        {"2011-12-31", 34, 332, 2853, 5},
        {"2016-12-31", 34, 334, 2851, 8},
        {"2020-12-31", 34, 333, 2844, 3},
        {"2024-12-31", 34, 333, 2846, 3},
    };
    (void)state;
    for (size_t y = 0; y < sizeof(years) / sizeof(years[0]); y++) {
        int n[3] = {0, 0, 0};
        for (int i = 0; i < row_count; i++) {
            const struct row *r = &rows[i];
            if (strcmp(r->field[FROM], years[y].day) <= 0 && strcmp(years[y].day, until(r)) < 0)
                n[!strcmp(r->field[LEVEL], "province") ? 0 : !strcmp(r->field[LEVEL], "prefecture") ? 1 : 2]++;
        }
        assert_int_equal(n[0], years[y].provinces);
        assert_int_equal(n[1], years[y].prefectures);
        assert_in_range(n[2], (uintmax_t)(years[y].counties - years[y].slack),
                        (uintmax_t)(years[y].counties + years[y].slack));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_well_formed),
        cmocka_unit_test(no_code_has_two_names_on_one_day),
        cmocka_unit_test(each_parent_exists_at_each_time),
        cmocka_unit_test(successors_exist_on_the_day_they_take_over),
        cmocka_unit_test(known_facts_stand_in_it),
        cmocka_unit_test(counts_agree_with_the_ministry_s_bulletins),
    };
    return cmocka_run_group_tests_name("regions", tests, load, NULL);
}
