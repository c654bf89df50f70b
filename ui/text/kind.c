#include "ui/text/kind.h"

#include "certs/base/limits.h"
#include "ui/text/plain.h"
#include "ui/text/romaji.h"
#include "ui/text/wareki.h"

#define POINT_FROM 12u /* digits: more than any telephone number has */

struct census {
    size_t kanji, kana, latin, digits, blanks, all;
};

static bool is_kanji(uint32_t cp)
{
    return (cp >= 0x3400 && cp <= 0x9fff) || (cp >= 0xf900 && cp <= 0xfaff) ||
           (cp >= 0x20000 && cp <= 0x3ffff) || (cp >= 0x3005 && cp <= 0x3007) ||
           (cp >= 0x3220 && cp <= 0x33ff); /* 々〆〇, and ㈱ as one letter */
}

static bool is_kana(uint32_t cp)
{
    return (cp >= 0x3041 && cp <= 0x30ff) || (cp >= 0x31f0 && cp <= 0x31ff) || (cp >= 0xff65 && cp <= 0xff9f);
}

static struct census count(struct tg_span s)
{
    struct census c = {.all = 0};
    uint32_t cp;

    while (tg_plain_next(&s, &cp)) {
        c.all++;
        c.kanji += is_kanji(cp);
        c.kana += is_kana(cp);
        c.latin += (cp >= 'a' && cp <= 'z') || (cp >= 'A' && cp <= 'Z') || (cp >= 0xc0 && cp <= 0x24f);
        c.digits += cp >= '0' && cp <= '9';
        c.blanks += cp == ' ';
    }
    return c;
}

static bool starts(struct tg_span s, const char *word)
{
    size_t n = strlen(word);

    return s.n >= n && memcmp(s.p, word, n) == 0;
}

static bool ends(struct tg_span s, const char *word)
{
    size_t n = strlen(word);

    return s.n >= n && memcmp(s.p + s.n - n, word, n) == 0;
}

static bool has(struct tg_span s, const char *word)
{
    for (; s.n > 0; s = tg_span(s.p + 1, s.n - 1))
        if (starts(s, word))
            return true;
    return false;
}

static bool any(bool (*test)(struct tg_span s, const char *word), struct tg_span s, const char *const *words)
{
    while (*words != NULL && !test(s, *words))
        words++;
    return *words != NULL;
}

/* ---- companies and houses ---- */

/* Legal forms wherever they stand, and what the name of a business or a public body ends in. */
static bool is_body(struct tg_span s)
{
    static const char *const forms[] = {"㈱",       "㈲",       "(株)",     "(有)",     "(同)",
                                        "株式会社", "有限会社", "合同会社", "合資会社", "合名会社",
                                        "法人",     "組合",     NULL};
    static const char *const last[] = {
        "商店",       "商会", "商事",     "工業",   "建設",   "製作所", "病院", "医院",
        "クリニック", "学校", "役所",     "役場",   "会館",   "会議所", "神社", "銀行",
        "農協",       "漁協", "センター", "店",     "ホテル", "旅館",   "食堂", "事務所",
        "営業所",     "工場", "公民館",   "保育園", "幼稚園", "消防署", NULL};

    return any(has, s, forms) || any(ends, s, last);
}

/* A building that people live in: an address, also without a number. */
static bool is_building(struct tg_span s)
{
    static const char *const words[] = {"マンション", "アパート", "コーポ", "ハイツ",
                                        "ハイム",     "メゾン",   "団地",   NULL};

    return any(has, s, words) || (ends(s, "荘") && count(s).all > 2);
}

/* ---- addresses ---- */

static bool has_block_word(struct tg_span s)
{
    static const char *const words[] = {"丁目", "番地", "番町", "大字", "号室", "〒", NULL};

    return any(has, s, words);
}

static bool starts_with_prefecture(struct tg_span s)
{
    static const char *const names[] = {
        "北海道", "東京都", "京都府", "大阪府", "青森県",   "岩手県",   "宮城県",   "秋田県",
        "山形県", "福島県", "茨城県", "栃木県", "群馬県",   "埼玉県",   "千葉県",   "新潟県",
        "富山県", "石川県", "福井県", "山梨県", "長野県",   "岐阜県",   "静岡県",   "愛知県",
        "三重県", "滋賀県", "兵庫県", "奈良県", "鳥取県",   "島根県",   "岡山県",   "広島県",
        "山口県", "徳島県", "香川県", "愛媛県", "高知県",   "福岡県",   "佐賀県",   "長崎県",
        "熊本県", "大分県", "宮崎県", "沖縄県", "神奈川県", "和歌山県", "鹿児島県", NULL};

    return any(starts, s, names);
}

static bool is_municipal(uint32_t cp)
{
    return cp == 0x5e02 || cp == 0x533a || cp == 0x753a || cp == 0x6751 || cp == 0x90e1; /* 市区町村郡 */
}

/* 郎 子 男 夫 雄 美 代 江 枝 治 助 蔵 太 朗: with one of these behind it, 市 is part of a given name
 * (阿部市郎). */
