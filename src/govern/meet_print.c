/*
 * meet_print.c - the notice of a session and its minutes as print-ready HTML: A4, in the look of official documents (GB/T 9704-2012: heading in 小标宋,
 * text in 仿宋, heads in 黑体), with its style in it and no script. What people typed is escaped, never marked up.
 */
#include <string.h>

#include "govern/meet_int.h"

#define PRINT_BYTES_MAX (2u << 20)

static const char style[] =
    "@page{size:A4;margin:37mm 26mm 35mm 28mm}"
    "body{font:16pt/28pt FangSong_GB2312,FangSong,'Noto Serif CJK SC','Songti "
    "SC',serif;color:#000;max-width:156mm;margin:0 "
    "auto;padding:8mm 0}"
    "h1{font:normal 22pt/34pt FZXiaoBiaoSong-B05S,'Noto Serif CJK SC',serif;text-align:center;margin:0 0 10pt}"
    "h2{font:16pt/28pt SimHei,'Noto Sans CJK SC',sans-serif;margin:12pt 0 4pt}"
    "p{margin:0;text-indent:2em;white-space:pre-wrap}p.flat,td "
    "p{text-indent:0}p.number{text-align:center;text-indent:0}"
    "table{border-collapse:collapse;width:100%;font-size:12pt;line-height:18pt;margin:4pt 0}"
    "th,td{border:0.5pt solid #000;padding:3pt 5pt;text-align:left;vertical-align:top}"
    "th{font-family:SimHei,'Noto Sans CJK SC',sans-serif;font-weight:normal}"
    "tr{break-inside:avoid}ol{margin:0;padding-left:2.2em}.end{text-align:right;margin-top:20pt;text-indent:0}"
    "@media screen{body{padding:10mm}}";

struct paper {
    struct sb *sb;
    struct tx *tx;
    enum lang lang;
};

static const char *in(const struct paper *p, const char *zh, const char *en)
{
    return p->lang == LANG_ZH ? zh : en;
}

static void text(struct paper *p, struct span s)
{
    sb_add_html(p->sb, s);
}

static void says(struct paper *p, const char *zh, const char *en)
{
    sb_adds(p->sb, in(p, zh, en));
}

/* 2026年11月24日9:00, 24 November 2026, 09:00. */
static void moment(struct paper *p, int64_t at_us)
{
    static const char *const months[] = {"January", "February", "March",     "April",   "May",      "June",
                                         "July",    "August",   "September", "October", "November", "December"};
    const struct ymd d = date_of_us(at_us);
    const int64_t minutes = (at_us - date_start_us(d)) / 60000000;
    if (p->lang == LANG_ZH)
        sb_addf(p->sb, "%d年%d月%d日%d:%02d", d.year, d.month, d.day, (int)(minutes / 60), (int)(minutes % 60));
    else
        sb_addf(p->sb, "%d %s %d, %02d:%02d", d.day, months[d.month - 1], d.year, (int)(minutes / 60),
                (int)(minutes % 60));
}

static void line(struct paper *p, const char *zh, const char *en, struct span value)
{
    if (value.len == 0)
        return;
    sb_adds(p->sb, "<p class=\"flat\">");
    says(p, zh, en);
    text(p, value);
    sb_adds(p->sb, "</p>");
}

static void head(struct paper *p, const struct meet_session *s, const char *zh, const char *en)
{
    sb_addf(p->sb, "<!doctype html><html lang=\"%s\"><head><meta charset=\"utf-8\"><title>", in(p, "zh-CN", "en"));
    text(p, s->title);
    sb_addf(p->sb, "</title><style>%s</style></head><body><h1>", style);
    text(p, s->title);
    sb_adds(p->sb, "<br>");
    says(p, zh, en);
    sb_adds(p->sb, "</h1><p class=\"number\">");
    text(p, s->number);
    sb_adds(p->sb, "</p>");
}

