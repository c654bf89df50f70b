/* Time: seconds and microseconds since 1970-01-01T00:00:00Z, a monotonic clock for deadlines, and dates as
 * text. Rooms that decide take the time as a parameter; only programs and the loop ask the clock.
 */
#ifndef TG_CLOCK_H
#define TG_CLOCK_H

#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

typedef int64_t tg_sec;  /* seconds, UTC */
typedef int64_t tg_usec; /* microseconds, UTC or monotonic */

/* A calendar day as days since 1970-01-01, in the business time zone (Asia/Tokyo, no daylight saving). */
typedef int32_t tg_day;
#define TG_DAY_MIN INT32_MIN /* "since ever" */
#define TG_DAY_MAX INT32_MAX /* "until further notice" */

tg_sec tg_now(void);
tg_usec tg_now_us(void);
tg_usec tg_mono_us(void);
/* The business day (UTC+9) that contains the moment. */
tg_day tg_day_of(tg_sec t);
/* "2023-01-13" -> day. TG_E_FORM when it is not a real date between 1868 and 9999. */
enum tg_err tg_day_parse(struct tg_span s, tg_day *ret) TG_MUST;
/* "2023-01-13"; out holds 11 bytes. A day outside 1868..9999 (so also TG_DAY_MIN, TG_DAY_MAX) is
 * "----------". */
void tg_day_text(tg_day d, char out[11]);
/* "2026-11-20T06:42:11.123456Z"; out holds 28 bytes; dashes for digits outside 1868..9999. */
void tg_time_text(tg_usec t, char out[28]);
/* Exactly the form that tg_time_text writes, back again. TG_E_FORM, also for the dashes, and for a time of
 * day that there is not (23:59:60).
 */
enum tg_err tg_time_parse(struct tg_span s, tg_usec *ret) TG_MUST;

#endif
