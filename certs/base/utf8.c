#include <string.h>

#include "certs/base/text.h"

/* The table of RFC 3629 section 4: bounds of the second byte, length; what follows the second byte is
 * 80..bf. A length of 0: no lead byte.
 */
struct form {
    uint8_t low, high;
    uint8_t n;
};

static struct form form_of(uint8_t lead)
{
    if (lead < 0xc2)
        return (struct form){.n = lead < 0x80 ? 1 : 0};
    if (lead < 0xe0)
        return (struct form){.low = 0x80, .high = 0xbf, .n = 2};
    if (lead < 0xf0) /* e0: below a0 overlong; ed: above 9f surrogates */
        return (struct form){.low = lead == 0xe0 ? 0xa0 : 0x80, .high = lead == 0xed ? 0x9f : 0xbf, .n = 3};
    if (lead < 0xf5) /* f0: below 90 overlong; f4: above 8f beyond U+10FFFF */
        return (struct form){.low = lead == 0xf0 ? 0x90 : 0x80, .high = lead == 0xf4 ? 0x8f : 0xbf, .n = 4};
    return (struct form){.n = 0};
}

/* Bytes of the code point at p, which is not ASCII; 0 when it is malformed or cut off. */
static size_t step(const uint8_t *p, size_t n)
{
    struct form f = form_of(p[0]);

    if (f.n < 2 || n < f.n || p[1] < f.low || p[1] > f.high)
        return 0;
    for (size_t k = 2; k < f.n; k++) {
        if ((p[k] & 0xc0) != 0x80)
            return 0;
    }
    return f.n;
}

/* Every answer and every record passes here: ASCII goes eight bytes at a time. */
static size_t ascii(const uint8_t *p, size_t n)
{
    uint64_t word;
    size_t i = 0;

    for (; n - i >= sizeof word; i += sizeof word) {
        memcpy(&word, p + i, sizeof word);
        if ((word & 0x8080808080808080u) != 0)
            break;
    }
    while (i < n && p[i] < 0x80)
        i++;
    return i;
}

bool tg_utf8_ok(struct tg_span s)
{
    for (size_t i = 0; i < s.n;) {
        if (s.p[i] < 0x80) {
            i += ascii(s.p + i, s.n - i);
            continue;
        }
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
