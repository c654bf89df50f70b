/* The management key, and what only it may do: key pairs and objects. */
#include "drive.h"

#include <openssl/evp.h>

#include "tests/card/inner.h"

#define GENERATE_9A_P256 "0047009A05AC0380011100"
#define PUT_CHUID "00DB3FFF0A5C035FC10253033001AA"

static struct tg_vcard *card_of(enum tg_vcard_mgmt m)
{
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.mgmt = m;
    return card_ready(&o);
}

static const struct kind {
    enum tg_vcard_mgmt m;
    const char *cipher;
    size_t block;
} kinds[] = {{TG_VCARD_3DES, "DES-EDE3-ECB", 8},
             {TG_VCARD_AES128, "AES-128-ECB", 16},
             {TG_VCARD_AES192, "AES-192-ECB", 16},
             {TG_VCARD_AES256, "AES-256-ECB", 16}};

/* The host's half, with the factory key; first is the first byte of the key, 1 for the right one. */
static void block(const struct kind *k, uint8_t first, bool encrypt, const uint8_t *in, uint8_t *out)
{
    uint8_t key[32], room[48];
    int n = 0;
    for (size_t i = 0; i < sizeof key; i++)
        key[i] = (uint8_t)(i % 8 + 1);
    key[0] = first;
    EVP_CIPHER *c = EVP_CIPHER_fetch(NULL, k->cipher, NULL);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    assert_int_equal(EVP_CipherInit_ex2(ctx, c, key, NULL, encrypt, NULL), 1);
    assert_int_equal(EVP_CIPHER_CTX_set_padding(ctx, 0), 1);
    assert_int_equal(EVP_CipherUpdate(ctx, room, &n, in, (int)k->block), 1);
    assert_int_equal(n, k->block);
    memcpy(out, room, k->block);
    EVP_CIPHER_CTX_free(ctx);
    EVP_CIPHER_free(c);
}

static struct reply question(struct tg_vcard *c, const struct kind *k, uint8_t tag)
{
    uint8_t cmd[] = {0x00, 0x87, (uint8_t)k->m, 0x9b, 0x04, 0x7c, 0x02, tag, 0x00, 0x00};
    struct reply r = ask_bytes(c, cmd, sizeof cmd);
    assert_int_equal(r.sw, 0x9000);
    assert_int_equal(r.n, 4 + k->block);
    return r;
}

static unsigned respond(struct tg_vcard *c, const struct kind *k, const uint8_t *response)
{
    uint8_t n = (uint8_t)k->block,
            cmd[32] = {0x00, 0x87, (uint8_t)k->m, 0x9b, (uint8_t)(n + 4), 0x7c, (uint8_t)(n + 2), 0x82, n};
    memcpy(cmd + 9, response, n);
    return ask_bytes(c, cmd, 9u + n).sw;
}

static unsigned single(struct tg_vcard *c, const struct kind *k, uint8_t first)
{
    uint8_t response[16];
    struct reply r = question(c, k, 0x81);
    block(k, first, true, r.data + 4, response);
    return respond(c, k, response);
}

static void single_authentication(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct tg_vcard *c = card_of(kinds[i].m);
        assert_int_equal(sw(c, GENERATE_9A_P256), 0x6982);
        assert_int_equal(single(c, &kinds[i], 0x41), 0x6982);
        assert_int_equal(sw(c, GENERATE_9A_P256), 0x6982);
        assert_int_equal(single(c, &kinds[i], 1), 0x9000);
        struct reply r = ask(c, GENERATE_9A_P256);
        assert_int_equal(r.sw, 0x9000);
        assert_memory_equal(r.data, "\x7f\x49\x43\x86\x41\x04", 6);
        assert_int_equal(sw(c, PIN_123456), 0x9000);
        assert_int_equal(sign(c, 0x11, 0x9a, 32).sw, 0x9000);
        tg_vcard_free(&c);
    }
}

static unsigned mutual(struct tg_vcard *c, const struct kind *k, uint8_t first, struct reply *last)
{
    uint8_t n = (uint8_t)k->block,
            cmd[64] = {0x00, 0x87, (uint8_t)k->m, 0x9b, (uint8_t)(2 * n + 6), 0x7c, (uint8_t)(2 * n + 4),
                       0x80, n};
    struct reply r = question(c, k, 0x80);
    block(k, first, false, r.data + 4, cmd + 9);
    cmd[9 + n] = 0x81;
    cmd[10 + n] = n;
    memset(cmd + 11 + n, 0x5a, n);
    *last = ask_bytes(c, cmd, 11u + 2u * n + 1u);
    return last->sw;
}

