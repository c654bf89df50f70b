#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "certs/base/err.h"
#include "certs/base/text.h"

static bool plain_code(const char *code)
{
    return code[0] != 0 && strspn(code, "abcdefghijklmnopqrstuvwxyz0123456789-") == strlen(code);
}

static void every_value_is_complete(void **state)
{
    (void)state;
    for (int i = 1; i < TG_ERR_COUNT; i++) {
        enum tg_err e = (enum tg_err)i;
        const char *ja = tg_err_ja(e);
        const char *en = tg_err_en(e);

        assert_in_range(tg_err_status(e), 400, 599);
        assert_true(plain_code(tg_err_code(e)));
        assert_true(tg_text_clean(tg_span_str(ja)));
        assert_true(tg_text_clean(tg_span_str(en)));
        /* Full sentences: the Japanese one has letters beyond ASCII and ends in a full stop. */
        assert_true(strlen(ja) > tg_utf8_count(tg_span_str(ja)));
        assert_true(strlen(ja) > 3 && strcmp(ja + strlen(ja) - 3, "。") == 0);
        assert_true(strlen(en) > 1 && strcmp(en + strlen(en) - 1, ".") == 0);
        assert_int_equal(tg_utf8_count(tg_span_str(en)), strlen(en));
    }
}

static void codes_are_unique_and_come_back(void **state)
{
    (void)state;
    for (int i = 0; i < TG_ERR_COUNT; i++) {
        enum tg_err e = (enum tg_err)i;
        char urn[128];

        for (int k = 0; k < i; k++)
            assert_string_not_equal(tg_err_code((enum tg_err)k), tg_err_code(e));
        assert_int_equal(tg_err_from_code(tg_err_code(e)), e);
        (void)snprintf(urn, sizeof urn, TG_PROBLEM_PREFIX "%s", tg_err_code(e));
        assert_int_equal(tg_err_from_code(urn), e);
    }
}

static void the_unknown_is_internal(void **state)
{
    (void)state;
    assert_int_equal(tg_err_status((enum tg_err)TG_ERR_COUNT), 500);
    assert_int_equal(tg_err_status((enum tg_err) - 1), 500);
    assert_string_equal(tg_err_code((enum tg_err)12345), "internal");
    assert_int_equal(tg_err_from_code(NULL), TG_E_INTERNAL);
    assert_int_equal(tg_err_from_code(""), TG_E_INTERNAL);
    assert_int_equal(tg_err_from_code("pin-wrong "), TG_E_INTERNAL);
    assert_int_equal(tg_err_from_code("urn:tegata:problem"), TG_E_INTERNAL);
    assert_int_equal(tg_err_from_code(TG_PROBLEM_PREFIX TG_PROBLEM_PREFIX "ok"), TG_E_INTERNAL);
    assert_int_equal(tg_err_status(TG_OK), 200);
    assert_string_equal(tg_err_code(TG_OK), "ok");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_value_is_complete),
        cmocka_unit_test(codes_are_unique_and_come_back),
        cmocka_unit_test(the_unknown_is_internal),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
