#include "data.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/file.h"

static const char *path_of(const char *name)
{
    static char path[4096];
    const char *folder = getenv("POLICY_DATA"), *shipped = getenv("DEFAULT_POLICY");
    assert_true(folder != NULL && shipped != NULL);
    if (name == NULL)
        return shipped;
    (void)snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

void data_read(const char *name, struct tg_buf *to)
{
    assert_int_equal(tg_file_read(path_of(name), to), TG_OK);
}

static struct tg_policy *compiled(struct tg_span text)
{
    struct tg_policy *p = NULL;
    struct tg_policy_fault fault;
    if (tg_policy_compile(text, &p, &fault) != TG_OK)
        fail_msg("%u:%u: %s", fault.line, fault.column, fault.what);
    return p;
}

struct tg_policy *data_policy(const char *name)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES);
    data_read(name, &text);
    return compiled(tg_span_buf(&text));
}

struct tg_policy *data_policy_with(const char *find, const char *with)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_BYTES), edited = TG_BUF_INIT(TG_POLICY_BYTES);
    data_read("small.policy", &text);
    const char *all = tg_buf_cstr(&text), *at = strstr(all, find);
    assert_non_null(at);
    assert_int_equal(tg_buf_add(&edited, all, (size_t)(at - all)), TG_OK);
    assert_int_equal(tg_buf_add_str(&edited, with), TG_OK);
    assert_int_equal(tg_buf_add_str(&edited, at + strlen(find)), TG_OK);
    return compiled(tg_span_buf(&edited));
}

struct skip_header {
    tg_csv_row *row;
    void *ctx;
};

static enum tg_err behind_header(void *ctx, const struct tg_csv_record *r)
{
    struct skip_header *s = ctx;
    return r->line == 1 ? TG_OK : s->row(s->ctx, r);
}

void data_rows(const char *name, tg_csv_row *row, void *ctx)
{
    struct skip_header s = {row, ctx};
    struct tg_csv_info info;
    assert_int_equal(tg_csv_file(path_of(name), behind_header, &s, &info), TG_OK);
}

const char *data_cell(const struct tg_csv_record *r, size_t column, unsigned n)
{
    static char cell[8][TG_CSV_FIELD_BYTES + 1];
    assert_true(column < r->n && n < 8);
    memcpy(cell[n], r->field[column].p, r->field[column].n);
    cell[n][r->field[column].n] = '\0';
    return cell[n];
}

tg_mask data_fields(const char *names)
{
    tg_mask mask = 0;
    while (*names != '\0') {
        char name[64];
        size_t n = strcspn(names, " ");
        assert_true(n < sizeof name);
        memcpy(name, names, n);
        name[n] = '\0';
        enum tg_field f = tg_field_find(name);
        assert_true(f < TG_F_COUNT);
        mask |= TG_BIT(f);
        names += n + (names[n] == ' ');
    }
    return mask;
}
