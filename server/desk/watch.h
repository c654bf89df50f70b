/* The event streams that sessions hang on (DESIGN 4.6): one watcher per stream, on the loop that serves it.
 */
#ifndef TG_WATCH_H
#define TG_WATCH_H

#include "server/desk/visit.h"

/* Sends each watcher of the loop its next nonce; every TG_PULSE_MS. */
#define TG_PULSE_MS 2000u
void tg_watch_pulse(void *desk_loop);
/* Tells each whose grants are others than it was told last; every TG_GRANTS_MS, so that an end, by whomever or
 * by time alone, is seen within the two seconds that a screen has to close.
 */
#define TG_GRANTS_MS 500u
void tg_watch_grants(void *desk_loop);
/* After every loop has ended: the memory of watchers whose end came too late to be heard. */
void tg_watch_forget(struct tg_desk_loop *at);

#endif
