#include "ui/grants_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/declare_form.h"
#include "ui/event_view.h"
#include "ui/hours_form.h"
#include "ui/look.h"
#include "ui/notice_box.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"
#include "ui/views_list.h"

#define TICK_SECONDS 5

struct grants {
    GtkWidget *stack, *tools, *leaflet, *list, *status, *declare_button, *back;
    struct tg_notice_box *notices;
    struct tg_event_view *view;
    struct tg_declare_form *form;
    struct tg_hours_form *hours;
    struct tg_views_list *views;
    struct tg_sitting *sitting;
    struct tg_board *board;
    bool stale; /* the board is to be asked for once more */
    const char *side;
    tg_usec read_at;                  /* when the board was, by the monotonic clock */
    char chosen[TG_RECORD_ID_BYTES];  /* event or roster in sight */
    char weighed[TG_RECORD_ID_BYTES]; /* what the gate shows */
    unsigned refresh, deed, paper,
        viewed; /* numbers of the questions whose answers are waited for; 0: none */
};

static void say(struct grants *g, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(g->status), text);
    if (alarm)
        gtk_widget_add_css_class(g->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(g->status, "tg-alarm");
}

static bool shows(const struct grants *g, const char *page)
{
    return strcmp(gtk_stack_get_visible_child_name(GTK_STACK(g->stack)), page) == 0;
}

static tg_sec now(const struct grants *g)
{
    return tg_board_now(g->board) + (tg_mono_us() - g->read_at) / 1000000;
}

/* ---- asking ---- */

static void refresh(struct grants *g)
{
    g->stale = g->refresh != 0; /* what is under way may be older than what has just changed */
    if (g->sitting != NULL && g->refresh == 0)
        g->refresh = tg_sitting_also(g->sitting, "/v1/grants", tg_span(NULL, 0));
}

static void post(struct grants *g, const char *path, struct tg_buf *body, unsigned *number)
{
    *number = tg_sitting_also(g->sitting, path, tg_span_buf(body));
    say(g, *number != 0 ? _("Asking...") : tg_tongue_err(TG_E_NOMEM), *number == 0);
}

static void post_members(struct grants *g, const char *path, const struct tg_member *members)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    if (g->deed == 0 && tg_members_write(members, &body) == TG_OK)
        post(g, path, &body, &g->deed);
}

/* ---- the list and what is chosen of it ---- */

static const json_t *chosen(const struct grants *g)
{
    return g->board != NULL ? tg_board_find(g->board, g->chosen) : NULL;
}

static void board_show(struct grants *g)
{
    gtk_stack_set_visible_child_name(GTK_STACK(g->stack), "board");
    gtk_widget_set_visible(g->back, FALSE);
}

static void turn_to(struct grants *g, const char *page)
{
    gtk_stack_set_visible_child_name(GTK_STACK(g->stack), page);
    gtk_widget_set_visible(g->back, TRUE);
}

static void on_selected(GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
    struct grants *g = data;
    const char *id = row != NULL ? g_object_get_data(G_OBJECT(row), "id") : NULL;

    (void)list;
    if (id == NULL || strcmp(id, g->chosen) == 0)
        return;
    tg_ignore(tg_copy(g->chosen, sizeof g->chosen, tg_span_str(id))); /* a longer one is found by nobody */
    tg_event_view_show(g->view, g->board, chosen(g));
}

/* In a narrow window the list gives way to what was chosen of it. */
static void on_activated(GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
    struct grants *g = data;

    on_selected(list, row, g);
    adw_leaflet_set_visible_child(ADW_LEAFLET(g->leaflet), tg_event_view_widget(g->view));
    gtk_widget_set_visible(g->back, adw_leaflet_get_folded(ADW_LEAFLET(g->leaflet)));
}