static bool ends_given_name(uint32_t cp)
{
    static const uint32_t last[] = {0x90ce, 0x5b50, 0x7537, 0x592b, 0x96c4, 0x7f8e, 0x4ee3,
                                    0x6c5f, 0x679d, 0x6cbb, 0x52a9, 0x8535, 0x592a, 0x6717};

    for (size_t i = 0; i < sizeof last / sizeof *last; i++)
        if (last[i] == cp)
            return true;
    return false;
}

/* 市区町村郡 behind a name of two letters at least: 町田, 中村 and 市川 are people; 野々村 is one, too. */
static bool has_municipality(struct tg_span s)
{
    uint32_t cp, before = 0;

    for (size_t i = 0; tg_plain_next(&s, &cp); i++, before = cp) {
        struct tg_span rest = s;
        uint32_t next = 0;

        if (i < 2 || !is_municipal(cp) || before == 0x3005)
            continue;
        if (tg_plain_next(&rest, &next) && rest.n == 0 && i <= 2 && ends_given_name(next))
            continue;
        return true;
    }
    return false;
}

static enum tg_kind of_kanji(struct tg_span s, const struct census *c)
{
    if (is_body(s))
        return TG_KIND_NAME;
    if (starts_with_prefecture(s) || has_block_word(s) || is_building(s) || c->digits > 0)
        return TG_KIND_ADDRESS;
    return c->blanks == 0 && has_municipality(s) ? TG_KIND_ADDRESS : TG_KIND_NAME;
}

/* ---- numbers ---- */

/* With a slash, a dot, an era or a year of four digits: 5-1-13 is the end of an address or nothing. */
static bool is_date(struct tg_span s)
{
    char digits[TG_DIGITS_TYPED];
    struct tg_wareki w;
    size_t n = tg_plain_digits(s, digits);
    bool century = memcmp(digits, "19", 2) == 0 || memcmp(digits, "20", 2) == 0;

    if (tg_wareki_read(s, TG_DAY_MAX, &w) != TG_OK)
        return false;
    return n == 0 || has(s, "/") || has(s, ".") || (n >= 6 && century);
}

static enum tg_kind of_digits(struct tg_span s, size_t n, const char *digits)
{
    bool abroad = s.p[0] == '+' || strncmp(digits, "0081", 4) == 0;

    if (abroad || (digits[0] == '0' && n < POINT_FROM))
        return TG_KIND_PHONE;
    return n >= POINT_FROM ? TG_KIND_POINT : TG_KIND_CUSTOMER;
}

bool tg_kind_romaji(struct tg_span s)
{
    TG_BUF_AUTO kana = TG_BUF_INIT(4 * TG_QUERY_BYTES);
    struct tg_span rest;
    size_t letters = 0;

    for (size_t i = 0; i < s.n; i++) {
        uint8_t c = s.p[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');

        letters += letter;
        if (!letter && c != ' ' && c != '-' && c != '\'')
            return false;
    }
    return letters >= 2 && tg_romaji_kana(s, &kana, &rest) == TG_OK && rest.n == 0;
}

enum tg_kind tg_kind_guess(struct tg_span s)
{
    struct census c = count(s);
    char digits[TG_DIGITS_TYPED];
    size_t n = tg_plain_digits(s, digits);

    if (c.all == 0)
        return TG_KIND_AUTO;
    if (c.digits > 0 && is_date(s))
        return TG_KIND_DATE;
    if (n > 0)
        return of_digits(s, n, digits);
    if (c.kanji > 0)
        return of_kanji(s, &c);
    if (c.kana > 0 && c.digits > 0)
        return TG_KIND_ADDRESS; /* メゾン203 */
    if (c.kana > 0)
        return c.latin > 0 ? TG_KIND_NAME : TG_KIND_KANA;
    if (c.latin > 0 && c.digits > 0)
        return TG_KIND_CUSTOMER;
    return tg_kind_romaji(s) ? TG_KIND_KANA : TG_KIND_NAME;
}

bool tg_kind_may(enum tg_kind k, struct tg_span s)
{
    struct census c = count(s);
    char digits[TG_DIGITS_TYPED];
    struct tg_wareki w;
    bool number = tg_plain_digits(s, digits) > 0;

    switch (k) {
    case TG_KIND_KANA:
        return c.kanji == 0 && c.digits == 0 && (c.latin == 0 || tg_kind_romaji(s));
    case TG_KIND_NAME:
        return c.kanji + c.kana + c.latin > 0;
    case TG_KIND_PHONE:
    case TG_KIND_POINT:
        return number;
    case TG_KIND_CUSTOMER:
        return c.kanji + c.kana == 0 && c.digits > 0;
    case TG_KIND_ADDRESS:
        return c.kanji + c.kana > 0;
    case TG_KIND_DATE:
        return tg_wareki_read(s, TG_DAY_MAX, &w) == TG_OK;
    case TG_KIND_AUTO:
    case TG_KIND_COUNT:
    default:
        return false;
    }
}
