#include "ui/desk_window.h"

#include "ui/desk/contact.h"
#include "ui/desk/labels.h"
#include "ui/desk_pages.h"
#include "ui/help.h"
#include "ui/look.h"
#include "ui/rights_bar.h"
#include "ui/tr.h"

#define PAGES 9u /* one for each number key */

struct tg_desk_window {
    GtkWidget *window, *header, *who, *stack, *tabs, *tab[PAGES];
    bool entering; /* the Enter key is held down */
    struct tg_desk_page page[PAGES];
    struct tg_desk_page ears; /* without a page */
    size_t n, at;             /* pages; the one in sight */
    struct tg_sitting *sitting;
    struct tg_who about; /* who is signed in */
    struct tg_rights_bar *rights_bar;
    struct tg_rights rights;
    tg_sec looked; /* at the rights, by the server's clock */
    tg_sec ahead;  /* the server's clock is, of ours */
    GtkWidget *contact, *sight, *see;
    int64_t heard; /* the server, by a clock that is never set */
};

/* ---- pages ---- */

static void turn_to(struct tg_desk_window *w, size_t i)
{
    const struct tg_desk_page *from = &w->page[w->at], *to = &w->page[i];

    if (i >= w->n)
        return;
    if (i != w->at) {
        if (from->leave != NULL)
            from->leave(from->arg);
        if (from->tools != NULL)
            gtk_widget_set_visible(from->tools, FALSE);
    }
    w->at = i;
    if (to->tools != NULL)
        gtk_widget_set_visible(to->tools, TRUE);
    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), to->name);
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(w->tab[i]), TRUE);
    if (to->enter != NULL)
        to->enter(to->arg);
}

static void on_tab(GtkToggleButton *tab, gpointer data)
{
    struct tg_desk_window *w = data;

    for (size_t i = 0; i < w->n; i++) {
        if (w->tab[i] == GTK_WIDGET(tab) && i != w->at && gtk_toggle_button_get_active(tab))
            turn_to(w, i);
    }
}

static GtkWidget *tab_make(struct tg_desk_window *w, const char *title)
{
    char *text = g_strdup_printf(_("%s (Ctrl+%zu)"), title, w->n + 1);
    GtkWidget *tab = gtk_toggle_button_new_with_label(text);

    g_free(text);
    if (w->n > 0)
        gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(tab), GTK_TOGGLE_BUTTON(w->tab[0]));
    g_signal_connect(tab, "toggled", G_CALLBACK(on_tab), w);
    tg_look_flow_add(w->tabs, tab);
    return tab;
}

void tg_desk_window_add(struct tg_desk_window *w, const struct tg_desk_page *page)
{
    if (w->n == PAGES)
        return;
    w->page[w->n] = *page;
    w->tab[w->n] = tab_make(w, page->title);
    gtk_stack_add_named(GTK_STACK(w->stack), page->widget, page->name);
    if (page->tools != NULL) {
        gtk_widget_set_visible(page->tools, FALSE);
        adw_header_bar_pack_start(ADW_HEADER_BAR(w->header), page->tools);
    }
    w->n++;
    gtk_widget_set_visible(w->tabs, w->n > 1);
    if (w->sitting != NULL && page->open != NULL)
        page->open(page->arg, w->sitting, &w->about);
}

void tg_desk_window_listen(struct tg_desk_window *w, const struct tg_desk_page *ears)
{
    w->ears = *ears;
}

void tg_desk_window_turn(struct tg_desk_window *w, const char *name)
{
    for (size_t i = 0; i < w->n; i++) {
        if (strcmp(w->page[i].name, name) == 0 && i != w->at)
            turn_to(w, i);
    }
}

void tg_desk_window_answer(struct tg_desk_window *w, const struct tg_answer *a)
{
    if (w->ears.answer != NULL)
        w->ears.answer(w->ears.arg, a);
    for (size_t i = 0; i < w->n; i++) {
        if (w->page[i].answer != NULL)
            w->page[i].answer(w->page[i].arg, a);
    }
}

/* ---- rights and contact, second by second ---- */

static int64_t steady(void)
{
    return g_get_monotonic_time() / G_USEC_PER_SEC;
}

static void contact_show(struct tg_desk_window *w)
{
    enum tg_contact c = tg_contact_of(w->heard, steady());

    if (strcmp(gtk_label_get_text(GTK_LABEL(w->contact)), tg_contact_text(c)) != 0)
        gtk_label_set_text(GTK_LABEL(w->contact), tg_contact_text(c));
    if (c == TG_CONTACT_IS_GOOD)
        gtk_widget_remove_css_class(w->contact, "tg-contact-bad");
    else
        gtk_widget_add_css_class(w->contact, "tg-contact-bad");
}

