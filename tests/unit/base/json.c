#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "certs/base/json.h"
#include "certs/base/limits.h"

static void expect_text(struct tg_span text, enum tg_err err)
{
    TG_JSON_AUTO *j = NULL;

    assert_int_equal(tg_json_parse(text, &j), err);
    assert_true((j != NULL) == (err == TG_OK));
}

static void expect(const char *text, enum tg_err err)
{
    expect_text(tg_span_str(text), err);
}

static void one_object_and_nothing_else(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "[]",
        "[{}]",
        "\"a\"",
        "1",
        "null",
        "{",
        "{}{}",
        "{} x",
        "{},",
        "{\"a\":1,}",
        "{a:1}",
        "{'a':1}",
        "{\"a\":01}",
        "{\"a\":+1}",
        "{\"a\":nan}",
        "{\"a\":\"\\x\"}",
        "{\"a\"}",
        "{\"a\":\"\n\"}",
        "{} // c",
        "\xef\xbb\xbf{}",
        "{\"a\":1e999}",
        "{\"a\":99999999999999999999}",
        "{\"a\":\"\\ud800\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(bad[i], TG_E_BAD_JSON);
    expect("{}", TG_OK);
    expect(" {\"a\":[1,\"x\",{}]}\n", TG_OK);
    expect_text(tg_span("{}\0", 3), TG_E_BAD_JSON);
    expect_text(tg_span(NULL, 0), TG_E_BAD_JSON);
}

static void no_member_twice(void **state)
{
    (void)state;
    expect("{\"a\":1,\"a\":1}", TG_E_BAD_JSON);
    expect("{\"a\":1,\"\\u0061\":2}", TG_E_BAD_JSON); /* the same name, spelled otherwise */
    expect("{\"o\":{\"a\":1,\"a\":2}}", TG_E_BAD_JSON);
    expect("{\"a\":1,\"A\":1}", TG_OK);
}

static void no_nul_no_bad_utf8(void **state)
{
    (void)state;
    expect("{\"a\":\"x\\u0000y\"}", TG_E_BAD_JSON);
    expect("{\"x\\u0000y\":1}", TG_E_BAD_JSON);
    expect_text(tg_span("{\"a\":\"x\0y\"}", 11), TG_E_BAD_JSON);
    expect_text(tg_span("{\"a\":10\0}", 9), TG_E_BAD_JSON);
    expect_text(tg_span("{\"a\":10\0,\"b\":1}", 15), TG_E_BAD_JSON);
    expect("{\"a\":\"\xc0\xaf\"}", TG_E_BAD_UTF8);
    expect("{\"a\":\"\xed\xa0\x80\"}", TG_E_BAD_UTF8);
    expect("\xff", TG_E_BAD_UTF8);
}

static void expect_depth(size_t depth, const char *open, const char *close, enum tg_err err)
{
    TG_BUF_AUTO b = TG_BUF_INIT(1u << 22);

    assert_int_equal(tg_buf_add_str(&b, "{\"a\":"), TG_OK);
    for (size_t i = 1; i < depth; i++)
        assert_int_equal(tg_buf_add_str(&b, open), TG_OK);
    assert_int_equal(tg_buf_add_str(&b, "1"), TG_OK);
    for (size_t i = 1; i < depth; i++)
        assert_int_equal(tg_buf_add_str(&b, close), TG_OK);
    assert_int_equal(tg_buf_add_str(&b, "}"), TG_OK);
    expect_text(tg_span_buf(&b), err);
}

