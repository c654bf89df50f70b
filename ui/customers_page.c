#include "ui/customers_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/desk/page.h"
#include "ui/desk/typed.h"
#include "ui/look.h"
#include "ui/records_pane.h"
#include "ui/result_list.h"
#include "ui/search_bar.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

struct customers {
    GtkWidget *stack, *status, *more;
    struct tg_search_bar *bar;
    struct tg_result_list *list;
    struct tg_records_pane *records;
    struct tg_sitting *sitting;
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

/* The search, or what is open. */
static void turn(struct customers *w)
{
    bool open = tg_records_pane_open(w->records);

    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), open ? "records" : "search");
    if (open)
        tg_records_pane_focus(w->records);
    else
        tg_search_bar_focus(w->bar);
}

/* What is not looked at is not kept. */
static void to_search(struct customers *w)
{
    tg_records_pane_close(w->records);
    turn(w);
}

static void results_drop(struct customers *w)
{
    w->cursor[0] = '\0';
    w->question = 0;
    tg_result_list_show(w->list, NULL);
    gtk_widget_set_visible(w->more, FALSE);
    tg_search_bar_clear(w->bar);
    say(w, "", false);
}

/* Parked and resumed: purpose and case are the caller's, and what was found for the other one goes. */
static void park(void *arg)
{
    struct customers *w = arg;
    const struct tg_caller *now;

    if (!tg_records_pane_swap(w->records)) {
        say(w, _("Nobody waits, and no record is open that could wait."), false);
        return;
    }
    now = tg_records_pane_caller(w->records);
    results_drop(w);
    tg_search_bar_grounds(w->bar, now->purpose, now->case_ref);
    turn(w);
}

/* ---- answers ---- */

/* What the server says of it: nobody of ours, and where to refer the caller. */
static void nothing_show(struct customers *w, const struct tg_referral *r, json_t *doc)
{
    char *text;

    if (r->n == 0) {
        say(w, _("Nothing was found."), false);
        return;
    }
    text = g_strdup_printf("%s\n→ %s\n%s", r->line[0].reason, r->line[0].next, _("To be read out: F5"));
    say(w, text, false);
    g_free(text);
    tg_records_pane_refer(w->records, r, doc);
}

static void no_rows_show(struct customers *w, const struct tg_page *page)
{
    struct tg_referral r = {.n = 0};
    struct tg_row_why why;

    if (tg_page_nothing(page, &why))
        tg_referral_add(&r, &why);
    nothing_show(w, &r, tg_page_json(page));
}

static void refused_show(struct customers *w, const struct tg_answer *a, enum tg_err e)
{
    TG_JSON_AUTO *doc = NULL;
    struct tg_referral r;

    tg_result_list_show(w->list, NULL);
    gtk_widget_set_visible(w->more, FALSE);
    tg_referral_of_problem(a->body, &doc, &r);
    if (e == TG_E_NOT_FOUND && r.n > 0)
        nothing_show(w, &r, doc);
    else
        say(w, tg_tongue_err(e), true);
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
        no_rows_show(w, page);
        return;
    }
    (void)snprintf(text, sizeof text,
                   w->cursor[0] != '\0' ? _("%zu rows, and there are more") : _("%zu rows"), n);
    say(w, text, false);
    tg_result_list_focus(w->list);
}

static void record_show(struct customers *w, const struct tg_page *page)
{
    struct tg_search s;

    (void)tg_search_bar_read(w->bar, &s); /* for the purpose and the case */
    tg_records_pane_show(w->records, tg_page_row(page, 0), s.purpose, s.case_ref);
    turn(w);
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
    tg_records_pane_forget_referral(w->records);
    if (e == TG_OK)
        e = tg_page_read(a->body, w->one, &page);
    if (e != TG_OK) {
        refused_show(w, a, e);
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
    if (tg_records_pane_key(w->records, key))
        return true;
    if (key == GDK_KEY_Escape)
        tg_search_bar_clear(w->bar);
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
    if (held == GDK_CONTROL_MASK && (key == GDK_KEY_f || key == GDK_KEY_F))
        to_search(w);
    else if (held == GDK_CONTROL_MASK && (key == GDK_KEY_p || key == GDK_KEY_P))
        park(w);
    else
        return false;
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

/* A key or a button of the records: they may be closed now, or another caller's. */
static void on_records(void *arg)
{
    struct customers *w = arg;
    const struct tg_caller *now = tg_records_pane_caller(w->records);

    if (now->checks.state == TG_CHECK_FAILED)
        results_drop(w); /* they say who it would have been */
    turn(w);
}

static void stack_make(struct customers *w)
{
    w->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(w->status, "tg-status");
    w->records =
        tg_records_pane_new(&(struct tg_records_conf){.changed = on_records, .park = park, .arg = w});
    w->stack = gtk_stack_new();
    gtk_stack_add_named(GTK_STACK(w->stack), search_page_make(w), "search");
    gtk_stack_add_named(GTK_STACK(w->stack), tg_records_pane_widget(w->records), "records");
}

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct customers *w = arg;

    w->sitting = s;
    tg_records_pane_who(w->records, who);
}

static void enter(void *arg)
{
    turn(arg);
}

static void wipe(void *arg)
{
    struct customers *w = arg;

    tg_records_pane_wipe(w->records);
    results_drop(w);
    turn(w);
}

struct tg_desk_page tg_customers_page_new(void)
{
    struct customers *w = g_new0(struct customers, 1);

    stack_make(w);
    return (struct tg_desk_page){.name = "customers",
                                 .title = _("Customers"),
                                 .widget = w->stack,
                                 .tools = tg_records_pane_tools(w->records),
                                 .arg = w,
                                 .open = open,
                                 .enter = enter,
                                 .wipe = wipe,
                                 .answer = answer,
                                 .key = key};
}
