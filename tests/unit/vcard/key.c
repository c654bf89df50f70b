/* Signatures that openssl accepts, with each kind of key, and inputs that a card must refuse. */
#include "drive.h"

#include <openssl/pem.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include "tests/card/inner.h"

static void ecdsa(void **state)
{
    static const struct {
        enum tg_vcard_alg alg;
        size_t n;
    } kind[] = {{TG_VCARD_P256, 32}, {TG_VCARD_P384, 48}};
    uint8_t hash[48];
    (void)state;
    memset(hash, 0x11, sizeof hash);
    for (size_t i = 0; i < 2; i++) {
        struct tg_vcard *c = card_usual();
        assert_int_equal(tg_vcard_generate(c, 0x9e, kind[i].alg), TG_OK);
        struct reply r = sign(c, kind[i].alg, 0x9e, kind[i].n);
        struct tg_span sig = tg_vc_tlv_find(tg_vc_tlv_find(tg_span(r.data, r.n), 0x7c), 0x82);
        EVP_PKEY *k = card_key(c, 0x9e);
        EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k, NULL);
        assert_int_equal(EVP_PKEY_verify_init(ctx), 1);
        assert_int_equal(EVP_PKEY_verify(ctx, sig.p, sig.n, hash, kind[i].n), 1);
        EVP_PKEY_CTX_free(ctx);
        EVP_PKEY_free(k);
        assert_int_equal(sign(c, kind[i].alg, 0x9e, 20).sw, 0x6a80); /* not a hash of this curve */
        assert_int_equal(sign(c, kind[i].alg, 0x9e, 49).sw, 0x6a80);
        assert_int_equal(sign(c, 0x07, 0x9e, 32).sw, 0x6a86); /* another algorithm than the key's */
        tg_vcard_free(&c);
    }
}

static void rsa_raw(void **state)
{
    uint8_t cmd[11 + 264 + 2] = {0x00, 0x87, 0x07, 0x9e, 0x00, 0x01, 0x0a, 0x7c, 0x82,
                                 0x01, 0x06, 0x82, 0x00, 0x81, 0x82, 0x01, 0x00};
    uint8_t plain[256];
    size_t n = sizeof plain;
    (void)state;
    struct tg_vcard *c = card_usual();
    assert_int_equal(tg_vcard_generate(c, 0x9e, TG_VCARD_RSA2048), TG_OK);
    memset(cmd + 18, 0x22, 255); /* 00 in front: below the modulus */
    struct reply r = ask_bytes(c, cmd, 17 + 256 + 2);
    assert_int_equal(r.sw, 0x9000);
    struct tg_span sig = tg_vc_tlv_find(tg_vc_tlv_find(tg_span(r.data, r.n), 0x7c), 0x82);
    assert_int_equal(sig.n, 256);
    EVP_PKEY *k = card_key(c, 0x9e);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k, NULL);
    assert_int_equal(EVP_PKEY_encrypt_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING), 1);
    assert_int_equal(EVP_PKEY_encrypt(ctx, plain, &n, sig.p, sig.n), 1);
    assert_memory_equal(plain, cmd + 17, 256);
    EVP_PKEY_CTX_free(ctx);
    EVP_PKEY_free(k);
    assert_int_equal(sign(c, 0x07, 0x9e, 32).sw, 0x6a80);
    tg_vcard_free(&c);
}

static void malformed(void **state)
{
    static const char *const bad[] = {
        "0087119E00",                   /* nothing */
        "0087119E027C0000",             /* empty template */
        "0087119E047C02820000",         /* a question without a challenge */
        "0087119E047C03820000",         /* longer than it is */
        "0087119E067C038101AA0000",     /* something behind it */
        "0087119E067D048200810000",     /* another template */
        "0087119E067C048200810000",     /* an empty challenge */
        "0087119E087C068101AA82010000", /* 82 not empty */
        "0087119E077C0481820020820000", /* a length of the challenge that is not there */
    };
    (void)state;
    struct tg_vcard *c = card_usual();
    for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
        unsigned s = sw(c, bad[i]);
        assert_true(s == 0x6a80 || s == 0x6700);
    }
    tg_vcard_free(&c);
}

static void tlv_bounds(void **state)
{
    static const uint8_t bad[][5] = {
        {0x53, 0x02, 0x01}, {0x53, 0x81}, {0x53, 0x82, 0x00}, {0x7f}, {0x53, 0x83, 0, 0, 1}};
    static const size_t n[] = {3, 2, 3, 1, 5};
    (void)state;
    for (size_t i = 0; i < sizeof n / sizeof n[0]; i++) {
        struct tg_span in = tg_span(bad[i], n[i]), value = {0};
        unsigned tag = 0;
        assert_false(tg_vc_tlv_next(&in, &tag, &value));
        assert_null(value.p);
    }
    /* One bad element spoils the search for the good one before it. */
    struct tg_span v = tg_vc_tlv_find(tg_span("\x81\x01\xaa\x82\x05", 5), 0x81);
    assert_null(v.p);
    v = tg_vc_tlv_find(tg_span("\x81\x01\xaa\x82\x00", 5), 0x81);
    assert_int_equal(v.n, 1);
}

static void imports(void **state)
{
    (void)state;
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    struct tg_vcard *c = card_usual(), *other = card_usual();
    give_cert(c, 0x9a, TG_VCARD_P384, 0);
    assert_int_equal(sw(c, PIN_123456), 0x9000);
    assert_int_equal(sign(c, 0x14, 0x9a, 48).sw, 0x9000);
    assert_int_equal(tg_vcard_import(c, 0x9b, tg_span_str("x"), tg_span_str("y")), TG_E_NOT_FOUND);
    assert_int_equal(tg_vcard_import(c, 0x9a, tg_span_str("x"), tg_span_str("y")), TG_E_FORM);
    /* A certificate for another card's key stays out, and what was there stays. */
    struct reply before = ask_all(c, GET_9A "00");
    EVP_PKEY *foreign = card_key(other, 0x9a);
    make_cert(foreign, 0, &pem);
    assert_int_equal(tg_vcard_import(c, 0x9a, tg_span_buf(&pem), (struct tg_span){0}), TG_E_CERT_KEY);
    struct reply after = ask_all(c, GET_9A "00");
    assert_int_equal(after.n, before.n);
    assert_memory_equal(after.data, before.data, before.n);
    EVP_PKEY_free(foreign);
    tg_vcard_free(&c);
    tg_vcard_free(&other);
}

static void requests(void **state)
{
    (void)state;
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    struct tg_vcard *c = card_usual();
    assert_int_equal(tg_vcard_csr(c, 0x9d, "nobody", &pem), TG_E_NOT_FOUND);
    assert_int_equal(tg_vcard_pub(c, 0x77, &pem), TG_E_NOT_FOUND);
    assert_int_equal(tg_vcard_csr(c, 0x9a, "somebody", &pem), TG_OK);
    BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
    X509_REQ *r = PEM_read_bio_X509_REQ(b, NULL, NULL, NULL);
    assert_non_null(r);
    EVP_PKEY *k = card_key(c, 0x9a);
    assert_int_equal(X509_REQ_verify(r, k), 1);
    EVP_PKEY_free(k);
    X509_REQ_free(r);
    BIO_free(b);
    tg_vcard_free(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ecdsa),      cmocka_unit_test(rsa_raw), cmocka_unit_test(malformed),
        cmocka_unit_test(tlv_bounds), cmocka_unit_test(imports), cmocka_unit_test(requests),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
