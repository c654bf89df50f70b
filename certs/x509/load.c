/* Filling a tg_trust from PEM, with a sentence for the administrator when it cannot be done. */
#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "certs/base/file.h"
#include "certs/x509/crl.h"
#include "certs/x509/pem.h"
#include "certs/x509/store.h"

#define PEM_BYTES (TG_ANCHORS * 2u * TG_CERT_DER_BYTES)

void tg_trust_free(struct tg_trust **t)
{
    if (*t == NULL)
        return;
    sk_X509_pop_free((*t)->anchors, X509_free);
    sk_X509_pop_free((*t)->between, X509_free);
    sk_X509_CRL_pop_free((*t)->crls, X509_CRL_free);
    X509_STORE_free((*t)->store);
    free(*t);
    *t = NULL;
}

static enum tg_err take_cert(void *ctx, struct tg_span der)
{
    STACK_OF(X509) *to = ctx;
    struct tg_cert *c = NULL;
    if (sk_X509_num(to) >= (int)TG_ANCHORS)
        return TG_E_LIMIT;
    enum tg_err e = tg_cert_parse(der, &c);
    if (e != TG_OK)
        return e;
    X509 *x = tg_cert_borrow(c);
    /* A stray leaf among the issuers would be trusted by name; it has no business there. */
    if (X509_check_ca(x) == 0)
        e = TG_E_CERT_USAGE;
    else if (X509_up_ref(x) != 1 || sk_X509_push(to, x) == 0)
        e = TG_E_NOMEM;
    tg_cert_free(&c);
    return e;
}

static enum tg_err take_crl(void *ctx, struct tg_span der)
{
    STACK_OF(X509_CRL) *to = ctx;
    X509_CRL *crl = NULL;
    if (sk_X509_CRL_num(to) >= (int)TG_CRLS)
        return TG_E_LIMIT;
    enum tg_err e = tg_crl_parse(der, &crl);
    if (e == TG_OK && sk_X509_CRL_push(to, crl) == 0) {
        X509_CRL_free(crl);
        e = TG_E_NOMEM;
    }
    return e;
}

static enum tg_err trust_new(bool need_crl, struct tg_trust **ret)
{
    struct tg_trust *t = calloc(1, sizeof(*t));
    if (t == NULL)
        return TG_E_NOMEM;
    t->need_crl = need_crl;
    t->anchors = sk_X509_new_null();
    t->between = sk_X509_new_null();
    t->crls = sk_X509_CRL_new_null();
    t->store = X509_STORE_new();
    if (t->anchors == NULL || t->between == NULL || t->crls == NULL || t->store == NULL) {
        tg_trust_free(&t);
        return TG_E_NOMEM;
    }
    *ret = t;
    return TG_OK;
}

/* Where it went wrong and with which error, for the sentence. */
struct part {
    const char *what;
    enum tg_err e;
};

static struct part fill(struct tg_trust *t, const struct tg_span text[3])
{
    struct part p = {"anchors", tg_pem_each(text[0], "CERTIFICATE", take_cert, t->anchors)};
    if (p.e == TG_OK && sk_X509_num(t->anchors) == 0)
        p.e = TG_E_NOT_FOUND;
    if (p.e == TG_OK)
        p = (struct part){"intermediates", tg_pem_each(text[1], "CERTIFICATE", take_cert, t->between)};
    if (p.e == TG_OK)
        p = (struct part){"crls", tg_pem_each(text[2], "X509 CRL", take_crl, t->crls)};
    if (p.e == TG_OK && t->need_crl && sk_X509_CRL_num(t->crls) == 0)
        p.e = TG_E_NOT_FOUND;
    return p;
}

static enum tg_err make(const struct tg_span text[3], bool need_crl, struct tg_trust **ret, struct part *bad)
{
    struct tg_trust *t = NULL;
    *bad = (struct part){"memory", trust_new(need_crl, &t)};
    if (bad->e == TG_OK)
        *bad = fill(t, text);
    ERR_clear_error();
    if (bad->e != TG_OK) {
        tg_trust_free(&t);
        return bad->e == TG_E_NOMEM ? TG_E_NOMEM : TG_E_CONFIG;
    }
    tg_trust_note_times(t);
    tg_proven_fill(t);
    *ret = t;
    return TG_OK;
}

enum tg_err tg_trust_make(struct tg_span anchors, struct tg_span intermediates, struct tg_span crls,
                          bool need_crl, struct tg_trust **ret)
{
    const struct tg_span text[3] = {anchors, intermediates, crls};
    struct part bad;
    return make(text, need_crl, ret, &bad);
}

static enum tg_err read_file(const char *folder, const char *name, bool optional, struct tg_buf *to)
{
    char *path = tg_path_join(folder, name);
    if (path == NULL)
        return TG_E_NOMEM;
    enum tg_err e = tg_file_read(path, to);
    free(path);
    return e == TG_E_NOT_FOUND && optional ? TG_OK : e;
}

static void explain(char *why, size_t size, const char *folder, const struct part *bad)
{
    if (why != NULL && size > 0)
        (void)snprintf(why, size, "%s: %s: %s", folder, bad->what, tg_err_code(bad->e));
}

enum tg_err tg_trust_load(const char *folder, struct tg_trust **ret, char *why, size_t size)
{
    TG_BUF_AUTO anchors = TG_BUF_INIT(PEM_BYTES);
    TG_BUF_AUTO between = TG_BUF_INIT(PEM_BYTES);
    TG_BUF_AUTO crls = TG_BUF_INIT(TG_CRL_BYTES * 2u);
    struct part bad = {"anchors.pem", read_file(folder, "anchors.pem", false, &anchors)};
    if (bad.e == TG_OK)
        bad = (struct part){"intermediates.pem", read_file(folder, "intermediates.pem", true, &between)};
    if (bad.e == TG_OK)
        bad = (struct part){"crl.pem", read_file(folder, "crl.pem", false, &crls)};
    if (bad.e == TG_OK) {
        const struct tg_span text[3] = {tg_span_buf(&anchors), tg_span_buf(&between), tg_span_buf(&crls)};
        if (make(text, true, ret, &bad) == TG_OK)
            return TG_OK;
    }
    explain(why, size, folder, &bad);
    return bad.e == TG_E_NOMEM ? TG_E_NOMEM : TG_E_CONFIG;
}
