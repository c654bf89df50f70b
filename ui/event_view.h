/* One event or standing roster of the board, whole: what, where, who, until when, what it waits for, and a
 * button for everything that this person may do about it.
 */
#ifndef TG_EVENT_VIEW_H
#define TG_EVENT_VIEW_H

#include <adwaita.h>

#include "ui/desk/deeds.h"

struct tg_event_view;

struct tg_event_view *tg_event_view_new(void (*deed)(void *arg, enum tg_deed d), void *arg);
GtkWidget *tg_event_view_widget(const struct tg_event_view *v);
/* of NULL: nothing. Both borrowed for the call. */
void tg_event_view_show(struct tg_event_view *v, const struct tg_board *b, const json_t *of);
/* The time that is left, anew; now by the server's clock. */
void tg_event_view_tick(struct tg_event_view *v, tg_sec now);

#endif
