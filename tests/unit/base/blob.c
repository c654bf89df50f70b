#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdlib.h>
#include <string.h>

#include "certs/base/blob.h"

/* The linker sends the library's calls here (--wrap), so memory can run out on demand. malloc too: clang
 * makes it of a realloc of nothing.
 */
static bool starve;
void *__real_malloc(size_t n);
void *__wrap_malloc(size_t n);
void *__real_realloc(void *p, size_t n);
void *__wrap_realloc(void *p, size_t n);

void *__wrap_malloc(size_t n)
{
    return starve ? NULL : __real_malloc(n);
}

void *__wrap_realloc(void *p, size_t n)
{
    return starve ? NULL : __real_realloc(p, n);
}

static void never_passes_the_ceiling(void **state)
{
    (void)state;
    for (size_t max = 0; max < 300; max += 7) {
        TG_BUF_AUTO b = TG_BUF_INIT(max);

        for (size_t i = 0; i < max; i++)
            assert_int_equal(tg_buf_add(&b, "x", 1), TG_OK);
        assert_int_equal(b.n, max);
        assert_true(b.cap <= max);
        assert_int_equal(tg_buf_add(&b, "x", 1), TG_E_LIMIT);
        assert_int_equal(tg_buf_reserve(&b, SIZE_MAX), TG_E_LIMIT);
        assert_int_equal(tg_buf_reserve(&b, SIZE_MAX - max), TG_E_LIMIT);
        assert_int_equal(tg_buf_add(&b, "", 0), TG_OK);
        assert_int_equal(b.n, max);
        /* A full buffer still becomes a C string: the NUL is not counted. */
        assert_non_null(tg_buf_cstr(&b));
        assert_int_equal(strlen(tg_buf_cstr(&b)), max);
    }
}

static void a_refused_append_changes_nothing(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(10);

    (void)state;
    assert_int_equal(tg_buf_add_str(&b, "12345678"), TG_OK);
    assert_int_equal(tg_buf_add_str(&b, "abc"), TG_E_LIMIT);
    assert_int_equal(tg_buf_addf(&b, "%d", 123), TG_E_LIMIT);
    assert_int_equal(tg_buf_add_span(&b, tg_span("abcdefghijk", 11)), TG_E_LIMIT);
    assert_string_equal(tg_buf_cstr(&b), "12345678");
    assert_int_equal(tg_buf_addf(&b, "%d", 90), TG_OK);
    assert_string_equal(tg_buf_cstr(&b), "1234567890");
}

static void short_memory_changes_nothing(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(10000);
    TG_BUF_AUTO fresh = TG_BUF_INIT(10);
    char big[5000];

    (void)state;
    memset(big, 'b', sizeof big);
    assert_int_equal(tg_buf_add_str(&b, "kept"), TG_OK);
    starve = true;
    assert_int_equal(tg_buf_add(&b, big, sizeof big), TG_E_NOMEM);
    assert_int_equal(tg_buf_addf(&b, "%5000d", 1), TG_E_NOMEM);
    assert_null(tg_buf_cstr(&fresh));
    starve = false;
    assert_int_equal(b.n, 4);
    assert_string_equal(tg_buf_cstr(&b), "kept");
    assert_int_equal(tg_buf_add(&b, big, sizeof big), TG_OK);
    assert_memory_equal(b.p, "keptbbbb", 8);
}

static void spans_compare_lengths_too(void **state)
{
    (void)state;
    assert_true(tg_span_eq(tg_span(NULL, 0), tg_span("x", 0)));
    assert_true(tg_span_is(tg_span("abc", 3), "abc"));
    assert_false(tg_span_is(tg_span("abcd", 4), "abc"));
    assert_false(tg_span_is(tg_span("ab", 2), "abc"));
    assert_false(tg_span_is(tg_span("abd", 3), "abc"));
    assert_false(tg_span_is(tg_span("abc\0", 4), "abc"));
    assert_int_equal(tg_span_str(NULL).n, 0);
}

static void done_and_reset(void **state)
{
    struct tg_buf b = TG_BUF_INIT(100);

    (void)state;
    tg_buf_done(&b);
    assert_int_equal(tg_buf_addf(&b, "%s-%d", "a", 7), TG_OK);
    tg_buf_reset(&b);
    assert_int_equal(b.n, 0);
    assert_string_equal(tg_buf_cstr(&b), "");
    tg_buf_done(&b);
    tg_buf_done(&b);
    assert_null(b.p);
    assert_int_equal(b.cap, 0);
    assert_int_equal(b.max, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(never_passes_the_ceiling),
        cmocka_unit_test(a_refused_append_changes_nothing),
        cmocka_unit_test(short_memory_changes_nothing),
        cmocka_unit_test(spans_compare_lengths_too),
        cmocka_unit_test(done_and_reset),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
