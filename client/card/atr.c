#include "client/card/atr.h"

/* TS T0, then interface bytes: the high half of T0 and of each TDi says which of TAi TBi TCi TDi follow. */
static struct tg_span historical(struct tg_span atr)
{
    struct tg_span none = {0};
    size_t at = 2, count;
    uint8_t y;

    if (atr.n < 2)
        return none;
    y = atr.p[1];
    count = y & 0x0fu;
    for (;;) {
        at += (size_t)((y >> 4 & 1) + (y >> 5 & 1) + (y >> 6 & 1));
        if ((y & 0x80) == 0)
            break;
        if (at >= atr.n)
            return none;
        y = atr.p[at++];
    }
    return at <= atr.n && count <= atr.n - at ? tg_span(atr.p + at, count) : none;
}

bool tg_atr_extended(struct tg_span atr)
{
    struct tg_span h = historical(atr);
    size_t end = h.n, n;

    /* Category 80: compact-TLV to the end; 00: the last three bytes are a status. Others have no such
     * objects. */
    if (h.n == 0 || (h.p[0] != 0x80 && h.p[0] != 0x00))
        return false;
    if (h.p[0] == 0x00)
        end = end >= 4 ? end - 3 : 1;
    for (size_t at = 1; at < end; at += 1 + n) {
        n = h.p[at] & 0x0fu;
        if (n > end - at - 1)
            return false;
        if (h.p[at] == 0x73)
            return (h.p[at + 3] & 0x40) != 0;
    }
    return false;
}
