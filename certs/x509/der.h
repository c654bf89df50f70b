/* Is this DER (X.690 section 10), and nothing but one value of it? libcrypto's readers also take forms of
 * BER.
 */
#ifndef TG_X509_DER_H
#define TG_X509_DER_H

#include "certs/base/blob.h"

/* Definite, shortest lengths; tags below 31; depth <= TG_DER_DEPTH; BOOLEAN, INTEGER, BIT STRING, NULL and
 * OBJECT IDENTIFIER in their one form; strings not in pieces; no byte behind. Linear in the length, no
 * recursion, no allocation.
 */
bool tg_der_ok(struct tg_span der);

#endif
