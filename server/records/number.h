/* Numbers as they are typed and as they are kept: phones, 供給地点特定番号, customer numbers. */
#ifndef TG_NUMBER_H
#define TG_NUMBER_H

#include "server/records/glyph.h"

#define TG_POINT_DIGITS 22u
#define TG_GAS_POINT_DIGITS 17u
#define TG_PHONE_DIGITS_MIN 10u
#define TG_PHONE_DIGITS_MAX 11u

/* Digits and a NUL. */
struct tg_digits {
    size_t n;
    char s[32];
};

/* 017-845-0000, (0178)45-0000, +81 178 45 0000, ０１７８… -> 10 or 11 digits that begin with 0. TG_E_FORM. */
enum tg_err tg_phone_read(const struct tg_glyphs *g, struct tg_digits *ret) TG_MUST;
/* 22 digits, in any grouping, the first two an area 01 … 10. TG_E_QUERY_GAS: 17 digits, a gas number.
 * TG_E_FORM. */
enum tg_err tg_point_read(const struct tg_glyphs *g, struct tg_digits *ret) TG_MUST;
/* Only digits and what people put between them. TG_E_FORM, TG_E_LIMIT. */
enum tg_err tg_digits_read(const struct tg_glyphs *g, struct tg_digits *ret) TG_MUST;

#endif
