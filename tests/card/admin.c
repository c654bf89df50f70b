/* The card management key 9B (SP 800-73-4 part 2 appendix A.1) and what it opens: GENERATE ASYMMETRIC KEY
 * PAIR. */
#include <openssl/rand.h>

#include "certs/base/secret.h"
#include "tests/card/inner.h"

size_t tg_vc_mgmt_key_bytes(enum tg_vcard_mgmt m)
{
    switch (m) {
    case TG_VCARD_AES128:
        return 16;
    case TG_VCARD_AES256:
        return 32;
    case TG_VCARD_3DES:
    case TG_VCARD_AES192:
        break;
    }
    return 24;
}

/* 01…08 over and over: the key that cards leave the factory with. */
void tg_vc_mgmt_default(struct tg_vc_store *d)
{
    for (size_t i = 0; i < sizeof d->mgmt_key; i++)
        d->mgmt_key[i] = (uint8_t)(i % 8 + 1);
}

static const EVP_CIPHER *cipher(enum tg_vcard_mgmt m)
{
    switch (m) {
    case TG_VCARD_AES128:
        return EVP_aes_128_ecb();
    case TG_VCARD_AES192:
        return EVP_aes_192_ecb();
    case TG_VCARD_AES256:
        return EVP_aes_256_ecb();
    case TG_VCARD_3DES:
        break;
    }
    return EVP_des_ede3_ecb();
}

static size_t block_bytes(const struct tg_vcard *c)
{
    return c->d.mgmt == TG_VCARD_3DES ? 8 : 16;
}

/* One block under the management key. */
static bool encrypt(const struct tg_vcard *c, const uint8_t *in, uint8_t out[16])
{
    uint8_t room[48];
    int n = 0, block = (int)block_bytes(c);
    EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
    bool ok = ctx && EVP_EncryptInit_ex2(ctx, cipher(c->d.mgmt), c->d.mgmt_key, NULL, NULL) == 1 &&
              EVP_CIPHER_CTX_set_padding(ctx, 0) == 1 && EVP_EncryptUpdate(ctx, room, &n, in, block) == 1 &&
              n == block;
    EVP_CIPHER_CTX_free(ctx);
    if (ok)
        memcpy(out, room, (size_t)block);
    return ok;
}

static unsigned put(unsigned tag, const uint8_t *p, size_t n, struct tg_buf *data)
{
    TG_BUF_AUTO inner = TG_BUF_INIT(64);
    if (tg_vc_tlv_add(&inner, tag, tg_span(p, n)) != TG_OK ||
        tg_vc_tlv_add(data, 0x7c, tg_span_buf(&inner)) != TG_OK)
        return TG_SW_BROKEN;
    return TG_SW_OK;
}

/* First half. Single: a challenge in clear. Mutual: a witness, sent encrypted, wanted back in clear. */
static unsigned begin(struct tg_vcard *c, bool mutual, struct tg_buf *data)
{
    uint8_t shown[16];
    size_t n = block_bytes(c);
    if (RAND_bytes(c->s.challenge, (int)n) != 1)
        return TG_SW_BROKEN;
    c->s.challenge_n = n;
    c->s.mutual = mutual;
    memcpy(shown, c->s.challenge, n);
    if (mutual && !encrypt(c, c->s.challenge, shown))
        return TG_SW_BROKEN;
    return put(mutual ? 0x80 : 0x81, shown, n, data);
}

static unsigned finish_single(struct tg_vcard *c, struct tg_span response)
{
    uint8_t want[16];
    if (c->s.mutual || response.n != c->s.challenge_n)
        return TG_SW_SECURITY;
    if (!encrypt(c, c->s.challenge, want))
        return TG_SW_BROKEN;
    c->s.admin = tg_secret_eq(tg_span(want, response.n), response);
    return c->s.admin ? TG_SW_OK : TG_SW_SECURITY;
}

static unsigned finish_mutual(struct tg_vcard *c, struct tg_span witness, struct tg_span challenge,
                              struct tg_buf *data)
{
    uint8_t proof[16];
    if (!c->s.mutual || witness.n != c->s.challenge_n)
        return TG_SW_SECURITY;
    if (challenge.n != c->s.challenge_n)
        return TG_SW_DATA;
    c->s.admin = tg_secret_eq(tg_span(c->s.challenge, witness.n), witness);
    if (!c->s.admin)
        return TG_SW_SECURITY;
    return encrypt(c, challenge.p, proof) ? put(0x82, proof, challenge.n, data) : TG_SW_BROKEN;
}

unsigned tg_vc_admin_auth(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_span body,
                          struct tg_buf *data)
{
    struct tg_span witness = tg_vc_tlv_find(body, 0x80), challenge = tg_vc_tlv_find(body, 0x81),
                   response = tg_vc_tlv_find(body, 0x82);
    /* 00 is an old name for 3DES, SP 800-78-4 table 6-2. */
    if ((a->p1 ? a->p1 : 0x03u) != (unsigned)c->d.mgmt)
        return TG_SW_P1P2;
    c->s.admin = false;
    if (witness.p && !witness.n)
        return begin(c, true, data);
    if (challenge.p && !challenge.n)
        return begin(c, false, data);
    if (!c->s.challenge_n)
        return TG_SW_SECURITY;
    unsigned sw = TG_SW_DATA;
    if (witness.n)
        sw = finish_mutual(c, witness, challenge, data);
    else if (response.n)
        sw = finish_single(c, response);
    c->s.challenge_n = 0;
    return sw;
}

unsigned tg_vc_generate(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    struct tg_span in = a->data, control = {0};
    unsigned tag = 0;
    int i = tg_vc_slot(a->p2);
    if (a->p1 != 0 || i < 0)
        return TG_SW_P1P2;
    if (!c->s.admin)
        return TG_SW_SECURITY;
    if (!tg_vc_tlv_next(&in, &tag, &control) || tag != 0xac || in.n)
        return TG_SW_DATA;
    struct tg_span alg = tg_vc_tlv_find(control, 0x80);
    if (alg.n != 1 || tg_vcard_generate(c, a->p2, alg.p[0]) != TG_OK)
        return TG_SW_DATA;
    return tg_vc_key_template(c->d.key[i], data) == TG_OK ? TG_SW_OK : TG_SW_BROKEN;
}
