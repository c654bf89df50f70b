#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "ui/text/areas.h"
#include "ui/text/when.h"

static void text_is(const char *codes, const char *expected)
{
    TG_BUF_AUTO out = TG_BUF_INIT(4096);

    assert_int_equal(tg_areas_text(tg_span_str(codes), &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), expected);
}

static void codes_have_names(void **state)
{
    (void)state;
    text_is("02203", "八戸市 (02203)");
    text_is("02203 02207", "八戸市 (02203), 三沢市 (02207)");
    text_is("02445", "三戸郡南部町 (02445)");        /* one of several 南部町 */
    text_is("13101 02203", "13101, 八戸市 (02203)"); /* a code that is not ours is not left out */
    text_is("", "");
}

static void codes_are_in_order_and_once(void **state)
{
    const struct tg_area *a, *before = NULL;
    size_t n = 0;

    (void)state;
    for (; (a = tg_area_at(n)) != NULL; n++) {
        assert_int_equal(strlen(a->code), 5);
        assert_true(before == NULL || strcmp(before->code, a->code) < 0);
        assert_ptr_equal(tg_area_find(tg_span_str(a->code)), a);
        before = a;
    }
    assert_true(n > 200);
}

static bool matches(const char *code, const char *typed)
{
    return tg_area_matches(tg_area_find(tg_span_str(code)), typed);
}

static void typed_in_any_way(void **state)
{
    (void)state;
    assert_true(matches("02203", "02203"));
    assert_true(matches("02203", "0220"));
    assert_true(matches("02203", "八戸"));
    assert_true(matches("02203", "ハチノヘ"));
    assert_true(matches("02203", "はちのへ"));
    assert_true(matches("02203", "hachino"));
    assert_true(matches("02203", "hac"));
    assert_true(matches("02445", "三戸郡南部"));
    assert_true(matches("02445", "三戸郡"));
    assert_false(matches("02203", ""));
    assert_false(matches("02203", "戸"));
    assert_false(matches("02203", "八戸市中"));
    assert_false(matches("02203", "morioka"));
}

static void when_is(int64_t t, const char *expected)
{
    TG_BUF_AUTO out = TG_BUF_INIT(64);

    assert_int_equal(tg_when_text(t, &out), TG_OK);
    assert_string_equal(out.n > 0 ? tg_buf_cstr(&out) : "", expected);
}

static void lasts_is(int64_t s, const char *expected)
{
    TG_BUF_AUTO out = TG_BUF_INIT(64);

    assert_int_equal(tg_lasts_text(s, &out), TG_OK);
    assert_string_equal(tg_buf_cstr(&out), expected);
}

static void moments_and_lengths(void **state)
{
    (void)state;
    when_is(0, "");
    when_is(1795125900, "2026-11-20 07:05"); /* 22:05 the day before in UTC */
    lasts_is(-5, "0 s");
    lasts_is(59, "59 s");
    lasts_is(61, "1 min");
    lasts_is(3 * 3600 + 5 * 60 + 59, "3 h 05 min");
    lasts_is(31 * 86400, "31 days 0 h");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(codes_have_names),
        cmocka_unit_test(codes_are_in_order_and_once),
        cmocka_unit_test(typed_in_any_way),
        cmocka_unit_test(moments_and_lengths),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
