/* Writing our public keys as JSON, for jwks.json. */
#include <openssl/bn.h>
#include <openssl/core_names.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/alg.h"
#include "certs/jws/jwk.h"
#include "certs/jws/key.h"

#define MODULUS_BYTES (TG_RSA_BITS_MAX / 8)

static enum tg_err write_bytes(struct tg_jout *j, const char *name, const uint8_t *p, size_t n)
{
    TG_BUF_AUTO text = TG_BUF_INIT(2 * MODULUS_BYTES);
    enum tg_err e = tg_b64u_encode(tg_span(p, n), &text);
    if (e == TG_OK) {
        tg_jout_key(j, name);
        tg_jout_span(j, tg_span_buf(&text));
    }
    return e;
}

static enum tg_err write_ec(const EVP_PKEY *key, const struct tg_alg_info *info, struct tg_jout *j)
{
    BIGNUM *x = NULL, *y = NULL;
    uint8_t bx[48], by[48];
    enum tg_err e = TG_E_CERT_KEY;
    int half = (int)info->half;
    tg_jout_member(j, "kty", "EC");
    tg_jout_member(j, "crv", info->crv);
    /* Fixed length, leading zeros kept: RFC 7518 section 6.2.1.2. */
    if (EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_X, &x) == 1 &&
        EVP_PKEY_get_bn_param(key, OSSL_PKEY_PARAM_EC_PUB_Y, &y) == 1 && BN_bn2binpad(x, bx, half) == half &&
        BN_bn2binpad(y, by, half) == half)
        e = write_bytes(j, "x", bx, info->half);
    if (e == TG_OK)
        e = write_bytes(j, "y", by, info->half);
    BN_free(x);
    BN_free(y);
    return e;
}

static enum tg_err write_number(const EVP_PKEY *key, const char *param, const char *name, struct tg_jout *j)
{
    BIGNUM *v = NULL;
    uint8_t bytes[MODULUS_BYTES];
    enum tg_err e = TG_E_CERT_KEY;
    if (EVP_PKEY_get_bn_param(key, param, &v) == 1 && BN_num_bytes(v) <= (int)sizeof(bytes))
        e = write_bytes(j, name, bytes, (size_t)BN_bn2bin(v, bytes));
    BN_free(v);
    return e;
}

static enum tg_err write_rsa(const EVP_PKEY *key, struct tg_jout *j)
{
    tg_jout_member(j, "kty", "RSA");
    enum tg_err e = write_number(key, OSSL_PKEY_PARAM_RSA_N, "n", j);
    return e == TG_OK ? write_number(key, OSSL_PKEY_PARAM_RSA_E, "e", j) : e;
}

enum tg_err tg_jwk_write(const EVP_PKEY *key, enum tg_alg alg, const char *kid, struct tg_jout *j)
{
    const struct tg_alg_info *info = tg_alg_info(alg);
    enum tg_err e = tg_key_check(key);
    if (e == TG_OK)
        e = tg_alg_fits(info, key);
    if (e != TG_OK)
        return e;
    tg_jout_open(j, '{');
    e = info->half != 0 ? write_ec(key, info, j) : write_rsa(key, j);
    tg_jout_member(j, "use", "sig");
    tg_jout_member(j, "alg", info->name);
    tg_jout_member(j, "kid", kid);
    tg_jout_close(j, '}');
    return e;
}
