/* fail.c - the message catalogue and what is filled into it. */
#define YITI_FAIL_C
#include "base/fail.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "base/ensure.h"
#include "base/utf8.h"

/*
 * Copies s into out as one clean line: control characters and invalid bytes become U+FFFD, and what does not fit is cut at
 * a code point with … at the end. The values are a stranger's.
 */
#define BOTH '\x1f' /* between the two languages of an argument that has both; copy_clean lets none through */

static void copy_clean(char *out, size_t size_bytes, struct span s)
{
    static const char dots[] = "\xe2\x80\xa6";
    size_t n = 0, room_for_dots = 0; /* the longest prefix of out behind which … still fits */
    for (size_t pos = 0; pos < s.len;) {
        const unsigned char c = (unsigned char)s.ptr[pos];
        if (c >= 0x20 && c < 0x7f &&
            n + sizeof(dots) < size_bytes) { /* stands for itself, and … still fits behind it */
            out[n++] = (char)c;
            room_for_dots = n;
            pos++;
            continue;
        }
        uint32_t cp = utf8_next(s, &pos);
        if (cp < 0x20 || (cp >= 0x7f && cp < 0xa0))
            cp = 0xfffd;
        char put[4];
        const size_t len = utf8_put(cp, put);
        if (n + len + 1 > size_bytes) {
            memcpy(out + room_for_dots, dots, sizeof(dots));
            return;
        }
        memcpy(out + n, put, len);
        n += len;
        if (n + sizeof(dots) <= size_bytes)
            room_for_dots = n;
    }
    out[n] = '\0';
}

static void begin(struct fail *f, enum msg msg, const char *field)
{
    ensure(msg > MSG_NONE && msg < MSG_COUNT);
    memset(f, 0, sizeof(*f));
    f->msg = msg;
    copy_clean(f->field, sizeof(f->field), span_of(field));
}

enum rc fail_set(struct fail *f, enum rc rc, enum msg msg, const char *field, ...)
{
    begin(f, msg, field);
    va_list ap;
    va_start(ap, field);
    for (size_t i = 0; i < sizeof(f->args) / sizeof(f->args[0]); i++) {
        const char *const arg = va_arg(ap, const char *);
        if (arg == NULL)
            break;
        copy_clean(f->args[i].text, sizeof(f->args[i].text), span_of(arg));
    }
    va_end(ap);
    return rc;
}

enum rc fail_span(struct fail *f, enum rc rc, enum msg msg, const char *field, struct span arg)
{
    begin(f, msg, field);
    copy_clean(f->args[0].text, sizeof(f->args[0].text), arg);
    return rc;
}

void fail_detail(struct fail *f, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    (void)vsnprintf(f->detail, sizeof(f->detail), fmt, ap);
    va_end(ap);
}

void fail_arg_both(struct fail *f, int i, struct span zh, struct span en)
{
    struct msg_arg *const arg = &f->args[i];
    const size_t half = sizeof(arg->text) / 2;
    copy_clean(arg->text, half, zh);
    const size_t at = strlen(arg->text);
    arg->text[at] = BOTH;
    copy_clean(arg->text + at + 1, sizeof(arg->text) - at - 1, en);
}

/* The argument, or its half in the language. */
static struct span arg_text(const struct msg_arg *arg, enum lang lang)
{
    struct span en = span_of(arg->text);
    const struct span zh = span_split(&en, BOTH);
    return lang == LANG_ZH || !memchr(arg->text, BOTH, sizeof(arg->text)) ? zh : en;
}

void fail_text(const struct fail *f, enum lang lang, struct sb *sb)
{
    const struct span text = span_of(msg_text(f->msg, lang));
    size_t start = 0;
    for (size_t i = 0; i < text.len; i++) {
        const char *const brace = memchr(text.ptr + i, '{', text.len - i);
        if (brace == NULL)
            break;
        i = (size_t)(brace - text.ptr);
        const struct span rest = span_sub(text, i, text.len);
        struct span put = SPAN_NONE;
        size_t skip = 0;
        if (span_starts(rest, SPAN("{field}"))) {
            put = span_of(f->field);
            skip = sizeof("{field}") - 1;
        } else if (rest.len >= 3 && rest.ptr[0] == '{' && rest.ptr[2] == '}' && rest.ptr[1] >= '0' &&
                   rest.ptr[1] <= '3') {
            put = arg_text(&f->args[rest.ptr[1] - '0'], lang);
            skip = 3;
        }
        if (skip == 0)
            continue;
        sb_add(sb, span_sub(text, start, i));
        sb_add(sb, put);
        start = i + skip;
        i = start - 1;
    }
    sb_add(sb, span_sub(text, start, text.len));
}

const char *msg_text(enum msg msg, enum lang lang)
{
    ensure((unsigned)msg < (unsigned)MSG_COUNT);
    return lang == LANG_ZH ? msg_table[msg].zh : msg_table[msg].en;
}

const char *msg_name(enum msg msg)
{
    ensure((unsigned)msg < (unsigned)MSG_COUNT);
    return msg_table[msg].name;
}
