/* TLS 1.3 and nothing else; a client certificate is asked for and may be absent. What it proves is possession
 * of the key (CertificateVerify), not who somebody is: one self-signed P-256 certificate, no path, no names.
 */
#ifndef TG_DOOR_TLS_H
#define TG_DOOR_TLS_H

#include <openssl/ssl.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

/* Bytes of a ClientHello that tg_tls_hello_ok() looks at: record header (5) and handshake header (4). */
#define TG_TLS_PEEK_BYTES 9

/* TG_E_CONFIG with a reason, TG_E_NOMEM. */
enum tg_err tg_tls_ctx(const char *cert_pem, const char *key_pem, SSL_CTX **ret, char *why,
                       size_t size) TG_MUST;
/* Whether these bytes begin a ClientHello of sane length (RFC 8446 4, 5.1). Looked at before any TLS state is
 * made: OpenSSL would clear 128 KiB for whoever claims such a message. */
bool tg_tls_hello_ok(const uint8_t p[TG_TLS_PEEK_BYTES]);
/* SHA-256 over the peer's certificate; false when it sent none. */
bool tg_tls_thumbprint(const SSL *ssl, uint8_t out[32]);

#endif
