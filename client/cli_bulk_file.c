/* The file that is sent, and the one that comes of it. */
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/csv_file.h"
#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "client/cli_bulk.h"

/* What a consent and an answer can open; columns of the result. */
static const char *const columns[] = {"postcode",      "address", "capacity", "current_limit",
                                      "supply_method", "meter",   "read_day", "night_equipment"};

static void fault(struct tg_bulk_file *f, uint64_t line, const char *ja, const char *en)
{
    if (++f->faults <= TG_BULK_FAULTS_SHOWN) {
        (void)fprintf(stderr, "%s:%llu: %s\n", f->path, (unsigned long long)line, f->english ? en : ja);
    }
}

static bool point_read(struct tg_span s, char out[TG_BULK_POINT_BYTES])
{
    size_t n = 0;

    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] >= '0' && s.p[i] <= '9' && n + 1 < TG_BULK_POINT_BYTES) {
            out[n++] = (char)s.p[i];
        } else if (s.p[i] != '-') {
            return false;
        }
    }
    out[n] = '\0';
    return n + 1 == TG_BULK_POINT_BYTES;
}

static bool consent_ok(struct tg_span s)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._:/#-";

    for (size_t i = 0; i < s.n; i++) {
        if (strchr(letters, s.p[i]) == NULL || s.p[i] == '\0') {
            return false;
        }
    }
    return s.n > 0 && s.n <= TG_CASE_BYTES;
}

static enum tg_err add_cell(struct tg_buf *to, struct tg_span s)
{
    bool quotes = false;
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < s.n; i++) {
        quotes = quotes || s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n';
    }
    if (!quotes) {
        return tg_buf_add_span(to, s);
    }
    e = tg_buf_add_str(to, "\"");
    for (size_t i = 0; i < s.n && e == TG_OK; i++) {
        e = s.p[i] == '"' ? tg_buf_add_str(to, "\"\"") : tg_buf_add(to, s.p + i, 1);
    }
    return e == TG_OK ? tg_buf_add_str(to, "\"") : e;
}

static enum tg_err add_row(struct tg_bulk_file *f, const struct tg_csv_record *r, const char *point)
{
    enum tg_err e = TG_OK;

    if (f->n == f->cap) {
        size_t cap = f->cap == 0 ? 1024 : f->cap * 2;
        struct tg_bulk_row *more = realloc(f->row, cap * sizeof *more);

        if (more == NULL) {
            return TG_E_NOMEM;
        }
        f->row = more;
        f->cap = cap;
    }
    struct tg_bulk_row *row = &f->row[f->n++];
    *row = (struct tg_bulk_row){.from = f->lines.n, .line = r->line};
    memcpy(row->point, point, sizeof row->point);
    e = tg_buf_addf(&f->lines, "%s,%.*s,", point, (int)r->field[1].n, (const char *)r->field[1].p);
    if (e == TG_OK) {
        e = add_cell(&f->lines, r->field[2]);
    }
    if (e == TG_OK) {
        e = tg_buf_add_str(&f->lines, "\n");
    }
    row->n = f->lines.n - row->from;
    return e;
}

static enum tg_err on_row(void *ctx, const struct tg_csv_record *r)
{
    struct tg_bulk_file *f = ctx;
    char point[TG_BULK_POINT_BYTES];

    if (r->line == 1) {
        if (r->n == 3 && tg_span_is(r->field[0], "point") && tg_span_is(r->field[1], "consent") &&
            tg_span_is(r->field[2], "name")) {
            return TG_OK;
        }
        fault(f, 1, "見出しは point,consent,name です", "the header line is point,consent,name");
        return TG_E_IMPORT;
    }
    if (r->n != 3) {
        fault(f, r->line, "列の数が違います", "the wrong number of columns");
    } else if (!point_read(r->field[0], point)) {
        fault(f, r->line, "供給地点特定番号は 22 桁です", "a supply point number has 22 digits");
    } else if (!consent_ok(r->field[1])) {
        fault(f, r->line, "同意の番号がないか、使えない文字があります", "no consent, or not the form of one");
    } else if (r->field[2].n == 0 || r->field[2].n > TG_QUERY_BYTES || !tg_text_clean(r->field[2])) {
        fault(f, r->line, "契約名義がないか、長すぎるか、使えない文字があります",
              "no contract name, or not clean, or too long");
    } else if (f->n == TG_INQUIRY_BULK_ROWS) {
        fault(f, r->line, "一度に照会できるのは 30,000 件までです", "at most 30,000 rows at once");
        return TG_E_IMPORT;
    } else {
        return add_row(f, r, point);
    }
    return TG_OK;
}

