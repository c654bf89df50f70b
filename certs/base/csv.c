#include "certs/base/csv.h"

#include <stdbool.h>

enum state { AT_RECORD, AT_FIELD, PLAIN, QUOTED, QUOTE_SEEN, CR_SEEN, ENDED, STATES };

struct tg_csv {
    tg_csv_row *row;
    void *ctx;
    enum state state;
    enum tg_err err;
    const char *what;
    uint64_t line, column, begun; /* line and column of the next byte; line of the record's first byte */
    size_t n;                     /* fields that are complete */
    size_t used, field;           /* bytes in text; where the open field begins */
    struct tg_span span[TG_CSV_COLUMNS];
    uint8_t text[TG_CSV_RECORD_BYTES];
};

enum tg_err tg_csv_new(tg_csv_row *row, void *ctx, struct tg_csv **ret)
{
    struct tg_csv *c = calloc(1, sizeof *c);
    if (c == NULL)
        return TG_E_NOMEM;
    c->row = row;
    c->ctx = ctx;
    c->what = "";
    c->line = 1;
    c->column = 1;
    *ret = c;
    return TG_OK;
}

void tg_csv_free(struct tg_csv **c)
{
    free(*c);
    *c = NULL;
}

struct tg_csv_fault tg_csv_fault(const struct tg_csv *c)
{
    return (struct tg_csv_fault){.line = c->line, .column = c->column, .what = c->what};
}

static enum tg_err fail(struct tg_csv *c, enum tg_err e, const char *what)
{
    c->what = what;
    return e;
}

static enum tg_err take(struct tg_csv *c, const uint8_t *p, size_t n)
{
    if (c->used - c->field + n > TG_CSV_FIELD_BYTES)
        return fail(c, TG_E_LIMIT, "項目が長すぎます / a field is too long");
    if (c->used + n > sizeof c->text)
        return fail(c, TG_E_LIMIT, "行が長すぎます / a line is too long");
    memcpy(c->text + c->used, p, n);
    c->used += n;
    return TG_OK;
}

static enum tg_err end_field(struct tg_csv *c)
{
    if (c->n == TG_CSV_COLUMNS)
        return fail(c, TG_E_LIMIT, "列が多すぎます / too many columns");
    c->span[c->n++] = tg_span(c->text + c->field, c->used - c->field);
    c->field = c->used;
    c->state = AT_FIELD;
    return TG_OK;
}

static enum tg_err end_record(struct tg_csv *c)
{
    enum tg_err e = end_field(c);
    if (e != TG_OK)
        return e;
    const struct tg_csv_record r = {.line = c->begun, .n = c->n, .field = c->span};
    e = c->row(c->ctx, &r);
    c->n = c->used = c->field = 0;
    c->state = AT_RECORD;
    return e;
}

/* The byte behind a field: separator or line end. */
static enum tg_err closing(struct tg_csv *c, uint8_t b, const char *otherwise)
{
    switch (b) {
    case ',':
        return end_field(c);
    case '\n':
        return end_record(c);
    case '\r':
        c->state = CR_SEEN;
        return TG_OK;
    default:
        return fail(c, TG_E_FORM, otherwise);
    }
}

static enum tg_err on_plain(struct tg_csv *c, uint8_t b)
{
    return closing(c, b,
                   b == '"' ? "引用符の位置が違います / a quote inside an unquoted field"
                            : "NUL 文字があります / a NUL byte");
}

static enum tg_err on_field(struct tg_csv *c, uint8_t b)
{
    if (b != '"')
        return on_plain(c, b);
    c->state = QUOTED;
    return TG_OK;
}

static enum tg_err on_quoted(struct tg_csv *c, uint8_t b)
{
    if (b == 0)
        return fail(c, TG_E_FORM, "NUL 文字があります / a NUL byte");
    if (b != '"')
        return take(c, &b, 1);
    c->state = QUOTE_SEEN;
    return TG_OK;
}

static enum tg_err on_quote_seen(struct tg_csv *c, uint8_t b)
{
    if (b != '"')
        return closing(c, b, "閉じた引用符の後ろに文字があります / text behind a closing quote");
    c->state = QUOTED;
    return take(c, &b, 1);
}

static enum tg_err on_cr_seen(struct tg_csv *c, uint8_t b)
{
    if (b != '\n')
        return fail(c, TG_E_FORM, "改行が CR だけです / a bare carriage return");
    return end_record(c);
}

static enum tg_err on_ended(struct tg_csv *c, uint8_t b)
{
    (void)b;
    return fail(c, TG_E_TRAILING, "終わりの後ろにデータがあります / data behind the end");
}

static enum tg_err step(struct tg_csv *c, uint8_t b)
{
    static enum tg_err (*const on[STATES])(struct tg_csv *, uint8_t) = {
        [AT_RECORD] = on_field,       [AT_FIELD] = on_field,  [PLAIN] = on_plain, [QUOTED] = on_quoted,
        [QUOTE_SEEN] = on_quote_seen, [CR_SEEN] = on_cr_seen, [ENDED] = on_ended,
    };
    if (c->state == AT_RECORD)
        c->begun = c->line;
    enum tg_err e = on[c->state](c, b);
    if (e != TG_OK)
        return e;
    c->column++;
    if (b == '\n') {
        c->line++;
        c->column = 1;
    }
    return TG_OK;
}

static bool special(uint8_t b)
{
    return b == ',' || b == '"' || b == '\r' || b == '\n' || b == 0;
}

/* Bytes that neither end nor quote anything are copied in runs: imports have gigabytes of them. */
static enum tg_err take_run(struct tg_csv *c, struct tg_span in, size_t *taken)
{
    size_t n = 0;
    *taken = 0;
    if (c->state == QUOTED) {
        while (n < in.n && in.p[n] != '"' && in.p[n] != '\n' && in.p[n] != 0)
            n++;
    } else if (c->state <= PLAIN) {
        while (n < in.n && !special(in.p[n]))
            n++;
    }
    if (n == 0)
        return TG_OK;
    if (c->state == AT_RECORD)
        c->begun = c->line;
    enum tg_err e = take(c, in.p, n);
    if (e != TG_OK)
        return e;
    if (c->state != QUOTED)
        c->state = PLAIN;
    c->column += n;
    *taken = n;
    return TG_OK;
}

enum tg_err tg_csv_feed(struct tg_csv *c, struct tg_span bytes)
{
    size_t i = 0;
    while (i < bytes.n && c->err == TG_OK) {
        size_t run;
        c->err = take_run(c, tg_span(bytes.p + i, bytes.n - i), &run);
        i += run;
        if (c->err == TG_OK && run == 0)
            c->err = step(c, bytes.p[i++]);
    }
    return c->err;
}

enum tg_err tg_csv_end(struct tg_csv *c)
{
    if (c->err != TG_OK)
        return c->err;
    if (c->state == QUOTED)
        c->err = fail(c, TG_E_TRUNCATED, "引用符が閉じていません / a quote is never closed");
    else if (c->state == CR_SEEN)
        c->err = fail(c, TG_E_FORM, "改行が CR だけです / a bare carriage return");
    else if (c->state != AT_RECORD && c->state != ENDED)
        c->err = end_record(c);
    c->state = ENDED;
    return c->err;
}
