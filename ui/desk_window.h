/* The desk's window: who you are, always in sight, and one page at a time (Ctrl+number). Which pages there
 * are, the post says (desk_pages.h); the window hands them keys, answers and events.
 */
#ifndef TG_DESK_WINDOW_H
#define TG_DESK_WINDOW_H

#include "ui/desk/page.h"
#include "ui/desk_page.h"

struct tg_desk_window;

/* Made, and not shown. */
struct tg_desk_window *tg_desk_window_new(GtkApplication *app);
/* Behind the pages that are there; its texts and widgets live as long as the window. Nine at most. */
void tg_desk_window_add(struct tg_desk_window *w, const struct tg_desk_page *page);
/* Somebody without a page of their own, who hears of open, answers and events before the pages do. One. */
void tg_desk_window_listen(struct tg_desk_window *w, const struct tg_desk_page *ears);
/* To the page of that name; nothing when there is none. */
void tg_desk_window_turn(struct tg_desk_window *w, const char *name);
/* Signed in: s is asked from now on (borrowed), and the window comes up. */
void tg_desk_window_open(struct tg_desk_window *w, struct tg_sitting *s, const struct tg_who *who);
void tg_desk_window_answer(struct tg_desk_window *w, const struct tg_answer *a);
void tg_desk_window_event(struct tg_desk_window *w, const char *name, struct tg_span json);

#endif