static void facts(struct paper *p, const struct meet_session *s)
{
    sb_adds(p->sb, "<p class=\"flat\">");
    says(p, "时间：", "Time: ");
    if (s->starts_at_us != 0) {
        moment(p, s->starts_at_us);
        if (s->ends_at_us != 0) {
            says(p, "至", " to ");
            moment(p, s->ends_at_us);
        }
    } else {
        says(p, "待定", "to be fixed");
    }
    sb_adds(p->sb, "</p>");
    line(p, "地点：", "Place: ", s->place);
    line(p, "主办：", "Host: ", meet_unit_name(p->tx, s->host_id));
    line(p, "主题：", "Theme: ", s->theme);
}

static void foot(struct paper *p, int64_t unit_id, int64_t at_us)
{
    sb_adds(p->sb, "<p class=\"end\">");
    text(p, meet_unit_name(p->tx, unit_id));
    sb_adds(p->sb, "<br>");
    const struct ymd d = date_of_us(at_us != 0 ? at_us : tx_now_us(p->tx));
    if (p->lang == LANG_ZH)
        sb_addf(p->sb, "%d年%d月%d日", d.year, d.month, d.day);
    else
        sb_addf(p->sb, "%04d-%02d-%02d", d.year, d.month, d.day);
    sb_adds(p->sb, "</p></body></html>\n");
}

/* ---- the notice ---------------------------------------------------------------------------------------------------------------------------- */

static void agenda_row(struct paper *p, const struct meet_item *i)
{
    sb_addf(p->sb, "<tr><td>%lld</td><td>", (long long)i->ordinal);
    text(p, i->title);
    sb_adds(p->sb, "</td><td>");
    if (i->presenter_id != 0)
        text(p, meet_unit_name(p->tx, i->presenter_id));
    if (i->speaker.len > 0) {
        sb_adds(p->sb, i->presenter_id != 0 ? " " : "");
        text(p, i->speaker);
    }
    sb_adds(p->sb, "</td><td>");
    if (i->duration_min > 0)
        sb_addf(p->sb, "%lld%s", (long long)i->duration_min, in(p, "分钟", " min"));
    sb_adds(p->sb, "</td></tr>");
}

static void agenda(struct paper *p, const struct meet_item *items, int n)
{
    sb_adds(p->sb, "<h2>");
    says(p, "会议议程", "Agenda");
    sb_addf(p->sb, "</h2><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>",
            in(p, "序号", "No."), in(p, "议题", "Item"), in(p, "汇报", "Presented by"), in(p, "时间", "Time"));
    for (int i = 0; i < n; i++)
        agenda_row(p, &items[i]);
    sb_adds(p->sb, "</tbody></table>");
}

static void invited(struct paper *p, const struct meet_member *members, int n)
{
    sb_adds(p->sb, "<p class=\"flat\">");
    for (int i = 0, said = 0; i < n; i++) {
        if (!members[i].now)
            continue;
        if (said++ > 0)
            says(p, "、", ", ");
        text(p, meet_unit_name(p->tx, members[i].unit_id));
    }
    sb_adds(p->sb, in(p, "：</p>", ":</p>"));
}

