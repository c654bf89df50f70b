#include "certs/base/csv_file.h"
#include "server/records/load_put.h"

enum { COL_ID = TG_F_COUNT, COL_CLASS, COL_AREA, COL_COUNT };

struct import {
    struct tg_load *load;
    struct tg_buf *out;
    int column[TG_CSV_COLUMNS]; /* what stands there: a tg_field, or COL_… */
    size_t n_columns;           /* 0: the header line is still to come */
    uint64_t rows, errors;
    struct tg_csv_info info;
};

static void report(struct import *im, uint64_t line, const char *column, const char *what)
{
    if (im->errors++ >= TG_CSV_ERRORS_SHOWN)
        return;
    /* a full report stays as it is: the count of errors at its end says that there are more */
    (void)!tg_buf_addf(im->out, "行 line %llu, 列 column %s: %s\n", (unsigned long long)line, column, what);
}

static int find_column(struct tg_span name)
{
    static const char *const others[] = {"id", "class", "area"};
    for (int i = 0; i < COL_COUNT - COL_ID; i++)
        if (tg_span_is(name, others[i]))
            return COL_ID + i;
    for (int f = 0; f < TG_F_COUNT; f++)
        if (tg_span_is(name, tg_field_name((enum tg_field)f)))
            return f;
    return -1;
}

static bool has_column(const struct import *im, int c)
{
    for (size_t i = 0; i < im->n_columns; i++)
        if (im->column[i] == c)
            return true;
    return false;
}

/* The name of an unknown column is repeated only by its place: a file without a header line has customers
 * there. */
static enum tg_err read_header(struct import *im, const struct tg_csv_record *r)
{
    char where[24];
    for (size_t i = 0; i < r->n; i++) {
        int c = find_column(r->field[i]);
        (void)snprintf(where, sizeof where, "%zu", i + 1);
        if (c < 0)
            report(im, r->line, where, "知らない列名です / unknown column name");
        else if (has_column(im, c))
            report(im, r->line, where, "同じ列が 2 回あります / the column stands twice");
        im->column[im->n_columns++] = c;
    }
    static const struct {
        int a, b;
        const char *name;
    } needed[] = {{COL_CLASS, COL_CLASS, "class"},
                  {TG_F_NAME, TG_F_NAME, "name"},
                  {TG_F_RETAILER, TG_F_RETAILER, "retailer"},
                  {TG_F_POINT, TG_F_GEN_POINT, "point"}};
    for (size_t i = 0; i < sizeof needed / sizeof needed[0]; i++)
        if (!has_column(im, needed[i].a) && !has_column(im, needed[i].b))
            report(im, r->line, needed[i].name, "必要な列がありません / the column is missing");
    return im->errors == 0 ? TG_OK : TG_E_IMPORT;
}

static void fill(const struct import *im, const struct tg_csv_record *r, struct tg_customer *c)
{
    for (size_t i = 0; i < r->n; i++) {
        if (im->column[i] == COL_ID)
            c->id = r->field[i];
        else if (im->column[i] == COL_CLASS)
            c->class = r->field[i];
        else if (im->column[i] == COL_AREA)
            c->area = r->field[i];
        else if (im->column[i] >= 0 && im->column[i] < TG_F_COUNT)
            c->value[im->column[i]] = r->field[i];
    }
}

/* Refused rows do not stop the reading, so that all errors are known after one try. */
static enum tg_err on_record(void *ctx, const struct tg_csv_record *r)
{
    struct import *im = ctx;
    if (im->n_columns == 0)
        return read_header(im, r);
    im->rows++;
    if (r->n != im->n_columns) {
        report(im, r->line, "-", "列の数が見出しと違います / not as many columns as the header has");
        return TG_OK;
    }
    struct tg_customer c = {0};
    struct tg_fault fault;
    fill(im, r, &c);
    enum tg_err err = tg_load_put(im->load, &c, r->line, &fault);
    if (err != TG_E_IMPORT)
        return err;
    report(im, r->line, fault.column, fault.what);
    return TG_OK;
}

static void summary(struct import *im)
{
    const char *charset = tg_charset_name(im->info.charset);
    (void)!tg_buf_addf(im->out, "文字コード encoding: %s\n行 rows: %llu\n", charset,
                       (unsigned long long)im->rows);
    for (int c = 0; c < TG_C_COUNT; c++)
        (void)!tg_buf_addf(im->out, "  %s: %llu\n", tg_class_name((enum tg_class)c),
                           (unsigned long long)tg_load_count(im->load, (enum tg_class)c));
    (void)!tg_buf_addf(im->out, "誤り errors: %llu\n",
                       (unsigned long long)(im->errors + im->load->duplicates));
}

static enum tg_err read_all(struct import *im, const char *csv)
{
    enum tg_err err = tg_csv_file(csv, on_record, im, &im->info);
    if (err == TG_E_NOT_FOUND || err == TG_E_IO || err == TG_E_NOMEM)
        return err;
    if (err != TG_OK && im->info.fault.what != NULL && im->info.fault.what[0] != 0)
        report(im, im->info.fault.line, "-", im->info.fault.what);
    else if (err == TG_OK && im->n_columns == 0)
        report(im, 1, "-", "見出し行がありません / there is no header line");
    else if (err != TG_OK && im->errors == 0)
        report(im, im->info.fault.line, "-", tg_err_ja(err));
    if (err == TG_OK && im->errors == 0)
        return TG_OK;
    bool inside = err == TG_OK || err == TG_E_FORM || err == TG_E_LIMIT || err == TG_E_TRUNCATED ||
                  err == TG_E_BAD_UTF8 || err == TG_E_IMPORT;
    return inside ? TG_E_IMPORT : err;
}

enum tg_err tg_load_csv(const char *csv, const char *path, const struct tg_companies *companies,
                        struct tg_buf *out)
{
    struct import im = {.out = out};
    enum tg_err err = tg_load_begin(path, companies, &im.load);
    if (err != TG_OK)
        return err;
    err = read_all(&im, csv);
    if (err == TG_OK)
        err = tg_load_build(im.load, out);
    if (err == TG_OK || err == TG_E_IMPORT)
        summary(&im);
    if (err == TG_OK)
        err = tg_load_publish(im.load);
    tg_load_abort(&im.load);
    return err;
}
