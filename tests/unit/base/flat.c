#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <string.h>

#include "certs/base/flat.h"
#include "certs/base/limits.h"

enum { NAME, COUNT, ON, CASE, MEMBERS };

static const struct tg_json_member table[MEMBERS] = {
    [NAME] = {"name", TG_JSON_STRING, true, 1, 12},
    [COUNT] = {"count", TG_JSON_INTEGER, false, -5, 100},
    [ON] = {"on", TG_JSON_BOOL, false, 0, 1},
    [CASE] = {"case", TG_JSON_STRING, false, 0, 6},
};

static enum tg_err by_jansson(struct tg_span text, json_t **tree, const char **bad)
{
    enum tg_err err = tg_json_parse(text, tree);

    return err == TG_OK ? tg_json_check(*tree, table, MEMBERS, bad) : err;
}

static void same_member(const struct tg_flat *f, size_t i, const json_t *v)
{
    assert_int_equal(f->value[i].present, v != NULL);
    if (v == NULL) {
        assert_null(tg_flat_str(f, i));
        assert_int_equal(tg_flat_int(f, i, 77), 77);
    } else if (table[i].type == TG_JSON_STRING) {
        assert_true(tg_span_eq(f->value[i].text, tg_span(json_string_value(v), json_string_length(v))));
        assert_int_equal(strlen(tg_flat_str(f, i)), json_string_length(v));
    } else {
        int64_t want = table[i].type == TG_JSON_BOOL ? json_is_true(v) : json_integer_value(v);

        assert_true(tg_flat_int(f, i, 77) == want);
    }
}

/* Both readers, one verdict, the same values, the same word about what is wrong. */
static bool same(struct tg_flat *f, struct tg_span text)
{
    TG_JSON_AUTO *tree = NULL;
    const char *bad = NULL, *at = "unset";
    enum tg_err want = by_jansson(text, &tree, &bad);

    if (tg_flat_take(text, table, MEMBERS, f) != (want == TG_OK))
        fail_msg("%s, but: %.*s", tg_err_code(want), (int)text.n, (const char *)text.p);
    assert_int_equal(tg_flat_read(text, table, MEMBERS, f, &at), want);
    if (want == TG_E_BAD_MEMBER)
        assert_string_equal(at, bad);
    else
        assert_null(at);
    for (size_t i = 0; i < MEMBERS; i++)
        same_member(f, i, want == TG_OK ? json_object_get(tree, table[i].name) : NULL);
    return want == TG_OK;
}

static void expect(const char *text, bool taken)
{
    struct tg_flat f = TG_FLAT_INIT(4096);

    assert_int_equal(same(&f, tg_span_str(text)), taken);
    tg_flat_done(&f);
}

