#include "ui/queue_page.h"

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/desk/asks.h"
#include "ui/desk/deeds.h"
#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/record_view.h"
#include "ui/text/tongue.h"
#include "ui/text/when.h"
#include "ui/tr.h"

#define TICK_SECONDS 5
#define ANSWERS 9u
#define FIELD_COLUMNS 4u
#define FIELDS 9u /* that a key can take away; those behind go along */

struct queue {
    GtkWidget *page, *meter, *status, *list, *side, *record, *fields, *answers;
    GtkWidget *field[FIELDS];
    struct tg_sitting *sitting;
    struct tg_asks *asks;
    tg_usec read_at;
    bool stale;
    char taken[TG_RECORD_ID_BYTES]; /* the inquiry that is answered; "" none */
    json_t *asked;                  /* its fields: array of names */
    unsigned refresh, take, answer; /* numbers of the questions whose answers are waited for; 0: none */
};

static void say(struct queue *q, const char *text, bool alarm)
{
    gtk_label_set_text(GTK_LABEL(q->status), text);
    if (alarm)
        gtk_widget_add_css_class(q->status, "tg-alarm");
    else
        gtk_widget_remove_css_class(q->status, "tg-alarm");
}

static tg_sec now(const struct queue *q)
{
    return tg_asks_now(q->asks) + (tg_mono_us() - q->read_at) / 1000000;
}

static void refresh(struct queue *q)
{
    q->stale = q->refresh != 0;
    if (q->sitting != NULL && q->refresh == 0)
        q->refresh = tg_sitting_also(q->sitting, "/v1/inquiries", tg_span(NULL, 0));
}

static void post(struct queue *q, const char *path, const struct tg_member *members, unsigned *number)
{
    TG_BUF_AUTO body = TG_BUF_INIT(4096);

    if (*number != 0 || tg_members_write(members, &body) != TG_OK)
        return;
    *number = tg_sitting_also(q->sitting, path, tg_span_buf(&body));
    say(q, *number != 0 ? _("Asking...") : tg_tongue_err(TG_E_NOMEM), *number == 0);
}

/* ---- the queue ---- */

static char *row_text(const struct queue *q, const json_t *inquiry)
{
    TG_BUF_AUTO waits = TG_BUF_INIT(128), fields = TG_BUF_INIT(4096);
    const char *w, *f;

    tg_ignore(tg_lasts_text(tg_inquiry_waited(inquiry, now(q)), &waits));
    tg_ignore(
        tg_fields_text(json_object_get(inquiry, "fields"), &fields)); /* what does not fit is in the record */
    w = tg_buf_cstr(&waits);
    f = tg_buf_cstr(&fields);
    return g_strdup_printf(_("%s  waits %s\n%s, %s: %s"), tg_json_str(inquiry, "id"), w != NULL ? w : "",
                           tg_json_str(inquiry, "company"), tg_json_str(inquiry, "office"),
                           f != NULL ? f : "");
}

static void list_fill(struct queue *q)
{
    GtkListBoxRow *was = gtk_list_box_get_selected_row(GTK_LIST_BOX(q->list));
    int at = was != NULL ? gtk_list_box_row_get_index(was) : 0;
    bool focus = gtk_widget_get_focus_child(q->list) != NULL;
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(q->list)) != NULL)
        gtk_list_box_remove(GTK_LIST_BOX(q->list), row);
    for (size_t i = 0; i < tg_asks_queue(q->asks); i++) {
        char *text = row_text(q, tg_asks_queued(q->asks, i));

        gtk_list_box_append(GTK_LIST_BOX(q->list), tg_look_label(text, "tg-bar"));
        g_free(text);
    }
    was = gtk_list_box_get_row_at_index(GTK_LIST_BOX(q->list), at);
    if (was == NULL)
        was = gtk_list_box_get_row_at_index(GTK_LIST_BOX(q->list), 0);
    gtk_list_box_select_row(GTK_LIST_BOX(q->list), was);
    if (focus)
        gtk_widget_grab_focus(was != NULL ? GTK_WIDGET(was) : q->list);
}

