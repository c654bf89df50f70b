/* BER-TLV as PIV uses it: tags of one or two bytes, lengths of one to three. */
#include "tests/card/inner.h"

static bool take(struct tg_span *in, uint8_t *b)
{
    if (in->n == 0)
        return false;
    *b = *in->p++;
    in->n--;
    return true;
}

static bool take_length(struct tg_span *in, size_t *n)
{
    uint8_t b = 0, lo = 0, hi = 0;
    if (!take(in, &b))
        return false;
    *n = b;
    if (b < 0x80)
        return true;
    if (b == 0x82 && !take(in, &hi))
        return false;
    if ((b != 0x81 && b != 0x82) || !take(in, &lo))
        return false;
    *n = (size_t)hi << 8 | lo;
    return true;
}

bool tg_vc_tlv_next(struct tg_span *in, unsigned *tag, struct tg_span *value)
{
    uint8_t b = 0;
    size_t n = 0;
    if (!take(in, &b))
        return false;
    *tag = b;
    if ((b & 0x1f) == 0x1f) {
        if (!take(in, &b))
            return false;
        *tag = *tag << 8 | b;
    }
    if (!take_length(in, &n) || n > in->n)
        return false;
    *value = tg_span(in->p, n);
    in->p += n;
    in->n -= n;
    return true;
}

struct tg_span tg_vc_tlv_find(struct tg_span in, unsigned tag)
{
    struct tg_span found = {0}, value;
    unsigned t = 0;
    while (in.n) {
        if (!tg_vc_tlv_next(&in, &t, &value))
            return (struct tg_span){0};
        if (t == tag && !found.p)
            found = value;
    }
    return found;
}

enum tg_err tg_vc_tlv_add(struct tg_buf *out, unsigned tag, struct tg_span value)
{
    uint8_t head[5];
    size_t n = 0;
    if (value.n > 0xffff)
        return TG_E_LIMIT;
    if (tag > 0xff)
        head[n++] = (uint8_t)(tag >> 8);
    head[n++] = (uint8_t)tag;
    if (value.n > 0xff) {
        head[n++] = 0x82;
        head[n++] = (uint8_t)(value.n >> 8);
    } else if (value.n > 0x7f) {
        head[n++] = 0x81;
    }
    head[n++] = (uint8_t)value.n;
    enum tg_err e = tg_buf_reserve(out, n + value.n);
    if (e == TG_OK)
        e = tg_buf_add(out, head, n);
    if (e == TG_OK)
        e = tg_buf_add_span(out, value);
    return e;
}
