/* Signing, checking, and every way to make the two disagree. */
#include <openssl/err.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>

#include "certs/jws/verify.h"
#include "tests/unit/jws/tools.h"

static EVP_PKEY *p256, *other, *p384, *rsa;

static int keys_make(void **state)
{
    (void)state;
    p256 = EVP_EC_gen("P-256");
    other = EVP_EC_gen("P-256");
    p384 = EVP_EC_gen("P-384");
    rsa = EVP_RSA_gen(2048);
    return p256 != NULL && other != NULL && p384 != NULL && rsa != NULL ? 0 : -1;
}

static int keys_free(void **state)
{
    (void)state;
    EVP_PKEY_free(p256);
    EVP_PKEY_free(other);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(rsa);
    return 0;
}

static void every_algorithm_goes_round(void **state)
{
    const struct {
        enum tg_alg alg;
        EVP_PKEY *key;
        size_t sig;
    } all[] = {{TG_ALG_ES256, p256, 64},
               {TG_ALG_ES384, p384, 96},
               {TG_ALG_RS256, rsa, 256},
               {TG_ALG_PS256, rsa, 256}};
    (void)state;
    for (size_t i = 0; i < 4; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
        TG_JWS_AUTO j;
        char header[32];
        (void)snprintf(header, sizeof(header), "{\"alg\":\"%s\"}", tg_alg_name(all[i].alg));
        sign(header, "hello", all[i].alg, all[i].key, &text);
        assert_int_equal(tg_jws_parse(tg_span_buf(&text), &j), TG_OK);
        assert_int_equal(j.sig.n, all[i].sig);
        assert_int_equal(tg_jws_verify(&j, all[i].key), TG_OK);
    }
    assert_int_equal(tg_alg_for_key(p256), TG_ALG_ES256);
    assert_int_equal(tg_alg_for_key(p384), TG_ALG_ES384);
    assert_int_equal(tg_alg_for_key(rsa), TG_ALG_RS256);
}

/* Leading zeros in r or s come up once in 128 signatures: enough rounds to meet some. */
static void many_ecdsa_signatures_go_round(void **state)
{
    (void)state;
    for (int i = 0; i < 600; i++) {
        TG_BUF_AUTO text = TG_BUF_INIT(1024);
        sign("{\"alg\":\"ES256\"}", "again", TG_ALG_ES256, p256, &text);
        assert_int_equal(check(tg_span_buf(&text), p256), TG_OK);
    }
}

static void every_flipped_bit_is_noticed(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    (void)state;
    sign("{\"alg\":\"ES256\",\"kid\":\"k\"}", "{\"a\":1}", TG_ALG_ES256, p256, &text);
    for (size_t i = 0; i < text.n; i++)
        for (unsigned bit = 0; bit < 8; bit++) {
            text.p[i] ^= (uint8_t)(1u << bit);
            assert_int_not_equal(check(tg_span_buf(&text), p256), TG_OK);
            text.p[i] ^= (uint8_t)(1u << bit);
        }
    assert_int_equal(check(tg_span_buf(&text), p256), TG_OK);
}

static void the_key_decides_the_algorithm(void **state)
{
    TG_BUF_AUTO es = TG_BUF_INIT(1024);
    TG_BUF_AUTO rs = TG_BUF_INIT(1024);
    (void)state;
    sign("{\"alg\":\"ES256\"}", "x", TG_ALG_ES256, p256, &es);
    assert_int_equal(check(tg_span_buf(&es), other), TG_E_SIGNATURE);
    assert_int_equal(check(tg_span_buf(&es), p384), TG_E_ALGORITHM);
    assert_int_equal(check(tg_span_buf(&es), rsa), TG_E_ALGORITHM);
    sign("{\"alg\":\"RS256\"}", "x", TG_ALG_RS256, rsa, &rs);
    assert_int_equal(check(tg_span_buf(&rs), p256), TG_E_ALGORITHM);
    assert_int_equal(check(tg_span_buf(&rs), NULL), TG_E_CERT_KEY);
}

