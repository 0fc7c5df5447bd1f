/* ensure.h - the check for bugs: on in release builds too. Nothing a user sends may ever reach it. */
#ifndef YITI_BASE_ENSURE_H
#define YITI_BASE_ENSURE_H

#define ensure(cond) ((cond) ? (void)0 : ensure_failed(#cond, __FILE__, __LINE__))

/* ensure_failed - writes the condition and its place to standard error, then aborts. */
_Noreturn void ensure_failed(const char *cond, const char *file, int line);

#endif
