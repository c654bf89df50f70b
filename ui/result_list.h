/* The rows of a search as columns: the class by shape and name, then the fields; what is hidden says so. */
#ifndef TG_RESULT_LIST_H
#define TG_RESULT_LIST_H

#include <adwaita.h>

#include "ui/desk/page.h"

struct tg_result_list;

struct tg_result_list *tg_result_list_new(void);
GtkWidget *tg_result_list_widget(struct tg_result_list *l);
/* chosen gets the id of the row (borrowed for the call). */
void tg_result_list_chosen(struct tg_result_list *l, void (*chosen)(void *arg, const char *id), void *arg);
/* The rows of a page instead of what was there; NULL: none. */
void tg_result_list_show(struct tg_result_list *l, const struct tg_page *page);
/* Of the rows of the page only those that keep, until the next page; how many. keep is called before this
 * returns. */
size_t tg_result_list_narrow(struct tg_result_list *l, bool (*keep)(const json_t *row, void *arg), void *arg);
size_t tg_result_list_count(const struct tg_result_list *l); /* of the page, narrowed or not */
/* The keys go to the first row. */
void tg_result_list_focus(struct tg_result_list *l);

#endif
