/* case_rules.c - pure: masking what everybody may read, the reporter's secret code, the answers to a type's questions. */
#include <string.h>

#include "cases/cases_int.h"

/* ---- masking ---------------------------------------------------------------------------------------------------------------------------- */

/* Bytes of a digit (ASCII or full-width) at i, 0: none. */
static size_t digit_at(struct span s, size_t i)
{
    if (i < s.len && s.ptr[i] >= '0' && s.ptr[i] <= '9')
        return 1;
    const unsigned char *const p = (const unsigned char *)s.ptr + i;
    return i + 2 < s.len && p[0] == 0xef && p[1] == 0xbc && p[2] >= 0x90 && p[2] <= 0x99 ? 3 : 0;
}

/* The run of digits at i, with single blanks and dashes between them; *digits how many. */
static size_t digit_run(struct span s, size_t i, int *digits)
{
    size_t end = i;
    *digits = 0;
    for (size_t k = i; k < s.len;) {
        const size_t d = digit_at(s, k);
        if (d > 0) {
            (*digits)++;
            k += d;
            end = k;
        } else if ((s.ptr[k] == ' ' || s.ptr[k] == '-') && k == end && *digits > 0) {
            k++;
        } else {
            break;
        }
    }
    if (*digits == 17 && end < s.len && (s.ptr[end] == 'X' || s.ptr[end] == 'x'))
        end++; /* an identity number's last character */
    return end - i;
}

static bool is_mail_char(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("._%+-", c) != NULL;
}

/* A mail address that begins at i: local part, @, host with a dot; 0: none. */
static size_t mail_at(struct span s, size_t i)
{
    size_t k = i;
    bool dot = false;
    while (k < s.len && s.ptr[k] != '\0' && is_mail_char(s.ptr[k]))
        k++;
    if (k == i || k >= s.len || s.ptr[k] != '@')
        return 0;
    const size_t host = ++k;
    while (k < s.len && s.ptr[k] != '\0' && is_mail_char(s.ptr[k])) {
        dot = dot || s.ptr[k] == '.';
        k++;
    }
    return k > host && dot ? k - i : 0;
}

#define MASKED_DIGITS_MIN 7 /* from a telephone number without its area code on */

void case_mask(struct span text, struct sb *out)
{
    bool in_word = false; /* a mail address begins with its word, not in the middle of one */
    for (size_t i = 0; i < text.len;) {
        int digits = 0;
        const size_t mail = in_word ? 0 : mail_at(text, i);
        const size_t run = mail == 0 ? digit_run(text, i, &digits) : 0;
        if (mail > 0 || digits >= MASKED_DIGITS_MIN) {
            sb_adds(out, "***");
            i += mail > 0 ? mail : run;
            in_word = false;
            continue;
        }
        const size_t take = run > 0 ? run : 1;
        sb_add(out, span_sub(text, i, i + take));
        in_word = is_mail_char(text.ptr[i + take - 1]) && text.ptr[i + take - 1] != '\0';
        i += take;
    }
}

/* ---- the code ----------------------------------------------------------------------------------------------------------------------------- */

static const char code_letters[] = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"; /* 31: none that is taken for another */

void case_code(const unsigned char hash[32], char out[CASE_CODE_CHARS + 1])
{
    /* A byte of 248 and more would favour some letters; the next one is taken then. 32 bytes are enough: the chance that 23 are too many is 10^-30. */
    int n = 0;
    for (int i = 0; i < 32 && n < CASE_CODE_CHARS; i++)
        if (hash[i] < 248)
            out[n++] = code_letters[hash[i] % 31];
    while (n < CASE_CODE_CHARS)
        out[n++] = code_letters[0];
    out[n] = '\0';
}

bool case_code_is(const char code[CASE_CODE_CHARS + 1], struct span typed)
{
    unsigned char difference = 0;
    int n = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == ' ' || c == '-')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        if (n < CASE_CODE_CHARS)
            difference |= (unsigned char)(c ^ code[n]);
        n++;
    }
    return n == CASE_CODE_CHARS && difference == 0;
}

/* ---- answers -------------------------------------------------------------------------------------------------------------------------------- */

#define ANSWER_BYTES_MAX 2000

struct answer {
    const struct case_field *field;
    char name[80]; /* attributes.CODE */
    struct fail *f;
};

static enum rc wrong(const struct answer *a, enum msg msg, struct span arg)
{
    return fail_span(a->f, RC_INVALID, msg, a->name, arg);
}

static bool is_choice(const struct case_field *field, struct span key)
{
    for (int i = 0; i < field->n_values; i++)
        if (span_eq(field->values[i].key, key))
            return true;
    return false;
}

