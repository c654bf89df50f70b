/* Municipality codes (JIS X 0402: two digits of the prefecture, three of the municipality) in words. */
#ifndef TG_PLACES_H
#define TG_PLACES_H

#include <stddef.h>

/* "青森県 2 市区町村: 八戸市 (02203), 三沢市 (02207)": by prefecture how many, and which while they are few.
 * Codes of one space between; what is no prefecture stands as it is. Cut at size. */
void tg_places_text(const char *areas, char *out, size_t size);
/* Of the two digits; NULL: there is none. Translated, static. */
const char *tg_prefecture_text(unsigned number);

#endif
