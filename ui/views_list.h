/* The look-ups under one event, for whoever reviews them: who looked when, at how many records and which, and
 * what a reviewer has said of it. No customer is named: a view is a number of the journal and the ids of
 * records.
 */
#ifndef TG_VIEWS_LIST_H
#define TG_VIEWS_LIST_H

#include <adwaita.h>

#include "certs/base/json.h"

struct tg_views_list;

struct tg_views_list *tg_views_list_new(void);
GtkWidget *tg_views_list_widget(const struct tg_views_list *l);
/* A page of POST /v1/grants/views; those that wait for a review first. TG_E_SERVER_REPLY: not that shape. */
enum tg_err tg_views_list_show(struct tg_views_list *l, struct tg_span json) TG_MUST;
void tg_views_list_clear(struct tg_views_list *l);
/* The numbers, a space between, of the chosen view or (all) of every open one that is shown; appended. Empty:
 * there is none. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_views_list_open(const struct tg_views_list *l, bool all, struct tg_buf *out) TG_MUST;
void tg_views_list_focus(struct tg_views_list *l);

#endif
