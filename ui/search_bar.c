#include "ui/search_bar.h"

#include "certs/base/limits.h"
#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/tr.h"

#define PURPOSES 9u

struct tg_search_bar {
    GtkWidget *box, *entry, *kind, *taken, *case_ref, *chip[PURPOSES];
    enum tg_kind taken_for;
    unsigned purpose;
    struct tg_buf query;
    void (*search)(void *arg);
    void *arg;
};

/* ---- nothing typed here leaves by the clipboard ---- */

/* A selection in a focused entry goes to PRIMARY by itself: it is taken back. */
static void on_primary(GdkClipboard *primary, gpointer data)
{
    (void)data;
    if (gdk_clipboard_is_local(primary) && gdk_clipboard_get_content(primary) != NULL)
        (void)gdk_clipboard_set_content(primary, NULL);
}

static void on_copy(GtkWidget *text, gpointer data)
{
    g_signal_stop_emission_by_name(text, data);
}

static void keep_in(GtkWidget *entry)
{
    static char copy[] = "copy-clipboard", cut[] = "cut-clipboard";
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(entry));

    g_signal_connect(text, copy, G_CALLBACK(on_copy), copy);
    g_signal_connect(text, cut, G_CALLBACK(on_copy), cut);
}

/* ---- what it is taken for ---- */

/* Without blanks at either end. */
static struct tg_span trimmed(const char *text)
{
    struct tg_span s = tg_span_str(text);

    while (s.n > 0 && s.p[0] == ' ')
        s = tg_span(s.p + 1, s.n - 1);
    while (s.n > 0 && s.p[s.n - 1] == ' ')
        s.n--;
    return s;
}

static void taken_show(struct tg_search_bar *b)
{
    struct tg_span text = trimmed(gtk_editable_get_text(GTK_EDITABLE(b->entry)));
    bool romaji = false;
    char *kind = g_strdup_printf(_("Search: %s (F2)"), tg_kind_text(b->taken_for));

    gtk_button_set_label(GTK_BUTTON(b->kind), kind);
    g_free(kind);
    tg_buf_reset(&b->query);
    if (tg_typed_query(text, b->taken_for, &b->query, &romaji) != TG_OK)
        tg_buf_reset(&b->query);
    gtk_label_set_text(GTK_LABEL(b->taken), romaji ? tg_buf_cstr(&b->query) : "");
}

static void on_changed(GtkEditable *entry, gpointer data)
{
    (void)entry;
    taken_show(data);
}

void tg_search_bar_kind(struct tg_search_bar *b)
{
    b->taken_for = (enum tg_kind)((b->taken_for + 1) % TG_KIND_COUNT);
    taken_show(b);
}

static void on_kind(GtkButton *button, gpointer data)
{
    (void)button;
    tg_search_bar_kind(data);
}

static void on_activate(GtkSearchEntry *entry, gpointer data)
{
    struct tg_search_bar *b = data;

    (void)entry;
    b->search(b->arg);
}

/* ---- the purpose ---- */

static void on_chip(GtkToggleButton *chip, gpointer data)
{
    struct tg_search_bar *b = data;

    for (unsigned i = 0; i < PURPOSES; i++) {
        if (b->chip[i] == GTK_WIDGET(chip) && gtk_toggle_button_get_active(chip))
            b->purpose = i;
    }
}

bool tg_search_bar_purpose(struct tg_search_bar *b, unsigned i)
{
    if (i >= PURPOSES || b->chip[i] == NULL)
        return false;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(b->chip[i]), TRUE);
    return true;
}

/* On one line, or on two where letters are large. */
static void flow_add(GtkWidget *flow, GtkWidget *child)
{
    gtk_flow_box_append(GTK_FLOW_BOX(flow), child);
    gtk_widget_set_focusable(gtk_widget_get_parent(child), FALSE); /* what is in it takes the keys */
}

static GtkWidget *chips_make(struct tg_search_bar *b)
{
    GtkWidget *flow = gtk_flow_box_new();
    GtkWidget *title = tg_look_label(_("Purpose (Alt+number):"), NULL);

    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), PURPOSES + 2);
    gtk_label_set_wrap(GTK_LABEL(title), FALSE);
    flow_add(flow, title);
    for (unsigned i = 0; i < PURPOSES && tg_purpose_at(i).name != NULL; i++) {
        char *text = g_strdup_printf("%u %s", i + 1, tg_purpose_at(i).text);

        b->chip[i] = gtk_toggle_button_new_with_label(text);
        g_free(text);
        if (i > 0)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(b->chip[i]), GTK_TOGGLE_BUTTON(b->chip[0]));
        g_signal_connect(b->chip[i], "toggled", G_CALLBACK(on_chip), b);
        flow_add(flow, b->chip[i]);
    }
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(b->chip[0]), TRUE);
    return flow;
}

