/* One page of the desk's window, whoever makes it: the window only knows when it is in sight. All callbacks
 * come from GTK's thread; NULL where a page has nothing to do.
 */
#ifndef TG_DESK_PAGE_H
#define TG_DESK_PAGE_H

#include <adwaita.h>

#include "ui/desk/page.h"
#include "ui/desk/sitting.h"

struct tg_desk_page {
    const char *name;  /* in the stack and in tests; static */
    const char *title; /* on its button, translated; static */
    GtkWidget *widget;
    GtkWidget *tools; /* buttons that stand in the header while the page is in sight; NULL: none */
    void *arg;
    /* Signed in: s is asked from now on; both live as long as the window. */
    void (*open)(void *arg, struct tg_sitting *s, const struct tg_who *who);
    void (*enter)(void *arg); /* into sight: it takes the keys */
    void (*leave)(void *arg); /* out of sight */
    void (*wipe)(void *arg);  /* nothing of any customer is kept or shown any more: rights have ended */
    /* Every answer comes to every page: the one that asked knows its number. */
    void (*answer)(void *arg, const struct tg_answer *a);
    /* Of the event stream ("grants", "inquiries" …), "renewed", and TG_SITTING_CALLER; json is borrowed for
     * the call. It comes out of sight and before open, too. */
    void (*event)(void *arg, const char *name, struct tg_span json);
    /* While in sight, before anybody else; held: the modifiers. True: that was it. */
    bool (*key)(void *arg, guint key, guint held);
};

#endif
