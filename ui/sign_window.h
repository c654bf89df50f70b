/* The window over the desk's in which the gate shows what is to be approved, and takes the PIN for that. It
 * is there while something is weighed and at no other time.
 */
#ifndef TG_SIGN_WINDOW_H
#define TG_SIGN_WINDOW_H

#include <adwaita.h>

#include "ui/gate/gate.h"

struct tg_sign_window;

/* Nothing is seen of it yet. app is borrowed. */
struct tg_sign_window *tg_sign_window_new(GtkApplication *app);
/* From when on keys go there; borrowed. */
void tg_sign_window_gate(struct tg_sign_window *w, struct tg_gate *gate);
void tg_sign_window_show(struct tg_sign_window *w, const struct tg_gate_view *view);

#endif
