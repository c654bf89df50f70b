/* GENERAL AUTHENTICATE, SP 800-73-4 part 2 section 3.2.4: signatures with a slot's key. 9B is in admin.c. */
#include "tests/card/inner.h"

/* 9A and 9D: after the PIN. 9C: the PIN right before. 9E: always. */
static unsigned may_use(const struct tg_vcard *c, unsigned slot)
{
    if (slot == 0x9e)
        return TG_SW_OK;
    if (tg_vc_fault_get(c, TG_VC_CONTACTLESS) || !tg_vc_pin_ok(c))
        return TG_SW_SECURITY;
    return slot != 0x9c || c->s.fresh ? TG_SW_OK : TG_SW_SECURITY;
}

static enum tg_err answer(EVP_PKEY *key, struct tg_span input, struct tg_buf *data)
{
    TG_BUF_AUTO sig = TG_BUF_INIT(512);
    TG_BUF_AUTO inner = TG_BUF_INIT(600);
    enum tg_err e = tg_vc_key_sign(key, input, &sig);
    if (e == TG_OK)
        e = tg_vc_tlv_add(&inner, 0x82, tg_span_buf(&sig));
    return e == TG_OK ? tg_vc_tlv_add(data, 0x7c, tg_span_buf(&inner)) : e;
}

static unsigned sign(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_span body, struct tg_buf *data)
{
    int i = tg_vc_slot(a->p2);
    EVP_PKEY *key = i < 0 ? NULL : c->d.key[i];
    if (!key)
        return TG_SW_REFERENCE;
    if ((unsigned)tg_vc_key_alg(key) != a->p1)
        return TG_SW_P1P2;
    unsigned sw = may_use(c, a->p2);
    if (sw != TG_SW_OK)
        return sw;
    struct tg_span input = tg_vc_tlv_find(body, 0x81), want = tg_vc_tlv_find(body, 0x82);
    if (!input.n || !want.p || want.n)
        return TG_SW_DATA;
    c->s.fresh = false;
    return answer(key, input, data) == TG_OK ? TG_SW_OK : TG_SW_DATA;
}

unsigned tg_vc_authenticate(struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    struct tg_span in = a->data, body = {0};
    unsigned tag = 0;
    if (!tg_vc_tlv_next(&in, &tag, &body) || tag != 0x7c || in.n)
        return TG_SW_DATA;
    return a->p2 == 0x9b ? tg_vc_admin_auth(c, a, body, data) : sign(c, a, body, data);
}
