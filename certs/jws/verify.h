/* The signature check itself, over raw bytes. tg_jws_verify is this plus the key's own allow-list (key.h). */
#ifndef TG_JWS_VERIFY_H
#define TG_JWS_VERIFY_H

#include "certs/jws/jws.h"

/* sig in JOSE form: r || s of exact length, or as long as the RSA modulus. TG_E_SIGNATURE, TG_E_ALGORITHM,
 * TG_E_NOMEM.
 */
enum tg_err tg_sig_verify(enum tg_alg alg, EVP_PKEY *key, struct tg_span input, struct tg_span sig) TG_MUST;

#endif
