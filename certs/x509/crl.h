/* Certificate revocation lists, whole and direct ones only (RFC 5280 section 5). */
#ifndef TG_X509_CRL_H
#define TG_X509_CRL_H

#include <openssl/x509.h>

#include "certs/base/blob.h"

/* Strict DER, version 2, nextUpdate and CRL number present, an algorithm of tg_profile_sigalg, nothing
 * critical: so no delta CRLs, no partial or indirect ones. Signature and dates are the path's business.
 * TG_E_CERT_CRL, TG_E_NOMEM.
 */
enum tg_err tg_crl_parse(struct tg_span der, X509_CRL **ret) TG_MUST;

#endif
