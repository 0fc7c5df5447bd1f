/* duty_settings.h - the pack's tables of urging and slips as structs. For src/duty only. */
#ifndef YITI_DUTY_DUTY_SETTINGS_H
#define YITI_DUTY_DUTY_SETTINGS_H

#include "duty/duty_int.h"

#define DUTY_LIGHT_INPUTS 10
extern const struct rule_input duty_light_inputs[];
extern const int duty_light_input_count;
void duty_light_values(const struct duty_row *d, int64_t at_us, struct rule_value v[DUTY_LIGHT_INPUTS]);
/* duty_rule_of - an expression over duty_light_inputs; a fault names file, line and column. */
MUST_USE enum rc duty_rule_of(struct arena *a, const char *file, const struct yaml *at, enum rule_type want,
                              const struct rule **out, struct fail *f);

#define DUTY_URGE_RULES_MAX 20
struct duty_urge_rule {
    struct span word;
    struct duty_both name;
    int offset; /* working days from the due day */
    int64_t level;
    enum duty_part to;
    enum org_right right;
    const struct rule *when; /* NULL: always */
};
struct duty_urging {
    int64_t hour;
    struct duty_urge_rule rules[DUTY_URGE_RULES_MAX];
    int n;
};
/* duty_urging_load, duty_slips_load - from YAML; a fault names file, line and key. Spans in the arena. */
MUST_USE enum rc duty_urging_load(struct arena *a, const char *file, struct span yaml, struct duty_urging *out,
                                  struct fail *f);

/* duty_urging_current, duty_slips_current - those in force, in the tx's arena. */
MUST_USE enum rc duty_urging_current(struct tx *tx, struct duty_urging **out, struct fail *f);

#define DUTY_COLOURS_MAX 6
struct duty_colour {
    struct span word;
    struct duty_both name;
    struct duty_limit reply;
};
struct duty_slips {
    bool urgent_may_skip;
    struct duty_colour colours[DUTY_COLOURS_MAX];
    int n;
};
/* duty_slips_load - see duty_urging_load. */
MUST_USE enum rc duty_slips_load(struct arena *a, const char *file, struct span yaml, struct duty_slips *out,
                                 struct fail *f);
MUST_USE enum rc duty_slips_current(struct tx *tx, struct duty_slips **out, struct fail *f);

#endif
