#include "server/staff/faults.h"

#include "server/staff/arena.h"

void tg_faults_add(struct tg_faults *f, struct tg_line_fault fault)
{
    f->n++;
    struct tg_line_fault *p = tg_grow(f->shown, &f->cap, f->n_shown, sizeof *f->shown, TG_CSV_ERRORS_SHOWN);
    if (p == NULL)
        return; /* counted all the same: an import with a fault that is not listed still fails */
    f->shown = p;
    f->shown[f->n_shown++] = fault;
}

static int by_place(const void *a, const void *b)
{
    const struct tg_line_fault *x = a, *y = b;
    int files = strcmp(x->file, y->file);
    if (files != 0)
        return files;
    return x->line < y->line ? -1 : x->line > y->line;
}

static void sort(struct tg_faults *f)
{
    if (f->n_shown > 1)
        qsort(f->shown, f->n_shown, sizeof *f->shown, by_place);
}

/* Where, and what: "staff.csv:12: role: … / … (行 line 11)". */
static void one_line(const struct tg_line_fault *f, char *out, size_t size)
{
    char line[24] = "", other[96] = "";
    if (f->line != 0)
        (void)snprintf(line, sizeof line, ":%llu", (unsigned long long)f->line);
    if (f->other != 0)
        (void)snprintf(other, sizeof other, "（%llu 行目と / with line %llu）", (unsigned long long)f->other,
                       (unsigned long long)f->other);
    (void)snprintf(out, size, "%s%s: %s%s%s%s%s%s", f->file, line, f->column != NULL ? f->column : "",
                   f->column != NULL ? ": " : "", f->what, f->what_en != NULL ? " / " : "",
                   f->what_en != NULL ? f->what_en : "", other);
}

enum tg_err tg_faults_text(struct tg_faults *f, struct tg_buf *out)
{
    sort(f);
    for (size_t i = 0; i < f->n_shown; i++) {
        char line[512];
        one_line(&f->shown[i], line, sizeof line);
        enum tg_err e = tg_buf_addf(out, "%s\n", line);
        if (e != TG_OK)
            return e;
    }
    return TG_OK;
}

void tg_faults_first(struct tg_faults *f, unsigned *line, char *why, size_t size)
{
    sort(f);
    if (line != NULL)
        *line = f->n_shown > 0 ? (unsigned)f->shown[0].line : 0;
    if (size == 0)
        return;
    why[0] = '\0';
    if (f->n_shown > 0)
        one_line(&f->shown[0], why, size);
}

void tg_faults_done(struct tg_faults *f)
{
    free(f->shown);
    *f = (struct tg_faults){.n = 0};
}
