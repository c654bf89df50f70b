/* Checking a signature over raw bytes. */
#include "certs/jws/verify.h"

#include <openssl/err.h>

#include "certs/jws/digest.h"
#include "certs/jws/ecdsa.h"
#include "certs/jws/key.h"

static enum tg_err verify_digest(const struct tg_alg_info *info, EVP_PKEY *key, struct tg_span digest,
                                 struct tg_span sig)
{
    enum tg_err e = TG_E_SIGNATURE;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx == NULL)
        e = TG_E_NOMEM;
    else if (EVP_PKEY_verify_init(ctx) == 1 && tg_digest_setup(ctx, info) == TG_OK &&
             EVP_PKEY_verify(ctx, sig.p, sig.n, digest.p, digest.n) == 1)
        e = TG_OK;
    EVP_PKEY_CTX_free(ctx);
    return e;
}

enum tg_err tg_sig_verify(enum tg_alg alg, EVP_PKEY *key, struct tg_span input, struct tg_span sig)
{
    const struct tg_alg_info *info = tg_alg_info(alg);
    enum tg_err e = tg_alg_fits(info, key);
    if (e != TG_OK)
        return e;
    uint8_t der[TG_ECDSA_DER_BYTES], digest[TG_DIGEST_BYTES];
    if (info->half != 0) {
        size_t n = sig.n == 2 * info->half ? tg_ecdsa_jose_to_der(sig, der) : 0;
        if (n == 0)
            return TG_E_SIGNATURE;
        sig = tg_span(der, n);
    } else if (sig.n != (size_t)EVP_PKEY_get_size(key)) {
        return TG_E_SIGNATURE;
    }
    tg_digest(info, input, digest);
    e = verify_digest(info, key, tg_span(digest, info->digest), sig);
    /* A rejected signature leaves notes in the thread's queue; the next TLS call there would take them for
     * its own.
     */
    if (e != TG_OK)
        ERR_clear_error();
    return e;
}

enum tg_err tg_jws_verify(const struct tg_jws *j, EVP_PKEY *key)
{
    enum tg_err e = tg_key_check(key);
    if (e == TG_OK)
        e = tg_sig_verify(j->alg, key, j->input, tg_span_buf(&j->sig));
    return e;
}
