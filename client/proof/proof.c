#include "client/proof/proof.h"

#include <openssl/ec.h>
#include <openssl/rand.h>

#define VALID_SECONDS (10L * 3600) /* a session ends after 8 hours */

struct tg_proof {
    EVP_PKEY *key;
    X509 *cert;
    uint8_t thumbprint[32];
};

void tg_proof_poison(struct tg_proof *p)
{
    X509_free(p->cert);
    EVP_PKEY_free(p->key); /* OpenSSL clears the private number (BN_clear_free) with the last reference */
    p->cert = NULL;
    p->key = NULL;
}

void tg_proof_free(struct tg_proof **p)
{
    if (*p != NULL) {
        tg_proof_poison(*p);
        free(*p);
        *p = NULL;
    }
}

static bool name_set(X509 *cert)
{
    X509_NAME *name = X509_get_subject_name(cert);
    static const unsigned char cn[] = "tegata desk";

    return X509_NAME_add_entry_by_NID(name, NID_commonName, MBSTRING_ASC, cn, (int)sizeof cn - 1, -1, 0) ==
               1 &&
           X509_set_issuer_name(cert, name) == 1;
}

static bool serial_set(X509 *cert)
{
    uint8_t raw[16];
    BIGNUM *bn = NULL;
    bool ok = false;

    if (RAND_bytes(raw, (int)sizeof raw) == 1) {
        raw[0] = (uint8_t)((raw[0] & 0x7f) | 0x40); /* positive, and always 16 bytes */
        bn = BN_bin2bn(raw, (int)sizeof raw, NULL);
        ok = bn != NULL && BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(cert)) != NULL;
    }
    BN_free(bn);
    return ok;
}

/* Five minutes back, so that a slow clock on either side does not matter: the server judges possession, not
 * dates. */
static bool dates_set(X509 *cert, tg_sec now)
{
    return ASN1_TIME_set(X509_getm_notBefore(cert), (time_t)(now - 300)) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(cert), (time_t)(now + VALID_SECONDS)) != NULL;
}

enum tg_err tg_proof_new(tg_sec now, struct tg_proof **ret)
{
    struct tg_proof *p = calloc(1, sizeof *p);
    unsigned n = 0;

    if (p == NULL) {
        return TG_E_NOMEM;
    }
    p->key = EVP_EC_gen("P-256");
    p->cert = X509_new();
    if (p->key == NULL || p->cert == NULL || X509_set_version(p->cert, X509_VERSION_3) != 1 ||
        !serial_set(p->cert) || !name_set(p->cert) || !dates_set(p->cert, now) ||
        X509_set_pubkey(p->cert, p->key) != 1 || X509_sign(p->cert, p->key, EVP_sha256()) == 0 ||
        X509_digest(p->cert, EVP_sha256(), p->thumbprint, &n) != 1 || n != sizeof p->thumbprint) {
        tg_proof_free(&p);
        return TG_E_INTERNAL;
    }
    *ret = p;
    return TG_OK;
}

EVP_PKEY *tg_proof_key(const struct tg_proof *p)
{
    return p->key;
}

X509 *tg_proof_cert(const struct tg_proof *p)
{
    return p->cert;
}

void tg_proof_thumbprint(const struct tg_proof *p, uint8_t out[32])
{
    memcpy(out, p->thumbprint, sizeof p->thumbprint);
}
