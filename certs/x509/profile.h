/* Our allow-list for certificates on a path that libcrypto has already accepted: what its strict mode still
 * lets through.
 */
#ifndef TG_X509_PROFILE_H
#define TG_X509_PROFILE_H

#include <openssl/x509.h>
#include <stdbool.h>

#include "certs/base/err.h"

#define TG_OID_CLIENT_AUTH "1.3.6.1.5.5.7.3.2"

/* What the leaf must be for. */
struct tg_purpose {
    const char *eku;   /* OID, dotted */
    const char *never; /* OID that must not stand beside it; NULL: none */
    bool critical;     /* extKeyUsage must be critical */
};

/* Signature algorithms of certificates and CRLs: ECDSA or RSA PKCS#1 v1.5 with SHA-256, -384 or -512. */
bool tg_profile_sigalg(int nid);
/* TG_E_CERT_FORM, _USAGE, _KEY. */
enum tg_err tg_profile_leaf(X509 *x, const struct tg_purpose *p) TG_MUST;
/* Issuers, the anchor included. TG_E_CERT_FORM, _USAGE, _KEY. */
enum tg_err tg_profile_issuer(X509 *x, const struct tg_purpose *p) TG_MUST;

#endif