static char *row_text(const struct grants *g, const json_t *of)
{
    const char *kind = tg_json_str(of, "kind"), *waits = tg_event_waits_text(of);
    bool mine =
        tg_deed_fits(g->board, of, TG_DEED_APPROVE) || tg_deed_fits(g->board, of, TG_DEED_ACKNOWLEDGE);

    return g_strdup_printf(
        "%s%s  %s\n%s%s%s", mine ? "● " : "", kind != NULL ? tg_event_kind_text(kind) : _("Standing roster"),
        tg_json_str(of, "id"), tg_event_state_text(of), waits[0] != '\0' ? ": " : "", waits);
}

static void row_add(struct grants *g, const json_t *of)
{
    char *text = row_text(g, of);
    GtkWidget *row = gtk_list_box_row_new(), *label = tg_look_label(text, "tg-bar");

    g_free(text);
    gtk_list_box_row_set_child(GTK_LIST_BOX_ROW(row), label);
    g_object_set_data_full(G_OBJECT(row), "id", g_strdup(tg_json_str(of, "id")), g_free);
    gtk_list_box_append(GTK_LIST_BOX(g->list), row);
    if (strcmp(tg_json_str(of, "id"), g->chosen) == 0)
        gtk_list_box_select_row(GTK_LIST_BOX(g->list), GTK_LIST_BOX_ROW(row));
}

static void list_focus(struct grants *g)
{
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(g->list));

    gtk_widget_grab_focus(row != NULL ? GTK_WIDGET(row) : g->list);
}

static void list_fill(struct grants *g)
{
    bool focus = gtk_widget_get_focus_child(g->list) != NULL;
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(g->list)) != NULL)
        gtk_list_box_remove(GTK_LIST_BOX(g->list), row);
    if (chosen(g) == NULL)
        g->chosen[0] = '\0';
    if (g->chosen[0] == '\0' && tg_board_events(g->board) > 0)
        tg_ignore(tg_copy(g->chosen, sizeof g->chosen,
                          tg_span_str(tg_json_str(tg_board_event(g->board, 0), "id"))));
    for (size_t i = 0; i < tg_board_events(g->board); i++)
        row_add(g, tg_board_event(g->board, i));
    for (size_t i = 0; i < tg_board_rosters(g->board); i++)
        row_add(g, tg_board_roster(g->board, i));
    if (focus)
        list_focus(g);
}

static enum tg_err board_take(struct grants *g, struct tg_span json)
{
    struct tg_board *board = NULL;
    enum tg_err e = tg_board_read(json, g->side, &board);

    if (e != TG_OK)
        return e;
    tg_board_free(&g->board);
    g->board = board;
    g->read_at = tg_mono_us();
    gtk_widget_set_visible(g->declare_button, tg_board_may(board, "declare"));
    tg_notice_box_show(g->notices, board);
    list_fill(g);
    tg_event_view_show(g->view, board, chosen(g));
    return TG_OK;
}

/* ---- what the person does ---- */

static bool is_roster(const char *id)
{
    return strncmp(id, "RO-", 3) == 0;
}

static void approve(struct grants *g, const json_t *of)
{
    struct tg_span paper = tg_event_paper(g->board, of);

    if (g->paper != 0 || paper.n == 0)
        return;
    tg_ignore(tg_copy(g->weighed, sizeof g->weighed, tg_span_str(tg_json_str(of, "id"))));
    g->paper = tg_sitting_sign(g->sitting, paper);
    say(g,
        g->paper != 0 ? _("Read it in the window of your card, and type the PIN there.")
                      : _("Another approval is still open in the window of your card."),
        g->paper == 0);
}

static void approval_send(struct grants *g, struct tg_span jws)
{
    bool roster = is_roster(g->weighed);
    TG_BUF_AUTO text = TG_BUF_INIT(TG_JWS_BYTES + 1);

    if (tg_buf_add_span(&text, jws) != TG_OK || tg_buf_cstr(&text) == NULL)
        return;
    post_members(g, roster ? "/v1/rosters/approve" : "/v1/grants/approve",
                 (struct tg_member[]){{roster ? "roster" : "event", g->weighed},
                                      {"approval", tg_buf_cstr(&text)},
                                      {NULL, NULL}});
}

