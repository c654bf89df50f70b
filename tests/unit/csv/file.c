/* Whole files: the encoding is named, faults carry their place, and a folder or a missing file is an error.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <unistd.h>

#include "certs/base/csv_file.h"

static char folder[] = "/tmp/tegata-csv-XXXXXX";
static char path[64];

struct seen {
    uint64_t rows;
    char last[64];
    enum tg_err answer;
};

static enum tg_err on_row(void *ctx, const struct tg_csv_record *r)
{
    struct seen *s = ctx;
    s->rows++;
    (void)snprintf(s->last, sizeof s->last, "%.*s", (int)r->field[r->n - 1].n,
                   (const char *)r->field[r->n - 1].p);
    return s->answer;
}

static enum tg_err read_text(const char *text, size_t n, struct seen *s, struct tg_csv_info *info)
{
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    assert_int_equal(fwrite(text, 1, n, f), n);
    assert_int_equal(fclose(f), 0);
    s->rows = 0;
    return tg_csv_file(path, on_row, s, info);
}

#define S(text) (text), (sizeof(text) - 1)

static void encodings(void **state)
{
    struct seen s = {.answer = TG_OK};
    struct tg_csv_info info;
    (void)state;
    assert_int_equal(read_text(S("a,手形\n"), &s, &info), TG_OK);
    assert_int_equal(info.charset, TG_CHARSET_UTF8);
    assert_string_equal(s.last, "手形");
    assert_int_equal(read_text(S("\xEF\xBB\xBF手形\n"), &s, &info), TG_OK);
    assert_int_equal(info.charset, TG_CHARSET_UTF8_BOM);
    assert_string_equal(s.last, "手形");
    assert_int_equal(read_text(S("a,\x8E\xE8\x8C\x60\r\n"), &s, &info), TG_OK);
    assert_int_equal(info.charset, TG_CHARSET_CP932);
    assert_string_equal(s.last, "手形");
    assert_int_equal(read_text(S(""), &s, &info), TG_OK);
    assert_int_equal(s.rows, 0);
}

/* 手 in UTF-8 is no CP932: with a spoiled third line, it is the third that must be named, not the first. */
static void spoiled(void **state)
{
    struct seen s = {.answer = TG_OK};
    struct tg_csv_info info;
    (void)state;
    assert_int_equal(read_text(S("a,手\nb,手\nc,\xFF\xFE\xFF\nd,手\n"), &s, &info), TG_E_FORM);
    assert_int_equal(info.fault.line, 3);
    assert_non_null(strstr(info.fault.what, "not this line"));
    /* CP932 to its second line, UTF-8 not even to its first: CP932's place stands */
    assert_int_equal(read_text(S("a,\x8E\xE8\x8C\x60\nb,\xFD\xFE\xFF\n"), &s, &info), TG_E_FORM);
    assert_int_equal(info.fault.line, 2);
    assert_non_null(strstr(info.fault.what, "neither"));
}

static void faults(void **state)
{
    struct seen s = {.answer = TG_OK};
    struct tg_csv_info info;
    (void)state;
    assert_int_equal(read_text(S("\xEF\xBB\xBF\na\xFF\n"), &s, &info), TG_E_BAD_UTF8);
    assert_non_null(strstr(info.fault.what, "UTF-8"));
    assert_int_equal(read_text(S("a\n\xFF\n"), &s, &info), TG_E_FORM);
    assert_non_null(strstr(info.fault.what, "CP932"));
    assert_int_equal(read_text(S("a\n\x8E"), &s, &info), TG_E_TRUNCATED);
    assert_true(info.fault.what[0] != '\0');
    assert_int_equal(read_text(S("a\nb\"\n"), &s, &info), TG_E_FORM);
    assert_int_equal(info.fault.line, 2);
    assert_int_equal(info.fault.column, 2);
    s.answer = TG_E_FORM;
    assert_int_equal(read_text(S("\x8E\xE8\nb\n"), &s, &info), TG_E_FORM);
    assert_string_equal(info.fault.what, "");
    assert_int_equal(s.rows, 1);
}

static void no_file(void **state)
{
    struct seen s = {.answer = TG_OK};
    struct tg_csv_info info;
    (void)state;
    assert_int_equal(tg_csv_file("/nonexistent/tegata", on_row, &s, &info), TG_E_NOT_FOUND);
    assert_int_equal(tg_csv_file(folder, on_row, &s, &info), TG_E_IO);
}

/* Many pieces of the file reader: every row arrives once. */
static void large(void **state)
{
    enum { ROWS = 50000 };
    struct seen s = {.answer = TG_OK};
    struct tg_csv_info info;
    (void)state;
    FILE *f = fopen(path, "wb");
    assert_non_null(f);
    for (int i = 0; i < ROWS; i++)
        (void)fprintf(f, "row %d,\"\x8E\xE8\x8C\x60 %d\"\r\n", i, i);
    assert_int_equal(fclose(f), 0);
    s.rows = 0;
    assert_int_equal(tg_csv_file(path, on_row, &s, &info), TG_OK);
    assert_int_equal(s.rows, ROWS);
    assert_string_equal(s.last, "手形 49999");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(encodings), cmocka_unit_test(faults), cmocka_unit_test(spoiled),
        cmocka_unit_test(no_file),   cmocka_unit_test(large),
    };
    if (mkdtemp(folder) == NULL)
        return 1;
    (void)snprintf(path, sizeof path, "%s/in.csv", folder);
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    (void)unlink(path);
    (void)rmdir(folder);
    return failed;
}
