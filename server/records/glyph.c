#include "server/records/glyph.h"

#include <utf8proc.h>

static const int32_t VARIANT[][2] = {
/* sorted by the first; right is the form in everyday use */
#include "server/records/variant.inc"
};

int32_t tg_glyph_variant(int32_t cp)
{
    if (cp < VARIANT[0][0]) /* digits, letters and kana, which most of it is */
        return cp;
    size_t lo = 0;
    size_t hi = sizeof VARIANT / sizeof VARIANT[0];
    while (lo < hi) {
        size_t mid = (lo + hi) / 2;
        if (VARIANT[mid][0] == cp)
            return VARIANT[mid][1];
        if (VARIANT[mid][0] < cp)
            lo = mid + 1;
        else
            hi = mid;
    }
    return cp;
}

bool tg_glyph_is_kanji(int32_t cp)
{
    return (cp >= 0x4e00 && cp <= 0x9fff) || (cp >= 0x3005 && cp <= 0x3007) ||
           (cp >= 0x3400 && cp <= 0x4dbf) || (cp >= 0xf900 && cp <= 0xfaff) ||
           (cp >= 0x20000 && cp <= 0x3ffff);
}

bool tg_glyph_is_kana(int32_t cp)
{
    return cp >= 0x30a1 && cp <= 0x30fa;
}

bool tg_glyph_is_digit(int32_t cp)
{
    return cp >= '0' && cp <= '9';
}

bool tg_glyph_is_word(int32_t cp)
{
    if (cp < 0x80)
        return tg_glyph_is_digit(cp) || (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z');
    if (tg_glyph_is_kanji(cp) || tg_glyph_is_kana(cp) || cp == 0x30fc)
        return true;
    utf8proc_category_t c = utf8proc_category(cp);
    return (c >= UTF8PROC_CATEGORY_LU && c <= UTF8PROC_CATEGORY_LO) ||
           (c >= UTF8PROC_CATEGORY_ND && c <= UTF8PROC_CATEGORY_NO);
}

/* ‐ ‑ ‒ – — ― ⁃ − ─ ━ and their small forms; NFKC has already taken － and ｰ. */
static bool is_dash(int32_t cp)
{
    return cp == '-' || (cp >= 0x2010 && cp <= 0x2015) || cp == 0x2043 || cp == 0x2212 || cp == 0x2500 ||
           cp == 0x2501 || cp == 0x02d7 || cp == 0x2796 || cp == 0x301c || cp == '~' || cp == 0xff5e;
}

/* Code points that NFKC and case folding leave alone: most of what is stored. */
static bool is_inert(int32_t cp)
{
    return (cp >= 0x20 && cp <= 0x7e && !(cp >= 'A' && cp <= 'Z')) || (cp >= 0x4e00 && cp <= 0x9fff) ||
           (cp >= 0x3041 && cp <= 0x3096) || (cp >= 0x30a1 && cp <= 0x30fc);
}

static int32_t plain(int32_t cp)
{
    if (is_dash(cp))
        return '-';
    if (cp < 0x20 || (cp >= 0x7f && cp <= 0xa0) || cp == 0x3000)
        return ' ';
    return tg_glyph_variant(cp);
}

/* ゛ and ゜ standing alone (U+309B, U+309C) would become a space and a mark: let them join the kana before.
 */
static utf8proc_int32_t joining(utf8proc_int32_t cp, void *ctx)
{
    (void)ctx;
    if (cp == 0x309b)
        return 0x3099;
    return cp == 0x309c ? 0x309a : cp;
}

static enum tg_err normalize(struct tg_span text, struct tg_glyphs *g)
{
    static const int how =
        UTF8PROC_COMPAT | UTF8PROC_COMPOSE | UTF8PROC_STABLE | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE;
    utf8proc_ssize_t n = utf8proc_decompose_custom(text.p, (utf8proc_ssize_t)text.n, g->cp, TG_GLYPHS_MAX,
                                                   (utf8proc_option_t)how, joining, NULL);
    if (n == UTF8PROC_ERROR_INVALIDUTF8)
        return TG_E_BAD_UTF8;
    if (n < 0 || n > (utf8proc_ssize_t)TG_GLYPHS_MAX)
        return TG_E_LIMIT;
    n = utf8proc_normalize_utf32(g->cp, n, (utf8proc_option_t)how);
    if (n < 0)
        return TG_E_INTERNAL;
    g->n = (size_t)n;
    return TG_OK;
}

/* The quick way for text that is already normal; false: it is not, or it is too long. */
static bool decode_inert(struct tg_span text, struct tg_glyphs *g)
{
    size_t at = 0;
    g->n = 0;
    while (at < text.n && g->n < TG_GLYPHS_MAX) {
        utf8proc_int32_t cp = 0;
        utf8proc_ssize_t step = utf8proc_iterate(text.p + at, (utf8proc_ssize_t)(text.n - at), &cp);
        if (step <= 0 || !is_inert(cp))
            return false;
        g->cp[g->n++] = cp;
        at += (size_t)step;
    }
    return at == text.n;
}

enum tg_err tg_glyphs_read(struct tg_span text, struct tg_glyphs *ret)
{
    ret->n = 0;
    if (!decode_inert(text, ret)) {
        enum tg_err err = normalize(text, ret);
        if (err != TG_OK)
            return err;
    }
    for (size_t i = 0; i < ret->n; i++)
        ret->cp[i] = plain(ret->cp[i]);
    return TG_OK;
}

size_t tg_glyphs_at(const struct tg_glyphs *g, size_t at, const char *s)
{
    const utf8proc_uint8_t *p = (const utf8proc_uint8_t *)s;
    size_t n = 0;
    while (*p != 0) {
        utf8proc_int32_t cp = 0;
        utf8proc_ssize_t step = utf8proc_iterate(p, -1, &cp);
        if (step <= 0 || at + n >= g->n || g->cp[at + n] != cp)
            return 0;
        p += step;
        n++;
    }
    return n;
}

void tg_glyphs_cut(struct tg_glyphs *g, size_t at, size_t n)
{
    memmove(g->cp + at, g->cp + at + n, (g->n - at - n) * sizeof g->cp[0]);
    g->n -= n;
}
