/* Text that somebody else chose, on a page that people read: between quotes, and nothing in it can look like
 * something else. Quotes and backslashes get a backslash; what is invisible or changes the direction of
 * writing stands as \u{…}. "" is a dash without quotes.
 */
#ifndef TG_QUOTE_H
#define TG_QUOTE_H

#include "certs/base/blob.h"

/* Appends. text is well-formed UTF-8; what is not stands byte by byte as \x... TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_quote(const char *text, struct tg_buf *out) TG_MUST;
/* Our own words (letters, digits, ". _ : -", spaces between) as they are; anything else as tg_quote has it.
 */
enum tg_err tg_quote_word(const char *text, struct tg_buf *out) TG_MUST;

#endif
