#include "ui/desk/second.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/text/kind.h"
#include "ui/text/plain.h"
#include "ui/text/romaji.h"

#define LETTERS_MIN 2u
#define DIGITS_MIN 4u
#define FOLD_BYTES (8 * TG_QUERY_BYTES)

static enum tg_err put_katakana(struct tg_buf *out, uint32_t cp)
{
    uint8_t b[3];

    if (cp >= 0x3041 && cp <= 0x3096) /* hiragana */
        cp += 0x60;
    b[0] = (uint8_t)(0xe0 | cp >> 12);
    b[1] = (uint8_t)(0x80 | (cp >> 6 & 0x3f));
    b[2] = (uint8_t)(0x80 | (cp & 0x3f));
    return tg_buf_add(out, b, sizeof b);
}

static bool is_kana(uint32_t cp)
{
    return cp >= 0x3041 && cp <= 0x30fa;
}

/* Nothing between the letters, no long vowels, one kind of kana, small Latin letters. */
static enum tg_err fold(struct tg_span text, struct tg_buf *out)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(FOLD_BYTES);
    enum tg_err e = tg_plain(text, &plain);
    struct tg_span s = tg_span_buf(&plain), letter = s;
    uint32_t cp;

    for (; e == TG_OK && tg_plain_next(&s, &cp); letter = s) {
        uint8_t small = (uint8_t)(cp + ('a' - 'A'));

        if (cp == ' ' || cp == 0x30fc || cp == 0x30fb)
            continue;
        if (cp >= 'A' && cp <= 'Z')
            e = tg_buf_add(out, &small, 1);
        else if (is_kana(cp))
            e = put_katakana(out, cp);
        else
            e = tg_buf_add(out, letter.p, letter.n - s.n);
    }
    return e;
}

static size_t find(struct tg_span in, const char *word)
{
    size_t n = strlen(word), i = 0;

    while (i + n <= in.n && memcmp(in.p + i, word, n) != 0)
        i++;
    return i + n <= in.n ? i : in.n;
}

static bool contains(struct tg_span in, struct tg_span part)
{
    for (size_t i = 0; i + part.n <= in.n; i++)
        if (tg_span_eq(tg_span(in.p + i, part.n), part))
            return true;
    return false;
}

static bool starts(struct tg_span in, struct tg_span part)
{
    return part.n <= in.n && tg_span_eq(tg_span(in.p, part.n), part);
}

/* Without the legal form at its beginning: people leave it out. */
static struct tg_span no_form(struct tg_span name)
{
    static const char *const forms[] = {
        "株式会社", "有限会社",         "合同会社",        "(株)", "(有)", "㈱",
        "㈲",       "カブシキガイシャ", "ユウゲンガイシャ"};

    for (size_t i = 0; i < sizeof forms / sizeof *forms; i++)
        if (starts(name, tg_span_str(forms[i])))
            return tg_span(name.p + strlen(forms[i]), name.n - strlen(forms[i]));
    return name;
}

static bool name_fits(struct tg_span name, struct tg_span said)
{
    return tg_utf8_count(said) >= LETTERS_MIN &&
           (starts(name, said) || starts(no_form(name), no_form(said))) && no_form(said).n > 0;
}

/* 三丁目7番1号 as 三-7-1: how the block is written does not matter. */
static enum tg_err block(struct tg_span text, struct tg_buf *out)
{
    static const char *const words[] = {"丁目", "番地", "番", "号"};
    enum tg_err e = TG_OK;

    while (text.n > 0 && e == TG_OK) {
        size_t at = text.n, skip = 0;

        for (size_t i = 0; i < sizeof words / sizeof *words; i++) {
            size_t found = find(text, words[i]);

            if (found < at) {
                at = found;
                skip = strlen(words[i]);
            }
        }
        e = tg_buf_add_span(out, tg_span(text.p, at));
        text = tg_span(text.p + at + skip, text.n - at - skip);
        if (e == TG_OK && skip > 0 && text.n > 0)
            e = tg_buf_add(out, "-", 1);
    }
    return e;
}