static int by_point(const void *a, const void *b)
{
    const struct tg_bulk_row *const *x = a, *const *y = b;
    int c = strcmp((*x)->point, (*y)->point);

    return c != 0 ? c : ((*x)->line > (*y)->line) - ((*x)->line < (*y)->line);
}

/* One point twice would be a second try at its name. */
static enum tg_err find_twice(struct tg_bulk_file *f)
{
    const struct tg_bulk_row **sorted = calloc(f->n + 1, sizeof(struct tg_bulk_row *));

    if (sorted == NULL) {
        return TG_E_NOMEM;
    }
    for (size_t i = 0; i < f->n; i++) {
        sorted[i] = &f->row[i];
    }
    qsort(sorted, f->n, sizeof(struct tg_bulk_row *), by_point);
    for (size_t i = 1; i < f->n; i++) {
        if (strcmp(sorted[i - 1]->point, sorted[i]->point) == 0) {
            fault(f, sorted[i]->line, "同じ供給地点特定番号が 2 度目です",
                  "the same supply point a second time");
        }
    }
    free(sorted);
    return TG_OK;
}

struct tg_span tg_bulk_file_piece(const struct tg_bulk_file *f, size_t from, size_t *n)
{
    *n = f->n - from < TG_INQUIRY_BULK_PIECE ? f->n - from : TG_INQUIRY_BULK_PIECE;
    const struct tg_bulk_row *first = &f->row[from], *last = &f->row[from + *n - 1];
    return tg_span(f->lines.p + first->from, last->from + last->n - first->from);
}

static enum tg_err make_chain(struct tg_bulk_file *f)
{
    enum tg_err e = TG_OK;
    size_t n = 0;

    for (size_t from = 0; from < f->n && e == TG_OK; from += n) {
        TG_BUF_AUTO both = TG_BUF_INIT(TG_HTTP_BODY_BYTES + sizeof f->chain);
        struct tg_span piece = tg_bulk_file_piece(f, from, &n);

        e = tg_buf_add_str(&both, f->chain);
        if (e == TG_OK) {
            e = tg_buf_add_span(&both, piece);
        }
        if (e == TG_OK) {
            e = tg_sha256_hex(tg_span_buf(&both), f->chain);
        }
    }
    return e;
}

enum tg_err tg_bulk_file_read(const char *path, struct tg_bulk_file *f)
{
    struct tg_csv_info info;
    enum tg_err e;

    f->path = path;
    f->lines = TG_BUF_INIT(TG_BULK_FILE_BYTES);
    e = tg_csv_file(path, on_row, f, &info);
    if (e != TG_OK && e != TG_E_IMPORT && info.fault.what != NULL && info.fault.what[0] != '\0') {
        fault(f, info.fault.line, info.fault.what, info.fault.what);
        e = TG_E_IMPORT;
    }
    if (e == TG_OK) {
        e = find_twice(f);
    }
    if (e == TG_OK && f->n == 0 && f->faults == 0) {
        fault(f, 1, "照会する行がありません", "there are no rows");
    }
    if (e == TG_OK && f->faults == 0) {
        e = tg_sha256_file(path, f->sha256);
    }
    if (e == TG_OK && f->faults == 0) {
        e = make_chain(f);
    }
    return e == TG_OK && f->faults > 0 ? TG_E_IMPORT : e;
}

void tg_bulk_file_done(struct tg_bulk_file *f)
{
    if (f->lines.p != NULL) {
        explicit_bzero(f->lines.p, f->lines.cap);
    }
    tg_buf_done(&f->lines);
    free(f->row);
    f->row = NULL;
}

