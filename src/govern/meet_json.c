/* meet_json.c - bodies, sessions and resolutions as objects of the API, and what the reader may do with them. */
#include <string.h>

#include "base/numeral.h"
#include "govern/meet_int.h"

enum rc meet_show_begin(struct tx *tx, enum lang lang, struct meet_show *out, struct fail *f)
{
    *out = (struct meet_show){.tx = tx, .lang = lang, .on = meet_today(tx)};
    return duty_show_new(tx, lang, &out->duties, f);
}

void meet_unit_json(struct tx *tx, struct jw *w, const char *key, int64_t unit_id)
{
    struct unit unit;
    struct fail ignored;
    jw_key(w, key);
    if (unit_id == 0 || unit_get(tx, unit_id, SPAN_NONE, &unit, &ignored) != RC_OK) {
        jw_null(w);
        return;
    }
    jw_object(w);
    jw_kid(w, "id", unit_id);
    jw_ktext(w, "name", unit.name);
    jw_ktext(w, "short_name", unit.short_name.len > 0 ? unit.short_name : unit.name);
    jw_kstr(w, "region_code", unit.region_code);
    jw_object_end(w);
}

static void text_or_null(struct jw *w, const char *key, struct span s)
{
    jw_ktext_or_null(w, key, s.len > 0 ? s : SPAN_NONE);
}

