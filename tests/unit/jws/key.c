/* Keys that must be refused wherever they come from. */
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "certs/jws/key.h"
#include "tests/unit/jws/tools.h"

/* Takes the key. */
static enum tg_err refuse(EVP_PKEY *key)
{
    assert_non_null(key);
    enum tg_err e = tg_key_check(key);
    assert_int_equal(tg_alg_for_key(key) == TG_ALG_NONE, e != TG_OK);
    EVP_PKEY_free(key);
    return e;
}

static EVP_PKEY *rsa_public(const BIGNUM *n, unsigned long exponent)
{
    EVP_PKEY *key = NULL;
    BIGNUM *e = BN_new();
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
    assert_true(BN_set_word(e, exponent) == 1 && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
                OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, e) == 1);
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    assert_int_equal(EVP_PKEY_fromdata_init(ctx), 1);
    assert_int_equal(EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_PUBLIC_KEY, params), 1);
    OSSL_PARAM_free(params);
    OSSL_PARAM_BLD_free(bld);
    EVP_PKEY_CTX_free(ctx);
    BN_free(e);
    return key;
}

static EVP_PKEY *rsa_of_bits(int bits, unsigned long exponent)
{
    BIGNUM *n = BN_new();
    assert_int_equal(BN_rand(n, bits, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ODD), 1);
    EVP_PKEY *key = rsa_public(n, exponent);
    BN_free(n);
    return key;
}

static void rsa_sizes(void **state)
{
    (void)state;
    assert_int_equal(refuse(rsa_of_bits(1024, 65537)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2047, 65537)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 65537)), TG_OK);
    assert_int_equal(refuse(rsa_of_bits(4096, 65537)), TG_OK);
    assert_int_equal(refuse(rsa_of_bits(4104, 65537)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(8192, 65537)), TG_E_CERT_KEY);
}

static void rsa_exponents(void **state)
{
    (void)state;
    assert_int_equal(refuse(rsa_of_bits(2048, 1)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 3)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 65535)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 65536)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 65538)), TG_E_CERT_KEY);
    assert_int_equal(refuse(rsa_of_bits(2048, 65539)), TG_OK);
}

static void rsa_even_modulus(void **state)
{
    BIGNUM *n = BN_new();
    (void)state;
    assert_int_equal(BN_rand(n, 2048, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY), 1);
    BN_clear_bit(n, 0);
    assert_int_equal(refuse(rsa_public(n, 65537)), TG_E_CERT_KEY);
    BN_free(n);
}

/* A modulus with the fingerprint: k * M + 65537^a mod M, M the product of the first 39 primes. */
static void roca_modulus(void **state)
{
    static const unsigned long PRIMES[] = {2,   3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,
                                           43,  47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101,
                                           103, 107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};
    BN_CTX *ctx = BN_CTX_new();
    BIGNUM *m = BN_new(), *n = BN_new(), *base = BN_new(), *a = BN_new();
    (void)state;
    assert_true(BN_one(m) == 1 && BN_set_word(base, 65537) == 1 && BN_set_word(a, 123456789) == 1);
    for (size_t i = 0; i < sizeof(PRIMES) / sizeof(PRIMES[0]); i++)
        assert_int_equal(BN_mul_word(m, PRIMES[i]), 1);
    assert_int_equal(BN_mod_exp(base, base, a, m, ctx), 1);
    assert_int_equal(BN_rand(n, 2048 - BN_num_bits(m), BN_RAND_TOP_TWO, BN_RAND_BOTTOM_ANY), 1);
    assert_true(BN_mul(n, n, m, ctx) == 1 && BN_add(n, n, base) == 1);
    assert_true(BN_num_bits(n) >= 2047 && BN_is_odd(n));
    if (BN_num_bits(n) == 2047) /* one more multiple of M keeps the fingerprint */
        assert_true(BN_lshift(n, m, 2048 - BN_num_bits(m)) == 1 && BN_add(n, n, base) == 1);
    assert_int_equal(BN_num_bits(n), 2048);
    assert_int_equal(refuse(rsa_public(n, 65537)), TG_E_CERT_KEY);
    assert_int_equal(BN_add_word(n, 2), 1);
    assert_int_equal(refuse(rsa_public(n, 65537)), TG_OK);
    BN_free(m), BN_free(n), BN_free(base), BN_free(a);
    BN_CTX_free(ctx);
}

