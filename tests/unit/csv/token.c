/* The tokenizer: each case is a text and the records that must come out, or the place where it must stop.
 * Every text is fed whole, byte by byte and in two pieces at every cut, and must come out the same.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "certs/base/csv.h"

struct log {
    char text[8192];
    size_t n;
};

static void put(struct log *l, const char *s, size_t n)
{
    assert_true(l->n + n < sizeof l->text);
    memcpy(l->text + l->n, s, n);
    l->n += n;
    l->text[l->n] = '\0';
}

/* "LINE<a|b|c>" a record. */
static enum tg_err on_row(void *ctx, const struct tg_csv_record *r)
{
    struct log *l = ctx;
    char line[24];
    int k = snprintf(line, sizeof line, "%llu<", (unsigned long long)r->line);
    put(l, line, (size_t)k);
    for (size_t i = 0; i < r->n; i++) {
        put(l, "|", i > 0 ? 1 : 0);
        put(l, (const char *)r->field[i].p, r->field[i].n);
    }
    put(l, ">", 1);
    return TG_OK;
}

struct run {
    enum tg_err err;
    struct log log;
    struct tg_csv_fault fault;
};

static void run(struct run *r, const char *in, size_t n, size_t first, size_t step)
{
    struct tg_csv *c = NULL;
    memset(r, 0, sizeof *r);
    assert_int_equal(tg_csv_new(on_row, &r->log, &c), TG_OK);
    size_t i = 0;
    while (i < n && r->err == TG_OK) {
        size_t k = i == 0 ? first : step;
        k = k < n - i ? k : n - i;
        r->err = tg_csv_feed(c, (struct tg_span){(const uint8_t *)in + i, k});
        i += k;
    }
    if (r->err == TG_OK)
        r->err = tg_csv_end(c);
    r->fault = tg_csv_fault(c);
    tg_csv_free(&c);
    assert_null(c);
}

struct want {
    enum tg_err err;
    const char *out;
    unsigned line, column;
};

static void check(const char *in, size_t n, struct want w)
{
    for (size_t cut = 1; cut <= n + 1; cut++) {
        struct run r;
        run(&r, in, n, cut, cut == n ? 1 : n + 1);
        assert_int_equal(r.err, w.err);
        assert_string_equal(r.log.text, w.out);
        if (w.err == TG_OK)
            continue;
        assert_int_equal(r.fault.line, w.line);
        assert_int_equal(r.fault.column, w.column);
        assert_true(r.fault.what[0] != '\0');
    }
}

#define GOOD(in, out) check((in), sizeof(in) - 1, (struct want){TG_OK, (out), 0, 0})
#define BAD(in, err, out, line, col) check((in), sizeof(in) - 1, (struct want){(err), (out), (line), (col)})

static void good(void **state)
{
    (void)state;
    GOOD("a,b,c\r\nd,e,f\r\n", "1<a|b|c>2<d|e|f>");
    GOOD("a,b\nc,d", "1<a|b>2<c|d>");
    GOOD("a,\n", "1<a|>");
    GOOD(",", "1<|>");
    GOOD("\n", "1<>");
    GOOD("a\n\nb\n", "1<a>2<>3<b>");
    GOOD("\"\"", "1<>");
    GOOD("\"a,b\",\"c\"\"d\"\n", "1<a,b|c\"d>");
    GOOD("\"a\r\nb\",c\nd,e\n", "1<a\r\nb|c>3<d|e>");
    GOOD("\"a\rb\"\n", "1<a\rb>");
    GOOD("\"\"\"\"", "1<\">");
    GOOD(" a , b \n", "1< a | b >");
    GOOD("手形,関所\n", "1<手形|関所>");
}

static void empty(void **state)
{
    (void)state;
    struct run r;
    run(&r, "", 0, 1, 1);
    assert_int_equal(r.err, TG_OK);
    assert_string_equal(r.log.text, "");
}

