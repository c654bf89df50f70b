/* Forms: only known fields, once each, well-formed, printable, within their ceilings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/desk/form.h"

static const struct tg_json_member known[] = {
    {"a", TG_JSON_STRING, true, 1, 8},
    {"b", TG_JSON_STRING, false, 1, 8},
};
static const struct tg_members fields = {"/", known, 2};

static const struct {
    const char *body;
    enum tg_err e;
    const char *a, *b, *bad;
} cases[] = {
    {"a=1", TG_OK, "1", "", NULL},
    {"a=1&b=2", TG_OK, "1", "2", NULL},
    {"b=2&a=1", TG_OK, "1", "2", NULL},
    {"a=%41%5a%7e", TG_OK, "AZ~", "", NULL},
    {"a=%5A+%3d", TG_OK, "Z =", "", NULL},
    {"a==", TG_OK, "=", "", NULL},
    {"a=12345678", TG_OK, "12345678", "", NULL},
    {"", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"b=2", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=123456789", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=1&a=1", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=1&b=", TG_E_BAD_MEMBER, NULL, NULL, "b"},
    {"a=1&c=2", TG_E_BAD_MEMBER, NULL, NULL, "(unknown)"},
    {"A=1", TG_E_BAD_MEMBER, NULL, NULL, "(unknown)"},
    {"%61=1", TG_E_BAD_MEMBER, NULL, NULL, "(unknown)"}, /* names are compared as they stand */
    {"=1", TG_E_BAD_MEMBER, NULL, NULL, "(unknown)"},
    {"a=%", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%4", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%4&b=1", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%g0", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%@0", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%00", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%0a", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%7f", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=%e3%81", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=\xe3", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a=\t", TG_E_BAD_MEMBER, NULL, NULL, "a"},
    {"a", TG_E_BAD_REQUEST, NULL, NULL, NULL},
    {"&a=1", TG_E_BAD_REQUEST, NULL, NULL, NULL},
    {"a=1&", TG_E_BAD_REQUEST, NULL, NULL, NULL},
    {"a=1&&b=2", TG_E_BAD_REQUEST, NULL, NULL, NULL},
    {"a=1&b", TG_E_BAD_REQUEST, NULL, NULL, NULL},
};

static void test_cases(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        struct tg_buf v[2];
        const char *bad = "not set";
        enum tg_err e = tg_form_read(tg_span_str(cases[i].body), &fields, v, &bad);

        if (e != cases[i].e) {
            fail_msg("%s: %s", cases[i].body, tg_err_code(e));
        }
        if (e == TG_OK) {
            assert_true(tg_span_is(tg_span_buf(&v[0]), cases[i].a));
            assert_true(tg_span_is(tg_span_buf(&v[1]), cases[i].b));
            assert_null(bad);
        } else if (e == TG_E_BAD_MEMBER) {
            assert_string_equal(bad, cases[i].bad);
        }
        tg_buf_done(&v[0]);
        tg_buf_done(&v[1]);
    }
}

/* A NUL in the body is a byte like any other: it does not end the form early. */
static void test_nul(void **state)
{
    static const char body[] = "a=1\0&b=2";
    struct tg_buf v[2];
    const char *bad = NULL;

    (void)state;
    assert_int_equal(tg_form_read(tg_span(body, sizeof body - 1), &fields, v, &bad), TG_E_BAD_MEMBER);
    assert_string_equal(bad, "a");
    tg_buf_done(&v[0]);
    tg_buf_done(&v[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_cases), cmocka_unit_test(test_nul)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
