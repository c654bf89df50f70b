/* The meter: ISO weeks at the turn of years, medians to an eighth, whose lines are whose, and a full table.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "server/inquiry/meter.h"

static void weeks(void **state)
{
    static const char *const days[][2] = {{"2026-11-20", "2026-W47"}, {"2027-01-01", "2026-W53"},
                                          {"2024-12-30", "2025-W01"}, {"2023-01-01", "2022-W52"},
                                          {"2023-01-02", "2023-W01"}, {"1970-01-01", "1970-W01"},
                                          {"1969-12-28", "1969-W52"}};
    char week[12];

    (void)state;
    for (size_t i = 0; i < sizeof days / sizeof *days; i++) {
        tg_day day = 0;

        assert_int_equal(tg_day_parse(tg_span_str(days[i][0]), &day), TG_OK);
        tg_week_text(day, week);
        assert_string_equal(week, days[i][1]);
    }
}

static void medians(void **state)
{
    struct tg_meter *m = NULL;
    struct tg_meter_where a = {"HOME", "八戸営業所", 1795150800}, b = {"R0001", "仙台", 1795150800};
    struct tg_meter_line lines[4];

    (void)state;
    assert_int_equal(tg_meter_new(&m), TG_OK);
    for (int i = 1; i <= 1001; i++) {
        tg_meter_add(m, &a, TG_METER_LOOK, i);
        tg_meter_add(m, &a, TG_METER_ANSWERED, (tg_usec)i * 3600 * 1000000);
    }
    tg_meter_add(m, &b, TG_METER_LOOK, INT64_MAX); /* the last bucket, and not beyond */
    tg_meter_add(m, &b, TG_METER_LOOK, -5);
    assert_int_equal(tg_meter_lines(m, "HOME", lines, 4), 1);
    assert_string_equal(lines[0].week, "2026-W47");
    assert_int_equal(lines[0].n[TG_METER_LOOK], 1001);
    assert_in_range(lines[0].look, 501 * 7 / 8, 501 * 9 / 8);
    assert_in_range(lines[0].answer, (int64_t)501 * 3600 * 1000000 / 8 * 7,
                    (int64_t)501 * 3600 * 1000000 / 8 * 9);
    assert_int_equal(tg_meter_lines(m, NULL, lines, 4), 2);
    assert_int_equal(tg_meter_lines(m, "NONE", lines, 4), 0);
    tg_meter_free(&m);
}

/* More offices than it holds: they are not counted, and the others go on. */
static void full(void **state)
{
    static struct tg_meter_line lines[TG_METER_CELLS + 1];
    struct tg_meter *m = NULL;

    (void)state;
    assert_int_equal(tg_meter_new(&m), TG_OK);
    for (unsigned i = 0; i < TG_METER_CELLS + 100; i++) {
        char office[32];
        struct tg_meter_where w = {"HOME", office, 1795150800};

        (void)snprintf(office, sizeof office, "office %u", i);
        tg_meter_add(m, &w, TG_METER_ASKED, 0);
    }
    tg_meter_add(m, &(struct tg_meter_where){"HOME", "office 0", 1795150800}, TG_METER_ASKED, 0);
    assert_int_equal(tg_meter_lines(m, NULL, lines, TG_METER_CELLS + 1), TG_METER_CELLS);
    uint64_t all = 0;
    for (size_t i = 0; i < TG_METER_CELLS; i++) {
        all += lines[i].n[TG_METER_ASKED];
    }
    assert_int_equal(all, TG_METER_CELLS + 1);
    tg_meter_free(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(weeks), cmocka_unit_test(medians),
                                       cmocka_unit_test(full)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
