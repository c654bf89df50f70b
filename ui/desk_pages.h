/* Which pages the window has, by post. What they show, and whether anything opens, is the server's to say. */
#ifndef TG_DESK_PAGES_H
#define TG_DESK_PAGES_H

#include "ui/desk_window.h"

/* Before anybody is signed in: what nearly every post has, so that it is there at once. */
void tg_desk_pages_first(struct tg_desk_window *w);
/* Signed in: the others. */
void tg_desk_pages_of(struct tg_desk_window *w, const struct tg_who *who);

#endif
