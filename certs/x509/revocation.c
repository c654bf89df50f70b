/* Revocation of a path that holds (RFC 5280 section 6.3, for whole and direct lists): after the path, never
 * before it. */
#include <openssl/x509v3.h>

#include "certs/x509/store.h"

/* In force: thisUpdate <= now < nextUpdate. */
static bool in_time(const struct tg_trust *t, int crl, tg_sec now)
{
    const struct tg_crl_span *s = &t->list[crl];
    return s->from <= now && now < s->until;
}

static bool may_sign_lists(X509 *issuer)
{
    return (X509_get_extension_flags(issuer) & EXFLAG_KUSAGE) != 0 &&
           (X509_get_key_usage(issuer) & KU_CRL_SIGN) != 0;
}

/* needed: there must be a list. A list in the issuer's name, whatever becomes of it, must not be passed over:
 * one that is stale or forged beside none that is good stops the card. Of several good ones each may revoke.
 */
static enum tg_err check_one(const struct tg_trust *t, X509 *x, X509 *issuer, bool needed, tg_sec now)
{
    bool named = false, good = false;
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
        X509_CRL *crl = sk_X509_CRL_value(t->crls, i);
        X509_REVOKED *entry = NULL;
        if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(x)) != 0)
            continue;
        named = true;
        if (issuer == NULL || !in_time(t, i, now) || !may_sign_lists(issuer) || !tg_proven_crl(t, i, issuer))
            continue;
        good = true;
        if (X509_CRL_get0_by_cert(crl, &entry, x) != 0)
            return TG_E_CERT_REVOKED;
    }
    return good || (!named && !needed) ? TG_OK : TG_E_CERT_CRL;
}

/* The anchor's own issuer, when it is not itself, is not on the path: a list in that name cannot be believed.
 */
static X509 *issuer_of(STACK_OF(X509) * path, int i)
{
    X509 *x = sk_X509_value(path, i);
    if (i + 1 < sk_X509_num(path))
        return sk_X509_value(path, i + 1);
    return X509_check_issued(x, x) == X509_V_OK ? x : NULL;
}

enum tg_err tg_revocation_check(const struct tg_trust *t, STACK_OF(X509) * path, tg_sec now)
{
    enum tg_err e = TG_OK;
    for (int i = 0; i < sk_X509_num(path) && e == TG_OK; i++)
        e = check_one(t, sk_X509_value(path, i), issuer_of(path, i), t->need_crl && i == 0, now);
    return e;
}

/* As X509_CRL_get0_by_cert; 0 too when the list is not in the name of the certificate's issuer. */
static int entry_of(X509_CRL *crl, X509 *x, X509_REVOKED **entry)
{
    if (X509_NAME_cmp(X509_CRL_get_issuer(crl), X509_get_issuer_name(x)) != 0)
        return 0;
    return X509_CRL_get0_by_cert(crl, entry, x);
}

static bool revoked_by(const struct tg_trust *t, X509 *x, tg_sec then)
{
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
        X509_REVOKED *entry = NULL;
        if (entry_of(sk_X509_CRL_value(t->crls, i), x, &entry) == 1 &&
            ASN1_TIME_cmp_time_t(X509_REVOKED_get0_revocationDate(entry), (time_t)then) != 1)
            return true;
    }
    return false;
}

/* The lists of today, asked about an earlier moment; they only take away, so nothing is asked of their dates.
 */
enum tg_err tg_revocation_check_then(const struct tg_trust *t, STACK_OF(X509) * path, tg_sec then)
{
    for (int i = 0; i + 1 < sk_X509_num(path); i++)
        if (revoked_by(t, sk_X509_value(path, i), then))
            return TG_E_CERT_REVOKED;
    return TG_OK;
}

bool tg_trust_lists(const struct tg_trust *t, const struct tg_cert *leaf)
{
    X509 *x = tg_cert_borrow(leaf);
    for (int i = 0; i < sk_X509_CRL_num(t->crls); i++) {
        X509_REVOKED *entry = NULL;
        if (entry_of(sk_X509_CRL_value(t->crls, i), x, &entry) != 0)
            return true;
    }
    return false;
}
