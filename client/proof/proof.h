/* What the desk proves about itself, and what the card signs about its holder.
 *
 *   tg_proof_new(&p)                      an ephemeral P-256 key with a self-signed certificate: possession
 * is all it proves tg_proof_thumbprint(p, t)             its SHA-256: binds assertion and token to this very
 * TLS key (RFC 8705) tg_assertion_sign(&a, signer, …)      the assertion of a sign-in (9A) or of presence
 * (9E), RFC 7523 tg_proof_poison(p)                    the key is gone: every copy of a token bound to it is
 * useless
 */
#ifndef TG_PROOF_H
#define TG_PROOF_H

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "certs/base/clock.h"
#include "certs/jws/jws.h"
#include "certs/x509/cert.h"

struct tg_proof;

void tg_proof_free(struct tg_proof **p);
/* TG_E_NOMEM, TG_E_INTERNAL. */
enum tg_err tg_proof_new(tg_sec now, struct tg_proof **ret) TG_MUST;
EVP_PKEY *tg_proof_key(const struct tg_proof *p); /* borrowed; NULL once poisoned */
X509 *tg_proof_cert(const struct tg_proof *p);    /* borrowed; NULL once poisoned */
void tg_proof_thumbprint(const struct tg_proof *p, uint8_t out[32]);
void tg_proof_poison(struct tg_proof *p);

struct tg_assertion_ask {
    const char *nonce;          /* from the server, as received */
    const char *audience;       /* the server's issuer name from our own settings, never from the network */
    const uint8_t *thumbprint;  /* 32 bytes */
    const char *post;           /* NULL: the person's only one */
    const struct tg_cert *cert; /* of the signing slot */
};

/* A sign-in assertion (iss = sub = the person of the certificate), appended. Errors of the signer;
 * TG_E_CERT_IDENTITY, TG_E_CARD_ALGORITHM, TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_assertion_sign(const struct tg_assertion_ask *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                              struct tg_buf *out) TG_MUST;
/* A presence assertion (iss = sub = urn:uuid: of the card). The same errors. */
enum tg_err tg_presence_sign(const struct tg_assertion_ask *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                             struct tg_buf *out) TG_MUST;

#endif
