/* 復唱: a record's numbers and kana, large, in groups, each with how it is said. */
#ifndef TG_ALOUD_VIEW_H
#define TG_ALOUD_VIEW_H

#include <adwaita.h>

#include "ui/desk/page.h"
#include "ui/text/readback.h"

GtkWidget *tg_aloud_view_new(void);
/* Instead of what was there; NULL: nothing. */
void tg_aloud_view_show(GtkWidget *view, const json_t *row);
/* One value of a page of one's own: its groups, each with how it is said. */
GtkWidget *tg_aloud_pieces(const struct tg_readback *pieces);

#endif
