/* Signatures among our own authorities, verified once, when the trust is filled: which of our certificates
 * and lists was signed by which of our issuers. A card then costs its own signature only. What a peer sends
 * along is never in here; the same bytes as one of ours are ours.
 */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/x509/store.h"

static int count(const struct tg_trust *t)
{
    return sk_X509_num(t->anchors) + sk_X509_num(t->between);
}

/* All of ours, anchors first. */
static X509 *ours(const struct tg_trust *t, int i)
{
    int anchors = sk_X509_num(t->anchors);
    return i < anchors ? sk_X509_value(t->anchors, i) : sk_X509_value(t->between, i - anchors);
}

static bool signed_by(X509 *x, X509 *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    return X509_NAME_cmp(X509_get_issuer_name(x), X509_get_subject_name(issuer)) == 0 && key != NULL &&
           X509_verify(x, key) == 1;
}

static bool list_signed_by(X509_CRL *crl, X509 *issuer)
{
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    return X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_subject_name(issuer)) == 0 && key != NULL &&
           X509_CRL_verify(crl, key) == 1;
}

void tg_proven_fill(struct tg_trust *t)
{
    int n = count(t);
    for (int i = 0; i < n; i++) {
        for (int k = 0; k < n; k++)
            if (signed_by(ours(t, k), ours(t, i)))
                t->proven[i].certs |= (uint64_t)1 << k;
        for (int k = 0; k < sk_X509_CRL_num(t->crls); k++)
            if (list_signed_by(sk_X509_CRL_value(t->crls, k), ours(t, i)))
                t->proven[i].crls |= (uint64_t)1 << k;
    }
    ERR_clear_error();
}

/* Its place among ours, by its bytes; -1: not one of ours. */
static int place(const struct tg_trust *t, const X509 *x)
{
    for (int i = 0; i < count(t); i++)
        if (ours(t, i) == x || X509_cmp(ours(t, i), x) == 0)
            return i;
    return -1;
}

bool tg_proven_cert(const struct tg_trust *t, X509 *x, X509 *issuer)
{
    int at = place(t, x), by = place(t, issuer);
    if (at >= 0 && by >= 0)
        return (t->proven[by].certs >> at & 1) != 0;
    EVP_PKEY *key = X509_get0_pubkey(issuer);
    return key != NULL && X509_verify(x, key) == 1;
}

bool tg_proven_crl(const struct tg_trust *t, int crl, X509 *issuer)
{
    int by = place(t, issuer);
    if (by >= 0)
        return (t->proven[by].crls >> crl & 1) != 0;
    return list_signed_by(sk_X509_CRL_value(t->crls, crl), issuer);
}
