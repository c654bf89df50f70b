#include "certs/base/text.h"

#include <string.h>

void tg_hex(const uint8_t *p, size_t n, char *out)
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < n; i++) {
        out[2 * i] = digits[p[i] >> 4];
        out[2 * i + 1] = digits[p[i] & 15];
    }
    out[2 * n] = 0;
}

static int nibble(uint8_t c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return -1;
}

enum tg_err tg_unhex(struct tg_span in, uint8_t *out, size_t n)
{
    if (in.n / 2 != n || in.n % 2 != 0)
        return TG_E_FORM;
    for (size_t i = 0; i < n; i++) {
        int high = nibble(in.p[2 * i]);
        int low = nibble(in.p[2 * i + 1]);

        if (high < 0 || low < 0)
            return TG_E_FORM;
        out[i] = (uint8_t)(high << 4 | low);
    }
    return TG_OK;
}

enum tg_err tg_u64_parse(struct tg_span s, uint64_t max, uint64_t *ret)
{
    uint64_t v = 0;

    if (s.n == 0 || (s.n > 1 && s.p[0] == '0'))
        return TG_E_FORM;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < '0' || s.p[i] > '9')
            return TG_E_FORM;
    }
    for (size_t i = 0; i < s.n; i++) {
        unsigned digit = s.p[i] - (unsigned)'0';

        if (v > max / 10 || digit > max - v * 10)
            return TG_E_LIMIT;
        v = v * 10 + digit;
    }
    *ret = v;
    return TG_OK;
}

enum tg_err tg_copy(char *dst, size_t size, struct tg_span src)
{
    if (size == 0)
        return TG_E_LIMIT;
    dst[0] = 0;
    if (src.n >= size)
        return TG_E_LIMIT;
    if (src.n == 0)
        return TG_OK;
    if (memchr(src.p, 0, src.n) != NULL)
        return TG_E_FORM;
    memcpy(dst, src.p, src.n);
    dst[src.n] = 0;
    return TG_OK;
}
