/* 本人確認 as a page: one thing of the record, and whether the caller said it so. Nothing else of the record.
 */
#ifndef TG_CHECK_VIEW_H
#define TG_CHECK_VIEW_H

#include <adwaita.h>

#include "ui/desk/callers.h"

struct tg_check_view;

struct tg_check_view_conf {
    void (*said)(void *arg);  /* yes, it is the same */
    void (*wrong)(void *arg); /* no */
    void (*other)(void *arg); /* asks for something else */
    void *arg;
};

struct tg_check_view *tg_check_view_new(const struct tg_check_view_conf *conf);
GtkWidget *tg_check_view_widget(struct tg_check_view *v);
/* What is asked for now; NULL: nothing is kept. */
void tg_check_view_show(struct tg_check_view *v, const struct tg_caller *c);
void tg_check_view_focus(struct tg_check_view *v);

#endif
