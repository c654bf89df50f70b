/* The whole table, written a second time by hand: doubt is a removal, and leaving what holds a credential
 * poisons it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "client/session/machine.h"

/* One letter a state: L locked, C card, S signing, O open; one column an event, in the order of machine.h. */
static const char *const next[TG_S_COUNT] = {
    [TG_S_LOCKED] = "CLLLLLLL",
    [TG_S_CARD] = "LSLLLLLL",
    [TG_S_SIGNING] = "LLCOLLLL",
    [TG_S_OPEN] = "LLLLLLLL",
};
static const char letter[] = "LCSO";

static void test_table(void **state)
{
    (void)state;
    for (unsigned s = 0; s < TG_S_COUNT; s++) {
        assert_int_equal(strlen(next[s]), TG_EV_COUNT);
        for (unsigned e = 0; e < TG_EV_COUNT; e++) {
            assert_int_equal(letter[tg_machine_next((enum tg_state)s, (enum tg_event)e)], next[s][e]);
        }
    }
}

static void test_out_of_range(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 16; i++) {
        assert_int_equal(tg_machine_next((enum tg_state)(TG_S_COUNT + i), TG_EV_CARD_IN), TG_S_LOCKED);
        assert_int_equal(tg_machine_next(TG_S_SIGNING, (enum tg_event)(TG_EV_COUNT + i)), TG_S_LOCKED);
    }
    assert_int_equal(tg_machine_next((enum tg_state) - 1, TG_EV_ADMITTED), TG_S_LOCKED);
}

/* There is one way into OPEN, and it leads over a card and a PIN. */
static void test_one_way_in(void **state)
{
    (void)state;
    for (unsigned s = 0; s < TG_S_COUNT; s++) {
        for (unsigned e = 0; e < TG_EV_COUNT; e++) {
            enum tg_state to = tg_machine_next((enum tg_state)s, (enum tg_event)e);

            assert_true(to != TG_S_OPEN || (s == TG_S_SIGNING && e == TG_EV_ADMITTED));
            assert_true(to != TG_S_SIGNING || (s == TG_S_CARD && e == TG_EV_PIN));
        }
    }
}

static void test_poison(void **state)
{
    (void)state;
    for (unsigned from = 0; from < TG_S_COUNT; from++) {
        for (unsigned to = 0; to < TG_S_COUNT; to++) {
            bool holds = from == TG_S_SIGNING || from == TG_S_OPEN;

            assert_int_equal(tg_machine_poisons((enum tg_state)from, (enum tg_state)to),
                             holds && to == TG_S_LOCKED);
        }
    }
}

/* Every event that takes OPEN away poisons: there is no quiet way out. */
static void test_no_quiet_way_out(void **state)
{
    (void)state;
    for (unsigned e = 0; e < TG_EV_COUNT; e++) {
        enum tg_state to = tg_machine_next(TG_S_OPEN, (enum tg_event)e);

        assert_true(tg_machine_poisons(TG_S_OPEN, to));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_table),
        cmocka_unit_test(test_out_of_range),
        cmocka_unit_test(test_one_way_in),
        cmocka_unit_test(test_poison),
        cmocka_unit_test(test_no_quiet_way_out),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
