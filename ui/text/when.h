/* Moments and lengths of time as they are read on the screen. */
#ifndef TG_WHEN_H
#define TG_WHEN_H

#include "certs/base/clock.h"

/* "2026-11-20 13:05" in the business time zone (UTC+9), appended; nothing for 0. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_when_text(tg_sec t, struct tg_buf *out) TG_MUST;
/* "2 days 3 h 05 min", "12 min", "40 s" in the language of the window, appended; less than 0 is 0. */
enum tg_err tg_lasts_text(int64_t seconds, struct tg_buf *out) TG_MUST;

#endif
