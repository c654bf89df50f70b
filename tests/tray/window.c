#include "tests/tray/window.h"

#include "tests/tray/slot.h"

struct tray {
    struct tray_place place;
    struct tray_slot *slot;
    GtkWidget *reader; /* a button: what is in it, pulled out by a click */
    GtkWidget *holder, *state, *trouble;
    GHashTable *buttons; /* name of the card -> its button in the drawer */
};

static const char sheet[] =
    ".tray-reader { border-radius: 14px; padding: 14px; border: 2px solid currentColor; min-height: 92px; }\n"
    ".tray-empty { border-style: dashed; }\n"
    ".tray-card { border-radius: 12px; padding: 8px 12px; border-left: 8px solid currentColor; }\n"
    ".tray-retail { border-left-color: #1c71d8; }\n"
    ".tray-network { border-left-color: #26a269; }\n"
    ".tray-none { border-left-color: #865e3c; }\n"
    ".tray-refused { border-left-color: #77767b; border-left-style: dashed; }\n"
    ".tray-holder { font-weight: 700; }\n"
    ".tray-trouble { font-weight: 700; color: #a51d2d; }\n";

static const char *said(const struct tray *t, const char *ja, const char *en)
{
    return t->place.japanese ? ja : en;
}

static GtkWidget *label_new(const char *text, const char *class)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_max_width_chars(GTK_LABEL(label), 34);
    gtk_widget_add_css_class(label, class);
    return label;
}

static const struct tray_card *card_of(const struct tray *t, const char *name)
{
    for (guint i = 0; name != NULL && i < t->place.cards->len; i++) {
        const struct tray_card *c = g_ptr_array_index(t->place.cards, i);

        if (strcmp(c->name, name) == 0)
            return c;
    }
    return NULL;
}

static void drawer_mark(struct tray *t, const char *in)
{
    GHashTableIter at;
    gpointer name, button;

    g_hash_table_iter_init(&at, t->buttons);
    while (g_hash_table_iter_next(&at, &name, &button))
        gtk_widget_set_sensitive(button, g_strcmp0(name, in) != 0); /* it is not in the drawer now */
}

/* The reader as it is. */
static void on_changed(void *ctx, const char *name, const char *trouble)
{
    struct tray *t = ctx;
    const struct tray_card *c = card_of(t, name);

    gtk_label_set_text(GTK_LABEL(t->holder), c != NULL ? c->holder : said(t, "カードがありません", "No card"));
    gtk_label_set_text(GTK_LABEL(t->state),
                       c != NULL ? said(t, "クリックで抜きます", "Click to pull it out")
                                 : said(t, "下のカードを、クリックするか、ここへ引いてきてください",
                                        "Click a card below, or drag it here"));
    gtk_label_set_text(GTK_LABEL(t->trouble), trouble != NULL ? trouble : "");
    gtk_widget_set_visible(t->trouble, trouble != NULL);
    gtk_widget_set_sensitive(t->reader, TRUE);
    (c != NULL ? gtk_widget_remove_css_class : gtk_widget_add_css_class)(t->reader, "tray-empty");
    drawer_mark(t, name);
}

static void put(struct tray *t, const char *name)
{
    gtk_label_set_text(GTK_LABEL(t->state), said(t, "…", "…"));
    tray_slot_want(t->slot, name);
}

static void on_reader(GtkButton *button, gpointer ctx)
{
    struct tray *t = ctx;

    (void)button;
    if (tray_slot_card(t->slot) != NULL)
        put(t, NULL);
}

static void on_card(GtkButton *button, gpointer ctx)
{
    put(ctx, g_object_get_data(G_OBJECT(button), "card"));
}

static GdkContentProvider *on_drag(GtkDragSource *source, double x, double y, gpointer name)
{
    (void)source, (void)x, (void)y;
    return gdk_content_provider_new_typed(G_TYPE_STRING, name);
}

static gboolean on_drop(GtkDropTarget *target, const GValue *value, double x, double y, gpointer ctx)
{
    const struct tray_card *c = card_of(ctx, g_value_get_string(value));

    (void)target, (void)x, (void)y;
    if (c == NULL)
        return FALSE;
    put(ctx, c->name);
    return TRUE;
}

