#include "client/card/tlv.h"

static enum tg_err take(struct tg_span *s, uint8_t *ret)
{
    if (s->n == 0)
        return TG_E_TRUNCATED;
    *ret = *s->p++;
    s->n--;
    return TG_OK;
}

static enum tg_err take_tag(struct tg_span *s, uint32_t *ret)
{
    enum tg_err err;
    uint8_t b = 0;

    if ((err = take(s, &b)) != TG_OK)
        return err;
    if (b == 0x00 || b == 0xff) /* padding bytes, ISO/IEC 7816-4 section 5.2.2.1: PIV never uses them */
        return TG_E_FORM;
    *ret = b;
    if ((b & 0x1f) != 0x1f)
        return TG_OK;
    for (int i = 0; i < 2; i++) {
        if ((err = take(s, &b)) != TG_OK)
            return err;
        *ret = *ret << 8 | b;
        if ((b & 0x80) == 0)
            return TG_OK;
    }
    return TG_E_FORM;
}

static enum tg_err take_length(struct tg_span *s, size_t *ret)
{
    enum tg_err err;
    uint8_t b = 0;
    unsigned more;

    if ((err = take(s, &b)) != TG_OK)
        return err;
    if (b < 0x80) {
        *ret = b;
        return TG_OK;
    }
    if (b < 0x81 || b > 0x83)
        return TG_E_FORM;
    *ret = 0;
    for (more = b & 0x0fu; more > 0; more--) {
        if ((err = take(s, &b)) != TG_OK)
            return err;
        *ret = *ret << 8 | b;
    }
    return TG_OK;
}

enum tg_err tg_tlv_next(struct tg_span *rest, struct tg_tlv *ret)
{
    struct tg_span s = *rest;
    size_t n = 0;
    uint32_t tag = 0;
    enum tg_err err;

    if ((err = take_tag(&s, &tag)) != TG_OK || (err = take_length(&s, &n)) != TG_OK)
        return err;
    if (n > s.n)
        return TG_E_TRUNCATED;
    ret->tag = tag;
    ret->value = tg_span(s.p, n);
    *rest = tg_span(s.p + n, s.n - n);
    return TG_OK;
}

enum tg_err tg_tlv_only(struct tg_span in, uint32_t tag, struct tg_span *ret)
{
    struct tg_tlv t = {0};
    enum tg_err err = tg_tlv_next(&in, &t);

    if (err != TG_OK)
        return err;
    if (t.tag != tag)
        return TG_E_FORM;
    if (in.n != 0)
        return TG_E_TRAILING;
    *ret = t.value;
    return TG_OK;
}

enum tg_err tg_tlv_find(struct tg_span in, uint32_t tag, struct tg_span *ret)
{
    struct tg_tlv t = {0};
    struct tg_span found = {0};
    unsigned times = 0;
    enum tg_err err;

    while (in.n > 0) {
        if ((err = tg_tlv_next(&in, &t)) != TG_OK)
            return err;
        if (t.tag == tag) {
            found = t.value;
            times++;
        }
    }
    if (times > 1)
        return TG_E_FORM;
    if (times == 0)
        return TG_E_NOT_FOUND;
    *ret = found;
    return TG_OK;
}

static size_t head(uint32_t tag, size_t n, uint8_t out[8])
{
    size_t at = 0;

    if (tag > 0xffff)
        out[at++] = (uint8_t)(tag >> 16);
    if (tag > 0xff)
        out[at++] = (uint8_t)(tag >> 8);
    out[at++] = (uint8_t)tag;
    if (n > 0xffff) {
        out[at++] = 0x83;
        out[at++] = (uint8_t)(n >> 16);
    } else if (n > 0xff) {
        out[at++] = 0x82;
    } else if (n > 0x7f) {
        out[at++] = 0x81;
    }
    if (n > 0xff)
        out[at++] = (uint8_t)(n >> 8);
    out[at++] = (uint8_t)n;
    return at;
}

enum tg_err tg_tlv_add(struct tg_buf *to, uint32_t tag, struct tg_span value)
{
    uint8_t h[8];
    size_t n;
    enum tg_err err;

    if (value.n > 0xffffff)
        return TG_E_LIMIT;
    n = head(tag, value.n, h);
    if ((err = tg_buf_reserve(to, n + value.n)) != TG_OK || (err = tg_buf_add(to, h, n)) != TG_OK)
        return err;
    return tg_buf_add_span(to, value);
}