static void views_ask(struct grants *g)
{
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);

    tg_views_list_clear(g->views);
    if (tg_members_write((struct tg_member[]){{"event", g->chosen}, {NULL, NULL}}, &body) == TG_OK)
        post(g, "/v1/grants/views", &body, &g->viewed);
    turn_to(g, "views");
}

static void verdict(struct grants *g, const char *word, bool all)
{
    TG_BUF_AUTO numbers = TG_BUF_INIT(4096);

    if (tg_views_list_open(g->views, all, &numbers) != TG_OK || numbers.n == 0)
        return;
    post_members(
        g, "/v1/grants/review",
        (struct tg_member[]){
            {"event", g->chosen}, {"views", tg_buf_cstr(&numbers)}, {"verdict", word}, {NULL, NULL}});
}

static void acknowledge(struct grants *g, const json_t *event)
{
    const char *digest = tg_json_str(json_object_get(event, "pledge"), "digest");

    post_members(g, "/v1/grants/acknowledge",
                 (struct tg_member[]){{"event", g->chosen}, {"pledge", digest}, {NULL, NULL}});
}

static void on_deed(void *arg, enum tg_deed d)
{
    struct grants *g = arg;
    const json_t *of = chosen(g);

    if (of == NULL || !tg_deed_fits(g->board, of, d))
        return;
    if (d == TG_DEED_APPROVE) {
        approve(g, of);
    } else if (d == TG_DEED_ACKNOWLEDGE) {
        acknowledge(g, of);
    } else if (d == TG_DEED_REVIEW) {
        views_ask(g);
    } else if (d == TG_DEED_CLOSE) {
        post_members(g, "/v1/grants/close", (struct tg_member[]){{"event", g->chosen}, {NULL, NULL}});
    } else {
        turn_to(g, "hours");
        tg_hours_form_begin(g->hours, d);
    }
}

/* So many hours later than the end that holds now; never an earlier one. */
static void extend(struct grants *g, int64_t more)
{
    TG_BUF_AUTO body = TG_BUF_INIT(4096);
    tg_sec end = tg_json_int(chosen(g), "until", now(g)) + more;

    if (g->deed == 0 && tg_extend_write(g->chosen, end - now(g), end, &body) == TG_OK)
        post(g, "/v1/grants/extend", &body, &g->deed);
}

/* An extension, or a start without all approvals. */
static void on_hours(void *arg, enum tg_deed d)
{
    struct grants *g = arg;

    board_show(g);
    list_focus(g);
    if (d == TG_DEED_START)
        post_members(g, "/v1/grants/start",
                     (struct tg_member[]){
                         {"event", g->chosen}, {"reason", tg_hours_form_reason(g->hours)}, {NULL, NULL}});
    else if (chosen(g) != NULL)
        extend(g, tg_hours_form_seconds(g->hours));
}

static void on_declare(void *arg)
{
    struct grants *g = arg;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_declaring d;

    if (g->deed == 0 && tg_declare_form_read(g->form, now(g), &d) && tg_declare_write(&d, &body) == TG_OK)
        post(g, "/v1/grants/declare", &body, &g->deed);
}

static void declare_begin(struct grants *g)
{
    if (g->board == NULL || !tg_board_may(g->board, "declare"))
        return;
    turn_to(g, "declare");
    tg_declare_form_begin(g->form, g->board);
}

static void on_declare_button(GtkButton *button, gpointer data)
{
    (void)button;
    declare_begin(data);
}

static void on_alarm_seen(void *arg, const char *alarm)
{
    post_members(arg, "/v1/alarms/acknowledge", (struct tg_member[]){{"alarm", alarm}, {NULL, NULL}});
}

static void back(struct grants *g)
{
    board_show(g);
    adw_leaflet_set_visible_child(ADW_LEAFLET(g->leaflet),
                                  gtk_widget_get_parent(g->list) != NULL
                                      ? gtk_widget_get_ancestor(g->list, GTK_TYPE_SCROLLED_WINDOW)
                                      : g->list);
    list_focus(g);
}

static void on_back(GtkButton *button, gpointer data)
{
    (void)button;
    back(data);
}