static GtkWidget *reader_new(struct tray *t)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 4);
    GtkDropTarget *drop = gtk_drop_target_new(G_TYPE_STRING, GDK_ACTION_COPY);

    t->holder = label_new("", "tray-holder");
    t->state = label_new("", "dim-label");
    gtk_box_append(GTK_BOX(box), label_new(said(t, "カードリーダー", "Card reader"), "caption"));
    gtk_box_append(GTK_BOX(box), t->holder);
    gtk_box_append(GTK_BOX(box), t->state);
    t->reader = gtk_button_new();
    gtk_button_set_child(GTK_BUTTON(t->reader), box);
    gtk_widget_add_css_class(t->reader, "tray-reader");
    gtk_accessible_update_property(GTK_ACCESSIBLE(t->reader), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   said(t, "カードリーダー", "Card reader"), -1);
    g_signal_connect(t->reader, "clicked", G_CALLBACK(on_reader), t);
    g_signal_connect(drop, "drop", G_CALLBACK(on_drop), t);
    gtk_widget_add_controller(t->reader, GTK_EVENT_CONTROLLER(drop));
    return t->reader;
}

static GtkWidget *card_new(struct tray *t, const struct tray_card *c)
{
    GtkWidget *button = gtk_button_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 2);
    GtkDragSource *drag = gtk_drag_source_new();
    g_autofree char *side = g_strconcat("tray-", c->side, NULL);

    gtk_box_append(GTK_BOX(box), label_new(c->holder, "tray-holder"));
    gtk_box_append(GTK_BOX(box), label_new(c->hint, "dim-label"));
    gtk_button_set_child(GTK_BUTTON(button), box);
    gtk_widget_add_css_class(button, "tray-card");
    gtk_widget_add_css_class(button, side);
    gtk_accessible_update_property(GTK_ACCESSIBLE(button), GTK_ACCESSIBLE_PROPERTY_LABEL, c->holder, -1);
    g_object_set_data(G_OBJECT(button), "card", c->name);
    g_signal_connect(button, "clicked", G_CALLBACK(on_card), t);
    g_signal_connect(drag, "prepare", G_CALLBACK(on_drag), c->name);
    gtk_widget_add_controller(button, GTK_EVENT_CONTROLLER(drag));
    g_hash_table_insert(t->buttons, c->name, button);
    return button;
}

static GtkWidget *drawer_new(struct tray *t)
{
    GtkWidget *scroll = gtk_scrolled_window_new(), *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 6);

    for (guint i = 0; i < t->place.cards->len; i++)
        gtk_box_append(GTK_BOX(box), card_new(t, g_ptr_array_index(t->place.cards, i)));
    gtk_scrolled_window_set_policy(GTK_SCROLLED_WINDOW(scroll), GTK_POLICY_NEVER, GTK_POLICY_AUTOMATIC);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scroll), box);
    gtk_widget_set_vexpand(scroll, TRUE);
    return scroll;
}

static void style_load(void)
{
    GtkCssProvider *css = gtk_css_provider_new();

    gtk_css_provider_load_from_data(css, sheet, (gssize)sizeof sheet - 1);
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(css),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_unref(css);
}

static void tray_free(gpointer p)
{
    struct tray *t = p;

    tray_slot_free(t->slot);
    g_hash_table_unref(t->buttons);
    g_free(t);
}

static GtkWidget *content_new(struct tray *t)
{
    GtkWidget *box = gtk_box_new(GTK_ORIENTATION_VERTICAL, 12);

    t->trouble = label_new("", "tray-trouble");
    gtk_widget_set_margin_top(box, 12);
    gtk_widget_set_margin_bottom(box, 12);
    gtk_widget_set_margin_start(box, 12);
    gtk_widget_set_margin_end(box, 12);
    gtk_box_append(GTK_BOX(box), reader_new(t));
    gtk_box_append(GTK_BOX(box), t->trouble);
    gtk_box_append(GTK_BOX(box), label_new(said(t, "PIN はどのカードも 123456", "The PIN of every card is 123456"), "heading"));
    gtk_box_append(GTK_BOX(box), drawer_new(t));
    return box;
}

void tray_window_open(GtkApplication *app, const struct tray_place *place)
{
    struct tray *t = g_new0(struct tray, 1);
    GtkWidget *window = gtk_application_window_new(app);

    t->place = *place;
    t->slot = tray_slot_new(place->lab, place->dir, on_changed, t);
    t->buttons = g_hash_table_new(g_str_hash, g_str_equal);
    style_load();
    gtk_window_set_title(GTK_WINDOW(window), said(t, "社員証の引き出し", "Drawer of cards"));
    gtk_window_set_default_size(GTK_WINDOW(window), 400, 860);
    gtk_window_set_child(GTK_WINDOW(window), content_new(t));
    g_object_set_data_full(G_OBJECT(window), "tray", t, tray_free);
    on_changed(t, NULL, NULL);
    gtk_window_present(GTK_WINDOW(window));
}
