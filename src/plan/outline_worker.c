#include "plan/outline_int.h"
enum rc outline_worker_run(struct arena *a, struct span bytes, struct span *text, struct fail *f)
{
    (void)a; (void)bytes; (void)text;
    return fail_set(f, RC_INTERNAL, MSG_outline_worker_failed, NULL, "stub", NULL);
}