static bool has_digit(struct tg_span s)
{
    for (size_t i = 0; i < s.n; i++)
        if (s.p[i] >= '0' && s.p[i] <= '9')
            return true;
    return false;
}

static enum tg_err address_fits(struct tg_span address, struct tg_span said, bool *fits)
{
    TG_BUF_AUTO a = TG_BUF_INIT(FOLD_BYTES);
    TG_BUF_AUTO b = TG_BUF_INIT(FOLD_BYTES);
    char digits[TG_DIGITS_TYPED];
    enum tg_err e = block(address, &a);

    if (e == TG_OK)
        e = block(said, &b);
    *fits = e == TG_OK && tg_plain_digits(said, digits) == 0 && has_digit(said) &&
            tg_utf8_count(said) > LETTERS_MIN && contains(tg_span_buf(&a), tg_span_buf(&b));
    return e;
}

static bool phone_fits(const char *phone, const char *said)
{
    char digits[TG_DIGITS_TYPED];
    size_t n = tg_plain_digits(tg_span_str(phone), digits), m = strlen(said);

    return m >= DIGITS_MIN && m <= n && strcmp(digits + n - m, said) == 0;
}

static enum tg_err folded(const json_t *row, const char *field, struct tg_buf *out)
{
    const char *text = tg_row_field(row, field);

    tg_buf_reset(out);
    return text != NULL ? fold(tg_span_str(text), out) : TG_OK;
}

bool tg_second_possible(const json_t *row)
{
    static const char *const fields[] = {"name", "kana", "phone", "address"};

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++)
        if (tg_row_field(row, fields[i]) != NULL)
            return true;
    return false;
}

/* Numbers are compared with the telephone, everything else with the rest. */
static enum tg_err words_fit(const json_t *row, struct tg_span said, bool *fits)
{
    TG_BUF_AUTO field = TG_BUF_INIT(FOLD_BYTES);
    enum tg_err e = folded(row, "name", &field);

    if (e == TG_OK && !(*fits = name_fits(tg_span_buf(&field), said)))
        e = folded(row, "kana", &field);
    if (e == TG_OK && !*fits)
        *fits = name_fits(tg_span_buf(&field), said);
    if (e == TG_OK && !*fits && (e = folded(row, "address", &field)) == TG_OK)
        e = address_fits(tg_span_buf(&field), said, fits);
    return e;
}

static enum tg_err said_fold(struct tg_span said, struct tg_buf *out)
{
    TG_BUF_AUTO plain = TG_BUF_INIT(FOLD_BYTES);
    TG_BUF_AUTO kana = TG_BUF_INIT(FOLD_BYTES);
    struct tg_span rest;
    enum tg_err e = tg_plain(said, &plain);

    if (e != TG_OK || !tg_kind_romaji(tg_span_buf(&plain)))
        return e == TG_OK ? fold(tg_span_buf(&plain), out) : e;
    e = tg_romaji_kana(tg_span_buf(&plain), &kana, &rest);
    return e == TG_OK ? fold(tg_span_buf(&kana), out) : e;
}

enum tg_err tg_second_fits(const json_t *row, struct tg_span said)
{
    TG_BUF_AUTO words = TG_BUF_INIT(FOLD_BYTES);
    const char *phone = tg_row_field(row, "phone");
    char digits[TG_DIGITS_TYPED];
    bool fits = false;
    enum tg_err e = said_fold(said, &words);

    if (e != TG_OK)
        return e;
    if (tg_utf8_count(tg_span_buf(&words)) < LETTERS_MIN)
        return TG_E_FORM;
    if (tg_plain_digits(tg_span_buf(&words), digits) >= DIGITS_MIN && phone != NULL)
        fits = phone_fits(phone, digits);
    if (!fits)
        e = words_fit(row, tg_span_buf(&words), &fits);
    return e != TG_OK ? e : fits ? TG_OK : TG_E_NOT_FOUND;
}
