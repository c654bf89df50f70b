/* Where the caller is referred to: sentences to read out, and the network company's telephone in large
 * groups. */
#ifndef TG_REFERRAL_VIEW_H
#define TG_REFERRAL_VIEW_H

#include <adwaita.h>

#include "ui/desk/referral.h"

GtkWidget *tg_referral_view_new(void);
/* head: one line above; who: for the network company and its number. r NULL: nothing is kept. */
void tg_referral_view_show(GtkWidget *view, const char *head, const struct tg_referral *r,
                           const struct tg_who *who);

#endif