static void meter_show(struct queue *q)
{
    TG_BUF_AUTO oldest = TG_BUF_INIT(128), median = TG_BUF_INIT(128);
    int64_t o = tg_asks_meter(q->asks, "oldest"), m = tg_asks_meter(q->asks, "median");
    char *text;

    if (tg_lasts_text(o, &oldest) != TG_OK || tg_lasts_text(m, &median) != TG_OK)
        return;
    text = g_strdup_printf(_("%d open. Oldest: %s. From question to answer: %s"),
                           (int)tg_asks_meter(q->asks, "open"), o < 0 ? "-" : tg_buf_cstr(&oldest),
                           m < 0 ? "-" : tg_buf_cstr(&median));
    gtk_label_set_text(GTK_LABEL(q->meter), text);
    g_free(text);
}

static enum tg_err asks_take(struct queue *q, struct tg_span json)
{
    struct tg_asks *asks = NULL;
    enum tg_err e = tg_asks_read(json, &asks);

    if (e != TG_OK)
        return e;
    tg_asks_free(&q->asks);
    q->asks = asks;
    q->read_at = tg_mono_us();
    list_fill(q);
    meter_show(q);
    return TG_OK;
}

static void take(struct queue *q)
{
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(q->list));
    const json_t *inquiry = row != NULL && q->asks != NULL
                                ? tg_asks_queued(q->asks, (size_t)gtk_list_box_row_get_index(row))
                                : NULL;

    if (inquiry != NULL)
        post(q, "/v1/inquiries/take",
             (struct tg_member[]){{"inquiry", tg_json_str(inquiry, "id")}, {NULL, NULL}}, &q->take);
}

static void on_row(GtkListBox *list, GtkListBoxRow *row, gpointer data)
{
    (void)list;
    (void)row;
    take(data);
}

/* ---- the one that is answered ---- */

static void side_clear(struct queue *q)
{
    q->taken[0] = '\0';
    json_decref(q->asked);
    q->asked = NULL;
    tg_record_view_show(q->record, NULL);
    gtk_widget_set_visible(q->side, FALSE);
}

static void empty(GtkWidget *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(box)) != NULL)
        gtk_grid_remove(GTK_GRID(box), child);
}

static void fields_fill(struct queue *q)
{
    empty(q->fields);
    memset(q->field, 0, sizeof q->field);
    for (size_t i = 0; i < json_array_size(q->asked) && i < FIELDS; i++) {
        char *text = g_strdup_printf("%s (Alt+%zu)",
                                     tg_field_text(json_string_value(json_array_get(q->asked, i))), i + 1);

        q->field[i] = gtk_check_button_new_with_label(text);
        g_free(text);
        gtk_check_button_set_active(GTK_CHECK_BUTTON(q->field[i]), TRUE);
        gtk_grid_attach(GTK_GRID(q->fields), q->field[i], (int)(i % FIELD_COLUMNS), (int)(i / FIELD_COLUMNS),
                        1, 1);
    }
}

static bool chosen(const struct queue *q, size_t i)
{
    return i >= FIELDS || gtk_check_button_get_active(GTK_CHECK_BUTTON(q->field[i]));
}

static void answer_send(struct queue *q, size_t i)
{
    const json_t *answer = q->asks != NULL ? tg_asks_answer(q->asks, i) : NULL;
    GString *fields = g_string_new(NULL);
    bool opens = json_is_true(json_object_get(answer, "opens"));

    for (size_t f = 0; f < json_array_size(q->asked); f++) {
        if (chosen(q, f))
            g_string_append_printf(fields, "%s%s", fields->len > 0 ? " " : "",
                                   json_string_value(json_array_get(q->asked, f)));
    }
    if (answer != NULL && q->taken[0] != '\0' && opens && fields->len == 0)
        say(q, _("This answer opens fields: choose at least one, or another answer."), true);
    else if (answer != NULL && q->taken[0] != '\0')
        post(q, "/v1/inquiries/answer",
             (struct tg_member[]){{"inquiry", q->taken},
                                  {"answer", tg_json_str(answer, "code")},
                                  {opens ? "fields" : NULL, fields->str},
                                  {NULL, NULL}},
             &q->answer);
    g_string_free(fields, TRUE);
}

