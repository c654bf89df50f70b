/* PEM files of certificates and CRLs (RFC 7468), strict: no other kind of block, none that is silently left
 * out.
 */
#ifndef TG_X509_PEM_H
#define TG_X509_PEM_H

#include "certs/base/blob.h"

typedef enum tg_err tg_pem_take(void *ctx, struct tg_span der);

/* take for every block; its first error ends the walk. label is "CERTIFICATE" or "X509 CRL". TG_E_FORM, or
 * take's error.
 */
enum tg_err tg_pem_each(struct tg_span text, const char *label, tg_pem_take *take, void *ctx) TG_MUST;

#endif
