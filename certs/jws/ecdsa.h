/* ECDSA signatures between their two shapes: DER (X9.62, what cards and OpenSSL speak) and r || s (RFC
 * 7518 3.4).
 */
#ifndef TG_JWS_ECDSA_H
#define TG_JWS_ECDSA_H

#include "certs/jws/jws.h"

/* SEQUENCE, INTEGER, INTEGER with their lengths, and a leading zero each: P-384 needs 104. */
#define TG_ECDSA_DER_BYTES 112u

/* r || s, each sig.n / 2 bytes -> DER in out; its length, or 0: not a length that we offer, r or s out of
 * range.
 */
size_t tg_ecdsa_jose_to_der(struct tg_span sig, uint8_t out[TG_ECDSA_DER_BYTES]);

#endif
