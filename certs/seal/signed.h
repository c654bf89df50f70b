/* What the key of a log signs, within this room: compact JWS (RFC 7515), ES256. One key signs more than one
 * thing: the type says as what each was meant.
 */
#ifndef TG_SEAL_SIGNED_H
#define TG_SEAL_SIGNED_H

#include "certs/seal/checkpoint.h"

/* Appends the JWS. Errors of the signer pass through. */
enum tg_err tg_signed_put(const char *typ, struct tg_span claims, const struct tg_checkpoint_signer *by,
                          struct tg_buf *out) TG_MUST;
/* Signature first, then the type. *ret is always initialised (call tg_jws_done). The errors of tg_jws_parse
 * and tg_jws_verify; TG_E_ASSERTION: signed as something else.
 */
enum tg_err tg_signed_get(struct tg_span jws, const char *typ, EVP_PKEY *key, struct tg_jws *ret) TG_MUST;

#endif
