#include "server/records/cursor.h"

#include <openssl/evp.h>
#include <openssl/rand.h>

#include "certs/base/text.h"

#define NONCE 12u /* SP 800-38D */
#define TAG 16u
#define HEAD 13u /* loose, ref, until */
#define PLAIN_MAX (HEAD + 2 * TG_KEY_BYTES + 1)

/* Length first, so that no two lists of members give the same bytes. */
static bool feed(EVP_MD_CTX *md, const void *p, size_t n)
{
    uint64_t len = n;
    return EVP_DigestUpdate(md, &len, sizeof len) == 1 && (n == 0 || EVP_DigestUpdate(md, p, n) == 1);
}

static bool feed_str(EVP_MD_CTX *md, const char *s)
{
    return feed(md, s, strlen(s));
}

/* None is not the same as an empty one. */
static bool feed_some(EVP_MD_CTX *md, const char *s)
{
    return s == NULL ? feed(md, "", 1) : feed_str(md, s);
}

static bool feed_scope(EVP_MD_CTX *md, const struct tg_scope *s)
{
    bool ok = feed_str(md, tg_scope_digest(s));
    for (size_t i = 0; ok && i < tg_scope_count(s); i++) {
        const struct tg_clause *c = tg_scope_clause(s, i);
        uint64_t bits[2] = {(uint64_t)c->class, c->fields};
        ok = feed(md, bits, sizeof bits) && feed_str(md, c->company) && feed_str(md, c->areas) &&
             feed_str(md, c->rule) && feed_some(md, c->point) && feed_some(md, c->basis);
    }
    return ok;
}

enum tg_err tg_cursor_bind(const struct tg_query *q, const struct tg_scope *s, struct tg_span database,
                           struct tg_cursor_bond *ret)
{
    EVP_MD_CTX *md = EVP_MD_CTX_new();
    if (md == NULL)
        return TG_E_NOMEM;
    uint64_t by = (uint64_t)q->by;
    bool ok = EVP_DigestInit_ex(md, EVP_sha256(), NULL) == 1 && feed(md, &by, sizeof by) &&
              feed(md, q->text.p, q->text.n) && feed(md, database.p, database.n) && feed_scope(md, s) &&
              EVP_DigestFinal_ex(md, ret->sha, NULL) == 1;
    EVP_MD_CTX_free(md);
    return ok ? TG_OK : TG_E_INTERNAL;
}

static bool encrypt(EVP_CIPHER_CTX *c, const uint8_t *key, const struct tg_cursor_bond *bond,
                    struct tg_span plain, uint8_t *out)
{
    int len = 0;
    size_t n = plain.n;
    return EVP_EncryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, out) == 1 &&
           EVP_EncryptUpdate(c, NULL, &len, bond->sha, sizeof bond->sha) == 1 &&
           EVP_EncryptUpdate(c, out + NONCE, &len, plain.p, (int)n) == 1 && (size_t)len == n &&
           EVP_EncryptFinal_ex(c, out + NONCE + n, &len) == 1 &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_GET_TAG, TAG, out + NONCE + n) == 1;
}

enum tg_err tg_cursor_seal(struct tg_span key, const struct tg_cursor_bond *bond,
                           const struct tg_place_mark *m, struct tg_buf *out)
{
    uint8_t plain[PLAIN_MAX];
    uint8_t sealed[NONCE + PLAIN_MAX + TAG];
    if (key.n != TG_CURSOR_KEY_BYTES || m->n > sizeof m->entry)
        return TG_E_INTERNAL;
    plain[0] = m->loose ? 1 : 0;
    memcpy(plain + 1, &m->ref, 8);
    memcpy(plain + 9, &m->until, 4);
    memcpy(plain + HEAD, m->entry, m->n);
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    if (c == NULL)
        return TG_E_NOMEM;
    bool ok = RAND_bytes(sealed, NONCE) == 1 && encrypt(c, key.p, bond, tg_span(plain, HEAD + m->n), sealed);
    EVP_CIPHER_CTX_free(c);
    tg_wipe(plain, sizeof plain);
    return ok ? tg_b64u_encode(tg_span(sealed, NONCE + HEAD + m->n + TAG), out) : TG_E_INTERNAL;
}

static bool decrypt(EVP_CIPHER_CTX *c, const uint8_t *key, const struct tg_cursor_bond *bond,
                    struct tg_span sealed, uint8_t *plain)
{
    int len = 0;
    size_t n = sealed.n - NONCE - TAG;
    uint8_t tag[TAG];
    memcpy(tag, sealed.p + NONCE + n, TAG);
    return EVP_DecryptInit_ex(c, EVP_aes_256_gcm(), NULL, key, sealed.p) == 1 &&
           EVP_DecryptUpdate(c, NULL, &len, bond->sha, sizeof bond->sha) == 1 &&
           EVP_DecryptUpdate(c, plain, &len, sealed.p + NONCE, (int)n) == 1 &&
           EVP_CIPHER_CTX_ctrl(c, EVP_CTRL_AEAD_SET_TAG, TAG, tag) == 1 &&
           EVP_DecryptFinal_ex(c, plain + n, &len) == 1;
}

static enum tg_err open_sealed(struct tg_span key, const struct tg_cursor_bond *bond, struct tg_span sealed,
                               struct tg_place_mark *ret)
{
    if (sealed.n < NONCE + HEAD + TAG || sealed.n > NONCE + PLAIN_MAX + TAG)
        return TG_E_CURSOR;
    uint8_t plain[PLAIN_MAX];
    EVP_CIPHER_CTX *c = EVP_CIPHER_CTX_new();
    if (c == NULL)
        return TG_E_NOMEM;
    bool ok = decrypt(c, key.p, bond, sealed, plain);
    EVP_CIPHER_CTX_free(c);
    if (ok) {
        ret->loose = plain[0] == 1;
        memcpy(&ret->ref, plain + 1, 8);
        memcpy(&ret->until, plain + 9, 4);
        ret->n = sealed.n - NONCE - HEAD - TAG;
        memcpy(ret->entry, plain + HEAD, ret->n);
    }
    tg_wipe(plain, sizeof plain);
    return ok ? TG_OK : TG_E_CURSOR;
}

enum tg_err tg_cursor_open(struct tg_span key, const struct tg_cursor_bond *bond, struct tg_span text,
                           struct tg_place_mark *ret)
{
    if (key.n != TG_CURSOR_KEY_BYTES)
        return TG_E_INTERNAL;
    if (text.n > TG_CURSOR_BYTES)
        return TG_E_CURSOR;
    TG_BUF_AUTO sealed = TG_BUF_INIT(TG_CURSOR_BYTES);
    enum tg_err err = tg_b64u_decode(text, &sealed);
    if (err == TG_E_NOMEM)
        return err;
    return err == TG_OK ? open_sealed(key, bond, tg_span_buf(&sealed), ret) : TG_E_CURSOR;
}
