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
    tg_jout_member(j, "crv", info->crv);
    tg_jout_member(j, "kty", "EC");
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
    enum tg_err e = write_number(key, OSSL_PKEY_PARAM_RSA_E, "e", j);
    tg_jout_member(j, "kty", "RSA");
    return e == TG_OK ? write_number(key, OSSL_PKEY_PARAM_RSA_N, "n", j) : e;
}

/* The required members, in the order of RFC 7638 section 3.2. */
static enum tg_err write_core(const EVP_PKEY *key, enum tg_alg alg, struct tg_jout *j)
{
    const struct tg_alg_info *info = tg_alg_info(alg);
    enum tg_err e = tg_key_check(key);
    if (e == TG_OK)
        e = tg_alg_fits(info, key);
    if (e != TG_OK)
        return e;
    return info->half != 0 ? write_ec(key, info, j) : write_rsa(key, j);
}

enum tg_err tg_jwk_write(const EVP_PKEY *key, enum tg_alg alg, const char *kid, struct tg_jout *j)
{
    tg_jout_open(j, '{');
    enum tg_err e = write_core(key, alg, j);
    if (e != TG_OK)
        return e;
    tg_jout_member(j, "use", "sig");
    tg_jout_member(j, "alg", tg_alg_name(alg));
    tg_jout_member(j, "kid", kid);
    tg_jout_close(j, '}');
    return TG_OK;
}

enum tg_err tg_jwk_thumbprint(const EVP_PKEY *key, enum tg_alg alg, char out[TG_JWK_THUMBPRINT])
{
    TG_BUF_AUTO core = TG_BUF_INIT(4 * MODULUS_BYTES);
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWK_THUMBPRINT);
    uint8_t sum[32];
    struct tg_jout j;
    tg_jout_init(&j, &core);
    tg_jout_open(&j, '{');
    enum tg_err e = write_core(key, alg, &j);
    tg_jout_close(&j, '}');
    if (e == TG_OK)
        e = tg_jout_end(&j);
    if (e == TG_OK && EVP_Digest(core.p, core.n, sum, NULL, EVP_sha256(), NULL) != 1)
        e = TG_E_INTERNAL;
    if (e == TG_OK)
        e = tg_b64u_encode(tg_span(sum, sizeof(sum)), &text);
    return e == TG_OK ? tg_copy(out, TG_JWK_THUMBPRINT, tg_span_buf(&text)) : e;
}
