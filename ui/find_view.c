#include "ui/find_view.h"

#include "certs/base/text.h"
#include "ui/desk/second.h"
#include "ui/look.h"
#include "ui/result_list.h"
#include "ui/search_bar.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

#define CONFIRM_TRIES 3u

struct tg_find_view {
    GtkWidget *page, *status, *more, *offer;
    char caller[TG_FIND_NUMBER_BYTES]; /* offered, and not taken yet; "" none */
    struct tg_search_bar *bar;
    struct tg_result_list *list;
    struct tg_sitting *sitting;
    struct tg_find_conf conf;
    unsigned question;                /* the one whose answer is waited for; 0: none */
    enum tg_kind asked;               /* of the last search */
    char cursor[TG_CURSOR_BYTES + 1]; /* of the next page; "" this is the last */
    struct tg_page *held;             /* found by a supply point, not shown yet; NULL: none */
    unsigned tries;                   /* to fit the caller to it */
};

void tg_find_view_say(struct tg_find_view *f, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(f->status), text);
    if (alarm)
        gtk_widget_add_css_class(f->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(f->status, "tg-alarm");
}

/* ---- asking ---- */

static void rows_drop(struct tg_find_view *f)
{
    tg_result_list_show(f->list, NULL);
    f->cursor[0] = '\0';
    gtk_widget_set_visible(f->more, FALSE);
}

static void held_drop(struct tg_find_view *f)
{
    tg_page_free(&f->held);
    f->tries = 0;
}

static void search(struct tg_find_view *f, const char *cursor)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_search s;
    enum tg_err e;

    if (f->sitting == NULL || !tg_search_bar_read(f->bar, &s))
        return; /* what is wrong with it stands beneath the box */
    s.cursor = cursor;
    f->asked = s.kind;
    if ((e = tg_search_write(&s, &body)) == TG_OK &&
        (f->question = tg_sitting_ask(f->sitting, "/v1/customers/search", tg_span_buf(&body))) == 0)
        e = TG_E_NOMEM;
    tg_find_view_say(f, e == TG_OK ? _("Asking...") : tg_tongue_err(e), e != TG_OK);
}

/* ---- a date ---- */

static bool has_day(const json_t *row, void *arg)
{
    static const char *const fields[] = {"contract_start", "contract_end"};
    const tg_day *day = arg;

    for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
        const char *text = tg_row_field(row, fields[i]);
        tg_day at;

        if (text != NULL && tg_day_parse(tg_span_str(text), &at) == TG_OK && at == *day)
            return true;
    }
    return false;
}

static void narrow(struct tg_find_view *f)
{
    char day_text[TG_WAREKI_TEXT_BYTES], text[256];
    size_t all = tg_result_list_count(f->list), n;
    tg_day day;

    if (!tg_search_bar_day(f->bar, &day)) {
        tg_find_view_say(f, _("This date may be several days. Choose with F2, then press Enter again."),
                         false);
        return;
    }
    if (all == 0) {
        tg_find_view_say(f,
                         _("There is no search by date alone. Search for a name, a number or an address; a "
                           "date then narrows what was found to contracts that begin or end on it."),
                         false);
        return;
    }
    n = tg_result_list_narrow(f->list, has_day, &day);
    tg_wareki_text(day, day_text);
    (void)snprintf(text, sizeof text, _("%s: %zu of %zu rows begin or end on that day"), day_text, n, all);
    tg_find_view_say(f, text, false);
    if (n > 0)
        tg_result_list_focus(f->list);
}

/* ---- a supply point, and something else that fits ---- */

static bool fits(const json_t *row, void *arg)
{
    return tg_second_fits(row, tg_span_str(arg)) == TG_OK;
}

static void rows_say(struct tg_find_view *f, size_t n)
{
    char text[128];

    (void)snprintf(text, sizeof text,
                   f->cursor[0] != '\0' ? _("%zu rows, and there are more (%s)") : _("%zu rows (%s)"), n,
                   tg_kind_text(f->asked));
    tg_find_view_say(f, text, false);
}

static void hold(struct tg_find_view *f, struct tg_page *page)
{
    held_drop(f);
    f->held = page;
    tg_search_bar_confirm(f->bar, true);
    tg_search_bar_focus(f->bar);
    tg_find_view_say(f,
                     _("The number is on file. It has no check digit: ask the caller for the name, the "
                       "telephone or the address, type it, and press Enter."),
                     false);
}

static void mismatch(struct tg_find_view *f)
{
    if (++f->tries < CONFIRM_TRIES) {
        tg_search_bar_fill(f->bar, "", TG_KIND_AUTO);
        tg_find_view_say(
            f, _("That does not fit this supply point. Read the number back, and ask once more."), true);
        return;
    }
    held_drop(f);
    tg_search_bar_clear(f->bar);
    tg_find_view_say(f, _("Nothing fitted this supply point. Ask for the number again, or search by name."),
                     true);
}

