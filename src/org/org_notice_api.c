/* org_notice_api.c - the routes of how people are told. */
#include "org/org_delivery.h"

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
    {HTTP_GET,    "/api/v1/mail-server",          AUTH_USER,   ROUTE_POOL, "manage_people", api_mail_server, 0, "the mail server, without its password"},
    {HTTP_PUT,    "/api/v1/mail-server",          AUTH_USER,   0,          "manage_people", api_mail_server_put, 70000, "sets the mail server"},
    {HTTP_POST,   "/api/v1/mail-server/test",     AUTH_USER,   0,          "manage_people", api_mail_test, 1024, "a test mail to the caller"},
    {HTTP_GET,    "/api/v1/mails",                AUTH_USER,   ROUTE_POOL, "manage_people", api_mails, 0, "mails and how they went, without addresses"},
    {HTTP_POST,   "/api/v1/mails/{id}/again",     AUTH_USER,   0,          "manage_people", api_mail_again, 1024, "tries a mail anew that was given up"},
    {HTTP_GET,    "/api/v1/webhooks",             AUTH_USER,   ROUTE_POOL, "manage_people", api_webhooks, 0, "webhooks"},
    {HTTP_POST,   "/api/v1/webhooks",             AUTH_USER,   0,          "manage_people", api_webhook_post, 8192, "a new webhook; its secret is answered once"},
    {HTTP_PATCH,  "/api/v1/webhooks/{id}",        AUTH_USER,   ROUTE_IF_MATCH, "manage_people", api_webhook_patch, 8192, "changes one, or gives it a new secret"},
    {HTTP_DELETE, "/api/v1/webhooks/{id}",        AUTH_USER,   0,          "manage_people", api_webhook_delete, 1024, "takes one away, with its log"},
    {HTTP_POST,   "/api/v1/webhooks/{id}/test",   AUTH_USER,   0,          "manage_people", api_webhook_test, 1024, "sends it a test event"},
    {HTTP_GET,    "/api/v1/webhooks/{id}/deliveries", AUTH_USER, ROUTE_POOL, "manage_people", api_deliveries, 0, "its deliveries, newest first"},
    {HTTP_GET,    "/api/v1/public/subscriptions", AUTH_PUBLIC, ROUTE_POOL, NULL, api_subscribe_offer, 0, "whether one can subscribe by mail"},
    {HTTP_POST,   "/api/v1/public/subscriptions", AUTH_PUBLIC, ROUTE_PUBLIC_FORM, NULL, api_subscribe, 2048, "asks for a subscription; a mail with a link follows"},
    {HTTP_GET,    "/api/v1/public/subscriptions/{token}", AUTH_PUBLIC, ROUTE_POOL, NULL, api_subscription, 0, "what a link in a mail is about"},
    {HTTP_POST,   "/api/v1/public/subscriptions/{token}/confirm", AUTH_PUBLIC, ROUTE_NO_ORIGIN, NULL, api_subscription_confirm, 1024, "confirms it"},
    {HTTP_POST,   "/api/v1/public/subscriptions/{token}/unsubscribe", AUTH_PUBLIC, ROUTE_NO_ORIGIN, NULL, api_subscription_leave, 1024, "ends it; the address is destroyed"},
};
/* clang-format on */
const struct route_table org_notice_routes = {"notice", routes, sizeof routes / sizeof routes[0]};
