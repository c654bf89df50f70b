/* Lengths: short and extended, 61xx, 6Cxx, GET RESPONSE, chaining; and objects, gzip included. */
#include "drive.h"

#include <openssl/x509.h>
#include <zlib.h>

static struct tg_vcard *card_with(enum tg_vcard_proto proto, enum tg_vcard_reply reply,
                                  enum tg_vcard_gzip gzip)
{
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.proto = proto;
    o.reply = reply;
    o.gzip = gzip;
    struct tg_vcard *c = card_ready(&o);
    give_cert(c, 0x9a, TG_VCARD_P256, 400);
    return c;
}

static void t1(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_T1, TG_VCARD_AUTO, TG_VCARD_GZIP_NO);
    struct reply all = ask_all(c, GET_9A "00");
    assert_int_equal(all.sw, 0x9000);
    assert_true(all.n > 512);
    /* 256 at once, FF or 00 for what is left. */
    struct reply r = ask(c, GET_9A "00");
    assert_int_equal(r.n, 256);
    assert_int_equal(r.sw, 0x6100);
    r = ask(c, "00C0000000");
    assert_int_equal(r.n, 256);
    assert_int_equal(r.sw, 0x6100 | (all.n - 512));
    /* Le above what is left: the rest comes. Then there is nothing more. */
    r = ask(c, "00C00000FF");
    assert_int_equal(r.n, all.n - 512);
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(sw(c, "00C0000000"), 0x6985);
    /* Without Le nothing but 61xx; another command throws the rest away. */
    r = ask(c, GET_9A);
    assert_int_equal(r.n, 0);
    assert_int_equal(r.sw, 0x6100);
    assert_int_equal(sw(c, "00200080"), 0x63c3);
    assert_int_equal(sw(c, "00C0000000"), 0x6985);
    /* The first 8 bytes, to learn the length. */
    r = ask(c, GET_9A "08");
    assert_int_equal(r.n, 8);
    assert_int_equal(r.sw, 0x6100);
    tg_vcard_free(&c);
}

static void t0(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_T0, TG_VCARD_AUTO, TG_VCARD_GZIP_NO);
    assert_int_equal(sw(c, GET_9A "00"), 0x6700); /* T=0 has no Le behind data */
    struct reply r = ask(c, GET_CHUID);
    assert_int_equal(r.n, 0);
    assert_int_equal(r.sw, 0x613d);
    assert_int_equal(sw(c, "00C0000000"), 0x6c3d); /* 6Cxx: not 00, exactly 61 */
    r = ask(c, "00C000003D");
    assert_int_equal(r.n, 61);
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(sw(c, "00CB3FFF0000055C035FC105"), 0x6700); /* no extended length on T=0 */
    tg_vcard_free(&c);
}

static void always_61(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_BOTH, TG_VCARD_REPLY_61, TG_VCARD_GZIP_NO);
    struct reply r = ask(c, GET_CHUID "00");
    assert_int_equal(r.n, 0);
    assert_int_equal(r.sw, 0x613d);
    assert_int_equal(ask_all(c, GET_CHUID "00").n, 61);
    tg_vcard_free(&c);
}

static void always_6c(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_BOTH, TG_VCARD_REPLY_6C, TG_VCARD_GZIP_NO);
    assert_int_equal(tg_vcard_generate(c, 0x9c, TG_VCARD_P256), TG_OK);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6c3d);
    assert_int_equal(sw(c, "00C000003D"), 0x6985); /* the command is to be repeated, not fetched */
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6c3d);
    struct reply r = ask(c, GET_CHUID "3D");
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, 61);
    /* 9C signed once for one PIN: the repetition brings that signature, not a refusal. */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    r = sign(c, 0x11, 0x9c, 32);
    assert_int_equal(r.sw >> 8, 0x6c);
    uint8_t again[44] = {0x00, 0x87, 0x11, 0x9c, 38, 0x7c, 36, 0x82, 0x00, 0x81, 32};
    memset(again + 11, 0x11, 32);
    again[43] = (uint8_t)r.sw;
    r = ask_bytes(c, again, sizeof again);
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, again[43]);
    tg_vcard_free(&c);
}

static void extended(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_BOTH, TG_VCARD_AUTO, TG_VCARD_GZIP_NO);
    struct reply r = ask(c, "00CB3FFF0000055C035FC1050000"), all = ask_all(c, GET_9A "00");
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, all.n);
    assert_memory_equal(r.data, all.data, all.n);
    tg_vcard_free(&c);
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.extended = false;
    c = card_ready(&o);
    assert_int_equal(sw(c, "00CB3FFF0000055C035FC1020000"), 0x6700);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    tg_vcard_free(&c);
}

