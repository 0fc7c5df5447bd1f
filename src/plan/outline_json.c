/* outline_json.c - the reader's result as JSON; docs/outline-json.md is its schema. */
#include <math.h>

#include "plan/outline.h"

const char *outline_kind_name(enum outline_kind kind)
{
    static const char *const names[] = {"chapter", "section", "action", "item", "measure", "phase", "paragraph"};
    return names[kind];
}

const char *outline_role_name(enum outline_role role)
{
    static const char *const names[] = {"body",   "title",     "number",   "date",
                                        "issuer", "addressee", "preamble", "closing"};
    return names[role];
}

const char *outline_date_kind_name(enum outline_date_kind kind)
{
    static const char *const names[] = {"deadline", "horizon", "phase", "period", "recurrence"};
    return names[kind];
}

const char *outline_comparator_name(enum outline_comparator c)
{
    static const char *const names[] = {"eq",      "ge",      "le",   "gt",   "lt",       "approx",
                                        "between", "ordinal", "rank", "code", "below_by", "above_by"};
    return names[c];
}

static void text_or_null(struct jw *w, const char *key, struct span s)
{
    jw_ktext_or_null(w, key, s.len ? s : SPAN_NONE);
}

static void offsets(struct jw *w, uint32_t start, uint32_t end)
{
    jw_kint(w, "start", start);
    jw_kint(w, "end", end);
}

static void day_or_null(struct jw *w, const char *key, bool has, int32_t day)
{
    char text[11];
    if (has)
        date_print(date_from_days(day), text);
    jw_kstr(w, key, has ? text : NULL);
}

