/* PIN and PUK: tries, blocking, unblocking, and when the card forgets that it was convinced. */
#include "drive.h"

#define STATUS "00200080"
/* CHANGE REFERENCE DATA 123456 -> 777777, RESET RETRY COUNTER 12345678 + 777777, VERIFY 777777 */
#define CHANGE "0024008010313233343536FFFF373737373737FFFF"
#define UNBLOCK "002C0080103132333435363738373737373737FFFF"
#define UNBLOCK_WRONG "002C0080103131313131313131373737373737FFFF"
#define PIN_777777 "0020008008373737373737FFFF"
#define SIGN_9A 0x11, 0x9a, 32

static void counts_down_and_blocks(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(sw(c, STATUS), 0x63c3);
    assert_int_equal(sw(c, PIN_WRONG), 0x63c2);
    assert_int_equal(sw(c, STATUS), 0x63c2);
    assert_int_equal(sw(c, PIN_WRONG), 0x63c1);
    assert_int_equal(sw(c, PIN_WRONG), 0x63c0);
    assert_int_equal(sw(c, STATUS), 0x6983);
    /* The right PIN comes too late. */
    assert_int_equal(sw(c, PIN_123456), 0x6983);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    tg_vcard_free(&c);
}

static void right_pin_gives_the_tries_back(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(sw(c, PIN_WRONG), 0x63c2);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    assert_int_equal(sw(c, STATUS), 0x9000);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x9000);
    /* A wrong one takes the proof away again. */
    assert_int_equal(sw(c, PIN_WRONG), 0x63c2);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    tg_vcard_free(&c);
}

static void forms(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    /* Six bytes without filling: refused, no try used. Filled with 00: a wrong PIN like any other. */
    assert_int_equal(sw(c, "0020008006313233343536"), 0x6a80);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    assert_int_equal(sw(c, "00200080083132333435360000"), 0x63c2);
    assert_int_equal(sw(c, "0020008108313233343536FFFF"), 0x6a88);
    assert_int_equal(sw(c, "0020000008313233343536FFFF"), 0x6a88);
    assert_int_equal(sw(c, "0020018008313233343536FFFF"), 0x6a86);
    assert_int_equal(tg_vcard_tries(c, 0x80), 2);
    tg_vcard_free(&c);
}

static void proof_ends(void **state)
{
    static const enum tg_vcard_power power[] = {TG_VCARD_WARM_RESET, TG_VCARD_ON};
    (void)state;
    struct tg_vcard *c = card_usual();
    for (size_t i = 0; i < 2; i++) {
        assert_int_equal(sw(c, PIN_123456), 0x9000);
        tg_vcard_power(c, power[i]);
        assert_int_equal(sign(c, SIGN_9A).sw, 0x6d00); /* not even selected */
        assert_int_equal(sw(c, SELECT_PIV), 0x9000);
        assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    }
    /* Another application takes it, the same one and an unknown one do not. */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    assert_int_equal(sw(c, "00A4040005A000000999"), 0x6a82);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x9000);
    assert_int_equal(sw(c, "00A4040008A00000015100000000"), 0x9000);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    /* P1 = FF logs out. */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sw(c, "0020FF80"), 0x9000);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    tg_vcard_power(c, TG_VCARD_OFF);
    assert_int_equal(ask(c, SELECT_PIV).fate, TG_VCARD_HANGS);
    tg_vcard_free(&c);
}

static void change(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    /* A new PIN of a wrong form is refused before a try is used. */
    assert_int_equal(sw(c, "0024008010313233343536FFFF3737373737FFFFFF"), 0x6a80);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    /* A wrong old PIN costs a try, and the proof. */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sw(c, "0024008010393939393939FFFF373737373737FFFF"), 0x63c2);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    assert_int_equal(sw(c, CHANGE), 0x9000);
    assert_int_equal(sw(c, PIN_123456), 0x63c2);
    assert_int_equal(sw(c, PIN_777777), 0x9000);
    /* PUK 12345678 -> 87654321 */
    assert_int_equal(sw(c, "002400811031323334353637383837363534333231"), 0x9000);
    assert_int_equal(sw(c, UNBLOCK), 0x63c2);
    tg_vcard_free(&c);
}

static void puk(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    for (int i = 0; i < 3; i++)
        (void)sw(c, PIN_WRONG);
    assert_int_equal(sw(c, CHANGE), 0x6983);
    assert_int_equal(sw(c, UNBLOCK_WRONG), 0x63c2);
    assert_int_equal(sw(c, UNBLOCK), 0x9000);
    assert_int_equal(tg_vcard_tries(c, 0x80), 3);
    assert_int_equal(tg_vcard_tries(c, 0x81), 3);
    /* It does not log in. */
    assert_int_equal(sign(c, SIGN_9A).sw, 0x6982);
    assert_int_equal(sw(c, PIN_777777), 0x9000);
    for (int i = 0; i < 3; i++)
        (void)sw(c, UNBLOCK_WRONG);
    assert_int_equal(sw(c, UNBLOCK), 0x6983);
    tg_vcard_free(&c);
}

static void global_pin(void **state)
{
    (void)state;
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.keys = true;
    o.global_pin = true;
    struct tg_vcard *c = card_ready(&o);
    struct reply d = ask(c, "00CB3FFF035C017E00");
    assert_int_equal(d.sw, 0x9000);
    assert_int_equal(d.n, 20);
    assert_int_equal(d.data[18], 0x60);
    assert_int_equal(d.data[19], 0x20);
    /* Whoever asks the wrong reference is found out. */
    assert_int_equal(sw(c, PIN_123456), 0x63c2);
    assert_int_equal(sw(c, "0020000008313233343536FFFF"), 0x9000);
    assert_int_equal(sign(c, SIGN_9A).sw, 0x9000);
    assert_int_equal(tg_vcard_tries(c, 0x00), 3);
    assert_int_equal(tg_vcard_tries(c, 0x80), 2);
    tg_vcard_free(&c);
}

static void slots(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(tg_vcard_generate(c, 0x9c, TG_VCARD_P256), TG_OK);
    assert_int_equal(sign(c, 0x11, 0x9e, 32).sw, 0x9000); /* 9E asks nobody */
    assert_int_equal(sign(c, 0x11, 0x9c, 32).sw, 0x6982);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sign(c, 0x11, 0x9c, 32).sw, 0x9000);
    assert_int_equal(sign(c, 0x11, 0x9c, 32).sw, 0x6982); /* the PIN before each signature */
    assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x9000); /* 9A: once is enough */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    (void)sw(c, GET_CHUID "00");
    assert_int_equal(sign(c, 0x11, 0x9c, 32).sw, 0x6982); /* and nothing in between */
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(counts_down_and_blocks),
        cmocka_unit_test(right_pin_gives_the_tries_back),
        cmocka_unit_test(forms),
        cmocka_unit_test(proof_ends),
        cmocka_unit_test(change),
        cmocka_unit_test(puk),
        cmocka_unit_test(global_pin),
        cmocka_unit_test(slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