static enum rc notice(struct paper *p, const struct meet_session *s, const struct meet_body *b, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_member *members = NULL;
    int n_items = 0, n = 0;
    enum rc rc = meet_items(p->tx, s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_members(p->tx, b, meet_today(p->tx), &members, &n, f);
    if (rc != RC_OK)
        return rc;
    head(p, s, "会议通知", "Notice of meeting");
    invited(p, members, n);
    sb_adds(p->sb, "<p>");
    says(p, "现将有关事项通知如下。", "You are invited to the session below.");
    sb_adds(p->sb, "</p>");
    facts(p, s);
    agenda(p, items, n_items);
    sb_adds(p->sb, "<p>");
    says(p, "请各成员单位确定参会人员并按时反馈；因故不能参会的，请说明并委派代表。",
         "Please say who will come; a member that cannot is asked to excuse itself or to send a stand-in.");
    sb_adds(p->sb, "</p>");
    foot(p, b->unit_id, s->called_at_us);
    return RC_OK;
}

/* ---- the minutes ---------------------------------------------------------------------------------------------------------------------------- */

static const char *status_name(const struct paper *p, struct span status)
{
    static const struct {
        const char *word, *zh, *en;
    } names[] = {{"expected", "待定", "not known"},
                 {"present", "出席", "present"},
                 {"stand_in", "代为出席", "stand-in"},
                 {"excused", "请假", "excused"},
                 {"absent", "缺席", "absent"}};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (span_is(status, names[i].word))
            return in(p, names[i].zh, names[i].en);
    return "";
}

static void attendance(struct paper *p, const struct meet_attendee *a, int n)
{
    sb_addf(p->sb, "<h2>%s</h2><table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>",
            in(p, "出席情况", "Attendance"), in(p, "成员", "Member"), in(p, "代表", "Represented by"),
            in(p, "出席", "Attended"), in(p, "签署", "Signed"));
    for (int i = 0; i < n; i++) {
        sb_adds(p->sb, "<tr><td>");
        text(p, meet_unit_name(p->tx, a[i].unit_id));
        if (!a[i].voting)
            says(p, "（列席）", " (sits in)");
        sb_adds(p->sb, "</td><td>");
        text(p, a[i].name);
        sb_adds(p->sb, a[i].position.len > 0 && a[i].name.len > 0 ? " " : "");
        text(p, a[i].position);
        sb_addf(p->sb, "</td><td>%s</td><td>", status_name(p, a[i].status));
        if (a[i].signed_at_us != 0) {
            text(p, a[i].signed_name);
            sb_adds(p->sb, " ");
            moment(p, a[i].signed_at_us);
        }
        sb_adds(p->sb, "</td></tr>");
    }
    sb_adds(p->sb, "</tbody></table>");
}

static void spoken(struct paper *p, const struct meet_item *items, int n)
{
    sb_addf(p->sb, "<h2>%s</h2>", in(p, "会议议程", "Agenda"));
    for (int i = 0; i < n; i++) {
        sb_addf(p->sb, "<p>%lld. ", (long long)items[i].ordinal);
        text(p, items[i].title);
        if (items[i].presenter_id != 0 || items[i].speaker.len > 0) {
            says(p, "（", " (");
            if (items[i].presenter_id != 0)
                text(p, meet_unit_name(p->tx, items[i].presenter_id));
            sb_adds(p->sb, items[i].presenter_id != 0 && items[i].speaker.len > 0 ? " " : "");
            text(p, items[i].speaker);
            says(p, "）", ")");
        }
        sb_adds(p->sb, "</p>");
        if (items[i].record.len == 0)
            continue;
        sb_adds(p->sb, "<p>");
        text(p, items[i].record);
        sb_adds(p->sb, "</p>");
    }
}

static void how(struct paper *p, const struct meet_resolution *r)
{
    if (span_is(r->how, "consensus"))
        says(p, "（协商一致）", " (by consensus)");
    else if (span_is(r->how, "vote"))
        sb_addf(p->sb, "%s%lld%s%lld%s%lld%s%s%s", in(p, "（赞成", " (for "), (long long)r->votes_for,
                in(p, "、反对", ", against "), (long long)r->votes_against, in(p, "、弃权", ", abstained "),
                (long long)r->abstained, in(p, "，", ": "),
                span_is(r->outcome, "adopted") ? in(p, "通过", "adopted") : in(p, "未通过", "not adopted"),
                in(p, "）", ")"));
    else
        sb_adds(p->sb, span_is(r->outcome, "adopted") ? in(p, "（采纳）", " (taken up)")
                                                      : in(p, "（未采纳）", " (not taken up)"));
}

static enum rc duties(struct paper *p, const struct meet_resolution *r, struct duty_show *show, struct fail *f)
{
    struct duty_row *rows = NULL;
    struct span state;
    int n = 0;
    enum rc rc = duty_about(show, &(struct duty_subject){"resolution", r->id}, &rows, &n, f);
    if (rc != RC_OK || n == 0)
        return rc;
    sb_addf(p->sb, "<table><thead><tr><th>%s</th><th>%s</th><th>%s</th><th>%s</th></tr></thead><tbody>",
            in(p, "责任单位", "Unit"), in(p, "分工", "Part"), in(p, "期限", "Due"), in(p, "状态", "State"));
    for (int i = 0; rc == RC_OK && i < n; i++) {
        sb_adds(p->sb, "<tr><td>");
        text(p, meet_unit_name(p->tx, rows[i].holder_id));
        sb_addf(p->sb, "</td><td>%s</td><td>",
                span_is(rows[i].part, "lead") ? in(p, "牵头", "lead") : in(p, "参加", "supporting"));
        text(p, span_or_empty(rows[i].due_on));
        sb_adds(p->sb, "</td><td>");
        rc = duty_state_name(show, &rows[i], &state, f);
        if (rc == RC_OK)
            text(p, state);
        sb_adds(p->sb, "</td></tr>");
    }
    sb_adds(p->sb, "</tbody></table>");
    return rc;
}

static enum rc resolutions(struct paper *p, const struct meet_session *s, struct fail *f)
{
    struct meet_resolution *r = NULL;
    struct duty_show *show = NULL;
    int n = 0;
    enum rc rc = meet_resolutions(p->tx, s, false, &r, &n, f);
    if (rc == RC_OK)
        rc = duty_show_new(p->tx, p->lang, &show, f);
    if (rc != RC_OK || n == 0)
        return rc;
    sb_addf(p->sb, "<h2>%s</h2>", in(p, "会议决议", "Resolutions"));
    for (int i = 0; rc == RC_OK && i < n; i++) {
        sb_addf(p->sb, "<p>%lld. ", (long long)r[i].ordinal);
        if (r[i].proposer.len > 0) {
            text(p, r[i].proposer);
            says(p, "建议：", " advised: ");
        }
        text(p, r[i].text);
        how(p, &r[i]);
        if (r[i].reason.len > 0) {
            says(p, "理由：", " Because: ");
            text(p, r[i].reason);
        }
        sb_adds(p->sb, "</p>");
        rc = duties(p, &r[i], show, f);
    }
    return rc;
}

static enum rc minutes(struct paper *p, const struct meet_session *s, const struct meet_body *b, struct fail *f)
{
    struct meet_item *items = NULL;
    struct meet_attendee *a = NULL;
    int n_items = 0, n = 0;
    enum rc rc = meet_items(p->tx, s, &items, &n_items, f);
    if (rc == RC_OK)
        rc = meet_attendees(p->tx, s, &a, &n, f);
    if (rc != RC_OK)
        return rc;
    head(p, s, "会议纪要", "Minutes");
    facts(p, s);
    spoken(p, items, n_items);
    if (s->minutes.len > 0) {
        sb_adds(p->sb, "<p>");
        text(p, s->minutes);
        sb_adds(p->sb, "</p>");
    }
    rc = resolutions(p, s, f);
    attendance(p, a, n);
    foot(p, b->unit_id, s->minuted_at_us);
    return rc;
}

enum rc meet_print(struct tx *tx, struct meet_print *print, struct fail *f)
{
    struct meet_session s;
    struct meet_body b;
    struct sb sb;
    enum rc rc = meet_session_get(tx, print->id, &s, f);
    if (rc == RC_OK)
        rc = meet_body_behind(tx, &s, &b, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, PRINT_BYTES_MAX);
    struct paper p = {&sb, tx, print->lang};
    rc = print->minutes ? minutes(&p, &s, &b, f) : notice(&p, &s, &b, f);
    if (rc == RC_OK && sb_rc(&sb) != RC_OK)
        rc = meet_over(f);
    if (rc == RC_OK) {
        print->bytes = span_dup(tx_arena(tx), sb_span(&sb));
        rc = print->bytes.ptr != NULL ? RC_OK : meet_over(f);
    }
    sb_release(&sb);
    return rc;
}
