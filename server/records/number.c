#include "server/records/number.h"

/* Brackets, dots, slashes, dashes, spaces: what people put between groups of digits. ー is a dash here. */
static bool is_gap(int32_t cp)
{
    return cp == ' ' || cp == '-' || cp == '(' || cp == ')' || cp == '.' || cp == '/' || cp == ',' ||
           cp == 0x30fc || cp == 0x30fb;
}

static enum tg_err read_from(const struct tg_glyphs *g, size_t at, struct tg_digits *ret)
{
    ret->n = 0;
    for (size_t i = at; i < g->n; i++) {
        if (is_gap(g->cp[i]))
            continue;
        if (!tg_glyph_is_digit(g->cp[i]))
            return TG_E_FORM;
        if (ret->n + 1 >= sizeof ret->s)
            return TG_E_LIMIT;
        ret->s[ret->n++] = (char)g->cp[i];
    }
    ret->s[ret->n] = 0;
    return ret->n > 0 ? TG_OK : TG_E_FORM;
}

enum tg_err tg_digits_read(const struct tg_glyphs *g, struct tg_digits *ret)
{
    return read_from(g, 0, ret);
}

/* 0081 178 …: the prefix of a call from abroad, typed out. No number at home begins with two zeros. */
static bool typed_out(const struct tg_digits *d)
{
    return d->n > 4 && memcmp(d->s, "0081", 4) == 0;
}

static void drop(struct tg_digits *d, size_t n)
{
    d->n -= n;
    memmove(d->s, d->s + n, d->n + 1);
}

/* +81 178 … and +81 (0)178 … become 0178 …. */
static enum tg_err abroad(struct tg_digits *d)
{
    if (d->n < 3 || d->s[0] != '8' || d->s[1] != '1')
        return TG_E_FORM;
    drop(d, d->s[2] == '0' ? 2 : 1);
    d->s[0] = '0';
    return TG_OK;
}

enum tg_err tg_phone_read(const struct tg_glyphs *g, struct tg_digits *ret)
{
    size_t at = 0;
    while (at < g->n && is_gap(g->cp[at]))
        at++;
    bool plus = at < g->n && g->cp[at] == '+';
    enum tg_err err = read_from(g, plus ? at + 1 : at, ret);
    if (err == TG_OK && !plus && typed_out(ret)) {
        drop(ret, 2);
        plus = true;
    }
    if (err == TG_OK && plus)
        err = abroad(ret);
    if (err != TG_OK)
        return TG_E_FORM;
    if (ret->n < TG_PHONE_DIGITS_MIN || ret->n > TG_PHONE_DIGITS_MAX || ret->s[0] != '0')
        return TG_E_FORM;
    return TG_OK;
}

/* 01 Hokkaido, 02 Tohoku, … 09 Kyushu, 10 Okinawa. */
static bool known_area(const char *s)
{
    return (s[0] == '0' && s[1] >= '1') || (s[0] == '1' && s[1] == '0');
}

enum tg_err tg_point_read(const struct tg_glyphs *g, struct tg_digits *ret)
{
    enum tg_err err = read_from(g, 0, ret);
    if (err != TG_OK)
        return TG_E_FORM;
    if (ret->n == TG_GAS_POINT_DIGITS)
        return TG_E_QUERY_GAS;
    return ret->n == TG_POINT_DIGITS && known_area(ret->s) ? TG_OK : TG_E_FORM;
}
