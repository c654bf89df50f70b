/* Reading public keys from JSON. Writing them: jwk_write.c. */
#include "certs/jws/jwk.h"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/param_build.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/alg.h"
#include "certs/jws/key.h"

#define MODULUS_BYTES (TG_RSA_BITS_MAX / 8)

static enum tg_err decode(const json_t *jwk, const char *name, struct tg_buf *out)
{
    const char *text = tg_json_str(jwk, name);
    if (text == NULL || text[0] == '\0')
        return TG_E_FORM;
    enum tg_err e = tg_b64u_decode(tg_span_str(text), out);
    return e == TG_E_LIMIT ? TG_E_CERT_KEY : e;
}

static enum tg_err import(const char *kind, OSSL_PARAM_BLD *bld, EVP_PKEY **ret)
{
    enum tg_err e = TG_E_CERT_KEY;
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(bld);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, kind, NULL);
    if (params == NULL || ctx == NULL)
        e = TG_E_NOMEM;
    else if (EVP_PKEY_fromdata_init(ctx) == 1 &&
             EVP_PKEY_fromdata(ctx, ret, EVP_PKEY_PUBLIC_KEY, params) == 1)
        e = TG_OK;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    if (e != TG_OK)
        ERR_clear_error();
    return e;
}

static enum tg_err read_ec(const json_t *jwk, const struct tg_alg_info *info, EVP_PKEY **ret)
{
    const char *crv = tg_json_str(jwk, "crv");
    if (info->half == 0 || crv == NULL || strcmp(crv, info->crv) != 0)
        return TG_E_ALGORITHM;
    TG_BUF_AUTO point = TG_BUF_INIT(1 + 2 * 48);
    enum tg_err e = tg_buf_add(&point, "\x04", 1); /* uncompressed, SEC 1 section 2.3.3 */
    if (e == TG_OK)
        e = decode(jwk, "x", &point);
    if (e == TG_OK && point.n != 1 + info->half)
        e = TG_E_FORM;
    if (e == TG_OK)
        e = decode(jwk, "y", &point);
    if (e == TG_OK && point.n != 1 + 2 * info->half)
        e = TG_E_FORM;
    if (e != TG_OK)
        return e;
    OSSL_PARAM_BLD *bld = OSSL_PARAM_BLD_new();
    e = TG_E_NOMEM;
    if (bld != NULL &&
        OSSL_PARAM_BLD_push_utf8_string(bld, OSSL_PKEY_PARAM_GROUP_NAME, info->group, 0) == 1 &&
        OSSL_PARAM_BLD_push_octet_string(bld, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1)
        e = import("EC", bld, ret);
    OSSL_PARAM_BLD_free(bld);
    return e;
}

/* Base64urlUInt (RFC 7518 section 2): no zero byte in front. */
static enum tg_err read_number(const json_t *jwk, const char *name, BIGNUM **ret)
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(MODULUS_BYTES);
    enum tg_err e = decode(jwk, name, &bytes);
    if (e != TG_OK)
        return e;
    if (bytes.p[0] == 0)
        return TG_E_FORM;
    *ret = BN_bin2bn(bytes.p, (int)bytes.n, NULL);
    return *ret == NULL ? TG_E_NOMEM : TG_OK;
}

static enum tg_err read_rsa(const json_t *jwk, const struct tg_alg_info *info, EVP_PKEY **ret)
{
    BIGNUM *n = NULL, *exp = NULL;
    if (info->half != 0)
        return TG_E_ALGORITHM;
    enum tg_err e = read_number(jwk, "n", &n);
    if (e == TG_OK)
        e = read_number(jwk, "e", &exp);
    OSSL_PARAM_BLD *bld = e == TG_OK ? OSSL_PARAM_BLD_new() : NULL;
    if (e == TG_OK)
        e = TG_E_NOMEM;
    if (bld != NULL && OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(bld, OSSL_PKEY_PARAM_RSA_E, exp) == 1)
        e = import("RSA", bld, ret);
    OSSL_PARAM_BLD_free(bld);
    BN_free(n);
    BN_free(exp);
    return e;
}

static bool for_signatures(const json_t *jwk)
{
    const json_t *use = json_object_get(jwk, "use"), *ops = json_object_get(jwk, "key_ops"), *v;
    size_t i;
    bool found = false;
    if (use != NULL && (!json_is_string(use) || strcmp(json_string_value(use), "sig") != 0))
        return false;
    if (ops == NULL)
        return true;
    json_array_foreach(ops, i, v)
    {
        if (!json_is_string(v))
            return false;
        found = found || strcmp(json_string_value(v), "verify") == 0;
    }
    return found;
}

enum tg_err tg_jwk_parse(const json_t *jwk, struct tg_jwk *ret)
{
    *ret = (struct tg_jwk){.key = NULL, .alg = TG_ALG_NONE};
    const char *kty = tg_json_str(jwk, "kty"), *alg = tg_json_str(jwk, "alg");
    /* d and k are the private members of every key type (RFC 7518 section 6): such a file has already leaked.
     */
    if (kty == NULL || json_object_get(jwk, "d") != NULL || json_object_get(jwk, "k") != NULL)
        return TG_E_FORM;
    const struct tg_alg_info *info = tg_alg_info(tg_alg_from_name(alg));
    if (info == NULL)
        return TG_E_ALGORITHM;
    if (!for_signatures(jwk))
        return TG_E_FORM;
    enum tg_err e = TG_E_FORM;
    if (strcmp(kty, "EC") == 0)
        e = read_ec(jwk, info, &ret->key);
    else if (strcmp(kty, "RSA") == 0)
        e = read_rsa(jwk, info, &ret->key);
    if (e == TG_OK)
        e = tg_key_check(ret->key);
    if (e == TG_OK)
        ret->alg = info->alg;
    return e;
}

enum tg_err tg_jwk_find(const json_t *set, const char *kid, struct tg_jwk *ret)
{
    const json_t *keys = json_object_get(set, "keys"), *v, *hit = NULL;
    size_t i;
    *ret = (struct tg_jwk){.key = NULL, .alg = TG_ALG_NONE};
    if (!json_is_array(keys))
        return TG_E_FORM;
    json_array_foreach(keys, i, v)
    {
        const char *name = tg_json_str(v, "kid"), *kty = tg_json_str(v, "kty");
        if (kty == NULL || strcmp(kty, "oct") == 0)
            return TG_E_FORM;
        if (name == NULL || strcmp(name, kid) != 0)
            continue;
        if (hit != NULL)
            return TG_E_FORM;
        hit = v;
    }
    return hit == NULL ? TG_E_NOT_FOUND : tg_jwk_parse(hit, ret);
}

enum tg_err tg_jwk_verify(const struct tg_jwk *k, const struct tg_jws *j)
{
    if (k->alg == TG_ALG_NONE || k->alg != j->alg)
        return TG_E_ALGORITHM;
    return tg_jws_verify(j, k->key);
}

void tg_jwk_done(struct tg_jwk *k)
{
    EVP_PKEY_free(k->key);
    *k = (struct tg_jwk){.key = NULL, .alg = TG_ALG_NONE};
}
