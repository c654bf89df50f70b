/* One customer: fields in groups; a hidden one is a place that says why, and what to do instead. */
#ifndef TG_RECORD_VIEW_H
#define TG_RECORD_VIEW_H

#include <adwaita.h>

#include "ui/desk/page.h"

GtkWidget *tg_record_view_new(void);
/* Instead of what was there; NULL: nothing. */
void tg_record_view_show(GtkWidget *view, const json_t *row);

#endif
