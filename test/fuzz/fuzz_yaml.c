/* fuzz_yaml.c - yaml_read on any bytes: a tree within the limits, with lines from 1 on, or a failure that names its place. */
#include "base/ensure.h"
#include "base/yaml.h"

static int walk(const struct yaml *y, int level)
{
    int n = 1, members = 0;
    ensure(level <= YAML_DEPTH_MAX + 1 && y->line >= 1 && y->column >= 1);
    for (const struct yaml *c = y->first; c; c = c->next) {
        n += walk(c, level + 1);
        members++;
    }
    ensure(members == y->count);
    return n;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct arena *a = arena_new(64u << 20);
    struct fail f = {0};
    struct yaml *tree = NULL;
    if (yaml_read(a, "fuzz", (struct span){(const char *)data, size}, &tree, &f) == RC_OK)
        ensure(!tree || walk(tree, 1) <= YAML_NODES_MAX);
    arena_free(a);
    return 0;
}