/* ---- the whole ---- */

static GtkWidget *search_line_make(struct tg_search_bar *b)
{
    GtkWidget *line = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 12, NULL);

    b->entry = gtk_search_entry_new();
    g_object_set(b->entry, "placeholder-text",
                 _("Name, kana, telephone, supply point, customer number, address"), "hexpand", TRUE, NULL);
    gtk_editable_set_max_width_chars(GTK_EDITABLE(b->entry), (int)TG_QUERY_CHARS);
    gtk_accessible_update_property(GTK_ACCESSIBLE(b->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search"), -1);
    gtk_widget_add_css_class(b->entry, "tg-search");
    keep_in(b->entry);
    g_signal_connect(b->entry, "changed", G_CALLBACK(on_changed), b);
    g_signal_connect(b->entry, "activate", G_CALLBACK(on_activate), b);
    b->kind = gtk_button_new();
    g_signal_connect(b->kind, "clicked", G_CALLBACK(on_kind), b);
    b->taken = tg_look_datum("");
    gtk_box_append(GTK_BOX(line), b->entry);
    gtk_box_append(GTK_BOX(line), b->taken);
    gtk_box_append(GTK_BOX(line), b->kind);
    return line;
}

static GtkWidget *case_make(struct tg_search_bar *b)
{
    b->case_ref = gtk_entry_new();
    g_object_set(b->case_ref, "placeholder-text", _("Case number"), "max-length", (int)TG_CASE_BYTES, NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(b->case_ref), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Case number"), -1);
    keep_in(b->case_ref);
    return b->case_ref;
}

struct tg_search_bar *tg_search_bar_new(void (*search)(void *arg), void *arg)
{
    struct tg_search_bar *b = g_new0(struct tg_search_bar, 1);
    GtkWidget *second = chips_make(b);

    b->search = search;
    b->arg = arg;
    b->query = TG_BUF_INIT(TG_QUERY_BYTES + 1);
    b->box = tg_look_box(GTK_ORIENTATION_VERTICAL, 10, "tg-bar");
    gtk_box_append(GTK_BOX(b->box), search_line_make(b));
    flow_add(second, case_make(b));
    gtk_box_append(GTK_BOX(b->box), second);
    g_signal_connect(gdk_display_get_primary_clipboard(gdk_display_get_default()), "changed",
                     G_CALLBACK(on_primary), NULL);
    taken_show(b);
    return b;
}

GtkWidget *tg_search_bar_widget(struct tg_search_bar *b)
{
    return b->box;
}

bool tg_search_bar_read(struct tg_search_bar *b, struct tg_search *ret)
{
    const char *query = tg_buf_cstr(&b->query);

    *ret = (struct tg_search){.query = query != NULL ? query : "",
                              .purpose = tg_purpose_at(b->purpose).name,
                              .case_ref = gtk_editable_get_text(GTK_EDITABLE(b->case_ref)),
                              .kind = b->taken_for};
    return b->query.n > 0;
}

void tg_search_bar_focus(struct tg_search_bar *b)
{
    gtk_widget_grab_focus(b->entry);
}

void tg_search_bar_clear(struct tg_search_bar *b)
{
    gtk_editable_set_text(GTK_EDITABLE(b->entry), "");
    b->taken_for = TG_KIND_AUTO;
    taken_show(b);
    gtk_widget_grab_focus(b->entry);
}

void tg_search_bar_grounds(struct tg_search_bar *b, const char *purpose, const char *case_ref)
{
    unsigned chosen = 0;

    for (unsigned i = 0; purpose != NULL && tg_purpose_at(i).name != NULL; i++) {
        if (strcmp(tg_purpose_at(i).name, purpose) == 0)
            chosen = i;
    }
    (void)tg_search_bar_purpose(b, chosen);
    gtk_editable_set_text(GTK_EDITABLE(b->case_ref), case_ref);
}
