/* What is written down of a visit: who, under which post, what was asked (as a keyed hash), what was decided
 * by which rules, every row with its class and fields. The terminal appears here, after the decision, and
 * nowhere else.
 */
#ifndef TG_TRAIL_H
#define TG_TRAIL_H

#include "server/desk/visit.h"

enum tg_err tg_trail_write(const struct tg_visit *v, struct tg_buf *out) TG_MUST;
/* The end of a session. why is TG_OK when its holder ended it, else why it was taken: displaced, run out,
 * blocked. detail may be NULL. */
enum tg_err tg_trail_end(struct tg_session *s, enum tg_err why, const char *detail,
                         struct tg_buf *out) TG_MUST;

/* How many refusals of strangers were counted and not written down one by one. */
enum tg_err tg_trail_noise(uint64_t unwritten, tg_sec now, struct tg_buf *out) TG_MUST;

#endif
