#include "ui/records_pane.h"

#include "ui/aloud_view.h"
#include "ui/check_view.h"
#include "ui/look.h"
#include "ui/record_view.h"
#include "ui/referral_view.h"
#include "ui/tr.h"

enum shown { NOTHING, CHECK, RECORD, ALOUD, REFERRAL };

struct tg_records_pane {
    GtkWidget *stack, *record, *aloud, *referral;
    GtkWidget *tools, *back, *say_aloud, *refer, *park;
    struct tg_check_view *check;
    struct tg_callers callers;
    const struct tg_who *who;
    struct tg_referral nothing; /* of a search or a record that there is not */
    json_t *nothing_doc;
    enum shown shown;
    struct tg_records_conf conf;
};

/* ---- what is to be seen ---- */

/* What is not looked at stands in no widget. */
static void views_empty(struct tg_records_pane *p)
{
    tg_check_view_show(p->check, NULL);
    tg_record_view_show(p->record, NULL);
    tg_aloud_view_show(p->aloud, NULL);
    tg_referral_view_show(p->referral, NULL, NULL, p->who);
}

static void failed_show(struct tg_records_pane *p)
{
    struct tg_row_why why = {
        .reason = _("What the caller said is not what the record says. Tell the caller nothing of it."),
        .next =
            _("Ask that the customer who has the contract calls again, with the customer number of a bill at "
              "hand. For works, power cuts or an old contract at the point refer the caller to the network "
              "company.")};
    struct tg_referral r = {.n = 0};

    tg_referral_add(&r, &why);
    tg_referral_view_show(p->referral, _("Not confirmed: refer the caller"), &r, p->who);
}

static void referral_show(struct tg_records_pane *p)
{
    struct tg_referral r = p->nothing;

    if (p->callers.here.row != NULL)
        tg_referral_of_row(p->callers.here.row, &r);
    tg_referral_view_show(p->referral, _("To be told to the caller"), &r, p->who);
}

static void tools_show(struct tg_records_pane *p)
{
    bool record =
        p->shown == RECORD || p->shown == ALOUD || (p->shown == REFERRAL && p->callers.here.row != NULL);

    gtk_widget_set_visible(p->back, p->shown != NOTHING);
    gtk_widget_set_visible(p->say_aloud, record);
    gtk_widget_set_visible(p->refer, record || (p->shown == NOTHING && p->nothing.n > 0));
    gtk_widget_set_visible(p->park, p->callers.waiting || p->callers.here.row != NULL);
    gtk_button_set_label(GTK_BUTTON(p->park), p->callers.waiting ? _("● To the caller who waits (Ctrl+P)")
                                                                 : _("Let the caller wait (Ctrl+P)"));
}

static void turn_to(struct tg_records_pane *p, enum shown what)
{
    static const char *const names[] = {"nothing", "check", "record", "aloud", "referral"};

    p->shown = what;
    views_empty(p);
    if (what == CHECK)
        tg_check_view_show(p->check, &p->callers.here);
    else if (what == RECORD)
        tg_record_view_show(p->record, p->callers.here.row);
    else if (what == ALOUD)
        tg_aloud_view_show(p->aloud, p->callers.here.row);
    else if (what == REFERRAL && p->callers.here.checks.state == TG_CHECK_FAILED)
        failed_show(p);
    else if (what == REFERRAL)
        referral_show(p);
    gtk_stack_set_visible_child_name(GTK_STACK(p->stack), names[what]);
    tools_show(p);
    tg_records_pane_focus(p);
}

/* Where the caller who is spoken with stands. */
static void caller_show(struct tg_records_pane *p)
{
    const struct tg_caller *here = &p->callers.here;

    if (here->checks.state == TG_CHECK_FAILED)
        turn_to(p, REFERRAL);
    else if (here->row == NULL)
        turn_to(p, NOTHING);
    else
        turn_to(p, here->checks.state == TG_CHECK_PASSED ? RECORD : CHECK);
}

void tg_records_pane_focus(struct tg_records_pane *p)
{
    GtkWidget *const page[] = {NULL, NULL, p->record, p->aloud, p->referral};

    if (p->shown == CHECK)
        tg_check_view_focus(p->check);
    else if (page[p->shown] != NULL)
        gtk_widget_grab_focus(page[p->shown]);
}

bool tg_records_pane_open(const struct tg_records_pane *p)
{
    return p->shown != NOTHING;
}

const struct tg_caller *tg_records_pane_caller(const struct tg_records_pane *p)
{
    return &p->callers.here;
}

/* ---- callers ---- */

void tg_records_pane_who(struct tg_records_pane *p, const struct tg_who *who)
{
    p->who = who;
}

void tg_records_pane_show(struct tg_records_pane *p, json_t *row, const char *purpose, const char *case_ref)
{
    tg_callers_open(&p->callers, row, purpose, case_ref);
    tg_records_pane_forget_referral(p);
    caller_show(p);
}

void tg_records_pane_forget_referral(struct tg_records_pane *p)
{
    p->nothing.n = 0;
    tg_json_done(&p->nothing_doc);
    tools_show(p);
}

void tg_records_pane_refer(struct tg_records_pane *p, const struct tg_referral *r, json_t *doc)
{
    tg_records_pane_forget_referral(p);
    p->nothing = *r;
    p->nothing_doc = json_incref(doc);
    tools_show(p);
}

