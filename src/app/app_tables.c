/* app_tables.c - which engines make up the program: their commands and their routes, in one place. */
#include "app/app_int.h"
#include "bulletin/bulletin.h"
#include "cases/cases.h"
#include "duty/duty.h"
#include "govern/meet.h"
#include "govern/govern.h"
#include "plan/outline.h"
#include "plan/plan.h"
#include "plan/plan_baseline.h"
#include "plan/plan_programme.h"
#include "plan/plan_side.h"

static const struct {
    const struct cli_command *commands;
    const int *count;
} COMMANDS[] = {
    /* a line each, so that rooms added side by side do not collide */
    /* clang-format off */
    {app_commands, &app_command_count},
    {org_commands, &org_command_count},
    {duty_commands, &duty_command_count},
    {outline_commands, &outline_command_count},
    {plan_commands, &plan_command_count},
    {meet_commands, &meet_command_count},
    {govern_commands, &govern_command_count},
    {source_commands, &source_command_count},
    {bulletin_commands, &bulletin_command_count},
    {assess_commands, &assess_command_count},
    {cases_commands, &cases_command_count},
    /* clang-format on */
};

const struct cli_command *app_command_at(int i)
{
    for (size_t k = 0; k < sizeof(COMMANDS) / sizeof(COMMANDS[0]); k++) {
        if (i < *COMMANDS[k].count)
            return &COMMANDS[k].commands[i];
        i -= *COMMANDS[k].count;
    }
    return NULL;
}

const struct route_table *const *app_route_tables(int *n)
{
    /* a line each, so that rooms added side by side do not collide */
    /* clang-format off */
    static const struct route_table *const tables[] = {
        &app_routes,
        &org_routes,
        &duty_routes,
        &plan_routes,
        &plan_programme_routes,
        &plan_baseline_routes,
        &plan_side_routes,
        &org_notice_routes,
        &plan_sheet_routes,
        &meet_routes,
        &group_routes,
        &power_routes,
        &standard_routes,
        &bulletin_routes,
        &document_routes,
        &cleanup_routes,
        &pilot_routes,
        &source_routes,
        &assess_routes,
        &plan_public_routes,
        &network_routes,
        &network_public_routes,
        &request_routes,
        &cases_routes,
        &cases_public_routes,
    };
    /* clang-format on */
    *n = (int)(sizeof(tables) / sizeof(tables[0]));
    return tables;
}

/* Who is told of a change of a duty, by the kind of its subject or source. */
const struct duty_listener duty_listeners[] = {
    /* a line each, so that rooms added side by side do not collide */
    /* clang-format off */
    {"action", plan_on_duty},
    {"resolution", meet_on_duty},
    {"group", govern_on_duty},
    {"call", govern_on_duty},
    {"cleanup", govern_on_duty},
    {"request", request_on_duty},
    {"source", govern_on_duty},
    {"instruction", govern_on_duty},
    {"proposal", govern_on_duty},
    {"case", cases_on_duty},
    /* clang-format on */
};
const int duty_listener_count = (int)(sizeof(duty_listeners) / sizeof(duty_listeners[0]));

const struct duty_pack_kind duty_pack_kinds[] = {
    {"thresholds", "thresholds.yaml", false, plan_thresholds_check, plan_thresholds_text},
    {"cases", NULL, true, case_catalogue_check, NULL},
};
const int duty_pack_kind_count = (int)(sizeof(duty_pack_kinds) / sizeof(duty_pack_kinds[0]));
/* Machines and catalogues that packs bring, as the program has them; editions come before. */
const struct duty_pack_text_in duty_pack_texts[] = {
    {"machine", "closed-loop", "closed-loop.yaml", case_pack_closed_loop, &case_pack_closed_loop_len},
    {"machine", "ip-case", "case.yaml", case_pack_ip_case, &case_pack_ip_case_len},
    {"cases", "sanitation", "cases.yaml", case_pack_sanitation, &case_pack_sanitation_len},
    {"cases", "international-city", "cases.yaml", case_pack_city, &case_pack_city_len},
    {"cases", "ip-protection", "cases.yaml", case_pack_ip, &case_pack_ip_len},
};
const int duty_pack_text_count = (int)(sizeof(duty_pack_texts) / sizeof(duty_pack_texts[0]));
/* What stands in people's calendars. */
feed_source_fn *const feed_sources[] = {
    duty_feed, //
    plan_feed, //
};
const int feed_source_count = (int)(sizeof(feed_sources) / sizeof(feed_sources[0]));

/* What the public may subscribe to. */
const struct public_matter public_matters[] = {
    {"outline", plan_public_outline_title, plan_public_outline_news},
    {"action", plan_public_action_title, plan_public_action_news},
};
const int public_matter_count = (int)(sizeof(public_matters) / sizeof(public_matters[0]));

/* What the search looks through. */
const struct find_room find_rooms[] = {
    {plan_finds, &plan_find_count},
    {duty_finds, &duty_find_count},
    {govern_finds, &govern_find_count},
    {bulletin_finds, &bulletin_find_count},
};
const int find_room_count = (int)(sizeof(find_rooms) / sizeof(find_rooms[0]));
