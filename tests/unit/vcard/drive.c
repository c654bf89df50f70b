#include "drive.h"

#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "tests/card/inner.h"

static size_t unhex(const char *hex, uint8_t *out, size_t max)
{
    size_t n = strlen(hex) / 2;
    assert_true(n <= max);
    assert_int_equal(tg_vc_unhex(tg_span_str(hex), out, n), TG_OK);
    return n;
}

struct reply ask_bytes(struct tg_vcard *c, const void *p, size_t n)
{
    TG_BUF_AUTO b = TG_BUF_INIT(TG_VCARD_REPLY_BYTES);
    struct reply r = {0};
    r.fate = tg_vcard_apdu(c, tg_span(p, n), &b);
    r.n = b.n;
    if (r.fate == TG_VCARD_REPLIED && b.n >= 2) {
        r.n = b.n - 2;
        r.sw = (unsigned)b.p[r.n] << 8 | b.p[r.n + 1];
    }
    assert_true(r.n <= sizeof r.data);
    if (r.n)
        memcpy(r.data, b.p, r.n);
    return r;
}

struct reply ask(struct tg_vcard *c, const char *hex)
{
    uint8_t cmd[1024];
    return ask_bytes(c, cmd, unhex(hex, cmd, sizeof cmd));
}

static void append(struct reply *all, const struct reply *part)
{
    assert_true(all->n + part->n <= sizeof all->data);
    memcpy(all->data + all->n, part->data, part->n);
    all->n += part->n;
    all->sw = part->sw;
}

struct reply ask_all(struct tg_vcard *c, const char *hex)
{
    uint8_t cmd[1024], more[5] = {0x00, 0xc0, 0x00, 0x00, 0x00};
    size_t n = unhex(hex, cmd, sizeof cmd);
    struct reply all = {0}, part = ask_bytes(c, cmd, n);
    for (int i = 0; i < 100; i++) {
        append(&all, &part);
        if (part.sw >> 8 == 0x61) {
            more[4] = (uint8_t)part.sw;
            part = ask_bytes(c, more, sizeof more);
        } else if (part.sw >> 8 == 0x6c) {
            cmd[n] = (uint8_t)part.sw;
            part = ask_bytes(c, cmd, n + 1);
        } else {
            return all;
        }
    }
    fail_msg("the card never ends");
    return all;
}

unsigned sw(struct tg_vcard *c, const char *hex)
{
    return ask(c, hex).sw;
}

struct reply sign(struct tg_vcard *c, unsigned alg, unsigned slot, size_t n)
{
    uint8_t cmd[80] = {0x00, 0x87, (uint8_t)alg, (uint8_t)slot, (uint8_t)(n + 6), 0x7c, (uint8_t)(n + 4),
                       0x82, 0x00, 0x81,         (uint8_t)n};
    assert_true(n + 12 <= sizeof cmd);
    memset(cmd + 11, 0x11, n);
    return ask_bytes(c, cmd, n + 12);
}

struct tg_vcard *card_ready(const struct tg_vcard_options *o)
{
    struct tg_vcard *c = NULL;
    assert_int_equal(tg_vcard_new(o, &c), TG_OK);
    tg_vcard_power(c, TG_VCARD_ON);
    if (o->kind == TG_VCARD_PIV)
        assert_int_equal(ask_all(c, "00A4040009A00000030800001000").sw, 0x9000);
    return c;
}

struct tg_vcard *card_usual(void)
{
    struct tg_vcard_options o;
    tg_vcard_defaults(&o);
    o.keys = true;
    return card_ready(&o);
}

static EVP_PKEY *fresh_key(enum tg_vcard_alg alg)
{
    if (alg == TG_VCARD_RSA2048)
        return EVP_RSA_gen(2048);
    return EVP_EC_gen(alg == TG_VCARD_P384 ? "P-384" : "P-256");
}

EVP_PKEY *card_key(struct tg_vcard *c, unsigned slot)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(8192);
    assert_int_equal(tg_vcard_pub(c, slot, &pem), TG_OK);
    BIO *b = BIO_new_mem_buf(pem.p, (int)pem.n);
    EVP_PKEY *k = PEM_read_bio_PUBKEY(b, NULL, NULL, NULL);
    BIO_free(b);
    return k;
}

/* An extension of that many bytes makes the certificate as long as a test wants it. */
static void pad(X509 *x, size_t padding)
{
    ASN1_OCTET_STRING *o = ASN1_OCTET_STRING_new();
    uint8_t *fill = calloc(1, padding);
    assert_int_equal(ASN1_OCTET_STRING_set(o, fill, (int)padding), 1);
    X509_EXTENSION *e = X509_EXTENSION_create_by_NID(NULL, NID_netscape_comment, 0, o);
    assert_int_equal(X509_add_ext(x, e, -1), 1);
    X509_EXTENSION_free(e);
    ASN1_OCTET_STRING_free(o);
    free(fill);
}

static X509 *certificate(EVP_PKEY *subject, size_t padding)
{
    static const unsigned char cn[] = "vcard test";
    EVP_PKEY *issuer = fresh_key(TG_VCARD_P256);
    X509 *x = X509_new();
    assert_int_equal(X509_set_version(x, 2), 1);
    assert_int_equal(ASN1_INTEGER_set(X509_get_serialNumber(x), 7), 1);
    assert_non_null(X509_gmtime_adj(X509_getm_notBefore(x), 0));
    assert_non_null(X509_gmtime_adj(X509_getm_notAfter(x), 86400));
    X509_NAME *name = X509_get_subject_name(x);
    assert_int_equal(X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, cn, -1, -1, 0), 1);
    assert_int_equal(X509_set_pubkey(x, subject), 1);
    if (padding)
        pad(x, padding);
    assert_true(X509_sign(x, issuer, EVP_sha256()) > 0);
    EVP_PKEY_free(issuer);
    return x;
}

static void drain(BIO *b, struct tg_buf *to)
{
    char *p = NULL;
    long n = BIO_get_mem_data(b, &p);
    assert_int_equal(tg_buf_add(to, p, (size_t)n), TG_OK);
    BIO_free(b);
}

void make_cert(EVP_PKEY *key, size_t padding, struct tg_buf *pem)
{
    X509 *x = certificate(key, padding);
    BIO *b = BIO_new(BIO_s_mem());
    assert_int_equal(PEM_write_bio_X509(b, x), 1);
    drain(b, pem);
    X509_free(x);
}

void give_cert(struct tg_vcard *c, unsigned slot, enum tg_vcard_alg alg, size_t padding)
{
    TG_BUF_AUTO cert = TG_BUF_INIT(65536);
    TG_BUF_AUTO key = TG_BUF_INIT(65536);
    EVP_PKEY *k = alg ? fresh_key(alg) : card_key(c, slot);
    make_cert(k, padding, &cert);
    if (alg) {
        BIO *b = BIO_new(BIO_s_mem());
        assert_int_equal(PEM_write_bio_PrivateKey(b, k, NULL, NULL, 0, NULL, NULL), 1);
        drain(b, &key);
    }
    assert_int_equal(tg_vcard_import(c, slot, tg_span_buf(&cert), tg_span_buf(&key)), TG_OK);
    EVP_PKEY_free(k);
}
