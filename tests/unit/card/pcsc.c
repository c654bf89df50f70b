/* The PC/SC transport against a PC/SC that misbehaves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <reader.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "client/card/pcsc.h"
#include "client/card/pcsc_state.h"
#include "client/card/piv.h"
#include "tests/unit/card/fakepcsc.h"

static struct tg_pcsc *c;
static struct tg_card_link card;

static int setup(void **state)
{
    (void)state;
    fake_reset();
    return tg_pcsc_new(&c) == TG_OK ? 0 : -1;
}

static int teardown(void **state)
{
    (void)state;
    tg_pcsc_free(&c);
    return 0;
}

static enum tg_err do_open(void)
{
    return tg_pcsc_io.open(c, "reader 0", &card);
}

static void test_one_transaction_ended_with_reset(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(300);

    (void)state;
    assert_int_equal(do_open(), TG_OK);
    assert_int_equal(tg_pcsc_io.transmit(c, tg_span("\x00\x20\x00\x80", 4), &reply), TG_OK);
    assert_int_equal(reply.n, 2);
    tg_pcsc_io.close(c, TG_END_RESET);
    assert_string_equal(fake_log(),
                        "context connect begin status features transmit end(reset) disconnect(reset)");
    assert_int_equal(card.proto, TG_PROTO_T1);
    assert_int_equal(card.atr_n, 2);
    assert_int_equal(tg_pcsc_io.transmit(c, tg_span("\x00\x20\x00\x80", 4), &reply), TG_E_CARD_REMOVED);
    tg_pcsc_io.close(c, TG_END_RESET);
    assert_int_equal(fake_count(FAKE_END), 1);
}

static void test_t0_uses_its_pci(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(300);

    (void)state;
    fake_proto(SCARD_PROTOCOL_T0);
    assert_int_equal(do_open(), TG_OK);
    assert_int_equal(card.proto, TG_PROTO_T0);
    assert_int_equal(tg_pcsc_io.transmit(c, tg_span("\x00\x20\x00\x80", 4), &reply), TG_OK);
    assert_null(strstr(fake_log(), "wrong-pci"));
}

/* pcscd is killed and comes back: first COMM_ERROR, then NO_SERVICE, then a new context works. */
static void test_pcscd_gone_and_back(void **state)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(300);

    (void)state;
    assert_int_equal(do_open(), TG_OK);
    fake_next(FAKE_TRANSMIT, SCARD_F_COMM_ERROR);
    assert_int_equal(tg_pcsc_io.transmit(c, tg_span("\x00\x20\x00\x80", 4), &reply), TG_E_PCSC_DOWN);
    assert_int_equal(reply.n, 0);
    fake_always(FAKE_CONTEXT, SCARD_E_NO_SERVICE);
    assert_int_equal(do_open(), TG_E_PCSC_DOWN);
    assert_int_equal(do_open(), TG_E_PCSC_DOWN);
    fake_always(FAKE_CONTEXT, SCARD_S_SUCCESS);
    assert_int_equal(do_open(), TG_OK);
}

/* The context looks fine and is dead: the call itself must find a new one. */
static void test_stale_context_is_replaced(void **state)
{
    (void)state;
    assert_int_equal(do_open(), TG_OK);
    tg_pcsc_io.close(c, TG_END_RESET);
    fake_next(FAKE_CONNECT, SCARD_E_INVALID_HANDLE);
    assert_int_equal(do_open(), TG_OK);
    assert_int_equal(fake_count(FAKE_CONTEXT), 2);
    tg_pcsc_io.close(c, TG_END_RESET);
    fake_next(FAKE_CONNECT, SCARD_E_READER_UNAVAILABLE);
    assert_int_equal(do_open(), TG_OK);
    assert_int_equal(fake_count(FAKE_CONTEXT), 3);
}

static void test_stale_for_ever_is_bounded(void **state)
{
    (void)state;
    fake_always(FAKE_CONNECT, SCARD_E_INVALID_HANDLE);
    assert_int_equal(do_open(), TG_E_PCSC_DOWN);
    assert_int_equal(fake_count(FAKE_CONNECT), TG_CARD_RETRIES);
}

static void test_reset_before_the_transaction(void **state)
{
    (void)state;
    fake_next(FAKE_BEGIN, SCARD_W_RESET_CARD);
    assert_int_equal(do_open(), TG_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    tg_pcsc_io.close(c, TG_END_RESET);
    fake_always(FAKE_BEGIN, SCARD_W_RESET_CARD);
    assert_int_equal(do_open(), TG_E_CARD_RESET);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1 + TG_CARD_RETRIES);
    assert_non_null(strstr(fake_log(), "begin disconnect(reset)"));
}

struct pair {
    LONG rv;
    enum tg_err err;
};

