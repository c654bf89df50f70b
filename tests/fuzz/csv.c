/* The CSV path of an import: sniff, decode, tokenize. The first byte chooses the size of the pieces; whatever
 * the pieces, the outcome must be the same as in one piece.
 */
#include "certs/base/csv.h"
#include "certs/base/charset.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

struct sum {
    uint64_t rows, hash;
};

static enum tg_err on_row(void *ctx, const struct tg_csv_record *r)
{
    struct sum *s = ctx;
    s->rows++;
    for (size_t i = 0; i < r->n; i++)
        for (size_t k = 0; k <= r->field[i].n; k++)
            s->hash = s->hash * 31 + (k < r->field[i].n ? r->field[i].p[k] : 256u);
    return TG_OK;
}

static enum tg_err to_csv(void *ctx, struct tg_span s)
{
    struct tg_csv *c = ctx;
    return tg_csv_feed(c, s);
}

static enum tg_err run(const uint8_t *p, size_t n, size_t step, struct sum *sum)
{
    struct tg_sniff sniff;
    struct tg_csv *csv = NULL;
    struct tg_decoder *d = NULL;
    tg_sniff_init(&sniff);
    for (size_t i = 0; i < n; i += step)
        tg_sniff_feed(&sniff, tg_span(p + i, step < n - i ? step : n - i));
    enum tg_err e = tg_csv_new(on_row, sum, &csv);
    if (e == TG_OK)
        e = tg_decoder_new(tg_sniff_end(&sniff), to_csv, csv, &d);
    for (size_t i = 0; i < n && e == TG_OK; i += step)
        e = tg_decoder_feed(d, tg_span(p + i, step < n - i ? step : n - i));
    if (e == TG_OK)
        e = tg_decoder_end(d);
    if (e == TG_OK)
        e = tg_csv_end(csv);
    if (d != NULL)
        tg_decoder_free(&d);
    tg_csv_free(&csv);
    return e;
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    if (n < 1)
        return 0;
    struct sum whole = {0, 0}, cut = {0, 0};
    enum tg_err a = run(p + 1, n - 1, n, &whole);
    enum tg_err b = run(p + 1, n - 1, (size_t)p[0] % 17 + 1, &cut);
    if ((a == TG_OK) != (b == TG_OK) || (a == TG_OK && (whole.rows != cut.rows || whole.hash != cut.hash)))
        abort();
    return 0;
}
