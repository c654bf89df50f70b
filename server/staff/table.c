#include "server/staff/table.h"

#include "certs/base/text.h"

void tg_line_complain(const struct tg_line *l, size_t column, const char *what)
{
    tg_faults_add(l->faults,
                  (struct tg_line_fault){
                      .file = l->def->file, .line = l->line, .column = l->def->column[column], .what = what});
}

static bool alnum(uint8_t b)
{
    return (b >= '0' && b <= '9') || (b >= 'A' && b <= 'Z') || (b >= 'a' && b <= 'z');
}

static bool person_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '_' && s.p[i] != '-')
            return false;
    return true;
}

static bool code_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!alnum(s.p[i]) && s.p[i] != '-')
            return false;
    return true;
}

static bool case_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!alnum(s.p[i]) && memchr("._:/#-", s.p[i], 6) == NULL)
            return false;
    return true;
}

static bool role_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (!alnum(s.p[i]) && s.p[i] != '.' && s.p[i] != '-')
            return false;
        else if (s.p[i] >= 'A' && s.p[i] <= 'Z')
            return false;
    return s.p[0] >= 'a' && s.p[0] <= 'z';
}

static bool uuid_ok(struct tg_span s)
{
    if (s.n != 36)
        return false;
    for (size_t i = 0; i < s.n; i++) {
        bool dash = i == 8 || i == 13 || i == 18 || i == 23;
        bool hex = (s.p[i] >= '0' && s.p[i] <= '9') || (s.p[i] >= 'a' && s.p[i] <= 'f') ||
                   (s.p[i] >= 'A' && s.p[i] <= 'F');
        if (dash ? s.p[i] != '-' : !hex)
            return false;
    }
    return true;
}

static bool areas_ok(struct tg_span s)
{
    if (s.n % 6 != 5)
        return s.n == 0;
    for (size_t i = 0; i < s.n; i++)
        if (i % 6 == 5 ? s.p[i] != ' ' : s.p[i] < '0' || s.p[i] > '9')
            return false;
    return true;
}

static bool phone_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((s.p[i] < '0' || s.p[i] > '9') && memchr("+-() ", s.p[i], 5) == NULL)
            return false;
    return true;
}

/* Sizes are those of the arrays that the texts end up in, their NUL included. */
static const struct {
    size_t size;
    bool may_be_empty;
    bool (*ok)(struct tg_span s);
    const char *what;
} forms[] = {
    [TG_FORM_PERSON] = {TG_PERSON_BYTES, false, person_ok, "使えない文字があります / only A-Z a-z 0-9 . _ -"},
    [TG_FORM_CODE] = {16, false, code_ok, "使えない文字があります / only A-Z a-z 0-9 -"},
    [TG_FORM_POST] = {32, false, person_ok, "使えない文字があります / only A-Z a-z 0-9 . _ -"},
    [TG_FORM_ROLE] = {32, false, role_ok, "使えない文字があります / only a-z 0-9 . - and a letter first"},
    [TG_FORM_UUID] = {37, false, uuid_ok, "UUID ではありません / not a UUID"},
    [TG_FORM_CASE] = {TG_CASE_BYTES + 1, false, case_ok,
                      "使えない文字があります / only A-Z a-z 0-9 . _ : / # -"},
    [TG_FORM_PHONE] = {32, true, phone_ok, "電話番号ではありません / not a telephone number"},
    [TG_FORM_AREAS] =
        {TG_NAME_BYTES, true, areas_ok,
         "市区町村コード（5 桁）を空白 1 つで区切ってください / codes of 5 digits, one space between"},
    [TG_FORM_TEXT] = {TG_NAME_BYTES, false, tg_text_clean, "制御文字があります / control characters"},
};

bool tg_line_check(const struct tg_line *l, size_t column, enum tg_form form)
{
    struct tg_span s = l->cell[column];
    const char *what = NULL;
    if (s.n == 0)
        what = forms[form].may_be_empty ? NULL : "空です / empty";
    else if (s.n >= forms[form].size)
        what = "長すぎます / too long";
    else if (!forms[form].ok(s))
        what = forms[form].what;
    if (what != NULL)
        tg_line_complain(l, column, what);
    return what == NULL;
}

bool tg_line_day(const struct tg_line *l, size_t column, tg_day fallback, tg_day *ret)
{
    *ret = fallback;
    if (l->cell[column].n == 0 || tg_day_parse(l->cell[column], ret) == TG_OK)
        return true;
    tg_line_complain(l, column, "日付ではありません（例 2023-01-13） / not a date such as 2023-01-13");
    return false;
}

