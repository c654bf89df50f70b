#include "client/card/sign.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <string.h>

#include "certs/base/limits.h"

#define SHA256 32u
#define SHA384 48u
#define RSA_BYTES 256u

/* DigestInfo of SHA-256, RFC 8017 section 9.2 note 1. */
static const uint8_t digest_info[] = {0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01,
                                      0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20};

enum tg_err tg_sign_alg(enum tg_alg alg, enum tg_piv_alg *ret)
{
    switch (alg) {
    case TG_ALG_ES256:
        *ret = TG_PIV_P256;
        return TG_OK;
    case TG_ALG_ES384:
        *ret = TG_PIV_P384;
        return TG_OK;
    case TG_ALG_RS256:
    case TG_ALG_PS256:
        *ret = TG_PIV_RSA2048;
        return TG_OK;
    case TG_ALG_NONE:
        break;
    }
    return TG_E_CARD_ALGORITHM;
}

static enum tg_err hash(const EVP_MD *md, struct tg_span in, uint8_t *out)
{
    return EVP_Digest(in.p, in.n, out, NULL, md, NULL) == 1 ? TG_OK : TG_E_NOMEM;
}

static enum tg_err pkcs1_block(struct tg_span in, uint8_t em[RSA_BYTES])
{
    const size_t tail = sizeof(digest_info) + SHA256;

    memset(em, 0xff, RSA_BYTES);
    em[0] = 0x00;
    em[1] = 0x01;
    em[RSA_BYTES - tail - 1] = 0x00;
    memcpy(em + RSA_BYTES - tail, digest_info, sizeof(digest_info));
    return hash(EVP_sha256(), in, em + RSA_BYTES - SHA256);
}

/* MGF1 (RFC 8017 appendix B.2.1), xor-ed over n bytes at p. */
static enum tg_err mask(const uint8_t seed[SHA256], uint8_t *p, size_t n)
{
    uint8_t in[SHA256 + 4] = {0}, out[SHA256];
    enum tg_err err;

    memcpy(in, seed, SHA256);
    for (size_t at = 0; at < n; at++) {
        if (at % SHA256 == 0) {
            in[SHA256 + 3] = (uint8_t)(at / SHA256); /* fewer than 256 blocks */
            if ((err = hash(EVP_sha256(), tg_span(in, sizeof(in)), out)) != TG_OK)
                return err;
        }
        p[at] ^= out[at % SHA256];
    }
    return TG_OK;
}

/* EM = maskedDB || H || BC with DB = 00… 01 salt, RFC 8017 section 9.1.1; emBits = 2047, so the top bit is 0.
 */
static enum tg_err pss_block(struct tg_span in, uint8_t em[RSA_BYTES])
{
    const size_t db = RSA_BYTES - SHA256 - 1;
    uint8_t m[8 + SHA256 + SHA256] = {0}; /* 8 zeros, mHash, salt */
    uint8_t *h = em + db;
    enum tg_err err;

    if (RAND_bytes(m + 8 + SHA256, (int)SHA256) != 1)
        return TG_E_INTERNAL;
    if ((err = hash(EVP_sha256(), in, m + 8)) != TG_OK ||
        (err = hash(EVP_sha256(), tg_span(m, sizeof(m)), h)) != TG_OK)
        return err;
    memset(em, 0, db);
    em[db - SHA256 - 1] = 0x01;
    memcpy(em + db - SHA256, m + 8 + SHA256, SHA256);
    if ((err = mask(h, em, db)) != TG_OK)
        return err;
    em[0] &= 0x7f;
    em[RSA_BYTES - 1] = 0xbc;
    return TG_OK;
}

enum tg_err tg_sign_prepare(enum tg_alg alg, struct tg_span input, struct tg_buf *ret)
{
    uint8_t block[RSA_BYTES] = {0};
    size_t n = RSA_BYTES;
    enum tg_err err = TG_E_CARD_ALGORITHM;

    switch (alg) {
    case TG_ALG_ES256:
        n = SHA256;
        err = hash(EVP_sha256(), input, block);
        break;
    case TG_ALG_ES384:
        n = SHA384;
        err = hash(EVP_sha384(), input, block);
        break;
    case TG_ALG_RS256:
        err = pkcs1_block(input, block);
        break;
    case TG_ALG_PS256:
        err = pss_block(input, block);
        break;
    case TG_ALG_NONE:
        break;
    }
    return err != TG_OK ? err : tg_buf_add(ret, block, n);
}

static enum tg_err from_der(struct tg_span raw, size_t half, struct tg_buf *ret)
{
    enum tg_err err = tg_ecdsa_der_to_jose(raw, half, ret);

    return err == TG_OK || err == TG_E_NOMEM || err == TG_E_LIMIT ? err : TG_E_CARD_REPLY;
}

enum tg_err tg_sign_finish(enum tg_alg alg, struct tg_span raw, struct tg_buf *ret)
{
    switch (alg) {
    case TG_ALG_ES256:
        return from_der(raw, SHA256, ret);
    case TG_ALG_ES384:
        return from_der(raw, SHA384, ret);
    case TG_ALG_RS256:
    case TG_ALG_PS256:
        return raw.n == RSA_BYTES ? tg_buf_add_span(ret, raw) : TG_E_CARD_REPLY;
    case TG_ALG_NONE:
        break;
    }
    return TG_E_CARD_ALGORITHM;
}

static enum tg_err verify_and_sign(struct tg_card_signer *s, enum tg_piv_alg alg, struct tg_span input,
                                   struct tg_buf *raw)
{
    int known = s->known_tries;
    enum tg_err err = TG_E_CARD_RESET;

    for (unsigned i = 0; err == TG_E_CARD_RESET && i <= TG_CARD_RETRIES; i++) {
        if (s->pin != NULL &&
            (err = tg_piv_verify(s->piv, s->pin, known, s->confirm_last, &s->tries_left)) != TG_OK)
            return err;
        err = tg_piv_sign(s->piv, s->slot, alg, input, raw);
        if (s->pin == NULL)
            break;
        known = INT32_MAX; /* the card has just taken this PIN: a second time cannot cost a try */
    }
    return err;
}

enum tg_err tg_sign_with_card(void *ctx, enum tg_alg alg, struct tg_span input, struct tg_buf *sig)
{
    struct tg_card_signer *s = ctx;
    TG_BUF_AUTO block = TG_BUF_INIT(TG_SIG_BYTES);
    TG_BUF_AUTO raw = TG_BUF_INIT(TG_SIG_BYTES);
    enum tg_piv_alg card_alg = TG_PIV_P256;
    enum tg_err err;

    s->tries_left = -1;
    if ((err = tg_sign_alg(alg, &card_alg)) != TG_OK ||
        (err = tg_sign_prepare(alg, input, &block)) != TG_OK ||
        (err = verify_and_sign(s, card_alg, tg_span_buf(&block), &raw)) != TG_OK)
        return err;
    return tg_sign_finish(alg, tg_span_buf(&raw), sig);
}