static void padding_is_not_interchangeable(void **state)
{
    TG_BUF_AUTO rs = TG_BUF_INIT(1024);
    TG_JWS_AUTO j;
    (void)state;
    sign("{\"alg\":\"RS256\"}", "x", TG_ALG_RS256, rsa, &rs);
    assert_int_equal(tg_jws_parse(tg_span_buf(&rs), &j), TG_OK);
    j.alg = TG_ALG_PS256;
    assert_int_equal(tg_jws_verify(&j, rsa), TG_E_SIGNATURE);
    j.alg = TG_ALG_NONE;
    assert_int_equal(tg_jws_verify(&j, rsa), TG_E_ALGORITHM);
}

/* The classic: an HMAC keyed with the public key, offered to a verifier that takes the algorithm from the
 * header.
 */
static void hmac_with_the_public_key_is_refused(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(4096);
    uint8_t *der = NULL, mac[32];
    unsigned n = 0;
    (void)state;
    int len = i2d_PUBKEY(rsa, &der);
    assert_true(len > 0);
    compact("{\"alg\":\"HS256\"}", "{}", "", &text);
    assert_non_null(HMAC(EVP_sha256(), der, len, text.p, text.n - 1, mac, &n));
    b64u(mac, sizeof(mac), &text);
    assert_int_equal(check(tg_span_buf(&text), rsa), TG_E_ALGORITHM);
    OPENSSL_free(der);
}

static void signature_length_is_exact(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    TG_JWS_AUTO j;
    uint8_t sig[66] = {0};
    (void)state;
    sign("{\"alg\":\"ES256\"}", "x", TG_ALG_ES256, p256, &text);
    assert_int_equal(tg_jws_parse(tg_span_buf(&text), &j), TG_OK);
    memcpy(sig, j.sig.p, 64);
    assert_int_equal(tg_sig_verify(TG_ALG_ES256, p256, j.input, tg_span(sig, 64)), TG_OK);
    for (size_t n = 0; n <= 66; n++)
        if (n != 64)
            assert_int_equal(tg_sig_verify(TG_ALG_ES256, p256, j.input, tg_span(sig, n)), TG_E_SIGNATURE);
    memmove(sig + 1, sig, 64); /* a zero in front: the same number, one byte longer */
    sig[0] = 0;
    assert_int_equal(tg_sig_verify(TG_ALG_ES256, p256, j.input, tg_span(sig, 65)), TG_E_SIGNATURE);
}

static void rsa_signature_length_is_exact(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    TG_JWS_AUTO j;
    uint8_t sig[258] = {0};
    (void)state;
    sign("{\"alg\":\"RS256\"}", "x", TG_ALG_RS256, rsa, &text);
    assert_int_equal(tg_jws_parse(tg_span_buf(&text), &j), TG_OK);
    memcpy(sig + 1, j.sig.p, 256);
    assert_int_equal(tg_sig_verify(TG_ALG_RS256, rsa, j.input, tg_span(sig + 1, 256)), TG_OK);
    assert_int_equal(tg_sig_verify(TG_ALG_RS256, rsa, j.input, tg_span(sig, 257)), TG_E_SIGNATURE);
    assert_int_equal(tg_sig_verify(TG_ALG_RS256, rsa, j.input, tg_span(sig + 1, 255)), TG_E_SIGNATURE);
    assert_int_equal(tg_sig_verify(TG_ALG_RS256, rsa, j.input, tg_span(sig + 1, 257)), TG_E_SIGNATURE);
}

/* A signer that hands back rubbish, as a broken card would. */
static enum tg_err card_like(void *ctx, enum tg_alg alg, struct tg_span input, struct tg_buf *sig)
{
    (void)ctx;
    assert_int_equal(alg, TG_ALG_ES256);
    assert_true(input.n > 0 && memchr(input.p, '.', input.n) != NULL);
    return tg_buf_add(sig, "too short", 9);
}

