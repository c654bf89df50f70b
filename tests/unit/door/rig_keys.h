/* Throw-away keys and self-signed certificates. */
#ifndef TG_TEST_DOOR_RIG_KEYS_H
#define TG_TEST_DOOR_RIG_KEYS_H

#include <openssl/x509.h>

#include "tests/unit/door/rig.h"

EVP_PKEY *rig_key_make(enum rig_key kind);
/* pad: bytes of an extra extension, to make it large */
X509 *rig_cert_make(EVP_PKEY *key, size_t pad);
void rig_pem_write(const char *dir, EVP_PKEY *key, X509 *cert);

#endif
