#include "ui/text/readback.h"

#include <stdlib.h>

#include "certs/base/text.h"

#define TEXT_BYTES 16384u

struct piece {
    size_t seen, said; /* offsets into text */
};

struct tg_readback {
    struct tg_buf text; /* C strings, one after the other */
    struct piece piece[TG_READBACK_PIECES];
    size_t n;
};

const unsigned tg_readback_point[] = {2, 4, 4, 4, 4, 4, 0};

static const char *const digit_said[] = {"ゼロ", "イチ", "ニ",   "サン", "ヨン",
                                         "ゴ",   "ロク", "ナナ", "ハチ", "キュウ"};

/* The plain kana of the table; voiced and small ones are said with what makes them so. */
static const struct word {
    const char *kana, *said;
} words[] = {
    {"ア", "朝日のア"},   {"イ", "いろはのイ"},   {"ウ", "上野のウ"},     {"エ", "英語のエ"},
    {"オ", "大阪のオ"},   {"カ", "為替のカ"},     {"キ", "切手のキ"},     {"ク", "クラブのク"},
    {"ケ", "景色のケ"},   {"コ", "子供のコ"},     {"サ", "桜のサ"},       {"シ", "新聞のシ"},
    {"ス", "すずめのス"}, {"セ", "世界のセ"},     {"ソ", "そろばんのソ"}, {"タ", "煙草のタ"},
    {"チ", "千鳥のチ"},   {"ツ", "鶴亀のツ"},     {"テ", "手紙のテ"},     {"ト", "東京のト"},
    {"ナ", "名古屋のナ"}, {"ニ", "日本のニ"},     {"ヌ", "沼津のヌ"},     {"ネ", "ねずみのネ"},
    {"ノ", "野原のノ"},   {"ハ", "はがきのハ"},   {"ヒ", "飛行機のヒ"},   {"フ", "富士山のフ"},
    {"ヘ", "平和のヘ"},   {"ホ", "保険のホ"},     {"マ", "マッチのマ"},   {"ミ", "三笠のミ"},
    {"ム", "無線のム"},   {"メ", "明治のメ"},     {"モ", "もみじのモ"},   {"ヤ", "大和のヤ"},
    {"ユ", "弓矢のユ"},   {"ヨ", "吉野のヨ"},     {"ラ", "ラジオのラ"},   {"リ", "りんごのリ"},
    {"ル", "留守居のル"}, {"レ", "れんげのレ"},   {"ロ", "ローマのロ"},   {"ワ", "わらびのワ"},
    {"ヰ", "ゐどのヰ"},   {"ヱ", "かぎのあるヱ"}, {"ヲ", "尾張のヲ"},     {"ン", "おしまいのン"},
    {"ー", "長音"},
};

/* What stands for "the plain one, and how it differs". */
static const struct marked {
    const char *kana, *plain, *mark;
} marks[] = {
    {"ガ", "カ", "に濁点"},     {"ギ", "キ", "に濁点"},     {"グ", "ク", "に濁点"},
    {"ゲ", "ケ", "に濁点"},     {"ゴ", "コ", "に濁点"},     {"ザ", "サ", "に濁点"},
    {"ジ", "シ", "に濁点"},     {"ズ", "ス", "に濁点"},     {"ゼ", "セ", "に濁点"},
    {"ゾ", "ソ", "に濁点"},     {"ダ", "タ", "に濁点"},     {"ヂ", "チ", "に濁点"},
    {"ヅ", "ツ", "に濁点"},     {"デ", "テ", "に濁点"},     {"ド", "ト", "に濁点"},
    {"バ", "ハ", "に濁点"},     {"ビ", "ヒ", "に濁点"},     {"ブ", "フ", "に濁点"},
    {"ベ", "ヘ", "に濁点"},     {"ボ", "ホ", "に濁点"},     {"ヴ", "ウ", "に濁点"},
    {"パ", "ハ", "に半濁点"},   {"ピ", "ヒ", "に半濁点"},   {"プ", "フ", "に半濁点"},
    {"ペ", "ヘ", "に半濁点"},   {"ポ", "ホ", "に半濁点"},   {"ァ", "ア", "、小さいア"},
    {"ィ", "イ", "、小さいイ"}, {"ゥ", "ウ", "、小さいウ"}, {"ェ", "エ", "、小さいエ"},
    {"ォ", "オ", "、小さいオ"}, {"ッ", "ツ", "、小さいツ"}, {"ャ", "ヤ", "、小さいヤ"},
    {"ュ", "ユ", "、小さいユ"}, {"ョ", "ヨ", "、小さいヨ"}, {"ヶ", "ケ", "、小さいケ"},
    {"ヵ", "カ", "、小さいカ"}, {"ヮ", "ワ", "、小さいワ"},
};

static const char *word_of(struct tg_span kana)
{
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        if (tg_span_is(kana, words[i].kana))
            return words[i].said;
    return NULL;
}

