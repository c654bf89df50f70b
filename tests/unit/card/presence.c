/* The watch over the card against a PC/SC that lies, is silent, hangs or dies. Any doubt is a removal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>

#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "client/card/presence.h"
#include "client/card/thread.h"
#include "tests/unit/card/fakepcsc.h"

static atomic_uint times;
static atomic_int reason;
static struct tg_presence *p;

static void gone(void *arg, enum tg_err why)
{
    assert_ptr_equal(arg, &times);
    reason = (int)why;
    times++;
}

static int setup(void **state)
{
    (void)state;
    fake_reset();
    times = 0;
    reason = TG_OK;
    p = NULL;
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    fake_release_hung();
    tg_presence_stop(&p);
    tg_card_pause(50); /* threads that were left behind touch the fake once more */
    return p == NULL ? 0 : -1;
}

static void start(unsigned beat_ms)
{
    const struct tg_presence_options o = {.gone = gone, .arg = &times, .beat_ms = beat_ms};
    struct tg_card_seen seen;

    assert_int_equal(tg_presence_find(NULL, 0, &seen), TG_OK);
    assert_string_equal(seen.reader, "reader 0");
    assert_int_equal(seen.counter, 1);
    assert_int_equal(tg_presence_start(&seen, &o, &p), TG_OK);
}

/* Milliseconds until gone was called; at most max. */
static unsigned wait_gone(unsigned max)
{
    tg_usec began = tg_mono_us();

    while (times == 0 && tg_mono_us() - began < (tg_usec)max * 1000)
        tg_card_pause(1);
    return (unsigned)((tg_mono_us() - began) / 1000);
}

static void expect_gone(enum tg_err why, unsigned max)
{
    assert_in_range(wait_gone(max), 0, max - 1);
    assert_int_equal(reason, why);
    assert_int_equal(tg_presence_state(p), why);
    tg_card_pause(30);
    assert_int_equal(times, 1); /* once */
}

static void test_nothing_happens(void **state)
{
    (void)state;
    start(20);
    tg_card_pause(200);
    assert_int_equal(times, 0);
    assert_int_equal(tg_presence_state(p), TG_OK);
    assert_true(fake_count(FAKE_TRANSMIT) >= 3);
    tg_presence_stop(&p);
    assert_int_equal(times, 0);
    assert_null(p);
}

static void test_without_heartbeat_no_command(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(100);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 0);
    assert_int_equal(fake_count(FAKE_CONNECT), 0);
}

/* Stopping does not wait for the next wake: the cancel is repeated, as the first one is lost. */
static void test_stop_is_quick(void **state)
{
    tg_usec began;

    (void)state;
    start(0);
    tg_card_pause(50);
    began = tg_mono_us();
    tg_presence_stop(&p);
    assert_true(tg_mono_us() - began < 500000);
    assert_true(fake_count(FAKE_CANCEL) >= 2);
}

static void test_removal(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_event(FAKE_OUT(2));
    expect_gone(TG_E_CARD_REMOVED, 500);
}

/* Out and in again, faster than anybody looked: only the counter tells. */
static void test_fast_swap(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_event(FAKE_IN(3));
    expect_gone(TG_E_CARD_REMOVED, 500);
}

/* Swapped after the reader was chosen and before the watch began. */
static void test_swap_before_the_watch(void **state)
{
    const struct tg_presence_options o = {.gone = gone, .arg = &times};
    struct tg_card_seen seen;

    (void)state;
    assert_int_equal(tg_presence_find("reader 0", 0, &seen), TG_OK);
    fake_event(FAKE_IN(3));
    assert_int_equal(tg_presence_start(&seen, &o, &p), TG_OK);
    expect_gone(TG_E_CARD_REMOVED, 500);
}

static void test_other_atr(void **state)
{
    const struct tg_presence_options o = {.gone = gone, .arg = &times};
    struct tg_card_seen seen;

    (void)state;
    assert_int_equal(tg_presence_find(NULL, 0, &seen), TG_OK);
    seen.atr[1] ^= 1;
    assert_int_equal(tg_presence_start(&seen, &o, &p), TG_OK);
    expect_gone(TG_E_CARD_REMOVED, 500);
}

/* Our own renewal connects and resets: that is no doubt. */
static void test_in_use_is_no_doubt(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_event(FAKE_IN(1) | SCARD_STATE_INUSE);
    tg_card_pause(20);
    fake_event(FAKE_IN(1) | SCARD_STATE_INUSE | SCARD_STATE_EXCLUSIVE);
    tg_card_pause(20);
    fake_event(FAKE_IN(1));
    tg_card_pause(50);
    assert_int_equal(times, 0);
}

static void test_mute_and_unknown(void **state)
{
    (void)state;
    start(0);
    fake_event(FAKE_IN(1) | SCARD_STATE_MUTE);
    expect_gone(TG_E_CARD_MUTE, 500);
    teardown(state);
    setup(state);
    start(0);
    fake_event(SCARD_STATE_UNKNOWN);
    expect_gone(TG_E_READER_NONE, 500);
    teardown(state);
    setup(state);
    start(0);
    fake_event(SCARD_STATE_UNAVAILABLE | FAKE_IN(1));
    expect_gone(TG_E_READER_NONE, 500);
}

static void test_pcscd_killed(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_always(FAKE_CHANGE, SCARD_F_COMM_ERROR);
    expect_gone(TG_E_PCSC_DOWN, 500);
}

