/* ensure.c - the end of a process that has found a bug in itself. */
#include "base/ensure.h"

#include <stdio.h>
#include <stdlib.h>

_Noreturn void ensure_failed(const char *cond, const char *file, int line)
{
    (void)fprintf(stderr, "yiti: bug: %s:%d: not true: %s\n", file, line, cond);
    (void)fflush(stderr);
    abort();
}
