/* The one search box, what it is taken for, the purpose (one key) and the case number. */
#ifndef TG_SEARCH_BAR_H
#define TG_SEARCH_BAR_H

#include <adwaita.h>

#include "ui/desk/typed.h"

struct tg_search_bar;

/* search is called when the person asks for it. */
struct tg_search_bar *tg_search_bar_new(void (*search)(void *arg), void *arg);
GtkWidget *tg_search_bar_widget(struct tg_search_bar *b);
/* What is to be searched for, borrowed until the next change. False: the box is empty. */
bool tg_search_bar_read(struct tg_search_bar *b, struct tg_search *ret);
void tg_search_bar_focus(struct tg_search_bar *b);
void tg_search_bar_clear(struct tg_search_bar *b);
/* Takes the text for the next kind. */
void tg_search_bar_kind(struct tg_search_bar *b);
/* The purpose of that number key (from 0). False: there is none. */
bool tg_search_bar_purpose(struct tg_search_bar *b, unsigned i);
/* Purpose and case of a caller who is spoken with again; NULL and "": a new one. */
void tg_search_bar_grounds(struct tg_search_bar *b, const char *purpose, const char *case_ref);

#endif