static void units(struct jw *w, const char *key, const struct outline_unit *u, uint32_t n)
{
    jw_key(w, key);
    jw_array(w);
    for (uint32_t i = 0; i < n; i++) {
        jw_object(w);
        jw_ktext(w, "name", u[i].name);
        jw_ktext(w, "printed", u[i].printed);
        offsets(w, u[i].start, u[i].end);
        jw_kreal(w, "confidence", u[i].confidence);
        char buf[300];
        struct span form;
        if (outline_unit_form(u[i].name, 0, buf, sizeof buf, &form)) {
            jw_key(w, "other_form");
            jw_object(w);
            jw_ktext(w, "name", form);
            jw_kreal(w, "confidence", u[i].confidence * OUTLINE_FORM_CONFIDENCE);
            jw_object_end(w);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void dates(struct jw *w, const struct outline_node *n)
{
    jw_key(w, "dates");
    jw_array(w);
    for (uint32_t i = 0; i < n->n_dates; i++) {
        const struct outline_date *const d = &n->dates[i];
        jw_object(w);
        jw_kstr(w, "kind", outline_date_kind_name(d->kind));
        day_or_null(w, "from", d->has_from, d->from_day);
        day_or_null(w, "to", d->has_to, d->to_day);
        jw_kbool(w, "relative", d->relative);
        text_or_null(w, "interval", d->interval);
        jw_ktext(w, "text", d->text);
        offsets(w, d->start, d->end);
        jw_kreal(w, "confidence", d->confidence);
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* mantissa / 10^scale as a JSON number, without rounding. */
static void exact(struct jw *w, const char *key, int64_t mantissa, int scale)
{
    char digits[24], text[48];
    int n = 0, k = 0;
    uint64_t v = mantissa < 0 ? (uint64_t) - (mantissa + 1) + 1 : (uint64_t)mantissa;
    do {
        digits[n++] = (char)('0' + v % 10);
        v /= 10;
    } while (v || n <= scale);
    if (mantissa < 0)
        text[k++] = '-';
    while (n > 0) {
        text[k++] = digits[--n];
        if (n == scale && n > 0)
            text[k++] = '.';
    }
    jw_key(w, key);
    jw_raw(w, (struct span){text, (size_t)k});
}

static void quantities(struct jw *w, const struct outline_node *n)
{
    jw_key(w, "quantities");
    jw_array(w);
    for (uint32_t i = 0; i < n->n_quantities; i++) {
        const struct outline_quantity *const q = &n->quantities[i];
        jw_object(w);
        exact(w, "value", q->mantissa, q->scale);
        if (q->comparator == OUTLINE_BETWEEN)
            exact(w, "value_to", q->mantissa_to, q->scale);
        text_or_null(w, "unit", q->unit);
        jw_kstr(w, "comparator", outline_comparator_name(q->comparator));
        jw_ktext(w, "text", q->text);
        offsets(w, q->start, q->end);
        jw_kreal(w, "confidence", q->confidence);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void checks(struct jw *w, const struct outline_node *n)
{
    jw_key(w, "checks");
    jw_array(w);
    for (uint32_t i = 0; i < n->n_checks; i++) {
        const struct outline_check *const c = &n->checks[i];
        jw_object(w);
        jw_ktext(w, "text", c->text);
        jw_kint(w, "declared", c->declared);
        jw_kint(w, "found", c->found);
        jw_kbool(w, "ok", c->ok);
        jw_kstr(w, "basis", c->basis);
        offsets(w, c->start, c->end);
        jw_kreal(w, "confidence", c->confidence);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void cites(struct jw *w, const struct outline_node *n)
{
    jw_key(w, "cites");
    jw_array(w);
    for (uint32_t i = 0; i < n->n_cites; i++) {
        jw_object(w);
        jw_ktext(w, "title", n->cites[i].title);
        offsets(w, n->cites[i].start, n->cites[i].end);
        jw_object_end(w);
    }
    jw_array_end(w);
}

void outline_node_json(const struct outline_node *n, struct jw *w)
{
    jw_object(w);
    jw_ktext(w, "path", n->path);
    jw_kstr(w, "kind", outline_kind_name(n->kind));
    jw_kstr(w, "role", outline_role_name(n->role));
    text_or_null(w, "number", n->number);
    if (n->ordinal)
        jw_kint(w, "ordinal", n->ordinal);
    text_or_null(w, "heading", n->heading);
    text_or_null(w, "body", n->body);
    offsets(w, n->start, n->end);
    jw_kint(w, "tree_end", n->tree_end);
    jw_key(w, "parent");
    if (n->parent < 0)
        jw_null(w);
    else
        jw_int(w, n->parent);
    units(w, "lead_units", n->lead_units, n->n_lead_units);
    units(w, "supporting_units", n->supporting_units, n->n_supporting_units);
    units(w, "charged_units", n->charged_units, n->n_charged_units);
    dates(w, n);
    quantities(w, n);
    checks(w, n);
    cites(w, n);
    jw_object_end(w);
}

void outline_document_json(const struct outline_document *d, struct jw *w)
{
    char day[11];
    if (d->has_date)
        date_print(d->date, day);
    jw_object(w);
    text_or_null(w, "title", d->title);
    text_or_null(w, "label", d->label);
    text_or_null(w, "document_number", d->number);
    text_or_null(w, "issuer", d->issuer);
    jw_kstr(w, "date", d->has_date ? day : NULL);
    offsets(w, d->start, d->end);
    jw_key(w, "aliases");
    jw_array(w);
    for (uint32_t i = 0; i < d->n_aliases; i++) {
        jw_object(w);
        jw_ktext(w, "short", d->aliases[i].short_name);
        jw_ktext(w, "full", d->aliases[i].full);
        offsets(w, d->aliases[i].start, d->aliases[i].end);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "nodes");
    jw_array(w);
    for (uint32_t i = 0; i < d->n_nodes; i++)
        outline_node_json(&d->nodes[i], w);
    jw_array_end(w);
    jw_object_end(w);
}

void outline_json(const struct outline_result *r, struct jw *w)
{
    jw_object(w);
    jw_key(w, "documents");
    jw_array(w);
    for (uint32_t i = 0; i < r->n_documents; i++)
        outline_document_json(&r->documents[i], w);
    jw_array_end(w);
    if (r->capped)
        jw_kbool(w, "capped", true);
    jw_object_end(w);
}
