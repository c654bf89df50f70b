#include "server/records/guess.h"

#include "server/records/corp.h"
#include "server/records/kana.h"
#include "server/records/number.h"
#include "server/records/place.h"

struct census {
    size_t kanji, kana, latin, digits, spaces, other;
};

static bool is_hiragana(int32_t cp)
{
    return cp >= 0x3041 && cp <= 0x309f;
}

static struct census count(const struct tg_glyphs *g)
{
    struct census c = {0};
    for (size_t i = 0; i < g->n; i++) {
        int32_t cp = g->cp[i];
        if (tg_glyph_is_digit(cp))
            c.digits++;
        else if (tg_glyph_is_kanji(cp))
            c.kanji++;
        else if (tg_glyph_is_kana(cp) || is_hiragana(cp) || cp == 0x30fc || cp == 0x30fb)
            c.kana++;
        else if ((cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z'))
            c.latin++;
        else if (cp == ' ')
            c.spaces++;
        else
            c.other++;
    }
    return c;
}

static enum tg_by number_kind(const struct tg_glyphs *g)
{
    struct tg_digits d;
    if (tg_phone_read(g, &d) == TG_OK)
        return TG_BY_PHONE;
    enum tg_err err = tg_point_read(g, &d);
    if (err == TG_OK || err == TG_E_QUERY_GAS ||
        (tg_digits_read(g, &d) == TG_OK && d.n > TG_GAS_POINT_DIGITS))
        return TG_BY_POINT;
    return TG_BY_CUSTOMER;
}

/* 市 区 町 村 郡 with a name before it. Two characters at least: 町田, 中村, 市川 and 今村 are people. */
static bool has_municipality(const struct tg_glyphs *g)
{
    static const int32_t last[] = {0x5e02, 0x533a, 0x753a, 0x6751, 0x90e1};
    for (size_t i = 2; i < g->n; i++)
        for (size_t j = 0; j < sizeof last / sizeof last[0]; j++)
            if (g->cp[i] == last[j])
                return true;
    return false;
}

static bool has_block_word(const struct tg_glyphs *g)
{
    static const char *const words[] = {"丁目", "番地", "番町", "大字", "号室"};
    for (size_t i = 0; i < g->n; i++)
        for (size_t j = 0; j < sizeof words / sizeof words[0]; j++)
            if (tg_glyphs_at(g, i, words[j]) > 0)
                return true;
    return false;
}

static bool is_company(const struct tg_glyphs *g)
{
    struct tg_glyphs folded TG_UNSET;
    folded.n = g->n;
    memcpy(folded.cp, g->cp, g->n * sizeof g->cp[0]);
    tg_kana_fold(&folded);
    return tg_corp_strip(&folded);
}

static bool is_address(const struct tg_glyphs *g, const struct census *c)
{
    if (is_company(g))
        return false;
    if (tg_place_prefecture(g) > 0 || c->digits > 0 || has_block_word(g))
        return true;
    return c->spaces == 0 && has_municipality(g);
}

enum tg_by tg_guess(struct tg_span text)
{
    struct tg_glyphs g TG_UNSET;
    if (tg_glyphs_read(text, &g) != TG_OK)
        return TG_BY_NAME;
    while (g.n > 0 && g.cp[g.n - 1] == ' ')
        g.n--;
    while (g.n > 0 && g.cp[0] == ' ')
        tg_glyphs_cut(&g, 0, 1);
    struct census c = count(&g);
    bool long_mark_only = c.kana > 0 && c.digits > 0 && c.kanji == 0 && c.latin == 0;
    if (c.digits > 0 && c.kanji == 0 && c.latin == 0) {
        struct tg_digits d;
        if (c.kana == 0 || tg_digits_read(&g, &d) == TG_OK || g.cp[0] == '+')
            return number_kind(&g);
    }
    if (c.kanji > 0)
        return is_address(&g, &c) ? TG_BY_ADDRESS : TG_BY_NAME;
    if (long_mark_only)
        return TG_BY_ADDRESS; /* コーポ桜 would have kanji; メゾン2-3 is a building */
    if (c.kana > 0 && c.latin == 0)
        return TG_BY_KANA;
    return c.digits > 0 && c.latin > 0 ? TG_BY_CUSTOMER : TG_BY_NAME;
}
