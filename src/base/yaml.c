/*
 * yaml.c - libyaml's events become a tree; the schema is walked over it. libyaml guards its own stack and buffers; this file bounds depth, size and
 * number of nodes, and turns every event that is not a plain scalar, list or map into a refusal with its place.
 */
#include <string.h>
#include <yaml.h>

#include "base/date.h"
#include "base/ensure.h"
#include "base/utf8.h"
#include "base/yaml.h"

struct reader {
    struct arena *arena;
    const char *file;
    struct yaml *stack[YAML_DEPTH_MAX]; /* open lists and maps */
    struct yaml *last[YAML_DEPTH_MAX];  /* their newest child */
    struct span key[YAML_DEPTH_MAX];    /* of a map: the key that waits for its value; ptr NULL: a key comes next */
    int depth, nodes;
    struct yaml *root;
    struct fail *f;
};

/* style: allow parameters because place, code, message and argument are four things of every fault */
static enum rc fault_at(struct fail *f, const char *file, int line, int column, enum rc rc, enum msg msg,
                        const char *arg)
{
    char where[80];
    (void)snprintf(where, sizeof(where), "%.40s:%d:%d", file, line, column);
    return fail_set(f, rc, msg, where, arg, NULL);
}

static enum rc refuse(struct reader *r, const yaml_mark_t *at, enum rc rc, enum msg msg, const char *arg)
{
    return fault_at(r->f, r->file, (int)at->line + 1, (int)at->column + 1, rc, msg, arg);
}

/* ---- building the tree -------------------------------------------------------------------------------------------------------- */

static bool plain_word(struct span s)
{
    for (size_t i = 0; i < s.len; i++) {
        const char c = s.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
              c == '.'))
            return false;
    }
    return s.len > 0 && s.len <= 64;
}

static enum rc take_key(struct reader *r, const yaml_mark_t *at, struct span text)
{
    const struct yaml *const map = r->stack[r->depth - 1];
    char key[68];
    (void)snprintf(key, sizeof(key), "%.*s", SPAN_ARG(utf8_cut(text, 64)));
    if (!plain_word(text))
        return refuse(r, at, RC_MALFORMED, MSG_yaml_key_unknown, key);
    for (const struct yaml *m = map->first; m; m = m->next)
        if (span_eq(m->key, text))
            return refuse(r, at, RC_MALFORMED, MSG_yaml_key_twice, key);
    r->key[r->depth - 1] = span_dup(r->arena, text);
    return r->key[r->depth - 1].ptr ? RC_OK : refuse(r, at, RC_LIMIT, MSG_yaml_large, NULL);
}

/* Hangs a new node below the open one. */
static enum rc add(struct reader *r, const yaml_mark_t *at, enum yaml_kind kind, struct yaml **out)
{
    struct yaml *const n = r->nodes < YAML_NODES_MAX ? ARENA_NEW(r->arena, struct yaml) : NULL;
    if (!n)
        return refuse(r, at, RC_LIMIT, MSG_yaml_large, NULL);
    r->nodes++;
    *n = (struct yaml){.kind = kind, .line = (int)at->line + 1, .column = (int)at->column + 1};
    *out = n;
    if (!r->depth) {
        r->root = n;
        return RC_OK;
    }
    const int top = r->depth - 1;
    if (r->stack[top]->kind == YAML_MAP) {
        n->key = r->key[top];
        r->key[top] = SPAN_NONE;
    }
    if (r->last[top])
        r->last[top]->next = n;
    else
        r->stack[top]->first = n;
    r->last[top] = n;
    r->stack[top]->count++;
    return RC_OK;
}

static bool key_comes(const struct reader *r)
{
    return r->depth && r->stack[r->depth - 1]->kind == YAML_MAP && !r->key[r->depth - 1].ptr;
}

static enum rc on_scalar(struct reader *r, const yaml_event_t *e)
{
    const struct span text = {(const char *)e->data.scalar.value, e->data.scalar.length};
    struct yaml *n = NULL;
    if (e->data.scalar.anchor ||
        (e->data.scalar.tag && !e->data.scalar.plain_implicit && !e->data.scalar.quoted_implicit))
        return refuse(r, &e->start_mark, RC_MALFORMED, MSG_yaml_not_taken, "& !");
    if (key_comes(r))
        return take_key(r, &e->start_mark, text);
    const enum rc rc = add(r, &e->start_mark, YAML_SCALAR, &n);
    if (rc != RC_OK)
        return rc;
    n->text = span_dup(r->arena, text);
    n->quoted = e->data.scalar.style != YAML_PLAIN_SCALAR_STYLE;
    return n->text.ptr || !text.len ? RC_OK : refuse(r, &e->start_mark, RC_LIMIT, MSG_yaml_large, NULL);
}

