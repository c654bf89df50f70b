#include "server/records/corp.h"

/* As they look after NFKC and tg_kana_fold: large kana, long vowels as vowels, round brackets. Longer ones
 * first. */
static const char *const ANYWHERE[] = {
    "特定非営利活動法人",
    "一般社団法人",
    "公益社団法人",
    "一般財団法人",
    "公益財団法人",
    "社会福祉法人",
    "医療法人社団",
    "医療法人財団",
    "独立行政法人",
    "農事組合法人",
    "社会医療法人",
    "株式会社",
    "有限会社",
    "合同会社",
    "合資会社",
    "合名会社",
    "相互会社",
    "医療法人",
    "学校法人",
    "宗教法人",
    "社団法人",
    "財団法人",
    "npo法人",
    "(株)",
    "(有)",
    "(同)",
    "(資)",
    "(名)",
    "(相)",
    "(社)",
    "(財)",
    "(医)",
    "(福)",
    "(学)",
    "(宗)",
    "(独)",
    "(特非)",
    "(一社)",
    "(公社)",
    "(一財)",
    "(公財)",
    "(農)",
    "カブシキガイシヤ",
    "カブシキカイシヤ",
    "ユウゲンガイシヤ",
    "ユウゲンカイシヤ",
    "ゴオドオガイシヤ",
    "ゴオドオカイシヤ",
    "ゴオシガイシヤ",
    "ゴオシカイシヤ",
    "ゴオメエガイシヤ",
    "ゴオメエカイシヤ",
    "イリヨオホオジン",
    "(カ)",
    "(ユ)",
    "(ド)",
    "(シ)",
    "(メ)",
    "(イ)",
};

/* The bank style of half-width kana: ｶ)ﾄｳﾎｸ at the beginning, ﾄｳﾎｸ(ｶ at the end. */
static const char *const FIRST[] = {"カ)", "ユ)", "ド)", "シ)", "メ)", "イ)", "フク)"};
static const char *const LAST[] = {"(カ", "(ユ", "(ド", "(シ", "(メ", "(イ", "(フク"};

#define COUNT(a) (sizeof(a) / sizeof(a)[0])

/* The first characters of all forms; most names have none of them and are done at once. */
static bool may_begin(int32_t cp)
{
    static const int32_t heads[] = {'(',    0x7279, 0x4e00, 0x516c, 0x793e, 0x533b, 0x72ec,
                                    0x8fb2, 0x682a, 0x6709, 0x5408, 0x76f8, 0x5b66, 0x5b97,
                                    0x8ca1, 'n',    0x30ab, 0x30e6, 0x30b4, 0x30a4};
    for (size_t i = 0; i < COUNT(heads); i++)
        if (heads[i] == cp)
            return true;
    return false;
}

static size_t form_at(const struct tg_glyphs *g, size_t at)
{
    if (!may_begin(g->cp[at]))
        return 0;
    for (size_t i = 0; i < COUNT(ANYWHERE); i++) {
        size_t n = tg_glyphs_at(g, at, ANYWHERE[i]);
        if (n > 0)
            return n;
    }
    return 0;
}

static bool strip_ends(struct tg_glyphs *g)
{
    bool found = false;
    for (size_t i = 0; i < COUNT(FIRST); i++) {
        size_t n = tg_glyphs_at(g, 0, FIRST[i]);
        if (n > 0) {
            tg_glyphs_cut(g, 0, n);
            found = true;
            break;
        }
    }
    for (size_t i = 0; i < COUNT(LAST); i++) {
        size_t n = i + 1 < COUNT(LAST) ? 2 : 3;
        if (g->n >= n && tg_glyphs_at(g, g->n - n, LAST[i]) == n) {
            g->n -= n;
            found = true;
            break;
        }
    }
    return found;
}

bool tg_corp_strip(struct tg_glyphs *g)
{
    bool found = false;
    for (size_t i = 0; i < g->n;) {
        size_t n = form_at(g, i);
        if (n > 0) {
            tg_glyphs_cut(g, i, n);
            found = true;
        } else {
            i++;
        }
    }
    return strip_ends(g) || found;
}