char *tg_bulk_beside(const char *path, const char *end)
{
    size_t n = strlen(path) + strlen(end) + 1;
    char *all = malloc(n);

    if (all != NULL) {
        (void)snprintf(all, n, "%s%s", path, end);
    }
    return all;
}

static enum tg_err write_header(FILE *file)
{
    (void)fputs("line,point,outcome", file);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++) {
        (void)fprintf(file, ",%s", columns[i]);
    }
    (void)fputc('\n', file);
    return fflush(file) == 0 && fsync(fileno(file)) == 0 ? TG_OK : TG_E_IO;
}

/* Where the last whole piece ends, and how many rows lie before that. A field of ours has no line ends. */
static long whole_end(FILE *file, size_t total, size_t *rows)
{
    long end = 0, at = 0;
    size_t lines = 0;
    int c;

    *rows = 0;
    while ((c = getc(file)) != EOF) {
        at++;
        if (c != '\n') {
            continue;
        }
        lines++;
        if (lines == 1 || (lines - 1) % TG_INQUIRY_BULK_PIECE == 0 || lines - 1 == total) {
            end = at;
            *rows = lines - 1;
        }
    }
    return end;
}

enum tg_err tg_bulk_result_open(const struct tg_bulk_file *f, struct tg_bulk_result *ret)
{
    ret->path = tg_bulk_beside(f->path, ".result.csv");
    ret->file = ret->path != NULL ? fopen(ret->path, "a+b") : NULL;
    if (ret->file == NULL) {
        return ret->path != NULL ? TG_E_IO : TG_E_NOMEM;
    }
    if (fchmod(fileno(ret->file), 0600) != 0) {
        return TG_E_IO;
    }
    rewind(ret->file);
    long end = whole_end(ret->file, f->n, &ret->rows);
    if (ferror(ret->file) || ftruncate(fileno(ret->file), end) != 0 || fseek(ret->file, 0, SEEK_END) != 0) {
        return TG_E_IO;
    }
    return end == 0 ? write_header(ret->file) : TG_OK;
}

static enum tg_err row_write(struct tg_buf *out, const struct tg_bulk_row *row, const json_t *result)
{
    const char *outcome = tg_json_str(result, "outcome");
    const json_t *fields = json_object_get(json_object_get(result, "row"), "fields");
    enum tg_err e = outcome == NULL ? TG_E_SERVER_REPLY
                                    : tg_buf_addf(out, "%llu,%s,", (unsigned long long)row->line, row->point);

    if (e == TG_OK) {
        e = add_cell(out, tg_span_str(outcome));
    }
    for (size_t i = 0; i < sizeof columns / sizeof *columns && e == TG_OK; i++) {
        const char *value = tg_json_str(fields, columns[i]);

        if (value != NULL && strpbrk(value, "\r\n") != NULL) {
            return TG_E_SERVER_REPLY;
        }
        e = tg_buf_add_str(out, ",");
        if (e == TG_OK && value != NULL) {
            e = add_cell(out, tg_span_str(value));
        }
    }
    return e == TG_OK ? tg_buf_add_str(out, "\n") : e;
}

enum tg_err tg_bulk_result_add(struct tg_bulk_result *r, const struct tg_bulk_file *f, size_t from,
                               const json_t *results)
{
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES * 2);
    size_t n = 0;
    enum tg_err e = TG_OK;

    (void)tg_bulk_file_piece(f, from, &n);
    if (json_array_size(results) != n) {
        return TG_E_SERVER_REPLY;
    }
    for (size_t i = 0; i < n && e == TG_OK; i++) {
        e = row_write(&out, &f->row[from + i], json_array_get(results, i));
    }
    if (e == TG_OK &&
        ((out.p != NULL && fwrite(out.p, 1, out.n, r->file) != out.n) || fflush(r->file) != 0 || fsync(fileno(r->file)) != 0)) {
        e = TG_E_IO;
    }
    r->rows += e == TG_OK ? n : 0;
    return e;
}

void tg_bulk_result_close(struct tg_bulk_result *r)
{
    if (r->file != NULL) {
        (void)fclose(r->file);
    }
    free(r->path);
    *r = (struct tg_bulk_result){.path = NULL};
}
