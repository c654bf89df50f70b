/* The PIN while it is typed: dots. A widget of our own, because GTK's password entries hand the plain text to
 * the accessibility bus. Its digits lie in the caller's tg_secret and nowhere else; a screen reader hears how
 * many there are.
 */
#ifndef TG_PIN_BOX_H
#define TG_PIN_BOX_H

#include <adwaita.h>

#include "certs/base/secret.h"

/* digits is borrowed and outlives the widget. */
GtkWidget *tg_pin_box_new(const struct tg_secret *digits);
/* digits have changed. */
void tg_pin_box_update(GtkWidget *box);

#endif
