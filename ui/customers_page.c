#include "ui/customers_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/desk/names.h"
#include "ui/desk/page.h"
#include "ui/desk/typed.h"
#include "ui/find_view.h"
#include "ui/records_pane.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

struct customers {
    GtkWidget *stack;
    struct tg_find_view *find;
    struct tg_records_pane *records;
    struct tg_sitting *sitting;
    unsigned question;              /* for a record, whose answer is waited for; 0: none */
    unsigned companies;             /* the same for the companies' names */
    struct tg_customers_inquire to; /* inquire NULL: nobody may ask */
};

/* ---- asking ---- */

static void on_chosen(void *arg, const char *id)
{
    struct customers *w = arg;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_search s;

    tg_find_view_terms(w->find, &s);
    if (tg_show_write(id, &s, &body) != TG_OK)
        return; /* no id of the server's is as long */
    w->question = tg_sitting_ask(w->sitting, "/v1/customers/show", tg_span_buf(&body));
    if (w->question == 0)
        tg_find_view_say(w->find, tg_tongue_err(TG_E_NOMEM), true);
}

/* The search, or what is open. */
static void turn(struct customers *w)
{
    bool open = tg_records_pane_open(w->records);

    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), open ? "records" : "search");
    if (open)
        tg_records_pane_focus(w->records);
    else
        tg_find_view_focus(w->find);
}

/* What is not looked at is not kept. */
static void to_search(struct customers *w)
{
    tg_records_pane_close(w->records);
    turn(w);
}

static void results_drop(struct customers *w)
{
    w->question = 0;
    tg_find_view_clear(w->find);
}

/* Parked and resumed: purpose and case are the caller's, and what was found for the other one goes. */
static void park(void *arg)
{
    struct customers *w = arg;
    const struct tg_caller *now;

    if (!tg_records_pane_swap(w->records)) {
        tg_find_view_say(w->find, _("Nobody waits, and no record is open that could wait."), false);
        return;
    }
    now = tg_records_pane_caller(w->records);
    results_drop(w);
    tg_find_view_grounds(w->find, now->purpose, now->case_ref);
    turn(w);
}

/* ---- answers ---- */

/* An answer of the search: what an earlier one had to be read out is over. */
static void on_answered(void *arg)
{
    tg_records_pane_forget_referral(((struct customers *)arg)->records);
}

static void on_refer(void *arg, const struct tg_referral *r, json_t *doc)
{
    tg_records_pane_refer(((struct customers *)arg)->records, r, doc);
}

static void record_show(struct customers *w, const struct tg_page *page)
{
    struct tg_search s;

    tg_find_view_terms(w->find, &s);
    tg_records_pane_show(w->records, tg_page_row(page, 0), s.purpose, s.case_ref);
    turn(w);
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct customers *w = arg;
    struct tg_page *page = NULL;
    enum tg_err e = a->err;

    if (w->companies != 0 && a->n == w->companies && e == TG_OK)
        tg_names_take(a->body);
    if (tg_find_view_answer(w->find, a) || w->question == 0 || a->n != w->question)
        return;
    w->question = 0;
    tg_records_pane_forget_referral(w->records);
    if (e == TG_OK)
        e = tg_page_read(a->body, true, &page);
    if (e == TG_OK)
        record_show(w, page);
    else
        tg_find_view_refused(w->find, a->body, e);
    tg_page_free(&page);
}

/* ---- keys ---- */

/* What the caller's record says goes along only when the check-list is done. */
static void inquire(struct customers *w)
{
    const struct tg_caller *now = tg_records_pane_caller(w->records);
    bool open = now->row != NULL, checked = open && now->checks.state == TG_CHECK_PASSED;
    struct tg_search s;

    tg_find_view_terms(w->find, &s);
    if (open) {
        s.query = ""; /* it has found this record, or another */
        s.case_ref = now->case_ref;
    }
    w->to.inquire(w->to.arg, checked ? now->row : NULL, &s);
}

void tg_customers_page_inquire(void *page, const struct tg_customers_inquire *to)
{
    ((struct customers *)page)->to = *to;
}

static bool plain_key(struct customers *w, guint key)
{
    if (key == GDK_KEY_F10 && w->to.inquire != NULL) {
        inquire(w);
        return true;
    }
    if (tg_records_pane_key(w->records, key))
        return true;
    if (key == GDK_KEY_Escape && w->question != 0) {
        tg_sitting_cancel(w->sitting);
        w->question = 0;
    }
    return tg_find_view_key(w->find, key, 0);
}

static bool key(void *arg, guint key, guint held)
{
    struct customers *w = arg;

    if (held == 0)
        return plain_key(w, key);
    if (held == GDK_ALT_MASK)
        return tg_find_view_key(w->find, key, held);
    if (held == GDK_CONTROL_MASK && (key == GDK_KEY_f || key == GDK_KEY_F))
        to_search(w);
    else if (held == GDK_CONTROL_MASK && (key == GDK_KEY_p || key == GDK_KEY_P))
        park(w);
    else
        return false;
    return true;
}

/* ---- how it is made ---- */

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
    w->find = tg_find_view_new(
        &(struct tg_find_conf){.chosen = on_chosen, .answered = on_answered, .refer = on_refer, .arg = w});
    w->records =
        tg_records_pane_new(&(struct tg_records_conf){.changed = on_records, .park = park, .arg = w});
    w->stack = gtk_stack_new();
    gtk_stack_add_named(GTK_STACK(w->stack), tg_find_view_widget(w->find), "search");
    gtk_stack_add_named(GTK_STACK(w->stack), tg_records_pane_widget(w->records), "records");
}

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct customers *w = arg;

    w->sitting = s;
    tg_find_view_open(w->find, s, who->purposes);
    w->companies = tg_sitting_also(s, "/v1/companies", tg_span(NULL, 0));
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
    gtk_stack_set_visible_child_name(GTK_STACK(w->stack), "search");
}

static void event(void *arg, const char *name, struct tg_span text)
{
    struct customers *w = arg;
    char number[TG_FIND_NUMBER_BYTES];

    if (strcmp(name, TG_SITTING_CALLER) == 0 && tg_copy(number, sizeof number, text) == TG_OK)
        tg_find_view_call(w->find, number);
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
                                 .event = event,
                                 .key = key};
}
