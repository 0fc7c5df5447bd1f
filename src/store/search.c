/*
 * search.c - full text in Chinese from one character on, on tokenizers that know words only (CONTRACTS.md 18). A text becomes words: every two
 * neighbours of a run of Han characters, and the run's last character alone; letters and digits in runs, lower case, full width folded.
 *
 *   城乡一体 2030  →  城乡 乡一 一体 体 2030
 *
 * A query of one character is the prefix of a pair (or the last character); of two, a pair; of three and more, the pairs as a phrase, which is
 * exact because pairs overlap. Latin runs match as prefixes. Several runs must all be found.
 */
#include <string.h>

#include "base/limits.h"
#include "base/utf8.h"
#include "store/store_part.h"

#define SEARCH_TEXT_BYTES_MAX (1u << 20) /* bytes of one subject's text that are searchable; the rest is not indexed */
#define SEARCH_TYPED_BYTES_MAX 512       /* bytes of a query that count */

/* Full width ASCII folds to ASCII, capitals to small letters. */
static uint32_t fold(uint32_t cp)
{
    if (cp >= 0xff01 && cp <= 0xff5e)
        cp -= 0xfee0;
    return cp >= 'A' && cp <= 'Z' ? cp + 32 : cp;
}

enum kind { KIND_GAP, KIND_HAN, KIND_WORD };

static enum kind kind_of(uint32_t cp)
{
    if (utf8_is_han(cp))
        return KIND_HAN;
    if ((cp >= 'a' && cp <= 'z') || (cp >= '0' && cp <= '9'))
        return KIND_WORD;
    /* Letters of other scripts; the general punctuation, CJK punctuation and half-width blocks are gaps. */
    return cp >= 0xc0 && (cp < 0x2000 || cp >= 0x3400 || (cp >= 0x3040 && cp < 0x3100)) && cp < 0xfe00 ? KIND_WORD
                                                                                                       : KIND_GAP;
}

static void put(struct sb *sb, uint32_t cp)
{
    char bytes[4];
    sb_add(sb, (struct span){bytes, utf8_put(cp, bytes)});
}

/* The words of a text, with blanks between. */
static void words(struct span text, struct sb *sb)
{
    uint32_t last = 0;
    enum kind was = KIND_GAP;
    for (size_t pos = 0; pos < text.len;) {
        const uint32_t cp = fold(utf8_next(text, &pos));
        const enum kind is = kind_of(cp);
        if (was == KIND_HAN && is != KIND_HAN) {
            put(sb, last);
            sb_addc(sb, ' ');
        } else if (was == KIND_HAN) {
            put(sb, last);
            put(sb, cp);
            sb_addc(sb, ' ');
        } else if (was == KIND_WORD && is != KIND_WORD) {
            sb_addc(sb, ' ');
        }
        if (is == KIND_WORD)
            put(sb, cp);
        last = cp;
        was = is;
    }
    if (was == KIND_HAN)
        put(sb, last);
}

enum rc search_drop(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                    struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_query(tx, SQL_search_doc_get, DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    const int64_t doc_id = rows_next(&rows) ? rows_int(&rows, 0) : 0;
    rc = rows_end(&rows);
    if (rc == RC_OK && doc_id)
        rc = db_exec(tx, SQL_search_text_drop, DB_ARGS(DB_I(doc_id)), NULL, f);
    if (rc == RC_OK && doc_id)
        rc =
            db_exec(tx, SQL_search_doc_drop, DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id)), NULL, f);
    return rc;
}

enum rc search_put(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                   struct span text, struct fail *f)
{
    const int64_t doc_id = tx_new_id(tx);
    struct sb sb;
    enum rc rc = search_drop(tx, region_code, subject_kind, subject_id, f);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_search_doc_put,
                     DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id), DB_I(doc_id)), NULL, f);
    if (rc != RC_OK)
        return rc;
    sb_init(&sb, 4 * SEARCH_TEXT_BYTES_MAX); /* a pair with its blank is at most 9 bytes for each 3 of the text */
    words(utf8_cut(text, SEARCH_TEXT_BYTES_MAX), &sb);
    rc = sb_rc(&sb) == RC_OK ? RC_OK : fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_search_text_put,
                     DB_ARGS(DB_I(doc_id), DB_S(region_code), DB_S(subject_kind), DB_I(subject_id), DB_T(sb_span(&sb))),
                     NULL, f);
    sb_release(&sb);
    return rc;
}

/* One run of the query as an expression of FTS5: a quoted phrase of words, with * when the last may go on. Only Han, letters and digits
 * come in, so nothing needs escaping. */
static void run_expression(struct span run, bool han, struct sb *sb)
{
    struct sb pairs;
    sb_init(&pairs, 4 * SEARCH_TYPED_BYTES_MAX);
    words(run, &pairs);
    struct span all = span_trim(sb_span(&pairs));
    const size_t characters = utf8_count(run);
    if (han && characters > 1) { /* without the last character alone */
        while (all.len && all.ptr[all.len - 1] != ' ')
            all.len--;
        all = span_trim(all);
    }
    if (sb->len)
        sb_addc(sb, ' ');
    sb_addc(sb, '"');
    sb_add(sb, all);
    sb_adds(sb, !han || characters == 1 ? "\"*" : "\"");
    sb_release(&pairs);
}

enum rc search_query(struct tx *tx, struct span typed, struct span *match, struct fail *f)
{
    struct sb sb;
    size_t start = 0, pos = 0;
    enum kind was = KIND_GAP;
    typed = utf8_cut(typed, SEARCH_TYPED_BYTES_MAX);
    sb_init(&sb, 16 * SEARCH_TYPED_BYTES_MAX);
    while (pos < typed.len) {
        const size_t at = pos;
        const enum kind is = kind_of(fold(utf8_next(typed, &pos)));
        if (is != was && was != KIND_GAP)
            run_expression(span_sub(typed, start, at), was == KIND_HAN, &sb);
        if (is != was)
            start = at;
        was = is;
    }
    if (was != KIND_GAP)
        run_expression(span_sub(typed, start, typed.len), was == KIND_HAN, &sb);
    const struct span out = span_dup(tx_arena(tx), sb_span(&sb));
    const enum rc rc =
        sb_rc(&sb) == RC_OK && (out.ptr || !sb.len) ? RC_OK : fail_set(f, RC_LIMIT, MSG_store_file_large, NULL, NULL);
    sb_release(&sb);
    if (rc == RC_OK)
        *match = out.ptr ? out : SPAN("");
    return rc;
}