bool tg_records_pane_referred(struct tg_records_pane *p)
{
    if (p->callers.here.row == NULL && p->nothing.n == 0)
        return false;
    turn_to(p, REFERRAL);
    return true;
}

void tg_records_pane_close(struct tg_records_pane *p)
{
    tg_callers_close(&p->callers);
    caller_show(p);
}

bool tg_records_pane_swap(struct tg_records_pane *p)
{
    if (!tg_callers_swap(&p->callers))
        return false;
    tg_records_pane_forget_referral(p);
    caller_show(p);
    return true;
}

void tg_records_pane_wipe(struct tg_records_pane *p)
{
    tg_callers_done(&p->callers);
    tg_records_pane_forget_referral(p);
    caller_show(p);
}

/* ---- keys and buttons ---- */

static void step_done(struct tg_records_pane *p)
{
    if (p->callers.here.checks.state == TG_CHECK_FAILED)
        tg_callers_fail(&p->callers);
    caller_show(p);
    p->conf.changed(p->conf.arg);
}

static void said(void *arg)
{
    struct tg_records_pane *p = arg;

    tg_checks_said(&p->callers.here.checks);
    step_done(p);
}

static void wrong(void *arg)
{
    struct tg_records_pane *p = arg;

    tg_checks_wrong(&p->callers.here.checks);
    step_done(p);
}

static void other(void *arg)
{
    struct tg_records_pane *p = arg;

    tg_checks_other(&p->callers.here.checks);
    step_done(p);
}

/* There and back by the same key. */
static void on_aloud(GtkButton *button, gpointer data)
{
    struct tg_records_pane *p = data;

    (void)button;
    if (p->callers.here.row != NULL && p->callers.here.checks.state == TG_CHECK_PASSED)
        turn_to(p, p->shown == ALOUD ? RECORD : ALOUD);
}

static void on_refer(GtkButton *button, gpointer data)
{
    struct tg_records_pane *p = data;

    (void)button;
    if (p->callers.here.row != NULL && p->callers.here.checks.state != TG_CHECK_PASSED)
        return;
    if (p->shown == REFERRAL)
        caller_show(p);
    else
        (void)tg_records_pane_referred(p);
    p->conf.changed(p->conf.arg);
}

/* From a view of the record to the record, from the record to the search. */
static void on_back(GtkButton *button, gpointer data)
{
    struct tg_records_pane *p = data;
    bool view = p->shown == ALOUD || (p->shown == REFERRAL && p->callers.here.row != NULL);

    (void)button;
    if (view || (p->shown == REFERRAL && p->callers.here.checks.state != TG_CHECK_FAILED))
        caller_show(p);
    else
        tg_records_pane_close(p);
    p->conf.changed(p->conf.arg);
}

static void on_park(GtkButton *button, gpointer data)
{
    struct tg_records_pane *p = data;

    (void)button;
    p->conf.park(p->conf.arg);
}

bool tg_records_pane_key(struct tg_records_pane *p, guint key)
{
    if (key == GDK_KEY_Escape && p->shown != NOTHING)
        on_back(NULL, p);
    else if (key == GDK_KEY_F4 && p->shown != NOTHING)
        on_aloud(NULL, p);
    else if (key == GDK_KEY_F5)
        on_refer(NULL, p);
    else if (key == GDK_KEY_F6 && p->shown == CHECK)
        other(p);
    else if (key == GDK_KEY_F8 && p->shown == CHECK)
        wrong(p);
    else
        return false;
    return true;
}

/* ---- how it is made ---- */

static GtkWidget *tool_add(struct tg_records_pane *p, const char *text, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_label(text);

    gtk_widget_set_visible(button, FALSE);
    g_signal_connect(button, "clicked", clicked, p);
    gtk_box_append(GTK_BOX(p->tools), button);
    return button;
}

static void views_make(struct tg_records_pane *p)
{
    p->check = tg_check_view_new(
        &(struct tg_check_view_conf){.said = said, .wrong = wrong, .other = other, .arg = p});
    p->record = tg_record_view_new();
    p->aloud = tg_aloud_view_new();
    p->referral = tg_referral_view_new();
    p->stack = gtk_stack_new();
    gtk_stack_add_named(GTK_STACK(p->stack), gtk_box_new(GTK_ORIENTATION_VERTICAL, 0), "nothing");
    gtk_stack_add_named(GTK_STACK(p->stack), tg_check_view_widget(p->check), "check");
    gtk_stack_add_named(GTK_STACK(p->stack), p->record, "record");
    gtk_stack_add_named(GTK_STACK(p->stack), p->aloud, "aloud");
    gtk_stack_add_named(GTK_STACK(p->stack), p->referral, "referral");
}

struct tg_records_pane *tg_records_pane_new(const struct tg_records_conf *conf)
{
    struct tg_records_pane *p = g_new0(struct tg_records_pane, 1);

    p->conf = *conf;
    views_make(p);
    p->tools = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 6, NULL);
    p->back = tool_add(p, _("Back (Esc)"), G_CALLBACK(on_back));
    p->say_aloud = tool_add(p, _("Read aloud (F4)"), G_CALLBACK(on_aloud));
    p->refer = tool_add(p, _("Referral (F5)"), G_CALLBACK(on_refer));
    p->park = tool_add(p, "", G_CALLBACK(on_park));
    return p;
}

GtkWidget *tg_records_pane_widget(struct tg_records_pane *p)
{
    return p->stack;
}

GtkWidget *tg_records_pane_tools(struct tg_records_pane *p)
{
    return p->tools;
}
