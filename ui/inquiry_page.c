#include "ui/inquiry_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/ask_form.h"
#include "ui/desk/deeds.h"
#include "ui/look.h"
#include "ui/record_view.h"
#include "ui/text/tongue.h"
#include "ui/text/when.h"
#include "ui/tr.h"

struct inquiry {
    GtkWidget *box, *steps, *status, *stack, *list, *record;
    struct tg_ask_form *form;
    struct tg_sitting *sitting;
    struct tg_asks *asks;
    bool stale;
    char missing[512];               /* fields that STEP2 did not have, a space between */
    char chosen[TG_RECORD_ID_BYTES]; /* of the list */
    unsigned refresh, ask, read;     /* numbers of the questions whose answers are waited for; 0: none */
};

static void say(struct inquiry *q, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(q->status), text);
    if (alarm)
        gtk_widget_add_css_class(q->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(q->status, "tg-alarm");
}

static bool shows(const struct inquiry *q, const char *page)
{
    return strcmp(gtk_stack_get_visible_child_name(GTK_STACK(q->stack)), page) == 0;
}

static void turn_to(struct inquiry *q, const char *page)
{
    gtk_stack_set_visible_child_name(GTK_STACK(q->stack), page);
    if (strcmp(page, "answer") != 0)
        tg_record_view_show(q->record, NULL); /* what is not looked at is not kept */
    if (strcmp(page, "list") == 0) {          /* until then STEP3 may need it once more */
        tg_ask_form_wipe(q->form);
        q->missing[0] = '\0';
    }
}

/* Where the question is on its way; 0: nowhere. */
static void step_show(struct inquiry *q, int step)
{
    static const char *const names[] = {N_("STEP1 own contract"), N_("STEP2 facility"), N_("STEP3 question")};
    GString *text = g_string_new(NULL);

    for (int i = 0; i < 3; i++)
        g_string_append_printf(text, "%s%s%s", i > 0 ? "  →  " : "", i + 1 == step ? "● " : "○ ",
                               _(names[i]));
    gtk_label_set_text(GTK_LABEL(q->steps), text->str);
    g_string_free(text, TRUE);
}

/* ---- asking ---- */

static void refresh(struct inquiry *q)
{
    q->stale = q->refresh != 0;
    if (q->sitting != NULL && q->refresh == 0)
        q->refresh = tg_sitting_also(q->sitting, "/v1/inquiries", tg_span(NULL, 0));
}

static void post(struct inquiry *q, const char *path, struct tg_buf *body, unsigned *number)
{
    if (*number != 0)
        return;
    *number = tg_sitting_also(q->sitting, path, tg_span_buf(body));
    say(q, *number != 0 ? _("Asking...") : tg_tongue_err(TG_E_NOMEM), *number == 0);
}

static void ask(struct inquiry *q, const char *step)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_asking asking;

    if (!tg_ask_form_read(q->form, &asking))
        return;
    asking.step = step;
    if (step != NULL)
        asking.fields = q->missing;
    if (tg_asking_write(&asking, &body) == TG_OK)
        post(q, "/v1/inquiries/ask", &body, &q->ask);
}

static void on_ask(void *arg)
{
    ask(arg, NULL);
}

static void form_begin(struct inquiry *q, const struct tg_asking *known)
{
    if (q->asks == NULL)
        return;
    turn_to(q, "form");
    step_show(q, 1);
    say(q, "", false);
    tg_ask_form_begin(q->form, q->asks, known);
}

void tg_inquiry_page_ask(void *arg, const struct tg_asking *known)
{
    form_begin(arg, known);
}

/* ---- one's own questions ---- */

static const json_t *chosen(const struct inquiry *q)
{
    for (size_t i = 0; q->asks != NULL && i < tg_asks_mine(q->asks); i++) {
        if (strcmp(tg_json_str(tg_asks_own(q->asks, i), "id"), q->chosen) == 0)
            return tg_asks_own(q->asks, i);
    }
    return NULL;
}