static enum rc on_open(struct reader *r, const yaml_event_t *e, enum yaml_kind kind, const void *anchor,
                       const void *tag)
{
    struct yaml *n = NULL;
    if (anchor || tag)
        return refuse(r, &e->start_mark, RC_MALFORMED, MSG_yaml_not_taken, "& !");
    if (key_comes(r))
        return refuse(r, &e->start_mark, RC_MALFORMED, MSG_yaml_not_taken, "? [");
    if (r->depth == YAML_DEPTH_MAX)
        return refuse(r, &e->start_mark, RC_LIMIT, MSG_yaml_large, NULL);
    const enum rc rc = add(r, &e->start_mark, kind, &n);
    if (rc != RC_OK)
        return rc;
    r->stack[r->depth] = n;
    r->last[r->depth] = NULL;
    r->key[r->depth] = SPAN_NONE;
    r->depth++;
    return RC_OK;
}

static enum rc on_event(struct reader *r, const yaml_event_t *e)
{
    switch (e->type) {
    case YAML_SCALAR_EVENT:
        return on_scalar(r, e);
    case YAML_SEQUENCE_START_EVENT:
        return on_open(r, e, YAML_LIST, e->data.sequence_start.anchor, e->data.sequence_start.tag);
    case YAML_MAPPING_START_EVENT:
        return on_open(r, e, YAML_MAP, e->data.mapping_start.anchor, e->data.mapping_start.tag);
    case YAML_SEQUENCE_END_EVENT:
    case YAML_MAPPING_END_EVENT:
        r->depth--;
        return RC_OK;
    case YAML_ALIAS_EVENT:
        return refuse(r, &e->start_mark, RC_MALFORMED, MSG_yaml_not_taken, "*");
    case YAML_DOCUMENT_START_EVENT:
        return r->root ? refuse(r, &e->start_mark, RC_MALFORMED, MSG_yaml_not_taken, "---") : RC_OK;
    default:
        return RC_OK;
    }
}

static enum rc read_events(struct reader *r, yaml_parser_t *parser)
{
    enum rc rc = RC_OK;
    bool end = false;
    while (!end && rc == RC_OK) {
        yaml_event_t event;
        if (!yaml_parser_parse(parser, &event))
            return refuse(r, &parser->problem_mark, RC_MALFORMED, MSG_yaml_form,
                          parser->problem ? parser->problem : "");
        end = event.type == YAML_STREAM_END_EVENT;
        rc = on_event(r, &event);
        yaml_event_delete(&event);
    }
    return rc;
}

enum rc yaml_read(struct arena *a, const char *file, struct span text, struct yaml **out, struct fail *f)
{
    struct reader r = {.arena = a, .file = file, .f = f};
    yaml_parser_t parser;
    if (text.len > YAML_BYTES_MAX)
        return fault_at(f, file, 1, 1, RC_LIMIT, MSG_yaml_large, NULL);
    if (utf8_check(text) != text.len)
        return fault_at(f, file, 1, 1, RC_MALFORMED, MSG_yaml_form, "UTF-8");
    ensure(yaml_parser_initialize(&parser));
    yaml_parser_set_encoding(&parser, YAML_UTF8_ENCODING);
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.ptr, text.len);
    enum rc rc = read_events(&r, &parser);
    yaml_parser_delete(&parser);
    if (rc == RC_OK && !r.root)
        rc = fault_at(f, file, 1, 1, RC_MALFORMED, MSG_yaml_form, "");
    if (rc == RC_OK)
        *out = r.root;
    return rc;
}

const struct yaml *yaml_get(const struct yaml *m, const char *key)
{
    for (const struct yaml *n = m && m->kind == YAML_MAP ? m->first : NULL; n; n = n->next)
        if (span_is(n->key, key))
            return n;
    return NULL;
}

/* ---- the check ------------------------------------------------------------------------------------------------------------------ */

struct path {
    const struct path *up;
    struct span key; /* ptr NULL: a list's item */
    int index;       /* from 0 */
};
struct check {
    const char *file;
    struct fail *f;
};

