/* An assertion signed by a card: a JWS with x5c (RFC 7523, DESIGN 4). Reading it and proving it are two
 * steps, because the cheap checks (TLS thumbprint, nonce) come before the costly ones.
 */
#ifndef TG_ASSERTION_H
#define TG_ASSERTION_H

#include "certs/jws/jws.h"
#include "certs/x509/trust.h"

struct tg_assertion {
    struct tg_jws jws;
    json_t *claims; /* of the very bytes that the signature covers; believed only after tg_assertion_prove */
    struct tg_cert *leaf;
    struct tg_cert *chain[TG_CHAIN_CERTS];
    size_t n_chain;
};
#define TG_ASSERTION_AUTO __attribute__((cleanup(tg_assertion_done))) struct tg_assertion

#define TG_TYP_SIGN_IN "card-assertion+jwt"
#define TG_TYP_PRESENCE "card-presence+jwt"

/* One kind of object that cards sign: its typ and every claim it may have. */
struct tg_signed_kind {
    const char *typ;
    const struct tg_json_member *claim;
    size_t n;
};
/* Structure, header (alg, typ, x5c and nothing else) and claims of that kind (all known, all bounded). *ret
 * is always initialised. TG_E_ASSERTION, TG_E_ALGORITHM, TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_signed_read(struct tg_span text, const struct tg_signed_kind *kind,
                           struct tg_assertion *ret) TG_MUST;
/* The same of an assertion; typ is one of the two above. */
enum tg_err tg_assertion_read(struct tg_span text, const char *typ, struct tg_assertion *ret) TG_MUST;
/* cnf.x5t#S256 (RFC 8705 section 3.1) against the TLS key in use. TG_E_ASSERTION_BINDING. */
enum tg_err tg_assertion_bound(const struct tg_assertion *a, const uint8_t thumbprint[32]) TG_MUST;
/* The certificates of x5c, the signature over the exact bytes with the leaf's key. TG_E_CERT_*, _ALGORITHM,
 * _SIGNATURE. */
enum tg_err tg_assertion_signed(struct tg_assertion *a) TG_MUST;
/* aud, iat, exp. TG_E_ASSERTION_AUDIENCE, TG_E_ASSERTION_TIME. */
enum tg_err tg_assertion_meant(const struct tg_assertion *a, const char *audience, tg_sec now) TG_MUST;
void tg_assertion_done(struct tg_assertion *a);

#endif