/* Digits, perhaps a sign in front and a point within. */
static bool is_number(struct span s)
{
    size_t i = s.len > 0 && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0, digits = 0, points = 0;
    for (; i < s.len; i++) {
        digits += s.ptr[i] >= '0' && s.ptr[i] <= '9';
        points += s.ptr[i] == '.';
        if ((s.ptr[i] < '0' || s.ptr[i] > '9') && s.ptr[i] != '.')
            return false;
    }
    return digits > 0 && digits <= 18 && points <= 1;
}

static enum rc check_one(const struct answer *a, struct span s)
{
    int64_t at = 0;
    if (s.len > ANSWER_BYTES_MAX)
        return wrong(a, MSG_case_answer_long, SPAN(""));
    switch (a->field->datatype) {
    case CASE_NUMBER:
        return is_number(s) ? RC_OK : wrong(a, MSG_case_answer_number, s);
    case CASE_DATETIME:
        return time_parse(s, &at) ? RC_OK : wrong(a, MSG_case_answer_time, s);
    case CASE_ONE_OF:
    case CASE_SOME_OF:
        return is_choice(a->field, s) ? RC_OK : wrong(a, MSG_case_answer_choice, s);
    default:
        return RC_OK;
    }
}

static enum rc text_of(const struct answer *a, const json_t *v, struct span *out)
{
    if (!json_is_string(v))
        return wrong(a, MSG_case_answer_text, SPAN(""));
    *out = (struct span){json_string_value(v), json_string_length(v)};
    return RC_OK;
}

static enum rc write_list(const struct answer *a, const json_t *list, struct jw *w)
{
    enum rc rc = json_is_array(list) ? RC_OK : wrong(a, MSG_case_answer_list, SPAN(""));
    if (rc == RC_OK && json_array_size(list) > CASE_VALUES_MAX)
        rc = wrong(a, MSG_case_answer_long, SPAN(""));
    jw_array(w);
    for (size_t i = 0; rc == RC_OK && i < json_array_size(list); i++) {
        struct span s = SPAN_NONE;
        rc = text_of(a, json_array_get(list, i), &s);
        if (rc == RC_OK)
            rc = check_one(a, s);
        if (rc == RC_OK)
            jw_text(w, s);
    }
    jw_array_end(w);
    return rc;
}

static enum rc write_answer(const struct answer *a, const json_t *v, struct jw *w)
{
    struct span s = SPAN_NONE;
    if (a->field->datatype == CASE_SOME_OF)
        return write_list(a, v, w);
    enum rc rc = text_of(a, v, &s);
    if (rc == RC_OK)
        rc = check_one(a, s);
    if (rc == RC_OK)
        jw_text(w, s);
    else
        jw_null(w); /* a key has its value, also in what is thrown away */
    return rc;
}

static bool is_empty(const json_t *v)
{
    return v == NULL || json_is_null(v) || (json_is_string(v) && json_string_length(v) == 0) ||
           (json_is_array(v) && json_array_size(v) == 0);
}

static enum rc check_known(const struct case_type *type, const json_t *given, struct fail *f)
{
    const char *key;
    json_t *value;
    json_object_foreach((json_t *)(uintptr_t)given, key, value)
    {
        bool known = false;
        char name[80];
        (void)snprintf(name, sizeof(name), "attributes.%.60s", key);
        for (int i = 0; !known && i < type->n_fields; i++)
            known = span_is(type->fields[i].code, key);
        if (!known)
            return fail_set(f, RC_INVALID, MSG_case_answer_unknown, name, NULL);
    }
    return RC_OK;
}

enum rc case_answers(const struct case_type *type, const json_t *given, struct sb *out, struct fail *f)
{
    struct jw w;
    enum rc rc = given != NULL ? check_known(type, given, f) : RC_OK;
    jw_init(&w, out);
    jw_object(&w);
    for (int i = 0; rc == RC_OK && i < type->n_fields; i++) {
        struct answer a = {.field = &type->fields[i], .f = f};
        char code[64];
        (void)snprintf(code, sizeof(code), "%.*s", SPAN_ARG(span_sub(a.field->code, 0, 60)));
        (void)snprintf(a.name, sizeof(a.name), "attributes.%s", code);
        const json_t *const v = given != NULL ? json_object_get(given, code) : NULL;
        if (is_empty(v)) {
            if (a.field->required)
                rc = wrong(&a, MSG_case_answer_missing, SPAN(""));
            continue;
        }
        jw_key(&w, code);
        rc = write_answer(&a, v, &w);
    }
    jw_object_end(&w);
    return rc == RC_OK && sb_rc(out) != RC_OK ? case_over(f) : rc;
}
