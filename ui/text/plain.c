#include "ui/text/plain.h"

#include "certs/base/text.h"

#define MARKS_MAX 2u /* on one letter: what stacks up higher covers other lines */

bool tg_plain_next(struct tg_span *text, uint32_t *cp)
{
    static const uint8_t lead[] = {0x7f, 0x1f, 0x0f, 0x07};
    size_t more;

    if (text->n == 0)
        return false;
    more = text->p[0] < 0x80 ? 0 : text->p[0] < 0xe0 ? 1 : text->p[0] < 0xf0 ? 2 : 3;
    *cp = text->p[0] & lead[more];
    for (size_t i = 1; i <= more; i++)
        *cp = *cp << 6 | (text->p[i] & 0x3f);
    *text = tg_span(text->p + more + 1, text->n - more - 1);
    return true;
}

static bool is_digit(uint32_t cp)
{
    return cp >= '0' && cp <= '9';
}

static uint32_t narrow(uint32_t cp)
{
    return cp >= 0xff01 && cp <= 0xff5e ? cp - 0xff01 + '!' : cp;
}

static bool is_dash(uint32_t cp)
{
    return (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2043 || cp == 0x2212 || cp == 0x2500 || cp == 0xfe63;
}

/* ー and its half-width form: a dash only between digits. */
static bool is_long(uint32_t cp)
{
    return cp == 0x30fc || cp == 0xff70;
}

static bool is_blank(uint32_t cp)
{
    return cp <= ' ' || cp == 0x7f || cp == 0xa0 || cp == 0x3000 || (cp >= 0x2000 && cp <= 0x200a) ||
           cp == 0x2028 || cp == 0x2029 || cp == 0x202f || cp == 0x205f || (cp >= 0x80 && cp < 0xa0);
}

/* Nothing that anybody sees: joiners, direction marks, variation selectors, the byte order mark. */
static bool is_nothing(uint32_t cp)
{
    return cp == 0xad || cp == 0x61c || (cp >= 0x200b && cp <= 0x200f) || (cp >= 0x202a && cp <= 0x202e) ||
           (cp >= 0x2060 && cp <= 0x206f) || (cp >= 0xfe00 && cp <= 0xfe0f) || cp == 0xfeff ||
           (cp >= 0xe0000 && cp <= 0xe0fff);
}

static enum tg_err put(struct tg_buf *out, uint32_t cp)
{
    uint8_t b[4];

    if (cp < 0x80) {
        b[0] = (uint8_t)cp;
        return tg_buf_add(out, b, 1);
    }
    size_t more = cp < 0x800 ? 1 : cp < 0x10000 ? 2 : 3;
    for (size_t i = more; i > 0; i--, cp >>= 6)
        b[i] = (uint8_t)(0x80 | (cp & 0x3f));
    b[0] = (uint8_t)((more == 1 ? 0xc0u : more == 2 ? 0xe0u : 0xf0u) | cp);
    return tg_buf_add(out, b, more + 1);
}

static bool digit_next(struct tg_span text)
{
    uint32_t cp;

    return tg_plain_next(&text, &cp) && is_digit(narrow(cp));
}

enum tg_err tg_plain(struct tg_span text, struct tg_buf *out)
{
    bool blank = false, any = false;
    uint32_t cp, last = 0;
    enum tg_err e = TG_OK;

    if (!tg_utf8_ok(text))
        return TG_E_FORM;
    while (e == TG_OK && tg_plain_next(&text, &cp)) {
        cp = narrow(cp);
        if (is_nothing(cp))
            continue;
        if (is_blank(cp)) {
            blank = any;
            continue;
        }
        if (is_dash(cp) || (is_long(cp) && is_digit(last) && !blank && digit_next(text)))
            cp = '-';
        if (blank)
            e = put(out, ' ');
        if (e == TG_OK)
            e = put(out, cp);
        blank = false;
        any = true;
        last = cp;
    }
    return e;
}

static bool is_unseen(uint32_t cp)
{
    bool variant =
        (cp >= 0xfe00 && cp <= 0xfe0f) || (cp >= 0xe0100 && cp <= 0xe01ef); /* of a kanji: it shows */

    return cp < ' ' || (cp >= 0x7f && cp < 0xa0) || cp == 0x2028 || cp == 0x2029 ||
           (is_nothing(cp) && !variant);
}

/* Marks that stand on the letter before them. */
static bool is_mark(uint32_t cp)
{
    return (cp >= 0x300 && cp <= 0x36f) || (cp >= 0x483 && cp <= 0x489) || (cp >= 0x1ab0 && cp <= 0x1aff) ||
           (cp >= 0x1dc0 && cp <= 0x1dff) || (cp >= 0x20d0 && cp <= 0x20ff) ||
           (cp >= 0xfe20 && cp <= 0xfe2f) || cp == 0x3099 || cp == 0x309a;
}

/* The longest beginning that is UTF-8, at most four bytes; 0: not even one letter. */
static size_t letter_bytes(struct tg_span text)
{
    for (size_t n = 1; n <= 4 && n <= text.n; n++)
        if (tg_utf8_ok(tg_span(text.p, n)))
            return n;
    return 0;
}

enum tg_err tg_plain_shown(struct tg_span text, struct tg_buf *out)
{
    enum tg_err e = TG_OK;
    size_t marks = 0;

    while (e == TG_OK && text.n > 0) {
        size_t n = letter_bytes(text);
        struct tg_span letter = tg_span(text.p, n);
        uint32_t cp = 0;

        bool seen = tg_plain_next(&letter, &cp) && !is_unseen(cp);
        marks = is_mark(cp) ? marks + 1 : 0;
        e = put(out, seen && marks <= MARKS_MAX ? cp : 0xfffd);
        text = tg_span(text.p + (n > 0 ? n : 1), text.n - (n > 0 ? n : 1));
    }
    return e;
}

static bool is_gap(uint8_t c)
{
    return c == ' ' || c == '-' || c == '(' || c == ')' || c == '.' || c == '/';
}

size_t tg_plain_digits(struct tg_span plain, char out[TG_DIGITS_TYPED])
{
    size_t n = 0;

    out[0] = '\0';
    for (size_t i = 0; i < plain.n; i++) {
        uint8_t c = plain.p[i];

        if (is_gap(c) || (c == '+' && i == 0))
            continue;
        if (!is_digit(c) || n + 1 == TG_DIGITS_TYPED) {
            out[0] = '\0';
            return 0;
        }
        out[n++] = (char)c;
        out[n] = '\0';
    }
    return n;
}

void tg_point_group(const char *digits, char out[2 * TG_DIGITS_TYPED])
{
    size_t at = 0;

    for (size_t i = 0; digits[i] != '\0' && i < TG_DIGITS_TYPED; i++) {
        if (i >= 2 && (i - 2) % 4 == 0 && i < TG_POINT_TYPED)
            out[at++] = '-';
        out[at++] = digits[i];
    }
    out[at] = '\0';
}

bool tg_point_area(const char *digits)
{
    return (digits[0] == '0' && digits[1] >= '1' && digits[1] <= '9') ||
           (digits[0] == '1' && digits[1] == '0');
}
