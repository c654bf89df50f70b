/* Certificates as RFC 5280 section 4 wants them, and nothing in them that nobody asked for. */
#include <arpa/inet.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs/base/text.h"
#include "certs/ca.h"
#include "certs/x509/cert.h"
#include "certs/x509/names.h"

#define SERIAL_BITS 128
#define CN_CHARS 64u /* ub-common-name, RFC 5280 appendix A.1 */

enum tg_err ca_cert_pem(X509 *x, struct tg_buf *to)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    enum tg_err e = TG_E_NOMEM;

    if (bio != NULL && PEM_write_bio_X509(bio, x) == 1) {
        long n = BIO_get_mem_data(bio, &pem);
        e = tg_buf_add(to, pem, (size_t)n);
    }
    BIO_free(bio);
    return e;
}

void ca_cert_serial(const X509 *x, char out[33])
{
    uint8_t bytes[SERIAL_BITS / 8] = {0};
    BIGNUM *bn = ASN1_INTEGER_to_BN(X509_get0_serialNumber(x), NULL);

    if (bn != NULL)
        (void)BN_bn2binpad(bn, bytes, sizeof(bytes));
    BN_free(bn);
    tg_hex(bytes, sizeof(bytes), out);
}

/* Random, positive, never the same again: a top bit of one keeps it 16 bytes long everywhere. */
static bool set_serial(X509 *x)
{
    BIGNUM *bn = BN_new();
    bool ok = bn != NULL && BN_rand(bn, SERIAL_BITS, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 &&
              BN_to_ASN1_INTEGER(bn, X509_get_serialNumber(x)) != NULL;

    BN_free(bn);
    return ok;
}

static bool add_name(X509_NAME *name, int nid, const char *text)
{
    return X509_NAME_add_entry_by_NID(name, nid, MBSTRING_UTF8, (const unsigned char *)text, -1, -1, 0) == 1;
}

/* The organisation is the issuer's. */
static bool copy_org(X509_NAME *to, const X509_NAME *from)
{
    int at = X509_NAME_get_index_by_NID(from, NID_organizationName, -1);
    return at >= 0 && X509_NAME_add_entry(to, X509_NAME_get_entry(from, at), -1, 0) == 1;
}

static bool add_ext(X509 *x, X509 *issuer, int nid, const char *value)
{
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, issuer, x, NULL, NULL, 0);
    X509V3_set_ctx_nodb(&ctx);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, nid, value);
    bool ok = ext != NULL && X509_add_ext(x, ext, -1) == 1;
    X509_EXTENSION_free(ext);
    return ok;
}

static bool begin(X509 *x, EVP_PKEY *key, tg_sec from, tg_sec to)
{
    return X509_set_version(x, X509_VERSION_3) == 1 && set_serial(x) &&
           ASN1_TIME_set(X509_getm_notBefore(x), (time_t)from) != NULL &&
           ASN1_TIME_set(X509_getm_notAfter(x), (time_t)to) != NULL && X509_set_pubkey(x, key) == 1 &&
           add_ext(x, NULL, NID_subject_key_identifier, "hash");
}

/* As strong as the key that signs: SHA-384 with P-384. */
static const EVP_MD *digest_for(const EVP_PKEY *key)
{
    return EVP_PKEY_get_bits(key) > 256 ? EVP_sha384() : EVP_sha256();
}

static bool finish(X509 *x, X509 *issuer, EVP_PKEY *key)
{
    return X509_set_issuer_name(x, X509_get_subject_name(issuer)) == 1 &&
           add_ext(x, issuer, NID_authority_key_identifier, "keyid:always") &&
           X509_sign(x, key, digest_for(key)) > 0;
}

static enum tg_err handed_out(bool ok, X509 *x, X509 **ret)
{
    ERR_clear_error();
    if (ok) {
        *ret = x;
        return TG_OK;
    }
    X509_free(x);
    return ca_say(TG_E_INTERNAL, "the certificate could not be made");
}

enum tg_err ca_cert_authority(const struct ca_authority *a, X509 **ret)
{
    X509 *x = X509_new(), *issuer = a->issuer != NULL ? a->issuer : x;
    bool root = a->issuer == NULL;

    if (x == NULL)
        return TG_E_NOMEM;
    X509_NAME *name = X509_get_subject_name(x);
    bool ok = begin(x, a->key, a->from, a->to) && add_name(name, NID_organizationName, a->org) &&
              add_name(name, NID_commonName, a->cn) &&
              add_ext(x, issuer, NID_basic_constraints,
                      root ? "critical,CA:TRUE,pathlen:1" : "critical,CA:TRUE,pathlen:0") &&
              add_ext(x, issuer, NID_key_usage, "critical,keyCertSign,cRLSign") &&
              finish(x, issuer, a->issuer_key);
    return handed_out(ok, x, ret);
}