static void time_or_null(struct jw *w, const char *key, int64_t at_us)
{
    if (at_us != 0) {
        jw_ktime(w, key, at_us);
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

static void id_or_null(struct jw *w, const char *key, int64_t id)
{
    if (id != 0) {
        jw_kid(w, key, id);
        return;
    }
    jw_key(w, key);
    jw_null(w);
}

struct span meet_ordinal_text(struct arena *a, int64_t ordinal, enum lang lang)
{
    static const char *const ends[] = {"th", "st", "nd", "rd"};
    char text[96], number[64];
    if (lang == LANG_ZH) {
        (void)numeral_chinese(ordinal, number);
        (void)snprintf(text, sizeof text, "第%s次", number);
    } else {
        const int64_t last = ordinal % 100 >= 11 && ordinal % 100 <= 13 ? 0 : ordinal % 10;
        (void)snprintf(text, sizeof text, "%lld%s", (long long)ordinal, ends[last <= 3 ? last : 0]);
    }
    return span_dup(a, span_of(text));
}

static void ordinal_json(struct tx *tx, struct jw *w, int64_t ordinal)
{
    jw_kint(w, "ordinal", ordinal);
    jw_key(w, "ordinal_name");
    jw_object(w);
    jw_ktext(w, "zh", meet_ordinal_text(tx_arena(tx), ordinal, LANG_ZH));
    jw_ktext(w, "en", meet_ordinal_text(tx_arena(tx), ordinal, LANG_EN));
    jw_object_end(w);
}

/* ---- bodies ------------------------------------------------------------------------------------------------------------------------------ */

static void member_json(struct tx *tx, const struct meet_member *m, int64_t turn_id, struct jw *w)
{
    jw_object(w);
    meet_unit_json(tx, w, "unit", m->unit_id);
    jw_kint(w, "ordinal", m->ordinal);
    jw_kbool(w, "voting", m->voting);
    jw_ktext(w, "from_on", m->from_on);
    text_or_null(w, "to_on", m->to_on);
    jw_kbool(w, "now", m->now);
    jw_kbool(w, "turn", m->now && m->unit_id == turn_id);
    jw_object_end(w);
}

/* The terms of the hosts, one round from the present one on. */
static void terms_json(struct tx *tx, const struct meet_body *b, const struct meet_member *members, int n, struct jw *w)
{
    int32_t first = 0, last = 0;
    const int32_t today = date_to_days(date_of_us(tx_now_us(tx)));
    struct meet_turn_in in = {.members = members,
                              .n = n,
                              .by_term = true,
                              .term_months = b->term_months,
                              .from_day = meet_day_of(b->rotates_from_on)};
    int64_t term = 0;
    int hosts = 0;
    for (int i = 0; i < n; i++)
        hosts += members[i].now && members[i].ordinal > 0;
    jw_key(w, "terms");
    jw_array(w);
    if (span_is(b->rotates, "term") && hosts > 0) {
        for (meet_term(in.from_day, in.term_months, 0, &first, &last); last < today && term < 4000; term++)
            meet_term(in.from_day, in.term_months, term + 1, &first, &last);
        for (int i = 0; i < hosts; i++) {
            char on[11];
            meet_term(in.from_day, in.term_months, term + i, &first, &last);
            in.day = first;
            jw_object(w);
            meet_unit_json(tx, w, "unit", meet_turn(&in));
            date_print(date_from_days(first), on);
            jw_kstr(w, "from_on", on);
            date_print(date_from_days(last), on);
            jw_kstr(w, "to_on", on);
            jw_object_end(w);
        }
    }
    jw_array_end(w);
}

/* How often it met in the year behind today, and how often its cadence asked it to in that time: what is missing shows. */
static enum rc counts_json(struct meet_show *show, const struct meet_body *b, struct jw *w, struct fail *f)
{
    struct rows rows;
    const struct ymd day = date_of_us(tx_now_us(show->tx));
    const int32_t today = date_to_days(day), born = meet_day_of(b->from_on);
    const int32_t year_ago = date_to_days(date_add_months(day, -12));
    const int32_t from = born > year_ago ? born : year_ago;
    const int64_t expected = today >= from ? meet_expected(b->cadence, from, today) : 0;
    const enum rc rc = db_one(show->tx, SQL_meet_body_counts,
                              DB_ARGS(DB_S(b->region_code), DB_I(b->id), DB_I(date_start_us(date_from_days(from))),
                                      DB_I(tx_now_us(show->tx))),
                              &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t held = rows_int(&rows, 0), coming = rows_int(&rows, 1);
    jw_key(w, "year");
    jw_object(w);
    jw_kint(w, "expected", expected);
    jw_kint(w, "held", held);
    jw_kint(w, "missing", expected > held ? expected - held : 0);
    jw_object_end(w);
    jw_kint(w, "coming", coming);
    return rows_end(&rows);
}

static enum rc last_ordinal(struct meet_show *show, const struct meet_body *b, int64_t *out, struct fail *f)
{
    struct rows rows;
    const enum rc rc = db_one(show->tx, SQL_meet_session_last, DB_ARGS(DB_S(b->region_code), DB_I(b->id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = rows_int(&rows, 0) > b->past_sessions ? rows_int(&rows, 0) : b->past_sessions;
    return rows_end(&rows);
}

static enum rc open_json(struct meet_show *show, const struct meet_body *b, struct jw *w, struct fail *f)
{
    struct meet_session behind = {.body_id = b->id};
    struct meet_resolution *open = NULL;
    int n = 0;
    memcpy(behind.region_code, b->region_code, sizeof behind.region_code);
    enum rc rc = meet_resolutions(show->tx, &behind, true, &open, &n, f);
    jw_key(w, "open_resolutions");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = meet_resolution_json(show, &open[i], w, f);
    jw_array_end(w);
    return rc;
}

/* The order of hosts, whose turn it is, what is open, what the reader may do. */
static enum rc body_members(struct meet_show *show, const struct meet_body *b, struct jw *w, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    int64_t turn_id = 0, last = 0, acting = 0;
    bool office = false;
    enum rc rc = meet_members(show->tx, b, show->on, &members, &n, f);
    if (rc == RC_OK)
        rc = last_ordinal(show, b, &last, f);
    if (rc == RC_OK)
        rc = meet_turn_of(show->tx, b, last + 1, meet_day_of(show->on), &turn_id, f);
    if (rc == RC_OK)
        rc = meet_may_run(show->tx, b, turn_id, &acting, f);
    if (rc == RC_OK)
        rc = org_holds(show->tx, RIGHT_ASSIGN, b->unit_id, &office, f);
    if (rc != RC_OK)
        return rc;
    meet_unit_json(show->tx, w, "turn", turn_id);
    jw_kint(w, "next_ordinal", last + 1);
    jw_key(w, "members");
    jw_array(w);
    for (int i = 0; i < n; i++)
        member_json(show->tx, &members[i], turn_id, w);
    jw_array_end(w);
    terms_json(show->tx, b, members, n, w);
    jw_key(w, "may");
    jw_array(w);
    if (office)
        jw_str(w, "edit");
    if (acting != 0)
        jw_str(w, "plan");
    jw_array_end(w);
    return open_json(show, b, w, f);
}

enum rc meet_body_json(struct meet_show *show, const struct meet_body *b, bool whole, struct jw *w, struct fail *f)
{
    int64_t turn_id = 0, last = 0;
    jw_object(w);
    jw_kid(w, "id", b->id);
    jw_ktext(w, "name", b->name);
    jw_ktext(w, "kind", b->kind);
    jw_ktext(w, "level", b->level);
    jw_kstr(w, "region_code", b->region_code);
    meet_unit_json(show->tx, w, "office", b->unit_id);
    jw_ktext(w, "purpose", b->purpose);
    jw_ktext(w, "rotates", b->rotates);
    jw_kint(w, "term_months", b->term_months);
    text_or_null(w, "rotates_from_on", b->rotates_from_on);
    jw_kint(w, "quorum_percent", b->quorum_percent);
    jw_ktext(w, "rule", b->rule);
    jw_ktext(w, "cadence", b->cadence);
    jw_kint(w, "past_sessions", b->past_sessions);
    jw_ktext(w, "from_on", b->from_on);
    enum rc rc = meet_group_json(show->tx, b, w, f);
    if (rc == RC_OK)
        rc = counts_json(show, b, w, f);
    if (rc == RC_OK && whole) {
        rc = body_members(show, b, w, f);
    } else if (rc == RC_OK) {
        rc = last_ordinal(show, b, &last, f);
        if (rc == RC_OK)
            rc = meet_turn_of(show->tx, b, last + 1, meet_day_of(show->on), &turn_id, f);
        meet_unit_json(show->tx, w, "turn", turn_id);
    }
    jw_kint(w, "version", b->version);
    jw_object_end(w);
    return rc;
}

/* ---- resolutions -------------------------------------------------------------------------------------------------------------------------- */

static enum rc outline_json(struct meet_show *show, int64_t outline_id, struct jw *w, struct fail *f)
{
    struct span title = SPAN_NONE;
    jw_key(w, "outline");
    if (outline_id == 0) {
        jw_null(w);
        return RC_OK;
    }
    enum rc rc = meet_outlines.title(show->tx, outline_id, &title, f);
    if (rc == RC_MISSING)
        rc = RC_OK; /* outside the reader's scope: its id alone */
    jw_object(w);
    jw_kid(w, "id", outline_id);
    jw_ktext_or_null(w, "title", title);
    jw_object_end(w);
    return rc;
}

enum rc meet_resolution_json(struct meet_show *show, const struct meet_resolution *r, struct jw *w, struct fail *f)
{
    jw_object(w);
    jw_kid(w, "id", r->id);
    jw_kid(w, "session_id", r->session_id);
    id_or_null(w, "item_id", r->item_id);
    jw_ktext(w, "number", r->number);
    jw_kint(w, "ordinal", r->ordinal);
    jw_ktext(w, "kind", r->kind);
    jw_ktext(w, "text", r->text);
    text_or_null(w, "proposer", r->proposer);
    jw_ktext(w, "how", r->how);
    jw_kint(w, "votes_for", r->votes_for);
    jw_kint(w, "votes_against", r->votes_against);
    jw_kint(w, "abstained", r->abstained);
    jw_kint(w, "present", r->present);
    jw_kint(w, "voting", r->voting);
    jw_ktext(w, "outcome", r->outcome);
    text_or_null(w, "reason", r->reason);
    jw_kbool(w, "carry_out", r->carry_out);
    jw_kbool(w, "open", r->carry_out && (r->duties == 0 || r->open_duties > 0));
    jw_kint(w, "open_duties", r->open_duties);
    jw_ktime(w, "decided_at", r->decided_at_us);
    enum rc rc = outline_json(show, r->outline_id, w, f);
    jw_key(w, "duties");
    if (rc == RC_OK && r->duties > 0) {
        rc = duty_about_json(show->duties, &(struct duty_subject){"resolution", r->id}, w, f);
    } else {
        jw_array(w);
        jw_array_end(w);
    }
    jw_object_end(w);
    return rc;
}

/* ---- sessions ----------------------------------------------------------------------------------------------------------------------------- */

static void session_members(struct meet_show *show, const struct meet_session *s, struct jw *w)
{
    jw_kid(w, "id", s->id);
    jw_kid(w, "body_id", s->body_id);
    jw_ktext(w, "number", s->number);
    ordinal_json(show->tx, w, s->ordinal);
    jw_ktext(w, "title", s->title);
    jw_ktext(w, "theme", s->theme);
    meet_unit_json(show->tx, w, "host", s->host_id);
    meet_unit_json(show->tx, w, "turn", s->turn_id);
    text_or_null(w, "host_reason", s->host_reason);
    jw_ktext(w, "place", s->place);
    time_or_null(w, "starts_at", s->starts_at_us);
    time_or_null(w, "ends_at", s->ends_at_us);
    jw_kstr(w, "state", meet_state_word(s->state));
    jw_key(w, "state_name");
    jw_object(w);
    jw_kstr(w, "zh", meet_state_name(s->state, LANG_ZH));
    jw_kstr(w, "en", meet_state_name(s->state, LANG_EN));
    jw_object_end(w);
    text_or_null(w, "reason", s->reason);
    time_or_null(w, "called_at", s->called_at_us);
    time_or_null(w, "minuted_at", s->minuted_at_us);
    jw_kint(w, "version", s->version);
}

void meet_session_brief(struct meet_show *show, const struct meet_session *s, struct jw *w)
{
    jw_object(w);
    session_members(show, s, w);
    jw_object_end(w);
}

static bool one_file(const struct file_row *row, void *ctx)
{
    struct jw *w = ctx;
    jw_object(w);
    jw_kid(w, "id", row->id);
    jw_ktext(w, "name", row->name);
    jw_ktext(w, "media_type", row->media_type);
    jw_object_end(w);
    return true;
}

static enum rc files_json(struct tx *tx, const struct meet_session *s, const char *kind, int64_t id, struct jw *w,
                          struct fail *f)
{
    jw_array(w);
    const enum rc rc = org_file_list(tx, s->region_code, kind, id, one_file, w, f);
    jw_array_end(w);
    return rc;
}

static enum rc follow_up_json(struct meet_show *show, const struct meet_item *i, struct jw *w, struct fail *f)
{
    struct rows rows;
    struct meet_resolution r;
    jw_key(w, "resolution");
    if (i->resolution_id == 0) {
        jw_null(w);
        return RC_OK;
    }
    enum rc rc = db_one(show->tx, SQL_meet_resolution_by_id, DB_ARGS(DB_I(i->resolution_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    meet_resolution_of(&rows, &r);
    rc = rows_end(&rows);
    return rc == RC_OK ? meet_resolution_json(show, &r, w, f) : rc;
}

static enum rc items_json(struct meet_show *show, const struct meet_session *s, struct jw *w, struct fail *f)
{
    struct meet_item *items = NULL;
    int n = 0;
    enum rc rc = meet_items(show->tx, s, &items, &n, f);
    jw_key(w, "items");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++) {
        jw_object(w);
        jw_kid(w, "id", items[i].id);
        jw_kint(w, "ordinal", items[i].ordinal);
        jw_ktext(w, "kind", items[i].kind);
        jw_ktext(w, "title", items[i].title);
        meet_unit_json(show->tx, w, "presenter", items[i].presenter_id);
        jw_ktext(w, "speaker", items[i].speaker);
        jw_kint(w, "minutes", items[i].duration_min);
        text_or_null(w, "late_reason", items[i].late_reason);
        jw_ktext(w, "record", items[i].record);
        jw_key(w, "papers");
        rc = files_json(show->tx, s, "meet_item", items[i].id, w, f);
        if (rc == RC_OK)
            rc = follow_up_json(show, &items[i], w, f);
        jw_object_end(w);
    }
    jw_array_end(w);
    return rc;
}

static void attendance_json(struct meet_show *show, const struct meet_body *b, const struct meet_attendee *a, int n,
                            struct jw *w)
{
    int voting = 0, present = 0;
    jw_key(w, "attendance");
    jw_array(w);
    for (int i = 0; i < n; i++) {
        jw_object(w);
        meet_unit_json(show->tx, w, "unit", a[i].unit_id);
        jw_kbool(w, "voting", a[i].voting);
        jw_ktext(w, "status", a[i].status);
        jw_ktext(w, "name", a[i].name);
        jw_ktext(w, "position", a[i].position);
        time_or_null(w, "signed_at", a[i].signed_at_us);
        text_or_null(w, "signed_name", a[i].signed_name);
        jw_object_end(w);
    }
    jw_array_end(w);
    meet_count(a, n, &voting, &present);
    jw_key(w, "quorum");
    jw_object(w);
    jw_kint(w, "voting", voting);
    jw_kint(w, "needed", meet_quorum(voting, b->quorum_percent));
    jw_kint(w, "present", present);
    jw_kbool(w, "met", voting > 0 && present >= meet_quorum(voting, b->quorum_percent));
    jw_object_end(w);
}

static enum rc resolutions_json(struct meet_show *show, const struct meet_session *s, struct jw *w, struct fail *f)
{
    struct meet_resolution *r = NULL;
    int n = 0;
    enum rc rc = meet_resolutions(show->tx, s, false, &r, &n, f);
    jw_key(w, "resolutions");
    jw_array(w);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = meet_resolution_json(show, &r[i], w, f);
    jw_array_end(w);
    return rc;
}

static void steps_json(const struct meet_session *s, bool runs, struct jw *w)
{
    jw_key(w, "steps");
    jw_array(w);
    for (int i = 0; runs && i < meet_step_count; i++) {
        const struct meet_step *step = &meet_steps[i];
        if (!(step->from & (1u << s->state)))
            continue;
        jw_object(w);
        jw_kstr(w, "verb", step->verb);
        jw_key(w, "name");
        jw_object(w);
        jw_kstr(w, "zh", step->name_zh);
        jw_kstr(w, "en", step->name_en);
        jw_object_end(w);
        jw_kstr(w, "to", meet_state_word(step->to));
        jw_kstr(w, "reason",
                step->needs & MEET_NEED_REASON   ? "required"
                : step->needs & MEET_NEED_SIGNED ? "optional"
                                                 : "none");
        jw_object_end(w);
    }
    jw_array_end(w);
}

/* Which parts of the session the reader may change now. */
static enum rc may_json(struct meet_show *show, const struct meet_body *b, const struct meet_session *s, bool runs,
                        struct jw *w, struct fail *f)
{
    struct meet_member *members = NULL;
    int n = 0;
    bool member = false;
    enum rc rc = meet_members(show->tx, b, show->on, &members, &n, f);
    for (int i = 0; rc == RC_OK && !member && i < n; i++)
        if (members[i].now)
            rc = org_holds(show->tx, RIGHT_REPORT, members[i].unit_id, &member, f);
    jw_key(w, "may");
    jw_array(w);
    if (s->state == MEET_PLANNED && (runs || member))
        jw_str(w, "propose");
    if (s->state == MEET_PLANNED && runs) {
        jw_str(w, "edit");
        jw_str(w, "agenda");
    }
    if (s->state == MEET_CALLED && runs)
        jw_str(w, "late");
    if ((s->state == MEET_CALLED || s->state == MEET_HELD) && runs)
        jw_str(w, "attendance");
    if (s->state == MEET_HELD && runs) {
        jw_str(w, "minutes");
        jw_str(w, "resolve");
    }
    if ((s->state == MEET_HELD || s->state == MEET_MINUTED || s->state == MEET_CLOSED) && runs)
        jw_str(w, "charge");
    jw_array_end(w);
    return rc;
}

static enum rc speak_json(struct meet_show *show, const struct meet_session *s, const struct meet_attendee *a, int n,
                          struct jw *w, struct fail *f)
{
    enum rc rc = RC_OK;
    bool *own = ARENA_ARRAY(tx_arena(show->tx), (size_t)n + 1, bool);
    if (own == NULL)
        return meet_over(f);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = org_holds(show->tx, RIGHT_APPROVE, a[i].unit_id, &own[i], f);
    jw_key(w, "may_attend_for");
    jw_array(w);
    for (int i = 0; i < n; i++)
        if (own[i] && s->state == MEET_CALLED)
            jw_id(w, a[i].unit_id);
    jw_array_end(w);
    jw_key(w, "may_sign_for");
    jw_array(w);
    for (int i = 0; i < n; i++)
        if (own[i] && s->state == MEET_MINUTED && meet_came(&a[i]) && a[i].signed_at_us == 0)
            jw_id(w, a[i].unit_id);
    jw_array_end(w);
    return rc;
}

static enum rc minutes_json(struct tx *tx, const struct meet_session *s, struct jw *w, struct fail *f)
{
    jw_key(w, "minutes");
    jw_object(w);
    jw_ktext(w, "text", s->minutes);
    jw_key(w, "files");
    const enum rc rc = files_json(tx, s, "meeting", s->id, w, f);
    jw_object_end(w);
    return rc;
}

enum rc meet_session_whole(struct tx *tx, int64_t id, enum lang lang, struct jw *w, int64_t *version, struct fail *f)
{
    struct meet_show show;
    struct meet_session s;
    struct meet_body b;
    struct meet_attendee *a = NULL;
    int n = 0;
    int64_t acting = 0;
    enum rc rc = meet_show_begin(tx, lang, &show, f);
    if (rc == RC_OK)
        rc = meet_session_get(tx, id, &s, f);
    if (rc == RC_OK)
        rc = meet_body_behind(tx, &s, &b, f);
    if (rc == RC_OK)
        rc = meet_may_run(tx, &b, s.host_id, &acting, f);
    if (rc == RC_OK)
        rc = meet_attendees(tx, &s, &a, &n, f);
    if (rc != RC_OK)
        return rc;
    *version = s.version;
    jw_object(w);
    session_members(&show, &s, w);
    jw_key(w, "body");
    jw_object(w);
    jw_kid(w, "id", b.id);
    jw_ktext(w, "name", b.name);
    jw_ktext(w, "kind", b.kind);
    jw_ktext(w, "rule", b.rule);
    meet_unit_json(tx, w, "office", b.unit_id);
    jw_object_end(w);
    attendance_json(&show, &b, a, n, w);
    steps_json(&s, acting != 0, w);
    rc = items_json(&show, &s, w, f);
    if (rc == RC_OK)
        rc = resolutions_json(&show, &s, w, f);
    if (rc == RC_OK)
        rc = minutes_json(tx, &s, w, f);
    if (rc == RC_OK)
        rc = may_json(&show, &b, &s, acting != 0, w, f);
    if (rc == RC_OK)
        rc = speak_json(&show, &s, a, n, w, f);
    jw_object_end(w);
    return rc;
}
