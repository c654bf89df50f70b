#include <errno.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/ca.h"
#include "certs/x509/cert.h"
#include "certs/x509/pem.h"

enum tg_err ca_write(const char *dir, const char *name, struct tg_span bytes, unsigned mode)
{
    char *path = tg_path_join(dir, name);
    enum tg_err e = path == NULL ? TG_E_NOMEM : tg_file_write(path, bytes, mode);

    free(path);
    return e == TG_OK ? TG_OK : ca_say(e, "%s/%s cannot be written: %s", dir, name, strerror(errno));
}

enum tg_err ca_folder_make(const char *path, unsigned mode)
{
    struct stat st;

    if (mkdir(path, 0700) == 0)
        return chmod(path, (mode_t)mode) == 0 ? TG_OK : ca_say(TG_E_IO, "%s: %s", path, strerror(errno));
    if (errno != EEXIST)
        return ca_say(TG_E_IO, "the folder %s cannot be made: %s", path, strerror(errno));
    return stat(path, &st) == 0 && S_ISDIR(st.st_mode) ? TG_OK : ca_say(TG_E_IO, "%s is no folder", path);
}

static enum tg_err take_cert(void *ctx, struct tg_span der)
{
    X509 **to = ctx;
    const unsigned char *p = der.p;

    if (*to != NULL)
        return TG_E_TRAILING;
    *to = d2i_X509(NULL, &p, (long)der.n);
    return *to != NULL && p == der.p + der.n ? TG_OK : TG_E_CERT_FORM;
}

static enum tg_err cert_load(const char *dir, const char *name, X509 **ret)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(2 * TG_CERT_DER_BYTES);
    char *path = tg_path_join(dir, name);
    enum tg_err e = path == NULL ? TG_E_NOMEM : tg_file_read(path, &pem);

    free(path);
    if (e == TG_E_NOT_FOUND)
        return ca_say(e, "%s is no authority (no %s): make one with tegata-ca --dir %s init", dir, name, dir);
    if (e == TG_OK)
        e = tg_pem_each(tg_span_buf(&pem), "CERTIFICATE", take_cert, ret);
    if (e == TG_OK && *ret != NULL)
        return TG_OK;
    ERR_clear_error();
    return ca_say(e == TG_OK ? TG_E_FORM : e, "%s/%s cannot be read as one certificate", dir, name);
}

enum tg_err ca_lock(struct ca *ca)
{
    char *path = tg_path_join(ca->dir, "lock");

    ca->lock = path == NULL ? -1 : open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    free(path);
    if (ca->lock < 0 || flock(ca->lock, LOCK_EX) != 0)
        return ca_say(TG_E_IO, "%s cannot be locked: %s", ca->dir, strerror(errno));
    return TG_OK;
}

static enum tg_err fill(struct ca *ca)
{
    char *path = tg_path_join(ca->dir, "register.csv");
    enum tg_err e = path == NULL ? TG_E_NOMEM : TG_OK;

    if (e == TG_OK && (e = cert_load(ca->dir, "root.pem", &ca->root)) == TG_OK &&
        (e = cert_load(ca->dir, "issuing.pem", &ca->issuing)) == TG_OK && (e = ca_lock(ca)) == TG_OK &&
        (e = ca_key_load(ca->dir, "issuing.key", &ca->issuing_key)) == TG_OK)
        e = ca_register_load(path, &ca->reg);
    free(path);
    if (e == TG_OK && X509_check_private_key(ca->issuing, ca->issuing_key) != 1)
        return ca_say(TG_E_CONFIG, "%s: issuing.key and issuing.pem do not belong together", ca->dir);
    return e;
}

enum tg_err ca_open(const struct ca_args *a, struct ca *ret)
{
    const char *dir = a->value[CA_DIR] != NULL ? a->value[CA_DIR] : ".";

    *ret = (struct ca){.dir = strdup(dir), .lock = -1, .now = tg_now()};
    if (ret->dir == NULL)
        return TG_E_NOMEM;
    return fill(ret);
}

void ca_close(struct ca *ca)
{
    X509_free(ca->root);
    X509_free(ca->issuing);
    EVP_PKEY_free(ca->issuing_key);
    ca_register_done(&ca->reg);
    if (ca->lock >= 0)
        (void)close(ca->lock);
    free(ca->dir);
    *ca = (struct ca){.lock = -1};
}

enum tg_err ca_save(const struct ca *ca)
{
    char *path = tg_path_join(ca->dir, "register.csv");
    enum tg_err e = path == NULL ? TG_E_NOMEM : ca_register_save(path, &ca->reg);

    free(path);
    return e;
}
