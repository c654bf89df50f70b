/* Command APDUs, ISO 7816-4 section 5.1: cases 1 to 4, short and extended. */
#include "tests/card/inner.h"

static bool parse_short(struct tg_span rest, struct tg_vc_apdu *a)
{
    if (rest.n == 1) {
        a->le = rest.p[0] ? rest.p[0] : 256;
        return true;
    }
    size_t lc = rest.p[0];
    if (rest.n != 1 + lc && rest.n != 2 + lc)
        return false;
    a->data = tg_span(rest.p + 1, lc);
    if (rest.n == 2 + lc)
        a->le = rest.p[1 + lc] ? rest.p[1 + lc] : 256;
    return true;
}

static size_t le16(const uint8_t *p)
{
    size_t v = (size_t)p[0] << 8 | p[1];
    return v ? v : 65536;
}

/* rest starts with the 00 that announces extended lengths. */
static bool parse_extended(struct tg_span rest, struct tg_vc_apdu *a)
{
    a->extended = true;
    if (rest.n == 3) {
        a->le = le16(rest.p + 1);
        return true;
    }
    size_t lc = (size_t)rest.p[1] << 8 | rest.p[2];
    if (lc == 0 || (rest.n != 3 + lc && rest.n != 5 + lc))
        return false;
    a->data = tg_span(rest.p + 3, lc);
    if (rest.n == 5 + lc)
        a->le = le16(rest.p + 3 + lc);
    return true;
}

bool tg_vc_apdu_parse(struct tg_span cmd, struct tg_vc_apdu *a)
{
    *a = (struct tg_vc_apdu){0};
    if (cmd.n < 4)
        return false;
    a->cla = cmd.p[0];
    a->ins = cmd.p[1];
    a->p1 = cmd.p[2];
    a->p2 = cmd.p[3];
    struct tg_span rest = tg_span(cmd.p + 4, cmd.n - 4);
    if (rest.n == 0)
        return true;
    /* A lone Lc of 00 with an Le behind it is tolerated as "no data" by no card: 00 there means extended. */
    if (rest.n >= 3 && rest.p[0] == 0)
        return parse_extended(rest, a);
    return parse_short(rest, a);
}
