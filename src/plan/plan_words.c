/* plan_words.c - states and lights as words and as names. Pure. */
#include "plan/plan_rules.h"

#include "base/ensure.h"

static const struct {
    const char *word, *zh, *en;
} state_names[PLAN_STATES] = {
    [PLAN_TO_START] = {"to_start", "未启动", "to start"},
    [PLAN_UNDER_WAY] = {"under_way", "推进中", "under way"},
    [PLAN_DONE] = {"done", "已完成", "done"},
    [PLAN_STOPPED] = {"stopped", "已停止", "stopped"},
};
static const struct {
    const char *word, *zh, *en;
} light_names[PLAN_LIGHTS] = {
    [PLAN_GREY] = {"grey", "灰", "grey"},
    [PLAN_GREEN] = {"green", "绿", "green"},
    [PLAN_AMBER] = {"amber", "黄", "amber"},
    [PLAN_RED] = {"red", "红", "red"},
};

const char *plan_state_word(enum plan_state state)
{
    ensure(state < PLAN_STATES);
    return state_names[state].word;
}

const char *plan_light_word(enum plan_light light)
{
    ensure(light < PLAN_LIGHTS);
    return light_names[light].word;
}

bool plan_state_read(struct span word, enum plan_state *out)
{
    for (int i = 0; i < PLAN_STATES; i++) {
        if (span_is(word, state_names[i].word)) {
            *out = (enum plan_state)i;
            return true;
        }
    }
    return false;
}

bool plan_light_read(struct span word, enum plan_light *out)
{
    for (int i = 0; i < PLAN_LIGHTS; i++) {
        if (span_is(word, light_names[i].word)) {
            *out = (enum plan_light)i;
            return true;
        }
    }
    return false;
}

const char *plan_state_name(enum plan_state state, enum lang lang)
{
    ensure(state < PLAN_STATES);
    return lang == LANG_ZH ? state_names[state].zh : state_names[state].en;
}

const char *plan_light_name(enum plan_light light, enum lang lang)
{
    ensure(light < PLAN_LIGHTS);
    return lang == LANG_ZH ? light_names[light].zh : light_names[light].en;
}
