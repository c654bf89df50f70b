/* The certificate object alone, without a card: what the fuzzer and the tests attack. */
#ifndef TG_PIV_CERT_H
#define TG_PIV_CERT_H

#include "certs/base/blob.h"
#include "certs/base/err.h"

/* 53 {…} -> the certificate's DER, appended. TG_E_CARD_NO_CERT (53 00, no 70), TG_E_CARD_REPLY (malformed,
 * unknown CertInfo, broken gzip), TG_E_LIMIT (more than TG_CARD_CERT_INFLATED, or der's ceiling). On an error
 * der is as before.
 */
enum tg_err tg_piv_cert_object(struct tg_span object, struct tg_buf *der) TG_MUST;

#endif
