#include "ui/views_list.h"

#include <inttypes.h>

#include "ui/desk/views.h"
#include "ui/look.h"
#include "ui/text/when.h"
#include "ui/tr.h"

struct tg_views_list {
    GtkWidget *page, *list;
    struct tg_views *views;
};

static GtkWidget *row_make(const json_t *view)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 2, "tg-bar");
    TG_BUF_AUTO head = TG_BUF_INIT(2048), ids = TG_BUF_INIT(64u * 1024u);

    if (tg_view_head(view, &head) == TG_OK && tg_buf_cstr(&head) != NULL)
        gtk_box_append(GTK_BOX(box), tg_look_label(tg_buf_cstr(&head), "tg-value"));
    if (tg_view_ids(view, &ids) == TG_OK && ids.n > 0 && tg_buf_cstr(&ids) != NULL)
        gtk_box_append(GTK_BOX(box), tg_look_label(tg_buf_cstr(&ids), "tg-name"));
    return box;
}

void tg_views_list_clear(struct tg_views_list *l)
{
    GtkWidget *row;

    tg_views_free(&l->views);
    while ((row = gtk_widget_get_first_child(l->list)) != NULL)
        gtk_list_box_remove(GTK_LIST_BOX(l->list), row);
}

enum tg_err tg_views_list_show(struct tg_views_list *l, struct tg_span json)
{
    struct tg_views *views = NULL;
    enum tg_err e = tg_views_read(json, &views);

    if (e != TG_OK)
        return e;
    tg_views_list_clear(l);
    l->views = views;
    for (size_t i = 0; i < tg_views_count(views); i++)
        gtk_list_box_append(GTK_LIST_BOX(l->list), row_make(tg_views_at(views, i)));
    gtk_list_box_select_row(GTK_LIST_BOX(l->list), gtk_list_box_get_row_at_index(GTK_LIST_BOX(l->list), 0));
    return TG_OK;
}

enum tg_err tg_views_list_open(const struct tg_views_list *l, bool all, struct tg_buf *out)
{
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(l->list));

    if (l->views == NULL)
        return TG_OK;
    if (all)
        return tg_views_open(l->views, out);
    if (row == NULL)
        return TG_OK;
    return tg_view_number(tg_views_at(l->views, (size_t)gtk_list_box_row_get_index(row)), out);
}

void tg_views_list_focus(struct tg_views_list *l)
{
    GtkListBoxRow *row = gtk_list_box_get_row_at_index(GTK_LIST_BOX(l->list), 0);

    gtk_widget_grab_focus(row != NULL ? GTK_WIDGET(row) : l->list);
}

GtkWidget *tg_views_list_widget(const struct tg_views_list *l)
{
    return l->page;
}

struct tg_views_list *tg_views_list_new(void)
{
    struct tg_views_list *l = g_new0(struct tg_views_list, 1);

    l->list = gtk_list_box_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(l->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Look-ups under it"), -1);
    gtk_list_box_set_placeholder(GTK_LIST_BOX(l->list),
                                 tg_look_label(_("Nothing was looked up under this event."), "tg-detail"));
    l->page = tg_look_page(_("Look-ups under it"));
    gtk_widget_set_focusable(l->page, FALSE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(l->page), l->list);
    return l;
}
