/* meet_docx.c - the notice of a session and its minutes as .docx in the layout of official documents (base/docx.h). */
#include <string.h>

#include "base/docx.h"
#include "govern/meet_int.h"

struct doc {
    struct docx d;
    struct tx *tx;
    enum lang lang;
    const struct meet_session *s;
    const struct meet_body *b;
};

static const char *in(const struct doc *p, const char *zh, const char *en)
{
    return p->lang == LANG_ZH ? zh : en;
}

/* joined - the parts one behind the other, in the arena. */
static struct span joined(struct doc *p, const struct span *parts, int n)
{
    struct sb sb;
    sb_init(&sb, MEET_TEXT_BYTES_MAX);
    for (int i = 0; i < n; i++)
        sb_add(&sb, parts[i]);
    const struct span out = span_dup(tx_arena(p->tx), sb_span(&sb));
    sb_release(&sb);
    return out;
}
#define JOINED(p, ...)                                                                                                 \
    joined((p), (const struct span[]){__VA_ARGS__},                                                                    \
           (int)(sizeof((const struct span[]){__VA_ARGS__}) / sizeof(struct span)))

static struct span day_of(struct doc *p, int64_t at_us, bool hour)
{
    char text[64];
    const struct ymd d = date_of_us(at_us);
    const int minutes = (int)((at_us - date_start_us(d)) / 60000000);
    if (p->lang == LANG_ZH)
        (void)snprintf(text, sizeof text, "%d年%d月%d日", d.year, d.month, d.day);
    else
        (void)snprintf(text, sizeof text, "%04d-%02d-%02d", d.year, d.month, d.day);
    const size_t n = strlen(text);
    if (hour)
        (void)snprintf(text + n, sizeof text - n, "%s%d:%02d", p->lang == LANG_ZH ? "" : " ", minutes / 60,
                       minutes % 60);
    return span_dup(tx_arena(p->tx), span_of(text));
}

static void fact(struct doc *p, const char *zh, const char *en, struct span value)
{
    if (value.len > 0)
        docx_paragraph(&p->d, JOINED(p, span_of(in(p, zh, en)), value));
}

static void facts(struct doc *p)
{
    const struct meet_session *s = p->s;
    fact(p, "时间：",
         "Time: ", s->starts_at_us != 0 ? day_of(p, s->starts_at_us, true) : span_of(in(p, "待定", "to be fixed")));
    fact(p, "地点：", "Place: ", s->place);
    fact(p, "主办：", "Host: ", meet_unit_name(p->tx, s->host_id));
    fact(p, "主题：", "Theme: ", s->theme);
}

static enum rc agenda(struct doc *p, const struct meet_item *items, int n, struct fail *f)
{
    static const int widths[] = {14, 82, 40, 20};
    const struct span heads[] = {span_of(in(p, "序号", "No.")), span_of(in(p, "议题", "Item")),
                                 span_of(in(p, "汇报", "Presented by")), span_of(in(p, "分钟", "Minutes"))};
    struct span *cells = ARENA_ARRAY(tx_arena(p->tx), (size_t)n * 4 + 1, struct span);
    if (cells == NULL)
        return meet_over(f);
    for (int i = 0; i < n; i++) {
        char number[24], minutes[24];
        (void)snprintf(number, sizeof number, "%lld", (long long)items[i].ordinal);
        (void)snprintf(minutes, sizeof minutes, "%lld", (long long)items[i].duration_min);
        struct span *row = &cells[(size_t)i * 4];
        row[0] = span_dup(tx_arena(p->tx), span_of(number));
        row[1] = items[i].title;
        row[2] =
            JOINED(p, items[i].presenter_id != 0 ? meet_unit_name(p->tx, items[i].presenter_id) : SPAN(""),
                   items[i].presenter_id != 0 && items[i].speaker.len > 0 ? SPAN(" ") : SPAN(""), items[i].speaker);
        row[3] = items[i].duration_min > 0 ? span_dup(tx_arena(p->tx), span_of(minutes)) : SPAN("");
    }
    docx_heading(&p->d, 1, span_of(in(p, "一、会议议程", "Agenda")));
    docx_table(&p->d, &(struct docx_table){4, n, widths, heads, cells, 1u << 1});
    return RC_OK;
}

static struct span invited(struct doc *p, const struct meet_member *members, int n)
{
    struct span all = SPAN("");
    for (int i = 0; i < n; i++)
        if (members[i].now)
            all = JOINED(p, all, all.len > 0 ? span_of(in(p, "，", ", ")) : SPAN(""),
                         meet_unit_name(p->tx, members[i].unit_id));
    return all;
}

