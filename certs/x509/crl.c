#include "certs/x509/crl.h"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/base/limits.h"
#include "certs/x509/der.h"
#include "certs/x509/profile.h"

/* OpenSSL 3.0 asks for neither the CRL number nor nextUpdate, and a list without an end never gets stale. */
static bool head_ok(const X509_CRL *crl)
{
    return X509_CRL_get_version(crl) == X509_CRL_VERSION_2 && X509_CRL_get0_nextUpdate(crl) != NULL &&
           X509_NAME_entry_count(X509_CRL_get_issuer(crl)) > 0 &&
           X509_CRL_get_ext_by_NID(crl, NID_crl_number, -1) >= 0 &&
           tg_profile_sigalg(X509_CRL_get_signature_nid(crl));
}

/* issuingDistributionPoint and deltaCRLIndicator narrow what the list speaks for; both must be critical, so
 * must go.
 */
static bool extensions_ok(const X509_CRL *crl)
{
    int n = X509_CRL_get_ext_count(crl);
    if (n > (int)TG_CERT_EXTENSIONS)
        return false;
    for (int i = 0; i < n; i++) {
        X509_EXTENSION *ext = X509_CRL_get_ext(crl, i);
        int nid = OBJ_obj2nid(X509_EXTENSION_get_object(ext));
        if (X509_EXTENSION_get_critical(ext) || nid == NID_issuing_distribution_point ||
            nid == NID_delta_crl || X509_CRL_get_ext_by_NID(crl, nid, i) >= 0)
            return false;
    }
    return true;
}

static bool entry_ok(const X509_REVOKED *r)
{
    for (int i = 0; i < X509_REVOKED_get_ext_count(r); i++) {
        X509_EXTENSION *ext = X509_REVOKED_get_ext(r, i);
        if (X509_EXTENSION_get_critical(ext) ||
            OBJ_obj2nid(X509_EXTENSION_get_object(ext)) == NID_certificate_issuer)
            return false;
    }
    return true;
}

static bool entries_ok(X509_CRL *crl)
{
    STACK_OF(X509_REVOKED) *all = X509_CRL_get_REVOKED(crl);
    X509_REVOKED *hit = NULL;
    int n = all == NULL ? 0 : sk_X509_REVOKED_num(all);
    for (int i = 0; i < n; i++)
        if (!entry_ok(sk_X509_REVOKED_value(all, i)))
            return false;
    /* The first look-up sorts the entries: now, while no other thread knows the list. */
    if (n > 0)
        (void)X509_CRL_get0_by_serial(crl, &hit,
                                      X509_REVOKED_get0_serialNumber(sk_X509_REVOKED_value(all, 0)));
    return true;
}

enum tg_err tg_crl_parse(struct tg_span der, X509_CRL **ret)
{
    const unsigned char *p = der.p;
    if (der.n == 0 || der.n > TG_CRL_BYTES || !tg_der_ok(der))
        return TG_E_CERT_CRL;
    X509_CRL *crl = d2i_X509_CRL(NULL, &p, (long)der.n);
    if (crl == NULL || p != der.p + der.n || !head_ok(crl) || !extensions_ok(crl) || !entries_ok(crl)) {
        X509_CRL_free(crl);
        ERR_clear_error();
        return TG_E_CERT_CRL;
    }
    *ret = crl;
    return TG_OK;
}
