#include "ui/text/romaji.h"

#define SYLLABLE_BYTES 4u /* the longest key, "ltsu" */

struct syllable {
    const char *key, *kana;
};

/* By their first letter, so that it reads as a table of the kana does. */
static const struct syllable table[] = {
    {"a", "ア"},     {"i", "イ"},     {"u", "ウ"},     {"e", "エ"},     {"o", "オ"},     {"ka", "カ"},
    {"ki", "キ"},    {"ku", "ク"},    {"ke", "ケ"},    {"ko", "コ"},    {"kya", "キャ"}, {"kyu", "キュ"},
    {"kyo", "キョ"}, {"kwa", "クァ"}, {"sa", "サ"},    {"si", "シ"},    {"su", "ス"},    {"se", "セ"},
    {"so", "ソ"},    {"shi", "シ"},   {"sha", "シャ"}, {"shu", "シュ"}, {"she", "シェ"}, {"sho", "ショ"},
    {"sya", "シャ"}, {"syu", "シュ"}, {"syo", "ショ"}, {"ta", "タ"},    {"ti", "チ"},    {"tu", "ツ"},
    {"te", "テ"},    {"to", "ト"},    {"chi", "チ"},   {"tsu", "ツ"},   {"cha", "チャ"}, {"chu", "チュ"},
    {"che", "チェ"}, {"cho", "チョ"}, {"tya", "チャ"}, {"tyu", "チュ"}, {"tyo", "チョ"}, {"thi", "ティ"},
    {"tsa", "ツァ"}, {"na", "ナ"},    {"ni", "ニ"},    {"nu", "ヌ"},    {"ne", "ネ"},    {"no", "ノ"},
    {"nya", "ニャ"}, {"nyu", "ニュ"}, {"nyo", "ニョ"}, {"ha", "ハ"},    {"hi", "ヒ"},    {"hu", "フ"},
    {"he", "ヘ"},    {"ho", "ホ"},    {"hya", "ヒャ"}, {"hyu", "ヒュ"}, {"hyo", "ヒョ"}, {"fu", "フ"},
    {"fa", "ファ"},  {"fi", "フィ"},  {"fe", "フェ"},  {"fo", "フォ"},  {"ma", "マ"},    {"mi", "ミ"},
    {"mu", "ム"},    {"me", "メ"},    {"mo", "モ"},    {"mya", "ミャ"}, {"myu", "ミュ"}, {"myo", "ミョ"},
    {"ya", "ヤ"},    {"yu", "ユ"},    {"yo", "ヨ"},    {"ra", "ラ"},    {"ri", "リ"},    {"ru", "ル"},
    {"re", "レ"},    {"ro", "ロ"},    {"rya", "リャ"}, {"ryu", "リュ"}, {"ryo", "リョ"}, {"wa", "ワ"},
    {"wi", "ウィ"},  {"we", "ウェ"},  {"wo", "ヲ"},    {"ga", "ガ"},    {"gi", "ギ"},    {"gu", "グ"},
    {"ge", "ゲ"},    {"go", "ゴ"},    {"gya", "ギャ"}, {"gyu", "ギュ"}, {"gyo", "ギョ"}, {"za", "ザ"},
    {"zi", "ジ"},    {"zu", "ズ"},    {"ze", "ゼ"},    {"zo", "ゾ"},    {"ji", "ジ"},    {"ja", "ジャ"},
    {"ju", "ジュ"},  {"je", "ジェ"},  {"jo", "ジョ"},  {"zya", "ジャ"}, {"zyu", "ジュ"}, {"zyo", "ジョ"},
    {"jya", "ジャ"}, {"jyu", "ジュ"}, {"jyo", "ジョ"}, {"da", "ダ"},    {"di", "ヂ"},    {"du", "ヅ"},
    {"de", "デ"},    {"do", "ド"},    {"dzu", "ヅ"},   {"dhi", "ディ"}, {"dya", "ヂャ"}, {"dyu", "ヂュ"},
    {"dyo", "ヂョ"}, {"ba", "バ"},    {"bi", "ビ"},    {"bu", "ブ"},    {"be", "ベ"},    {"bo", "ボ"},
    {"bya", "ビャ"}, {"byu", "ビュ"}, {"byo", "ビョ"}, {"pa", "パ"},    {"pi", "ピ"},    {"pu", "プ"},
    {"pe", "ペ"},    {"po", "ポ"},    {"pya", "ピャ"}, {"pyu", "ピュ"}, {"pyo", "ピョ"}, {"va", "ヴァ"},
    {"vi", "ヴィ"},  {"vu", "ヴ"},    {"ve", "ヴェ"},  {"vo", "ヴォ"},  {"la", "ァ"},    {"li", "ィ"},
    {"lu", "ゥ"},    {"le", "ェ"},    {"lo", "ォ"},    {"xa", "ァ"},    {"xi", "ィ"},    {"xu", "ゥ"},
    {"xe", "ェ"},    {"xo", "ォ"},    {"lya", "ャ"},   {"lyu", "ュ"},   {"lyo", "ョ"},   {"xya", "ャ"},
    {"xyu", "ュ"},   {"xyo", "ョ"},   {"ltu", "ッ"},   {"xtu", "ッ"},   {"ltsu", "ッ"},  {"xtsu", "ッ"},
    {"-", "ー"},     {"n'", "ン"},    {" ", " "},
};