static void about(struct inquiry *q, const char *path, const char *state)
{
    TG_BUF_AUTO body = TG_BUF_INIT(256);
    const json_t *one = chosen(q);

    if (one == NULL ||
        (!tg_inquiry_is(one, state) && !(strcmp(state, "asked") == 0 && tg_inquiry_is(one, "taken"))))
        return;
    if (tg_members_write((struct tg_member[]){{"inquiry", q->chosen}, {NULL, NULL}}, &body) == TG_OK)
        post(q, path, &body, &q->read);
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
    (void)list;
    (void)row;
    about(data, "/v1/inquiries/read", "answered");
}

static void on_selected(GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
    struct inquiry *q = data;
    const char *id = row != NULL ? g_object_get_data(G_OBJECT(row), "id") : NULL;

    (void)list;
    if (id != NULL)
        tg_ignore(
            tg_copy(q->chosen, sizeof q->chosen, tg_span_str(id))); /* a longer one is found by nobody */
}

static char *row_text(const struct inquiry *q, const json_t *one)
{
    TG_BUF_AUTO waited = TG_BUF_INIT(128), fields = TG_BUF_INIT(4096), until = TG_BUF_INIT(64);
    const json_t *subject = tg_asks_subject_named(q->asks, tg_json_str(one, "subject"));

    tg_ignore(tg_lasts_text(tg_inquiry_waited(one, tg_asks_now(q->asks)), &waited));
    tg_ignore(tg_fields_text(json_object_get(one, "fields"), &fields)); /* too long: the answer has them */
    tg_ignore(tg_when_text(tg_json_int(one, "until", 0), &until));
    return g_strdup_printf(_("%s%s: %s\n%s: %s. Waiting time: %s. Expires: %s"),
                           tg_inquiry_is(one, "answered") ? "● " : "", tg_json_str(one, "id"),
                           tg_inquiry_state_text(one),
                           subject != NULL ? tg_sentence(subject) : tg_json_str(one, "subject"),
                           fields.n > 0 ? tg_buf_cstr(&fields) : "", waited.n > 0 ? tg_buf_cstr(&waited) : "",
                           until.n > 0 ? tg_buf_cstr(&until) : "-");
}

static void row_add(struct inquiry *q, const json_t *one)
{
    char *text = row_text(q, one);
    GtkWidget *row = gtk_list_box_row_new();

    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), tg_look_label(text, "tg-bar"));
    g_free(text);
    g_object_set_data_full(G_OBJECT(row), "id", g_strdup(tg_json_str(one, "id")), g_free);
    gtk_list_box_append(GTK_LIST_BOX(q->list), row);
    if (strcmp(tg_json_str(one, "id"), q->chosen) == 0)
        gtk_list_box_select_row(GTK_LIST_BOX(q->list), GTK_LIST_BOX_ROW(row));
}

static void list_focus(struct inquiry *q)
{
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(q->list));

    gtk_widget_grab_focus(row != NULL ? GTK_WIDGET(row) : q->list);
}

static void list_fill(struct inquiry *q)
{
    bool focus = gtk_widget_get_focus_child(q->list) != NULL;
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(q->list)) != NULL)
        gtk_list_box_remove(GTK_LIST_BOX(q->list), row);
    if (chosen(q) == NULL && tg_asks_mine(q->asks) > 0)
        tg_ignore(
            tg_copy(q->chosen, sizeof q->chosen, tg_span_str(tg_json_str(tg_asks_own(q->asks, 0), "id"))));
    for (size_t i = 0; i < tg_asks_mine(q->asks); i++)
        row_add(q, tg_asks_own(q->asks, i));
    if (focus)
        list_focus(q);
}

static void to_list(struct inquiry *q)
{
    turn_to(q, "list");
    step_show(q, 0);
    list_focus(q);
}

/* ---- answers ---- */

static enum tg_err asks_take(struct inquiry *q, struct tg_span json)
{
    struct tg_asks *asks = NULL;
    enum tg_err e = tg_asks_read(json, &asks);

    if (e != TG_OK)
        return e;
    tg_asks_free(&q->asks);
    q->asks = asks;
    list_fill(q);
    return TG_OK;
}