static void mutual_authentication(void **state)
{
    uint8_t challenge[16], want[16];
    struct reply r;
    (void)state;
    memset(challenge, 0x5a, sizeof challenge);
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        struct tg_vcard *c = card_of(kinds[i].m);
        assert_int_equal(mutual(c, &kinds[i], 0x41, &r), 0x6982);
        assert_int_equal(r.n, 0); /* no proof for a stranger */
        assert_int_equal(sw(c, PUT_CHUID), 0x6982);
        assert_int_equal(mutual(c, &kinds[i], 1, &r), 0x9000);
        block(&kinds[i], 1, true, challenge, want);
        assert_memory_equal(r.data + 4, want, kinds[i].block);
        assert_int_equal(sw(c, PUT_CHUID), 0x9000);
        tg_vcard_free(&c);
    }
}

static void challenges_serve_once(void **state)
{
    uint8_t response[16];
    (void)state;
    struct tg_vcard *c = card_of(TG_VCARD_AES256);
    const struct kind *k = &kinds[3];
    memset(response, 0, sizeof response);
    assert_int_equal(respond(c, k, response), 0x6982); /* without a question */
    struct reply r = question(c, k, 0x81);
    block(k, 1, true, r.data + 4, response);
    assert_int_equal(respond(c, k, response), 0x9000);
    assert_int_equal(respond(c, k, response), 0x6982); /* a replay; and what was proven is gone */
    assert_int_equal(sw(c, PUT_CHUID), 0x6982);
    /* The encrypted witness sent back is what a challenge would want: whoever could mix the two needs no key.
     */
    r = question(c, k, 0x80);
    assert_int_equal(respond(c, k, r.data + 4), 0x6982);
    assert_int_equal(sw(c, PUT_CHUID), 0x6982);
    /* Another cipher than the key's. */
    assert_int_equal(sw(c, "0087039B047C02810000"), 0x6a86);
    tg_vcard_free(&c);
}

static void forgotten_with_the_power(void **state)
{
    (void)state;
    struct tg_vcard *c = card_of(TG_VCARD_3DES);
    assert_int_equal(single(c, &kinds[0], 1), 0x9000);
    tg_vcard_power(c, TG_VCARD_WARM_RESET);
    assert_int_equal(sw(c, SELECT_PIV), 0x9000);
    assert_int_equal(sw(c, PUT_CHUID), 0x6982);
    tg_vcard_free(&c);
}

static void objects(void **state)
{
    (void)state;
    struct tg_vcard *c = card_of(TG_VCARD_3DES);
    assert_int_equal(single(c, &kinds[0], 1), 0x9000);
    assert_int_equal(sw(c, PUT_CHUID), 0x9000);
    struct reply r = ask(c, GET_CHUID "00");
    assert_int_equal(r.n, 5);
    assert_memory_equal(r.data, "\x53\x03\x30\x01\xaa", 5);
    assert_int_equal(sw(c, "00DB3FFF075C035FC1055300"), 0x9000);
    assert_int_equal(ask(c, GET_9A "00").n, 2);
    assert_int_equal(sw(c, "00DB3FFF0B5C035FC10253033001AAFF"), 0x6a80); /* bytes behind the object */
    assert_int_equal(sw(c, "00DB3FFF095C035FC10253033001"), 0x6a80);
    assert_int_equal(sw(c, "00DB3FFF055C017E5300"), 0x6a80); /* the discovery object is the card's own */
    assert_int_equal(sw(c, "00DB3FFE0A5C035FC10253033001AA"), 0x6a86);
    unsigned s = 0x9000, n = 0;
    for (; s == 0x9000 && n < 100; n++) {
        uint8_t put[] = {0x00, 0xdb, 0x3f, 0xff, 0x07, 0x5c, 0x03, 0x5f, 0xff, (uint8_t)n, 0x53, 0x00};
        s = ask_bytes(c, put, sizeof put).sw;
    }
    assert_int_equal(s, 0x6a84); /* a card is full some day */
    assert_true(n > 20);
    tg_vcard_free(&c);
}

static void key_pairs(void **state)
{
    (void)state;
    struct tg_vcard *c = card_of(TG_VCARD_3DES);
    assert_int_equal(single(c, &kinds[0], 1), 0x9000);
    assert_int_equal(sw(c, "0047009A05AC0380011200"), 0x6a80);
    assert_int_equal(sw(c, "0047009B05AC0380011100"), 0x6a86);
    assert_int_equal(sw(c, "0047009A05AC0381011100"), 0x6a80);
    assert_int_equal(sw(c, "0047009A06AC038001110000"), 0x6a80);
    assert_int_equal(sw(c, "0047009E05AC0380011400"), 0x9000);
    assert_int_equal(sign(c, 0x14, 0x9e, 48).sw, 0x9000);
    struct reply r = ask_all(c, "0047009D05AC0380010700");
    assert_int_equal(r.sw, 0x9000);
    assert_memory_equal(r.data, "\x7f\x49\x82\x01\x09\x81\x82\x01\x00", 9);
    assert_memory_equal(r.data + r.n - 5, "\x82\x03\x01\x00\x01", 5);
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(single_authentication),
        cmocka_unit_test(mutual_authentication),
        cmocka_unit_test(challenges_serve_once),
        cmocka_unit_test(forgotten_with_the_power),
        cmocka_unit_test(objects),
        cmocka_unit_test(key_pairs),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