/* The reader is pulled and PC/SC forgets to say so: the list of readers does, at the next wake. */
static void test_reader_vanishes_silently(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_readers("another\0", 9);
    expect_gone(TG_E_READER_NONE, TG_PRESENCE_WAKE_MS + 500);
}

static void test_heartbeat_is_faster(void **state)
{
    (void)state;
    start(20);
    tg_card_pause(60);
    fake_always(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED); /* and no event at all */
    expect_gone(TG_E_CARD_REMOVED, 200);
}

static void test_heartbeat_during_a_transaction(void **state)
{
    (void)state;
    start(20);
    fake_always(FAKE_TRANSMIT, SCARD_E_SHARING_VIOLATION);
    tg_card_pause(150);
    assert_int_equal(times, 0);
    fake_always(FAKE_TRANSMIT, SCARD_S_SUCCESS);
    tg_card_pause(50);
    assert_int_equal(times, 0);
}

/* A card that hangs swallows the heartbeat: no answer is a doubt, and stopping does not wait for it. */
static void test_heartbeat_hangs(void **state)
{
    tg_usec began;

    (void)state;
    start(20);
    tg_card_pause(60);
    fake_hang(FAKE_TRANSMIT);
    expect_gone(TG_E_CARD_TIMEOUT, TG_PRESENCE_BEAT_MS + 1000);
    began = tg_mono_us();
    tg_presence_stop(&p);
    assert_true(tg_mono_us() - began < (TG_PRESENCE_STOP_MS + 1000) * 1000);
}

/* pcscd is stopped, not dead: even SCardGetStatusChange does not come back, nor does SCardCancel. */
static void test_everything_hangs(void **state)
{
    (void)state;
    start(0);
    tg_card_pause(20);
    fake_hang(FAKE_CHANGE);
    fake_hang(FAKE_CANCEL);
    fake_event(FAKE_IN(1) | SCARD_STATE_INUSE); /* wakes the watcher, which goes in again and stays there */
    expect_gone(TG_E_CARD_TIMEOUT, TG_PRESENCE_HANG_MS + TG_PRESENCE_WAKE_MS + 1000);
    tg_presence_stop(&p);
    assert_null(p);
}

static void test_not_after_stop(void **state)
{
    (void)state;
    for (unsigned i = 0; i < 50; i++) {
        setup(state);
        start(0);
        fake_event(FAKE_OUT(2));
        tg_presence_stop(&p);
        unsigned then = times;
        tg_card_pause(2);
        assert_int_equal(times, then);
        assert_true(times <= 1);
    }
}

static void test_find(void **state)
{
    struct tg_card_seen seen = {.counter = 77};

    (void)state;
    assert_int_equal(tg_presence_find("reader 1", 0, &seen), TG_E_READER_NONE);
    assert_int_equal(seen.counter, 77); /* set only on success */
    fake_event(FAKE_OUT(2));
    assert_int_equal(tg_presence_find(NULL, 0, &seen), TG_E_CARD_NONE);
    fake_event(FAKE_IN(3) | SCARD_STATE_MUTE);
    assert_int_equal(tg_presence_find("", 0, &seen), TG_E_CARD_MUTE);
    fake_always(FAKE_CONTEXT, SCARD_E_NO_SERVICE);
    assert_int_equal(tg_presence_find(NULL, 0, &seen), TG_E_PCSC_DOWN);
    fake_always(FAKE_CONTEXT, SCARD_S_SUCCESS);
    fake_next(FAKE_LIST, SCARD_E_NO_READERS_AVAILABLE);
    assert_int_equal(tg_presence_find(NULL, 0, &seen), TG_E_READER_NONE);
}

static void *insert_later(void *arg)
{
    (void)arg;
    tg_card_pause(100);
    fake_event(FAKE_IN(9));
    return NULL;
}

static void test_find_waits(void **state)
{
    struct tg_card_seen seen = {.counter = 0};
    tg_usec began = tg_mono_us();

    (void)state;
    fake_event(FAKE_OUT(8));
    assert_int_equal(tg_presence_find(NULL, 60, &seen), TG_E_CARD_NONE);
    assert_true(tg_mono_us() - began >= 50000);
    assert_true(tg_card_thread(insert_later, NULL));
    assert_int_equal(tg_presence_find(NULL, 5000, &seen), TG_OK);
    assert_int_equal(seen.counter, 9);
    assert_true(tg_mono_us() - began < 2000000);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_nothing_happens, setup, teardown),
        cmocka_unit_test_setup_teardown(test_without_heartbeat_no_command, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stop_is_quick, setup, teardown),
        cmocka_unit_test_setup_teardown(test_removal, setup, teardown),
        cmocka_unit_test_setup_teardown(test_fast_swap, setup, teardown),
        cmocka_unit_test_setup_teardown(test_swap_before_the_watch, setup, teardown),
        cmocka_unit_test_setup_teardown(test_other_atr, setup, teardown),
        cmocka_unit_test_setup_teardown(test_in_use_is_no_doubt, setup, teardown),
        cmocka_unit_test_setup_teardown(test_mute_and_unknown, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pcscd_killed, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reader_vanishes_silently, setup, teardown),
        cmocka_unit_test_setup_teardown(test_heartbeat_is_faster, setup, teardown),
        cmocka_unit_test_setup_teardown(test_heartbeat_during_a_transaction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_heartbeat_hangs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_everything_hangs, setup, teardown),
        cmocka_unit_test_setup_teardown(test_not_after_stop, setup, teardown),
        cmocka_unit_test_setup_teardown(test_find, setup, teardown),
        cmocka_unit_test_setup_teardown(test_find_waits, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
