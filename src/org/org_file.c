/*
 * org_file.c - uploads: kind by content, metadata out of pictures, then the file store, then a row; and the way back, as a download only.
 * A file is read by who uploaded it and by whoever may read a unit of a record to which it was attached; the public reads what a desk released.
 */
#include <sodium.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/utf8.h"
#include "org/org_api_int.h"

static struct file_row file_row_of(struct rows *rows)
{
    struct file_row row = {.id = rows_int(rows, 1),
                           .name = rows_text_dup(rows, 3),
                           .media_type = rows_text_dup(rows, 4),
                           .size_bytes = rows_int(rows, 5),
                           .uploaded_by = rows_int(rows, 6),
                           .uploaded_at_us = rows_int(rows, 7),
                           .is_public = rows_int(rows, 8) != 0};
    copy_code(row.region_code, sizeof row.region_code, rows_text(rows, 0));
    copy_code(row.sha256_hex, sizeof row.sha256_hex, rows_text(rows, 2));
    return row;
}

static enum rc file_get(struct tx *tx, int64_t id, bool is_public, struct file_row *out, struct fail *f)
{
    struct rows rows;
    enum rc rc = is_public ? db_one(tx, SQL_file_public, DB_ARGS(DB_I(id)), &rows, f)
                           : db_one(tx, SQL_file_by_id, DB_ARGS(DB_I(tx_actor(tx)->principal_id), DB_I(id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    *out = file_row_of(&rows);
    return rows_end(&rows);
}

/* ---- attached to records ------------------------------------------------------------------------------------------------------ */

enum rc org_file_attach(struct tx *tx, const struct file_attach_in *in, struct fail *f)
{
    struct file_row row;
    struct rows rows;
    enum rc rc = file_get(tx, in->file_id, false, &row, f);
    if (rc == RC_OK)
        rc = db_one(tx, SQL_file_subject_count, DB_ARGS(DB_S(in->subject_kind), DB_I(in->subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t n = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK && n >= FILES_PER_SUBJECT_MAX)
        return fail_set(f, RC_LIMIT, MSG_file_subject_many, "file_ids", NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_file_subject_add,
                     DB_ARGS(DB_S(row.region_code), DB_I(row.id), DB_S(in->region_code), DB_S(in->subject_kind),
                             DB_I(in->subject_id)),
                     NULL, f);
    for (int i = 0; rc == RC_OK && i < in->n_units; i++)
        rc = db_exec(tx, SQL_file_party_add,
                     DB_ARGS(DB_S(row.region_code), DB_I(row.id), DB_I(in->unit_ids[i]), DB_S("evidence")), NULL, f);
    return rc == RC_OK ? org_journal(tx, row.region_code, "file", row.id, "attach", f, "subject_kind", in->subject_kind,
                                     "subject_id", id_text(tx_arena(tx), in->subject_id), NULL)
                       : rc;
}

enum rc org_file_list(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                      bool (*cb)(const struct file_row *row, void *ctx), void *ctx, struct fail *f)
{
    struct rows rows;
    enum rc rc =
        db_query(tx, SQL_file_of_subject, DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (rows_next(&rows)) {
        struct file_row row = file_row_of(&rows);
        if (!cb(&row, ctx))
            break;
    }
    return rows_end(&rows);
}

#define SHARED_MAX 64

enum rc org_file_share(struct tx *tx, const char *region_code, const char *subject_kind, int64_t subject_id,
                       int64_t unit_id, struct fail *f)
{
    struct file_row files[SHARED_MAX];
    struct rows rows;
    int n = 0;
    enum rc rc =
        db_query(tx, SQL_file_of_subject, DB_ARGS(DB_S(region_code), DB_S(subject_kind), DB_I(subject_id)), &rows, f);
    if (rc != RC_OK)
        return rc;
    while (n < SHARED_MAX && rows_next(&rows))
        files[n++] = file_row_of(&rows);
    rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n; i++)
        rc = db_exec(tx, SQL_file_party_add,
                     DB_ARGS(DB_S(files[i].region_code), DB_I(files[i].id), DB_I(unit_id), DB_S("evidence")), NULL, f);
    return rc;
}

enum rc org_file_release(struct tx *tx, int64_t file_id, bool is_public, struct fail *f)
{
    struct file_row row;
    struct rows rows;
    int64_t units[64];
    int n = 0;
    bool may = false;
    enum rc rc = file_get(tx, file_id, false, &row, f);
    if (rc == RC_OK)
        rc = db_query(tx, SQL_file_units, DB_ARGS(DB_I(file_id)), &rows, f);
    while (rc == RC_OK && n < 64 && rows_next(&rows))
        units[n++] = rows_int(&rows, 0);
    if (rc == RC_OK)
        rc = rows_end(&rows);
    for (int i = 0; rc == RC_OK && i < n && !may; i++)
        rc = org_holds(tx, RIGHT_PUBLISH, units[i], &may, f);
    if (rc == RC_OK && !may)
        return fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(RIGHT_PUBLISH), NULL);
    if (rc == RC_OK)
        rc = db_exec(tx, SQL_file_set_public, DB_ARGS(DB_I(is_public), DB_S(row.region_code), DB_I(file_id)), NULL, f);
    return rc == RC_OK ? org_journal(tx, row.region_code, "file", file_id, is_public ? "release" : "withdraw", f, NULL)
                       : rc;
}

/* ---- upload -------------------------------------------------------------------------------------------------------------------------- */

struct file_call {
    int64_t id; /* first: the command writes it */
    struct file_info info;
    struct span name;
    const char *media_type;
    bool is_public;
};

enum rc org_file_add(struct tx *tx, const struct file_add_in *in, int64_t *out, struct fail *f)
{
    const struct actor *who = tx_actor(tx);
    const int64_t id = tx_new_id(tx);
    enum rc rc =
        db_exec(tx, SQL_file_insert,
                DB_ARGS(DB_S(who->region_code), DB_I(id), DB_S(in->info->sha256_hex), DB_T(in->name),
                        DB_S(in->media_type), DB_I(in->info->size_bytes), DB_I(who->principal_id), DB_I(tx_now_us(tx))),
                NULL, f);
    if (rc == RC_OK)
        rc = file_refer(tx, who->region_code, "file", id, in->info->sha256_hex, f);
    if (rc == RC_OK)
        rc = org_journal(tx, who->region_code, "file", id, "upload", f, "sha256", in->info->sha256_hex, "media_type",
                         in->media_type, NULL);
    if (rc == RC_OK)
        *out = id;
    return rc;
}

static enum rc file_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct file_call *call = in;
    const struct actor *who = tx_actor(tx);
    struct rows rows;
    enum rc rc =
        db_one(tx, SQL_file_uploads_since, DB_ARGS(DB_I(who->principal_id), DB_I(tx_now_us(tx) - DAY_US)), &rows, f);
    if (rc != RC_OK)
        return rc;
    int64_t n = rows_int(&rows, 0);
    rc = rows_end(&rows);
    if (rc == RC_OK && n >= UPLOADS_PER_DAY_MAX)
        return fail_set(f, RC_RATE, MSG_file_many, NULL, NULL);
    return rc == RC_OK ? org_file_add(tx, &(struct file_add_in){&call->info, call->name, call->media_type}, out, f)
                       : rc;
}

static enum rc file_render(struct tx *tx, const void *out, int *status, struct sb *body, struct fail *f)
{
    const struct file_call *call = out;
    struct jw w;
    (void)tx;
    (void)f;
    jw_init(&w, body);
    jw_object(&w);
    jw_kid(&w, "id", call->id);
    jw_kstr(&w, "sha256", call->info.sha256_hex);
    jw_ktext(&w, "name", call->name);
    jw_kstr(&w, "media_type", call->media_type);
    jw_kint(&w, "size_bytes", call->info.size_bytes);
    jw_object_end(&w);
    *status = 201;
    return RC_OK;
}

static int hex_digit(char c)
{
    return c >= '0' && c <= '9'   ? c - '0'
           : c >= 'a' && c <= 'f' ? c - 'a' + 10
           : c >= 'A' && c <= 'F' ? c - 'A' + 10
                                  : -1;
}

/* X-File-Name: percent-decoded, the last part of a path, without control characters, at most 120 bytes; a default when nothing is left. */
static struct span file_name(struct arena *a, struct span given, const char *extension)
{
    char *out = arena_alloc(a, given.len + 1);
    size_t n = 0;
    for (size_t i = 0; out && i < given.len; i++) {
        int high = given.ptr[i] == '%' && i + 2 < given.len ? hex_digit(given.ptr[i + 1]) : -1;
        int low = high >= 0 ? hex_digit(given.ptr[i + 2]) : -1;
        unsigned char c = (unsigned char)given.ptr[i];
        if (low >= 0) {
            c = (unsigned char)(high << 4 | low);
            i += 2;
        }
        if (c == '/' || c == '\\')
            n = 0;
        else if (c >= 0x20 && c != 0x7f && c != '"')
            out[n++] = (char)c;
    }
    struct span name = {out, n};
    if (n == 0 || utf8_check(name) != n || out[0] == '.') {
        struct sb sb;
        sb_init(&sb, 64);
        sb_addf(&sb, "file%s", extension);
        name = span_dup(a, sb_span(&sb));
        sb_release(&sb);
        return name;
    }
    return utf8_cut(name, 120);
}

static bool write_all(int fd, const void *bytes, size_t len)
{
    for (size_t done = 0; done < len;) {
        ssize_t put = write(fd, (const char *)bytes + done, len - done);
        if (put <= 0)
            return false;
        done += (size_t)put;
    }
    return true;
}

static int scratch_file(struct span image, const struct keep *keep, size_t n, const struct turn *turn)
{
    int fd = memfd_create("yiti-upload", MFD_CLOEXEC);
    bool good = fd >= 0 && turn->at <= keep[0].len && write_all(fd, image.ptr, turn->at) &&
                write_all(fd, turn->bytes, turn->len) &&
                write_all(fd, image.ptr + turn->at, keep[0].len - turn->at); /* the first piece begins the image */
    for (size_t i = 1; good && i < n; i++)
        good = write_all(fd, image.ptr + keep[i].start, keep[i].len);
    if (good && lseek(fd, 0, SEEK_SET) == 0)
        return fd;
    if (fd >= 0)
        close(fd);
    return -1;
}

static enum rc store_stripped(struct req *r, struct span image, const char *media_type, struct file_info *info,
                              struct fail *f)
{
    struct keep *keep = ARENA_ARRAY(req_arena(r), KEEP_MAX, struct keep);
    size_t n = 0;
    if (!keep)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    enum rc rc = image_keep(image, media_type, keep, &n, f);
    if (rc != RC_OK)
        return rc;
    struct turn turn = image_turn(image, media_type);
    int fd = scratch_file(image, keep, n, &turn);
    if (fd < 0)
        return fail_set(f, RC_INTERNAL, MSG_org_busy, NULL, NULL);
    rc = file_put_fd(req_store(r), fd, UPLOAD_BYTES_MAX, info, f);
    close(fd);
    return rc;
}

static enum rc store_content(struct req *r, int fd, int64_t size, bool pictures_only, struct file_call *call,
                             struct fail *f)
{
    struct span claimed = req_header(r, "Content-Type");
    void *map = mmap(NULL, (size_t)size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (map == MAP_FAILED)
        return fail_set(f, RC_INTERNAL, MSG_org_busy, NULL, NULL);
    struct span content = {map, (size_t)size};
    struct media media = media_sniff(span_sub(content, 0, 4096), claimed);
    char max[24];
    snprintf(max, sizeof max, "%zu", media.bytes_max);
    enum rc rc = RC_OK;
    bool image = media.type && strncmp(media.type, "image/", 6) == 0;
    if (!media.type || (pictures_only && !image))
        rc = fail_set(f, RC_MEDIA, pictures_only ? MSG_file_no_picture : MSG_file_kind, NULL, NULL);
    else if (claimed.len > 0 && !media_agrees(&media, claimed))
        rc = fail_span(f, RC_MEDIA, MSG_file_claim, "Content-Type", claimed);
    else if (content.len > media.bytes_max)
        rc = fail_set(f, RC_LIMIT, MSG_file_size, NULL, max, NULL);
    else if (image)
        rc = store_stripped(r, content, media.type, &call->info, f);
    else
        rc = lseek(fd, 0, SEEK_SET) == 0 ? file_put_fd(req_store(r), fd, UPLOAD_BYTES_MAX, &call->info, f)
                                         : fail_set(f, RC_INTERNAL, MSG_org_busy, NULL, NULL);
    munmap(map, (size_t)size);
    if (rc != RC_OK)
        return rc;
    call->media_type = media.type;
    call->name = file_name(req_arena(r), req_header(r, "X-File-Name"), media.extension);
    return RC_OK;
}

enum rc api_file_post(struct req *r, struct fail *f)
{
    int64_t size = 0;
    int fd = req_body_fd(r, &size);
    struct file_call *call = ARENA_NEW(req_arena(r), struct file_call);
    if (!call)
        return fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (fd < 0 || size <= 0)
        return fail_set(f, RC_MEDIA, MSG_file_kind, NULL, NULL);
    if (req_session(r)->n_roles == 0)
        return fail_set(f, RC_FORBIDDEN, MSG_right_lacking, NULL, org_right_word(RIGHT_REPORT), NULL);
    enum rc rc = store_content(r, fd, size, false, call, f);
    return rc == RC_OK ? org_write(r, file_command, call, call, file_render, f) : rc;
}

enum rc org_picture_take(struct req *r, struct file_info *out, const char **media_type, struct fail *f)
{
    int64_t size = 0;
    struct file_call call = {.id = 0};
    const int fd = req_body_fd(r, &size);
    if (fd < 0 || size <= 0)
        return fail_set(f, RC_MEDIA, MSG_file_no_picture, NULL, NULL);
    enum rc rc = store_content(r, fd, size, true, &call, f);
    *out = call.info;
    *media_type = call.media_type;
    return rc;
}

enum rc org_picture_find(struct store *s, const char *sha256_hex, struct file_info *out, const char **media_type,
                         struct fail *f)
{
    char head[16];
    int fd = -1;
    size_t hex_len = 0;
    *out = (struct file_info){.size_bytes = 0};
    if (strlen(sha256_hex) != 64 ||
        sodium_hex2bin(out->sha256, sizeof out->sha256, sha256_hex, 64, NULL, &hex_len, NULL) != 0 || hex_len != 32)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    sodium_bin2hex(out->sha256_hex, sizeof out->sha256_hex, out->sha256, sizeof out->sha256);
    enum rc rc = file_open(s, out->sha256_hex, &fd, &out->size_bytes, f);
    if (rc != RC_OK)
        return rc;
    const ssize_t got = read(fd, head, sizeof head);
    close(fd);
    const struct media media = media_sniff((struct span){head, got > 0 ? (size_t)got : 0}, SPAN(""));
    if (!media.type || strncmp(media.type, "image/", 6) != 0)
        return fail_set(f, RC_MISSING, MSG_not_found, NULL, NULL);
    *media_type = media.type;
    return RC_OK;
}

/* ---- download ------------------------------------------------------------------------------------------------------------------------------ */

struct file_run {
    int64_t id;
    bool is_public;
    struct file_row row;
};

static enum rc file_read_row(struct tx *tx, void *ctx, struct fail *f)
{
    struct file_run *run = ctx;
    return file_get(tx, run->id, run->is_public, &run->row, f);
}

static enum rc file_send(struct req *r, bool is_public, struct fail *f)
{
    struct file_run run = {.is_public = is_public};
    int fd = -1;
    int64_t size = 0;
    enum rc rc = req_param_id(r, "id", &run.id, f);
    if (rc == RC_OK)
        rc = org_read(r, file_read_row, &run, f);
    if (rc == RC_OK)
        rc = file_open(req_store(r), run.row.sha256_hex, &fd, &size, f);
    if (rc == RC_OK)
        reply_fd(r, span_text(req_arena(r), run.row.media_type), fd, size, span_text(req_arena(r), run.row.name));
    return rc;
}

enum rc api_file(struct req *r, struct fail *f)
{
    return file_send(r, false, f);
}

enum rc api_public_file(struct req *r, struct fail *f)
{
    return file_send(r, true, f);
}

static enum rc release_command(struct tx *tx, const void *in, void *out, struct fail *f)
{
    const struct file_call *call = in;
    (void)out;
    return org_file_release(tx, call->id, call->is_public, f);
}

enum rc api_file_release(struct req *r, struct fail *f)
{
    json_t *body;
    struct file_call *call = ARENA_NEW(req_arena(r), struct file_call);
    enum rc rc = call ? req_param_id(r, "id", &call->id, f) : fail_set(f, RC_LIMIT, MSG_org_too_long, NULL, NULL);
    if (rc == RC_OK)
        rc = req_json(r, &body, f);
    if (rc == RC_OK)
        rc = json_get_bool(body, "public", JSON_REQUIRED, &call->is_public, f);
    return rc == RC_OK ? org_write(r, release_command, call, NULL, NULL, f) : rc;
}
