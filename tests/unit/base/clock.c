#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <string.h>
#include <time.h>

#include "certs/base/clock.h"

static tg_day day(const char *text)
{
    tg_day d = 0;

    assert_int_equal(tg_day_parse(tg_span_str(text), &d), TG_OK);
    return d;
}

/* Every day from 1868 to 9999 against the C library's calendar. */
static void agrees_with_libc(void **state)
{
    tg_day last = day("9999-12-31");

    (void)state;
    for (tg_day d = day("1868-01-01"); d <= last; d++) {
        time_t t = (time_t)d * 86400;
        char ours[11], theirs[32];
        struct tm tm;
        tg_day back = 0;

        assert_non_null(gmtime_r(&t, &tm));
        assert_true(strftime(theirs, sizeof theirs, "%Y-%m-%d", &tm) > 0);
        tg_day_text(d, ours);
        if (strcmp(ours, theirs) != 0 || tg_day_parse(tg_span_str(ours), &back) != TG_OK || back != d)
            fail_msg("%s %s", ours, theirs);
    }
}

static void only_real_dates(void **state)
{
    static const char *const bad[] = {
        "",           "2023-02-29", "1900-02-29",  "2100-02-29", "2023-04-31", "2023-00-10",
        "2023-13-10", "2023-01-00", "2023-01-32",  "1867-12-31", "0000-01-01", "2023/01/13",
        "2023-1-13",  "20230113",   "2023-01-13 ", " 2023-01-1", "+023-01-13", "2023-01-1x",
        "10000-01-1", "R05-01-13",  "令5-1-13",
    };
    tg_day d = 77;

    (void)state;
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
        assert_int_equal(tg_day_parse(tg_span_str(bad[i]), &d), TG_E_FORM);
    assert_int_equal(tg_day_parse(tg_span("2023-01-13\0", 11), &d), TG_E_FORM);
    assert_int_equal(d, 77);
    assert_int_equal(day("2000-02-29"), 11016);
    assert_int_equal(day("2024-02-29"), 19782);
    assert_int_equal(day("1970-01-01"), 0);
    assert_int_equal(day("1969-12-31"), -1);
}

static void days_without_a_date(void **state)
{
    static const tg_day odd[] = {TG_DAY_MIN, TG_DAY_MIN + 1, TG_DAY_MAX - 1, TG_DAY_MAX};
    char out[11];

    (void)state;
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        tg_day_text(odd[i], out);
        assert_string_equal(out, "----------");
    }
    tg_day_text(day("9999-12-31") + 1, out);
    assert_string_equal(out, "----------");
    tg_day_text(day("1868-01-01") - 1, out);
    assert_string_equal(out, "----------");
}

/* 15:00 UTC is midnight in Tokyo. */
static void the_day_turns_in_tokyo(void **state)
{
    tg_sec noon = (tg_sec)day("2026-11-20") * 86400;

    (void)state;
    assert_int_equal(tg_day_of(noon), day("2026-11-20"));
    assert_int_equal(tg_day_of(noon + 15 * 3600 - 1), day("2026-11-20"));
    assert_int_equal(tg_day_of(noon + 15 * 3600), day("2026-11-21"));
    assert_int_equal(tg_day_of(-1), 0);
    assert_int_equal(tg_day_of(-9 * 3600), 0);
    assert_int_equal(tg_day_of(-9 * 3600 - 1), -1);
    assert_int_equal(tg_day_of(INT64_MAX), TG_DAY_MAX);
    assert_int_equal(tg_day_of(INT64_MIN), TG_DAY_MIN);
}

static void moments(void **state)
{
    char out[28];

    (void)state;
    tg_time_text(0, out);
    assert_string_equal(out, "1970-01-01T00:00:00.000000Z");
    tg_time_text(-1, out);
    assert_string_equal(out, "1969-12-31T23:59:59.999999Z");
    tg_time_text(((tg_usec)day("2026-11-20") * 86400 + 6 * 3600 + 42 * 60 + 11) * 1000000 + 123456, out);
    assert_string_equal(out, "2026-11-20T06:42:11.123456Z");
    tg_time_text(INT64_MAX, out);
    assert_string_equal(out, "----------T--:--:--.------Z");
    tg_time_text(INT64_MIN, out);
    assert_string_equal(out, "----------T--:--:--.------Z");
}

static void clocks_run(void **state)
{
    tg_usec mono = tg_mono_us();
    tg_sec wall = (tg_sec)time(NULL);

    (void)state;
    assert_in_range(tg_now(), wall - 1, wall + 5);
    assert_in_range(tg_now_us() / 1000000, wall - 1, wall + 5);
    for (int i = 0; i < 1000; i++) {
        tg_usec next = tg_mono_us();

        assert_true(next >= mono);
        mono = next;
    }
}

static void test_time_back(void **state)
{
    static const tg_usec times[] = {0, -1, 1, 1763622131123456, 951782399999999, -3217862400000000};
    static const char *const bad[] = {"",
                                      "2026-11-20T06:42:11.123456",
                                      "2026-11-20T06:42:11.123456Zx",
                                      "2026-11-20 06:42:11.123456Z",
                                      "2026-11-20T06:42:11,123456Z",
                                      "2026-11-31T06:42:11.123456Z",
                                      "2026-11-20T24:00:00.000000Z",
                                      "2026-11-20T23:60:00.000000Z",
                                      "2026-11-20T23:59:60.000000Z",
                                      "2026-11-20T06:42:1a.123456Z",
                                      "2026-11-20T06:42:11.-23456Z",
                                      "2026-11-20T06:42:11.12345 Z",
                                      "----------T--:--:--.------Z"};
    char text[28];
    tg_usec t;

    (void)state;
    for (size_t i = 0; i < sizeof times / sizeof *times; i++) {
        tg_time_text(times[i], text);
        assert_int_equal(tg_time_parse(tg_span_str(text), &t), TG_OK);
        assert_true(t == times[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
        assert_int_equal(tg_time_parse(tg_span_str(bad[i]), &t), TG_E_FORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_time_back),
        cmocka_unit_test(agrees_with_libc),
        cmocka_unit_test(only_real_dates),
        cmocka_unit_test(days_without_a_date),
        cmocka_unit_test(the_day_turns_in_tokyo),
        cmocka_unit_test(moments),
        cmocka_unit_test(clocks_run),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
