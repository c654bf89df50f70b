/* Which public keys we believe at all: RSA 2048..4096, P-256, P-384. Used for JWS, JWK and certificates
 * alike.
 */
#ifndef TG_JWS_KEY_H
#define TG_JWS_KEY_H

#include <openssl/evp.h>
#include <stddef.h>

#include "certs/base/err.h"

/* RSA: TG_RSA_BITS_MIN..MAX, exponent odd and 17 to 64 bits long, not a ROCA modulus (CVE-2017-15361: keys
 * made inside certain smart cards). EC: the curve by name (explicit parameters are refused), a finite point.
 * Anything else, Ed25519, P-521 and RSA-PSS-only keys included: TG_E_CERT_KEY.
 */
enum tg_err tg_key_check(const EVP_PKEY *key) TG_MUST;
/* Bytes of one coordinate: 32 for P-256, 48 for P-384; 0 for every other key. */
size_t tg_key_half(const EVP_PKEY *key);

#endif