/* steps[2].limit, written from the root down; depth is bounded by YAML_DEPTH_MAX. */
static void path_print(const struct path *p, struct sb *out)
{
    if (!p)
        return;
    path_print(p->up, out);
    if (!p->key.ptr) {
        sb_addf(out, "[%d]", p->index);
        return;
    }
    if (out->len)
        sb_addc(out, '.');
    sb_add(out, p->key);
}

static enum rc wrong(const struct check *c, const struct yaml *at, const struct path *p, enum msg msg, const char *one,
                     const char *two)
{
    char where[80], name[120];
    struct sb sb;
    sb_init(&sb, 100);
    path_print(p, &sb);
    (void)snprintf(name, sizeof(name), "%.*s", SPAN_ARG(sb_span(&sb)));
    sb_release(&sb);
    (void)snprintf(where, sizeof(where), "%.40s:%d:%d", c->file, at->line, at->column);
    return fail_set(c->f, RC_INVALID, msg, where, name, one, two, NULL);
}

static enum rc range(const struct check *c, const struct yaml *at, const struct path *p, const struct yaml_field *want,
                     int64_t value)
{
    char low[24], high[24];
    if (value >= want->min && (want->max == 0 || value <= want->max))
        return RC_OK;
    (void)snprintf(low, sizeof(low), "%lld", (long long)want->min);
    (void)snprintf(high, sizeof(high), want->max ? "%lld" : "…", (long long)want->max);
    return wrong(c, at, p, MSG_yaml_range, low, high);
}

static bool word_among(struct span text, const char *words)
{
    struct span rest = span_of(words);
    while (rest.len)
        if (span_eq(span_split(&rest, '|'), text))
            return true;
    return false;
}

/* "-12.5" in millionths. */
static bool decimal_parse(struct span s, int64_t *out)
{
    const bool negative = s.len && s.ptr[0] == '-';
    struct span rest = span_sub(s, negative ? 1 : 0, s.len);
    const struct span whole = span_split(&rest, '.');
    char places[7] = "000000";
    int64_t v = 0, fraction = 0;
    if (!whole.len || whole.ptr[0] == '-' || whole.ptr[0] == '+' || rest.len > 6 || !span_to_i64(whole, &v))
        return false;
    if (rest.len)
        memcpy(places, rest.ptr, rest.len);
    if (strspn(places, "0123456789") != 6 || !span_to_i64(span_of(places), &fraction) ||
        __builtin_mul_overflow(v, 1000000, &v) || __builtin_add_overflow(v, fraction, &v))
        return false;
    *out = negative ? -v : v;
    return true;
}

static enum rc check_scalar(const struct check *c, const struct yaml *n, const struct path *p,
                            const struct yaml_field *want)
{
    struct ymd day;
    int64_t v = 0;
    if (n->kind != YAML_SCALAR)
        return wrong(c, n, p, MSG_yaml_type, "text", NULL);
    switch (want->type) {
    case YAML_IS_INT:
        return span_to_i64(n->text, &v) ? range(c, n, p, want, v) : wrong(c, n, p, MSG_yaml_type, "12", NULL);
    case YAML_IS_DECIMAL:
        return decimal_parse(n->text, &v) ? range(c, n, p, want, v) : wrong(c, n, p, MSG_yaml_type, "12.5", NULL);
    case YAML_IS_BOOL:
        return span_is(n->text, "true") || span_is(n->text, "false")
                   ? RC_OK
                   : wrong(c, n, p, MSG_yaml_word, "true, false", NULL);
    case YAML_IS_DATE:
        return date_parse(n->text, &day) ? RC_OK : wrong(c, n, p, MSG_yaml_type, "2026-06-30", NULL);
    case YAML_IS_WORD:
        if (want->words && !word_among(n->text, want->words))
            return wrong(c, n, p, MSG_yaml_word, want->words, NULL);
        return want->words || plain_word(n->text) ? RC_OK : wrong(c, n, p, MSG_yaml_type, "a-z 0-9 _ - .", NULL);
    case YAML_IS_RULE:
        return n->text.len ? RC_OK : wrong(c, n, p, MSG_yaml_type, "rule", NULL);
    default:
        return range(c, n, p, want, (int64_t)utf8_count(n->text));
    }
}

static enum rc check_node(const struct check *c, const struct yaml *n, const struct path *p,
                          const struct yaml_field *want);

