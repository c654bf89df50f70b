/* Both alphabets of RFC 4648. One text has one encoding here: what we would not have written, we do not read.
 */
#include "certs/base/text.h"

static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char url[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

static enum tg_err encode(struct tg_span in, const char *letters, bool pad, struct tg_buf *out)
{
    size_t tail = in.n % 3;
    enum tg_err err;
    uint8_t *to;
    size_t i = 0;

    if (in.n > SIZE_MAX / 2)
        return TG_E_LIMIT;
    err = tg_buf_reserve(out, in.n / 3 * 4 + (tail == 0 ? 0 : pad ? 4 : tail + 1));
    if (err != TG_OK)
        return err;
    to = out->p + out->n;
    for (; i + 3 <= in.n; i += 3) {
        uint32_t v = (uint32_t)in.p[i] << 16 | (uint32_t)in.p[i + 1] << 8 | in.p[i + 2];

        for (unsigned k = 0; k < 4; k++)
            *to++ = (uint8_t)letters[v >> (18 - 6 * k) & 63];
    }
    if (tail > 0) {
        uint32_t v = (uint32_t)in.p[i] << 16 | (tail == 2 ? (uint32_t)in.p[i + 1] << 8 : 0);

        for (unsigned k = 0; k < tail + 1; k++)
            *to++ = (uint8_t)letters[v >> (18 - 6 * k) & 63];
        for (size_t k = tail; pad && k < 3; k++)
            *to++ = '=';
    }
    out->n = (size_t)(to - out->p);
    return TG_OK;
}

/* 0..63, or -1 for a letter outside the alphabet. */
static int value(uint8_t c, const char *letters)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == (uint8_t)letters[62])
        return 62;
    return c == (uint8_t)letters[63] ? 63 : -1;
}

/* Letters without padding. n grows only at the end, so a refusal leaves the buffer as it was. */
static enum tg_err decode(struct tg_span in, const char *letters, struct tg_buf *out)
{
    uint32_t acc = 0;
    unsigned bits = 0;
    size_t n = 0;
    enum tg_err err;

    if (in.n % 4 == 1)
        return TG_E_FORM;
    err = tg_buf_reserve(out, in.n / 4 * 3 + in.n % 4 * 3 / 4);
    if (err != TG_OK)
        return err;
    for (size_t i = 0; i < in.n; i++) {
        int v = value(in.p[i], letters);

        if (v < 0)
            return TG_E_FORM;
        acc = (acc << 6 | (uint32_t)v) & 0xffff;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            out->p[out->n + n++] = (uint8_t)(acc >> bits);
        }
    }
    /* Spare bits that are not zero would give one value several spellings (RFC 4648 section 3.5). */
    if ((acc & ((1u << bits) - 1)) != 0)
        return TG_E_FORM;
    out->n += n;
    return TG_OK;
}

enum tg_err tg_b64u_encode(struct tg_span in, struct tg_buf *out)
{
    return encode(in, url, false, out);
}

enum tg_err tg_b64u_decode(struct tg_span in, struct tg_buf *out)
{
    return decode(in, url, out);
}

enum tg_err tg_b64_encode(struct tg_span in, struct tg_buf *out)
{
    return encode(in, plain, true, out);
}

enum tg_err tg_b64_decode(struct tg_span in, struct tg_buf *out)
{
    if (in.n % 4 != 0)
        return TG_E_FORM;
    for (unsigned k = 0; k < 2 && in.n > 0 && in.p[in.n - 1] == '='; k++)
        in.n--;
    return decode(in, plain, out);
}
