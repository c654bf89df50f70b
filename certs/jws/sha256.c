#include "certs/jws/sha256.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "certs/base/text.h"

#define PART 65536u

enum tg_err tg_sha256_hex(struct tg_span bytes, char out[TG_SHA256_HEX])
{
    uint8_t hash[32];

    if (EVP_Digest(bytes.p, bytes.n, hash, NULL, EVP_sha256(), NULL) != 1) {
        return TG_E_INTERNAL;
    }
    tg_hex(hash, sizeof hash, out);
    return TG_OK;
}

static enum tg_err stream(FILE *in, EVP_MD_CTX *md, uint8_t *part, char out[TG_SHA256_HEX])
{
    uint8_t hash[32];
    size_t n;

    if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1) {
        return TG_E_INTERNAL;
    }
    while ((n = fread(part, 1, PART, in)) > 0) {
        if (EVP_DigestUpdate(md, part, n) != 1) {
            return TG_E_INTERNAL;
        }
    }
    if (ferror(in) != 0) {
        return TG_E_IO;
    }
    if (EVP_DigestFinal_ex(md, hash, NULL) != 1) {
        return TG_E_INTERNAL;
    }
    tg_hex(hash, sizeof hash, out);
    return TG_OK;
}

enum tg_err tg_sha256_file(const char *path, char out[TG_SHA256_HEX])
{
    FILE *in = fopen(path, "rbe");
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    uint8_t *part = malloc(PART);
    enum tg_err e = in == NULL ? (errno == ENOENT ? TG_E_NOT_FOUND : TG_E_IO) : TG_E_NOMEM;

    if (in != NULL && md != NULL && part != NULL) {
        e = stream(in, md, part, out);
    }
    if (in != NULL) {
        (void)fclose(in);
    }
    EVP_MD_CTX_free(md);
    free(part);
    return e;
}

bool tg_sha256_is(const char *text)
{
    uint8_t raw[32];

    return text != NULL && tg_unhex(tg_span_str(text), raw, sizeof raw) == TG_OK;
}