static enum rc check_object(const struct check *c, const struct yaml *n, const struct path *p,
                            const struct yaml_schema *schema)
{
    enum rc rc = RC_OK;
    if (n->kind != YAML_MAP)
        return wrong(c, n, p, MSG_yaml_type, "key: value", NULL);
    for (const struct yaml *m = n->first; m && rc == RC_OK; m = m->next) {
        const struct path here = {p, m->key, 0};
        const struct yaml_field *field = NULL;
        for (int i = 0; i < schema->count && !field; i++)
            /* an object field has its schema: a table error otherwise. NOLINTNEXTLINE(clang-analyzer-*) */
            if (span_is(m->key, schema->fields[i].key))
                field = &schema->fields[i];
        rc = field ? check_node(c, m, &here, field) : wrong(c, m, &here, MSG_yaml_key_unknown, NULL, NULL);
    }
    for (int i = 0; i < schema->count && rc == RC_OK; i++) {
        const struct path here = {p, span_of(schema->fields[i].key), 0};
        if (schema->fields[i].required && !yaml_get(n, schema->fields[i].key))
            rc = wrong(c, n, &here, MSG_yaml_key_missing, NULL, NULL);
    }
    return rc;
}

static enum rc check_items(const struct check *c, const struct yaml *n, const struct path *p,
                           const struct yaml_field *want)
{
    const enum yaml_kind kind = want->type == YAML_IS_LIST ? YAML_LIST : YAML_MAP;
    int index = 0;
    if (n->kind != kind)
        return wrong(c, n, p, MSG_yaml_type, kind == YAML_LIST ? "- list" : "key: value", NULL);
    enum rc rc = range(c, n, p, want, n->count);
    for (const struct yaml *m = n->first; m && rc == RC_OK; m = m->next) {
        const struct path here = {p, m->key, index++};
        rc = check_node(c, m, &here, want->item);
    }
    return rc;
}

static const struct yaml_field both_fields[] = {
    {.key = "zh", .type = YAML_IS_TEXT, .required = true, .min = 1},
    {.key = "en", .type = YAML_IS_TEXT, .required = true, .min = 1},
};
static const struct yaml_schema both_schema = {"both", both_fields, 2};

/* Recursion follows the schema over a tree of at most YAML_DEPTH_MAX levels. */
static enum rc check_node(const struct check *c, const struct yaml *n, const struct path *p,
                          const struct yaml_field *want)
{
    switch (want->type) {
    case YAML_IS_OBJECT:
        return check_object(c, n, p, want->object);
    case YAML_IS_BOTH:
        return check_object(c, n, p, &both_schema);
    case YAML_IS_LIST:
    case YAML_IS_MAP_OF:
        return check_items(c, n, p, want);
    default:
        return check_scalar(c, n, p, want);
    }
}

enum rc yaml_check(const struct yaml *tree, const struct yaml_schema *schema, const char *file, struct fail *f)
{
    const struct check c = {file, f};
    return check_object(&c, tree, NULL, schema);
}

enum rc yaml_fault(struct fail *f, const char *file, const struct yaml *at, enum msg msg, const char *arg)
{
    return fault_at(f, file, at->line, at->column, RC_INVALID, msg, arg);
}

/* ---- values ------------------------------------------------------------------------------------------------------------------------ */

struct span yaml_text(const struct yaml *m, const char *key)
{
    const struct yaml *const n = yaml_get(m, key);
    return n ? n->text : SPAN_NONE;
}

int64_t yaml_int(const struct yaml *m, const char *key, int64_t otherwise)
{
    const struct yaml *const n = yaml_get(m, key);
    int64_t v = otherwise;
    ensure(!n || span_to_i64(n->text, &v));
    return v;
}

int64_t yaml_decimal(const struct yaml *m, const char *key, int64_t otherwise)
{
    const struct yaml *const n = yaml_get(m, key);
    int64_t v = otherwise;
    ensure(!n || decimal_parse(n->text, &v));
    return v;
}

bool yaml_bool(const struct yaml *m, const char *key, bool otherwise)
{
    const struct yaml *const n = yaml_get(m, key);
    return n ? span_is(n->text, "true") : otherwise;
}

struct span yaml_both(const struct yaml *m, const char *key, enum lang lang)
{
    return yaml_text(yaml_get(m, key), lang == LANG_ZH ? "zh" : "en");
}
