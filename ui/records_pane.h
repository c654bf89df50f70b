/* What is open of customers: the record of the caller who is spoken with, behind its check-list, read aloud,
 * or a referral instead; and a caller who waits. It asks nobody.
 */
#ifndef TG_RECORDS_PANE_H
#define TG_RECORDS_PANE_H

#include <adwaita.h>

#include "ui/desk/callers.h"
#include "ui/desk/referral.h"

struct tg_records_pane;

struct tg_records_conf {
    void (*changed)(void *arg); /* after a key or a button: look at tg_records_pane_open and _caller */
    void (*park)(void *arg);    /* the button was pressed: tg_records_pane_swap is yours to call */
    void *arg;
};

/* Lives as long as the window. */
struct tg_records_pane *tg_records_pane_new(const struct tg_records_conf *conf);
GtkWidget *tg_records_pane_widget(struct tg_records_pane *p);
GtkWidget *tg_records_pane_tools(struct tg_records_pane *p);
/* Whom callers are referred to; borrowed for good. */
void tg_records_pane_who(struct tg_records_pane *p, const struct tg_who *who);
/* A record of the one who is spoken with; keeps a reference to row. purpose is static. */
void tg_records_pane_show(struct tg_records_pane *p, json_t *row, const char *purpose, const char *case_ref);
/* What there is to read to a caller of whom nothing is shown; doc (kept, a reference) is what r borrows from.
 */
void tg_records_pane_refer(struct tg_records_pane *p, const struct tg_referral *r, json_t *doc);
/* The referral of before, to be seen; false: there is none. */
bool tg_records_pane_referred(struct tg_records_pane *p);
void tg_records_pane_forget_referral(struct tg_records_pane *p);
/* Whether there is something to be seen instead of the search. */
bool tg_records_pane_open(const struct tg_records_pane *p);
const struct tg_caller *tg_records_pane_caller(const struct tg_records_pane *p);
void tg_records_pane_focus(struct tg_records_pane *p);
/* The one who is spoken with is done; who waits, waits. */
void tg_records_pane_close(struct tg_records_pane *p);
/* Parks, resumes or changes places. False: nobody to. */
bool tg_records_pane_swap(struct tg_records_pane *p);
/* Nothing of anybody. */
void tg_records_pane_wipe(struct tg_records_pane *p);
bool tg_records_pane_key(struct tg_records_pane *p, guint key);

#endif
