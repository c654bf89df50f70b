/* Revocation lists, RFC 5280 section 5: whole, direct, with number and authority key identifier. */
#include <errno.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "certs/base/file.h"
#include "certs/base/text.h"
#include "certs/ca.h"

static bool set_number(X509_CRL *crl, uint64_t number)
{
    ASN1_INTEGER *n = ASN1_INTEGER_new();
    bool ok = n != NULL && ASN1_INTEGER_set_uint64(n, number) == 1 &&
              X509_CRL_add1_ext_i2d(crl, NID_crl_number, n, 0, X509V3_ADD_DEFAULT) == 1;

    ASN1_INTEGER_free(n);
    return ok;
}

static bool set_issuer(X509_CRL *crl, X509 *issuer)
{
    X509V3_CTX ctx;

    X509V3_set_ctx(&ctx, issuer, NULL, NULL, crl, 0);
    X509V3_set_ctx_nodb(&ctx);
    X509_EXTENSION *ext = X509V3_EXT_conf_nid(NULL, &ctx, NID_authority_key_identifier, "keyid:always");
    bool ok = ext != NULL && X509_CRL_add_ext(crl, ext, -1) == 1 &&
              X509_CRL_set_issuer_name(crl, X509_get_subject_name(issuer)) == 1;
    X509_EXTENSION_free(ext);
    return ok;
}

static bool set_times(X509_CRL *crl, tg_sec from, tg_sec to)
{
    ASN1_TIME *last = ASN1_TIME_set(NULL, (time_t)from), *next = ASN1_TIME_set(NULL, (time_t)to);
    bool ok = last != NULL && next != NULL && X509_CRL_set1_lastUpdate(crl, last) == 1 &&
              X509_CRL_set1_nextUpdate(crl, next) == 1;

    ASN1_TIME_free(last);
    ASN1_TIME_free(next);
    return ok;
}

/* RFC 5280 section 5.3.1: "unspecified" is said by leaving the reason out. */
static bool set_reason(X509_REVOKED *r, const char *word)
{
    int code = ca_reason_code(word);
    ASN1_ENUMERATED *why = ASN1_ENUMERATED_new();
    bool ok = why != NULL &&
              (code == 0 || (ASN1_ENUMERATED_set(why, code) == 1 &&
                             X509_REVOKED_add1_ext_i2d(r, NID_crl_reason, why, 0, X509V3_ADD_DEFAULT) == 1));

    ASN1_ENUMERATED_free(why);
    return ok;
}

static bool set_serial(X509_REVOKED *r, const char *hex)
{
    BIGNUM *bn = NULL;
    ASN1_INTEGER *n = BN_hex2bn(&bn, hex) > 0 ? BN_to_ASN1_INTEGER(bn, NULL) : NULL;
    bool ok = n != NULL && X509_REVOKED_set_serialNumber(r, n) == 1;

    ASN1_INTEGER_free(n);
    BN_free(bn);
    return ok;
}

static bool add_entry(X509_CRL *crl, const struct ca_entry *e)
{
    X509_REVOKED *r = X509_REVOKED_new();
    ASN1_TIME *when = ASN1_TIME_set(NULL, (time_t)e->revoked);
    bool ok = r != NULL && when != NULL && set_serial(r, e->serial) &&
              X509_REVOKED_set_revocationDate(r, when) == 1 && set_reason(r, e->reason) &&
              X509_CRL_add0_revoked(crl, r) == 1;

    ASN1_TIME_free(when);
    if (!ok)
        X509_REVOKED_free(r);
    return ok;
}

/* Expired certificates stay on the list: a clock set back must not bring one to life. */
static bool add_entries(X509_CRL *crl, const struct ca_register *reg)
{
    for (size_t i = 0; reg != NULL && i < reg->n; i++)
        if (reg->at[i].revoked != 0 && !add_entry(crl, &reg->at[i]))
            return false;
    return X509_CRL_sort(crl) == 1;
}

static bool pem_add(X509_CRL *crl, struct tg_buf *to)
{
    BIO *bio = BIO_new(BIO_s_mem());
    char *pem = NULL;
    bool ok = bio != NULL && PEM_write_bio_X509_CRL(bio, crl) == 1;

    if (ok) {
        long n = BIO_get_mem_data(bio, &pem);
        ok = tg_buf_add(to, pem, (size_t)n) == TG_OK;
    }
    BIO_free(bio);
    return ok;
}

enum tg_err ca_crl_make(const struct ca_crl_wish *w, struct tg_buf *pem)
{
    X509_CRL *crl = X509_CRL_new();
    const EVP_MD *md = EVP_PKEY_get_bits(w->key) > 256 ? EVP_sha384() : EVP_sha256();
    bool ok = crl != NULL && X509_CRL_set_version(crl, X509_CRL_VERSION_2) == 1 &&
              set_issuer(crl, w->issuer) && set_number(crl, w->number) && set_times(crl, w->from, w->to) &&
              add_entries(crl, w->reg) && X509_CRL_sign(crl, w->key, md) > 0 && pem_add(crl, pem);

    X509_CRL_free(crl);
    ERR_clear_error();
    return ok ? TG_OK : ca_say(TG_E_INTERNAL, "the revocation list could not be made");
}

/* The number is on disk before the list that bears it: after a crash one is left out, none is used twice. */
static enum tg_err next_number(const struct ca *ca, uint64_t *ret)
{
    TG_BUF_AUTO text = TG_BUF_INIT(32);
    char *path = tg_path_join(ca->dir, "crl-number");
    enum tg_err e = path == NULL ? TG_E_NOMEM : tg_file_read(path, &text);

    free(path);
    if (e == TG_OK && text.n > 0 && text.p[text.n - 1] == '\n')
        e = tg_u64_parse(tg_span(text.p, text.n - 1), UINT64_MAX / 2, ret);
    else if (e == TG_OK)
        e = TG_E_FORM;
    if (e != TG_OK)
        return ca_say(e, "%s/crl-number cannot be read: write the last number given out into it", ca->dir);
    *ret += 1;
    tg_buf_reset(&text);
    if ((e = tg_buf_addf(&text, "%llu\n", (unsigned long long)*ret)) != TG_OK)
        return e;
    return ca_write(ca->dir, "crl-number", tg_span_buf(&text), 0600);
}

enum tg_err ca_crl_publish(const struct ca *ca, uint64_t days)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(TG_CRL_BYTES * 2u);
    EVP_PKEY *root_key = NULL;
    struct ca_crl_wish w = {.issuer = ca->issuing,
                            .key = ca->issuing_key,
                            .reg = &ca->reg,
                            .from = ca->now - CA_BACKDATE,
                            .to = ca->now + (tg_sec)days * CA_DAY};
    enum tg_err e = ca_key_load(ca->dir, "root.key", &root_key);

    if (e == TG_OK && (e = next_number(ca, &w.number)) == TG_OK)
        e = ca_crl_make(&w, &pem);
    if (e == TG_OK) {
        w.issuer = ca->root;
        w.key = root_key;
        w.reg = NULL;
        e = ca_crl_make(&w, &pem);
    }
    if (e == TG_OK)
        e = ca_write(ca->dir, "crl.pem", tg_span_buf(&pem), 0644);
    EVP_PKEY_free(root_key);
    return e;
}