static void other_kinds(void **state)
{
    (void)state;
    assert_int_equal(refuse(EVP_EC_gen("P-256")), TG_OK);
    assert_int_equal(refuse(EVP_EC_gen("P-384")), TG_OK);
    assert_int_equal(refuse(EVP_EC_gen("P-224")), TG_E_CERT_KEY);
    assert_int_equal(refuse(EVP_EC_gen("P-521")), TG_E_CERT_KEY);
    assert_int_equal(refuse(EVP_EC_gen("secp256k1")), TG_E_CERT_KEY);
    assert_int_equal(refuse(EVP_EC_gen("brainpoolP256r1")), TG_E_CERT_KEY);
    assert_int_equal(refuse(EVP_PKEY_Q_keygen(NULL, NULL, "ED25519")), TG_E_CERT_KEY);
    assert_int_equal(refuse(EVP_PKEY_Q_keygen(NULL, NULL, "X25519")), TG_E_CERT_KEY);
    assert_int_equal(tg_key_check(NULL), TG_E_CERT_KEY);
}

/* An id-RSASSA-PSS key carries its own parameters; RS256 or PS256 belongs to a plain RSA key. */
static void rsa_pss_only(void **state)
{
    EVP_PKEY *key = NULL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA-PSS", NULL);
    (void)state;
    assert_int_equal(EVP_PKEY_keygen_init(ctx), 1);
    assert_int_equal(EVP_PKEY_CTX_set_rsa_keygen_bits(ctx, 2048), 1);
    assert_int_equal(EVP_PKEY_keygen(ctx, &key), 1);
    assert_int_equal(refuse(key), TG_E_CERT_KEY);
    EVP_PKEY_CTX_free(ctx);
}

/* P-256 written out as explicit parameters: the same curve today, any curve tomorrow (CVE-2020-0601). */
static void explicit_curve(void **state)
{
    EVP_PKEY *key = EVP_EC_gen("P-256");
    uint8_t *der = NULL;
    (void)state;
    assert_int_equal(
        EVP_PKEY_set_utf8_string_param(key, OSSL_PKEY_PARAM_EC_ENCODING, OSSL_PKEY_EC_ENCODING_EXPLICIT), 1);
    int n = i2d_PUBKEY(key, &der);
    assert_true(n > 200);
    const uint8_t *p = der;
    EVP_PKEY *again = d2i_PUBKEY(NULL, &p, n);
    assert_int_equal(refuse(again), TG_E_CERT_KEY);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
}

/* SubjectPublicKeyInfo of P-256 with the point at infinity. */
static void point_at_infinity(void **state)
{
    static const uint8_t DER[] = {0x30, 0x19, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                  0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                  0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x02, 0x00, 0x00};
    const uint8_t *p = DER;
    (void)state;
    EVP_PKEY *key = d2i_PUBKEY(NULL, &p, (long)sizeof(DER));
    assert_int_equal(tg_key_check(key), TG_E_CERT_KEY); /* libcrypto may already have refused to read it */
    EVP_PKEY_free(key);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rsa_sizes),        cmocka_unit_test(rsa_exponents),
        cmocka_unit_test(rsa_even_modulus), cmocka_unit_test(roca_modulus),
        cmocka_unit_test(other_kinds),      cmocka_unit_test(rsa_pss_only),
        cmocka_unit_test(explicit_curve),   cmocka_unit_test(point_at_infinity),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
