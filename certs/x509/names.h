/* Alternative names and name constraints: only forms that we could check, and well-formed ones (RFC
 * 5280 4.2.1.6, 4.2.1.10).
 */
#ifndef TG_X509_NAMES_H
#define TG_X509_NAMES_H

#include <openssl/x509.h>

#include "certs/base/err.h"

/* subjectAltName absent, or at most TG_CERT_NAMES names, each well-formed: a plain host name without
 * wildcard, an address, a mailbox, a URI in printable ASCII, a directory name, an otherName (PIV cards carry
 * UPN and FASC-N). TG_E_CERT_FORM.
 */
enum tg_err tg_names_san(const X509 *x) TG_MUST;
/* nameConstraints absent, or critical, at most TG_CERT_NAMES subtrees, of kinds that libcrypto can compare.
 * TG_E_CERT_FORM.
 */
enum tg_err tg_names_constraints(const X509 *x) TG_MUST;

#endif
