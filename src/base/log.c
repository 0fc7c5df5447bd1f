/* log.c - one line an event, built whole and written with one write, so that lines of several threads do not mix. */
#include "base/log.h"

#include <stdatomic.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/date.h"
#include "base/json.h"
#include "base/limits.h"
#include "base/sb.h"
#include "base/utf8.h"

/* The process's only setting that is not passed along: a log call stands everywhere, also where there is no context. */
/* style: allow global because the log is one for the process, set once at the start */
static _Atomic int log_least = LOG_INFO;
/* style: allow global because the log is one for the process, set once at the start */
static _Atomic int log_form = LOG_HUMAN;

void log_setup(enum log_level least, enum log_form form)
{
    atomic_store(&log_least, (int)least);
    atomic_store(&log_form, (int)form);
}

static void json_line(struct sb *sb, const char *level, const char *event, const struct log_field *fields)
{
    const struct clock clock = clock_system();
    struct jw w;
    jw_init(&w, sb);
    jw_object(&w);
    jw_ktime(&w, "at", clock_now_us(&clock));
    jw_kstr(&w, "level", level);
    jw_kstr(&w, "event", event);
    for (; fields != NULL && fields->key != NULL; fields++) {
        if (fields->text != NULL)
            jw_kstr(&w, fields->key, fields->text);
        else
            jw_kint(&w, fields->key, fields->num);
    }
    jw_object_end(&w);
}

/* What would end the line or speak to the terminal is shown as ?. */
static void add_clean(struct sb *sb, struct span s)
{
    for (size_t pos = 0; pos < s.len;) {
        const size_t at = pos;
        const uint32_t cp = utf8_next(s, &pos);
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0) || cp == 0xfffd)
            sb_addc(sb, '?');
        else
            sb_add(sb, span_sub(s, at, pos));
    }
}

static void human_line(struct sb *sb, const char *level, const char *event, const struct log_field *fields)
{
    const struct clock clock = clock_system();
    char at[36];
    time_print(clock_now_us(&clock), at);
    sb_addf(sb, "%.10s %.12s %-5s %s", at, at + 11, level, event);
    for (; fields != NULL && fields->key != NULL; fields++) {
        sb_addf(sb, " %s=", fields->key);
        if (fields->text != NULL)
            add_clean(sb, span_of(fields->text));
        else
            sb_add_i64(sb, fields->num);
    }
}

void log_fields(enum log_level level, const char *event, const struct log_field *fields)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    static const struct log_field cut[] = {LI("cut", 1), LEND}; /* the event stays, its fields were too long */
    if ((int)level < atomic_load(&log_least))
        return;
    void (*const line)(struct sb *, const char *, const char *, const struct log_field *) =
        atomic_load(&log_form) == LOG_JSON ? json_line : human_line;
    struct sb sb;
    sb_init(&sb, LOG_LINE_BYTES_MAX);
    line(&sb, names[level], event, fields);
    if (sb_rc(&sb) != RC_OK) {
        sb_clear(&sb);
        line(&sb, names[level], event, cut);
    }
    sb_addc(&sb, '\n');
    const struct span s = sb_span(&sb);
    for (size_t at = 0; at < s.len;) { /* a log that cannot be written has nobody to tell */
        const ssize_t n = write(STDERR_FILENO, s.ptr + at, s.len - at);
        if (n <= 0)
            break;
        at += (size_t)n;
    }
    sb_release(&sb);
}