/* The row of an answer; false: it has none. */
static bool row_show(struct inquiry *q, const json_t *doc)
{
    struct tg_page *page = NULL;
    char *text = json_dumps(json_object_get(doc, "row"), JSON_COMPACT);
    bool there = text != NULL && tg_page_read(tg_span_str(text), true, &page) == TG_OK;

    if (there) {
        turn_to(q, "answer");
        tg_record_view_show(q->record, tg_page_row(page, 0));
        gtk_widget_grab_focus(q->record);
    }
    free(text);
    tg_page_free(&page);
    return there;
}

static void mismatch_say(struct inquiry *q, const json_t *doc)
{
    char *text =
        g_strdup_printf(_("%s\n%d more names may be tried for this point today."),
                        tg_sentence(json_object_get(doc, "explain")), (int)tg_json_int(doc, "tries", 0));

    say(q, text, true);
    g_free(text);
}

static void referral_say(struct inquiry *q, const json_t *doc)
{
    const json_t *referral = json_object_get(doc, "referral");
    const char *phone = tg_json_str(referral, "phone");
    char *text =
        g_strdup_printf(_("To be read aloud: %s %s"), tg_sentence(referral), phone != NULL ? phone : "");

    say(q, text, false);
    g_free(text);
}

static void missing_take(struct inquiry *q, const json_t *list)
{
    size_t n = 0;

    q->missing[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));

        if (name != NULL && n + strlen(name) + 2 < sizeof q->missing)
            n += (size_t)snprintf(q->missing + n, sizeof q->missing - n, "%s%s", n > 0 ? " " : "", name);
    }
}

static void facility_say(struct inquiry *q, const json_t *doc)
{
    TG_BUF_AUTO missing = TG_BUF_INIT(4096);
    const json_t *list = json_object_get(doc, "missing");
    char *text;

    missing_take(q, list);
    if (q->missing[0] == '\0' || tg_fields_text(list, &missing) != TG_OK) {
        say(q, _("This is shown once. Look at it now."), false);
        return;
    }
    text = g_strdup_printf(_("This is shown once. Not recorded: %s. Q asks the service center (STEP3)."),
                           tg_buf_cstr(&missing));
    say(q, text, false);
    g_free(text);
}

static void asked_show(struct inquiry *q, struct tg_span json)
{
    TG_JSON_AUTO *doc = NULL;

    if (tg_json_parse(json, &doc) != TG_OK) {
        say(q, tg_tongue_err(TG_E_SERVER_REPLY), true);
        return;
    }
    switch (tg_asked_of(doc)) {
    case TG_ASKED_OWN:
        say(q,
            _("It is your own contract (STEP1): no inquiry is needed. Look it up by its supply point "
              "number."),
            false);
        break;
    case TG_ASKED_FACILITY:
        step_show(q, 2);
        (void)row_show(q, doc);
        facility_say(q, doc);
        break;
    case TG_ASKED_QUESTION:
        to_list(q);
        step_show(q, 3);
        say(q, _("It waits at the service center now (STEP3). You will be told here when it is answered."),
            false);
        break;
    case TG_ASKED_MISMATCH:
        step_show(q, 2);
        mismatch_say(q, doc);
        break;
    case TG_ASKED_REFERRAL:
        referral_say(q, doc);
        break;
    case TG_ASKED_NONE:
        say(q, tg_tongue_err(TG_E_SERVER_REPLY), true);
    }
}

static void read_show(struct inquiry *q, struct tg_span json)
{
    TG_JSON_AUTO *doc = NULL;
    const json_t *code;

    if (tg_json_parse(json, &doc) != TG_OK)
        return;
    code = json_object_get(doc, "answer");
    if (code == NULL) { /* a withdrawal */
        say(q, _("Done, and on record."), false);
    } else {
        char *text =
            g_strdup_printf(_("%s This is shown once: to see it again, ask again."), tg_sentence(code));

        (void)row_show(q, doc);
        say(q, text, false);
        g_free(text);
    }
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct inquiry *q = arg;
    enum tg_err e = a->err;

    if (a->n == 0)
        return;
    if (a->n == q->refresh) {
        q->refresh = 0;
        if (q->stale)
            refresh(q);
        if (e == TG_OK)
            e = asks_take(q, a->body);
    } else if (a->n == q->ask) {
        q->ask = 0;
        if (e == TG_OK)
            asked_show(q, a->body);
        refresh(q);
    } else if (a->n == q->read) {
        q->read = 0;
        if (e == TG_OK)
            read_show(q, a->body);
        refresh(q);
    } else {
        return;
    }
    if (e != TG_OK)
        say(q, tg_tongue_err(e), true);
}