static void test_errors_of_connect(void **state)
{
    static const struct pair pairs[] = {
        {SCARD_E_SHARING_VIOLATION, TG_E_CARD_BUSY},      {SCARD_E_NO_SMARTCARD, TG_E_CARD_NONE},
        {SCARD_E_UNKNOWN_READER, TG_E_READER_NONE},       {SCARD_W_UNRESPONSIVE_CARD, TG_E_CARD_MUTE},
        {SCARD_W_UNPOWERED_CARD, TG_E_CARD_MUTE},         {SCARD_W_REMOVED_CARD, TG_E_CARD_REMOVED},
        {SCARD_E_NO_READERS_AVAILABLE, TG_E_READER_NONE}, {SCARD_E_PROTO_MISMATCH, TG_E_CARD_MUTE},
        {SCARD_E_CARD_UNSUPPORTED, TG_E_CARD_REMOVED},    {(LONG)0x80109999, TG_E_CARD_REMOVED},
        {(LONG)(int32_t)0x8010000B, TG_E_CARD_BUSY},
    };

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        fake_next(FAKE_CONNECT, pairs[i].rv);
        assert_int_equal(do_open(), pairs[i].err);
    }
}

static void test_errors_of_transmit(void **state)
{
    static const struct pair pairs[] = {
        {SCARD_E_NOT_TRANSACTED, TG_E_CARD_REMOVED}, {SCARD_W_REMOVED_CARD, TG_E_CARD_REMOVED},
        {SCARD_W_RESET_CARD, TG_E_CARD_RESET},       {SCARD_E_INSUFFICIENT_BUFFER, TG_E_LIMIT},
        {SCARD_F_UNKNOWN_ERROR, TG_E_CARD_REMOVED},
    };
    TG_BUF_AUTO reply = TG_BUF_INIT(300);

    (void)state;
    for (size_t i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
        assert_int_equal(do_open(), TG_OK);
        fake_next(FAKE_TRANSMIT, pairs[i].rv);
        assert_int_equal(tg_pcsc_io.transmit(c, tg_span("\x00\x20\x00\x80", 4), &reply), pairs[i].err);
        assert_int_equal(reply.n, 0);
        tg_pcsc_io.close(c, TG_END_RESET);
    }
}

/* Over the whole client: the card is reset before the certificate is read; it is read all the same. */
static LONG piv_card(struct tg_span cmd, uint8_t *out, DWORD *n)
{
    static const uint8_t object[] = {0x53, 0x0c, 0x70, 0x05, 0x30, 0x03, 0xaa, 0xbb,
                                     0xcc, 0x71, 0x01, 0x00, 0xfe, 0x00, 0x90, 0x00};

    *n = 2;
    memcpy(out, "\x90\x00", 2);
    if (cmd.n > 1 && cmd.p[1] == 0xcb) {
        *n = sizeof(object);
        memcpy(out, object, sizeof(object));
    }
    return SCARD_S_SUCCESS;
}

static void test_reset_in_mid_transaction(void **state)
{
    TG_BUF_AUTO der = TG_BUF_INIT(100);
    struct tg_piv *piv = NULL;

    (void)state;
    fake_card_is(piv_card);
    assert_int_equal(tg_piv_open(&tg_pcsc_io, c, "reader 0", &piv), TG_OK);
    fake_next(FAKE_TRANSMIT, SCARD_W_RESET_CARD);
    assert_int_equal(tg_piv_cert(piv, TG_SLOT_9A, &der), TG_OK);
    assert_int_equal(der.n, 5);
    tg_piv_close(&piv);
    assert_string_equal(
        fake_log(), "context connect begin status features transmit transmit end(reset) disconnect(reset) "
                    "connect begin status features transmit transmit end(reset) disconnect(reset)");
}

static void test_removed_while_the_pin_is_on_its_way(void **state)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    struct tg_piv *piv = NULL;
    int tries = 0;

    (void)state;
    assert_int_equal(tg_secret_init(&pin, 8), TG_OK);
    assert_int_equal(tg_secret_add(&pin, "123456", 6), TG_OK);
    assert_int_equal(tg_piv_open(&tg_pcsc_io, c, "reader 0", &piv), TG_OK);
    fake_next(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED);
    assert_int_equal(tg_piv_verify(piv, &pin, 3, false, &tries), TG_E_CARD_REMOVED);
    assert_int_equal(fake_count(FAKE_TRANSMIT), 2); /* SELECT and the one VERIFY: not a second one */
    assert_int_equal(tries, -1);
    tg_piv_close(&piv);
}