static const struct marked *mark_of(struct tg_span kana)
{
    for (size_t i = 0; i < sizeof marks / sizeof marks[0]; i++)
        if (tg_span_is(kana, marks[i].kana))
            return &marks[i];
    return NULL;
}

static struct tg_readback *readback_new(void)
{
    struct tg_readback *r = calloc(1, sizeof *r);

    if (r != NULL)
        r->text = TG_BUF_INIT(TEXT_BYTES);
    return r;
}

void tg_readback_free(struct tg_readback **r)
{
    if (*r != NULL) {
        tg_buf_done(&(*r)->text);
        free(*r);
        *r = NULL;
    }
}

size_t tg_readback_count(const struct tg_readback *r)
{
    return r->n;
}

struct tg_readback_piece tg_readback_at(const struct tg_readback *r, size_t i)
{
    const char *text = (const char *)r->text.p;

    if (i >= r->n)
        return (struct tg_readback_piece){"", ""};
    return (struct tg_readback_piece){text + r->piece[i].seen, text + r->piece[i].said};
}

static enum tg_err end_text(struct tg_readback *r)
{
    return tg_buf_add(&r->text, "", 1);
}

/* Begins a piece with what is seen; what is said follows, and end_text. */
static enum tg_err begin_piece(struct tg_readback *r, struct tg_span seen)
{
    enum tg_err e;

    if (r->n == TG_READBACK_PIECES)
        return TG_E_LIMIT;
    r->piece[r->n].seen = r->text.n;
    if ((e = tg_buf_add_span(&r->text, seen)) != TG_OK || (e = end_text(r)) != TG_OK)
        return e;
    r->piece[r->n++].said = r->text.n;
    return TG_OK;
}

static bool is_digit(uint8_t c)
{
    return c >= '0' && c <= '9';
}

static enum tg_err say_group(struct tg_readback *r, struct tg_span group)
{
    enum tg_err e = begin_piece(r, group);

    for (size_t i = 0; i < group.n && e == TG_OK; i++) {
        if (i > 0)
            e = tg_buf_add_str(&r->text, " ");
        if (e == TG_OK)
            e = tg_buf_add_str(&r->text, digit_said[group.p[i] - '0']);
    }
    return e == TG_OK ? end_text(r) : e;
}

static size_t run_of_digits(struct tg_span s, size_t max)
{
    size_t n = 0;

    while (n < s.n && n < max && is_digit(s.p[n]))
        n++;
    return n;
}

enum tg_err tg_readback_digits(struct tg_span text, const unsigned *sizes, struct tg_readback **ret)
{
    struct tg_readback *r = readback_new();
    bool gaps = run_of_digits(text, text.n) < text.n;
    enum tg_err e = r == NULL ? TG_E_NOMEM : TG_OK;

    for (size_t i = 0; text.n > 0 && e == TG_OK;) {
        size_t wanted = gaps ? text.n : sizes != NULL && sizes[i] != 0 ? sizes[i++] : 4;
        size_t n = run_of_digits(text, wanted);

        if (n > 0)
            e = say_group(r, tg_span(text.p, n));
        n += n == 0 ? 1 : 0; /* a gap */
        text = tg_span(text.p + n, text.n - n);
    }
    if (e != TG_OK) {
        tg_readback_free(&r);
        return e;
    }
    *ret = r;
    return TG_OK;
}

/* Of well-formed UTF-8. */
static size_t char_bytes(uint8_t first)
{
    return first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

static enum tg_err say_kana(struct tg_readback *r, struct tg_span kana)
{
    const struct marked *mark = mark_of(kana);
    const char *said = mark != NULL ? word_of(tg_span_str(mark->plain)) : word_of(kana);
    enum tg_err e = begin_piece(r, kana);

    if (e == TG_OK)
        e = said != NULL ? tg_buf_add_str(&r->text, said) : tg_buf_add_span(&r->text, kana);
    if (e == TG_OK && mark != NULL)
        e = tg_buf_add_str(&r->text, mark->mark);
    return e == TG_OK ? end_text(r) : e;
}

enum tg_err tg_readback_kana(struct tg_span text, struct tg_readback **ret)
{
    struct tg_readback *r = tg_utf8_ok(text) ? readback_new() : NULL;
    enum tg_err e = !tg_utf8_ok(text) ? TG_E_FORM : r == NULL ? TG_E_NOMEM : TG_OK;

    while (text.n > 0 && e == TG_OK) {
        size_t n = char_bytes(text.p[0]);

        if (text.p[0] != ' ')
            e = say_kana(r, tg_span(text.p, n));
        text = tg_span(text.p + n, text.n - n);
    }
    if (e != TG_OK) {
        tg_readback_free(&r);
        return e;
    }
    *ret = r;
    return TG_OK;
}
