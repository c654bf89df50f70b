/* Personalisation: the management key 9B, external authentication (SP 800-73-4 part 2 appendix A.1), and PUT
 * DATA. */
#include <openssl/evp.h>

#define ZLIB_CONST
#include <zlib.h>

#include "certs/base/limits.h"
#include "client/card/piv_reply.h"
#include "client/card/piv_state.h"
#include "client/card/tlv.h"

#define INS_GENERAL_AUTHENTICATE 0x87
#define INS_PUT_DATA 0xdb
#define KEY_MANAGEMENT 0x9b

/* SP 800-78-4 table 6-2. Two of them have 24 bytes; the card says which it holds. */
struct cipher {
    uint8_t id;
    size_t key_bytes;
    size_t block;
    const EVP_CIPHER *(*get)(void);
};
static const struct cipher ciphers[] = {
    {0x08, 16, 16, EVP_aes_128_ecb},
    {0x0a, 24, 16, EVP_aes_192_ecb},
    {0x03, 24, 8, EVP_des_ede3_ecb},
    {0x0c, 32, 16, EVP_aes_256_ecb},
};

static enum tg_err encrypt(const struct cipher *k, const struct tg_secret *key, struct tg_span in,
                           uint8_t out[16])
{
    EVP_CIPHER_CTX *x = EVP_CIPHER_CTX_new();
    int n = 0;
    bool ok = x != NULL && EVP_EncryptInit_ex(x, k->get(), NULL, key->p, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(x, 0) == 1 && EVP_EncryptUpdate(x, out, &n, in.p, (int)in.n) == 1 &&
              (size_t)n == in.n;

    EVP_CIPHER_CTX_free(x);
    return ok ? TG_OK : TG_E_NOMEM;
}

static enum tg_err authenticate(struct tg_piv *p, const struct cipher *k, struct tg_span inner,
                                struct tg_buf *reply, uint16_t *sw)
{
    TG_BUF_AUTO data = TG_BUF_INIT(64);
    struct tg_apdu c = {.ins = INS_GENERAL_AUTHENTICATE, .p1 = k->id, .p2 = KEY_MANAGEMENT, .le = true};
    enum tg_err err = tg_tlv_add(&data, 0x7c, inner);

    if (err != TG_OK)
        return err;
    c.data = tg_span_buf(&data);
    c.once = true;
    return tg_piv_run(p, &c, reply, sw);
}

/* TG_E_NOT_FOUND: the card has no management key of this kind. */
static enum tg_err challenge(struct tg_piv *p, const struct cipher *k, struct tg_buf *reply,
                             struct tg_span *ret)
{
    static const uint8_t ask[] = {0x81, 0x00};
    uint16_t sw = 0;
    enum tg_err err = authenticate(p, k, tg_span(ask, sizeof(ask)), reply, &sw);

    if (err != TG_OK)
        return err;
    if (sw != 0x9000)
        return TG_E_NOT_FOUND;
    if ((err = tg_piv_auth_template(tg_span_buf(reply), 0x81, ret)) != TG_OK)
        return err;
    return ret->n == k->block ? TG_OK : TG_E_CARD_REPLY;
}

static enum tg_err respond(struct tg_piv *p, const struct cipher *k, const struct tg_secret *key,
                           struct tg_span asked)
{
    TG_BUF_AUTO inner = TG_BUF_INIT(32);
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
    uint8_t answer[16];
    uint16_t sw = 0;
    enum tg_err err;

    if ((err = encrypt(k, key, asked, answer)) != TG_OK ||
        (err = tg_tlv_add(&inner, 0x82, tg_span(answer, asked.n))) != TG_OK ||
        (err = authenticate(p, k, tg_span_buf(&inner), &reply, &sw)) != TG_OK)
        return err;
    if (sw != 0x9000)
        return TG_E_CARD_REFUSED;
    p->managed = true;
    return TG_OK;
}

enum tg_err tg_piv_admin_auth(struct tg_piv *p, const struct tg_secret *key)
{
    enum tg_err err = TG_E_CARD_REFUSED;

    for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
        TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
        struct tg_span asked = {0};

        if (ciphers[i].key_bytes != key->n)
            continue;
        if ((err = challenge(p, &ciphers[i], &reply, &asked)) == TG_E_NOT_FOUND)
            continue;
        return err != TG_OK ? err : respond(p, &ciphers[i], key, asked);
    }
    return err == TG_E_NOT_FOUND ? TG_E_CARD_REFUSED : err;
}

/* ---- PUT DATA ---- */

static enum tg_err gzip_into(struct tg_span der, struct tg_buf *to)
{
    z_stream z = {.next_in = der.p, .avail_in = (uInt)der.n};
    uint8_t out[TG_CERT_DER_BYTES + 256];
    int rc;

    if (der.n > TG_CERT_DER_BYTES)
        return TG_E_LIMIT;
    if (deflateInit2(&z, 9, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) /* 16: with gzip's wrapper */
        return TG_E_NOMEM;
    z.next_out = out;
    z.avail_out = sizeof(out);
    rc = deflate(&z, Z_FINISH);
    (void)deflateEnd(&z);
    return rc == Z_STREAM_END ? tg_buf_add(to, out, sizeof(out) - z.avail_out) : TG_E_LIMIT;
}

static enum tg_err make_object(struct tg_span cert, bool gzip, struct tg_buf *to)
{
    TG_BUF_AUTO in = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    const uint8_t info = gzip ? 0x01 : 0x00;
    enum tg_err err;

    if ((err = tg_tlv_add(&in, 0x70, cert)) != TG_OK ||
        (err = tg_tlv_add(&in, 0x71, tg_span(&info, 1))) != TG_OK ||
        (err = tg_tlv_add(&in, 0xfe, tg_span(NULL, 0))) != TG_OK)
        return err;
    return tg_tlv_add(to, 0x53, tg_span_buf(&in));
}

static enum tg_err put_data(struct tg_piv *p, uint32_t object, struct tg_span content)
{
    TG_BUF_AUTO data = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    TG_BUF_AUTO reply = TG_BUF_INIT(TG_APDU_SHORT_DATA + 3);
    const uint8_t name[] = {0x5c, 0x03, (uint8_t)(object >> 16), (uint8_t)(object >> 8), (uint8_t)object};
    struct tg_apdu c = {.ins = INS_PUT_DATA, .p1 = 0x3f, .p2 = 0xff};
    uint16_t sw = 0;
    enum tg_err err;

    if ((err = tg_buf_add(&data, name, sizeof(name))) != TG_OK ||
        (err = tg_buf_add_span(&data, content)) != TG_OK)
        return err;
    c.data = tg_span_buf(&data);
    if ((err = tg_piv_run(p, &c, &reply, &sw)) != TG_OK)
        return err;
    return tg_piv_sw(sw);
}

enum tg_err tg_piv_put_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_span der, bool gzip)
{
    TG_BUF_AUTO packed = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    TG_BUF_AUTO object = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    uint32_t tag = tg_piv_object(slot);
    enum tg_err err;

    if (tag == 0)
        return TG_E_CARD_REFUSED;
    if (der.n > TG_CARD_CERT_INFLATED) /* what we could not read back we do not write */
        return TG_E_LIMIT;
    if (gzip && (err = gzip_into(der, &packed)) != TG_OK)
        return err;
    if ((err = make_object(gzip ? tg_span_buf(&packed) : der, gzip, &object)) != TG_OK)
        return err;
    return put_data(p, tag, tg_span_buf(&object));
}
