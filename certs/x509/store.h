/* What a tg_trust holds. Filled once by load.c, then only read: any number of threads may check against it.
 */
#ifndef TG_X509_STORE_H
#define TG_X509_STORE_H

#include <openssl/x509_vfy.h>

#include "certs/x509/trust.h"

/* Of one of our issuers: which of our certificates and lists bear its signature, as bits. */
struct tg_proven {
    uint64_t certs, crls;
};

struct tg_crl_span {
    tg_sec from, until; /* thisUpdate; nextUpdate, which no longer counts */
};

struct tg_trust {
    STACK_OF(X509) * anchors;
    STACK_OF(X509) * between; /* our own intermediates */
    STACK_OF(X509_CRL) * crls;
    X509_STORE *store; /* empty: libcrypto wants one, and may find nothing in it */
    bool need_crl;
    struct tg_proven proven[TG_ANCHORS * 2]; /* anchors first, then between */
    struct tg_crl_span list[TG_CRLS];
    tg_sec end[TG_ANCHORS * 2]; /* of each certificate: the first second at which it no longer holds */
};
_Static_assert(TG_ANCHORS * 2 <= 64 && TG_CRLS <= 64, "the bits of tg_proven");

/* ---- until.c: fills list and end from the stacks. ---- */
void tg_trust_note_times(struct tg_trust *t);

/* ---- proven.c ---- */
void tg_proven_fill(struct tg_trust *t);
/* Whether x bears the issuer's signature: remembered when both are ours, verified now otherwise. */
bool tg_proven_cert(const struct tg_trust *t, X509 *x, X509 *issuer) TG_MUST;
bool tg_proven_crl(const struct tg_trust *t, int crl, X509 *issuer) TG_MUST;

/* ---- revocation.c: path is leaf first, anchor last. TG_E_CERT_REVOKED, TG_E_CERT_CRL. ---- */
enum tg_err tg_revocation_check(const struct tg_trust *t, STACK_OF(X509) * path, tg_sec now) TG_MUST;
enum tg_err tg_revocation_check_then(const struct tg_trust *t, STACK_OF(X509) * path, tg_sec then) TG_MUST;

#endif
