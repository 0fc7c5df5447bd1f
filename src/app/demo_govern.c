/* demo_govern.c - the demonstration's committees, powers, standards, documents and pilots: the lines of data/demo/govern_*.tsv, one command each. */
#include <string.h>

#include "app/app_int.h"
#include "govern/govern.h"

/* Embedded by the build from data/demo. */
extern const char demo_govern_group_tsv[], demo_govern_power_tsv[], demo_govern_standard_tsv[],
    demo_govern_cascade_tsv[], demo_govern_network_tsv[];
extern const size_t demo_govern_group_tsv_len, demo_govern_power_tsv_len, demo_govern_standard_tsv_len,
    demo_govern_cascade_tsv_len, demo_govern_network_tsv_len;
extern const char demo_govern_source_tsv[];
extern const size_t demo_govern_source_tsv_len;

static enum rc play_line(struct tx *tx, const void *in, void *out, struct fail *f)
{
    return govern_play(tx, *(const struct span *)in, out, f);
}

enum rc demo_govern(struct store *s, struct arena *a, struct fail *f)
{
    static const struct actor office = {.role = "system", .region_code = "990000"};
    const struct span files[] = {
        {demo_govern_group_tsv, demo_govern_group_tsv_len},
        {demo_govern_power_tsv, demo_govern_power_tsv_len},
        {demo_govern_standard_tsv, demo_govern_standard_tsv_len},
        {demo_govern_cascade_tsv, demo_govern_cascade_tsv_len},
        {demo_govern_network_tsv, demo_govern_network_tsv_len},
        {demo_govern_source_tsv, demo_govern_source_tsv_len},
    };
    struct govern_names *names = ARENA_NEW(a, struct govern_names);
    enum rc rc = names == NULL ? fail_set(f, RC_LIMIT, MSG_not_found, NULL, NULL) : RC_OK;
    for (size_t i = 0; rc == RC_OK && i < sizeof(files) / sizeof(*files); i++) {
        struct span rest = files[i];
        while (rc == RC_OK && rest.len > 0) {
            const struct span line = span_split(&rest, '\n');
            if (line.len == 0 || line.ptr[0] == '#')
                continue;
            struct store_write w = {.command = play_line, .in = &line, .out = names, .arena = a, .actor = office};
            rc = store_run(s, &w);
            if (rc != RC_OK)
                *f = w.fail;
            sb_release(&w.body);
        }
    }
    return rc;
}