static void on_answer_button(GtkButton *button, gpointer data)
{
    answer_send(data, GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "answer")));
}

static void answers_fill(struct queue *q)
{
    empty(q->answers);
    for (size_t i = 0; i < tg_asks_answers(q->asks) && i < ANSWERS; i++) {
        char *text = g_strdup_printf("%zu  %s", i + 1, tg_sentence(tg_asks_answer(q->asks, i)));
        GtkWidget *button = gtk_button_new(), *label = tg_look_label(text, NULL);

        g_free(text);
        gtk_button_set_child(GTK_BUTTON(button), label);
        g_object_set_data(G_OBJECT(button), "answer", GSIZE_TO_POINTER(i));
        g_signal_connect(button, "clicked", G_CALLBACK(on_answer_button), q);
        gtk_widget_set_hexpand(button, TRUE);
        gtk_grid_attach(GTK_GRID(q->answers), button, (int)(i % 2), (int)(i / 2), 1, 1);
    }
}

static enum tg_err taken_show(struct queue *q, struct tg_span json)
{
    TG_JSON_AUTO *doc = NULL;
    json_t *inquiry, *row;
    struct tg_page *page = NULL;
    char *text;
    enum tg_err e = tg_json_parse(json, &doc);

    if (e != TG_OK)
        return TG_E_SERVER_REPLY;
    inquiry = json_object_get(doc, "inquiry");
    row = json_object_get(doc, "row");
    if (tg_json_str(inquiry, "id") == NULL || !json_is_array(json_object_get(inquiry, "fields")))
        return TG_E_SERVER_REPLY;
    text = json_dumps(row, JSON_COMPACT);
    e = text != NULL ? tg_page_read(tg_span_str(text), true, &page) : TG_E_SERVER_REPLY;
    free(text);
    if (e != TG_OK)
        return e;
    side_clear(q);
    tg_ignore(tg_copy(q->taken, sizeof q->taken, tg_span_str(tg_json_str(inquiry, "id"))));
    q->asked = json_incref(json_object_get(inquiry, "fields"));
    tg_record_view_show(q->record, tg_page_row(page, 0));
    tg_page_free(&page);
    fields_fill(q);
    answers_fill(q);
    gtk_widget_set_visible(q->side, TRUE);
    say(q, _("Press the number of the answer."), false);
    return TG_OK;
}

/* ---- answers of the server ---- */

