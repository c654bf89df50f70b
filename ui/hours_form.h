/* The little that is asked before an extension (how long) and before a start without all approvals (why). */
#ifndef TG_HOURS_FORM_H
#define TG_HOURS_FORM_H

#include <adwaita.h>

#include "ui/desk/deeds.h"

struct tg_hours_form;

struct tg_hours_form *tg_hours_form_new(void (*done)(void *arg, enum tg_deed d), void *arg);
GtkWidget *tg_hours_form_widget(const struct tg_hours_form *f);
/* d: TG_DEED_EXTEND or TG_DEED_START. Takes the keys. */
void tg_hours_form_begin(struct tg_hours_form *f, enum tg_deed d);
bool tg_hours_form_key(struct tg_hours_form *f, guint key);
/* When done was called. */
int64_t tg_hours_form_seconds(const struct tg_hours_form *f);
const char *tg_hours_form_reason(const struct tg_hours_form *f); /* static */

#endif
