/* org_roles.c - the roles and what each may do, as one table. docs/roles.md shows it; a test holds both together. */
#include "org/org.h"

static const char *const right_words[RIGHT_COUNT] = {
#define X(id, word) [RIGHT_##id] = word,
    ORG_RIGHTS(X)
#undef X
};

#define N REACH_NONE
#define S REACH_SELF
#define T REACH_TREE
#define W REACH_WIDE
#define A REACH_ALL
/* clang-format off */
static const struct org_role_row role_rows[] = {
    /*                                                                 read report approve review import breakdown assign publish inspect audit units people */
    {"office",         "联席会议办公室", "Coordination office",        {W,   T,     T,      W,     W,     W,        W,     W,      W,      N,    W,    T}, false},
    {"city_office",    "城市办公室",     "City office",                {W,   T,     T,      W,     W,     W,        W,     W,      W,      N,    W,    W}, false},
    {"desk_head",      "单位负责人",     "Head of a unit's desk",      {T,   T,     T,      N,     N,     T,        T,     N,      N,      N,    N,    N}, false},
    {"desk_stand_in",  "单位代理人",     "Stand-in for a desk's head", {T,   T,     T,      N,     N,     T,        T,     N,      N,      N,    N,    N}, false},
    {"desk_drafter",   "单位经办人",     "Drafter at a unit's desk",   {T,   T,     N,      N,     N,     N,        N,     N,      N,      N,    N,    N}, false},
    {"inspector",      "督查人员",       "Inspector",                  {W,   N,     N,      N,     N,     N,        N,     N,      W,      N,    N,    N}, false},
    {"leader",         "领导",           "Leader",                     {W,   N,     N,      N,     N,     N,        N,     N,      N,      N,    N,    N}, false},
    {"auditor",        "审计人员",       "Auditor",                    {A,   N,     N,      N,     N,     N,        N,     N,      N,      A,    N,    N}, true},
    {"administrator",  "系统管理员",     "Administrator",              {N,   N,     N,      N,     N,     N,        N,     N,      N,      N,    A,    A}, true},
};
/* clang-format on */
#undef N
#undef S
#undef T
#undef W
#undef A

int org_role_count(void)
{
    return (int)(sizeof role_rows / sizeof role_rows[0]);
}

const struct org_role_row *org_role_at(int i)
{
    return i >= 0 && i < org_role_count() ? &role_rows[i] : NULL;
}

int org_role_find(struct span word)
{
    for (int i = 0; i < org_role_count(); i++)
        if (span_is(word, role_rows[i].word))
            return i;
    return -1;
}

const char *org_right_word(enum org_right right)
{
    return right_words[right];
}

int org_right_find(struct span word)
{
    for (int i = 0; i < RIGHT_COUNT; i++)
        if (span_is(word, right_words[i]))
            return i;
    return -1;
}