static void answer(void *arg, const struct tg_answer *a)
{
    struct queue *q = arg;
    enum tg_err e = a->err;

    if (a->n == 0)
        return;
    if (a->n == q->refresh) {
        q->refresh = 0;
        if (q->stale)
            refresh(q);
        if (e == TG_OK)
            e = asks_take(q, a->body);
    } else if (a->n == q->take) {
        q->take = 0;
        if (e == TG_OK)
            e = taken_show(q, a->body);
        refresh(q);
    } else if (a->n == q->answer) {
        q->answer = 0;
        if (e == TG_OK) {
            side_clear(q);
            say(q, _("Answered, and on record. Enter takes the next."), false);
            gtk_widget_grab_focus(q->list);
        }
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

static gboolean on_tick(gpointer data)
{
    struct queue *q = data;

    if (q->asks != NULL && gtk_widget_get_mapped(q->page))
        list_fill(q);
    return G_SOURCE_CONTINUE;
}

/* ---- keys ---- */

static bool key(void *arg, guint key, guint held)
{
    struct queue *q = arg;
    size_t i = key >= GDK_KEY_1 && key <= GDK_KEY_9 ? key - GDK_KEY_1 : ANSWERS;
    bool open = q->taken[0] != '\0';

    if (held == GDK_ALT_MASK && open && i < FIELDS && q->field[i] != NULL)
        gtk_check_button_set_active(GTK_CHECK_BUTTON(q->field[i]), !chosen(q, i));
    else if (held == 0 && open && i < ANSWERS)
        answer_send(q, i);
    else if (held == 0 && key == GDK_KEY_Escape && open)
        side_clear(q);
    else if (held == 0 && (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter) && !open)
        take(q);
    else if (held == 0 && key == GDK_KEY_F5)
        refresh(q);
    else
        return false;
    return true;
}

/* ---- how it is made ---- */

static void open(void *arg, struct tg_sitting *s, const struct tg_who *who)
{
    struct queue *q = arg;

    (void)who;
    q->sitting = s;
    refresh(q);
}

static void enter(void *arg)
{
    struct queue *q = arg;
    GtkListBoxRow *row = gtk_list_box_get_selected_row(GTK_LIST_BOX(q->list));

    refresh(q);
    gtk_widget_grab_focus(row != NULL ? GTK_WIDGET(row) : q->list);
}

static void wipe(void *arg)
{
    side_clear(arg);
}

/* A flow box would ask for the height that it has in the narrowest window. */
static GtkWidget *grid_make(guint gap)
{
    GtkWidget *grid = gtk_grid_new();

    gtk_grid_set_row_spacing(GTK_GRID(grid), 6);
    gtk_grid_set_column_spacing(GTK_GRID(grid), gap);
    return grid;
}

static GtkWidget *side_make(struct queue *q)
{
    q->side = tg_look_box(GTK_ORIENTATION_VERTICAL, 8, "tg-bar");
    q->record = tg_record_view_new();
    q->fields = grid_make(14);
    q->answers = grid_make(6);
    gtk_widget_set_hexpand(q->side, TRUE);
    gtk_box_append(GTK_BOX(q->side), q->record);
    gtk_box_append(GTK_BOX(q->side), tg_look_label(_("What is opened"), "tg-group"));
    gtk_box_append(GTK_BOX(q->side), q->fields);
    gtk_box_append(GTK_BOX(q->side), tg_look_label(_("Answer"), "tg-group"));
    gtk_box_append(GTK_BOX(q->side), q->answers);
    gtk_widget_set_visible(q->side, FALSE);
    return q->side;
}

static GtkWidget *list_make(struct queue *q)
{
    GtkWidget *scrolled = tg_look_page(_("Questions that wait"));

    q->list = gtk_list_box_new();
    gtk_accessible_update_property(GTK_ACCESSIBLE(q->list), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Questions that wait"), -1);
    gtk_list_box_set_placeholder(GTK_LIST_BOX(q->list), tg_look_label(_("No question waits."), "tg-detail"));
    g_signal_connect(q->list, "row-activated", G_CALLBACK(on_row), q);
    gtk_widget_set_focusable(scrolled, FALSE);
    gtk_widget_set_size_request(scrolled, 360, -1);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(scrolled), q->list);
    return scrolled;
}

struct tg_desk_page tg_queue_page_new(void)
{
    struct queue *q = g_new0(struct queue, 1);
    GtkWidget *both = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 0, NULL);

    q->page = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);
    q->meter = tg_look_label("", "tg-status");
    q->status = g_object_new(GTK_TYPE_LABEL, "accessible-role", GTK_ACCESSIBLE_ROLE_STATUS, "xalign", 0.0,
                             "wrap", TRUE, NULL);
    gtk_widget_add_css_class(q->status, "tg-status");
    gtk_box_append(GTK_BOX(both), list_make(q));
    gtk_box_append(GTK_BOX(both), side_make(q));
    gtk_box_append(GTK_BOX(q->page), q->meter);
    gtk_box_append(GTK_BOX(q->page), q->status);
    gtk_box_append(GTK_BOX(q->page), both);
    (void)g_timeout_add_seconds(TICK_SECONDS, on_tick, q);
    return (struct tg_desk_page){.name = "queue",
                                 .title = _("Questions"),
                                 .widget = q->page,
                                 .arg = q,
                                 .open = open,
                                 .enter = enter,
                                 .leave = wipe,
                                 .wipe = wipe,
                                 .answer = answer,
                                 .event = event,
                                 .key = key};
}