static uint8_t lower(uint8_t c)
{
    return c >= 'A' && c <= 'Z' ? (uint8_t)(c + ('a' - 'A')) : c;
}

static uint8_t at(struct tg_span in, size_t i)
{
    return i < in.n ? lower(in.p[i]) : 0;
}

static bool is_one_of(uint8_t c, const char *letters)
{
    return c != 0 && strchr(letters, c) != NULL;
}

static bool reads(struct tg_span in, const char *key)
{
    for (size_t i = 0; key[i] != 0; i++)
        if (at(in, i) != (uint8_t)key[i])
            return false;
    return true;
}

/* The longest key that the text begins with; its length, or 0. */
static size_t syllable(struct tg_span in, const char **kana)
{
    size_t best = 0;

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        size_t n = strlen(table[i].key);

        if (n > best && n <= SYLLABLE_BYTES && reads(in, table[i].key)) {
            best = n;
            *kana = table[i].kana;
        }
    }
    return best;
}

/* ッ and ン: letters that stand for a kana by what follows. A second n belongs to the ン at the end of a word
 * and before a consonant ("honn", "sannpo"), and to the next syllable before a vowel ("kanna").
 */
static size_t by_what_follows(struct tg_span in, const char **kana)
{
    uint8_t c = at(in, 0), next = at(in, 1);

    if (c == 'n' && next == 'n') {
        *kana = "ン";
        return is_one_of(at(in, 2), "aiueoy") ? 1 : 2;
    }
    if ((c == 'n' && next != 0 && !is_one_of(next, "aiueoy'")) || (c == 'm' && is_one_of(next, "bmp"))) {
        *kana = "ン";
        return 1;
    }
    if ((c == next && is_one_of(c, "bcdfghjklprstvwxyz")) || (c == 't' && next == 'c')) {
        *kana = "ッ";
        return 1;
    }
    return 0;
}

enum tg_err tg_romaji_kana(struct tg_span in, struct tg_buf *out, struct tg_span *rest)
{
    enum tg_err e = TG_OK;

    while (in.n > 0 && e == TG_OK) {
        const char *kana = NULL;
        size_t n = by_what_follows(in, &kana);

        if (n == 0)
            n = syllable(in, &kana);
        if (n == 0 && in.n == 1 && at(in, 0) == 'n') { /* the last letter of a word */
            kana = "ン";
            n = 1;
        }
        if (n == 0)
            break;
        if ((e = tg_buf_add_str(out, kana)) == TG_OK)
            in = tg_span(in.p + n, in.n - n);
    }
    *rest = in;
    return e;
}
