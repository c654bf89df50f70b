/* What must not be overlooked on the page of events: alarms that stay until they are acknowledged, and
 * offices that are held up until their views are reviewed.
 */
#ifndef TG_NOTICE_BOX_H
#define TG_NOTICE_BOX_H

#include <adwaita.h>

#include "ui/desk/board.h"

struct tg_notice_box;

struct tg_notice_box *tg_notice_box_new(void (*seen)(void *arg, const char *alarm), void *arg);
GtkWidget *tg_notice_box_widget(const struct tg_notice_box *n);
void tg_notice_box_show(struct tg_notice_box *n, const struct tg_board *b);
/* The first alarm is acknowledged, as if its button were pressed. */
void tg_notice_box_seen(struct tg_notice_box *n);

#endif
