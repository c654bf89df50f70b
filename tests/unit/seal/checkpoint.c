/* Checkpoints: signed, typed, strict. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/limits.h"
#include "certs/seal/checkpoint.h"

static const struct tg_checkpoint sample = {.log = "0123456789abcde",
                                            .seq = 1000,
                                            .segment = 2,
                                            .time = 1763622131123456,
                                            .head = "0123456789abcdef0123456789abcde"};

static void sign_claims(EVP_PKEY *key, const char *header, const char *claims, struct tg_buf *out)
{
    assert_int_equal(tg_jws_sign(tg_span_str(header), tg_span_str(claims),
                                 &(struct tg_signer){TG_ALG_ES256, tg_jws_sign_with_key, key}, out),
                     TG_OK);
}

static void test_round(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256"), *other = EVP_EC_gen("P-256");
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key, .key_id = "audit-1"};
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    struct tg_checkpoint c = {.seq = 0};

    (void)state;
    assert_int_equal(tg_checkpoint_sign(&sample, &by, &jws), TG_OK);
    assert_true(jws.n < 600);
    assert_int_equal(tg_checkpoint_check(tg_span_buf(&jws), key, &c), TG_OK);
    assert_true(c.seq == 1000 && c.segment == 2 && c.time == sample.time);
    assert_memory_equal(c.log, sample.log, sizeof c.log);
    assert_memory_equal(c.head, sample.head, sizeof c.head);
    assert_int_equal(tg_checkpoint_check(tg_span_buf(&jws), other, &c), TG_E_SIGNATURE);
    EVP_PKEY_free(key);
    EVP_PKEY_free(other);
}

static void test_every_byte(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    const struct tg_checkpoint_signer by = {.sign = tg_jws_sign_with_key, .ctx = key};
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    struct tg_checkpoint c;

    (void)state;
    assert_int_equal(tg_checkpoint_sign(&sample, &by, &jws), TG_OK);
    for (size_t i = 0; i < jws.n; i++) {
        for (unsigned bit = 0; bit < 8; bit++) {
            jws.p[i] ^= (uint8_t)(1u << bit);
            assert_int_not_equal(tg_checkpoint_check(tg_span_buf(&jws), key, &c), TG_OK);
            jws.p[i] ^= (uint8_t)(1u << bit);
        }
    }
    for (size_t n = 0; n < jws.n; n++)
        assert_int_not_equal(tg_checkpoint_check(tg_span(jws.p, n), key, &c), TG_OK);
    EVP_PKEY_free(key);
}

#define GOOD_HEADER "{\"alg\":\"ES256\",\"typ\":\"tegata-checkpoint+jws\"}"
#define LOG "\"log\":\"00112233445566778899aabbccddeeff\""
#define HEAD "\"head\":\"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff\""

/* A good signature over something that is no checkpoint: an assertion, a token, a sloppy claim. */
static void test_signed_but_wrong(void **state)
{
    static const char *const wrong[][2] = {
        {"{\"alg\":\"ES256\"}", "{" LOG ",\"seq\":1,\"segment\":1,\"time\":1," HEAD "}"},
        {"{\"alg\":\"ES256\",\"typ\":\"at+jwt\"}", "{" LOG ",\"seq\":1,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{}"},
        {GOOD_HEADER, "[]"},
        {GOOD_HEADER, "{" LOG ",\"seq\":0,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":-1,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":1.0,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":\"1\",\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":1,\"segment\":0,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":1,\"segment\":1,\"time\":1," HEAD ",\"more\":1}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":1,\"seq\":2,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER, "{" LOG ",\"seq\":1,\"segment\":1,\"time\":1}"},
        {GOOD_HEADER, "{\"log\":\"0011\",\"seq\":1,\"segment\":1,\"time\":1," HEAD "}"},
        {GOOD_HEADER,
         "{\"log\":\"zz112233445566778899aabbccddeeff\",\"seq\":1,\"segment\":1,\"time\":1," HEAD "}"},
    };
    EVP_PKEY *key = EVP_EC_gen("P-256");
    struct tg_checkpoint c;

    (void)state;
    for (size_t i = 0; i < sizeof wrong / sizeof wrong[0]; i++) {
        TG_BUF_AUTO jws = TG_BUF_INIT(TG_CHECKPOINT_BYTES);

        sign_claims(key, wrong[i][0], wrong[i][1], &jws);
        if (tg_checkpoint_check(tg_span_buf(&jws), key, &c) == TG_OK)
            print_error("accepted: %s %s\n", wrong[i][0], wrong[i][1]);
        assert_int_not_equal(tg_checkpoint_check(tg_span_buf(&jws), key, &c), TG_OK);
    }
    EVP_PKEY_free(key);
}

static void test_keys(void **state)
{
    EVP_PKEY *p256 = EVP_EC_gen("P-256"), *p384 = EVP_EC_gen("P-384"), *rsa = EVP_RSA_gen(2048),
             *again = NULL;
    TG_BUF_AUTO pem = TG_BUF_INIT(TG_CONF_BYTES);
    char path[] = "/tmp/tegata-key-XXXXXX";
    int fd = mkstemp(path);

    (void)state;
    assert_true(fd >= 0);
    (void)close(fd);
    assert_int_equal(tg_checkpoint_key_pem(p384, &pem), TG_E_CERT_KEY);
    assert_int_equal(tg_checkpoint_key_pem(rsa, &pem), TG_E_CERT_KEY);
    assert_int_equal(pem.n, 0);
    assert_int_equal(tg_checkpoint_key_load(path, &again), TG_E_CERT_KEY);
    assert_int_equal(tg_checkpoint_key_pem(p256, &pem), TG_OK);
    assert_null(memmem(pem.p, pem.n, "PRIVATE", 7));
    assert_int_equal(tg_file_write(path, tg_span_buf(&pem), 0600), TG_OK);
    assert_int_equal(tg_checkpoint_key_load(path, &again), TG_OK);
    assert_int_equal(EVP_PKEY_eq(p256, again), 1);
    (void)unlink(path);
    EVP_PKEY_free(again);
    assert_int_equal(tg_checkpoint_key_load(path, &again), TG_E_NOT_FOUND);
    EVP_PKEY_free(p256);
    EVP_PKEY_free(p384);
    EVP_PKEY_free(rsa);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round),
        cmocka_unit_test(test_every_byte),
        cmocka_unit_test(test_signed_but_wrong),
        cmocka_unit_test(test_keys),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
