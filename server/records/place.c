#include "server/records/place.h"

#include "server/records/kana.h"

#define SHI 0x5e02    /* 市 */
#define KU 0x533a     /* 区 */
#define MACHI 0x753a  /* 町 */
#define MURA 0x6751   /* 村 */
#define GUN 0x90e1    /* 郡 */
#define KEN 0x770c    /* 県 */
#define AZA 0x5b57    /* 字 */
#define MOJI 0x6587   /* 文, as in 十文字 */
#define OO 0x5927     /* 大 */
#define KO 0x5c0f     /* 小 */
#define BAN 0x756a    /* 番 */
#define CHI 0x5730    /* 地 */
#define GO 0x53f7     /* 号 */
#define SHITSU 0x5ba4 /* 室 */
#define NO 0x30ce     /* ノ */
#define YO 0x4f59     /* 余, as in 余市町, the town with a 市 in its name */

#define MUNICIPALITY_CHARS 8u /* 武蔵村山市 and the like, with room */
#define NUMERAL_CHARS 8u      /* 千二百三十四 */

size_t tg_place_prefecture(const struct tg_glyphs *g)
{
    static const char *const names[] = {"北海道", "東京都", "京都府", "大阪府"};
    /* 神奈川県, 和歌山県, 鹿児島県 have four characters; every other one three. */
    static const char *const three[] = {
        "青森", "岩手", "宮城", "秋田", "山形", "福島", "茨城", "栃木",   "群馬",   "埼玉",  "千葉",
        "新潟", "富山", "石川", "福井", "山梨", "長野", "岐阜", "静岡",   "愛知",   "三重",  "滋賀",
        "兵庫", "奈良", "鳥取", "島根", "岡山", "広島", "山口", "徳島",   "香川",   "愛媛",  "高知",
        "福岡", "佐賀", "長崎", "熊本", "大分", "宮崎", "沖縄", "神奈川", "和歌山", "鹿児島"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (tg_glyphs_at(g, 0, names[i]) > 0)
            return 3;
    for (size_t i = 0; i < sizeof three / sizeof three[0]; i++) {
        size_t n = tg_glyphs_at(g, 0, three[i]);
        if (n > 0 && n < g->n && g->cp[n] == KEN)
            return n + 1;
    }
    return 0;
}

/* 三戸郡|南部町. Not 郡山市, 蒲郡市, 大和郡山市: behind a real 郡 the next of 市区町村 is 町 or 村. */
static size_t county(const struct tg_glyphs *g)
{
    size_t at = 1;
    while (at < g->n && at <= 5 && g->cp[at] != GUN)
        at++;
    if (at >= g->n || at > 5)
        return 0;
    for (size_t i = at + 2; i < g->n && i < at + MUNICIPALITY_CHARS; i++) {
        int32_t cp = g->cp[i];
        if (cp == MACHI || cp == MURA)
            return g->cp[at + 1] == SHI ? 0 : at + 1;
        if ((cp == SHI && g->cp[i - 1] != YO) || cp == KU || tg_glyph_is_digit(cp))
            return 0;
    }
    return 0;
}

static int numeral(int32_t cp)
{
    static const int32_t digits[] = {0x3007, 0x4e00, 0x4e8c, 0x4e09, 0x56db,
                                     0x4e94, 0x516d, 0x4e03, 0x516b, 0x4e5d};
    for (int i = 0; i < 10; i++)
        if (digits[i] == cp)
            return i;
    if (cp == 0x58f1) /* 壱 */
        return 1;
    return cp == 0x5f10 ? 2 : -1; /* 弐 */
}

static uint32_t unit(int32_t cp)
{
    switch (cp) {
    case 0x5341:
        return 10;
    case 0x767e:
        return 100;
    case 0x5343:
        return 1000;
    default:
        return 0;
    }
}

/* 二十三 -> 23, 二三 -> 23, 百 -> 100. The text out gets the digits; returns how many. */
static size_t spell(const int32_t *cp, size_t n, int32_t out[16])
{
    uint32_t total = 0;
    uint32_t now = 0;
    bool open = false;
    for (size_t i = 0; i < n; i++) {
        uint32_t u = unit(cp[i]);
        if (u > 0) {
            total += (open ? now : 1) * u;
            now = 0;
            open = false;
        } else {
            now = now * 10 + (uint32_t)numeral(cp[i]);
            open = true;
        }
    }
    char text[16];
    int len = snprintf(text, sizeof text, "%u", total + now);
    for (int i = 0; i < len; i++)
        out[i] = text[i];
    return (size_t)len;
}

/* A number never grows when written in digits but for 百 and 千 alone, so the text is rewritten into a second
 * one. */
static void digits(struct tg_glyphs *g)
{
    static const size_t spare = 16;
    struct tg_glyphs out;
    out.n = 0;
    for (size_t i = 0; i < g->n && out.n + spare < TG_GLYPHS_MAX;) {
        size_t n = 0;
        while (i + n < g->n && n < NUMERAL_CHARS && (numeral(g->cp[i + n]) >= 0 || unit(g->cp[i + n]) > 0))
            n++;
        if (n == 0) {
            out.cp[out.n++] = g->cp[i++];
            continue;
        }
        out.n += spell(g->cp + i, n, out.cp + out.n);
        i += n;
    }
    memcpy(g->cp, out.cp, out.n * sizeof out.cp[0]);
    g->n = out.n;
}

static bool digit_at(const struct tg_glyphs *g, size_t at)
{
    return at < g->n && tg_glyph_is_digit(g->cp[at]);
}

/* 丁目 番地 番 号 の behind a number; 0: none. 番町 is a name and stays. */
static size_t number_word(const struct tg_glyphs *g, size_t at)
{
    size_t n = tg_glyphs_at(g, at, "丁目");
    if (n > 0)
        return n;
    int32_t next = at + 1 < g->n ? g->cp[at + 1] : 0;
    switch (g->cp[at]) {
    case BAN:
        if (next == CHI)
            return 2;
        return next == 0 || next == '-' || next == GO || next == NO || tg_glyph_is_digit(next) ? 1 : 0;
    case GO:
        if (next == SHITSU)
            return 2;
        return next == 0 || next == '-' || next == NO || tg_glyph_is_digit(next) ? 1 : 0;
    case NO:
    case 0x30fc: /* ー */
        return tg_glyph_is_digit(next) ? 1 : 0;
    default:
        return 0;
    }
}

static void number_words(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n;) {
        bool after = n > 0 && (tg_glyph_is_digit(g->cp[n - 1]) || g->cp[n - 1] == '-');
        size_t word = after ? number_word(g, i) : 0;
        g->cp[n++] = word > 0 ? '-' : g->cp[i];
        i += word > 0 ? word : 1;
    }
    g->n = n;
}

