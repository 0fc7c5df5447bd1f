/* org_mail_text.c - what stands in a mail, in the receiver's language: plain text and the same as simple HTML. */
#include <string.h>

#include "org/org_delivery.h"

struct item {
    struct span kind, subject_kind, subject_id, summary;
    int more; /* further notices on the same matter */
};
#define ITEMS_MAX 200

/* Items of the same kind on the same subject are told once, with their number. */
static int read_items(const json_t *doc, struct item *items)
{
    int n = 0;
    const json_t *const list = json_object_get(doc, "items");
    for (size_t i = 0; i < json_array_size(list) && n < ITEMS_MAX; i++) {
        const json_t *const v = json_array_get(list, i);
        const struct item one = {span_of(json_string_value(json_object_get(v, "kind"))),
                                 span_of(json_string_value(json_object_get(v, "subject_kind"))),
                                 span_of(json_string_value(json_object_get(v, "subject_id"))),
                                 span_of(json_string_value(json_object_get(v, "summary"))), 0};
        int same = 0;
        while (same < n && !(span_eq(items[same].kind, one.kind) && span_eq(items[same].subject_id, one.subject_id)))
            same++;
        if (same < n)
            items[same].more++;
        else
            items[n++] = one;
    }
    return n;
}

static const char *page_of(struct span kind)
{
    return span_is(kind, "action")         ? "actions"
           : span_is(kind, "duty")         ? "duties"
           : span_is(kind, "consultation") ? "consultations"
                                           : NULL;
}

struct letter {
    const struct mail_letter *in;
    struct sb text, html, subject;
    bool zh;
};

static void heading(struct letter *l, const char *words)
{
    sb_addf(&l->text, "%s\r\n", words);
    sb_adds(&l->html, "<h3>");
    sb_add_html(&l->html, span_of(words));
    sb_adds(&l->html, "</h3><ul>");
}

static void line(struct letter *l, const struct item *i)
{
    char url[600] = "", more[60] = "";
    const char *const page = page_of(i->subject_kind), *const base = l->in->public_url;
    const char *const name = notice_kind_name(i->kind, l->in->lang);
    if (base && page)
        (void)snprintf(url, sizeof url, "%s%s%s/%.*s", base, base[strlen(base) - 1] == '/' ? "" : "/", page,
                       SPAN_ARG(i->subject_id));
    if (i->more)
        (void)snprintf(more, sizeof more, l->zh ? "（共%d条）" : " (%d times)", i->more + 1);
    sb_addf(&l->text, "  %s%s%.*s%s\r\n", name, l->zh ? "：" : ": ", SPAN_ARG(i->summary), more);
    if (url[0])
        sb_addf(&l->text, "  %s\r\n", url);
    sb_adds(&l->html, "<li>");
    sb_add_html(&l->html, span_of(name));
    sb_adds(&l->html, l->zh ? "：" : ": ");
    if (url[0]) {
        sb_adds(&l->html, "<a href=\"");
        sb_add_html(&l->html, span_of(url));
        sb_adds(&l->html, "\">");
    }
    sb_add_html(&l->html, i->summary);
    sb_adds(&l->html, url[0] ? "</a>" : "");
    sb_add_html(&l->html, span_of(more));
    sb_adds(&l->html, "</li>");
}

static void by_topics(struct letter *l, const struct item *items, int n)
{
    for (int t = 0; t < notice_topic_count(); t++) {
        const struct notice_topic *const topic = notice_topic_at(t);
        bool any = false;
        for (int i = 0; i < n; i++) {
            if (notice_topic_of(items[i].kind) != topic)
                continue;
            if (!any)
                heading(l, l->zh ? topic->zh : topic->en);
            any = true;
            line(l, &items[i]);
        }
        if (any) {
            sb_adds(&l->text, "\r\n");
            sb_adds(&l->html, "</ul>");
        }
    }
}

static void notices(struct letter *l, const json_t *doc)
{
    struct item items[ITEMS_MAX];
    const int n = read_items(doc, items);
    const char *const base = l->in->public_url;
    if (span_is(l->in->kind, "test")) {
        sb_adds(&l->subject, l->zh ? "一体：测试邮件" : "Yiti: a test mail");
        sb_adds(&l->text, l->zh ? "邮件可以送达。\r\n" : "Mail arrives.\r\n");
        sb_adds(&l->html, l->zh ? "<p>邮件可以送达。</p>" : "<p>Mail arrives.</p>");
        return;
    }
    if (span_is(l->in->kind, "digest"))
        sb_addf(&l->subject, l->zh ? "一体：每日通知（%d项）" : "Yiti: notices of the day (%d)", n);
    else if (n == 1) {
        sb_addf(&l->subject, l->zh ? "一体：%s：" : "Yiti: %s: ", notice_kind_name(items[0].kind, l->in->lang));
        sb_add(&l->subject, items[0].summary);
    } else
        sb_addf(&l->subject, l->zh ? "一体：%d项通知" : "Yiti: %d notices", n);
    by_topics(l, items, n);
    sb_adds(&l->text, l->zh ? "要改变收到哪些通知，请登录后打开“个人设置－通知设置”。\r\n"
                            : "To change what you are told of, sign in and open Settings, Notice settings.\r\n");
    if (base)
        sb_addf(&l->text, "%s%ssettings/notices\r\n", base, base[strlen(base) - 1] == '/' ? "" : "/");
    sb_adds(&l->html, l->zh ? "<p>要改变收到哪些通知，请登录后打开“个人设置－通知设置”。</p>"
                            : "<p>To change what you are told of, sign in and open Settings, Notice settings.</p>");
}

bool mail_compose(struct arena *a, const struct mail_letter *in, struct sb *out)
{
    struct letter l = {.in = in, .zh = in->lang == LANG_ZH};
    char settings[500] = "";
    json_t *doc = NULL;
    struct fail f = {0};
    if (json_read(a, in->payload, &doc, &f) != RC_OK)
        return false;
    sb_init(&l.text, 1u << 20);
    sb_init(&l.html, 1u << 20);
    sb_init(&l.subject, 2000);
    sb_addf(&l.html, "<!doctype html><html lang=\"%s\"><body>", l.zh ? "zh-CN" : "en");
    const char *const slash = in->public_url && in->public_url[strlen(in->public_url) - 1] == '/' ? "" : "/";
    if (in->token) {
        subscriber_letter(in, doc, &(struct mail_parts){&l.subject, &l.text, &l.html});
        if (in->public_url)
            (void)snprintf(settings, sizeof settings, "%s%sapi/v1/public/subscriptions/%s/unsubscribe", in->public_url,
                           slash, in->token);
    } else {
        notices(&l, doc);
        if (in->public_url)
            (void)snprintf(settings, sizeof settings, "%s%ssettings/notices", in->public_url, slash);
    }
    sb_adds(&l.html, "</body></html>");
    const struct mime m = {.from_name = in->server->from_name,
                           .from_address = in->server->from_address,
                           .to_address = span_of(in->to),
                           .subject = sb_span(&l.subject),
                           .id = in->id,
                           .at_us = in->at_us,
                           .unsubscribe_url = span_of(settings),
                           .one_click = in->token != NULL,
                           .lang = in->lang,
                           .text = sb_span(&l.text),
                           .html = sb_span(&l.html)};
    mime_write(out, &m);
    const bool ok =
        sb_rc(out) == RC_OK && sb_rc(&l.text) == RC_OK && sb_rc(&l.html) == RC_OK && sb_rc(&l.subject) == RC_OK;
    sb_release(&l.text);
    sb_release(&l.html);
    sb_release(&l.subject);
    return ok;
}
