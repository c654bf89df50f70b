/* The deadline in front of a transport that hangs. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdatomic.h>

#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "client/card/guard.h"
#include "client/card/piv.h"
#include "client/card/thread.h"

#define DEADLINE_MS 400u /* long beside what a busy machine takes to start a thread */

/* A transport that can be told to hang, counted from outside. */
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t changed = PTHREAD_COND_INITIALIZER;
static bool hang_transmit, hang_open;
static atomic_uint made, dropped, resets, sent;
static const uint8_t *worker_command; /* where the worker keeps the command; only looked at while it hangs */

static void hold_while(const bool *flag)
{
    pthread_mutex_lock(&lock);
    while (*flag)
        pthread_cond_wait(&changed, &lock);
    pthread_mutex_unlock(&lock);
}

static void set(bool *flag, bool value)
{
    pthread_mutex_lock(&lock);
    *flag = value;
    pthread_cond_broadcast(&changed);
    pthread_mutex_unlock(&lock);
}

static enum tg_err slow_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    (void)ctx;
    assert_string_equal(reader, "reader 0");
    hold_while(&hang_open);
    *ret = (struct tg_card_link){.proto = TG_PROTO_T1, .atr_n = 2, .atr = {0x3b, 0x00}};
    return TG_OK;
}

static enum tg_err slow_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    (void)ctx;
    sent++;
    pthread_mutex_lock(&lock);
    worker_command = command.p;
    pthread_mutex_unlock(&lock);
    hold_while(&hang_transmit);
    return tg_buf_add(reply, "\x90\x00", 2);
}

static void slow_close(void *ctx, enum tg_card_end end)
{
    (void)ctx;
    resets += end == TG_END_RESET;
}

static const struct tg_reader_io slow_io = {
    .open = slow_open, .transmit = slow_transmit, .close = slow_close};

static enum tg_err make(void *arg, void **ret)
{
    (void)arg;
    made++;
    *ret = NULL;
    return TG_OK;
}

static void drop(void *ctx)
{
    (void)ctx;
    dropped++;
}

static struct tg_guard *g;

static int setup(void **state)
{
    const struct tg_guard_maker maker = {
        .io = &slow_io, .make = make, .drop = drop, .deadline_ms = DEADLINE_MS};

    (void)state;
    made = dropped = resets = sent = 0;
    return tg_guard_new(&maker, &g) == TG_OK ? 0 : -1;
}

/* Whatever a test left hanging goes on, and ends. */
static int teardown(void **state)
{
    (void)state;
    set(&hang_transmit, false);
    set(&hang_open, false);
    tg_guard_free(&g);
    for (unsigned i = 0; dropped != made && i < 500; i++)
        tg_card_pause(10);
    return dropped == made ? 0 : -1;
}

static enum tg_err open_card(struct tg_card_link *link)
{
    return tg_guard_io.open(g, "reader 0", link);
}

static void test_passes_through(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(10);
    struct tg_card_link link = {0};

    (void)state;
    assert_int_equal(tg_guard_io.transmit(g, tg_span("abc", 3), &reply), TG_E_CARD_REMOVED); /* not open */
    assert_int_equal(open_card(&link), TG_OK);
    assert_int_equal(link.atr_n, 2);
    assert_int_equal(link.proto, TG_PROTO_T1);
    assert_int_equal(tg_guard_io.transmit(g, tg_span("abc", 3), &reply), TG_OK);
    assert_memory_equal(reply.p, "\x90\x00", 2);
    assert_int_equal(tg_guard_io.verify_pad(g, tg_span("abc", 3), &reply), TG_E_NOT_IMPLEMENTED);
    tg_guard_io.close(g, TG_END_RESET);
    assert_int_equal(resets, 1);
    assert_int_equal(made, 1);
}

static void pin_is(struct tg_secret *pin, const char *digits)
{
    assert_int_equal(tg_secret_init(pin, 8), TG_OK);
    assert_int_equal(tg_secret_add(pin, digits, strlen(digits)), TG_OK);
}

/* The card hangs at VERIFY: the caller is back in time, the PIN is gone from the worker's memory, the card is
 * not asked again, and a new sign-in works while the old worker still hangs.
 */