static void depth_is_bounded(void **state)
{
    (void)state;
    expect_depth(TG_JSON_DEPTH, "[", "]", TG_OK);
    expect_depth(TG_JSON_DEPTH + 1, "[", "]", TG_E_BAD_JSON);
    expect_depth(TG_JSON_DEPTH, "{\"b\":", "}", TG_OK);
    expect_depth(TG_JSON_DEPTH + 1, "{\"b\":", "}", TG_E_BAD_JSON);
    expect_depth(500000, "[", "]", TG_E_BAD_JSON);
    /* Brackets inside strings do not count, and an escaped quote does not end one. */
    expect("{\"a\":\"[[[[[[[[[[[[[[[[[[[[[[\\\"[[[[[[[[[[[[[[[[[[[[[[\"}", TG_OK);
    /* ... nor can a string hide the real ones. */
    expect("{\"\\\\\":[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]}", TG_E_BAD_JSON);
}

static const struct tg_json_member table[] = {
    {"name", TG_JSON_STRING, true, 1, 6}, {"count", TG_JSON_INTEGER, false, -1, 100},
    {"on", TG_JSON_BOOL, false, 0, 0},    {"list", TG_JSON_ARRAY, false, 1, 2},
    {"sub", TG_JSON_OBJECT, false, 0, 0},
};

static void checks(const char *text, const char *bad)
{
    TG_JSON_AUTO *j = NULL;
    const char *at = "unset";

    assert_int_equal(tg_json_parse(tg_span_str(text), &j), TG_OK);
    assert_int_equal(tg_json_check(j, table, sizeof table / sizeof table[0], &at),
                     bad ? TG_E_BAD_MEMBER : TG_OK);
    if (bad == NULL)
        assert_null(at);
    else
        assert_string_equal(at, bad);
}

static void members_are_checked(void **state)
{
    (void)state;
    checks("{\"name\":\"x\"}", NULL);
    checks("{\"name\":\"太郎\",\"count\":-1,\"on\":false,\"list\":[0,0],\"sub\":{\"any\":1}}", NULL);
    checks("{}", "name");
    checks("{\"name\":null}", "name");
    checks("{\"name\":\"\"}", "name");
    checks("{\"name\":\"太郎x\"}", "name"); /* bytes, not letters */
    checks("{\"name\":1}", "name");
    checks("{\"name\":\"x\",\"count\":101}", "count");
    checks("{\"name\":\"x\",\"count\":-2}", "count");
    checks("{\"name\":\"x\",\"count\":1.0}", "count");
    checks("{\"name\":\"x\",\"count\":\"1\"}", "count");
    checks("{\"name\":\"x\",\"count\":null}", "count");
    checks("{\"name\":\"x\",\"on\":0}", "on");
    checks("{\"name\":\"x\",\"list\":[]}", "list");
    checks("{\"name\":\"x\",\"list\":[1,2,3]}", "list");
    checks("{\"name\":\"x\",\"list\":{}}", "list");
    checks("{\"name\":\"x\",\"sub\":[]}", "sub");
    checks("{\"name\":\"x\",\"Name\":\"y\"}", "(unknown)");
    checks("{\"name\":\"x\",\"secret text of the peer\":1}", "(unknown)");
    assert_int_equal(tg_json_check(NULL, table, 1, NULL), TG_E_BAD_MEMBER);
}

static void members_are_read(void **state)
{
    TG_JSON_AUTO *j = NULL;

    (void)state;
    assert_int_equal(tg_json_parse(tg_span_str("{\"s\":\"x\",\"n\":-9223372036854775808,\"r\":1.5}"), &j),
                     TG_OK);
    assert_string_equal(tg_json_str(j, "s"), "x");
    assert_null(tg_json_str(j, "n"));
    assert_null(tg_json_str(j, "absent"));
    assert_true(tg_json_int(j, "n", 5) == INT64_MIN);
    assert_true(tg_json_int(j, "r", 5) == 5);
    assert_true(tg_json_int(j, "s", 5) == 5);
    assert_true(tg_json_int(j, "absent", 5) == 5);
    assert_null(tg_json_str(NULL, "s"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(one_object_and_nothing_else), cmocka_unit_test(no_member_twice),
        cmocka_unit_test(no_nul_no_bad_utf8),          cmocka_unit_test(depth_is_bounded),
        cmocka_unit_test(members_are_checked),         cmocka_unit_test(members_are_read),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