static bool push_name(GENERAL_NAMES *names, int type, ASN1_STRING *value)
{
    GENERAL_NAME *name = GENERAL_NAME_new();

    if (name == NULL || value == NULL || sk_GENERAL_NAME_push(names, name) == 0) {
        GENERAL_NAME_free(name);
        ASN1_STRING_free(value);
        return false;
    }
    GENERAL_NAME_set0_value(name, type, value);
    return true;
}

static bool add_text_name(GENERAL_NAMES *names, int type, const char *head, const char *tail)
{
    ASN1_IA5STRING *s = ASN1_IA5STRING_new();
    char *text = NULL;
    int n = asprintf(&text, "%s%s", head, tail);
    bool ok = n > 0 && s != NULL && ASN1_STRING_set(s, text, n) == 1;

    if (n >= 0)
        free(text);
    if (!ok) {
        ASN1_STRING_free(s);
        return false;
    }
    return push_name(names, type, s);
}

static bool add_host(GENERAL_NAMES *names, const char *host)
{
    uint8_t ip[16];
    int n = inet_pton(AF_INET, host, ip) == 1 ? 4 : inet_pton(AF_INET6, host, ip) == 1 ? 16 : 0;

    if (n == 0)
        return add_text_name(names, GEN_DNS, host, "");
    ASN1_OCTET_STRING *s = ASN1_OCTET_STRING_new();
    if (s == NULL || ASN1_OCTET_STRING_set(s, ip, n) != 1) {
        ASN1_OCTET_STRING_free(s);
        return false;
    }
    return push_name(names, GEN_IPADD, s);
}

static bool add_alt_names(X509 *x, const struct ca_wish *w)
{
    GENERAL_NAMES *names = GENERAL_NAMES_new();
    bool ok = names != NULL;

    if (ok && w->person != NULL)
        ok = add_text_name(names, GEN_URI, TG_URI_PERSON, w->person);
    if (ok && w->card != NULL)
        ok = add_text_name(names, GEN_URI, TG_URI_CARD, w->card);
    for (size_t i = 0; i < w->names_n && ok; i++)
        ok = add_host(names, w->names[i]);
    ok = ok && X509_add1_ext_i2d(x, NID_subject_alt_name, names, 0, X509V3_ADD_DEFAULT) == 1;
    GENERAL_NAMES_free(names);
    return ok;
}

static bool fill_leaf(X509 *x, const struct ca *ca, const struct ca_wish *w)
{
    static const char *const usages[] = {[CA_AUTH] = "clientAuth",
                                         [CA_SIGN] = "emailProtection",
                                         [CA_CARD_AUTH] = ("critical," TG_OID_PIV_CARD_AUTH),
                                         [CA_SERVER] = "serverAuth"};
    X509_NAME *name = X509_get_subject_name(x);
    bool named = strlen(w->cn) <= CN_CHARS || w->profile != CA_SERVER; /* the names count, not the subject */

    return begin(x, w->key, w->from, w->to) && copy_org(name, X509_get_subject_name(ca->issuing)) &&
           (!named || add_name(name, NID_commonName, w->cn)) &&
           add_ext(x, ca->issuing, NID_basic_constraints, "critical,CA:FALSE") &&
           add_ext(x, ca->issuing, NID_key_usage, "critical,digitalSignature") &&
           add_ext(x, ca->issuing, NID_ext_key_usage, usages[w->profile]) && add_alt_names(x, w) &&
           finish(x, ca->issuing, ca->issuing_key);
}

static bool names_right(const struct tg_cert *c, const struct ca_wish *w)
{
    struct tg_identity id;

    if (w->profile == CA_SERVER)
        return true;
    return tg_cert_identity(c, &id) == TG_OK && strcmp(id.card, w->card) == 0 &&
           strcmp(id.person, w->person != NULL ? w->person : "") == 0;
}

/* The server's reader must take it and find in it what was asked for. */
static enum tg_err check_leaf(X509 *x, const struct ca_wish *w)
{
    unsigned char *der = NULL;
    struct tg_cert *c = NULL;
    int n = i2d_X509(x, &der);
    enum tg_err e = n > 0 ? tg_cert_parse(tg_span(der, (size_t)n), &c) : TG_E_NOMEM;

    OPENSSL_free(der);
    if (e == TG_OK && !names_right(c, w))
        e = TG_E_CERT_IDENTITY;
    tg_cert_free(&c);
    if (e != TG_OK)
        return ca_say(e, "refused by our own check, so not issued: %s", tg_err_en(e));
    if (tg_names_san(x) != TG_OK)
        return ca_say(TG_E_USAGE, "--name wants host names (no wildcards) or addresses");
    return TG_OK;
}

enum tg_err ca_cert_leaf(const struct ca *ca, const struct ca_wish *w, X509 **ret)
{
    X509 *x = X509_new();
    bool ok = x != NULL && fill_leaf(x, ca, w);
    enum tg_err e = ok ? check_leaf(x, w) : TG_OK;

    if (e != TG_OK) {
        X509_free(x);
        ERR_clear_error();
        return e;
    }
    return handed_out(ok, x, ret);
}
