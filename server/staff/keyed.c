#include "server/staff/keyed.h"

#define LINE_BYTES sizeof(uint64_t)

static uint8_t *at(const struct tg_keyed *k, size_t i)
{
    return k->rows + i * (LINE_BYTES + k->size);
}

static uint64_t line_of(const void *entry)
{
    uint64_t line;
    memcpy(&line, entry, sizeof line);
    return line;
}

static const char *text_of(const void *entry)
{
    return (const char *)entry + LINE_BYTES;
}

static int by_text_and_line(const void *a, const void *b)
{
    int texts = strcmp(text_of(a), text_of(b));
    if (texts != 0)
        return texts;
    return line_of(a) < line_of(b) ? -1 : line_of(a) > line_of(b);
}

enum tg_err tg_keyed_add(struct tg_keyed *k, uint64_t line, const void *row)
{
    uint8_t *p = tg_grow(k->rows, &k->cap, k->n, LINE_BYTES + k->size, k->most);
    if (p == NULL)
        return k->n >= k->most ? TG_E_LIMIT : TG_E_NOMEM;
    k->rows = p;
    memcpy(at(k, k->n), &line, LINE_BYTES);
    memcpy(at(k, k->n) + LINE_BYTES, row, k->size);
    k->n++;
    return TG_OK;
}

static enum tg_err take(const struct tg_keyed *k, struct tg_faults *faults, void **ret)
{
    if (k->n > 1)
        qsort(k->rows, k->n, LINE_BYTES + k->size, by_text_and_line);
    for (size_t i = 1; i < k->n; i++)
        if (strcmp(text_of(at(k, i - 1)), text_of(at(k, i))) == 0)
            tg_faults_add(faults, (struct tg_line_fault){.file = k->def->file,
                                                         .line = line_of(at(k, i)),
                                                         .column = k->def->column[k->column],
                                                         .what = k->twice});
    if (faults->n > 0)
        return TG_E_IMPORT;
    uint8_t *rows = calloc(k->n + 1, k->size);
    if (rows == NULL)
        return TG_E_NOMEM;
    for (size_t i = 0; i < k->n; i++)
        memcpy(rows + i * k->size, at(k, i) + LINE_BYTES, k->size);
    *ret = rows;
    return TG_OK;
}

enum tg_err tg_keyed_read(struct tg_keyed *k, struct tg_source *from, tg_table_row *row, void *ctx,
                          void **ret)
{
    struct tg_table t = {.def = k->def, .faults = from->faults, .copy = from->copy, .row = row, .ctx = ctx};
    enum tg_err e = tg_table_read(&t, from->path);
    from->charset = t.charset;
    return e == TG_OK ? take(k, from->faults, ret) : e;
}

void tg_keyed_done(struct tg_keyed *k)
{
    free(k->rows);
    k->rows = NULL;
    k->n = k->cap = 0;
}