static void test_readers(void **state)
{
    struct tg_readers r;
    char many[480] = {0}, longest[200] = {0};

    (void)state;
    assert_int_equal(tg_pcsc_readers(c, &r), TG_OK);
    assert_int_equal(r.n, 1);
    assert_string_equal(r.name[0], "reader 0");
    for (size_t i = 0; i < 20; i++)
        many[2 * i] = (char)('a' + i);
    fake_readers(many, 41);
    assert_int_equal(tg_pcsc_readers(c, &r), TG_OK);
    assert_int_equal(r.n, TG_READERS_MAX);
    memset(longest, 'x', 150);
    fake_readers(longest, 152);
    assert_int_equal(tg_pcsc_readers(c, &r), TG_E_READER_NONE);
    fake_next(FAKE_LIST, SCARD_E_NO_READERS_AVAILABLE);
    assert_int_equal(tg_pcsc_readers(c, &r), TG_E_READER_NONE);
    fake_next(FAKE_LIST, SCARD_E_SERVICE_STOPPED);
    fake_readers("a\0", 3);
    assert_int_equal(tg_pcsc_readers(c, &r), TG_OK);
}

static void test_pin_pad(void **state)
{
    static const uint8_t features[] = {0x06, 0x04, 0x42, 0x33, 0x00, 0x06,
                                       0x12, 0x04, 0x42, 0x33, 0x00, 0x12};
    static const uint8_t verify[] = {0x00, 0x20, 0x00, 0x80, 0x08, 0xff, 0xff,
                                     0xff, 0xff, 0xff, 0xff, 0xff, 0xff};
    TG_BUF_AUTO reply = TG_BUF_INIT(300);
    PIN_VERIFY_STRUCTURE s;
    struct tg_span sent;

    (void)state;
    assert_int_equal(do_open(), TG_OK);
    assert_false(card.pad);
    assert_int_equal(tg_pcsc_io.verify_pad(c, tg_span(verify, 13), &reply), TG_E_NOT_IMPLEMENTED);
    tg_pcsc_io.close(c, TG_END_RESET);
    /* 0A 04 00000000: short commands only; the verify answers the same bytes, which is as good as any. */
    fake_features(features, sizeof(features), (const uint8_t *)"\x0a\x04\x00\x00\x00\x00", 6);
    assert_int_equal(do_open(), TG_OK);
    assert_true(card.pad);
    assert_true(card.short_only);
    assert_int_equal(tg_pcsc_io.verify_pad(c, tg_span(verify, 13), &reply), TG_OK);
    assert_int_equal(reply.n, 6);
    sent = fake_sent();
    assert_int_equal(sent.n, sizeof(s) + 13);
    memcpy(&s, sent.p, sizeof(s));
    assert_int_equal(s.wPINMaxExtraDigit, 0x0608);
    assert_int_equal(s.bmFormatString, 0x82);
    assert_int_equal(s.bmPINBlockString, 0x08);
    assert_int_equal(s.ulDataLength, 13);
    assert_memory_equal(sent.p + sizeof(s), verify, 13);
    fake_next(FAKE_CONTROL, SCARD_W_REMOVED_CARD);
    assert_int_equal(tg_pcsc_io.verify_pad(c, tg_span(verify, 13), &reply), TG_E_CARD_REMOVED);
}

static void test_beat(void **state)
{
    (void)state;
    assert_int_equal(tg_pcsc_beat(c, "reader 0"), TG_OK);
    assert_int_equal(tg_pcsc_beat(c, "reader 0"), TG_OK);
    assert_string_equal(fake_log(), "context connect transmit transmit");
    fake_next(FAKE_TRANSMIT, SCARD_E_SHARING_VIOLATION);
    assert_int_equal(tg_pcsc_beat(c, "reader 0"), TG_E_CARD_BUSY);
    fake_next(FAKE_TRANSMIT, SCARD_W_RESET_CARD);
    assert_int_equal(tg_pcsc_beat(c, "reader 0"), TG_OK);
    assert_int_equal(fake_count(FAKE_RECONNECT), 1);
    fake_next(FAKE_TRANSMIT, SCARD_E_NOT_TRANSACTED);
    assert_int_equal(tg_pcsc_beat(c, "reader 0"), TG_E_CARD_REMOVED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_one_transaction_ended_with_reset, setup, teardown),
        cmocka_unit_test_setup_teardown(test_t0_uses_its_pci, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pcscd_gone_and_back, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stale_context_is_replaced, setup, teardown),
        cmocka_unit_test_setup_teardown(test_stale_for_ever_is_bounded, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset_before_the_transaction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_connect, setup, teardown),
        cmocka_unit_test_setup_teardown(test_errors_of_transmit, setup, teardown),
        cmocka_unit_test_setup_teardown(test_reset_in_mid_transaction, setup, teardown),
        cmocka_unit_test_setup_teardown(test_removed_while_the_pin_is_on_its_way, setup, teardown),
        cmocka_unit_test_setup_teardown(test_readers, setup, teardown),
        cmocka_unit_test_setup_teardown(test_pin_pad, setup, teardown),
        cmocka_unit_test_setup_teardown(test_beat, setup, teardown),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
