/* Hash first, then sign or verify the digest: no digest is looked up by name for each signature. */
#ifndef TG_JWS_DIGEST_H
#define TG_JWS_DIGEST_H

#include "certs/jws/alg.h"

#define TG_DIGEST_BYTES 48u

void tg_digest(const struct tg_alg_info *info, struct tg_span input, uint8_t out[TG_DIGEST_BYTES]);
/* Padding, digest and salt length of RSA; nothing to do for ECDSA. TG_E_INTERNAL. */
enum tg_err tg_digest_setup(EVP_PKEY_CTX *ctx, const struct tg_alg_info *info) TG_MUST;

#endif
