#include "server/admin_csv.h"

/* RFC 4180 section 2.6: quotes where they are needed, doubled inside. */
static void put_field(FILE *out, struct tg_span s)
{
    bool quoted = false;

    for (size_t i = 0; i < s.n && !quoted; i++) {
        quoted = s.p[i] == ',' || s.p[i] == '"' || s.p[i] == '\r' || s.p[i] == '\n';
    }
    if (!quoted) {
        if (s.n > 0) { /* an empty one may have no bytes at all to point to */
            (void)fwrite(s.p, 1, s.n, out);
        }
        return;
    }
    (void)putc('"', out);
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] == '"') {
            (void)putc('"', out);
        }
        (void)putc(s.p[i], out);
    }
    (void)putc('"', out);
}

enum tg_err tg_admin_csv_head(FILE *out)
{
    (void)fputs("id,class,area", out);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        (void)fprintf(out, ",%s", tg_field_name((enum tg_field)f));
    }
    return putc('\n', out) == EOF ? TG_E_IO : TG_OK;
}

enum tg_err tg_admin_csv_row(FILE *out, const struct tg_customer *c)
{
    put_field(out, c->id);
    (void)putc(',', out);
    put_field(out, c->class);
    (void)putc(',', out);
    put_field(out, c->area);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        (void)putc(',', out);
        put_field(out, c->value[f]);
    }
    return putc('\n', out) == EOF || ferror(out) ? TG_E_IO : TG_OK;
}
