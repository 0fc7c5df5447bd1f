/* docx_layout.c - the measures of official documents, from a table with their clauses. */
#include <stddef.h>

#include "base/docx.h"
#include "base/ensure.h"
#include "docx_layout_gen.h"

static const struct {
    const char *name;
    size_t at;
} fields[] = {
#define FIELD(name)                                                                                                    \
    {                                                                                                                  \
#name, offsetof(struct docx_layout, name)                                                                      \
    }
    FIELD(page_width_mm),
    FIELD(page_height_mm),
    FIELD(top_mm),
    FIELD(binding_mm),
    FIELD(area_width_mm),
    FIELD(area_height_mm),
    FIELD(lines),
    FIELD(characters),
    FIELD(body_pt),
    FIELD(mark_from_area_top_mm),
    FIELD(mark_width_max_mm),
    FIELD(number_lines_below_mark),
    FIELD(red_line_below_number_mm),
    FIELD(title_pt),
    FIELD(title_lines_below_red_line),
    FIELD(recipients_lines_below_title),
    FIELD(indent_characters),
    FIELD(annex_note_lines_below_body),
    FIELD(signature_lines_below_body),
    FIELD(signature_right_characters),
    FIELD(record_pt),
    FIELD(page_number_pt),
    FIELD(page_number_below_area_mm),
#undef FIELD
};
enum { FIELDS = sizeof fields / sizeof fields[0] };

static int field_find(struct span name)
{
    for (int i = 0; i < FIELDS; i++)
        if (span_is(name, fields[i].name))
            return i;
    return -1;
}

enum rc docx_layout_read(struct span csv, struct docx_layout *out, struct fail *f)
{
    struct docx_layout layout = {0};
    bool seen[FIELDS] = {false};
    int n = 0;
    while (csv.len > 0) {
        const struct span whole = span_trim(span_split(&csv, '\n'));
        struct span line = whole;
        int64_t value = 0;
        if (line.len == 0 || line.ptr[0] == '#')
            continue;
        const int i = field_find(span_split(&line, ','));
        if (i < 0 || seen[i] || !span_to_i64(span_split(&line, ','), &value) || value < 0 || value > 1000)
            return fail_span(f, RC_INVALID, MSG_docx_layout, NULL, whole);
        *(int *)(void *)((char *)&layout + fields[i].at) = (int)value;
        seen[i] = true;
        n++;
    }
    if (n < FIELDS)
        return fail_set(f, RC_INVALID, MSG_docx_layout, NULL, "…", NULL);
    *out = layout;
    return RC_OK;
}

struct docx_layout docx_layout_builtin(void)
{
    struct docx_layout layout = {0};
    struct fail f;
    const enum rc rc = docx_layout_read(SPAN(DOCX_LAYOUT_CSV), &layout, &f);
    ensure(rc == RC_OK); /* a test reads the file */
    return layout;
}
