/* What each algorithm is made of (RFC 7518 section 3). For this room's own files and its tests. */
#ifndef TG_JWS_ALG_H
#define TG_JWS_ALG_H

#include "certs/jws/jws.h"

struct tg_alg_info {
    enum tg_alg alg;
    const char *name;
    int md_nid;        /* NID_sha256, NID_sha384 */
    size_t digest;     /* bytes of the digest */
    size_t half;       /* ECDSA: bytes of r and of s; 0 for RSA */
    bool pss;          /* RSASSA-PSS, salt as long as the digest */
    const char *crv;   /* ECDSA: the curve's name in a JWK */
    const char *group; /* ECDSA: the curve's name in OpenSSL */
};

/* NULL for TG_ALG_NONE and anything outside the enum. */
const struct tg_alg_info *tg_alg_info(enum tg_alg alg);
/* The algorithm belongs to the key: TG_E_ALGORITHM when not. Says nothing about the key's strength: see
 * key.h.
 */
enum tg_err tg_alg_fits(const struct tg_alg_info *info, const EVP_PKEY *key) TG_MUST;

#endif
