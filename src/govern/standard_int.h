/* standard_int.h - a common standard as read: cities, clauses, each city's value, and what is strictest (standard_read.c). */
#ifndef YITI_GOVERN_STANDARD_INT_H
#define YITI_GOVERN_STANDARD_INT_H

#include "govern/govern_int.h"

#define STANDARD_MEMBERS_MAX 64
#define STANDARD_CLAUSES_MAX 200

struct standard_member {
    char region_code[7];
    int64_t unit_id;
    struct span adopted_on, document_number; /* ptr NULL: not adopted */
};
struct standard_value {
    bool given, has_value;
    int64_t value;
    struct span text, document_number, from_on;
};
struct standard_clause {
    struct span code, title, comparator, unit, mode, text;
    bool has_value; /* common: agreed, or fixed */
    int64_t value;
    bool has_strictest; /* of the cities' values on the day */
    int64_t strictest;
    int strictest_of;           /* index of the city that has it */
    struct standard_value *own; /* one a city, in their order */
};
struct standard {
    int64_t edition;
    struct span state, reply_due_on;
    struct standard_member members[STANDARD_MEMBERS_MAX];
    struct standard_clause clauses[STANDARD_CLAUSES_MAX];
    int n_members, n_clauses;
};
/* standard_read - the newest edition with values of that day. In the tx's arena; RC_LIMIT. */
MUST_USE enum rc standard_read(struct tx *tx, const struct matter *m, struct span on, struct standard **out,
                               struct fail *f);
/* standard_passes - does a value keep a bound? Lower is stricter with le, higher with ge. Pure. */
bool standard_passes(struct span comparator, int64_t value, int64_t bound);
/* standard_differs - is a city's own value looser than the common one (or are its words other ones)? Pure. */
bool standard_differs(const struct standard_clause *c, const struct standard_value *own);
/* standard_bounded - has the clause a number? */
bool standard_bounded(const struct standard_clause *c);
/* standard_show - members of the API's object. api_screening, api_check - the two questions to a standard. */
MUST_USE enum rc standard_show(struct tx *tx, const struct matter *m, const struct govern_show *show, struct jw *w,
                               struct fail *f);
enum rc standard_api_screening(struct req *r, struct fail *f);
enum rc standard_api_check(struct req *r, struct fail *f);

#endif