static void what_is_taken(void **state)
{
    static const char *const good[] = {
        "{\"name\":\"x\"}",
        " \t\r\n{ \"name\" : \"x\" , \"count\" : 3 , \"on\" : true , \"case\" : \"\" } \n",
        "{\"n\\u0061me\":\"x\"}",
        "{\"name\":\"\\\"\\\\\\/\\b\\f\\n\\r\\t\"}",
        "{\"name\":\"\\u30e4\\u30DE\"}",
        "{\"name\":\"\\ud867\\ude3d\"}", /* a pair: U+29E3D */
        "{\"name\":\"\\uDBFF\\uDFFF\"}",
        "{\"name\":\"\\u007f\\u0080\\u07ff\\u0800\\uffff\"}",
        "{\"name\":\"山田\",\"count\":-5}",
        "{\"name\":\"x\",\"count\":-0}",
        "{\"on\":false,\"name\":\"x\"}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++)
        expect(good[i], true);
}

static void what_is_not(void **state)
{
    static const char *const bad[] = {
        "",
        " ",
        "{}",
        "[]",
        "null",
        "{\"name\":\"x\"}{}",
        "{\"name\":\"x\"},",
        "{\"name\":\"x\",}",
        "{,\"name\":\"x\"}",
        "{\"name\":\"x\"",
        "{\"name\":\"x",
        "{\"name\":",
        "{\"name\"",
        "{\"name",
        "{\"name\" \"x\"}",
        "{\"name\":\"x\" \"on\":true}",
        "{name:\"x\"}",
        "{'name':'x'}",
        "\xef\xbb\xbf{\"name\":\"x\"}",
        "{\"name\":\"x\",\"name\":\"x\"}",
        "{\"name\":\"x\",\"n\\u0061me\":\"x\"}",
        "{\"name\":\"x\",\"other\":1}",
        "{\"name\":\"x\",\"Name\":\"x\"}",
        "{\"name\":\"x\",\"\":1}",
        "{\"name\":\"x\",\"other\":{\"a\":1,\"a\":1}}",
        "{\"name\":\"x\",\"other\":[[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}",
        "{\"name\":{\"a\":1}}",
        "{\"name\":[\"x\"]}",
        "{\"name\":null}",
        "{\"name\":1}",
        "{\"name\":true}",
        "{\"name\":\"\"}",
        "{\"name\":\"1234567890123\"}",
        "{\"name\":\"山田山田山\"}",
        "{\"name\":\"\\u0000\"}",
        "{\"na\\u0000me\":\"x\"}",
        "{\"name\":\"\\x\"}",
        "{\"name\":\"\\u12\"}",
        "{\"name\":\"\\u12g4\"}",
        "{\"name\":\"\\U0041\"}",
        "{\"name\":\"\\ud800\"}",
        "{\"name\":\"\\ud800x\"}",
        "{\"name\":\"\\ud800\\n\"}",
        "{\"name\":\"\\ud800\\u0041\"}",
        "{\"name\":\"\\ud800\\ud800\"}",
        "{\"name\":\"\\udc00\"}",
        "{\"name\":\"\\udc00\\ud800\"}",
        "{\"name\":\"\n\"}",
        "{\"name\":\"\x1f\"}",
        "{\"name\":\"\xc0\xaf\"}",
        "{\"name\":\"\xed\xa0\x80\"}",
        "{\"name\":\"\xf4\x90\x80\x80\"}",
        "{\"name\":\"\xe5\xb1\"}",
        "{\"name\":\"x\"} // c",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(bad[i], false);
}

static void what_is_no_number_of_ours(void **state)
{
    static const char *const bad[] = {
        "{\"name\":\"x\",\"count\":01}",
        "{\"name\":\"x\",\"count\":+1}",
        "{\"name\":\"x\",\"count\":-}",
        "{\"name\":\"x\",\"count\":1.0}",
        "{\"name\":\"x\",\"count\":1e1}",
        "{\"name\":\"x\",\"count\":1e999}",
        "{\"name\":\"x\",\"count\":0x10}",
        "{\"name\":\"x\",\"count\":101}",
        "{\"name\":\"x\",\"count\":-6}",
        "{\"name\":\"x\",\"count\":9223372036854775807}",
        "{\"name\":\"x\",\"count\":-9223372036854775808}",
        "{\"name\":\"x\",\"count\":9223372036854775808}",
        "{\"name\":\"x\",\"count\":-9223372036854775809}",
        "{\"name\":\"x\",\"count\":18446744073709551617}",
        "{\"name\":\"x\",\"count\":\"1\"}",
        "{\"name\":\"x\",\"count\":true}",
        "{\"name\":\"x\",\"on\":1}",
        "{\"name\":\"x\",\"on\":True}",
        "{\"name\":\"x\",\"on\":truer}",
        "{\"name\":\"x\",\"on\":tru}",
    };

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        expect(bad[i], false);
}

static void no_byte_behind_and_none_cut_off(void **state)
{
    static const char whole[] = "{\"name\":\"\\ud867\\ude3dx\",\"count\":12,\"on\":true}";
    struct tg_flat f = TG_FLAT_INIT(4096);

    (void)state;
    for (size_t n = 0; n < sizeof whole - 1; n++)
        assert_false(same(&f, tg_span(whole, n)));
    assert_true(same(&f, tg_span(whole, sizeof whole - 1)));
    assert_false(same(&f, tg_span(whole, sizeof whole))); /* the NUL */
    assert_false(same(&f, tg_span("{\"name\":\"x\0y\"}", 14)));
    assert_false(same(&f, tg_span("{\"name\":\"x\",\"count\":1\0}", 23)));
    assert_false(same(&f, tg_span(NULL, 0)));
    tg_flat_done(&f);
}

static uint64_t random_below(uint64_t *state, uint64_t n)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (*state >> 33) % n;
}

/* Grammar first, damage afterwards: about half of what comes out can be read. */
static void make_body(uint64_t *rng, struct tg_buf *b)
{
    static const char *const names[] = {"name", "count", "on", "case", "n\\u0061me", "other", "nam", ""};
    static const char *const values[] = {"\"x\"", "\"太郎\"",   "\"\\u592a\"", "\"\\ud867\\ude3d\"",
                                         "\"\"",  "\"123456\"", "\"\\n\\\"\"", "3",
                                         "-5",    "100",        "101",         "-0",
                                         "1.5",   "1E2",        "true",        "false",
                                         "null",  "{}",         "[1]",         "\"\\ud800\"",
                                         "\"\\/", "007",        "\"\\b\"",     "\"a b\""};
    static const char *const spaces[] = {"", "", "", " ", "\n", "\t\r"};
    size_t members = random_below(rng, 5);

    tg_buf_reset(b);
    assert_int_equal(tg_buf_addf(b, "%s{", spaces[random_below(rng, 6)]), TG_OK);
    for (size_t i = 0; i <= members; i++)
        assert_int_equal(tg_buf_addf(b, "%s%s\"%s\"%s:%s%s", i > 0 ? "," : "", spaces[random_below(rng, 6)],
                                     i == 0 ? "name" : names[random_below(rng, random_below(rng, 2) ? 8 : 4)],
                                     spaces[random_below(rng, 6)], spaces[random_below(rng, 6)],
                                     values[random_below(rng, i == 0 ? 4 : 24)]),
                         TG_OK);
    assert_int_equal(tg_buf_addf(b, "%s}%s", spaces[random_below(rng, 6)], spaces[random_below(rng, 6)]),
                     TG_OK);
}

static void damage(uint64_t *rng, struct tg_buf *b)
{
    static const uint8_t bytes[] = "{}[]\",:\\u0019-+.eE \n\x01\x7f\x80\xc3\xed\xf0";
    size_t at = random_below(rng, b->n);

    switch (random_below(rng, 8)) {
    case 0:
        b->p[at] = bytes[random_below(rng, sizeof bytes)];
        break;
    case 1:
        memmove(b->p + at, b->p + at + 1, b->n - at - 1);
        b->n--;
        break;
    case 2:
        b->p[at] = (uint8_t)random_below(rng, 256);
        break;
    default:
        break;
    }
}

static void both_readers_agree(void **state)
{
    TG_BUF_AUTO body = TG_BUF_INIT(4096);
    struct tg_flat f = TG_FLAT_INIT(4096);
    uint64_t rng = 20230113;
    unsigned taken = 0, bodies = 100000;

    (void)state;
    for (unsigned i = 0; i < bodies; i++) {
        make_body(&rng, &body);
        damage(&rng, &body);
        taken += same(&f, tg_span_buf(&body));
    }
    /* else one of the two sides was hardly looked at */
    assert_in_range(taken, bodies / 20, bodies - bodies / 20);
    tg_flat_done(&f);
}

static void the_buffer_has_a_ceiling_and_is_wiped(void **state)
{
    struct tg_flat f = TG_FLAT_INIT(24);
    const char *bad = "unset";

    (void)state;
    assert_int_equal(tg_flat_read(tg_span_str("{\"name\":\"yamada\"      }"), table, MEMBERS, &f, &bad),
                     TG_OK);
    const char *read = tg_flat_str(&f, NAME);
    assert_string_equal(read, "yamada");
    tg_flat_reset(&f);
    for (size_t i = 0; i < 7; i++)
        assert_int_equal(read[i], 0);
    assert_int_equal(tg_flat_read(tg_span_str("{\"name\":\"yamada\"         }"), table, MEMBERS, &f, &bad),
                     TG_E_LIMIT);
    assert_null(tg_flat_str(&f, NAME));
    tg_flat_done(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_is_taken),
        cmocka_unit_test(what_is_not),
        cmocka_unit_test(what_is_no_number_of_ours),
        cmocka_unit_test(no_byte_behind_and_none_cut_off),
        cmocka_unit_test(both_readers_agree),
        cmocka_unit_test(the_buffer_has_a_ceiling_and_is_wiped),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
