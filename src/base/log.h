/* log.h - structured log to standard error: one JSON line an event, or for people when it is a terminal. Thread-safe. Never give it
 * personal values, secrets or bodies. */
#ifndef YITI_BASE_LOG_H
#define YITI_BASE_LOG_H

#include <stdbool.h>
#include <stdint.h>

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };
enum log_form { LOG_HUMAN, LOG_JSON };

/* log_setup - once at start; level and form of the process. */
void log_setup(enum log_level least, enum log_form form);
/* log_event - event is a stable word (writer.commit_failed); then key, printf-free values: LS("key", cstr), LI("key", int64), ended by LEND.
 *   log_event(LOG_WARN, "http.slow", LS("path", path), LI("us", us), LEND); */
struct log_field {
    const char *key, *text;
    int64_t num;
};
#define LS(k, s) ((struct log_field){(k), (s), 0})
#define LI(k, n) ((struct log_field){(k), 0, (n)})
#define LEND ((struct log_field){0, 0, 0})
void log_fields(enum log_level level, const char *event, const struct log_field *fields);
#define log_event(level, event, ...) log_fields((level), (event), (const struct log_field[]){__VA_ARGS__})

#endif