/* ---- answers ---- */

static void paper_answered(struct grants *g, const struct tg_answer *a)
{
    g->paper = 0;
    if (a->err == TG_OK)
        approval_send(g, a->body);
    else
        say(g, a->err == TG_E_PIN_CANCELLED ? _("Not approved.") : tg_tongue_err(a->err),
            a->err != TG_E_PIN_CANCELLED);
}

/* What was done may stand first on the board now. */
static void deed_answered(struct grants *g, const struct tg_answer *a)
{
    TG_JSON_AUTO *doc = NULL;
    const char *id;

    g->deed = 0;
    if (a->err != TG_OK) {
        say(g, tg_tongue_err(a->err), true);
        refresh(g);
        return;
    }
    if (tg_json_parse(a->body, &doc) == TG_OK && (id = tg_json_str(doc, "id")) != NULL)
        tg_ignore(tg_copy(g->chosen, sizeof g->chosen, tg_span_str(id)));
    say(g, _("Done, and on record."), false);
    refresh(g);
    if (shows(g, "views"))
        views_ask(g);
    else
        back(g);
}

static void answer(void *arg, const struct tg_answer *a)
{
    struct grants *g = arg;
    enum tg_err e = a->err;

    if (a->n == 0)
        return;
    if (a->n == g->refresh) {
        g->refresh = 0;
        if (g->stale)
            refresh(g);
        if (e == TG_OK)
            e = board_take(g, a->body);
        if (e != TG_OK)
            say(g, tg_tongue_err(e), true);
    } else if (a->n == g->paper) {
        paper_answered(g, a);
    } else if (a->n == g->deed) {
        deed_answered(g, a);
    } else if (a->n == g->viewed) {
        g->viewed = 0;
        if (e == TG_OK)
            e = tg_views_list_show(g->views, a->body);
        say(g, e == TG_OK ? _("E explained, Q questioned; with Shift all of them") : tg_tongue_err(e),
            e != TG_OK);
        tg_views_list_focus(g->views);
    }
}

static void event(void *arg, const char *name, struct tg_span json)
{
    (void)json;
    if (strcmp(name, "grants") == 0)
        refresh(arg);
}

static gboolean on_tick(gpointer data)
{
    struct grants *g = data;

    if (g->board != NULL)
        tg_event_view_tick(g->view, now(g));
    return G_SOURCE_CONTINUE;
}

/* ---- keys ---- */

static bool views_key(struct grants *g, guint key, guint held)
{
    bool all = (held & GDK_SHIFT_MASK) != 0;

    if (key == GDK_KEY_e || key == GDK_KEY_E)
        verdict(g, "explained", all);
    else if (key == GDK_KEY_q || key == GDK_KEY_Q)
        verdict(g, "questioned", all);
    else
        return false;
    return true;
}

static bool board_key(struct grants *g, guint key)
{
    const json_t *of = chosen(g);
    enum tg_deed d = of != NULL && key >= GDK_KEY_a && key <= GDK_KEY_z
                         ? tg_deed_of(g->board, of, (char)('a' + (key - GDK_KEY_a)))
                         : TG_DEED_NONE;

    if (key == GDK_KEY_n)
        declare_begin(g);
    else if (key == GDK_KEY_m)
        tg_notice_box_seen(g->notices);
    else if (key == GDK_KEY_F5)
        refresh(g);
    else if (d != TG_DEED_NONE)
        on_deed(g, d);
    else
        return false;
    return true;
}

static bool key(void *arg, guint key, guint held)
{
    struct grants *g = arg;

    if (key == GDK_KEY_Escape && held == 0) {
        back(g);
        return true;
    }
    if (shows(g, "declare") && held == GDK_CONTROL_MASK &&
        (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)) {
        on_declare(g);
        return true;
    }
    if (shows(g, "declare") && held == GDK_ALT_MASK && key >= GDK_KEY_1)
        return tg_declare_form_kind(g->form, key - GDK_KEY_1);
    if (shows(g, "hours") && held == 0)
        return tg_hours_form_key(g->hours, key);
    if (shows(g, "views"))
        return views_key(g, key, held);
    return shows(g, "board") && held == 0 && board_key(g, key);
}

