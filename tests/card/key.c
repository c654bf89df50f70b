/* Key pairs: P-256, P-384, RSA-2048; made, told apart, used, shown. */
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/rsa.h>

#include "tests/card/inner.h"

const unsigned tg_vc_slot_ref[TG_VC_SLOTS] = {0x9a, 0x9c, 0x9d, 0x9e};

int tg_vc_slot(unsigned ref)
{
    for (size_t i = 0; i < TG_VC_SLOTS; i++)
        if (tg_vc_slot_ref[i] == ref)
            return (int)i;
    return -1;
}

enum tg_vcard_alg tg_vc_key_alg(const EVP_PKEY *k)
{
    char group[32] = "";
    if (EVP_PKEY_is_a(k, "RSA"))
        return EVP_PKEY_get_bits(k) == 2048 ? TG_VCARD_RSA2048 : TG_VCARD_NONE;
    if (!EVP_PKEY_is_a(k, "EC") || EVP_PKEY_get_group_name(k, group, sizeof group, NULL) != 1)
        return TG_VCARD_NONE;
    if (strcmp(group, "prime256v1") == 0)
        return TG_VCARD_P256;
    return strcmp(group, "secp384r1") == 0 ? TG_VCARD_P384 : TG_VCARD_NONE;
}

EVP_PKEY *tg_vc_key_make(enum tg_vcard_alg alg)
{
    switch (alg) {
    case TG_VCARD_RSA2048:
        return EVP_RSA_gen(2048);
    case TG_VCARD_P256:
        return EVP_EC_gen("P-256");
    case TG_VCARD_P384:
        return EVP_EC_gen("P-384");
    case TG_VCARD_NONE:
        break;
    }
    return NULL;
}

static bool input_suits(const EVP_PKEY *k, size_t n)
{
    switch (tg_vc_key_alg(k)) {
    case TG_VCARD_RSA2048:
        return n == 256;
    case TG_VCARD_P256:
        return n == 32;
    case TG_VCARD_P384:
        return n == 48;
    case TG_VCARD_NONE:
        break;
    }
    return false;
}

enum tg_err tg_vc_key_sign(EVP_PKEY *k, struct tg_span in, struct tg_buf *sig)
{
    uint8_t out[512];
    size_t n = sizeof out;
    if (!input_suits(k, in.n))
        return TG_E_FORM;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(k, NULL);
    bool ok = ctx && EVP_PKEY_sign_init(ctx) == 1;
    if (ok && EVP_PKEY_is_a(k, "RSA"))
        ok = EVP_PKEY_CTX_set_rsa_padding(ctx, RSA_NO_PADDING) == 1;
    ok = ok && EVP_PKEY_sign(ctx, out, &n, in.p, in.n) == 1;
    EVP_PKEY_CTX_free(ctx);
    return ok ? tg_buf_add(sig, out, n) : TG_E_FORM;
}

static enum tg_err add_number(const EVP_PKEY *k, const char *name, unsigned tag, struct tg_buf *out)
{
    uint8_t b[512];
    BIGNUM *v = NULL;
    if (EVP_PKEY_get_bn_param(k, name, &v) != 1)
        return TG_E_INTERNAL;
    int n = BN_num_bytes(v) <= (int)sizeof b ? BN_bn2bin(v, b) : 0;
    BN_free(v);
    return n > 0 ? tg_vc_tlv_add(out, tag, tg_span(b, (size_t)n)) : TG_E_INTERNAL;
}

static enum tg_err add_point(const EVP_PKEY *k, struct tg_buf *out)
{
    uint8_t b[128];
    size_t n = 0;
    if (EVP_PKEY_get_octet_string_param(k, OSSL_PKEY_PARAM_ENCODED_PUBLIC_KEY, b, sizeof b, &n) != 1)
        return TG_E_INTERNAL;
    return tg_vc_tlv_add(out, 0x86, tg_span(b, n));
}

enum tg_err tg_vc_key_template(const EVP_PKEY *k, struct tg_buf *out)
{
    TG_BUF_AUTO inner = TG_BUF_INIT(1024);
    enum tg_err e = TG_E_INTERNAL;
    if (EVP_PKEY_is_a(k, "RSA")) {
        e = add_number(k, OSSL_PKEY_PARAM_RSA_N, 0x81, &inner);
        if (e == TG_OK)
            e = add_number(k, OSSL_PKEY_PARAM_RSA_E, 0x82, &inner);
    } else {
        e = add_point(k, &inner);
    }
    return e == TG_OK ? tg_vc_tlv_add(out, 0x7f49, tg_span_buf(&inner)) : e;
}
