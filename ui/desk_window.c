#include "ui/desk_window.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/aloud_view.h"
#include "ui/desk/labels.h"
#include "ui/desk/typed.h"
#include "ui/help.h"
#include "ui/look.h"
#include "ui/record_view.h"
#include "ui/result_list.h"
#include "ui/search_bar.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

struct tg_desk_window {
    GtkWidget *window, *who, *stack, *status, *more, *record, *aloud, *back, *say_aloud;
    struct tg_search_bar *bar;
    struct tg_result_list *list;
    struct tg_sitting *sitting;
    json_t *row;                      /* the record that is open; NULL: none */
    unsigned question;                /* the one whose answer is waited for; 0: none */
    bool one;                         /* it is about one customer */
    char cursor[TG_CURSOR_BYTES + 1]; /* of the next page; "" this is the last */
};

/* ---- asking ---- */

static void say(struct tg_desk_window *w, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(w->status), text);
    if (alarm)
        gtk_widget_add_css_class(w->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(w->status, "tg-alarm");
}

static void ask(struct tg_desk_window *w, const char *path, struct tg_buf *body, bool one)
{
    w->one = one;
    w->question = tg_sitting_ask(w->sitting, path, tg_span_buf(body));
    say(w, w->question != 0 ? _("Asking...") : tg_tongue_err(TG_E_NOMEM), w->question == 0);
}

static void search(struct tg_desk_window *w, const char *cursor)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_search s;
    enum tg_err e;

    if (w->sitting == NULL || !tg_search_bar_read(w->bar, &s))
        return;
    s.cursor = cursor;
    if ((e = tg_search_write(&s, &body)) == TG_OK)
        ask(w, "/v1/customers/search", &body, false);
    else
        say(w, tg_tongue_err(e), true);
}

static void on_search(void *arg)
{
    search(arg, NULL);
}

static void on_more(GtkButton *button, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)button;
    if (w->cursor[0] != '\0')
        search(w, w->cursor);
}

static void on_chosen(void *arg, const char *id)
{
    struct tg_desk_window *w = arg;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_search s;

    (void)tg_search_bar_read(w->bar, &s); /* for the purpose and the case */
    if (tg_show_write(id, &s, &body) == TG_OK)
        ask(w, "/v1/customers/show", &body, true);
}

static bool shows(const struct tg_desk_window *w, const char *page)
{
    return strcmp(gtk_stack_get_visible_child_name(GTK_STACK(w->stack)), page) == 0;
}

static void turn_to(struct tg_desk_window *w, const char *page, GtkWidget *focus)
{
    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), page);
    gtk_widget_set_visible(w->back, !shows(w, "search"));
    gtk_widget_set_visible(w->say_aloud, !shows(w, "search"));
    if (focus != NULL)
        gtk_widget_grab_focus(focus);
}

/* What is not looked at is not kept. */
static void to_search(struct tg_desk_window *w)
{
    turn_to(w, "search", NULL);
    tg_record_view_show(w->record, NULL);
    tg_aloud_view_show(w->aloud, NULL);
    tg_json_done(&w->row);
    tg_search_bar_focus(w->bar);
}

static void to_record(struct tg_desk_window *w)
{
    turn_to(w, "record", w->record);
    tg_aloud_view_show(w->aloud, NULL);
}

/* There and back by the same key. */
static void on_aloud(GtkButton *button, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)button;
    if (shows(w, "aloud")) {
        to_record(w);
    } else if (w->row != NULL) {
        tg_aloud_view_show(w->aloud, w->row);
        turn_to(w, "aloud", w->aloud);
    }
}

static void on_back(GtkButton *button, gpointer data)
{
    struct tg_desk_window *w = data;

    (void)button;
    if (shows(w, "aloud"))
        to_record(w);
    else
        to_search(w);
}

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

/* ---- answers ---- */

/* What the server says of it: nobody of ours, and where to refer the caller. */
static void nothing_show(struct tg_desk_window *w, const struct tg_page *page)
{
    struct tg_row_why why;
    char *text;

    if (!tg_page_nothing(page, &why)) {
        say(w, _("Nothing was found."), false);
        return;
    }
    text = g_strdup_printf("%s\n→ %s", why.reason, why.next);
    say(w, text, false);
    g_free(text);
}

static void rows_show(struct tg_desk_window *w, const struct tg_page *page)
{
    size_t n = tg_page_count(page);
    const char *next = tg_page_next(page);
    char text[128];

    w->cursor[0] = '\0';
    if (next != NULL)
        tg_ignore(tg_copy(w->cursor, sizeof w->cursor, tg_span_str(next))); /* too long: no next page */
    tg_result_list_show(w->list, page);
    gtk_widget_set_visible(w->more, w->cursor[0] != '\0');
    if (n == 0) {
        nothing_show(w, page);
        return;
    }
    (void)snprintf(text, sizeof text,
                   w->cursor[0] != '\0' ? _("%zu rows, and there are more") : _("%zu rows"), n);
    say(w, text, false);
    tg_result_list_focus(w->list);
}

static void record_show(struct tg_desk_window *w, const struct tg_page *page)
{
    tg_json_done(&w->row);
    w->row = json_incref(tg_page_row(page, 0));
    tg_record_view_show(w->record, w->row);
    to_record(w);
    say(w, "", false);
}