static void bad(void **state)
{
    (void)state;
    BAD("a\"b\n", TG_E_FORM, "", 1, 2);
    BAD("a,b\nc, \"d\"\n", TG_E_FORM, "1<a|b>", 2, 4);
    BAD("\"a\"b\n", TG_E_FORM, "", 1, 4);
    BAD("\"a\" ,b\n", TG_E_FORM, "", 1, 4);
    BAD("\"a\nb", TG_E_TRUNCATED, "", 2, 2);
    BAD("a\rb\n", TG_E_FORM, "", 1, 3);
    BAD("a,b\r", TG_E_FORM, "", 1, 5);
    BAD("a\0b\n", TG_E_FORM, "", 1, 2);
    BAD("\"a\0\"\n", TG_E_FORM, "", 1, 3);
}

static void limits(void **state)
{
    (void)state;
    struct run r;
    static char big[TG_CSV_RECORD_BYTES * 2];
    memset(big, 'x', sizeof big);
    run(&r, big, TG_CSV_FIELD_BYTES, 100, 100);
    assert_int_equal(r.err, TG_OK);
    assert_int_equal(r.log.n, TG_CSV_FIELD_BYTES + 3);
    run(&r, big, TG_CSV_FIELD_BYTES + 1, 100, 100);
    assert_int_equal(r.err, TG_E_LIMIT);
    big[0] = '"';
    run(&r, big, TG_CSV_FIELD_BYTES + 2, 1, 1);
    assert_int_equal(r.err, TG_E_LIMIT);

    memset(big, ',', sizeof big);
    run(&r, big, TG_CSV_COLUMNS - 1, 7, 7);
    assert_int_equal(r.err, TG_OK);
    run(&r, big, TG_CSV_COLUMNS, 7, 7);
    assert_int_equal(r.err, TG_E_LIMIT);

    memset(big, 'x', sizeof big);
    for (size_t i = 1000; i < sizeof big; i += 1001)
        big[i] = ',';
    run(&r, big, sizeof big, 64, 64);
    assert_int_equal(r.err, TG_E_LIMIT);
    assert_string_equal(r.log.text, "");
}

static enum tg_err stop_at_two(void *ctx, const struct tg_csv_record *r)
{
    unsigned *n = ctx;
    (void)r;
    return ++*n == 2 ? TG_E_IMPORT : TG_OK;
}

/* The row's own error stops the reading at once and sticks. */
static void row_stops(void **state)
{
    (void)state;
    unsigned n = 0;
    struct tg_csv *c = NULL;
    assert_int_equal(tg_csv_new(stop_at_two, &n, &c), TG_OK);
    const char in[] = "a\nb\nc\nd\n";
    assert_int_equal(tg_csv_feed(c, (struct tg_span){(const uint8_t *)in, sizeof in - 1}), TG_E_IMPORT);
    assert_int_equal(tg_csv_feed(c, (struct tg_span){(const uint8_t *)in, sizeof in - 1}), TG_E_IMPORT);
    assert_int_equal(tg_csv_end(c), TG_E_IMPORT);
    assert_int_equal(n, 2);
    assert_string_equal(tg_csv_fault(c).what, "");
    assert_int_equal(tg_csv_fault(c).line, 2);
    tg_csv_free(&c);
}

static void nothing_behind_the_end(void **state)
{
    (void)state;
    struct log l = {.n = 0};
    struct tg_csv *c = NULL;
    assert_int_equal(tg_csv_new(on_row, &l, &c), TG_OK);
    assert_int_equal(tg_csv_feed(c, (struct tg_span){(const uint8_t *)"a", 1}), TG_OK);
    assert_int_equal(tg_csv_end(c), TG_OK);
    assert_int_equal(tg_csv_end(c), TG_OK);
    assert_int_equal(tg_csv_feed(c, (struct tg_span){(const uint8_t *)"b", 1}), TG_E_TRAILING);
    assert_int_equal(tg_csv_end(c), TG_E_TRAILING);
    assert_string_equal(l.text, "1<a>");
    tg_csv_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(good),   cmocka_unit_test(empty),     cmocka_unit_test(bad),
        cmocka_unit_test(limits), cmocka_unit_test(row_stops), cmocka_unit_test(nothing_behind_the_end),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