static void lengths_that_lie(void **state)
{
    (void)state;
    struct tg_vcard *c = card_with(TG_VCARD_BOTH, TG_VCARD_AUTO, TG_VCARD_GZIP_NO);
    assert_int_equal(sw(c, "00"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF065C035FC105"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF045C035FC10500"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF0000065C035FC105"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF00000000"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF0000000000"), 0x6700); /* an extended Lc of none */
    assert_int_equal(sw(c, "00CB3FFF055C035FC1"), 0x6700);
    assert_int_equal(sw(c, "00CB3FFF055C045FC10500"), 0x6a80);
    assert_int_equal(sw(c, "00CB0000055C035FC10500"), 0x6a86);
    assert_int_equal(sw(c, "80CB3FFF055C035FC10500"), 0x6e00);
    assert_int_equal(sw(c, "00CA3FFF055C035FC10500"), 0x6d00);
    tg_vcard_free(&c);
}

static void chaining(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    uint8_t first[255 + 5] = {0x10, 0x87, 0x07, 0x9a, 255,  0x7c, 0x82, 0x01,
                              0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00};
    uint8_t last[5 + 11 + 1] = {0x00, 0x87, 0x07, 0x9a, 11};
    assert_int_equal(tg_vcard_generate(c, 0x9a, TG_VCARD_RSA2048), TG_OK);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(ask_bytes(c, first, sizeof first).sw, 0x9000);
    struct reply r = ask_bytes(c, last, sizeof last);
    assert_int_equal(r.n, 256);
    assert_int_equal(r.sw, 0x6108); /* 7C 82 01 04 82 82 01 00 and 256 bytes of signature */
    assert_int_equal(ask(c, "00C0000008").sw, 0x9000);
    /* A chain broken off by another command is gone as a whole. */
    assert_int_equal(ask_bytes(c, first, sizeof first).sw, 0x9000);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6883);
    assert_int_equal(ask_bytes(c, last, sizeof last).sw, 0x6a80);
    /* And no chain grows for ever. */
    unsigned s = 0x9000;
    for (int i = 0; i < 200 && s == 0x9000; i++)
        s = ask_bytes(c, first, sizeof first).sw;
    assert_int_equal(s, 0x6a84);
    tg_vcard_free(&c);
}

static void gunzip_is_certificate(const uint8_t *p, size_t n)
{
    uint8_t out[4096];
    z_stream z = {0};
    assert_int_equal(inflateInit2(&z, 16 + MAX_WBITS), Z_OK);
    uint8_t copy[4096];
    memcpy(copy, p, n);
    z.next_in = copy;
    z.avail_in = (uInt)n;
    z.next_out = out;
    z.avail_out = sizeof out;
    assert_int_equal(inflate(&z, Z_FINISH), Z_STREAM_END);
    assert_int_equal(inflateEnd(&z), Z_OK);
    const uint8_t *der = out;
    X509 *x = d2i_X509(NULL, &der, (long)(sizeof out - z.avail_out));
    assert_non_null(x);
    X509_free(x);
}

static void gzip(void **state)
{
    static const enum tg_vcard_gzip kind[] = {TG_VCARD_GZIP_01, TG_VCARD_GZIP_80};
    (void)state;
    for (size_t i = 0; i < 2; i++) {
        struct tg_vcard *c = card_with(TG_VCARD_BOTH, TG_VCARD_AUTO, kind[i]);
        struct reply r = ask_all(c, GET_9A "00");
        /* 53 82 LL LL 70 82 LL LL 1F 8B …, 71 01 xx FE 00 */
        assert_int_equal(r.data[0], 0x53);
        assert_int_equal(r.data[1], 0x82);
        assert_int_equal(r.data[4], 0x70);
        assert_int_equal(r.data[r.n - 3], (uint8_t)kind[i]);
        size_t n = (size_t)r.data[6] << 8 | r.data[7];
        assert_int_equal(n, r.n - 8 - 5);
        gunzip_is_certificate(r.data + 8, n);
        tg_vcard_free(&c);
    }
}

static void empty_slots(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(sw(c, GET_9A "00"), 0x6a82);
    assert_int_equal(sw(c, "00CB3FFF035C017E00"), 0x6a82);
    assert_int_equal(sw(c, "00CB3FFF055C035FC10900"), 0x6982); /* printed information: behind the PIN */
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sw(c, "00CB3FFF055C035FC10900"), 0x6a82);
    assert_int_equal(sign(c, 0x11, 0x9d, 32).sw, 0x6a88);
    tg_vcard_free(&c);
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.empty_5300 = true;
    c = card_ready(&o);
    struct reply r = ask(c, GET_9A "00");
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, 2);
    assert_memory_equal(r.data, "\x53\x00", 2);
    tg_vcard_free(&c);
}

static void selection(void **state)
{
    (void)state;
    struct tg_vcard *c = card_usual();
    tg_vcard_power(c, TG_VCARD_ON);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6d00);
    assert_int_equal(sw(c, "00A4040004A000000300"), 0x6a82); /* shorter than a registered provider */
    assert_int_equal(sw(c, "00A404000CA000000308000010000100FF00"), 0x6a82);
    assert_int_equal(sw(c, "00A4040C09A0000003080000100000"), 0x6a86);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x6d00);
    struct reply r = ask(c, "00A404000BA00000030800001000010000");
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.data[0], 0x61);
    assert_int_equal(r.data[1] + 2, r.n);
    assert_int_equal(sw(c, GET_CHUID "00"), 0x9000);
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(t1),          cmocka_unit_test(t0),       cmocka_unit_test(always_61),
        cmocka_unit_test(always_6c),   cmocka_unit_test(extended), cmocka_unit_test(lengths_that_lie),
        cmocka_unit_test(chaining),    cmocka_unit_test(gzip),     cmocka_unit_test(selection),
        cmocka_unit_test(empty_slots),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