/* The only row opens at once: somebody's number was typed, and it is theirs. */
static void confirm(struct tg_find_view *f)
{
    char *said = g_strdup(tg_search_bar_text(f->bar));
    struct tg_page *page = f->held;
    size_t n = 0;
    const char *id = NULL;

    for (size_t i = 0; i < tg_page_count(page); i++) {
        if (fits(tg_page_row(page, i), said)) {
            id = tg_row_id(tg_page_row(page, i));
            n++;
        }
    }
    if (n == 0) {
        mismatch(f);
    } else {
        tg_result_list_show(f->list, page);
        (void)tg_result_list_narrow(f->list, fits, said);
        tg_search_bar_confirm(f->bar, false);
        rows_say(f, n);
        tg_result_list_focus(f->list);
        if (n == 1)
            f->conf.chosen(f->conf.arg, id);
        held_drop(f);
    }
    g_free(said);
}

static bool to_confirm(const struct tg_page *page)
{
    for (size_t i = 0; i < tg_page_count(page); i++)
        if (tg_second_possible(tg_page_row(page, i)))
            return true;
    return false;
}

/* ---- answers ---- */

/* What the server says of it: nobody of ours, and where to refer the caller. */
static void nothing_show(struct tg_find_view *f, const struct tg_referral *r, json_t *doc)
{
    char *text;

    if (r->n == 0) {
        tg_find_view_say(f, _("Nothing was found."), false);
        return;
    }
    text = g_strdup_printf("%s\n→ %s\n%s", r->line[0].reason, r->line[0].next, _("To be read out: F5"));
    tg_find_view_say(f, text, false);
    g_free(text);
    f->conf.refer(f->conf.arg, r, doc);
}

static void no_rows_show(struct tg_find_view *f, const struct tg_page *page)
{
    struct tg_referral r = {.n = 0};
    struct tg_row_why why;

    if (tg_page_nothing(page, &why))
        tg_referral_add(&r, &why);
    nothing_show(f, &r, tg_page_json(page));
}

void tg_find_view_refused(struct tg_find_view *f, struct tg_span problem, enum tg_err e)
{
    TG_JSON_AUTO *doc = NULL;
    struct tg_referral r;

    rows_drop(f);
    tg_referral_of_problem(problem, &doc, &r);
    if (e == TG_E_NOT_FOUND && r.n > 0)
        nothing_show(f, &r, doc);
    else
        tg_find_view_say(f, tg_tongue_err(e), true);
}

/* A telephone or customer number that only one customer has: his record is what was asked for. */
static bool opens_at_once(const struct tg_find_view *f, size_t n)
{
    bool number = f->asked == TG_KIND_PHONE || f->asked == TG_KIND_CUSTOMER;

    return number && n == 1 && f->cursor[0] == '\0';
}

static void rows_show(struct tg_find_view *f, const struct tg_page *page)
{
    size_t n = tg_page_count(page);

    tg_result_list_show(f->list, page);
    gtk_widget_set_visible(f->more, f->cursor[0] != '\0');
    if (n == 0) {
        no_rows_show(f, page);
        return;
    }
    rows_say(f, n);
    tg_result_list_focus(f->list);
    if (opens_at_once(f, n))
        f->conf.chosen(f->conf.arg, tg_row_id(tg_page_row(page, 0)));
}

static void page_show(struct tg_find_view *f, struct tg_page **page)
{
    const char *next = tg_page_next(*page);

    rows_drop(f);
    if (next != NULL)
        tg_ignore(tg_copy(f->cursor, sizeof f->cursor, tg_span_str(next))); /* too long: no next page */
    if (f->asked == TG_KIND_POINT && to_confirm(*page)) {
        hold(f, *page);
        *page = NULL;
        return;
    }
    rows_show(f, *page);
}

bool tg_find_view_answer(struct tg_find_view *f, const struct tg_answer *a)
{
    struct tg_page *page = NULL;
    enum tg_err e = a->err;

    if (f->question == 0 || a->n != f->question)
        return false; /* nobody waits for it any more */
    f->question = 0;
    f->conf.answered(f->conf.arg);
    if (e == TG_OK)
        e = tg_page_read(a->body, false, &page);
    if (e == TG_OK)
        page_show(f, &page);
    else
        tg_find_view_refused(f, a->body, e);
    tg_page_free(&page);
    return true;
}

/* ---- a caller's number ---- */

static void offer_drop(struct tg_find_view *f)
{
    f->caller[0] = '\0';
    gtk_widget_set_visible(f->offer, FALSE);
}

