/* Dates of both calendars, as people type, say and print them: R5.1.13, 令和5年1月13日, 令和元年, 2023/1/13,
 * 2023年1月13日, 20230113. A date without an era and with a short year may be several days: all of them come
 * back, and the person is asked. Years in use: Meiji 1 (1868) to 9999; an era holds only on its own days
 * (平成31年4月30日 is one, 平成31年5月1日 is not).
 */
#ifndef TG_WAREKI_H
#define TG_WAREKI_H

#include "certs/base/clock.h"

#define TG_WAREKI_DAYS 4u /* Reiwa, Heisei, Showa and 20nn */
#define TG_WAREKI_TEXT_BYTES 64u

struct tg_wareki {
    tg_day day[TG_WAREKI_DAYS]; /* the latest first */
    size_t n;                   /* 1: it is clear; more: ask */
};

/* The whole text is a date (NFKC form; spaces around it are nothing). Of several readings those after latest
 * are not meant (令和99年): a year ahead of today, or TG_DAY_MAX. TG_E_FORM: it is none.
 */
enum tg_err tg_wareki_read(struct tg_span text, tg_day latest, struct tg_wareki *ret) TG_MUST;
/* "令和5年1月13日（2023-01-13）"; the first year of an era is 元年. A day outside 1868..9999 is "----------".
 */
void tg_wareki_text(tg_day day, char out[TG_WAREKI_TEXT_BYTES]);

#endif