/* ---- how it is made ---- */

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct grants *g = arg;

    (void)who;
    g->sitting = s;
    refresh(g);
}

static void enter(void *arg)
{
    struct grants *g = arg;

    refresh(g);
    list_focus(g);
}

static GtkWidget *board_make(struct grants *g)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL), *side = tg_look_page(_("Events"));

    g->list = gtk_list_box_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(g->list), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Events"), -1);
    gtk_list_box_set_placeholder(GTK_LIST_BOX(g->list), tg_look_label(_("There is no event."), "tg-detail"));
    g_signal_connect(g->list, "row-selected", G_CALLBACK(on_selected), g);
    g_signal_connect(g->list, "row-activated", G_CALLBACK(on_activated), g);
    gtk_widget_set_focusable(side, FALSE);
    gtk_widget_set_size_request(side, 320, -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(side), g->list);
    g->view = tg_event_view_new(on_deed, g);
    gtk_widget_set_focusable(tg_event_view_widget(g->view), FALSE);
    gtk_widget_set_size_request(tg_event_view_widget(g->view), 340, -1);
    g->leaflet = adw_leaflet_new();
    adw_leaflet_append(ADW_LEAFLET(g->leaflet), side);
    adw_leaflet_append(ADW_LEAFLET(g->leaflet), tg_event_view_widget(g->view));
    g->notices = tg_notice_box_new(on_alarm_seen, g);
    gtk_box_append(GTK_BOX(box), tg_notice_box_widget(g->notices));
    gtk_widget_set_vexpand(g->leaflet, TRUE);
    gtk_box_append(GTK_BOX(box), g->leaflet);
    return box;
}

static GtkWidget *content_make(struct grants *g)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);

    g->stack = gtk_stack_new();
    g->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(g->status, "tg-status");
    g->form = tg_declare_form_new(on_declare, g);
    g->hours = tg_hours_form_new(on_hours, g);
    g->views = tg_views_list_new();
    gtk_stack_add_named(GTK_STACK(g->stack), board_make(g), "board");
    gtk_stack_add_named(GTK_STACK(g->stack), tg_declare_form_widget(g->form), "declare");
    gtk_stack_add_named(GTK_STACK(g->stack), tg_hours_form_widget(g->hours), "hours");
    gtk_stack_add_named(GTK_STACK(g->stack), tg_views_list_widget(g->views), "views");
    gtk_box_append(GTK_BOX(box), g->tools);
    gtk_box_append(GTK_BOX(box), g->status);
    gtk_box_append(GTK_BOX(box), g->stack);
    gtk_stack_set_hhomogeneous(GTK_STACK(g->stack), FALSE);
    return box;
}

static GtkWidget *tool_add(struct grants *g, const char *text, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_label(text);

    gtk_widget_set_visible(button, FALSE);
    g_signal_connect(button, "clicked", clicked, g);
    gtk_box_append(GTK_BOX(g->tools), button);
    return button;
}

struct tg_desk_page tg_grants_page_new(const char *side, struct tg_span first)
{
    struct grants *g = g_new0(struct grants, 1);
    GtkWidget *content;

    g->side = side;
    g->tools = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 6, "tg-bar");
    g->back = tool_add(g, _("Back (Esc)"), G_CALLBACK(on_back));
    g->declare_button = tool_add(g, _("Declare an event (N)"), G_CALLBACK(on_declare_button));
    content = content_make(g);
    tg_ignore(board_take(g, first)); /* it is asked for again at once */
    (void)g_timeout_add_seconds(TICK_SECONDS, on_tick, g);
    return (struct tg_desk_page){.name = "grants",
                                 .title = _("Events"),
                                 .widget = content,
                                 .arg = g,
                                 .open = open,
                                 .enter = enter,
                                 .answer = answer,
                                 .event = event,
                                 .key = key};
}
