#include <errno.h>
#include <fcntl.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/file.h"
#include "certs/base/secret.h"
#include "certs/ca.h"
#include "certs/jws/key.h"
#include "certs/x509/pem.h"

enum tg_err ca_key_make(const char *curve, EVP_PKEY **ret)
{
    *ret = EVP_EC_gen(curve);
    return *ret != NULL ? TG_OK : ca_say(TG_E_INTERNAL, "no key could be made");
}

/* A key that others can read is not a key any more. */
static enum tg_err secret_read(int fd, const char *path, struct tg_secret *to)
{
    struct stat st;
    ssize_t n = 1;

    if (fd < 0)
        return ca_say(TG_E_NOT_FOUND, "%s: %s", path, strerror(errno));
    if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
        return ca_say(TG_E_IO, "%s is not a file", path);
    if ((st.st_mode & 077) != 0)
        return ca_say(TG_E_CONFIG, "%s can be read by others: chmod 600, and think about who did", path);
    if (tg_secret_init(to, TG_SECRET_BYTES) != TG_OK)
        return ca_say(TG_E_NOMEM, "no memory can be locked for the key");
    while (n > 0 && to->n < to->cap) {
        n = read(fd, to->p + to->n, to->cap - to->n);
        to->n += n > 0 ? (size_t)n : 0;
    }
    return n == 0 ? TG_OK : ca_say(TG_E_IO, "%s cannot be read as a key", path);
}

static enum tg_err key_read(const char *path, EVP_PKEY **ret)
{
    TG_SECRET_AUTO pem = TG_SECRET_INIT;
    int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    enum tg_err e = secret_read(fd, path, &pem);

    if (fd >= 0)
        (void)close(fd);
    if (e != TG_OK)
        return e;
    BIO *bio = BIO_new_mem_buf(pem.p, (int)pem.n);
    *ret = bio != NULL ? PEM_read_bio_PrivateKey(bio, NULL, NULL, NULL) : NULL;
    BIO_free(bio);
    return *ret != NULL ? TG_OK : ca_say(TG_E_FORM, "%s holds no private key in PEM", path);
}

enum tg_err ca_key_load(const char *dir, const char *name, EVP_PKEY **ret)
{
    char *path = tg_path_join(dir, name);
    enum tg_err e = path == NULL ? TG_E_NOMEM : key_read(path, ret);

    free(path);
    return e;
}

/* The BIO of secure memory wipes itself when it is freed. */
enum tg_err ca_key_write(const char *dir, const char *name, EVP_PKEY *key)
{
    BIO *bio = BIO_new(BIO_s_secmem());
    char *pem = NULL;
    enum tg_err e = TG_E_NOMEM;

    if (bio != NULL && PEM_write_bio_PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL) == 1) {
        long n = BIO_get_mem_data(bio, &pem);
        e = n > 0 ? ca_write(dir, name, tg_span(pem, (size_t)n), 0600) : TG_E_NOMEM;
    }
    BIO_free(bio);
    return e;
}

static enum tg_err take_pub(void *ctx, struct tg_span der)
{
    EVP_PKEY **key = ctx;
    const unsigned char *p = der.p;

    if (*key != NULL)
        return TG_E_TRAILING; /* two keys: which one is meant? */
    *key = d2i_PUBKEY(NULL, &p, (long)der.n);
    if (*key == NULL || p != der.p + der.n)
        return TG_E_FORM;
    return tg_key_check(*key);
}

enum tg_err ca_pub_load(const char *path, EVP_PKEY **ret)
{
    TG_BUF_AUTO pem = TG_BUF_INIT(TG_CERT_DER_BYTES);
    EVP_PKEY *key = NULL;
    enum tg_err e = tg_file_read(path, &pem);

    if (e != TG_OK)
        return ca_say(e, "--pub %s: %s", path, tg_err_en(e));
    e = tg_pem_each(tg_span_buf(&pem), "PUBLIC KEY", take_pub, &key);
    ERR_clear_error();
    if (e == TG_OK && key != NULL) {
        *ret = key;
        return TG_OK;
    }
    EVP_PKEY_free(key);
    if (e == TG_E_CERT_KEY)
        return ca_say(e, "--pub %s: the key must be RSA of 2048 to 4096 bits, P-256 or P-384", path);
    return ca_say(e == TG_OK ? TG_E_FORM : e, "--pub %s: not one PUBLIC KEY in PEM", path);
}
