/* 復唱: a record's numbers and kana, large, in groups, each with how it is said. */
#ifndef TG_ALOUD_VIEW_H
#define TG_ALOUD_VIEW_H

#include <adwaita.h>

#include "ui/desk/page.h"

GtkWidget *tg_aloud_view_new(void);
/* Instead of what was there; NULL: nothing. */
void tg_aloud_view_show(GtkWidget *view, const json_t *row);

#endif
