/* Municipalities by their codes (全国地方公共団体コード without the check digit), those of the seven
 * prefectures that are built in. What is not listed goes under its code.
 */
#ifndef TG_AREAS_H
#define TG_AREAS_H

#include <stddef.h>

#include "certs/base/blob.h"

struct tg_area {
    const char *code, *county, *name, *kana; /* county "" where there is none; static */
};

/* NULL at the end. In the order of their codes. */
const struct tg_area *tg_area_at(size_t i);
const struct tg_area *tg_area_find(struct tg_span code); /* NULL: none of ours */
/* Whether typed is the beginning of its code, of its name or county with name, or of its kana (hiragana and
 * romaji do as well). "" is none. */
bool tg_area_matches(const struct tg_area *a, const char *typed);
/* Codes with a space between -> "八戸市 (02203), 三沢市 (02207)", appended. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_areas_text(struct tg_span codes, struct tg_buf *out) TG_MUST;

#endif