static enum tg_err refusing(void *ctx, enum tg_alg alg, struct tg_span input, struct tg_buf *sig)
{
    (void)ctx, (void)alg, (void)input, (void)sig;
    return TG_E_CARD_REMOVED;
}

static void the_signer_is_not_trusted(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(1024);
    struct tg_span head = tg_span_str("{\"alg\":\"ES256\"}"), body = tg_span_str("x");
    (void)state;
    assert_int_equal(tg_jws_sign(head, body, &(struct tg_signer){TG_ALG_ES256, card_like, NULL}, &out),
                     TG_E_SIGNATURE);
    assert_int_equal(tg_jws_sign(head, body, &(struct tg_signer){TG_ALG_ES256, refusing, NULL}, &out),
                     TG_E_CARD_REMOVED);
    assert_int_equal(
        tg_jws_sign(head, body, &(struct tg_signer){TG_ALG_ES384, tg_jws_sign_with_key, p384}, &out),
        TG_E_ALGORITHM);
    assert_int_equal(
        tg_jws_sign(head, body, &(struct tg_signer){TG_ALG_ES256, tg_jws_sign_with_key, rsa}, &out),
        TG_E_ALGORITHM);
    assert_int_equal(
        tg_jws_sign(head, body, &(struct tg_signer){TG_ALG_NONE, tg_jws_sign_with_key, p256}, &out),
        TG_E_ALGORITHM);
    assert_int_equal(tg_jws_sign(tg_span_str("[]"), body,
                                 &(struct tg_signer){TG_ALG_ES256, tg_jws_sign_with_key, p256}, &out),
                     TG_E_BAD_JSON);
    assert_int_equal(out.n, 0);
}

static void a_refusal_leaves_no_openssl_error(void **state)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    (void)state;
    sign("{\"alg\":\"RS256\"}", "x", TG_ALG_RS256, rsa, &text);
    text.p[text.n - 3] = text.p[text.n - 3] == 'A' ? 'B' : 'A'; /* another letter, still base64url */
    ERR_clear_error();
    assert_int_equal(check(tg_span_buf(&text), rsa), TG_E_SIGNATURE);
    assert_int_equal(ERR_peek_error(), 0);
}

static enum tg_err der_of(const void *der, size_t n)
{
    TG_BUF_AUTO out = TG_BUF_INIT(128);
    enum tg_err e = tg_ecdsa_der_to_jose(tg_span(der, n), 32, &out);
    assert_int_equal(out.n, e == TG_OK ? 64 : 0);
    return e;
}

static void der_is_strict(void **state)
{
    (void)state;
    assert_int_equal(der_of("\x30\x06\x02\x01\x01\x02\x01\x01", 8), TG_OK);
    assert_int_equal(der_of("\x30\x07\x02\x02\x00\x80\x02\x01\x01", 9), TG_OK);
    assert_int_equal(der_of("\x30\x07\x02\x02\x00\x01\x02\x01\x01", 9), TG_E_FORM); /* a zero too many */
    assert_int_equal(der_of("\x30\x06\x02\x01\x80\x02\x01\x01", 8), TG_E_FORM);     /* negative */
    assert_int_equal(der_of("\x30\x06\x02\x01\x00\x02\x01\x01", 8), TG_E_FORM);     /* zero */
    assert_int_equal(der_of("\x30\x81\x06\x02\x01\x01\x02\x01\x01", 9), TG_E_FORM); /* long form */
    assert_int_equal(der_of("\x30\x80\x02\x01\x01\x02\x01\x01\x00\x00", 10), TG_E_FORM);
    assert_int_equal(der_of("\x30\x06\x02\x01\x01\x02\x01\x01\x00", 9), TG_E_FORM); /* something behind */
    assert_int_equal(der_of("\x30\x07\x02\x01\x01\x02\x01\x01\x00", 9), TG_E_FORM); /* something inside */
    assert_int_equal(der_of("\x30\x09\x02\x01\x01\x02\x01\x01\x02\x01\x01", 11), TG_E_FORM);
    assert_int_equal(der_of("\x31\x06\x02\x01\x01\x02\x01\x01", 8), TG_E_FORM);
    assert_int_equal(der_of("\x30\x06\x02\x01\x01\x04\x01\x01", 8), TG_E_FORM);
    assert_int_equal(der_of("\x30\x05\x02\x00\x02\x01\x01", 7), TG_E_FORM);
    assert_int_equal(der_of("\x30\x03\x02\x01\x01", 5), TG_E_FORM);
    assert_int_equal(der_of("\x30", 1), TG_E_FORM);
    assert_int_equal(der_of(NULL, 0), TG_E_FORM);
}

