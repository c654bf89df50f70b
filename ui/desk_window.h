/* The desk's window: who you are, one search box, the results, one record. It asks the sitting and shows what
 * comes back.
 */
#ifndef TG_DESK_WINDOW_H
#define TG_DESK_WINDOW_H

#include <adwaita.h>

#include "ui/desk/page.h"
#include "ui/desk/sitting.h"

struct tg_desk_window;

/* Made, and not shown. */
struct tg_desk_window *tg_desk_window_new(GtkApplication *app);
/* Signed in: s is asked from now on (borrowed), and the window comes up. */
void tg_desk_window_open(struct tg_desk_window *w, struct tg_sitting *s, const struct tg_who *who);
void tg_desk_window_answer(struct tg_desk_window *w, const struct tg_answer *a);

#endif