void tg_desk_window_answer(struct tg_desk_window *w, const struct tg_answer *a)
{
    struct tg_page *page = NULL;
    enum tg_err e = a->err;

    if (a->n != w->question)
        return; /* nobody waits for it any more */
    w->question = 0;
    if (e == TG_OK)
        e = tg_page_read(a->body, w->one, &page);
    if (e != TG_OK) {
        tg_result_list_show(w->list, NULL);
        gtk_widget_set_visible(w->more, FALSE);
        say(w, tg_tongue_err(e), true);
    } else if (w->one) {
        record_show(w, page);
    } else {
        rows_show(w, page);
    }
    tg_page_free(&page);
}

/* ---- keys ---- */

static bool plain_key(struct tg_desk_window *w, guint key)
{
    if (key == GDK_KEY_Escape && !shows(w, "search"))
        on_back(NULL, w);
    else if (key == GDK_KEY_Escape)
        tg_search_bar_clear(w->bar);
    else if (key == GDK_KEY_F4)
        on_aloud(NULL, w);
    else if (key == GDK_KEY_F1)
        tg_help_about(GTK_WINDOW(w->window));
    else if (key == GDK_KEY_F2)
        tg_search_bar_kind(w->bar);
    else if (key == GDK_KEY_F3)
        on_more(NULL, w);
    else
        return false;
    return true;
}

static bool control_key(struct tg_desk_window *w, guint key)
{
    if (key == GDK_KEY_l || key == GDK_KEY_L)
        on_lock(NULL, w);
    else if (key == GDK_KEY_f || key == GDK_KEY_F)
        to_search(w);
    else if (key == GDK_KEY_question || key == GDK_KEY_slash)
        tg_help_keys(GTK_WINDOW(w->window));
    else
        return false;
    return true;
}

static gboolean on_key(GtkEventControllerKey *keys, guint key, guint code, GdkModifierType mods,
                       gpointer data)
{
    struct tg_desk_window *w = data;
    guint held = mods & (GDK_CONTROL_MASK | GDK_ALT_MASK | GDK_SHIFT_MASK | GDK_SUPER_MASK);

    (void)keys;
    (void)code;
    if (held == 0)
        return plain_key(w, key);
    if (held == GDK_ALT_MASK && key >= GDK_KEY_1 && key <= GDK_KEY_9)
        return tg_search_bar_purpose(w->bar, key - GDK_KEY_1);
    return (held & GDK_CONTROL_MASK) != 0 && control_key(w, key);
}

/* ---- how it is made ---- */

static GtkWidget *header_make(struct tg_desk_window *w)
{
    GtkWidget *header = adw_header_bar_new();
    GtkWidget *lock = gtk_button_new_with_label(_("Lock (Ctrl+L)"));

    w->back = gtk_button_new_with_label(_("Back (Esc)"));
    w->say_aloud = gtk_button_new_with_label(_("Read aloud (F4)"));
    gtk_widget_set_visible(w->back, FALSE);
    gtk_widget_set_visible(w->say_aloud, FALSE);
    g_signal_connect(w->say_aloud, "clicked", G_CALLBACK(on_aloud), w);
    g_signal_connect(lock, "clicked", G_CALLBACK(on_lock), w);
    g_signal_connect(w->back, "clicked", G_CALLBACK(on_back), w);
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), w->back);
    adw_header_bar_pack_start(ADW_HEADER_BAR(header), w->say_aloud);
    adw_header_bar_pack_end(ADW_HEADER_BAR(header), lock);
    return header;
}

static GtkWidget *search_page_make(struct tg_desk_window *w)
{
    GtkWidget *page = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);

    w->bar = tg_search_bar_new(on_search, w);
    w->list = tg_result_list_new();
    tg_result_list_chosen(w->list, on_chosen, w);
    tg_result_list_show(w->list, NULL);
    w->more = gtk_button_new_with_label(_("Next page (F3)"));
    gtk_widget_set_visible(w->more, FALSE);
    g_signal_connect(w->more, "clicked", G_CALLBACK(on_more), w);
    gtk_box_append(GTK_BOX(page), tg_search_bar_widget(w->bar));
    gtk_box_append(GTK_BOX(page), w->status);
    gtk_box_append(GTK_BOX(page), tg_result_list_widget(w->list));
    gtk_box_append(GTK_BOX(page), w->more);
    return page;
}

static GtkWidget *content_make(struct tg_desk_window *w)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);

    w->who = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 24, "tg-who");
    w->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(w->status, "tg-status");
    w->stack = gtk_stack_new();
    w->record = tg_record_view_new();
    w->aloud = tg_aloud_view_new();
    gtk_stack_add_named(GTK_STACK(w->stack), search_page_make(w), "search");
    gtk_stack_add_named(GTK_STACK(w->stack), w->record, "record");
    gtk_stack_add_named(GTK_STACK(w->stack), w->aloud, "aloud");
    gtk_box_append(GTK_BOX(box), header_make(w));
    gtk_box_append(GTK_BOX(box), w->who);
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
    gtk_widget_add_controller(w->window, keys);
    g_signal_connect(w->window, "close-request", G_CALLBACK(on_close), w);
    return w;
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
    who_add(w, _("Company:"), who->company);
    who_add(w, _("Office:"), who->office);
    who_add(w, _("Post:"), tg_role_text(who->role));
    who_add(w, _("Person:"), who->person);
    gtk_window_present(GTK_WINDOW(w->window));
    tg_search_bar_focus(w->bar);
}
