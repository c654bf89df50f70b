/* JSON Web Keys (RFC 7517), public ones only: writing ours for jwks.json, reading one back as any third party
 * would.
 */
#ifndef TG_JWK_H
#define TG_JWK_H

#include "certs/jws/jws.h"

/* A key that says itself which algorithm it is for; alg is therefore required here though RFC 7517 lets it be
 * absent.
 */
struct tg_jwk {
    EVP_PKEY *key;
    enum tg_alg alg;
};

/* *ret is always initialised (call tg_jwk_done). kty EC or RSA, alg offered and of this key, use absent or
 * "sig", key_ops absent or with "verify". TG_E_FORM (also a private member), TG_E_ALGORITHM, TG_E_CERT_KEY
 * (tg_key_check), TG_E_NOMEM.
 */
enum tg_err tg_jwk_parse(const json_t *jwk, struct tg_jwk *ret) TG_MUST;
/* The one key of {"keys": […]} with this kid. TG_E_NOT_FOUND; TG_E_FORM also when two have it, or any is
 * symmetric.
 */
enum tg_err tg_jwk_find(const json_t *set, const char *kid, struct tg_jwk *ret) TG_MUST;
/* tg_jws_verify, but the algorithm must be the one that the key names. */
enum tg_err tg_jwk_verify(const struct tg_jwk *k, const struct tg_jws *j) TG_MUST;
/* Writes the object {"kty", …, "use":"sig", "alg", "kid"} of the public half. TG_E_ALGORITHM, TG_E_CERT_KEY.
 */
enum tg_err tg_jwk_write(const EVP_PKEY *key, enum tg_alg alg, const char *kid, struct tg_jout *j) TG_MUST;
/* RFC 7638: SHA-256 over the required members, base64url, with a NUL. The same errors. */
#define TG_JWK_THUMBPRINT 44u
enum tg_err tg_jwk_thumbprint(const EVP_PKEY *key, enum tg_alg alg, char out[TG_JWK_THUMBPRINT]) TG_MUST;
void tg_jwk_done(struct tg_jwk *k);

#endif
