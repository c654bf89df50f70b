#include "ui/result_list.h"

#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/row.h"
#include "ui/tr.h"

struct tg_result_list {
    GtkWidget *scrolled, *view;
    GListStore *rows;
    GtkFilterListModel *kept;
    GtkSingleSelection *selection;
    bool (*keep)(const json_t *row, void *arg); /* NULL: every row */
    void *keep_arg;
    void (*chosen)(void *arg, const char *id);
    void *arg;
};

/* A column: its field, or the class. */
static const struct column {
    const char *field; /* NULL: the class */
    int width;
    bool wide;
} columns[] = {
    {NULL, 150, false},     {"name", 200, false},  {"kana", 200, false},
    {"address", 300, true}, {"phone", 140, false}, {"point", 240, false},
};

static void cell_text(const json_t *row, const struct column *c, char *out, size_t size)
{
    char value[TG_VALUE_BYTES];
    struct tg_row_why why;
    const char *text;

    if (c->field == NULL) {
        struct tg_class_label class = tg_class_label(tg_row_class(row));

        (void)snprintf(out, size, "%s %s", class.shape, class.text);
        return;
    }
    text = tg_row_field(row, c->field);
    if (text == NULL)
        text = tg_row_why(row, c->field, &why) ? _("(hidden)") : "";
    (void)snprintf(out, size, "%s", tg_value_text(c->field, text, value));
}

static void on_setup(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
    (void)factory;
    (void)data;
    gtk_list_item_set_child(item, tg_look_datum(""));
}

static void on_bind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
    const struct column *c = data;
    const json_t *row = tg_row_json(TG_ROW(gtk_list_item_get_item(item)));
    char text[1024]; /* of a row more cannot be seen */

    (void)factory;
    cell_text(row, c, text, sizeof text);
    tg_look_text(gtk_list_item_get_child(item), text);
}

/* A cell that is scrolled out of sight keeps nothing. */
static void on_unbind(GtkSignalListItemFactory *factory, GtkListItem *item, gpointer data)
{
    (void)factory;
    (void)data;
    gtk_label_set_text(GTK_LABEL(gtk_list_item_get_child(item)), "");
}

static void column_add(struct tg_result_list *l, const struct column *c)
{
    GtkListItemFactory *cells = gtk_signal_list_item_factory_new();
    GtkColumnViewColumn *column;
    gpointer data = (gpointer)(uintptr_t)c;

    g_signal_connect(cells, "setup", G_CALLBACK(on_setup), data);
    g_signal_connect(cells, "bind", G_CALLBACK(on_bind), data);
    g_signal_connect(cells, "unbind", G_CALLBACK(on_unbind), data);
    column = gtk_column_view_column_new(c->field == NULL ? _("Class") : tg_field_text(c->field), cells);
    gtk_column_view_column_set_resizable(column, TRUE);
    gtk_column_view_column_set_fixed_width(column, c->wide ? -1 : c->width);
    gtk_column_view_column_set_expand(column, c->wide);
    gtk_column_view_append_column(GTK_COLUMN_VIEW(l->view), column);
    g_object_unref(column);
}

static void on_activate(GtkColumnView *view, guint position, gpointer data)
{
    struct tg_result_list *l = data;
    TgRow *row = g_list_model_get_item(G_LIST_MODEL(l->kept), position);

    (void)view;
    if (row == NULL)
        return;
    if (l->chosen != NULL)
        l->chosen(l->arg, tg_row_id(tg_row_json(row)));
    g_object_unref(row);
}

static gboolean on_filter(gpointer item, gpointer data)
{
    const struct tg_result_list *l = data;

    return l->keep == NULL || l->keep(tg_row_json(TG_ROW(item)), l->keep_arg);
}

struct tg_result_list *tg_result_list_new(void)
{
    struct tg_result_list *l = g_new0(struct tg_result_list, 1);

    l->rows = g_list_store_new(TG_TYPE_ROW);
    l->kept = gtk_filter_list_model_new(G_LIST_MODEL(l->rows),
                                        GTK_FILTER(gtk_custom_filter_new(on_filter, l, NULL)));
    l->selection = gtk_single_selection_new(G_LIST_MODEL(l->kept));
    l->view = gtk_column_view_new(GTK_SELECTION_MODEL(l->selection));
    gtk_accessible_update_property(GTK_ACCESSIBLE(l->view), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Results"), -1);
    gtk_column_view_set_show_row_separators(GTK_COLUMN_VIEW(l->view), TRUE);
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        column_add(l, &columns[i]);
    g_signal_connect(l->view, "activate", G_CALLBACK(on_activate), l);
    l->scrolled = gtk_scrolled_window_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(l->scrolled), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Results"),
                                   -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(l->scrolled), l->view);
    gtk_widget_set_vexpand(l->scrolled, TRUE);
    return l;
}

GtkWidget *tg_result_list_widget(struct tg_result_list *l)
{
    return l->scrolled;
}

void tg_result_list_chosen(struct tg_result_list *l, void (*chosen)(void *arg, const char *id), void *arg)
{
    l->chosen = chosen;
    l->arg = arg;
}

void tg_result_list_show(struct tg_result_list *l, const struct tg_page *page)
{
    size_t n = page != NULL ? tg_page_count(page) : 0;

    l->keep = NULL;
    gtk_filter_changed(gtk_filter_list_model_get_filter(l->kept), GTK_FILTER_CHANGE_LESS_STRICT);
    g_list_store_remove_all(l->rows);
    for (size_t i = 0; i < n; i++) {
        TgRow *row = tg_row_new(tg_page_row(page, i));

        g_list_store_append(l->rows, row);
        g_object_unref(row);
    }
    gtk_widget_set_visible(l->scrolled, n > 0);
}

size_t tg_result_list_narrow(struct tg_result_list *l, bool (*keep)(const json_t *row, void *arg), void *arg)
{
    l->keep = keep;
    l->keep_arg = arg;
    gtk_filter_changed(gtk_filter_list_model_get_filter(l->kept), GTK_FILTER_CHANGE_DIFFERENT);
    l->keep_arg = NULL; /* the caller's; rows that come later are shown anew */
    l->keep = NULL;
    return g_list_model_get_n_items(G_LIST_MODEL(l->kept));
}

size_t tg_result_list_count(const struct tg_result_list *l)
{
    return g_list_model_get_n_items(G_LIST_MODEL(l->rows));
}

void tg_result_list_focus(struct tg_result_list *l)
{
    gtk_single_selection_set_selected(l->selection, 0);
    gtk_widget_grab_focus(l->view);
}
