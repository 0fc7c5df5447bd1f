/* outline_abbrev.c - a department's other form: 市发改委 is 市发展和改革委员会. The table is data/plan/abbreviations.csv. */
#include <string.h>

#include "plan/outline.h"
#include "plan/outline_abbrev_gen.h"

/* What may stand before a department's own name: nothing, a level, or a place that ends in one. */
static bool is_prefix(struct span s)
{
    static const char *const levels[] = {"市", "省", "县", "区", "州", "旗", "盟", "国家"};
    for (size_t i = 0; i < sizeof levels / sizeof levels[0]; i++) {
        if (span_ends(s, span_of(levels[i])))
            return true;
    }
    return s.len == 0;
}

/* name with `from` at its end turned into `to`; false when it does not end so. */
static bool turned(struct span name, struct span from, struct span to, char *buf, size_t size)
{
    if (!span_ends(name, from) || !is_prefix(span_sub(name, 0, name.len - from.len)))
        return false;
    const size_t front = name.len - from.len;
    if (front + to.len > size)
        return false;
    memcpy(buf, name.ptr, front);
    memcpy(buf + front, to.ptr, to.len);
    return true;
}

bool outline_unit_form(struct span name, int nth, char *buf, size_t size, struct span *out)
{
    struct span rest = SPAN(PLAN_ABBREVIATIONS_CSV);
    while (rest.len > 0) {
        struct span line = span_trim(span_split(&rest, '\n'));
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        const struct span brief = span_split(&line, ','), full = span_split(&line, ',');
        const bool longer = turned(name, brief, full, buf, size);
        if (!longer && !turned(name, full, brief, buf, size))
            continue;
        if (nth-- > 0)
            continue;
        *out = (struct span){buf, longer ? name.len - brief.len + full.len : name.len - full.len + brief.len};
        return true;
    }
    return false;
}
