/* Certificates of employee cards (RFC 5280, FIPS 201, SP 800-73-4): parse, thumbprint, who they name.
 *
 * Our card profiles (other authorities can be used when they carry the same names):
 *   9A  PIV authentication   keyUsage digitalSignature, EKU clientAuth; subjectAltName holds
 *                            URI urn:tegata:person:ID and URI urn:uuid:CARD
 *   9E  card authentication  keyUsage digitalSignature, EKU id-PIV-cardAuth (2.16.840.1.101.3.6.8), critical;
 *                            subjectAltName holds URI urn:uuid:CARD only: it names the card, never a person
 */
#ifndef TG_CERT_H
#define TG_CERT_H

#include <openssl/x509.h>

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

#define TG_URI_PERSON "urn:tegata:person:"
#define TG_URI_CARD "urn:uuid:"
#define TG_OID_PIV_CARD_AUTH "2.16.840.1.101.3.6.8"

struct tg_cert;

struct tg_identity {
    char person[TG_PERSON_BYTES]; /* employee id, letters digits . _ - ; "" on 9E */
    char card[37];                /* card UUID, lower case, 8-4-4-4-12 */
    char serial[41];              /* certificate serial number, lower-case hex */
};

void tg_cert_free(struct tg_cert **c);
/* Strict DER, at most TG_CERT_DER_BYTES, nothing behind it. TG_E_CERT_FORM, TG_E_CERT_KEY. */
enum tg_err tg_cert_parse(struct tg_span der, struct tg_cert **ret) TG_MUST;
X509 *tg_cert_borrow(const struct tg_cert *c);
EVP_PKEY *tg_cert_key(const struct tg_cert *c); /* borrowed */
struct tg_span tg_cert_der(const struct tg_cert *c);
/* SHA-256 of the DER: x5t#S256 of RFC 8705 section 3.1. */
void tg_cert_thumbprint(const struct tg_cert *c, uint8_t out[32]);
/* Who the certificate names. TG_E_CERT_IDENTITY when there is no card UUID, or two, or two persons. */
enum tg_err tg_cert_identity(const struct tg_cert *c, struct tg_identity *ret) TG_MUST;
/* subject CN, for display on the card holder's own lock screen only. */
enum tg_err tg_cert_holder(const struct tg_cert *c, char *out, size_t size) TG_MUST;

#endif
