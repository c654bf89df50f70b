/* Emergency rights, as the event stream tells them ("grants"): which events open something for this person,
 * of where, and until when. What is not of that shape means none at all. No clock: now is the server's.
 */
#ifndef TG_RIGHTS_H
#define TG_RIGHTS_H

#include "certs/base/clock.h"
#include "certs/base/json.h"

#define TG_RIGHTS 32u
#define TG_RIGHTS_AREAS 4096u
#define TG_RIGHTS_WARN 600 /* seconds before the end from which on it is said in other words */

struct tg_right {
    char id[32], kind[16];
    char areas[TG_RIGHTS_AREAS]; /* municipality codes, one space between */
    tg_sec until;                /* at this second it has ended */
    bool drill, skipped;         /* skipped: begun without all approvals */
    bool acknowledged, usable;
};

struct tg_rights {
    size_t n;
    struct tg_right right[TG_RIGHTS];
};

/* Data of the event. TG_E_SERVER_REPLY, with *ret empty: another shape, too many, a text too long. */
enum tg_err tg_rights_read(struct tg_span json, struct tg_rights *ret) TG_MUST;
bool tg_right_open(const struct tg_right *r, tg_sec now); /* it opens something at now */
/* Something that was open at then is not at now, or opens less: every record must go, since none says under
 * which right it was opened. */
bool tg_rights_lost(const struct tg_rights *was, tg_sec then, const struct tg_rights *is, tg_sec now);
/* Seconds to the next end of an open right; -1: none is open. */
int64_t tg_rights_left(const struct tg_rights *r, tg_sec now);
/* "1:59:30"; what is over is "0:00:00". */
void tg_rights_clock(int64_t seconds, char out[24]);

#endif