static void on_offer(GtkButton *button, gpointer data)
{
    struct tg_find_view *f = data;

    (void)button;
    if (f->caller[0] == '\0')
        return;
    held_drop(f);
    rows_drop(f); /* of whoever was spoken with before */
    tg_search_bar_clear(f->bar);
    tg_search_bar_fill(f->bar, f->caller, TG_KIND_PHONE);
    offer_drop(f);
    tg_find_view_say(f, _("A number from the telephone system. Press Enter to search for it."), false);
}

void tg_find_view_call(struct tg_find_view *f, const char *number)
{
    bool free_to = gtk_widget_get_mapped(f->page) && f->question == 0 && f->held == NULL &&
                   tg_search_bar_text(f->bar)[0] == '\0';
    char *text = g_strdup_printf(_("Call from %s (F9)"), number);

    (void)g_strlcpy(f->caller, number, sizeof f->caller);
    gtk_button_set_label(GTK_BUTTON(f->offer), text);
    g_free(text);
    gtk_widget_set_visible(f->offer, TRUE);
    if (free_to)
        on_offer(NULL, f);
}

/* ---- keys ---- */

static void on_search(void *arg)
{
    struct tg_find_view *f = arg;

    if (f->held != NULL)
        confirm(f);
    else if (tg_search_bar_typed(f->bar)->kind == TG_KIND_DATE)
        narrow(f);
    else
        search(f, NULL);
}

static void on_more(GtkButton *button, gpointer data)
{
    struct tg_find_view *f = data;

    (void)button;
    if (f->cursor[0] != '\0')
        search(f, f->cursor);
}

static void on_escape(struct tg_find_view *f)
{
    bool asking = f->question != 0;

    if (asking)
        tg_sitting_cancel(f->sitting);
    f->question = 0;
    held_drop(f);
    tg_search_bar_clear(f->bar);
    tg_find_view_say(f, asking ? _("Broken off.") : "", false);
}

bool tg_find_view_key(struct tg_find_view *f, guint key, guint held)
{
    if (held == GDK_ALT_MASK && key >= GDK_KEY_1 && key <= GDK_KEY_9)
        return tg_search_bar_purpose(f->bar, key - GDK_KEY_1);
    if (held != 0)
        return false;
    if (key == GDK_KEY_Escape)
        on_escape(f);
    else if (key == GDK_KEY_F2)
        tg_search_bar_kind(f->bar);
    else if (key == GDK_KEY_F3)
        on_more(NULL, f);
    else if (key == GDK_KEY_F9)
        on_offer(NULL, f);
    else
        return false;
    return true;
}

void tg_find_view_focus(struct tg_find_view *f)
{
    tg_search_bar_focus(f->bar);
}

void tg_find_view_clear(struct tg_find_view *f)
{
    if (f->question != 0)
        tg_sitting_cancel(f->sitting);
    f->question = 0;
    held_drop(f);
    rows_drop(f);
    offer_drop(f);
    tg_search_bar_clear(f->bar);
    tg_find_view_say(f, "", false);
}

void tg_find_view_terms(struct tg_find_view *f, struct tg_search *ret)
{
    (void)tg_search_bar_read(f->bar, ret);
}

void tg_find_view_grounds(struct tg_find_view *f, const char *purpose, const char *case_ref)
{
    tg_search_bar_grounds(f->bar, purpose, case_ref);
}

/* ---- how it is made ---- */

void tg_find_view_open(struct tg_find_view *f, struct tg_sitting *s, const char *purposes)
{
    f->sitting = s;
    tg_search_bar_offer(f->bar, purposes);
}

GtkWidget *tg_find_view_widget(struct tg_find_view *f)
{
    return f->page;
}

struct tg_find_view *tg_find_view_new(const struct tg_find_conf *conf)
{
    struct tg_find_view *f = g_new0(struct tg_find_view, 1);

    f->conf = *conf;
    f->page = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);
    f->bar = tg_search_bar_new(on_search, f);
    f->list = tg_result_list_new();
    tg_result_list_chosen(f->list, conf->chosen, conf->arg);
    tg_result_list_show(f->list, NULL);
    f->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(f->status, "tg-status");
    f->more = gtk_button_new_with_label(_("Next page (F3)"));
    gtk_widget_set_visible(f->more, FALSE);
    g_signal_connect(f->more, "clicked", G_CALLBACK(on_more), f);
    f->offer = gtk_button_new();
    gtk_widget_set_halign(f->offer, GTK_ALIGN_START);
    gtk_widget_set_visible(f->offer, FALSE);
    g_signal_connect(f->offer, "clicked", G_CALLBACK(on_offer), f);
    gtk_box_append(GTK_BOX(f->page), tg_search_bar_widget(f->bar));
    gtk_box_append(GTK_BOX(f->page), f->offer);
    gtk_box_append(GTK_BOX(f->page), f->status);
    gtk_box_append(GTK_BOX(f->page), tg_result_list_widget(f->list));
    gtk_box_append(GTK_BOX(f->page), f->more);
    return f;
}
