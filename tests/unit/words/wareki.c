#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "ui/text/wareki.h"

/* typed -> the days, the latest first; "" none */
static const char *const cases[][2] = {
    {"R5.1.13", "2023-01-13"},
    {"r5.1.13", "2023-01-13"},
    {"R 5/1/13", "2023-01-13"},
    {"R050113", "2023-01-13"},
    {"令和5年1月13日", "2023-01-13"},
    {"令和 5年 1月 13日", "2023-01-13"},
    {" 令和5年1月13日 ", "2023-01-13"},
    {"20230113", "2023-01-13"},
    {"2023-01-13", "2023-01-13"},
    {"2023/1/13", "2023-01-13"},
    {"2023.1.13", "2023-01-13"},
    {"2023年1月13日", "2023-01-13"},
    {"令和元年5月1日", "2019-05-01"},
    {"R1.5.1", "2019-05-01"},
    {"R元.5.1", "2019-05-01"},
    {"平成31年4月30日", "2019-04-30"},
    {"平成31年5月1日", ""},
    {"令和元年4月30日", ""},
    {"昭和64年1月7日", "1989-01-07"},
    {"昭和64年1月8日", ""},
    {"平成元年1月8日", "1989-01-08"},
    {"平成元年1月7日", ""},
    {"昭和元年12月25日", "1926-12-25"},
    {"大正15年12月24日", "1926-12-24"},
    {"大正15年12月25日", ""},
    {"大正元年7月30日", "1912-07-30"},
    {"明治45年7月29日", "1912-07-29"},
    {"明治元年1月1日", "1868-01-01"},
    {"5/1/13", "2023-01-13 2005-01-13 1993-01-13 1930-01-13"},
    {"31/4/30", "2049-04-30 2031-04-30 2019-04-30 1956-04-30"},
    {"31/5/1", "2049-05-01 2031-05-01 1956-05-01"},
    {"64.1.7", "2082-01-07 2064-01-07 1989-01-07"},
    {"99.12.31", "2117-12-31 2099-12-31"},
    {"R5.2.29", ""},
    {"R6.2.29", "2024-02-29"},
    {"2023-02-29", ""},
    {"2023-13-01", ""},
    {"令和0年1月1日", ""},
    {"令和5年1月", ""},
    {"令和5年1月13", "2023-01-13"},
    {"R5.1.13.", ""},
    {"R5.1.13x", ""},
    {"5.1.133", ""},
    {"X5.1.13", ""},
    {"202301131", ""},
    {"0178221234", ""},
    {"山田", ""},
    {"R", ""},
    {"", ""},
};

static void reads_both_calendars(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct tg_wareki w = {.n = 9};
        char got[64] = "";
        enum tg_err e = tg_wareki_read(tg_span_str(cases[i][0]), TG_DAY_MAX, &w);

        for (size_t k = 0; k < w.n; k++) {
            char day[11];
            size_t n = strlen(got);

            tg_day_text(w.day[k], day);
            assert_true(snprintf(got + n, sizeof got - n, "%s%s", k > 0 ? " " : "", day) > 0);
        }
        if (strcmp(got, cases[i][1]) != 0 || (e == TG_OK) != (got[0] != 0))
            fail_msg("%s: \"%s\", not \"%s\"", cases[i][0], got, cases[i][1]);
    }
}

static void writes_what_it_reads(void **state)
{
    tg_day first = 0, last = 0;

    (void)state;
    assert_int_equal(tg_day_parse(tg_span_str("1868-01-01"), &first), TG_OK);
    assert_int_equal(tg_day_parse(tg_span_str("2116-12-31"), &last), TG_OK);
    for (tg_day d = first; d <= last; d++) {
        char text[TG_WAREKI_TEXT_BYTES], *paper;
        struct tg_wareki w;

        tg_wareki_text(d, text);
        paper = strstr(text, "（");
        assert_non_null(paper);
        *paper = 0;
        if (tg_wareki_read(tg_span_str(text), TG_DAY_MAX, &w) != TG_OK || w.n != 1 || w.day[0] != d)
            fail_msg("%s", text);
    }
}

static void writes_both_calendars(void **state)
{
    static const char *const days[][2] = {
        {"2023-01-13", "令和5年1月13日（2023-01-13）"},
        {"2019-05-01", "令和元年5月1日（2019-05-01）"},
        {"2019-04-30", "平成31年4月30日（2019-04-30）"},
        {"1989-01-07", "昭和64年1月7日（1989-01-07）"},
    };
    char text[TG_WAREKI_TEXT_BYTES];

    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof days[0]; i++) {
        tg_day d = 0;

        assert_int_equal(tg_day_parse(tg_span_str(days[i][0]), &d), TG_OK);
        tg_wareki_text(d, text);
        assert_string_equal(text, days[i][1]);
    }
    tg_wareki_text(TG_DAY_MAX, text);
    assert_string_equal(text, "----------");
    tg_wareki_text(TG_DAY_MIN, text);
    assert_string_equal(text, "----------");
}

static void asks_only_what_may_be_meant(void **state)
{
    struct tg_wareki w;
    tg_day latest = 0, wanted = 0;

    (void)state;
    assert_int_equal(tg_day_parse(tg_span_str("2027-11-20"), &latest), TG_OK);
    assert_int_equal(tg_day_parse(tg_span_str("2019-04-30"), &wanted), TG_OK);
    assert_int_equal(tg_wareki_read(tg_span_str("31/4/30"), latest, &w), TG_OK);
    assert_int_equal(w.n, 2);
    assert_int_equal(w.day[0], wanted);
    assert_int_equal(tg_wareki_read(tg_span_str("99/12/31"), latest, &w), TG_E_FORM);
    assert_int_equal(tg_wareki_read(tg_span_str("R99.12.31"), latest, &w), TG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_both_calendars),
        cmocka_unit_test(writes_what_it_reads),
        cmocka_unit_test(writes_both_calendars),
        cmocka_unit_test(asks_only_what_may_be_meant),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
