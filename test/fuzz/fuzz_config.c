/*
 * fuzz_config.c - the address given to --listen, any text: a port within bounds and a host, or a refusal. Behind a '#' a whole configuration file: taken
 * within its bounds, or refused with a message. (The one key that opens another file is left out.)
 */
#include "app/app_int.h"
#include "base/ensure.h"

static void as_file(struct arena *a, struct span text)
{
    struct app_config c = {.data_dir = "yiti-data", .address = "127.0.0.1", .port = 8080};
    struct fail f = {0};
    if (span_find(text, SPAN("secret_file"), 0) != SIZE_MAX || span_find(text, SPAN("\\"), 0) != SIZE_MAX)
        return;
    const enum rc rc = config_read(a, text, "fuzz.yaml", &c, &f);
    ensure(rc == RC_OK || ((rc == RC_INVALID || rc == RC_MALFORMED || rc == RC_LIMIT) && f.msg != 0));
    if (rc == RC_OK)
        ensure(c.port >= 0 && c.port <= 65535 && c.threads >= 0 && c.threads <= 256 && c.data_dir && c.data_dir[0]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(16u << 20);
    struct fail f = {0};
    struct app_config c = {.port = -1};
    const char *text = span_cstr(a, (struct span){(const char *)data, size});
    if (size > 0 && data[0] == '#')
        as_file(a, (struct span){(const char *)data, size});
    else if (text && config_listen(a, text, &c, &f) == RC_OK)
        ensure(c.port >= 0 && c.port <= 65535 && c.address && c.address[0]);
    arena_free(a);
    return 0;
}
