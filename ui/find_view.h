/* Finding somebody: the search box, what is said of it, and the rows. It asks the sitting itself; a row that
 * is chosen, or the only one of a number that names one customer, is handed to whoever shows records.
 *
 * What was found by a supply point number is held back until something else that the caller says fits
 * (ui/desk/second.h). A date is no search of its own: it narrows the rows that are there.
 */
#ifndef TG_FIND_VIEW_H
#define TG_FIND_VIEW_H

#include <adwaita.h>

#include "ui/desk/referral.h"
#include "ui/desk/sitting.h"
#include "ui/desk/typed.h"

struct tg_find_view;

struct tg_find_conf {
    void (*chosen)(void *arg, const char *id); /* the row's id, borrowed for the call */
    void (*answered)(void *arg);               /* an answer of its own has come, and is about to be shown */
    /* There is nothing to show, but something to read out; r borrows from doc, which is borrowed. */
    void (*refer)(void *arg, const struct tg_referral *r, json_t *doc);
    void *arg;
};
struct tg_find_view *tg_find_view_new(const struct tg_find_conf *conf);
GtkWidget *tg_find_view_widget(struct tg_find_view *f);
/* Signed in: s is asked from now on (borrowed), for these purposes (tg_search_bar_offer). */
void tg_find_view_open(struct tg_find_view *f, struct tg_sitting *s, const char *purposes);
/* True: the answer was to a question of its own. */
bool tg_find_view_answer(struct tg_find_view *f, const struct tg_answer *a);
/* Keys without a modifier, and Alt+number, while it is in sight. True: that was it. Escape breaks off what is
 * being asked and empties the box. */
bool tg_find_view_key(struct tg_find_view *f, guint key, guint held);
/* A caller's number, from the telephone system: into the box where that disturbs nobody (it is empty and in
 * sight, and nothing is asked), else on a button that F9 presses. It is never searched for by itself. */
#define TG_FIND_NUMBER_BYTES 17u
void tg_find_view_call(struct tg_find_view *f, const char *number);
void tg_find_view_focus(struct tg_find_view *f);
/* The box, the rows and what was said of them, gone. */
void tg_find_view_clear(struct tg_find_view *f);
/* A refusal, with its problem document: what it says, beneath the box instead of rows. */
void tg_find_view_refused(struct tg_find_view *f, struct tg_span problem, enum tg_err e);
/* A sentence beneath the box. */
void tg_find_view_say(struct tg_find_view *f, const char *text, bool alarm);
/* Purpose and case, as they are set; borrowed until the next change. */
void tg_find_view_terms(struct tg_find_view *f, struct tg_search *ret);
void tg_find_view_grounds(struct tg_find_view *f, const char *purpose, const char *case_ref);

#endif
