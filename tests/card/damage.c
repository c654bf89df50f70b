/* Faults that spoil an answer: its data before they are cut into parts, or the reply as it leaves the card.
 */
#include "tests/card/inner.h"

static const uint8_t junk[4] = {0xde, 0xad, 0xbe, 0xef};

/* The last byte of the outer TLV's length field; NULL when there is no TLV. */
static uint8_t *length_byte(struct tg_buf *data)
{
    struct tg_span in = tg_span_buf(data), value;
    unsigned tag = 0;
    if (!tg_vc_tlv_next(&in, &tag, &value))
        return NULL;
    return data->p + (value.p - data->p) - 1;
}

static enum tg_err stuff(struct tg_buf *data)
{
    struct tg_span in = tg_span_buf(data), value;
    unsigned tag = 0;
    if (!tg_vc_tlv_next(&in, &tag, &value))
        return TG_OK;
    TG_BUF_AUTO body = TG_BUF_INIT(data->max);
    enum tg_err e = tg_buf_add_span(&body, value);
    if (e == TG_OK)
        e = tg_buf_add(&body, junk, sizeof junk);
    tg_buf_reset(data);
    return e == TG_OK ? tg_vc_tlv_add(data, tag, tg_span_buf(&body)) : e;
}

/* Only a certificate object can be forged; other objects pass unchanged. */
static enum tg_err forge(const struct tg_vc_apdu *a, struct tg_buf *data)
{
    if (a->ins != 0xcb)
        return TG_OK;
    enum tg_err e = tg_vc_cert_forge(data);
    return e == TG_E_FORM ? TG_OK : e;
}

enum tg_err tg_vc_damage_data(const struct tg_vcard *c, const struct tg_vc_apdu *a, struct tg_buf *data)
{
    const struct tg_vc_fault *f = NULL;
    enum tg_err e = TG_OK;
    if (!data->n)
        return TG_OK;
    if (a->ins == 0x87 && a->p2 != 0x9b && tg_vc_fault_get(c, TG_VC_BAD_SIGNATURE))
        data->p[data->n - 1] ^= 1;
    if (tg_vc_fault_get(c, TG_VC_WRONG_CERT))
        e = forge(a, data);
    if (e == TG_OK && tg_vc_fault_get(c, TG_VC_GARBAGE))
        e = stuff(data);
    uint8_t *len = length_byte(data);
    if ((f = tg_vc_fault_get(c, TG_VC_WRONG_LENGTH)) && len)
        *len = (uint8_t)(*len + f->value);
    if (e == TG_OK && tg_vc_fault_get(c, TG_VC_TRAILING))
        e = tg_buf_add(data, junk, sizeof junk);
    if ((f = tg_vc_fault_get(c, TG_VC_CUT)))
        data->n -= f->value < data->n ? f->value : data->n;
    return e;
}

static enum tg_err lengthen(struct tg_buf *reply, size_t from, unsigned n)
{
    uint8_t sw[2] = {0x90, 0x00};
    enum tg_err e = TG_OK;
    if (reply->n >= from + 2) {
        memcpy(sw, reply->p + reply->n - 2, sizeof sw);
        reply->n -= 2;
    }
    for (unsigned i = 0; i < n && e == TG_OK; i++)
        e = tg_buf_add(reply, &junk[i % sizeof junk], 1);
    return e == TG_OK ? tg_buf_add(reply, sw, sizeof sw) : e;
}

enum tg_err tg_vc_damage_reply(const struct tg_vcard *c, struct tg_buf *reply, size_t from)
{
    const struct tg_vc_fault *f = tg_vc_fault_get(c, TG_VC_OVERLONG);
    enum tg_err e = f ? lengthen(reply, from, f->value) : TG_OK;
    f = tg_vc_fault_get(c, TG_VC_TRUNCATE);
    if (f && reply->n > from + f->value)
        reply->n = from + f->value;
    return e;
}
