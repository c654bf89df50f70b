#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509v3.h>

#include "tests/unit/card/virtual.h"

#define CERT_MAX 2048u

static enum tg_err io_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    struct virtual_reader *r = ctx;
    struct tg_span atr = tg_vcard_atr(r->card);

    assert_string_equal(reader, "virtual");
    assert_false(r->open);
    tg_vcard_power(r->card, TG_VCARD_ON);
    r->open = true;
    *ret = (struct tg_card_link){.proto = atr.n == 8 ? TG_PROTO_T0 : TG_PROTO_T1, .atr_n = atr.n};
    memcpy(ret->atr, atr.p, atr.n);
    return TG_OK;
}

static enum tg_err io_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct virtual_reader *r = ctx;

    assert_true(r->open);
    switch (tg_vcard_apdu(r->card, command, reply)) {
    case TG_VCARD_REPLIED:
        return TG_OK;
    case TG_VCARD_RESET:
        return TG_E_CARD_RESET;
    case TG_VCARD_HANGS:
        return TG_E_CARD_TIMEOUT;
    case TG_VCARD_DROPPED:
        break;
    }
    return TG_E_CARD_REMOVED;
}

static void io_close(void *ctx, enum tg_card_end end)
{
    struct virtual_reader *r = ctx;

    r->open = false;
    if (end != TG_END_RESET)
        return;
    r->resets++;
    tg_vcard_power(r->card, TG_VCARD_WARM_RESET);
}

const struct tg_reader_io virtual_io = {.open = io_open, .transmit = io_transmit, .close = io_close};

void virtual_fill(struct tg_buf *to, size_t bytes, bool easy)
{
    uint8_t fill[CERT_MAX] = {0};

    assert_true(bytes <= sizeof(fill));
    if (!easy)
        assert_int_equal(RAND_bytes(fill, (int)bytes), 1);
    assert_int_equal(tg_buf_add(to, fill, bytes), TG_OK);
}

static EVP_PKEY *card_key(struct tg_vcard *c)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    EVP_PKEY *key;
    BIO *b;

    assert_int_equal(tg_vcard_pub(c, 0x9a, &pem), TG_OK);
    b = BIO_new_mem_buf(pem.p, (int)pem.n);
    key = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
    BIO_free(b);
    assert_non_null(key);
    return key;
}

/* An extension that holds nothing but padding. */
static void add_padding(X509 *x, size_t n, bool easy)
{
    TG_BUF_AUTO fill = TG_BUF_INIT(CERT_MAX);
    ASN1_OCTET_STRING *os = ASN1_OCTET_STRING_new();
    X509_EXTENSION *e;

    virtual_fill(&fill, n, easy);
    assert_int_equal(ASN1_OCTET_STRING_set(os, fill.p, (int)n), 1);
    e = X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, os);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(os);
}

static X509 *make(EVP_PKEY *key, EVP_PKEY *issuer, size_t padding, bool easy)
{
    X509 *x = X509_new();
    X509_NAME *name = X509_get_subject_name(x);

    assert_int_equal(
        X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, (const unsigned char *)"card", -1, -1, 0), 1);
    assert_int_equal(X509_set_issuer_name(x, name), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 3600));
    assert_int_equal(X509_set_version(x, X509_VERSION_3), 1);
    assert_int_equal(X509_set_pubkey(x, key), 1);
    if (padding > 0)
        add_padding(x, padding, easy);
    assert_true(X509_sign(x, issuer, EVP_sha256()) > 0);
    return x;
}

static void import(struct tg_vcard *c, X509 *x)
{
    BIO *b = BIO_new(BIO_s_mem());
    char *p = NULL;
    long n;

    assert_int_equal(PEM_write_bio_X509(b, x), 1);
    n = BIO_get_mem_data(b, &p);
    assert_int_equal(tg_vcard_import(c, 0x9a, tg_span(p, (size_t)n), tg_span(NULL, 0)), TG_OK);
    BIO_free(b);
}

/* ECDSA signatures vary by a byte or two, so the size is met by trying. */
void virtual_certify(struct tg_vcard *c, size_t bytes, bool gzip)
{
    EVP_PKEY *key = card_key(c), *issuer = EVP_EC_gen("P-256");
    size_t padding = 1, n = 0;

    for (unsigned i = 0; i < 200 && n != bytes; i++) {
        X509 *x = make(key, issuer, padding, gzip);

        n = (size_t)i2d_X509(x, NULL);
        if (n == bytes)
            import(c, x);
        else if (n < bytes)
            padding += bytes - n > 8 ? bytes - n - 6 : 1;
        else
            padding -= padding > 1 ? 1 : 0;
        X509_free(x);
    }
    assert_int_equal(n, bytes);
    EVP_PKEY_free(issuer);
    EVP_PKEY_free(key);
}
