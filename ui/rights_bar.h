/* The banner of emergency rights: what opens, where, and how long still. In sight on every page while there
 * are any; words and stripes, so that it is the same in grey. It stays for a while to say that they have
 * ended.
 */
#ifndef TG_RIGHTS_BAR_H
#define TG_RIGHTS_BAR_H

#include <adwaita.h>

#include "ui/desk/rights.h"

struct tg_rights_bar;

struct tg_rights_bar *tg_rights_bar_new(void);
GtkWidget *tg_rights_bar_widget(struct tg_rights_bar *b);
/* As they are at now; also as the seconds go by. */
void tg_rights_bar_show(struct tg_rights_bar *b, const struct tg_rights *r, tg_sec now);
/* They have ended, and every record was closed: said for a minute from now on. */
void tg_rights_bar_ended(struct tg_rights_bar *b, tg_sec now);

#endif
