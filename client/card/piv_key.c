/* GENERATE ASYMMETRIC KEY PAIR (SP 800-73-4 part 2 section 3.3.2): the private key is made on the card and
 * stays there. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/x509.h>

#include "certs/base/limits.h"
#include "client/card/piv_reply.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define INS_GENERATE 0x47

static bool ec_params(OSSL_PARAM_BLD *b, const char *group, size_t half, struct tg_span in)
{
    struct tg_span point = {0};

    return tg_tlv_only(in, 0x86, &point) == TG_OK && point.n == 1 + 2 * half && point.p[0] == 0x04 &&
           OSSL_PARAM_BLD_push_utf8_string(b, OSSL_PKEY_PARAM_GROUP_NAME, group, 0) == 1 &&
           OSSL_PARAM_BLD_push_octet_string(b, OSSL_PKEY_PARAM_PUB_KEY, point.p, point.n) == 1;
}

static bool rsa_numbers(struct tg_span in, BIGNUM *n, BIGNUM *e)
{
    struct tg_span mod = {0}, exp = {0};

    return tg_tlv_find(in, 0x81, &mod) == TG_OK && tg_tlv_find(in, 0x82, &exp) == TG_OK && mod.n <= 257 &&
           exp.n <= 8 && n != NULL && e != NULL && BN_bin2bn(mod.p, (int)mod.n, n) != NULL &&
           BN_bin2bn(exp.p, (int)exp.n, e) != NULL && BN_num_bits(n) == 2048 && BN_is_odd(e) && !BN_is_one(e);
}

static EVP_PKEY *from_params(const char *type, OSSL_PARAM_BLD *b)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(b);
    EVP_PKEY_CTX *x = EVP_PKEY_CTX_new_from_name(NULL, type, NULL);
    EVP_PKEY *key = NULL;

    /* For EC this refuses a point that is not on the curve. */
    if (params != NULL && x != NULL && EVP_PKEY_fromdata_init(x) == 1 &&
        EVP_PKEY_fromdata(x, &key, EVP_PKEY_PUBLIC_KEY, params) != 1)
        key = NULL;
    EVP_PKEY_CTX_free(x);
    OSSL_PARAM_free(params);
    return key;
}

static EVP_PKEY *rsa_key(OSSL_PARAM_BLD *b, struct tg_span in)
{
    BIGNUM *n = BN_new(), *e = BN_new();
    EVP_PKEY *key = NULL;

    if (rsa_numbers(in, n, e) && OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_N, n) == 1 &&
        OSSL_PARAM_BLD_push_BN(b, OSSL_PKEY_PARAM_RSA_E, e) == 1)
        key = from_params("RSA", b);
    BN_free(n);
    BN_free(e);
    return key;
}

static EVP_PKEY *read_key(struct tg_span in, enum tg_piv_alg alg)
{
    OSSL_PARAM_BLD *b = OSSL_PARAM_BLD_new();
    EVP_PKEY *key = NULL;

    if (b == NULL)
        return NULL;
    switch (alg) {
    case TG_PIV_P256:
        key = ec_params(b, "P-256", 32, in) ? from_params("EC", b) : NULL;
        break;
    case TG_PIV_P384:
        key = ec_params(b, "P-384", 48, in) ? from_params("EC", b) : NULL;
        break;
    case TG_PIV_RSA2048:
        key = rsa_key(b, in);
        break;
    }
    OSSL_PARAM_BLD_free(b);
    return key;
}

enum tg_err tg_piv_public_key(struct tg_span reply, enum tg_piv_alg alg, struct tg_buf *spki)
{
    struct tg_span in = {0};
    EVP_PKEY *key;
    unsigned char *der = NULL;
    int n;
    enum tg_err err = TG_E_NOMEM;

    if (tg_tlv_only(reply, 0x7f49, &in) != TG_OK || (key = read_key(in, alg)) == NULL)
        return TG_E_CARD_REPLY;
    n = i2d_PUBKEY(key, &der);
    if (n > 0)
        err = tg_buf_add(spki, der, (size_t)n);
    OPENSSL_free(der);
    EVP_PKEY_free(key);
    return err;
}

enum tg_err tg_piv_generate(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg, struct tg_buf *spki)
{
    TG_BUF_AUTO reply = TG_BUF_INIT(2 * TG_SIG_BYTES);
    const uint8_t control[] = {0xac, 0x03, 0x80, 0x01, (uint8_t)alg};
    const struct tg_apdu c = {.ins = INS_GENERATE,
                              .p2 = (uint8_t)slot,
                              .data = tg_span(control, sizeof(control)),
                              .le = true,
                              .once = true};
    uint16_t sw = 0;
    enum tg_err err;

    if (tg_piv_object(slot) == 0)
        return TG_E_CARD_REFUSED;
    if ((err = tg_piv_run(p, &c, &reply, &sw)) != TG_OK || (err = tg_piv_sw(sw)) != TG_OK)
        return err;
    return tg_piv_public_key(tg_span_buf(&reply), alg, spki);
}
