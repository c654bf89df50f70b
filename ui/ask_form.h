/* The form of an inquiry (照会), filled in as far as the record that it comes from goes. What is typed here
 * does not go to the clipboard, and is gone when the form is.
 */
#ifndef TG_ASK_FORM_H
#define TG_ASK_FORM_H

#include <adwaita.h>

#include "ui/desk/asks.h"

struct tg_ask_form;

struct tg_ask_form *tg_ask_form_new(void (*ask)(void *arg), void *arg);
GtkWidget *tg_ask_form_widget(const struct tg_ask_form *f);
/* With what is known (NULL or "" is not); the first thing that is missing has the keys. fields: machine names
 * with a space between; those that may not be asked for are left out. */
void tg_ask_form_begin(struct tg_ask_form *f, const struct tg_asks *a, const struct tg_asking *known);
/* What was filled in, borrowed until the next key. False: something is missing, and the form says what. */
bool tg_ask_form_read(struct tg_ask_form *f, struct tg_asking *ret);
/* Alt+1 … 9: the subject. True: that was it. */
bool tg_ask_form_subject(struct tg_ask_form *f, guint i);
/* Nothing of any customer. */
void tg_ask_form_wipe(struct tg_ask_form *f);

#endif
