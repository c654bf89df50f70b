/* What a tg_trust holds. Filled once by load.c, then only read: any number of threads may check against it.
 */
#ifndef TG_X509_STORE_H
#define TG_X509_STORE_H

#include <openssl/x509_vfy.h>

#include "certs/x509/trust.h"

struct tg_trust {
    STACK_OF(X509) * anchors;
    STACK_OF(X509) * between; /* our own intermediates */
    STACK_OF(X509_CRL) * crls;
    X509_STORE *store; /* empty: libcrypto wants one, and may find nothing in it */
    bool need_crl;
    tg_sec end[TG_ANCHORS * 2 + TG_CRLS]; /* of each of them: the first second at which it no longer holds */
    size_t n_ends;
};

/* Fills end from the stacks. */
void tg_trust_note_ends(struct tg_trust *t);

#endif
