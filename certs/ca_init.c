/* A new authority. Nothing is left of one that could not be finished. */
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/ca.h"

#define ROOT_YEARS 20
#define ISSUING_YEARS 10
#define YEAR (365 * (tg_sec)CA_DAY + CA_DAY / 4)
#define ORG_CHARS 48u /* with " Issuing CA" behind it at most 64, ub-common-name */

static const char *const files[] = {"root.key",     "root.pem",   "issuing.key", "issuing.pem",
                                    "register.csv", "crl-number", "crl.pem"};

struct pair {
    EVP_PKEY *key;
    X509 *x;
};

static enum tg_err check_empty(const char *dir)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *path = tg_path_join(dir, files[i]);
        bool there = path == NULL || access(path, F_OK) == 0;

        free(path);
        if (there)
            return ca_say(TG_E_USAGE, "%s holds %s already: an authority is never made over another one", dir,
                          files[i]);
    }
    return TG_OK;
}

static void remove_all(const char *dir)
{
    for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *path = tg_path_join(dir, files[i]);

        if (path != NULL)
            (void)unlink(path);
        free(path);
    }
}

static enum tg_err make(const char *org, tg_sec now, struct pair *root, struct pair *issuing)
{
    char *root_cn = NULL, *cn = NULL;
    enum tg_err e = TG_E_NOMEM;

    if (asprintf(&root_cn, "%s Root CA", org) > 0 && asprintf(&cn, "%s Issuing CA", org) > 0 &&
        (e = ca_key_make("P-384", &root->key)) == TG_OK &&
        (e = ca_key_make("P-256", &issuing->key)) == TG_OK) {
        struct ca_authority a = {.org = org,
                                 .cn = root_cn,
                                 .key = root->key,
                                 .issuer_key = root->key,
                                 .from = now - CA_BACKDATE,
                                 .to = now + ROOT_YEARS * YEAR};
        e = ca_cert_authority(&a, &root->x);
        a.cn = cn;
        a.key = issuing->key;
        a.issuer = root->x;
        a.to = now + ISSUING_YEARS * YEAR;
        if (e == TG_OK)
            e = ca_cert_authority(&a, &issuing->x);
    }
    free(root_cn);
    free(cn);
    return e;
}

static enum tg_err write_cert(const char *dir, const char *name, X509 *x)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(2 * TG_CERT_DER_BYTES);
    enum tg_err e = ca_cert_pem(x, &pem);

    return e == TG_OK ? ca_write(dir, name, tg_span_buf(&pem), 0644) : e;
}

static enum tg_err write_all(struct ca *ca, const struct pair *root, const struct pair *issuing)
{
    enum tg_err e;

    if ((e = ca_key_write(ca->dir, "root.key", root->key)) != TG_OK ||
        (e = ca_key_write(ca->dir, "issuing.key", issuing->key)) != TG_OK ||
        (e = write_cert(ca->dir, "root.pem", root->x)) != TG_OK ||
        (e = write_cert(ca->dir, "issuing.pem", issuing->x)) != TG_OK || (e = ca_save(ca)) != TG_OK ||
        (e = ca_write(ca->dir, "crl-number", tg_span_str("0\n"), 0600)) != TG_OK)
        return e;
    return ca_crl_publish(ca, CA_CRL_DAYS);
}

static enum tg_err make_and_write(const char *dir, const char *org)
{
    struct pair root = {NULL, NULL}, issuing = {NULL, NULL};
    struct ca ca = {.lock = -1, .now = tg_now(), .dir = strdup(dir)};
    enum tg_err e = ca.dir == NULL ? TG_E_NOMEM : ca_lock(&ca);

    if (e != TG_OK || (e = check_empty(dir)) != TG_OK) {
        ca_close(&ca);
        return e;
    }
    if ((e = make(org, ca.now, &root, &issuing)) == TG_OK) {
        ca.root = root.x;
        ca.issuing = issuing.x;
        ca.issuing_key = issuing.key;
        e = write_all(&ca, &root, &issuing);
    } else {
        X509_free(root.x);
        X509_free(issuing.x);
        EVP_PKEY_free(issuing.key);
    }
    EVP_PKEY_free(root.key);
    ca_close(&ca);
    if (e != TG_OK)
        remove_all(dir);
    return e;
}

enum tg_err ca_cmd_init(const struct ca_args *a)
{
    const char *dir = a->value[CA_DIR] != NULL ? a->value[CA_DIR] : ".";
    const char *org = a->names_n == 1 ? a->names[0] : "Tegata";
    enum tg_err e;

    if (a->names_n > 1)
        return ca_say(TG_E_USAGE, "init takes one --name: the organisation's");
    if ((e = ca_text_check("--name", org, ORG_CHARS)) != TG_OK || (e = ca_folder_make(dir, 0700)) != TG_OK ||
        (e = make_and_write(dir, org)) != TG_OK)
        return e;
    (void)printf(
        "%s: root and issuing authority of %s. Keep a copy of root.key where no network reaches it.\n", dir,
        org);
    return TG_OK;
}
