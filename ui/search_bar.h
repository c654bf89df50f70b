/* The one search box, what it is taken for, the purpose (one key) and the case number. */
#ifndef TG_SEARCH_BAR_H
#define TG_SEARCH_BAR_H

#include <adwaita.h>

#include "ui/desk/typed.h"

struct tg_search_bar;

/* search is called when the person asks for it. */
struct tg_search_bar *tg_search_bar_new(void (*search)(void *arg), void *arg);
GtkWidget *tg_search_bar_widget(struct tg_search_bar *b);
/* What is to be searched for, with purpose and case, borrowed until the next change. False: nothing that
 * could be searched for as it stands; the hint beneath the box says why. */
bool tg_search_bar_read(struct tg_search_bar *b, struct tg_search *ret);
const char *tg_search_bar_text(const struct tg_search_bar *b);             /* as it stands; borrowed */
const struct tg_typed *tg_search_bar_typed(const struct tg_search_bar *b); /* borrowed */
/* The day that stands in the box. False: none, or it may be several and none was chosen. */
bool tg_search_bar_day(const struct tg_search_bar *b, tg_day *ret);
/* The box asks for what the caller says of himself, beside the supply point that stood in it; or no more. */
void tg_search_bar_confirm(struct tg_search_bar *b, bool yes);
void tg_search_bar_focus(struct tg_search_bar *b);
void tg_search_bar_clear(struct tg_search_bar *b);
/* Puts text into the box, as if it were typed and taken for kind. */
void tg_search_bar_fill(struct tg_search_bar *b, const char *text, enum tg_kind kind);
/* Takes the text for the next kind that it can be; a short year's date first for each of its days. */
void tg_search_bar_kind(struct tg_search_bar *b);
/* The purpose of that number key (from 0). False: there is none. */
bool tg_search_bar_purpose(struct tg_search_bar *b, unsigned i);
/* Only the purposes of the list (one space between; "": all) are offered, the first of them is taken. */
void tg_search_bar_offer(struct tg_search_bar *b, const char *purposes);
/* Purpose and case of a caller who is spoken with again; NULL and "": a new one. */
void tg_search_bar_grounds(struct tg_search_bar *b, const char *purpose, const char *case_ref);

#endif
