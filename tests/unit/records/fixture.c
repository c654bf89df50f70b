#include "tests/unit/records/fixture.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "server/records/reader.h"

static char folder[64];

const char *scratch(void)
{
    if (folder[0] == 0) {
        (void)snprintf(folder, sizeof folder, "/tmp/tegata-records-XXXXXX");
        assert_non_null(mkdtemp(folder));
    }
    return folder;
}

const char *in_scratch(const char *name)
{
    static char path[4][256];
    static unsigned next;
    char *p = path[next++ % 4];
    (void)snprintf(p, sizeof path[0], "%s/%s", scratch(), name);
    return p;
}

void scratch_remove(void)
{
    if (folder[0] == 0)
        return;
    DIR *d = opendir(folder);
    struct dirent *e;
    while (d != NULL && (e = readdir(d)) != NULL)
        (void)unlink(in_scratch(e->d_name));
    (void)closedir(d);
    (void)rmdir(folder);
    folder[0] = 0;
}

void write_text(const char *path, const char *text)
{
    assert_int_equal(tg_file_write(path, tg_span_str(text), 0600), TG_OK);
}

const struct tg_companies *companies(void)
{
    static struct tg_companies *list;
    char why[256] = "";
    if (list == NULL) {
        const char *path = in_scratch("companies.csv");
        write_text(path, "code,name,kind,home\nHOME,自社,retail,yes\nR0001,新電力一,retail,\n"
                         "R0002,新電力二,retail,\nNW,送配電,network,\nCC,委託先,contractor,\n");
        assert_int_equal(tg_companies_load(path, &list, NULL, why, sizeof why), TG_OK);
    }
    return list;
}

static void set(struct tg_customer *c, const char *name, struct tg_span value)
{
    if (strcmp(name, "class") == 0)
        c->class = value;
    else if (strcmp(name, "id") == 0)
        c->id = value;
    else if (strcmp(name, "area") == 0)
        c->area = value;
    else {
        enum tg_field f = tg_field_find(name);
        assert_true(f != TG_F_COUNT);
        c->value[f] = value;
    }
}

void load_line(struct tg_load *l, const char *line)
{
    struct tg_customer c = {0};
    char text[2048];
    const char *why = NULL;
    assert_true((size_t)snprintf(text, sizeof text, "%s", line) < sizeof text);
    for (char *p = text; p != NULL && *p != 0;) {
        char *next = strchr(p, ';');
        if (next != NULL)
            *next++ = 0;
        char *eq = strchr(p, '=');
        assert_non_null(eq);
        *eq = 0;
        set(&c, p, tg_span_str(eq + 1));
        p = next;
    }
    enum tg_err err = tg_load_add(l, &c, &why);
    if (err != TG_OK)
        print_error("%s: %s\n", line, why);
    assert_int_equal(err, TG_OK);
}

void load_lines(const char *path, const char *const *lines)
{
    struct tg_load *l = NULL;
    assert_int_equal(tg_load_begin(path, companies(), &l), TG_OK);
    for (size_t i = 0; lines[i] != NULL; i++)
        load_line(l, lines[i]);
    assert_int_equal(tg_load_commit(&l), TG_OK);
    assert_null(l);
}

void open_store(const char *path, struct tg_store **store, struct tg_reader **reader)
{
    assert_int_equal(tg_store_open(path, store), TG_OK);
    assert_int_equal(tg_reader_open(*store, reader), TG_OK);
}

void close_store(struct tg_store **store, struct tg_reader **reader)
{
    tg_reader_close(reader);
    tg_store_close(store);
}

static void take(void *ctx, enum tg_err err, struct tg_rows *rows)
{
    struct answer *a = ctx;
    a->err = err;
    a->rows = rows;
    a->calls++;
}

struct answer search_page(struct tg_reader *r, const struct tg_scope *s, struct tg_query q)
{
    struct answer a = {.err = TG_E_INTERNAL};
    tg_reader_search(r, s, &q, take, &a);
    assert_int_equal(a.calls, 1);
    assert_true((a.err == TG_OK) == (a.rows != NULL));
    return a;
}

struct answer search_for(struct tg_reader *r, const struct tg_scope *s, enum tg_by by, const char *text)
{
    return search_page(r, s, (struct tg_query){.by = by, .text = tg_span_str(text), .limit = TG_PAGE_ROWS});
}

struct answer show_id(struct tg_reader *r, const struct tg_scope *s, const char *id)
{
    struct answer a = {.err = TG_E_INTERNAL};
    tg_reader_show(r, s, tg_span_str(id), take, &a);
    assert_int_equal(a.calls, 1);
    return a;
}

const char *ids_of(struct answer a)
{
    static char text[4096];
    size_t n = 0;
    if (a.err != TG_OK)
        return tg_err_code(a.err);
    text[0] = 0;
    for (size_t i = 0; i < a.rows->n; i++)
        n += (size_t)snprintf(text + n, sizeof text - n, "%s%s", i > 0 ? "," : "", a.rows->row[i].id);
    tg_rows_free(&a.rows);
    return text;
}
