#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "certs/base/json.h"

static void commas_have_one_owner(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(1000);
    struct tg_jout j;

    (void)state;
    tg_jout_init(&j, &b);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "rows");
    tg_jout_open(&j, '[');
    tg_jout_open(&j, '{');
    tg_jout_close(&j, '}');
    tg_jout_open(&j, '[');
    tg_jout_int(&j, INT64_MIN);
    tg_jout_int(&j, INT64_MAX);
    tg_jout_close(&j, ']');
    tg_jout_raw(&j, tg_span_str("{\"r\":1}"));
    tg_jout_close(&j, ']');
    tg_jout_member(&j, "s", "x");
    tg_jout_member_int(&j, "n", 0);
    tg_jout_key(&j, "t");
    tg_jout_bool(&j, true);
    tg_jout_key(&j, "f");
    tg_jout_bool(&j, false);
    tg_jout_key(&j, "z");
    tg_jout_null(&j);
    tg_jout_raw_key(&j, TG_KEY("k"));
    tg_jout_str(&j, "v");
    tg_jout_raw(&j, tg_span_str("\"a\":1,\"b\":2"));
    tg_jout_close(&j, '}');
    assert_int_equal(tg_jout_end(&j), TG_OK);
    assert_string_equal(tg_buf_cstr(&b),
                        "{\"rows\":[{},[-9223372036854775808,9223372036854775807],{\"r\":1}],"
                        "\"s\":\"x\",\"n\":0,\"t\":true,\"f\":false,\"z\":null,\"k\":\"v\",\"a\":1,\"b\":2}");
}

/* Every byte below U+0080 and some above, through the writer and back through the strict reader. */
static void strings_come_back(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(4000);
    TG_JSON_AUTO *back = NULL;
    struct tg_jout j;
    char text[200];
    size_t n = 0;

    (void)state;
    for (int c = 1; c < 0x80; c++)
        text[n++] = (char)c;
    memcpy(text + n, "髙\xc2\x85\"", 7);
    tg_jout_init(&j, &b);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, text, text);
    tg_jout_close(&j, '}');
    assert_int_equal(tg_jout_end(&j), TG_OK);
    assert_null(memchr(b.p, '\n', b.n)); /* one line: an event stream depends on it */
    assert_int_equal(tg_json_parse(tg_span_buf(&b), &back), TG_OK);
    assert_string_equal(tg_json_str(back, text), text);
}

static void a_nul_is_escaped(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(100);
    struct tg_jout j;

    (void)state;
    tg_jout_init(&j, &b);
    tg_jout_span(&j, tg_span("a\0b", 3));
    assert_int_equal(tg_jout_end(&j), TG_OK);
    assert_string_equal(tg_buf_cstr(&b), "\"a\\u0000b\"");
}

static void errors_stick(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(10);
    struct tg_jout j;

    (void)state;
    tg_jout_init(&j, &b);
    tg_jout_str(&j, "\xff");
    tg_jout_int(&j, 1);
    assert_int_equal(tg_jout_end(&j), TG_E_BAD_UTF8);

    tg_buf_reset(&b);
    tg_jout_init(&j, &b);
    tg_jout_str(&j, "much too long for it");
    tg_jout_null(&j);
    assert_int_equal(tg_jout_end(&j), TG_E_LIMIT);
    assert_true(b.n <= 10);
}

static void brackets_must_match_in_number(void **state)
{
    TG_BUF_AUTO b = TG_BUF_INIT(100);
    struct tg_jout j;

    (void)state;
    tg_jout_init(&j, &b);
    tg_jout_open(&j, '{');
    assert_int_equal(tg_jout_end(&j), TG_E_INTERNAL);
    tg_jout_init(&j, &b);
    tg_jout_close(&j, '}');
    tg_jout_open(&j, '{');
    assert_int_equal(tg_jout_end(&j), TG_E_INTERNAL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commas_have_one_owner),
        cmocka_unit_test(strings_come_back),
        cmocka_unit_test(a_nul_is_escaped),
        cmocka_unit_test(errors_stick),
        cmocka_unit_test(brackets_must_match_in_number),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
