/* The keyed hash of a query. */
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>

#include "certs/base/text.h"
#include "server/audit/entry.h"

struct tg_query_hasher {
    EVP_MAC *mac;
    EVP_MAC_CTX *ctx;
};

static bool begin(struct tg_query_hasher *h, struct tg_span key)
{
    char digest[] = "SHA256";
    OSSL_PARAM params[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, digest, 0),
                           OSSL_PARAM_construct_end()};

    h->mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
    h->ctx = h->mac == NULL ? NULL : EVP_MAC_CTX_new(h->mac);
    return h->ctx != NULL && EVP_MAC_init(h->ctx, key.p, key.n, params) == 1;
}

enum tg_err tg_query_hasher_new(struct tg_span key, struct tg_query_hasher **ret)
{
    struct tg_query_hasher *h;

    if (key.n < 32)
        return TG_E_CONFIG; /* RFC 2104 section 3: no shorter than the digest */
    h = calloc(1, sizeof *h);
    if (h == NULL)
        return TG_E_NOMEM;
    if (!begin(h, key)) {
        tg_query_hasher_free(&h);
        return TG_E_INTERNAL;
    }
    *ret = h;
    return TG_OK;
}

enum tg_err tg_query_hash(struct tg_query_hasher *h, const char *kind, struct tg_span text, char out[65])
{
    static const uint8_t nothing[1];
    uint8_t mac[32];
    size_t n = 0;

    /* Without a key EVP_MAC_init starts over with the one it has. */
    if (EVP_MAC_init(h->ctx, NULL, 0, NULL) != 1 ||
        EVP_MAC_update(h->ctx, (const uint8_t *)kind, strlen(kind) + 1) != 1 ||
        EVP_MAC_update(h->ctx, text.n != 0 ? text.p : nothing, text.n) != 1 ||
        EVP_MAC_final(h->ctx, mac, &n, sizeof mac) != 1 || n != sizeof mac)
        return TG_E_INTERNAL;
    tg_hex(mac, sizeof mac, out);
    return TG_OK;
}

void tg_query_hasher_free(struct tg_query_hasher **h)
{
    if (*h == NULL)
        return;
    EVP_MAC_CTX_free((*h)->ctx);
    EVP_MAC_free((*h)->mac);
    free(*h);
    *h = NULL;
}
