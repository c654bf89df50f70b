/* The keys of the desk as a window (Ctrl+?), and what this program is. */
#ifndef TG_HELP_H
#define TG_HELP_H

#include <adwaita.h>

void tg_help_keys(GtkWindow *over);
void tg_help_about(GtkWindow *over);

#endif
