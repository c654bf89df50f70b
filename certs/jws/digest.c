/* The digest of what is signed, and how RSA wraps it. */
#include "certs/jws/digest.h"

#include <openssl/obj_mac.h>
#include <openssl/rsa.h>
#include <openssl/sha.h>

void tg_digest(const struct tg_alg_info *info, struct tg_span input, uint8_t out[TG_DIGEST_BYTES])
{
    if (info->md_nid == NID_sha384)
        (void)SHA384(input.p, input.n, out);
    else
        (void)SHA256(input.p, input.n, out);
}

enum tg_err tg_digest_setup(EVP_PKEY_CTX *ctx, const struct tg_alg_info *info)
{
    if (info->half != 0)
        return TG_OK;
    int padding = info->pss ? RSA_PKCS1_PSS_PADDING : RSA_PKCS1_PADDING;
    if (EVP_PKEY_CTX_set_rsa_padding(ctx, padding) != 1 ||
        EVP_PKEY_CTX_set_signature_md(ctx, EVP_sha256()) != 1)
        return TG_E_INTERNAL;
    /* RFC 7518 section 3.5: the salt is exactly as long as the digest; OpenSSL would accept any length by
     * default.
     */
    if (info->pss && (EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, RSA_PSS_SALTLEN_DIGEST) != 1 ||
                      EVP_PKEY_CTX_set_rsa_mgf1_md(ctx, EVP_sha256()) != 1))
        return TG_E_INTERNAL;
    return TG_OK;
}
