/* JSON Web Signature, compact form (RFC 7515), measured to be strict.
 *
 *   signing      tg_jws_sign(header, payload, &(struct tg_signer){alg, signer, ctx}, &out)     the signer may
 * be a smart card checking     tg_jws_parse(text, &jws)      structure and header only; the payload is still
 * just bytes tg_jws_verify(&jws, key)      over the exact bytes received; the algorithm must belong to the
 * key then, and only then, parse jws.payload
 *
 * Offered: ES256, ES384, RS256, PS256 (RFC 7518 section 3). `none` and every HMAC are refused, as is any
 * `crit`, a duplicate member, padding, white space, foreign letters, spare bits, an over-long signature, a
 * key too small.
 */
#ifndef TG_JWS_H
#define TG_JWS_H

#include <openssl/evp.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/json.h"

enum tg_alg { TG_ALG_NONE = 0, TG_ALG_ES256, TG_ALG_ES384, TG_ALG_RS256, TG_ALG_PS256 };

/* "ES256" …; NULL for TG_ALG_NONE. */
const char *tg_alg_name(enum tg_alg alg);
/* TG_ALG_NONE when not offered. */
enum tg_alg tg_alg_from_name(const char *name);
/* The algorithm we sign with for this key: P-256 ES256, P-384 ES384, RSA >= 2048 RS256; else TG_ALG_NONE. */
enum tg_alg tg_alg_for_key(const EVP_PKEY *key);

/* Makes the signature over `input` in JOSE form (ECDSA: r || s, fixed length). Errors pass through
 * tg_jws_sign.
 */
typedef enum tg_err tg_jws_signer(void *ctx, enum tg_alg alg, struct tg_span input, struct tg_buf *sig);
/* A signer for a key in memory; ctx is an EVP_PKEY. */
tg_jws_signer tg_jws_sign_with_key;
/* ECDSA DER (as a card gives it) -> r || s; half is 32 or 48. TG_E_FORM when not strict DER or out of range.
 */
enum tg_err tg_ecdsa_der_to_jose(struct tg_span der, size_t half, struct tg_buf *out) TG_MUST;

/* Who signs, and how. */
struct tg_signer {
    enum tg_alg alg;
    tg_jws_signer *sign;
    void *ctx;
};

/* header is a JSON object that already names alg; appends header.payload.signature to out. */
enum tg_err tg_jws_sign(struct tg_span header, struct tg_span payload, const struct tg_signer *by,
                        struct tg_buf *out) TG_MUST;

struct tg_jws {
    enum tg_alg alg;
    json_t *head;          /* the protected header, checked */
    struct tg_span input;  /* borrowed from the text: header.payload */
    struct tg_buf payload; /* decoded bytes; do not parse before tg_jws_verify */
    struct tg_buf sig;     /* decoded bytes */
};
#define TG_JWS_AUTO __attribute__((cleanup(tg_jws_done))) struct tg_jws

/* *ret is always initialised (call tg_jws_done). TG_E_ASSERTION (structure), TG_E_ALGORITHM, TG_E_LIMIT,
 * TG_E_NOMEM. The text must outlive *ret.
 */
enum tg_err tg_jws_parse(struct tg_span text, struct tg_jws *ret) TG_MUST;
/* TG_E_SIGNATURE, TG_E_ALGORITHM (not this key's algorithm), TG_E_CERT_KEY (too small or another curve). */
enum tg_err tg_jws_verify(const struct tg_jws *j, EVP_PKEY *key) TG_MUST;
/* Number of x5c certificates; 0 when absent. tg_jws_x5c appends the DER of one. */
size_t tg_jws_x5c_count(const struct tg_jws *j);
enum tg_err tg_jws_x5c(const struct tg_jws *j, size_t i, struct tg_buf *der) TG_MUST;
void tg_jws_done(struct tg_jws *j);

#endif
