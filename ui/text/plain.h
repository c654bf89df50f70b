/* Typed or pasted text in the one form that the rules for it are written in: full-width letters, digits and
 * signs as ASCII, every dash as -, white space of every kind as one space and none at the ends, and nothing
 * that cannot be seen (controls, direction marks, joiners). Kana and kanji stay as they are; ー between
 * digits is a dash.
 */
#ifndef TG_PLAIN_H
#define TG_PLAIN_H

#include "certs/base/blob.h"

/* Code points, one after another. False at the end. Only of well-formed text. */
bool tg_plain_next(struct tg_span *text, uint32_t *cp);
/* Appends. TG_E_FORM: not UTF-8; TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_plain(struct tg_span text, struct tg_buf *out) TG_MUST;

/* Appends text as it is shown: whatever cannot be seen (controls, line ends, direction marks and the like),
 * whatever is no UTF-8, and a third mark on one letter become U+FFFD. TG_E_LIMIT: what fits is there;
 * TG_E_NOMEM. */
enum tg_err tg_plain_shown(struct tg_span text, struct tg_buf *out) TG_MUST;

#define TG_DIGITS_TYPED 32u
/* Of plain text that is digits and what people put between them (a + first, blanks, dashes, brackets, dots,
 * slashes): the digits and a NUL; how many. 0: it is something else, or longer than any number of ours. */
size_t tg_plain_digits(struct tg_span plain, char out[TG_DIGITS_TYPED]);

/* 供給地点特定番号: 22 digits in groups of 2-4-4-4-4-4, the first two the supply area 01 to 10 (01 Hokkaido,
 * 02 Tohoku … 09 Kyushu, 10 Okinawa). A gas number has 17. There is no check digit. */
#define TG_POINT_TYPED 22u
#define TG_GAS_TYPED 17u
/* As many digits as there are, grouped; no dash behind the last. */
void tg_point_group(const char *digits, char out[2 * TG_DIGITS_TYPED]);
bool tg_point_area(const char *digits);

#endif