static void event(void *arg, const char *name, struct tg_span json)
{
    (void)json;
    if (strcmp(name, "inquiries") == 0)
        refresh(arg);
}

/* ---- keys ---- */

static bool list_key(struct inquiry *q, guint key)
{
    if (key == GDK_KEY_n)
        form_begin(q, &(struct tg_asking){.subject = NULL});
    else if (key == GDK_KEY_w)
        about(q, "/v1/inquiries/withdraw", "asked");
    else if (key == GDK_KEY_F5)
        refresh(q);
    else
        return false;
    return true;
}

static bool key(void *arg, guint key, guint held)
{
    struct inquiry *q = arg;

    if (held == 0 && key == GDK_KEY_Escape) {
        to_list(q);
        say(q, "", false);
        return true;
    }
    if (shows(q, "form") && held == GDK_ALT_MASK && key >= GDK_KEY_1)
        return tg_ask_form_subject(q->form, key - GDK_KEY_1);
    if (shows(q, "answer") && held == 0 && key == GDK_KEY_q && q->missing[0] != '\0') {
        ask(q, "question");
        return true;
    }
    return held == 0 && shows(q, "list") && list_key(q, key);
}

/* ---- how it is made ---- */

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct inquiry *q = arg;

    (void)who;
    q->sitting = s;
    refresh(q);
}

static void enter(void *arg)
{
    struct inquiry *q = arg;

    refresh(q);
    if (shows(q, "list"))
        list_focus(q);
}

static void wipe(void *arg)
{
    struct inquiry *q = arg;

    turn_to(q, "list");
    step_show(q, 0);
    say(q, "", false);
}

static GtkWidget *list_make(struct inquiry *q)
{
    GtkWidget *scrolled = tg_look_page(_("Your inquiries"));

    q->list = gtk_list_box_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(q->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Your inquiries"), -1);
    gtk_list_box_set_placeholder(
        GTK_LIST_BOX(q->list), tg_look_label(_("You have asked nothing. N begins an inquiry."), "tg-detail"));
    g_signal_connect(q->list, "row-selected", G_CALLBACK(on_selected), q);
    g_signal_connect(q->list, "row-activated", G_CALLBACK(on_row), q);
    gtk_widget_set_focusable(scrolled, FALSE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), q->list);
    return scrolled;
}

struct tg_desk_page tg_inquiry_page_new(void)
{
    struct inquiry *q = g_new0(struct inquiry, 1);

    q->box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);
    q->steps = tg_look_label("", "tg-status");
    q->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(q->status, "tg-status");
    q->stack = gtk_stack_new();
    gtk_stack_set_vhomogeneous(GTK_STACK(q->stack), FALSE);
    q->form = tg_ask_form_new(on_ask, q);
    q->record = tg_record_view_new();
    gtk_stack_add_named(GTK_STACK(q->stack), list_make(q), "list");
    gtk_stack_add_named(GTK_STACK(q->stack), tg_ask_form_widget(q->form), "form");
    gtk_stack_add_named(GTK_STACK(q->stack), q->record, "answer");
    gtk_box_append(
        GTK_BOX(q->box),
        tg_look_label(_("N: a new inquiry. Enter: open the answer, once. W: withdraw."), "tg-status"));
    gtk_box_append(GTK_BOX(q->box), q->steps);
    gtk_box_append(GTK_BOX(q->box), q->status);
    gtk_box_append(GTK_BOX(q->box), q->stack);
    step_show(q, 0);
    return (struct tg_desk_page){.name = "inquiry",
                                 .title = _("Inquiries"),
                                 .widget = q->box,
                                 .arg = q,
                                 .open = open,
                                 .enter = enter,
                                 .leave = wipe,
                                 .wipe = wipe,
                                 .answer = answer,
                                 .event = event,
                                 .key = key};
}
