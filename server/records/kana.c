#include "server/records/kana.h"

#define KANA_FIRST 0x30a1 /* ァ */
#define KANA_LAST 0x30fa  /* ヺ */
#define LONG_MARK 0x30fc  /* ー */

/* For each of ァ…ヺ: the folded letter (small to large, ヲ to オ …) and its vowel (a i u e o, n for ン). */
static const struct {
    uint16_t to;
    char vowel;
} KANA[KANA_LAST - KANA_FIRST + 1] = {
    {0x30a2, 'a'}, {0x30a2, 'a'}, {0x30a4, 'i'}, {0x30a4, 'i'}, {0x30a6, 'u'}, {0x30a6, 'u'}, /* ァ-ウ */
    {0x30a8, 'e'}, {0x30a8, 'e'}, {0x30aa, 'o'}, {0x30aa, 'o'},                               /* ェ-オ */
    {0x30ab, 'a'}, {0x30ac, 'a'}, {0x30ad, 'i'}, {0x30ae, 'i'}, {0x30af, 'u'}, {0x30b0, 'u'}, /* カ-グ */
    {0x30b1, 'e'}, {0x30b2, 'e'}, {0x30b3, 'o'}, {0x30b4, 'o'},                               /* ケ-ゴ */
    {0x30b5, 'a'}, {0x30b6, 'a'}, {0x30b7, 'i'}, {0x30b8, 'i'}, {0x30b9, 'u'}, {0x30ba, 'u'}, /* サ-ズ */
    {0x30bb, 'e'}, {0x30bc, 'e'}, {0x30bd, 'o'}, {0x30be, 'o'},                               /* セ-ゾ */
    {0x30bf, 'a'}, {0x30c0, 'a'}, {0x30c1, 'i'}, {0x30b8, 'i'},                /* タ ダ チ ヂ */
    {0x30c4, 'u'}, {0x30c4, 'u'}, {0x30ba, 'u'},                               /* ッ ツ ヅ */
    {0x30c6, 'e'}, {0x30c7, 'e'}, {0x30c8, 'o'}, {0x30c9, 'o'},                /* テ-ド */
    {0x30ca, 'a'}, {0x30cb, 'i'}, {0x30cc, 'u'}, {0x30cd, 'e'}, {0x30ce, 'o'}, /* ナ-ノ */
    {0x30cf, 'a'}, {0x30d0, 'a'}, {0x30d1, 'a'}, {0x30d2, 'i'}, {0x30d3, 'i'}, {0x30d4, 'i'}, /* ハ-ピ */
    {0x30d5, 'u'}, {0x30d6, 'u'}, {0x30d7, 'u'}, {0x30d8, 'e'}, {0x30d9, 'e'}, {0x30da, 'e'}, /* フ-ペ */
    {0x30db, 'o'}, {0x30dc, 'o'}, {0x30dd, 'o'},                                              /* ホ-ポ */
    {0x30de, 'a'}, {0x30df, 'i'}, {0x30e0, 'u'}, {0x30e1, 'e'}, {0x30e2, 'o'},                /* マ-モ */
    {0x30e4, 'a'}, {0x30e4, 'a'}, {0x30e6, 'u'}, {0x30e6, 'u'}, {0x30e8, 'o'}, {0x30e8, 'o'}, /* ャ-ヨ */
    {0x30e9, 'a'}, {0x30ea, 'i'}, {0x30eb, 'u'}, {0x30ec, 'e'}, {0x30ed, 'o'},                /* ラ-ロ */
    {0x30ef, 'a'}, {0x30ef, 'a'}, {0x30a4, 'i'}, {0x30a8, 'e'}, {0x30aa, 'o'}, {0x30f3, 'n'}, /* ヮ-ン */
    {0x30d6, 'u'}, {0x30ab, 'a'}, {0x30b1, 'e'},                /* ヴ ヵ ヶ */
    {0x30d0, 'a'}, {0x30d3, 'i'}, {0x30d9, 'e'}, {0x30dc, 'o'}, /* ヷ-ヺ */
};

