#include "ui/search_bar.h"

#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/tr.h"

#define PURPOSES 9u

struct tg_search_bar {
    GtkWidget *box, *entry, *kind, *hint, *case_ref, *chip[PURPOSES];
    enum tg_kind chosen;                /* by a person; TG_KIND_AUTO: by its looks */
    struct tg_typed typed;              /* what stands in the box, as it was read last */
    size_t day;                         /* of a date that may be several days: which one; 0: not chosen */
    guint regroup;                      /* the source that groups a supply point's digits; 0: none */
    char confirms[2 * TG_DIGITS_TYPED]; /* the point that the caller has yet to be matched with; "" none */
    unsigned purpose, first;            /* taken; the first that is offered */
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

/* ---- what it is taken for ---- */

/* A date is a date of a contract: of this century's readings none is far ahead. */
#define DAYS_AHEAD 366

static const char *text_of(const struct tg_search_bar *b)
{
    return gtk_editable_get_text(GTK_EDITABLE(b->entry));
}

static void kind_show(struct tg_search_bar *b)
{
    const char *kind = tg_kind_text(b->typed.kind);
    bool by_hand = b->chosen != TG_KIND_AUTO && b->chosen == b->typed.kind, confirms = b->confirms[0] != '\0';
    char *text = by_hand ? g_strdup_printf(_("Chosen: %s (F2)"), kind)
                         : g_strdup_printf(_("Taken for: %s (F2)"), kind);

    gtk_button_set_label(GTK_BUTTON(b->kind), confirms ? _("Confirming the caller") : text);
    gtk_widget_set_sensitive(b->kind, !confirms && b->typed.kind != TG_KIND_AUTO);
    g_free(text);
}

static void hint_show(struct tg_search_bar *b)
{
    bool wrong =
        b->typed.note == TG_TYPED_GAS || b->typed.note == TG_TYPED_AREA || b->typed.note == TG_TYPED_LONG;
    char hint[TG_TYPED_SAY_BYTES];

    tg_typed_say(&b->typed, b->day, hint);
    tg_look_text(b->hint, b->confirms[0] != '\0' ? b->confirms : hint);
    if (wrong)
        gtk_widget_add_css_class(b->hint, "tg-alarm");
    else
        gtk_widget_remove_css_class(b->hint, "tg-alarm");
}

static void taken_show(struct tg_search_bar *b)
{
    tg_day latest = tg_day_of(tg_now()) + DAYS_AHEAD;

    if (tg_typed_read(tg_span_str(text_of(b)), b->chosen, latest, &b->typed) != TG_OK)
        b->typed = (struct tg_typed){.kind = TG_KIND_AUTO}; /* too long to be anything */
    kind_show(b);
    hint_show(b);
}

/* ---- a supply point in its groups, while it is typed ---- */

static size_t digits_before(const char *text, int letters)
{
    size_t n = 0;

    for (int i = 0; i < letters && *text != '\0'; i++, text = g_utf8_find_next_char(text, NULL))
        n += g_unichar_isdigit(g_utf8_get_char(text)) ? 1 : 0;
    return n;
}

static int place_of_digit(const char *text, size_t digits)
{
    int at = 0;

    for (; digits > 0 && text[at] != '\0'; at++)
        digits -= g_ascii_isdigit(text[at]) ? 1 : 0;
    return at;
}

/* The cursor stays behind the same digit. */
static gboolean on_regroup(gpointer data)
{
    struct tg_search_bar *b = data;
    GtkEditable *entry = GTK_EDITABLE(b->entry);
    char point[sizeof b->typed.point];
    size_t before = digits_before(text_of(b), gtk_editable_get_position(entry));

    memcpy(point, b->typed.point,
           sizeof point); /* the box is empty, and read so, before the text is put in */
    if (point[0] != '\0' && strcmp(point, text_of(b)) != 0) {
        gtk_editable_set_text(entry, point);
        gtk_editable_set_position(entry, place_of_digit(point, before));
    }
    b->regroup = 0;
    return G_SOURCE_REMOVE;
}

/* Not within the change itself: the widget has yet to put its cursor behind what was typed. */
static void on_changed(GtkEditable *entry, gpointer data)
{
    struct tg_search_bar *b = data;

    (void)entry;
    b->day = 0;
    taken_show(b);
    if (b->typed.kind == TG_KIND_AUTO && b->regroup == 0)
        b->chosen = TG_KIND_AUTO; /* emptied: what comes next may be anything */
    if (b->typed.point[0] != '\0' && b->regroup == 0)
        b->regroup = g_idle_add_full(G_PRIORITY_HIGH, on_regroup, b, NULL);
}

/* First the days that a date may be, then the other kinds. */
void tg_search_bar_kind(struct tg_search_bar *b)
{
    if (b->confirms[0] != '\0' || b->typed.kind == TG_KIND_AUTO)
        return;
    if (b->typed.note == TG_TYPED_WHICH && b->day < b->typed.days.n) {
        b->day++;
        hint_show(b);
        return;
    }
    b->day = 0;
    b->chosen = tg_typed_other(tg_span_str(text_of(b)), b->typed.kind);
    on_changed(GTK_EDITABLE(b->entry), b);
}

void tg_search_bar_fill(struct tg_search_bar *b, const char *text, enum tg_kind kind)
{
    gtk_editable_set_text(GTK_EDITABLE(b->entry), text);
    gtk_editable_set_position(GTK_EDITABLE(b->entry), -1);
    b->chosen = kind;
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
    if (i >= PURPOSES || b->chip[i] == NULL || !gtk_widget_get_sensitive(b->chip[i]))
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
    g_object_set(gtk_editable_get_delegate(GTK_EDITABLE(b->entry)), "max-length", (int)TG_QUERY_CHARS, NULL);
    gtk_editable_set_max_width_chars(GTK_EDITABLE(b->entry), (int)TG_QUERY_CHARS);
    gtk_accessible_update_property(GTK_ACCESSIBLE(b->entry), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Search"), -1);
    gtk_widget_add_css_class(b->entry, "tg-search");
    tg_look_keep_in(b->entry);
    g_signal_connect(b->entry, "changed", G_CALLBACK(on_changed), b);
    g_signal_connect(b->entry, "activate", G_CALLBACK(on_activate), b);
    b->kind = gtk_button_new();
    g_signal_connect(b->kind, "clicked", G_CALLBACK(on_kind), b);
    gtk_box_append(GTK_BOX(line), b->entry);
    gtk_box_append(GTK_BOX(line), b->kind);
    return line;
}

static GtkWidget *hint_make(struct tg_search_bar *b)
{
    b->hint = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                           "wrap", TRUE, NULL);
    gtk_widget_add_css_class(b->hint, "tg-hint");
    return b->hint;
}

static GtkWidget *case_make(struct tg_search_bar *b)
{
    b->case_ref = gtk_entry_new();
    g_object_set(b->case_ref, "placeholder-text", _("Case number"), "max-length", (int)TG_CASE_BYTES, NULL);
    gtk_accessible_update_property(GTK_ACCESSIBLE(b->case_ref), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Case number"), -1);
    tg_look_keep_in(b->case_ref);
    return b->case_ref;
}

struct tg_search_bar *tg_search_bar_new(void (*search)(void *arg), void *arg)
{
    struct tg_search_bar *b = g_new0(struct tg_search_bar, 1);
    GtkWidget *second = chips_make(b);

    b->search = search;
    b->arg = arg;
    b->box = tg_look_box(GTK_ORIENTATION_VERTICAL, 5, "tg-bar");
    gtk_box_append(GTK_BOX(b->box), search_line_make(b));
    gtk_box_append(GTK_BOX(b->box), hint_make(b));
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
    *ret = (struct tg_search){.query = b->typed.query,
                              .purpose = tg_purpose_at(b->purpose).name,
                              .case_ref = gtk_editable_get_text(GTK_EDITABLE(b->case_ref)),
                              .kind = b->typed.kind};
    return b->typed.ready;
}

const char *tg_search_bar_text(const struct tg_search_bar *b)
{
    return text_of(b);
}

const struct tg_typed *tg_search_bar_typed(const struct tg_search_bar *b)
{
    return &b->typed;
}

bool tg_search_bar_day(const struct tg_search_bar *b, tg_day *ret)
{
    size_t i = b->typed.days.n == 1 ? 1 : b->day;

    if (b->typed.kind != TG_KIND_DATE || i == 0)
        return false;
    *ret = b->typed.days.day[i - 1];
    return true;
}

void tg_search_bar_confirm(struct tg_search_bar *b, bool yes)
{
    (void)g_strlcpy(b->confirms, yes ? b->typed.point : "", sizeof b->confirms);
    gtk_editable_set_text(GTK_EDITABLE(b->entry), "");
    g_object_set(b->entry, "placeholder-text",
                 yes ? _("The caller's name, telephone or address")
                     : _("Name, kana, telephone, supply point, customer number, address"),
                 NULL);
    b->chosen = TG_KIND_AUTO;
    taken_show(b);
}

void tg_search_bar_focus(struct tg_search_bar *b)
{
    gtk_widget_grab_focus(b->entry);
}

void tg_search_bar_clear(struct tg_search_bar *b)
{
    tg_search_bar_confirm(b, false);
    gtk_widget_grab_focus(b->entry);
}

static bool is_among(const char *list, const char *name)
{
    size_t n = strlen(name);

    for (const char *at = strstr(list, name); at != NULL; at = strstr(at + 1, name)) {
        if ((at == list || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

void tg_search_bar_offer(struct tg_search_bar *b, const char *purposes)
{
    bool taken = false, had = false;

    for (unsigned i = 0; i < PURPOSES && b->chip[i] != NULL; i++) {
        bool offered = purposes[0] == '\0' || is_among(purposes, tg_purpose_at(i).name);

        gtk_widget_set_sensitive(b->chip[i], offered);
        gtk_widget_set_visible(gtk_widget_get_parent(b->chip[i]), offered);
        if (offered && !taken)
            taken = tg_search_bar_purpose(b, i);
        if (taken && !had)
            b->first = i;
        had = taken;
    }
}

void tg_search_bar_grounds(struct tg_search_bar *b, const char *purpose, const char *case_ref)
{
    unsigned chosen = b->first;

    for (unsigned i = 0; purpose != NULL && tg_purpose_at(i).name != NULL; i++) {
        if (strcmp(tg_purpose_at(i).name, purpose) == 0)
            chosen = i;
    }
    (void)tg_search_bar_purpose(b, chosen);
    gtk_editable_set_text(GTK_EDITABLE(b->case_ref), case_ref);
}
