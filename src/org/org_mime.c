/* org_mime.c - a mail as bytes. */
#include <string.h>

#include "base/date.h"
#include "org/org_mime.h"

static const char digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static void base64(struct sb *sb, struct span s)
{
    for (size_t i = 0; i < s.len; i += 3) {
        const size_t n = s.len - i < 3 ? s.len - i : 3;
        uint32_t v = (uint32_t)(unsigned char)s.ptr[i] << 16;
        v |= n > 1 ? (uint32_t)(unsigned char)s.ptr[i + 1] << 8 : 0;
        v |= n > 2 ? (uint32_t)(unsigned char)s.ptr[i + 2] : 0;
        const char four[4] = {digits[v >> 18], digits[v >> 12 & 63], n > 1 ? digits[v >> 6 & 63] : '=',
                              n > 2 ? digits[v & 63] : '='};
        sb_add(sb, (struct span){four, 4});
    }
}

void mime_words(struct sb *sb, struct span text, size_t used)
{
    enum { LINE = 76, AROUND = 12 }; /* =?UTF-8?B? and ?= */
    bool first = true;
    while (text.len > 0) {
        size_t room = (LINE - AROUND - (first ? used : 1)) / 4 * 3, n = 0;
        while (n < text.len) { /* whole characters only */
            size_t c = 1;
            while (n + c < text.len && ((unsigned char)text.ptr[n + c] & 0xc0) == 0x80)
                c++;
            if (n + c > room && n > 0)
                break;
            n += c;
        }
        sb_adds(sb, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(sb, span_sub(text, 0, n));
        sb_adds(sb, "?=");
        text = span_sub(text, n, text.len);
        first = false;
    }
}

bool mime_address(struct span s)
{
    size_t at = 0, ats = 0;
    for (size_t i = 0; i < s.len; i++) {
        const unsigned char c = (unsigned char)s.ptr[i];
        if (c <= ' ' || c >= 127 || strchr("()<>[]:;,\\\"", c))
            return false;
        if (c == '@') {
            at = i;
            ats++;
        }
        if (c == '.' && (i == 0 || i + 1 == s.len || s.ptr[i + 1] == '.' || s.ptr[i - 1] == '@' || s.ptr[i + 1] == '@'))
            return false;
    }
    return ats == 1 && at > 0 && at <= 64 && at + 1 < s.len && s.len <= 254 && s.ptr[at + 1] != '-' &&
           s.ptr[s.len - 1] != '-';
}

static void date_header(struct sb *sb, int64_t at_us)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const struct ymd d = date_of_us(at_us);
    const int64_t s = (at_us - date_start_us(d)) / 1000000;
    sb_addf(sb, "Date: %s, %d %s %04d %02d:%02d:%02d +0800\r\n", days[date_weekday(date_to_days(d)) - 1], d.day,
            months[d.month - 1], d.year, (int)(s / 3600), (int)(s / 60 % 60), (int)(s % 60));
}

static void body(struct sb *sb, const struct mime *m, const char *type, struct span text)
{
    sb_addf(sb, "--yiti-%lld\r\nContent-Type: %s; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            (long long)m->id, type);
    for (size_t i = 0; i < text.len; i += 57) { /* 57 octets make a line of 76 */
        base64(sb, span_sub(text, i, i + 57));
        sb_adds(sb, "\r\n");
    }
}

static void headers(struct sb *sb, const struct mime *m)
{
    sb_adds(sb, "From: ");
    if (m->from_name.len > 0) {
        mime_words(sb, m->from_name, 6);
        sb_adds(sb, "\r\n ");
    }
    sb_addf(sb, "<%.*s>\r\nTo: <%.*s>\r\nSubject: ", SPAN_ARG(m->from_address), SPAN_ARG(m->to_address));
    mime_words(sb, m->subject, 9);
    sb_adds(sb, "\r\n");
    date_header(sb, m->at_us);
    const size_t at = span_find(m->from_address, SPAN("@"), 0);
    const struct span domain =
        at == SIZE_MAX ? SPAN("localhost") : span_sub(m->from_address, at + 1, m->from_address.len);
    sb_addf(sb, "Message-ID: <%lld.yiti@%.*s>\r\n", (long long)m->id, SPAN_ARG(domain));
    sb_addf(sb, "MIME-Version: 1.0\r\nContent-Language: %s\r\nAuto-Submitted: auto-generated\r\n",
            m->lang == LANG_ZH ? "zh-CN" : "en");
    if (m->unsubscribe_url.len > 0)
        sb_addf(sb, "List-Unsubscribe: <%.*s>\r\n", SPAN_ARG(m->unsubscribe_url));
    else
        sb_addf(sb, "List-Unsubscribe: <mailto:%.*s?subject=unsubscribe>\r\n", SPAN_ARG(m->from_address));
    if (m->unsubscribe_url.len > 0 && m->one_click)
        sb_adds(sb, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    sb_addf(sb, "Content-Type: multipart/alternative; boundary=\"yiti-%lld\"\r\n\r\n", (long long)m->id);
}

void mime_write(struct sb *sb, const struct mime *m)
{
    headers(sb, m);
    body(sb, m, "text/plain", m->text);
    body(sb, m, "text/html", m->html);
    sb_addf(sb, "--yiti-%lld--\r\n", (long long)m->id);
}
