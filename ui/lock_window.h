/* The lock window: mapped from the first moment to the last, beneath the desk's. It shows what the gate says
 * and hands it what the person does.
 */
#ifndef TG_LOCK_WINDOW_H
#define TG_LOCK_WINDOW_H

#include <adwaita.h>

#include "ui/gate/gate.h"

struct tg_lock_window;

struct tg_lock_window *tg_lock_window_new(GtkApplication *app);
/* From when on keys go there; borrowed. */
void tg_lock_window_gate(struct tg_lock_window *w, struct tg_gate *gate);
void tg_lock_window_show(struct tg_lock_window *w, const struct tg_gate_view *view);
/* The settings cannot be used: says so, and that is all. */
void tg_lock_window_broken(struct tg_lock_window *w, enum tg_err why);

#endif
