/* The look of both windows, and the small things that every one of their widgets is made with. */
#ifndef TG_LOOK_H
#define TG_LOOK_H

#include <adwaita.h>

#define TG_APP_ID "org.tegata.Tegata"
/* Of every window, always: titles reach the display server and the window manager and stay there. */
#define TG_TITLE "tegata"

/* Before GTK is there: the renderer that is quick without a graphics card, unless somebody chose another. */
void tg_look_renderer(void);
/* When GTK is there: the style sheet. */
void tg_look_load(void);
/* A label that shows text as it is: no markup, not selectable, wrapped; css may be NULL. */
GtkWidget *tg_look_label(const char *text, const char *css);
/* A customer's datum: the same, on one line with … at its end, set as Japanese. */
GtkWidget *tg_look_datum(const char *text);
/* Puts a datum into a label: no markup, at most 4,096 bytes, and no letter that cannot be seen: controls and
 * direction marks show as U+FFFD, so that nothing is reordered or hidden (ui/text/plain.h). */
void tg_look_text(GtkWidget *label, const char *text);
GtkWidget *tg_look_box(GtkOrientation way, int gap, const char *css);
/* Into a GtkFlowBox, so that the keys go to the widget itself and not to its place. */
void tg_look_flow_add(GtkWidget *flow, GtkWidget *widget);
/* What is typed into the entry does not leave it by copying or cutting. */
void tg_look_keep_in(GtkWidget *entry);
/* A page that scrolls and takes the keys; its name is what a screen reader says. */
GtkWidget *tg_look_page(const char *name);

#endif
