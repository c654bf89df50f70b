#include "ui/customers_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/aloud_view.h"
#include "ui/desk/page.h"
#include "ui/desk/typed.h"
#include "ui/look.h"
#include "ui/record_view.h"
#include "ui/result_list.h"
#include "ui/search_bar.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

struct customers {
    GtkWidget *stack, *tools, *status, *more, *record, *aloud, *back, *say_aloud;
    struct tg_search_bar *bar;
    struct tg_result_list *list;
    struct tg_sitting *sitting;
    json_t *row;                      /* the record that is open; NULL: none */
    unsigned question;                /* the one whose answer is waited for; 0: none */
    bool one;                         /* it is about one customer */
    char cursor[TG_CURSOR_BYTES + 1]; /* of the next page; "" this is the last */
};

/* ---- asking ---- */

static void say(struct customers *w, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(w->status), text);
    if (alarm)
        gtk_widget_add_css_class(w->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(w->status, "tg-alarm");
}

static void ask(struct customers *w, const char *path, struct tg_buf *body, bool one)
{
    w->one = one;
    w->question = tg_sitting_ask(w->sitting, path, tg_span_buf(body));
    say(w, w->question != 0 ? _("Asking...") : tg_tongue_err(TG_E_NOMEM), w->question == 0);
}

static void search(struct customers *w, const char *cursor)
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
    struct customers *w = data;

    (void)button;
    if (w->cursor[0] != '\0')
        search(w, w->cursor);
}

static void on_chosen(void *arg, const char *id)
{
    struct customers *w = arg;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_search s;

    (void)tg_search_bar_read(w->bar, &s); /* for the purpose and the case */
    if (tg_show_write(id, &s, &body) == TG_OK)
        ask(w, "/v1/customers/show", &body, true);
}

static bool shows(const struct customers *w, const char *page)
{
    return strcmp(gtk_stack_get_visible_child_name(GTK_STACK(w->stack)), page) == 0;
}

static void turn_to(struct customers *w, const char *page, GtkWidget *focus)
{
    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), page);
    gtk_widget_set_visible(w->back, !shows(w, "search"));
    gtk_widget_set_visible(w->say_aloud, !shows(w, "search"));
    if (focus != NULL)
        gtk_widget_grab_focus(focus);
}

/* What is not looked at is not kept. */
static void to_search(struct customers *w)
{
    turn_to(w, "search", NULL);
    tg_record_view_show(w->record, NULL);
    tg_aloud_view_show(w->aloud, NULL);
    tg_json_done(&w->row);
    tg_search_bar_focus(w->bar);
}

static void to_record(struct customers *w)
{
    turn_to(w, "record", w->record);
    tg_aloud_view_show(w->aloud, NULL);
}

/* There and back by the same key. */
static void on_aloud(GtkButton *button, gpointer data)
{
    struct customers *w = data;

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
    struct customers *w = data;

    (void)button;
    if (shows(w, "aloud"))
        to_record(w);
    else
        to_search(w);
}

/* ---- answers ---- */

/* What the server says of it: nobody of ours, and where to refer the caller. */
static void nothing_show(struct customers *w, const struct tg_page *page)
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

static void rows_show(struct customers *w, const struct tg_page *page)
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

static void record_show(struct customers *w, const struct tg_page *page)
{
    tg_json_done(&w->row);
    w->row = json_incref(tg_page_row(page, 0));
    tg_record_view_show(w->record, w->row);
    to_record(w);
    say(w, "", false);
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct customers *w = arg;
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

static bool plain_key(struct customers *w, guint key)
{
    if (key == GDK_KEY_Escape && !shows(w, "search"))
        on_back(NULL, w);
    else if (key == GDK_KEY_Escape)
        tg_search_bar_clear(w->bar);
    else if (key == GDK_KEY_F4)
        on_aloud(NULL, w);
    else if (key == GDK_KEY_F2)
        tg_search_bar_kind(w->bar);
    else if (key == GDK_KEY_F3)
        on_more(NULL, w);
    else
        return false;
    return true;
}

static bool key(void *arg, guint key, guint held)
{
    struct customers *w = arg;

    if (held == 0)
        return plain_key(w, key);
    if (held == GDK_ALT_MASK && key >= GDK_KEY_1 && key <= GDK_KEY_9)
        return tg_search_bar_purpose(w->bar, key - GDK_KEY_1);
    if ((held & GDK_CONTROL_MASK) == 0 || (key != GDK_KEY_f && key != GDK_KEY_F))
        return false;
    to_search(w);
    return true;
}

/* ---- how it is made ---- */

static GtkWidget *search_page_make(struct customers *w)
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

static GtkWidget *tool_add(struct customers *w, const char *text, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_label(text);

    gtk_widget_set_visible(button, FALSE);
    g_signal_connect(button, "clicked", clicked, w);
    gtk_box_append(GTK_BOX(w->tools), button);
    return button;
}

static void stack_make(struct customers *w)
{
    w->tools = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 6, NULL);
    w->back = tool_add(w, _("Back (Esc)"), G_CALLBACK(on_back));
    w->say_aloud = tool_add(w, _("Read aloud (F4)"), G_CALLBACK(on_aloud));
    w->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(w->status, "tg-status");
    w->stack = gtk_stack_new();
    w->record = tg_record_view_new();
    w->aloud = tg_aloud_view_new();
    gtk_stack_add_named(GTK_STACK(w->stack), search_page_make(w), "search");
    gtk_stack_add_named(GTK_STACK(w->stack), w->record, "record");
    gtk_stack_add_named(GTK_STACK(w->stack), w->aloud, "aloud");
}

static void open(void *arg, struct tg_sitting *s)
{
    ((struct customers *)arg)->sitting = s;
}

static void enter(void *arg)
{
    tg_search_bar_focus(((struct customers *)arg)->bar);
}

static void leave(void *arg)
{
    struct customers *w = arg;

    to_search(w);
    tg_result_list_show(w->list, NULL);
    w->cursor[0] = '\0';
    gtk_widget_set_visible(w->more, FALSE);
    tg_search_bar_clear(w->bar);
    say(w, "", false);
}

struct tg_desk_page tg_customers_page_new(void)
{
    struct customers *w = g_new0(struct customers, 1);

    stack_make(w);
    return (struct tg_desk_page){.name = "customers",
                                 .title = _("Customers"),
                                 .widget = w->stack,
                                 .tools = w->tools,
                                 .arg = w,
                                 .open = open,
                                 .enter = enter,
                                 .leave = leave,
                                 .answer = answer,
                                 .key = key};
}