static char vowel_of(int32_t cp)
{
    return tg_glyph_is_kana(cp) ? KANA[cp - KANA_FIRST].vowel : 0;
}

static int32_t to_katakana(int32_t cp)
{
    if ((cp >= 0x3041 && cp <= 0x3096) || cp == 0x309d || cp == 0x309e)
        return cp + 0x60;
    return cp;
}

/* A long-vowel mark after prev, as a letter; 0 when prev has no vowel. */
static int32_t lengthen(int32_t prev)
{
    switch (vowel_of(prev)) {
    case 'a':
        return 0x30a2;
    case 'i':
        return 0x30a4;
    case 'u':
        return 0x30a6;
    case 'e':
        return 0x30a8;
    case 'o':
        return 0x30aa;
    default:
        return 0;
    }
}

/* ヴァ ヴィ ヴェ ヴォ: the ブ already written becomes バ ビ ベ ボ. 0: no such pair. */
static int32_t after_vu(int32_t small)
{
    switch (small) {
    case 0x30a1:
        return 0x30d0;
    case 0x30a3:
        return 0x30d3;
    case 0x30a7:
        return 0x30d9;
    case 0x30a9:
        return 0x30dc;
    default:
        return 0;
    }
}

/* ヵ ヶ カ ガ ケ: what may stand between 青葉 and 丘. */
static bool is_ke(int32_t cp)
{
    return cp == 0x30f5 || cp == 0x30f6 || cp == 0x30ab || cp == 0x30ac || cp == 0x30b1;
}

static int32_t fold_letter(int32_t cp, int32_t prev)
{
    if (is_ke(cp) && (tg_glyph_is_kanji(prev) || tg_glyph_is_digit(prev)))
        return 0x30b1;
    if (!tg_glyph_is_kana(cp))
        return cp;
    int32_t to = KANA[cp - KANA_FIRST].to;
    char before = vowel_of(prev);
    if (to == 0x30a6 && before == 'o')
        return 0x30aa;
    return to == 0x30a4 && before == 'e' ? 0x30a8 : to;
}

static int32_t fold_one(int32_t cp, int32_t prev)
{
    if (cp == LONG_MARK || cp == '-') {
        int32_t v = lengthen(prev);
        return v != 0 ? v : '-';
    }
    if (cp == 0x3005 || cp == 0x30fd || cp == 0x30fe) /* 々 ヽ ヾ */
        return prev;
    return fold_letter(cp, prev);
}

void tg_kana_fold(struct tg_glyphs *g)
{
    size_t n = 0;
    int32_t raw = 0;
    for (size_t i = 0; i < g->n; i++) {
        int32_t cp = to_katakana(g->cp[i]);
        int32_t prev = n > 0 ? g->cp[n - 1] : 0;
        int32_t joined = raw == 0x30f4 ? after_vu(cp) : 0;
        raw = cp;
        if (joined != 0) {
            g->cp[n - 1] = joined;
            continue;
        }
        int32_t folded = fold_one(cp, prev);
        if (folded != 0)
            g->cp[n++] = folded;
    }
    g->n = n;
}

enum tg_voicing tg_kana_voicing(int32_t cp, int32_t *base)
{
    *base = cp;
    if (cp >= 0x30ab && cp <= 0x30c2 && cp % 2 == 0) /* ガ … ヂ: every second one */
        *base = cp - 1;
    else if (cp == 0x30c5 || cp == 0x30c7 || cp == 0x30c9) /* ヅ デ ド */
        *base = cp - 1;
    else if (cp >= 0x30cf && cp <= 0x30dd) /* ハ バ パ … */
        *base = cp - (cp - 0x30cf) % 3;
    if (*base == cp)
        return TG_KANA_PLAIN;
    return cp - *base == 1 ? TG_KANA_VOICED : TG_KANA_HALF;
}
