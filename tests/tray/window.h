/* The tray: a reader on top, the drawer's cards beneath. A click or a drag puts a card in, or pulls it out. */
#ifndef TG_TRAY_WINDOW_H
#define TG_TRAY_WINDOW_H

#include <gtk/gtk.h>

#include "tests/tray/drawer.h"

struct tray_place {
    const char *lab, *dir; /* tests/lab, and the folder of the lab that is up */
    GPtrArray *cards;      /* of struct tray_card; borrowed for as long as the window lives */
    gboolean japanese;
};

/* Shown when this returns; its memory goes with the window. */
void tray_window_open(GtkApplication *app, const struct tray_place *place);

#endif
