/* An approval of one act of administration, signed by the person's card (9A) after the PIN: the counterpart
 * is server/admit/approval. It says exactly which bytes were approved, for which server, for how long, and
 * what they follow; it needs no connection to the server.
 */
#ifndef TG_PROOF_APPROVAL_H
#define TG_PROOF_APPROVAL_H

#include "certs/base/clock.h"
#include "certs/jws/jws.h"
#include "certs/x509/cert.h"

#define TG_TYP_CARD_APPROVAL "approval+jwt"

struct tg_approving {
    const char *act;            /* "policy", "cards", "data" … */
    const char *digest;         /* SHA-256 of the bytes, 64 lower-case hex digits */
    const char *prior;          /* digest of what is in force; NULL: the act has no order */
    int64_t seq;                /* number of the act, from 1; with prior only */
    const char *audience;       /* the server's issuer name from our own settings */
    const char *post;           /* NULL: the person's only one */
    const struct tg_cert *cert; /* 9A */
};

/* Appends the compact JWS, good for TG_APPROVAL_SECONDS from now. Errors of the signer; TG_E_CERT_IDENTITY,
 * TG_E_CARD_ALGORITHM, TG_E_LIMIT, TG_E_NOMEM, TG_E_INTERNAL.
 */
enum tg_err tg_approval_sign(const struct tg_approving *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                             struct tg_buf *out) TG_MUST;

#endif