static void complain_line(struct tg_table *t, uint64_t line, const char *what)
{
    tg_faults_add(t->faults,
                  (struct tg_line_fault){.file = t->def->file, .line = line, .column = NULL, .what = what});
}

static bool needs_quotes(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n')
            return true;
    return false;
}

static enum tg_err write_cell(struct tg_buf *out, struct tg_span s)
{
    if (!needs_quotes(s))
        return tg_buf_add_span(out, s);
    enum tg_err e = tg_buf_add_str(out, "\"");
    for (size_t i = 0; i < s.n && e == TG_OK; i++)
        e = s.p[i] == '"' ? tg_buf_add_str(out, "\"\"") : tg_buf_add(out, s.p + i, 1);
    return e == TG_OK ? tg_buf_add_str(out, "\"") : e;
}

static enum tg_err write_record(struct tg_buf *out, const struct tg_csv_record *r)
{
    enum tg_err e = TG_OK;
    for (size_t i = 0; i < r->n && e == TG_OK; i++) {
        e = write_cell(out, r->field[i]);
        if (e == TG_OK)
            e = tg_buf_add_str(out, i + 1 < r->n ? "," : "\n");
    }
    return e;
}

static bool header_ok(const struct tg_table_def *def, const struct tg_csv_record *r)
{
    if (r->n > def->n || r->n < def->n - def->optional)
        return false;
    for (size_t i = 0; i < r->n; i++)
        if (!tg_span_is(r->field[i], def->column[i]))
            return false;
    return true;
}

struct reading {
    struct tg_table *t;
    bool past_header;
    size_t n; /* columns of this file */
};

static enum tg_err on_record(void *ctx, const struct tg_csv_record *r)
{
    struct reading *reading = ctx;
    struct tg_table *t = reading->t;
    if (!reading->past_header && !header_ok(t->def, r)) {
        complain_line(t, r->line, "見出しの行が違います / the header line is not the expected one");
        return TG_E_IMPORT;
    }
    if (t->copy != NULL) {
        enum tg_err e = write_record(t->copy, r);
        if (e != TG_OK)
            return e;
    }
    if (!reading->past_header) {
        reading->past_header = true;
        reading->n = r->n;
        return TG_OK;
    }
    if (r->n != reading->n) {
        complain_line(t, r->line, "列の数が違います / the wrong number of columns");
        return TG_OK;
    }
    struct tg_span cell[TG_CSV_COLUMNS] = {{NULL, 0}};
    memcpy(cell, r->field, r->n * sizeof *cell);
    const struct tg_line l = {.def = t->def, .faults = t->faults, .line = r->line, .cell = cell};
    return t->row(t->ctx, &l);
}

static enum tg_err finish(struct tg_table *t, enum tg_err e, const struct tg_csv_fault *fault)
{
    if (e == TG_E_IMPORT)
        return e;
    if (fault->what[0] != '\0') {
        complain_line(t, fault->line, fault->what);
        return TG_E_IMPORT;
    }
    static const char limit[] = "行が多すぎます / too many lines";
    complain_line(t, fault->line, e == TG_E_LIMIT ? limit : tg_err_en(e));
    return e;
}

/* A table that lies in the folder was written whole by an import, which ends its last line. One that was
 * copied there and is still growing may break off where it still reads well: a post without the end that was
 * to follow.
 */
static bool breaks_off(const char *path)
{
    FILE *f = fopen(path, "rb");
    bool whole = f != NULL && fseek(f, -1, SEEK_END) == 0 && getc(f) == '\n';
    if (f != NULL)
        (void)fclose(f);
    return !whole;
}

enum tg_err tg_table_read(struct tg_table *t, const char *path)
{
    struct reading reading = {.t = t, .past_header = false};
    struct tg_csv_info info;
    enum tg_err e = tg_csv_file(path, on_record, &reading, &info);
    t->charset = info.charset;
    if (e != TG_OK)
        return finish(t, e, &info.fault);
    if (!reading.past_header) {
        complain_line(t, 1, "見出しの行がありません / the header line is missing");
        return TG_E_IMPORT;
    }
    if (t->copy == NULL && breaks_off(path)) {
        complain_line(t, 0,
                      "最後の行が途中で切れています。取り込み直してください / the last line breaks off: "
                      "import it again");
        return TG_E_IMPORT;
    }
    return TG_OK;
}
