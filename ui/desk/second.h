/* The second attribute (CAPABILITIES §kana). A supply point number has no check digit: a wrong digit is
 * somebody else's point. So what was found by it is shown only when something else that the caller says fits
 * the record.
 */
#ifndef TG_SECOND_H
#define TG_SECOND_H

#include "ui/desk/page.h"

/* Whether the row has anything in sight that a caller can be matched by. */
bool tg_second_possible(const json_t *row);
/* What was typed of the caller's words fits the row: the beginning of the name or of its reading (two letters
 * at least, a legal form may be left out), the last four digits of the telephone number or more, or a part of
 * the address with its number in it. Kana, romaji, width, blanks and long vowels do not matter. TG_E_FORM:
 * too little to tell; TG_E_NOT_FOUND: it does not fit; TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_second_fits(const json_t *row, struct tg_span said) TG_MUST;

#endif