static enum rc notice(struct doc *p, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_member *members = NULL;
    int n_items = 0, n = 0;
    enum rc rc = meet_items(p->tx, p->s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_members(p->tx, p->b, meet_today(p->tx), &members, &n, f);
    if (rc != RC_OK)
        return rc;
    docx_title(&p->d, JOINED(p, span_of(in(p, "关于召开", "Notice: ")), p->s->title, span_of(in(p, "的通知", ""))));
    docx_recipients(&p->d, invited(p, members, n));
    docx_paragraph(&p->d, span_of(in(p, "现将有关事项通知如下。", "You are invited to the session below.")));
    facts(p);
    rc = agenda(p, items, n_items, f);
    docx_signature(&p->d, meet_unit_name(p->tx, p->b->unit_id),
                   day_of(p, p->s->called_at_us != 0 ? p->s->called_at_us : tx_now_us(p->tx), false));
    return rc;
}

static enum rc charged(struct doc *p, const struct meet_resolution *r, struct duty_show *show, struct fail *f)
{
    struct duty_row *rows = NULL;
    int n = 0;
    const enum rc rc = duty_about(show, &(struct duty_subject){"resolution", r->id}, &rows, &n, f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        docx_paragraph(&p->d, JOINED(p,
                                     span_is(rows[i].part, "lead") ? span_of(in(p, "牵头单位：", "In the lead: "))
                                                                   : span_of(in(p, "参加单位：", "Supporting: ")),
                                     meet_unit_name(p->tx, rows[i].holder_id),
                                     rows[i].due_on.len > 0 ? span_of(in(p, "，期限", ", due ")) : SPAN(""),
                                     span_or_empty(rows[i].due_on)));
    return rc;
}

static enum rc resolutions(struct doc *p, struct fail *f)
{
    struct meet_resolution *r = NULL;
    struct duty_show *show = NULL;
    int n = 0;
    enum rc rc = meet_resolutions(p->tx, p->s, false, &r, &n, f);
    if (rc == RC_OK)
        rc = duty_show_new(p->tx, p->lang, &show, f);
    if (rc != RC_OK || n == 0)
        return rc;
    docx_heading(&p->d, 1, span_of(in(p, "二、会议决议", "Resolutions")));
    for (int i = 0; rc == RC_OK && i < n; i++) {
        char number[32];
        (void)snprintf(number, sizeof number, "%lld. ", (long long)r[i].ordinal);
        docx_paragraph(
            &p->d,
            JOINED(p, span_of(number), r[i].text,
                   span_is(r[i].outcome, "adopted") ? SPAN("") : span_of(in(p, "（未通过）", " (not adopted)"))));
        rc = charged(p, &r[i], show, f);
    }
    return rc;
}

static void attended(struct doc *p, const struct meet_attendee *a, int n)
{
    docx_heading(&p->d, 1, span_of(in(p, "三、出席情况", "Attendance")));
    for (int i = 0; i < n; i++)
        docx_paragraph(&p->d, JOINED(p, meet_unit_name(p->tx, a[i].unit_id), span_of(in(p, "：", ": ")),
                                     meet_came(&a[i]) ? a[i].name : span_of(in(p, "未出席", "did not attend")),
                                     meet_came(&a[i]) && a[i].position.len > 0 ? SPAN(" ") : SPAN(""),
                                     meet_came(&a[i]) ? a[i].position : SPAN(""),
                                     a[i].signed_at_us != 0 ? span_of(in(p, "（已签署）", " (signed)")) : SPAN("")));
}

static enum rc minutes(struct doc *p, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_attendee *a = NULL;
    int n_items = 0, n = 0;
    enum rc rc = meet_items(p->tx, p->s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_attendees(p->tx, p->s, &a, &n, f);
    if (rc != RC_OK)
        return rc;
    docx_title(&p->d, JOINED(p, p->s->title, span_of(in(p, "纪要", ": minutes"))));
    facts(p);
    rc = agenda(p, items, n_items, f);
    for (int i = 0; i < n_items; i++)
        if (items[i].record.len > 0)
            docx_paragraph(&p->d, items[i].record);
    docx_paragraph(&p->d, p->s->minutes);
    if (rc == RC_OK)
        rc = resolutions(p, f);
    attended(p, a, n);
    docx_signature(&p->d, meet_unit_name(p->tx, p->b->unit_id),
                   day_of(p, p->s->minuted_at_us != 0 ? p->s->minuted_at_us : tx_now_us(p->tx), false));
    return rc;
}

enum rc meet_docx(struct tx *tx, struct meet_print *print, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    enum rc rc = meet_session_get(tx, print->id, &s, f);
    if (rc == RC_OK)
        rc = meet_body_behind(tx, &s, &b, f);
    if (rc != RC_OK)
        return rc;
    struct doc p = {.tx = tx, .lang = print->lang, .s = &s, .b = &b};
    docx_begin(&p.d, print->lang);
    docx_mark(&p.d, b.name, s.number);
    rc = print->minutes ? minutes(&p, f) : notice(&p, f);
    struct fail ended = {0};
    const enum rc end = docx_end(tx_arena(tx), &p.d, &print->bytes, &ended);
    if (rc == RC_OK && end != RC_OK) {
        *f = ended;
        rc = end;
    }
    print->name = JOINED(&p, s.title, span_of(print->minutes ? "-minutes.docx" : "-notice.docx"));
    return rc;
}
