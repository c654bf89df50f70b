/* Personalisation past the reader: keys and certificates straight into a card, public key and request out of
 * it. */
#include <limits.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/card/inner.h"

static enum tg_err saved(struct tg_vcard *c)
{
    c->dirty = true;
    return c->path ? tg_vc_store_write(c) : TG_OK;
}

enum tg_err tg_vcard_generate(struct tg_vcard *c, unsigned slot, enum tg_vcard_alg alg)
{
    int i = tg_vc_slot(slot);
    if (i < 0)
        return TG_E_NOT_FOUND;
    EVP_PKEY *k = tg_vc_key_make(alg);
    if (!k)
        return TG_E_CARD_ALGORITHM;
    EVP_PKEY_free(c->d.key[i]);
    c->d.key[i] = k;
    return saved(c);
}

static BIO *reader_of(struct tg_span pem)
{
    return pem.n && pem.n < INT_MAX ? BIO_new_mem_buf(pem.p, (int)pem.n) : NULL;
}

static X509 *read_cert(struct tg_span pem)
{
    BIO *b = reader_of(pem);
    X509 *x = b ? PEM_read_bio_X509(b, NULL, NULL, NULL) : NULL;
    BIO_free(b);
    return x;
}

static EVP_PKEY *read_key(struct tg_span pem)
{
    BIO *b = reader_of(pem);
    EVP_PKEY *k = b ? PEM_read_bio_PrivateKey(b, NULL, NULL, NULL) : NULL;
    BIO_free(b);
    return k;
}

static enum tg_err put_cert(struct tg_vcard *c, unsigned slot, X509 *x)
{
    TG_BUF_AUTO object = TG_BUF_INIT(TG_VC_OBJECT_BYTES);
    uint8_t *der = NULL;
    int n = i2d_X509(x, &der);
    enum tg_err e = n > 0 ? tg_vc_cert_object(tg_span(der, (size_t)n), c->d.gzip, &object) : TG_E_INTERNAL;
    OPENSSL_free(der);
    return e == TG_OK ? tg_vc_object_put(c, tg_vc_cert_tag(slot), tg_span_buf(&object)) : e;
}

/* Takes *key when it goes onto the card. */
static enum tg_err place(struct tg_vcard *c, unsigned slot, X509 *x, EVP_PKEY **key)
{
    EVP_PKEY **at = &c->d.key[tg_vc_slot(slot)];
    EVP_PKEY *k = *key ? *key : *at;
    if (!k || tg_vc_key_alg(k) == TG_VCARD_NONE)
        return TG_E_CARD_ALGORITHM;
    if (X509_check_private_key(x, k) != 1)
        return TG_E_CERT_KEY;
    enum tg_err e = put_cert(c, slot, x);
    if (e == TG_OK && *key) {
        EVP_PKEY_free(*at);
        *at = *key;
        *key = NULL;
    }
    return e == TG_OK ? saved(c) : e;
}

enum tg_err tg_vcard_import(struct tg_vcard *c, unsigned slot, struct tg_span cert, struct tg_span key)
{
    if (tg_vc_slot(slot) < 0 || c->d.kind != TG_VCARD_PIV)
        return TG_E_NOT_FOUND;
    X509 *x = read_cert(cert);
    EVP_PKEY *k = read_key(key);
    enum tg_err e = x && (k || !key.n) ? place(c, slot, x, &k) : TG_E_FORM;
    EVP_PKEY_free(k);
    X509_free(x);
    return e;
}

static EVP_PKEY *key_of(const struct tg_vcard *c, unsigned slot)
{
    int i = tg_vc_slot(slot);
    return i < 0 ? NULL : c->d.key[i];
}

static enum tg_err drain(BIO *b, bool ok, struct tg_buf *pem)
{
    char *p = NULL;
    long n = b && ok ? BIO_get_mem_data(b, &p) : 0;
    enum tg_err e = n > 0 ? tg_buf_add(pem, p, (size_t)n) : TG_E_INTERNAL;
    BIO_free(b);
    return e;
}

enum tg_err tg_vcard_pub(const struct tg_vcard *c, unsigned slot, struct tg_buf *pem)
{
    EVP_PKEY *k = key_of(c, slot);
    if (!k)
        return TG_E_NOT_FOUND;
    BIO *b = BIO_new(BIO_s_mem());
    return drain(b, b && PEM_write_bio_PUBKEY(b, k) == 1, pem);
}

enum tg_err tg_vcard_csr(const struct tg_vcard *c, unsigned slot, const char *cn, struct tg_buf *pem)
{
    EVP_PKEY *k = key_of(c, slot);
    if (!k)
        return TG_E_NOT_FOUND;
    X509_REQ *r = X509_REQ_new();
    BIO *b = BIO_new(BIO_s_mem());
    bool ok = r && b &&
              X509_NAME_add_entry_by_txt(X509_REQ_get_subject_name(r), "CN", MBSTRING_UTF8,
                                         (const unsigned char *)cn, -1, -1, 0) == 1 &&
              X509_REQ_set_pubkey(r, k) == 1 && X509_REQ_sign(r, k, EVP_sha256()) > 0 &&
              PEM_write_bio_X509_REQ(b, r) == 1;
    X509_REQ_free(r);
    return drain(b, ok, pem);
}
