#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>

#include "certs/base/text.h"

#define OF(s) tg_span("" s, sizeof s - 1)

/* An independent reading of RFC 3629: decode by bit counts, then refuse what is too long, too high or a
 * surrogate. */
static bool reference_ok(const uint8_t *p, size_t n)
{
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};

    for (size_t i = 0; i < n;) {
        size_t len = p[i] < 0x80 ? 1 : p[i] >> 5 == 6 ? 2 : p[i] >> 4 == 14 ? 3 : p[i] >> 3 == 30 ? 4 : 0;
        uint32_t c = len == 1 ? p[i] : p[i] & (0x7fu >> len);

        if (len == 0 || n - i < len)
            return false;
        for (size_t k = 1; k < len; k++) {
            if (p[i + k] >> 6 != 2)
                return false;
            c = c << 6 | (p[i + k] & 0x3f);
        }
        if (c < least[len] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
            return false;
        i += len;
    }
    return true;
}

/* Every three bytes, alone and (when the lead asks for it) with a fourth. */
static void utf8_agrees_everywhere(void **state)
{
    static const uint8_t fourth[] = {0x00, 0x7f, 0x80, 0xbf, 0xc0, 0xff};
    uint8_t p[4];

    (void)state;
    for (uint32_t v = 0; v < 0x1000000; v++) {
        p[0] = (uint8_t)(v >> 16);
        p[1] = (uint8_t)(v >> 8);
        p[2] = (uint8_t)v;
        if (tg_utf8_ok(tg_span(p, 3)) != reference_ok(p, 3))
            fail_msg("%06x", v);
        for (size_t i = 0; p[0] >= 0xf0 && i < sizeof fourth; i++) {
            p[3] = fourth[i];
            if (tg_utf8_ok(tg_span(p, 4)) != reference_ok(p, 4))
                fail_msg("%06x %02x", v, p[3]);
        }
    }
}

static void utf8_by_name(void **state)
{
    (void)state;
    assert_true(tg_utf8_ok(tg_span(NULL, 0)));
    assert_true(tg_utf8_ok(OF("供給地点\xf0\xa0\xae\xb7")));
    assert_false(tg_utf8_ok(OF("\xc0\xaf")));         /* overlong slash */
    assert_false(tg_utf8_ok(OF("\xe0\x80\xaf")));     /* longer still */
    assert_false(tg_utf8_ok(OF("\xc0\x80")));         /* overlong NUL */
    assert_false(tg_utf8_ok(OF("\xed\xa0\x80")));     /* surrogate U+D800 */
    assert_false(tg_utf8_ok(OF("\xf4\x90\x80\x80"))); /* above U+10FFFF */
    assert_false(tg_utf8_ok(OF("ab\xe3\x81")));       /* cut off */
    assert_false(tg_utf8_ok(OF("\x80")));
    assert_int_equal(tg_utf8_count(OF("ﾔﾏﾀﾞ 太郎")), 7);
    assert_int_equal(tg_utf8_count(tg_span(NULL, 0)), 0);
}

static void clean_text(void **state)
{
    (void)state;
    assert_true(tg_text_clean(OF("八戸 Tarō")));
    assert_true(tg_text_clean(OF("\xc2\xa0"))); /* U+00A0, just above the C1 controls */
    assert_false(tg_text_clean(OF("a\nb")));
    assert_false(tg_text_clean(OF("a\tb")));
    assert_false(tg_text_clean(OF("a\0b")));
    assert_false(tg_text_clean(OF("a\x7f")));
    assert_false(tg_text_clean(OF("a\x1b[2J")));
    assert_false(tg_text_clean(OF("\xc2\x9b")));
    assert_false(tg_text_clean(OF("\xc2\x80")));
    assert_false(tg_text_clean(OF("\xc2\x9f")));
    assert_false(tg_text_clean(OF("a\xff")));
}

static void hex(void **state)
{
    static const uint8_t bytes[] = {0x00, 0x0f, 0xa5, 0xff};
    uint8_t back[4];
    char text[9];

    (void)state;
    tg_hex(bytes, sizeof bytes, text);
    assert_string_equal(text, "000fa5ff");
    assert_int_equal(tg_unhex(tg_span_str(text), back, 4), TG_OK);
    assert_memory_equal(back, bytes, 4);
    assert_int_equal(tg_unhex(OF("000FA5FF"), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(OF("000fa5f"), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(OF("000fa5fff"), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(OF("000fa5fg"), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(OF("000fa5 f"), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(tg_span(NULL, 0), back, 4), TG_E_FORM);
    assert_int_equal(tg_unhex(tg_span(NULL, 0), back, 0), TG_OK);
}

static void numbers(void **state)
{
    static const char *const bad[] = {"", "00", "01", "+1", "-1", " 1", "1 ", "1x", "0x1", "1.0", "１"};
    uint64_t v = 7;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(tg_u64_parse(tg_span_str(bad[i]), UINT64_MAX, &v), TG_E_FORM);
    assert_int_equal(tg_u64_parse(OF("11"), 10, &v), TG_E_LIMIT);
    assert_int_equal(tg_u64_parse(OF("1"), 0, &v), TG_E_LIMIT);
    assert_int_equal(tg_u64_parse(OF("18446744073709551616"), UINT64_MAX, &v), TG_E_LIMIT);
    assert_int_equal(tg_u64_parse(OF("99999999999999999999999999"), UINT64_MAX, &v), TG_E_LIMIT);
    assert_int_equal(v, 7);
    assert_int_equal(tg_u64_parse(OF("0"), 0, &v), TG_OK);
    assert_int_equal(v, 0);
    assert_int_equal(tg_u64_parse(OF("10"), 10, &v), TG_OK);
    assert_int_equal(v, 10);
    assert_int_equal(tg_u64_parse(OF("18446744073709551615"), UINT64_MAX, &v), TG_OK);
    assert_true(v == UINT64_MAX);
}

static void fixed_arrays(void **state)
{
    char dst[5] = "old!";

    (void)state;
    assert_int_equal(tg_copy(dst, sizeof dst, OF("12345")), TG_E_LIMIT);
    assert_string_equal(dst, "");
    assert_int_equal(tg_copy(dst, sizeof dst,
                             OF("1\0"
                                "2")),
                     TG_E_FORM);
    assert_string_equal(dst, "");
    assert_int_equal(tg_copy(dst, sizeof dst, OF("1234")), TG_OK);
    assert_string_equal(dst, "1234");
    assert_int_equal(tg_copy(dst, 0, OF("")), TG_E_LIMIT);
    assert_int_equal(tg_copy(dst, sizeof dst, tg_span(NULL, 0)), TG_OK);
    assert_string_equal(dst, "");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(utf8_agrees_everywhere),
        cmocka_unit_test(utf8_by_name),
        cmocka_unit_test(clean_text),
        cmocka_unit_test(hex),
        cmocka_unit_test(numbers),
        cmocka_unit_test(fixed_arrays),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
