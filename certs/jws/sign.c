/* Signing: by callback, so that the signer can be a card; and the signer for a key in memory. */
#include <openssl/err.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "certs/jws/digest.h"
#include "certs/jws/ecdsa.h"
#include "certs/jws/key.h"

/* The raw signature as libcrypto gives it: DER for ECDSA. */
static enum tg_err sign_digest(const struct tg_alg_info *info, EVP_PKEY *key, struct tg_span digest,
                               struct tg_buf *raw)
{
    size_t n = TG_SIG_BYTES;
    enum tg_err e = tg_buf_reserve(raw, n);
    if (e != TG_OK)
        return e;
    e = TG_E_INTERNAL;
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, key, NULL);
    if (ctx == NULL)
        e = TG_E_NOMEM;
    else if (EVP_PKEY_sign_init(ctx) == 1 && tg_digest_setup(ctx, info) == TG_OK &&
             EVP_PKEY_sign(ctx, raw->p, &n, digest.p, digest.n) == 1) {
        raw->n = n;
        e = TG_OK;
    }
    EVP_PKEY_CTX_free(ctx);
    if (e != TG_OK)
        ERR_clear_error();
    return e;
}

enum tg_err tg_jws_sign_with_key(void *ctx, enum tg_alg alg, struct tg_span input, struct tg_buf *sig)
{
    EVP_PKEY *key = ctx;
    const struct tg_alg_info *info = tg_alg_info(alg);
    enum tg_err e = tg_key_check(key);
    if (e == TG_OK)
        e = tg_alg_fits(info, key);
    if (e != TG_OK)
        return e;
    TG_BUF_AUTO raw = TG_BUF_INIT(TG_SIG_BYTES);
    uint8_t digest[TG_DIGEST_BYTES];
    tg_digest(info, input, digest);
    e = sign_digest(info, key, tg_span(digest, info->digest), &raw);
    if (e != TG_OK)
        return e;
    if (info->half != 0)
        return tg_ecdsa_der_to_jose(tg_span_buf(&raw), info->half, sig);
    return tg_buf_add_span(sig, tg_span_buf(&raw));
}

/* A header that names another algorithm than the signer uses would only be found out by whoever receives it.
 */
static enum tg_err check_header(struct tg_span header, const struct tg_alg_info *info)
{
    TG_JSON_AUTO *head = NULL;
    if (info == NULL)
        return TG_E_ALGORITHM;
    enum tg_err e = tg_json_parse(header, &head);
    if (e != TG_OK)
        return e;
    const char *alg = tg_json_str(head, "alg");
    return alg != NULL && strcmp(alg, info->name) == 0 ? TG_OK : TG_E_ALGORITHM;
}

static enum tg_err add_signature(const struct tg_alg_info *info, tg_jws_signer *sign, void *ctx,
                                 struct tg_span input, struct tg_buf *out)
{
    TG_BUF_AUTO sig = TG_BUF_INIT(TG_SIG_BYTES);
    enum tg_err e = sign(ctx, info->alg, input, &sig);
    if (e != TG_OK)
        return e;
    /* A card is a stranger: its signature must at least have the right length. */
    bool right = info->half != 0 ? sig.n == 2 * info->half : sig.n >= TG_RSA_BITS_MIN / 8;
    if (!right)
        return TG_E_SIGNATURE;
    e = tg_buf_add_str(out, ".");
    if (e == TG_OK)
        e = tg_b64u_encode(tg_span_buf(&sig), out);
    return e;
}

enum tg_err tg_jws_sign(struct tg_span header, struct tg_span payload, const struct tg_signer *by,
                        struct tg_buf *out)
{
    const struct tg_alg_info *info = tg_alg_info(by->alg);
    enum tg_err e = check_header(header, info);
    if (e != TG_OK)
        return e;
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES);
    e = tg_b64u_encode(header, &text);
    if (e == TG_OK)
        e = tg_buf_add_str(&text, ".");
    if (e == TG_OK)
        e = tg_b64u_encode(payload, &text);
    TG_BUF_AUTO tail = TG_BUF_INIT(TG_SIG_BYTES * 2);
    if (e == TG_OK)
        e = add_signature(info, by->sign, by->ctx, tg_span_buf(&text), &tail);
    if (e == TG_OK)
        e = tg_buf_add_span(&text, tg_span_buf(&tail));
    return e == TG_OK ? tg_buf_add_span(out, tg_span_buf(&text)) : e;
}
