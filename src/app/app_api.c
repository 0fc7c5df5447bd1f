/* app_api.c - the app's own routes: what this server is, its API's description, and the live events. */
#include "app/app_int.h"
#include "app/openapi.h"

struct app *app_of(struct req *r)
{
    return org_app(req_app(r));
}

static enum rc get_about(struct req *r, struct fail *f)
{
    (void)f;
    const struct app *app = app_of(r);
    struct jw *w = reply_json(r);
    jw_object(w);
    jw_kstr(w, "name", "yiti");
    jw_kstr(w, "version", YITI_VERSION);
    jw_kstr(w, "licence", "Apache-2.0");
    jw_ktime(w, "started_at", app->started_us);
    jw_ktime(w, "now_at", clock_now_us(store_clock(app->store)));
    jw_kbool(w, "writable", store_writable(app->store));
    jw_object_end(w);
    return RC_OK;
}

static enum rc get_openapi(struct req *r, struct fail *f)
{
    (void)f;
    reply_body(r, "application/yaml; charset=utf-8", (struct span){app_openapi, app_openapi_len});
    return RC_OK;
}

static enum rc get_events(struct req *r, struct fail *f)
{
    return reply_event_stream(r, f);
}

static const struct route ROUTES[] = {
    {HTTP_GET, "/api/v1/about", AUTH_PUBLIC, 0, NULL, get_about, 0, "version and state of this server"},
    {HTTP_GET, "/api/v1/openapi.yaml", AUTH_PUBLIC, 0, NULL, get_openapi, 0, "the description of this API"},
    {HTTP_GET, "/api/v1/search", AUTH_USER, ROUTE_POOL, NULL, app_api_search, 0, "found by any words, in all rooms"},
    {HTTP_GET, "/api/v1/events", AUTH_USER, 0, NULL, get_events, 0, "live events: kind and id of what changed"},
};
const struct route_table app_routes = {"app", ROUTES, (int)(sizeof(ROUTES) / sizeof(ROUTES[0]))};
