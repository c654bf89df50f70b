/* The form in which a duty manager declares an event: kind, cause, municipalities, how long, for whom. Keys
 * alone do; a standing roster fills in who.
 */
#ifndef TG_DECLARE_FORM_H
#define TG_DECLARE_FORM_H

#include <adwaita.h>

#include "ui/desk/deeds.h"

struct tg_declare_form;

struct tg_declare_form *tg_declare_form_new(void (*declare)(void *arg), void *arg);
GtkWidget *tg_declare_form_widget(const struct tg_declare_form *f);
/* Empty, with the standing rosters of b to choose from, and the keys in it. */
void tg_declare_form_begin(struct tg_declare_form *f, const struct tg_board *b);
/* What was filled in, borrowed until the next key; now by the server's clock. False: something is missing,
 * and the form says what. */
bool tg_declare_form_read(struct tg_declare_form *f, tg_sec now, struct tg_declaring *ret);
/* Alt+1 … 4: the kind. True: that was it. */
bool tg_declare_form_kind(struct tg_declare_form *f, guint i);

#endif