/* Whatever was seen under a right that is over goes from every page. */
static void rights_take(struct tg_desk_window *w, const struct tg_rights *is)
{
    tg_sec now = tg_now() + w->ahead;

    if (tg_rights_lost(&w->rights, w->looked, is, now)) {
        for (size_t i = 0; i < w->n; i++) {
            if (w->page[i].wipe != NULL)
                w->page[i].wipe(w->page[i].arg);
        }
        tg_rights_bar_ended(w->rights_bar, now);
    }
    if (is != &w->rights)
        w->rights = *is;
    w->looked = now;
    tg_rights_bar_show(w->rights_bar, &w->rights, now);
}

static gboolean on_second(gpointer data)
{
    struct tg_desk_window *w = data;

    contact_show(w);
    rights_take(w, &w->rights);
    return G_SOURCE_CONTINUE;
}

static void event_take(struct tg_desk_window *w, const char *name, struct tg_span json)
{
    struct tg_rights is;

    if (strcmp(name, "renewed") == 0) { /* a word of the server's, not of whoever calls */
        w->heard = steady();
        contact_show(w);
    }
    if (strcmp(name, "grants") != 0)
        return;
    tg_ignore(tg_rights_read(json, &is)); /* what cannot be read opens nothing: then there are none */
    rights_take(w, &is);
}

void tg_desk_window_event(struct tg_desk_window *w, const char *name, struct tg_span json)
{
    if (w->ears.event != NULL)
        w->ears.event(w->ears.arg, name, json);
    event_take(w, name, json);
    for (size_t i = 0; i < w->n; i++) {
        if (w->page[i].event != NULL)
            w->page[i].event(w->page[i].arg, name, json);
    }
}

/* ---- keys ---- */

static void on_lock(GtkButton *button, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)button;
    gtk_widget_set_visible(w->window, FALSE);
    tg_sitting_lock(w->sitting);
}

static gboolean on_close(GtkWindow *window, gpointer data)
{
    (void)window;
    on_lock(NULL, data);
    return TRUE;
}

/* There and back by the same key. */
static void on_see(GtkButton *button, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)button;
    gtk_widget_set_visible(w->sight, w->about.sight[0] != '\0' && !gtk_widget_get_visible(w->sight));
}

static bool control_key(struct tg_desk_window *w, guint key)
{
    if (key == GDK_KEY_l || key == GDK_KEY_L)
        on_lock(NULL, w);
    else if (key == GDK_KEY_question || key == GDK_KEY_slash)
        tg_help_keys(GTK_WINDOW(w->window));
    else if (key >= GDK_KEY_1 && key - GDK_KEY_1 < w->n)
        turn_to(w, key - GDK_KEY_1);
    else
        return false;
    return true;
}

/* A key that is held down repeats; an Enter must not confirm the next question that way. */
static bool is_repeat(struct tg_desk_window *w, guint key)
{
    bool enter = key == GDK_KEY_Return || key == GDK_KEY_KP_Enter;
    bool again = enter && w->entering;

    if (enter)
        w->entering = true;
    return again;
}

static void on_key_up(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)keys;
    (void)code;
    (void)mods;
    if (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)
        w->entering = false;
}

/* What another window has of a key, this one never sees. */
static void on_active(GObject *window, GParamSpec *what, gpointer data)
{
    (void)window;
    (void)what;
    ((struct tg_desk_window *)data)->entering = false;
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods,
                       gpointer data)
{
    struct tg_desk_window *w = data;
    guint held = mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK);

    (void)keys;
    (void)code;
    if (is_repeat(w, key))
        return TRUE;
    if (w->n > 0 && w->page[w->at].key != NULL && w->page[w->at].key(w->page[w->at].arg, key, held))
        return TRUE;
    if (held == 0 && (key == GDK_KEY_F1 || key == GDK_KEY_F7)) {
        if (key == GDK_KEY_F1)
            tg_help_about(GTK_WINDOW(w->window));
        else
            on_see(NULL, w);
        return TRUE;
    }
    return (held & GDK_CONTROL_MASK) != 0 && control_key(w, key);
}

/* ---- how it is made ---- */

static GtkWidget *header_make(struct tg_desk_window *w)
{
    GtkWidget *lock = gtk_button_new_with_label(_("Lock (Ctrl+L)"));

    w->header = adw_header_bar_new();
    g_signal_connect(lock, "clicked", G_CALLBACK(on_lock), w);
    adw_header_bar_pack_end(ADW_HEADER_BAR(w->header), lock);
    return w->header;
}

