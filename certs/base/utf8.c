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

/* Kana and kanji lie between U+1000 and U+CFFF: three bytes with no bounds of their own. */
static bool is_plain_three(const uint8_t *p, size_t n)
{
    return n >= 3 && p[0] >= 0xe1 && p[0] <= 0xec && (p[1] & 0xc0) == 0x80 && (p[2] & 0xc0) == 0x80;
}

bool tg_utf8_ok(struct tg_span s)
{
    size_t i = 0, k;

    while (i < s.n) {
        if (is_plain_three(s.p + i, s.n - i))
            k = 3;
        else if (s.p[i] < 0x80)
            k = ascii(s.p + i, s.n - i);
        else
            k = step(s.p + i, s.n - i);
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

/* Controls of ASCII; of the C1 controls U+0080..U+009F, which are C2 80..C2 9F, the lead byte is looked at.
 */
static bool is_clean(const uint8_t *p)
{
    if (p[0] < 0x20 || p[0] == 0x7f)
        return false;
    return p[0] != 0xc2 || p[1] >= 0xa0;
}

/* Eight bytes of which none can be unclean: none below 0x20, none 7f, none c2. It may say no too often. */
static bool is_clean_word(const uint8_t *p)
{
    const uint64_t ones = 0x0101010101010101u;
    uint64_t w, dels, c2s;

    memcpy(&w, p, sizeof w);
    dels = w ^ ones * 0x7f;
    c2s = w ^ ones * 0xc2;
    return ((((w - ones * 0x20) & ~w) | ((dels - ones) & ~dels) | ((c2s - ones) & ~c2s)) & ones * 0x80) == 0;
}

bool tg_text_clean(struct tg_span s)
{
    size_t i = 0;

    if (!tg_utf8_ok(s))
        return false;
    while (i < s.n) {
        if (s.n - i >= 8 && is_clean_word(s.p + i)) {
            i += 8;
            continue;
        }
        if (!is_clean(s.p + i))
            return false;
        i++;
    }
    return true;
}
