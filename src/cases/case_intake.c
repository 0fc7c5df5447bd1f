/* case_intake.c - a report comes in: checked against its type, its place and its photographs, its sender sealed, its duty opened. One command. */
#include <string.h>

#include "base/utf8.h"
#include "cases/cases_int.h"

#define ADDRESS_BYTES_MAX 600
#define NAME_BYTES_MAX 120

static bool is_among(struct span s, const char *const *words, int n)
{
    for (int i = 0; i < n; i++)
        if (span_is(s, words[i]))
            return true;
    return false;
}

static size_t characters(struct span s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static enum rc check_words(const struct case_report_in *in, const struct case_type *type, struct fail *f)
{
    static const char *const channels[] = {"web", "telephone", "letter", "visit", "inspector", "batch", "open311"};
    static const char *const secrecies[] = {"open", "confidential", "anonymous"};
    if (!is_among(in->channel, channels, 7))
        return fail_span(f, RC_INVALID, MSG_case_word_invalid, "channel", in->channel);
    if (!is_among(in->secrecy, secrecies, 3))
        return fail_span(f, RC_INVALID, MSG_case_word_invalid, "secrecy", in->secrecy);
    if (span_trim(in->text).len == 0)
        return fail_set(f, RC_INVALID, MSG_case_text_missing, "text", NULL);
    if (characters(in->text) > CASE_TEXT_CHARS_MAX)
        return fail_set(f, RC_INVALID, MSG_case_text_long, "text", NULL);
    if (in->address.len > ADDRESS_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_case_text_long, "address", NULL);
    if (in->address.len == 0 && !in->has_position)
        return fail_set(f, RC_INVALID, MSG_case_where_missing, "address", NULL);
    if (type->about_unit && in->about_unit_id == 0)
        return fail_set(f, RC_INVALID, MSG_case_about_missing, "about_unit_id", NULL);
    if (!type->about_unit && in->about_unit_id != 0)
        return fail_set(f, RC_INVALID, MSG_case_about_unasked, "about_unit_id", NULL);
    return RC_OK;
}

enum rc case_telephone(struct arena *a, struct span given, struct span *out, struct fail *f)
{
    char *const text = arena_alloc(a, given.len + 1);
    size_t n = 0;
    if (text == NULL)
        return case_over(f);
    for (size_t i = 0; i < given.len; i++) {
        const char c = given.ptr[i];
        if (c >= '0' && c <= '9')
            text[n++] = c;
        else if (c != ' ' && c != '-' && c != '+' && c != '(' && c != ')')
            return fail_set(f, RC_INVALID, MSG_case_telephone_invalid, "telephone", NULL);
    }
    if (n < 7 || n > 15)
        return fail_set(f, RC_INVALID, MSG_case_telephone_invalid, "telephone", NULL);
    *out = (struct span){text, n};
    return RC_OK;
}

static enum rc check_contact(const struct case_report_in *in, struct fail *f)
{
    const bool given = in->name.len > 0 || in->telephone.len > 0 || in->email.len > 0;
    if (span_is(in->secrecy, "anonymous") && given)
        return fail_set(f, RC_INVALID, MSG_case_anonymous_contact, "secrecy", NULL);
    if (!span_is(in->secrecy, "anonymous") && in->telephone.len == 0 && in->email.len == 0)
        return fail_set(f, RC_INVALID, MSG_case_contact_missing, "telephone", NULL);
    if (in->name.len > NAME_BYTES_MAX)
        return fail_set(f, RC_INVALID, MSG_case_text_long, "name", NULL);
    if (in->email.len > 0 && (in->email.len > 254 || memchr(in->email.ptr, '@', in->email.len) == NULL))
        return fail_set(f, RC_INVALID, MSG_case_email_invalid, "email", NULL);
    return RC_OK;
}

static enum rc sealed_of(struct tx *tx, const struct case_row *c, struct span plain, struct db_val *out, struct fail *f)
{
    struct span sealed = SPAN_NONE;
    *out = DB_N;
    if (plain.len == 0)
        return RC_OK;
    enum rc rc = seal_put(tx, c->region_code, "case", c->id, plain, &sealed, f);
    if (rc == RC_OK)
        *out = DB_B(sealed);
    return rc;
}

static enum rc keep_reporter(struct tx *tx, const struct case_report_in *in, const struct case_row *c, struct fail *f)
{
    struct db_val name, telephone, email, index = DB_N;
    struct span normal = SPAN_NONE, hash;
    if (span_is(in->secrecy, "anonymous"))
        return RC_OK;
    enum rc rc = in->telephone.len > 0 ? case_telephone(tx_arena(tx), in->telephone, &normal, f) : RC_OK;
    if (rc == RC_OK && normal.len > 0) {
        rc = seal_index(tx, "case.telephone", normal, &hash, f);
        if (rc == RC_OK)
            index = DB_B(hash);
    }
    if (rc == RC_OK)
        rc = sealed_of(tx, c, in->name, &name, f);
    if (rc == RC_OK)
        rc = sealed_of(tx, c, in->telephone, &telephone, f);
    if (rc == RC_OK)
        rc = sealed_of(tx, c, in->email, &email, f);
    return rc == RC_OK ? db_exec(tx, SQL_case_reporter_add,
                                 DB_ARGS(DB_S(c->region_code), DB_I(tx_new_id(tx)), DB_I(c->id), DB_S("reporter"), name,
                                         telephone, email, index, DB_I(tx_now_us(tx))),
                                 NULL, f)
                       : rc;
}

static enum rc attach(struct tx *tx, const struct case_report_in *in, struct case_row *c, struct fail *f)
{
    enum rc rc = in->n_files > CASE_PHOTOS_MAX ? fail_set(f, RC_INVALID, MSG_case_photos_many, "photos", NULL) : RC_OK;
    for (int i = 0; rc == RC_OK && i < in->n_files; i++)
        rc = org_file_attach(tx,
                             &(struct file_attach_in){.file_id = in->file_ids[i],
                                                      .region_code = c->region_code,
                                                      .subject_kind = "case",
                                                      .subject_id = c->id,
                                                      .unit_ids = &c->intake_id,
                                                      .n_units = 1},
                             f);
    return rc;
}

/* Where it is, in words: the county or city of its place. */
static enum rc place_name(struct tx *tx, struct span code, struct span *out, struct fail *f)
{
    struct region region;
    enum rc rc = region_get(tx, code, SPAN(""), &region, f);
    *out = rc == RC_OK ? region.name : SPAN("");
    return rc == RC_MISSING ? RC_OK : rc;
}

static enum rc open_duty(struct tx *tx, const struct case_catalogue *k, const struct case_type *type,
                         struct case_row *c, struct duty_row *d, struct fail *f)
{
    struct sb title;
    struct span place = SPAN("");
    const struct duty_source source = {SPAN("case"), c->id, c->number, c->intake_id};
    enum rc rc = place_name(tx, c->place_code, &place, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&title, DUTY_TITLE_BYTES_MAX);
    sb_addf(&title, "%.*s · %.*s · %.*s", SPAN_ARG(type->name.zh), SPAN_ARG(place), SPAN_ARG(c->number));
    const struct span words = span_dup(tx_arena(tx), sb_span(&title));
    sb_release(&title);
    if (words.ptr == NULL)
        return case_over(f);
    return duty_open(tx,
                     &(struct duty_open_in){.machine = k->machine,
                                            .subject_kind = SPAN("case"),
                                            .subject_id = c->id,
                                            .title = words,
                                            .holder_id = c->intake_id,
                                            .assigner_id = c->intake_id,
                                            .sources = &source,
                                            .n_sources = 1,
                                            .limits = type->limits,
                                            .n_limits = type->n_limits,
                                            .checked = true},
                     d, f);
}

static enum rc make_findable(struct tx *tx, const struct case_row *c, const struct case_type *type, struct fail *f)
{
    struct sb sb;
    sb_init(&sb, 1u << 16);
    sb_addf(&sb, "%.*s\n%.*s %.*s\n%.*s\n", SPAN_ARG(c->number), SPAN_ARG(type->name.zh), SPAN_ARG(type->name.en),
            SPAN_ARG(c->address));
    sb_add(&sb, c->text);
    enum rc rc = sb_rc(&sb) == RC_OK ? search_put(tx, c->region_code, "case", c->id, sb_span(&sb), f) : case_over(f);
    sb_release(&sb);
    return rc;
}

static enum rc note(struct tx *tx, const struct case_row *c, struct fail *f)
{
    struct case_journal j;
    case_journal_begin(&j);
    jw_ktext(&j.w, "number", c->number);
    jw_ktext(&j.w, "type", c->type);
    jw_ktext(&j.w, "channel", c->channel);
    jw_ktext(&j.w, "secrecy", c->secrecy);
    jw_ktext(&j.w, "place_code", c->place_code);
    jw_kint(&j.w, "photos", c->photos);
    jw_kid(&j.w, "intake_id", c->intake_id);
    return case_journal_end(tx, &j, c, "report_case", f);
}

static enum rc texts_of(struct tx *tx, const struct case_report_in *in, const struct case_type *type,
                        struct case_row *c, struct fail *f)
{
    struct sb answers, masked;
    sb_init(&answers, 1u << 16);
    sb_init(&masked, 1u << 16);
    enum rc rc = case_answers(type, in->attributes, &answers, f);
    case_mask(in->text, &masked);
    if (rc == RC_OK) {
        c->attributes = span_dup(tx_arena(tx), sb_span(&answers));
        c->public_text = span_dup(tx_arena(tx), sb_span(&masked));
        if (c->attributes.ptr == NULL || c->public_text.ptr == NULL || sb_rc(&masked) != RC_OK)
            rc = case_over(f);
    }
    sb_release(&answers);
    sb_release(&masked);
    return rc;
}

static enum rc fill(struct tx *tx, const struct case_report_in *in, const struct case_catalogue *k,
                    const struct case_type *type, struct case_row *c, struct fail *f)
{
    struct unit intake;
    enum rc rc = unit_get(tx, c->intake_id, SPAN(""), &intake, f);
    if (rc != RC_OK)
        return rc;
    memcpy(c->region_code, intake.region_code, sizeof(c->region_code));
    c->id = tx_new_id(tx);
    c->handler_id = c->intake_id;
    c->about_unit_id = in->about_unit_id;
    c->pack = k->word;
    c->pack_hash = k->hash;
    c->type = type->word;
    c->channel = in->channel;
    c->secrecy = in->secrecy;
    c->place_code = in->place_code;
    c->address = span_or_empty(in->address);
    c->text = in->text;
    c->has_position = in->has_position;
    c->lat_e6 = in->lat_e6;
    c->long_e6 = in->long_e6;
    c->photos = in->n_files;
    c->reported_at_us = c->updated_at_us = tx_now_us(tx);
    c->version = 1;
    rc = texts_of(tx, in, type, c, f);
    return rc == RC_OK ? store_number(tx, "AJ", c->region_code, &c->number, f) : rc;
}

static enum rc came_before(struct tx *tx, const struct case_report_in *in, int64_t intake_id, struct case_reported *out,
                           struct fail *f)
{
    struct rows rows;
    struct unit intake;
    if (in->client_id.len == 0)
        return RC_OK;
    enum rc rc = unit_get(tx, intake_id, SPAN(""), &intake, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_case_by_client, DB_ARGS(DB_S(intake.region_code), DB_T(in->client_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    if (rows_next(&rows)) {
        case_of(&rows, &out->row);
        out->again = true;
    }
    return rows_end(&rows);
}

static enum rc put(struct tx *tx, const struct case_report_in *in, const struct case_catalogue *k,
                   const struct case_type *type, struct case_row *c, struct fail *f)
{
    struct duty_row d = {.id = 0};
    enum rc rc = fill(tx, in, k, type, c, f);
    if (rc == RC_OK)
        rc = duty_pack_pin(tx, "cases", k->word, &(struct duty_pack_body_of){k->body, k->hash}, f);
    if (rc == RC_OK)
        rc = open_duty(tx, k, type, c, &d, f);
    if (rc != RC_OK)
        return rc;
    const enum case_mark mark = case_mark_of(k, d.state);
    c->duty_id = d.id;
    c->state = d.state;
    c->mark = span_of(case_mark_word(mark == CASE_MARKS ? CASE_RECEIVED : mark));
    rc = case_insert(tx, c, in->client_id, f);
    if (rc == RC_OK)
        rc = case_party_add(tx, c, c->intake_id, "intake", f);
    if (rc == RC_OK)
        rc = keep_reporter(tx, in, c, f);
    if (rc == RC_OK)
        rc = attach(tx, in, c, f);
    if (rc == RC_OK)
        rc = make_findable(tx, c, type, f);
    return rc == RC_OK ? note(tx, c, f) : rc;
}

/* Who keys in for somebody else needs a right for it: a desk that takes reports, or an inspector in the city. */
static enum rc may_key_in(struct tx *tx, const struct case_report_in *in, int64_t intake_id, struct fail *f)
{
    bool may = in->by_unit_id == 0;
    struct unit intake;
    enum rc rc = RC_OK;
    if (!may)
        rc = org_holds(tx, RIGHT_ASSIGN, intake_id, &may, f);
    if (rc == RC_OK && !may) {
        rc = unit_get(tx, intake_id, SPAN(""), &intake, f);
        if (rc == RC_OK)
            rc = org_require_region(tx, RIGHT_INSPECT, intake.region_code, f);
    }
    return rc;
}

enum rc case_report(struct tx *tx, const struct case_report_in *in, struct case_reported *out, struct fail *f)
{
    const struct case_catalogue *k = NULL;
    const struct case_type *type = NULL;
    int64_t intake_id = 0;
    *out = (struct case_reported){.again = false};
    enum rc rc = case_type_now(tx, in->pack, in->type, &k, &type, f);
    if (rc == RC_OK)
        rc = check_words(in, type, f);
    if (rc == RC_OK)
        rc = check_contact(in, f);
    if (rc == RC_OK)
        rc = case_intake_unit(tx, k, in->place_code, in->about_unit_id, &intake_id, f);
    if (rc == RC_OK)
        rc = may_key_in(tx, in, intake_id, f);
    if (rc == RC_OK)
        rc = came_before(tx, in, intake_id, out, f);
    if (rc == RC_OK && !out->again) {
        out->row.intake_id = intake_id;
        rc = put(tx, in, k, type, &out->row, f);
    }
    return rc == RC_OK ? case_secret(tx, out->row.id, out->code, f) : rc;
}
