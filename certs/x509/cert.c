/* One certificate: parse, key, thumbprint, holder. Who it names: identity.c. */
#include "certs/x509/cert.h"

#include <openssl/err.h>
#include <openssl/sha.h>
#include <openssl/x509v3.h>

#include "certs/base/text.h"
#include "certs/jws/key.h"
#include "certs/x509/der.h"

struct tg_cert {
    X509 *x;
    struct tg_buf der;
};

void tg_cert_free(struct tg_cert **c)
{
    if (*c == NULL)
        return;
    X509_free((*c)->x);
    tg_buf_done(&(*c)->der);
    free(*c);
    *c = NULL;
}

/* RFC 5280 section 4.1: an extension's value is DER itself; libcrypto does not look into those it does not
 * know.
 */
static bool extensions_are_der(const X509 *x)
{
    int n = X509_get_ext_count(x);
    if (n > (int)TG_CERT_EXTENSIONS)
        return false;
    for (int i = 0; i < n; i++) {
        const ASN1_OCTET_STRING *v = X509_EXTENSION_get_data(X509_get_ext(x, i));
        if (!tg_der_ok(tg_span(ASN1_STRING_get0_data(v), (size_t)ASN1_STRING_length(v))))
            return false;
    }
    return true;
}

static enum tg_err read_x509(struct tg_span der, X509 **ret)
{
    const unsigned char *p = der.p;
    *ret = d2i_X509(NULL, &p, (long)der.n);
    if (*ret == NULL || p != der.p + der.n || !extensions_are_der(*ret))
        return TG_E_CERT_FORM;
    /* Fills libcrypto's cache of extensions now, while only this thread knows the certificate. */
    if ((X509_get_extension_flags(*ret) & EXFLAG_INVALID) != 0)
        return TG_E_CERT_FORM;
    return tg_key_check(X509_get0_pubkey(*ret));
}

enum tg_err tg_cert_parse(struct tg_span der, struct tg_cert **ret)
{
    if (der.n == 0 || der.n > TG_CERT_DER_BYTES || !tg_der_ok(der))
        return TG_E_CERT_FORM;
    struct tg_cert *c = calloc(1, sizeof(*c));
    if (c == NULL)
        return TG_E_NOMEM;
    c->der = TG_BUF_INIT(TG_CERT_DER_BYTES);
    enum tg_err e = tg_buf_add_span(&c->der, der);
    if (e == TG_OK)
        e = read_x509(der, &c->x);
    if (e != TG_OK) {
        ERR_clear_error();
        tg_cert_free(&c);
        return e;
    }
    *ret = c;
    return TG_OK;
}

X509 *tg_cert_borrow(const struct tg_cert *c)
{
    return c->x;
}

EVP_PKEY *tg_cert_key(const struct tg_cert *c)
{
    return X509_get0_pubkey(c->x);
}

struct tg_span tg_cert_der(const struct tg_cert *c)
{
    return tg_span_buf(&c->der);
}

void tg_cert_thumbprint(const struct tg_cert *c, uint8_t out[32])
{
    (void)SHA256(c->der.p, c->der.n, out);
}

enum tg_err tg_cert_holder(const struct tg_cert *c, char *out, size_t size)
{
    const X509_NAME *subject = X509_get_subject_name(c->x);
    unsigned char *utf8 = NULL;
    int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
    if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
        return TG_E_CERT_IDENTITY;
    int n = ASN1_STRING_to_UTF8(&utf8, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
    enum tg_err e = TG_E_CERT_IDENTITY;
    if (n > 0 && tg_text_clean(tg_span(utf8, (size_t)n)))
        e = tg_copy(out, size, tg_span(utf8, (size_t)n));
    OPENSSL_free(utf8);
    if (e != TG_OK)
        ERR_clear_error();
    return e;
}