/* A row of its own that wraps: in a narrow window as well, every page can be reached. */
static GtkWidget *tabs_make(struct tg_desk_window *w)
{
    w->tabs = gtk_flow_box_new();
    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(w->tabs), GTK_SELECTION_NONE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(w->tabs), PAGES);
    gtk_widget_set_visible(w->tabs, FALSE);
    return w->tabs;
}

static GtkWidget *content_make(struct tg_desk_window *w)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);

    w->who = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 24, "tg-who");
    w->contact = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "hexpand", TRUE,
                              "halign", GTK_ALIGN_END, "xalign", 1.0, "wrap", TRUE, "width-chars", 7, NULL);
    w->rights_bar = tg_rights_bar_new();
    w->see = gtk_button_new_with_label(_("What I may see (F7)"));
    g_signal_connect(w->see, "clicked", G_CALLBACK(on_see), w);
    w->sight = tg_look_label("", "tg-sight");
    gtk_widget_set_visible(w->sight, FALSE);
    w->stack = gtk_stack_new();
    gtk_stack_set_hhomogeneous(GTK_STACK(w->stack), FALSE); /* a wide page does not hold up a narrow window */
    gtk_stack_set_vhomogeneous(GTK_STACK(w->stack), FALSE); /* nor a tall one: only the page in sight counts */
    gtk_box_append(GTK_BOX(box), header_make(w));
    gtk_box_append(GTK_BOX(box), tg_rights_bar_widget(w->rights_bar));
    gtk_box_append(GTK_BOX(box), tabs_make(w));
    gtk_box_append(GTK_BOX(box), w->who);
    gtk_box_append(GTK_BOX(box), w->sight);
    gtk_box_append(GTK_BOX(box), w->stack);
    return box;
}

struct tg_desk_window *tg_desk_window_new(GtkApplication *app)
{
    struct tg_desk_window *w = g_new0(struct tg_desk_window, 1);
    GtkEventController *keys = gtk_event_controller_key_new();

    w->window = adw_application_window_new(app);
    gtk_window_set_title(GTK_WINDOW(w->window), TG_TITLE);
    gtk_window_set_default_size(GTK_WINDOW(w->window), 1280, 820);
    adw_application_window_set_content(ADW_APPLICATION_WINDOW(w->window), content_make(w));
    gtk_event_controller_set_propagation_phase(keys, GTK_PHASE_CAPTURE);
    g_signal_connect(keys, "key-pressed", G_CALLBACK(on_key), w);
    g_signal_connect(keys, "key-released", G_CALLBACK(on_key_up), w);
    g_signal_connect(w->window, "notify::is-active", G_CALLBACK(on_active), w);
    gtk_widget_add_controller(w->window, keys);
    g_signal_connect(w->window, "close-request", G_CALLBACK(on_close), w);
    tg_desk_pages_first(w);
    return w;
}

/* A role that only the policy knows goes under the policy's name. */
static const char *role_text(const struct tg_who *who)
{
    const char *text = tg_role_text(who->role);

    return strcmp(text, who->role) == 0 && who->role_name[0] != '\0' ? who->role_name : text;
}

static void who_add(struct tg_desk_window *w, const char *name, const char *value)
{
    char *text = g_strdup_printf("%s %s", name, value);

    gtk_box_append(GTK_BOX(w->who), tg_look_label(text, NULL));
    g_free(text);
}

void tg_desk_window_open(struct tg_desk_window *w, struct tg_sitting *s, const struct tg_who *who)
{
    w->sitting = s;
    w->about = *who;
    who_add(w, _("Company:"), who->company_name[0] != '\0' ? who->company_name : who->company);
    who_add(w, _("Office:"), who->office);
    who_add(w, _("Post:"), role_text(who));
    who_add(w, _("Person:"), who->person);
    gtk_box_append(GTK_BOX(w->who), w->see);
    gtk_box_append(GTK_BOX(w->who), w->contact);
    gtk_label_set_text(GTK_LABEL(w->sight), who->sight);
    gtk_widget_set_visible(w->see, who->sight[0] != '\0');
    w->ahead = who->now != 0 ? who->now - tg_now() : 0;
    w->heard = steady();
    (void)on_second(w);
    (void)g_timeout_add_seconds(1, on_second, w);
    if (w->ears.open != NULL)
        w->ears.open(w->ears.arg, s, &w->about);
    for (size_t i = 0; i < w->n; i++) {
        if (w->page[i].open != NULL)
            w->page[i].open(w->page[i].arg, s, &w->about);
    }
    gtk_window_present(GTK_WINDOW(w->window));
    turn_to(w, 0);
}
