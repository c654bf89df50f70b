#include "certs/base/text.h"

/* The table of RFC 3629 section 4: lead byte, bounds of the second byte, length. Everything else is not
 * UTF-8. */
struct form {
    uint8_t first, last;
    uint8_t low, high;
    size_t n;
};

static const struct form forms[] = {
    {0x00, 0x7f, 0x00, 0x00, 1}, {0xc2, 0xdf, 0x80, 0xbf, 2}, {0xe0, 0xe0, 0xa0, 0xbf, 3},
    {0xe1, 0xec, 0x80, 0xbf, 3}, {0xed, 0xed, 0x80, 0x9f, 3}, /* above 9f: surrogates */
    {0xee, 0xef, 0x80, 0xbf, 3}, {0xf0, 0xf0, 0x90, 0xbf, 4}, {0xf1, 0xf3, 0x80, 0xbf, 4},
    {0xf4, 0xf4, 0x80, 0x8f, 4},
};

/* Bytes of the code point at p; 0 when it is malformed or cut off. */
static size_t step(const uint8_t *p, size_t n)
{
    const struct form *f = NULL;

    for (size_t i = 0; i < sizeof forms / sizeof forms[0] && f == NULL; i++) {
        if (p[0] >= forms[i].first && p[0] <= forms[i].last)
            f = &forms[i];
    }
    if (f == NULL || n < f->n)
        return 0;
    if (f->n > 1 && (p[1] < f->low || p[1] > f->high))
        return 0;
    for (size_t k = 2; k < f->n; k++) {
        if ((p[k] & 0xc0) != 0x80)
            return 0;
    }
    return f->n;
}

bool tg_utf8_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n;) {
        size_t k = step(s.p + i, s.n - i);

        if (k == 0)
            return false;
        i += k;
    }
    return true;
}

size_t tg_utf8_count(struct tg_span s)
{
    size_t count = 0;

    for (size_t i = 0; i < s.n; i++)
        count += (s.p[i] & 0xc0) != 0x80;
    return count;
}

bool tg_text_clean(struct tg_span s)
{
    if (!tg_utf8_ok(s))
        return false;
    for (size_t i = 0; i < s.n; i++) {
        if (s.p[i] < 0x20 || s.p[i] == 0x7f)
            return false;
        /* C1 controls U+0080..U+009F are C2 80..C2 9F. */
        if (s.p[i] == 0xc2 && s.p[i + 1] < 0xa0)
            return false;
    }
    return true;
}
