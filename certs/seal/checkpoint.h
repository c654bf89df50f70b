/* Checkpoints: "at this time the log ended here", as a JWS (RFC 7515). What a checkpoint covers can no longer
 * be cut, swapped or rewritten by whoever does not hold its key.
 */
#ifndef TG_CHECKPOINT_H
#define TG_CHECKPOINT_H

#include "certs/jws/jws.h"
#include "certs/seal/seal.h"

#define TG_CHECKPOINT_TYP "tegata-checkpoint+jws"

struct tg_checkpoint {
    uint8_t log[TG_LOG_ID_BYTES];
    uint64_t seq;     /* the last record that it covers */
    uint64_t segment; /* where that record stands */
    tg_usec time;
    uint8_t head[TG_HASH_BYTES]; /* the chain head after that record */
};

/* Who signs: ES256, by callback. */
struct tg_checkpoint_signer {
    tg_jws_signer *sign;
    void *ctx;
    const char *key_id;
};

/* Appends the compact JWS. Errors of the signer pass through. */
enum tg_err tg_checkpoint_sign(const struct tg_checkpoint *c, const struct tg_checkpoint_signer *by,
                               struct tg_buf *out) TG_MUST;
/* Signature first, then the claims. TG_E_SIGNATURE and the rest of tg_jws_verify, TG_E_ASSERTION,
 * TG_E_BAD_MEMBER … */
enum tg_err tg_checkpoint_check(struct tg_span jws, EVP_PKEY *key, struct tg_checkpoint *ret) TG_MUST;

/* Public keys as PEM. TG_E_NOT_FOUND, TG_E_IO, TG_E_CERT_KEY (not a P-256 key). */
enum tg_err tg_checkpoint_key_load(const char *path, EVP_PKEY **ret) TG_MUST;
enum tg_err tg_checkpoint_key_pem(EVP_PKEY *key, struct tg_buf *out) TG_MUST;

#endif
