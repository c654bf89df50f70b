#include "certs/x509/pem.h"

#include <limits.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#define BEGIN "-----BEGIN "

/* libcrypto skips what it cannot read as comment; counting the blocks shows whether it skipped one. */
static size_t count_blocks(struct tg_span text)
{
    size_t n = 0;
    const uint8_t *at = text.p, *end = text.p + text.n;
    while ((at = memmem(at, (size_t)(end - at), BEGIN, strlen(BEGIN))) != NULL) {
        at += strlen(BEGIN);
        n++;
    }
    return n;
}

static enum tg_err next_block(BIO *bio, const char *label, tg_pem_take *take, void *ctx)
{
    char *name = NULL, *header = NULL;
    unsigned char *der = NULL;
    long n = 0;
    enum tg_err e = TG_E_FORM;
    if (PEM_read_bio(bio, &name, &header, &der, &n) == 1 && n > 0 && strcmp(name, label) == 0 &&
        header[0] == '\0')
        e = take(ctx, tg_span(der, (size_t)n));
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(der);
    return e;
}

enum tg_err tg_pem_each(struct tg_span text, const char *label, tg_pem_take *take, void *ctx)
{
    if (text.n == 0)
        return TG_OK;
    if (text.n > INT_MAX)
        return TG_E_FORM;
    BIO *bio = BIO_new_mem_buf(text.p, (int)text.n);
    if (bio == NULL)
        return TG_E_NOMEM;
    enum tg_err e = TG_OK;
    for (size_t left = count_blocks(text); left > 0 && e == TG_OK; left--)
        e = next_block(bio, label, take, ctx);
    BIO_free(bio);
    ERR_clear_error();
    return e;
}