/* r = the order of P-256 but for its last byte, which is 51; s = 1. */
static enum tg_err der_with_r(uint8_t last)
{
    uint8_t der[40] = {0x30, 0x26, 0x02, 0x21, 0x00, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff,
                       0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e,
                       0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, last, 0x02, 0x01, 0x01};
    return der_of(der, sizeof(der));
}

static void der_values_are_in_range(void **state)
{
    uint8_t sig[64] = {0};
    (void)state;
    assert_int_equal(der_with_r(0x50), TG_OK); /* n - 1 */
    assert_int_equal(der_with_r(0x51), TG_E_FORM);
    assert_int_equal(der_with_r(0x52), TG_E_FORM);
    sig[31] = 1;
    assert_int_equal(tg_sig_verify(TG_ALG_ES256, p256, tg_span_str("x"), tg_span(sig, 64)), TG_E_SIGNATURE);
}

/* Exactly as many bytes as there are, so that a sanitizer sees one more being read. */
static void der_lengths_stay_inside(void **state)
{
    static const uint8_t REACHES_OUT[] = {0x30, 0x06, 0x02, 0x20, 0x01, 0x02, 0x01, 0x01};
    uint8_t *der = malloc(sizeof(REACHES_OUT));
    (void)state;
    memcpy(der, REACHES_OUT, sizeof(REACHES_OUT));
    assert_int_equal(der_of(der, sizeof(REACHES_OUT)), TG_E_FORM);
    free(der);
}

static void der_half_is_32_or_48(void **state)
{
    TG_BUF_AUTO out = TG_BUF_INIT(128);
    struct tg_span der = tg_span("\x30\x06\x02\x01\x01\x02\x01\x01", 8);
    (void)state;
    assert_int_equal(tg_ecdsa_der_to_jose(der, 48, &out), TG_OK);
    assert_int_equal(out.n, 96);
    assert_int_equal(tg_ecdsa_der_to_jose(der, 66, &out), TG_E_FORM);
    assert_int_equal(tg_ecdsa_der_to_jose(der, 0, &out), TG_E_FORM);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_algorithm_goes_round),
        cmocka_unit_test(many_ecdsa_signatures_go_round),
        cmocka_unit_test(every_flipped_bit_is_noticed),
        cmocka_unit_test(the_key_decides_the_algorithm),
        cmocka_unit_test(padding_is_not_interchangeable),
        cmocka_unit_test(hmac_with_the_public_key_is_refused),
        cmocka_unit_test(signature_length_is_exact),
        cmocka_unit_test(rsa_signature_length_is_exact),
        cmocka_unit_test(the_signer_is_not_trusted),
        cmocka_unit_test(a_refusal_leaves_no_openssl_error),
        cmocka_unit_test(der_is_strict),
        cmocka_unit_test(der_values_are_in_range),
        cmocka_unit_test(der_lengths_stay_inside),
        cmocka_unit_test(der_half_is_32_or_48),
    };
    return cmocka_run_group_tests(tests, keys_make, keys_free);
}
