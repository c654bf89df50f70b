/* Which pages the window has. The customers' is there at once; the others come when the server has said that
 * this person may do something there (may in the answers of /v1/grants and /v1/inquiries): no list of roles
 * is kept here.
 */
#ifndef TG_DESK_PAGES_H
#define TG_DESK_PAGES_H

#include "ui/desk_window.h"

/* Before anybody is signed in. */
void tg_desk_pages_first(struct tg_desk_window *w);

#endif