static void test_hung_card(void **state)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_piv *piv = NULL;
    int tries = 0;
    tg_usec began;

    (void)state;
    pin_is(&pin, "123456");
    assert_int_equal(tg_piv_open(&tg_guard_io, g, "reader 0", &piv), TG_OK);
    set(&hang_transmit, true);
    began = tg_mono_us();
    assert_int_equal(tg_piv_verify(piv, &pin, 3, false, &tries), TG_E_CARD_TIMEOUT);
    assert_in_range((unsigned long)(tg_mono_us() - began) / 1000, DEADLINE_MS, 20 * DEADLINE_MS);
    pthread_mutex_lock(&lock);
    for (size_t i = 0; i < 13; i++)
        assert_int_equal(worker_command[i], 0);
    pthread_mutex_unlock(&lock);
    tg_piv_close(&piv);
    assert_int_equal(sent, 2);
    assert_int_equal(dropped, 0);
    pthread_mutex_lock(&lock);
    hang_transmit = false; /* for new calls; the old worker has not been woken */
    pthread_mutex_unlock(&lock);
    assert_int_equal(tg_piv_open(&tg_guard_io, g, "reader 0", &piv), TG_OK);
    assert_int_equal(tg_piv_verify(piv, &pin, 3, false, &tries), TG_OK);
    tg_piv_close(&piv);
    assert_int_equal(made, 2);
}

/* An abandoned worker that comes back ends its connection with RESET: the PIN that the card may have taken is
 * worth nothing. */
static void test_abandoned_worker_resets(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(10);
    struct tg_card_link link = {0};

    (void)state;
    assert_int_equal(open_card(&link), TG_OK);
    set(&hang_transmit, true);
    assert_int_equal(tg_guard_io.transmit(g, tg_span("abc", 3), &reply), TG_E_CARD_TIMEOUT);
    assert_int_equal(tg_guard_io.transmit(g, tg_span("abc", 3), &reply), TG_E_CARD_REMOVED);
    tg_guard_io.close(g, TG_END_LEAVE);
    assert_int_equal(resets, 0);
    set(&hang_transmit, false);
    for (unsigned i = 0; dropped == 0 && i < 500; i++)
        tg_card_pause(10);
    assert_int_equal(resets, 1);
    assert_int_equal(dropped, 1);
}

static void test_hung_open_is_busy(void **state)
{
    struct tg_card_link link = {0};

    (void)state;
    set(&hang_open, true);
    assert_int_equal(open_card(&link), TG_E_CARD_BUSY);
    assert_int_equal(open_card(&link), TG_E_CARD_BUSY);
    assert_int_equal(made, 2);
    assert_int_equal(link.atr_n, 0);
}

static void test_free_while_hung(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(10);
    struct tg_card_link link = {0};

    (void)state;
    assert_int_equal(open_card(&link), TG_OK);
    set(&hang_transmit, true);
    assert_int_equal(tg_guard_io.transmit(g, tg_span("abc", 3), &reply), TG_E_CARD_TIMEOUT);
    tg_guard_free(&g);
    assert_null(g);
    assert_int_equal(dropped, 0);
}

static void *release_late(void *arg)
{
    (void)arg;
    tg_card_pause(5 * DEADLINE_MS);
    set(&hang_transmit, false);
    return NULL;
}

/* Key generation may take a card two minutes: the deadline of a command does not apply to it. */
static void test_key_generation_may_take_long(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(10);
    struct tg_card_link link = {0};

    (void)state;
    assert_int_equal(open_card(&link), TG_OK);
    set(&hang_transmit, true);
    assert_true(tg_card_thread(release_late, NULL));
    assert_int_equal(tg_guard_io.transmit(g, tg_span("\x00\x47\x00\x9a", 4), &reply), TG_OK);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_passes_through, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hung_card, setup, teardown),
        cmocka_unit_test_setup_teardown(test_abandoned_worker_resets, setup, teardown),
        cmocka_unit_test_setup_teardown(test_hung_open_is_busy, setup, teardown),
        cmocka_unit_test_setup_teardown(test_free_while_hung, setup, teardown),
        cmocka_unit_test_setup_teardown(test_key_generation_may_take_long, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