/* 大字, 小字 and 字 in front of a place's name; 十文字 keeps its 字. Length, or 0. */
static size_t aza(const struct tg_glyphs *g, size_t at)
{
    int32_t cp = g->cp[at];
    if ((cp == OO || cp == KO) && at + 1 < g->n && g->cp[at + 1] == AZA)
        return 2;
    if (cp != AZA || at == 0 || at + 1 == g->n || g->cp[at - 1] == MOJI)
        return 0;
    return 1;
}

/* What is left: letters, digits, and '-' only between two numbers. */
static void tidy(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n;) {
        size_t skip = aza(g, i);
        if (skip > 0) {
            i += skip;
            continue;
        }
        if (g->cp[i] == '-') {
            size_t j = i;
            while (j < g->n && g->cp[j] == '-')
                j++;
            if (n > 0 && tg_glyph_is_digit(g->cp[n - 1]) && digit_at(g, j))
                g->cp[n++] = '-';
            i = j;
            continue;
        }
        if (tg_glyph_is_word(g->cp[i]) && g->cp[i] != 0x30fc)
            g->cp[n++] = g->cp[i];
        i++;
    }
    g->n = n;
}

/* A space between two numbers parts them; any other one is nothing. */
static void spaces(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        if (g->cp[i] != ' ')
            g->cp[n++] = g->cp[i];
        else if (n > 0 && tg_glyph_is_digit(g->cp[n - 1]) && digit_at(g, i + 1))
            g->cp[n++] = '-';
    }
    g->n = n;
}

/* A dash or ー with a digit behind it is no long vowel, whatever stands before it. */
static void dashes(struct tg_glyphs *g)
{
    size_t n = 0;
    for (size_t i = 0; i < g->n; i++) {
        bool dash = (g->cp[i] == '-' || g->cp[i] == 0x30fc) && digit_at(g, i + 1);
        if (!dash)
            g->cp[n++] = g->cp[i];
        else if (n > 0 && tg_glyph_is_digit(g->cp[n - 1]))
            g->cp[n++] = '-';
    }
    g->n = n;
}

void tg_place_fold(struct tg_glyphs *g)
{
    spaces(g);
    tg_glyphs_cut(g, 0, tg_place_prefecture(g));
    tg_glyphs_cut(g, 0, county(g));
    digits(g);
    dashes(g);
    tg_kana_fold(g);
    number_words(g);
    tidy(g);
}

/* 市 of 四日市市, 十日町市, 東村山市: the last one that still belongs to the name. */
static size_t behind_city(const struct tg_glyphs *g)
{
    for (size_t i = 1; i < g->n && i < MUNICIPALITY_CHARS; i++)
        if (g->cp[i] == SHI && g->cp[i - 1] != YO)
            return i + 1 < g->n && g->cp[i + 1] == SHI ? i + 2 : i + 1;
    return 0;
}

static size_t behind_ward(const struct tg_glyphs *g, size_t at)
{
    for (size_t i = at + 1; i < g->n && i < at + MUNICIPALITY_CHARS; i++)
        if (g->cp[i] == KU)
            return i + 1;
    return 0;
}

size_t tg_place_core(const struct tg_glyphs *g)
{
    size_t city = behind_city(g);
    size_t ward = behind_ward(g, city);
    size_t at = ward > 0 ? ward : city;
    for (size_t i = 1; at == 0 && i < g->n && i < MUNICIPALITY_CHARS; i++)
        if (g->cp[i] == MACHI || g->cp[i] == MURA)
            at = i + 1;
    return at < g->n ? at : 0;
}
