/* fuzz_config.c - the address given to --listen, any text: a port within bounds and a host, or a refusal. */
#include "app/app_int.h"
#include "base/ensure.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(1u << 20);
    struct fail f = {0};
    struct app_config c = {.port = -1};
    const char *text = span_cstr(a, (struct span){(const char *)data, size});
    if (text && config_listen(a, text, &c, &f) == RC_OK)
        ensure(c.port >= 0 && c.port <= 65535 && c.address && c.address[0]);
    arena_free(a);
    return 0;
}
