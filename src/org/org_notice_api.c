/* org_notice_api.c - the routes of how people are told. */
#include "org/org_notice_int.h"

/* clang-format off */
static const struct route routes[] = {
    {HTTP_GET,    "/api/v1/notice-settings",      AUTH_USER,   ROUTE_POOL, NULL, api_notice_settings, 0, "how the caller is told of what"},
    {HTTP_PUT,    "/api/v1/notice-settings",      AUTH_USER,   ROUTE_POOL, NULL, api_notice_settings_put, 8192, "changes it; what is not named stays"},
    {HTTP_GET,    "/api/v1/feed",                 AUTH_USER,   ROUTE_POOL, NULL, api_feed, 0, "whether the caller's feeds have an address"},
    {HTTP_POST,   "/api/v1/feed",                 AUTH_USER,   0,          NULL, api_feed_post, 1024, "makes a new secret address, shown once; the old one ends"},
    {HTTP_DELETE, "/api/v1/feed",                 AUTH_USER,   0,          NULL, api_feed_delete, 1024, "ends the feeds"},
    {HTTP_GET,    "/feeds/{token}/notices.atom",  AUTH_PUBLIC, ROUTE_POOL, NULL, api_feed_atom, 0, "a person's notices as Atom, by a secret address"},
    {HTTP_GET,    "/feeds/{token}/calendar.ics",  AUTH_PUBLIC, ROUTE_POOL, NULL, api_feed_calendar, 0, "what a person has to do by when, as events"},
    {HTTP_GET,    "/feeds/{token}/tasks.ics",     AUTH_PUBLIC, ROUTE_POOL, NULL, api_feed_tasks, 0, "the same as tasks"},
};
/* clang-format on */
const struct route_table org_notice_routes = {"notice", routes, sizeof routes / sizeof routes[0]};
