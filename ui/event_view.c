#include "ui/event_view.h"

#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/text/areas.h"
#include "ui/text/tongue.h"
#include "ui/text/when.h"
#include "ui/tr.h"

#define TEXT_BYTES (64u * 1024u)

struct tg_event_view {
    GtkWidget *page, *left;
    tg_sec until; /* 0: it is not live */
    void (*deed)(void *arg, enum tg_deed d);
    void *arg;
};

/* ---- lines ---- */

struct filling {
    GtkWidget *box;
    GtkGrid *grid;
    int line;
};

static GtkWidget *line_add(struct filling *f, const char *name, const char *text)
{
    GtkWidget *label = tg_look_label(name, "tg-name"), *value = tg_look_label(text, "tg-value");

    gtk_widget_set_valign(label, GTK_ALIGN_START);
    gtk_label_set_width_chars(GTK_LABEL(label), 12);
    gtk_widget_set_hexpand(value, TRUE);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, label, NULL,
                                   -1);
    gtk_grid_attach(f->grid, label, 0, f->line, 1, 1);
    gtk_grid_attach(f->grid, value, 1, f->line++, 1, 1);
    return value;
}

static void buf_line(struct filling *f, const char *name, struct tg_buf *text)
{
    if (text->n > 0 && tg_buf_cstr(text) != NULL)
        (void)line_add(f, name, tg_buf_cstr(text));
}

static void areas_add(struct filling *f, const json_t *of)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TEXT_BYTES);

    if (tg_areas_text(tg_span_str(tg_json_str(of, "areas")), &text) == TG_OK)
        buf_line(f, _("Municipalities"), &text);
}

static void when_add(struct filling *f, const char *name, int64_t t)
{
    TG_BUF_AUTO text = TG_BUF_INIT(64);

    if (tg_when_text(t, &text) == TG_OK)
        buf_line(f, name, &text);
}

static void lasts_add(struct filling *f, const char *name, int64_t seconds)
{
    TG_BUF_AUTO text = TG_BUF_INIT(128);

    if (seconds > 0 && tg_lasts_text(seconds, &text) == TG_OK)
        buf_line(f, name, &text);
}

static enum tg_err person_put(const json_t *p, struct tg_buf *out)
{
    const char *name = tg_json_str(p, "name"), *company = tg_json_str(p, "company");
    const char *office = tg_json_str(p, "office"), *person = tg_json_str(p, "person");
    enum tg_err e =
        tg_buf_addf(out, "%s%s (%s), %s, %s", out->n > 0 ? "\n" : "", name, person, company, office);

    return e != TG_OK ? e : tg_json_int(p, "at", 0) > 0 ? tg_buf_add_str(out, ", ") : TG_OK;
}

/* One a line: name, number, company, office, and when. */
static void people_add(struct filling *f, const char *name, const json_t *people)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TEXT_BYTES);
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < json_array_size(people) && e == TG_OK; i++) {
        const json_t *p = json_array_get(people, i);

        if ((e = person_put(p, &text)) == TG_OK)
            e = tg_when_text(tg_json_int(p, "at", 0), &text);
    }
    buf_line(f, name, &text);
}

static void declared_add(struct filling *f, const json_t *event)
{
    TG_BUF_AUTO text = TG_BUF_INIT(1024);
    const json_t *by = json_object_get(event, "declared");

    if (tg_json_str(by, "name") == NULL || tg_json_str(by, "person") == NULL ||
        tg_json_str(by, "company") == NULL || tg_json_str(by, "office") == NULL)
        return;
    if (person_put(by, &text) == TG_OK && tg_when_text(tg_json_int(by, "at", 0), &text) == TG_OK)
        buf_line(f, _("Declared by"), &text);
}

/* ---- what must not be overlooked ---- */

static void flags_add(struct filling *f, const json_t *event)
{
    static const struct {
        const char *flag, *text;
    } flags[] = {
        {"break-glass", N_("Started without any approval")},
        {"one-approver", N_("Started with one approval only")},
        {"drill", N_("Drill: invented customers only")},
    };

    for (size_t i = 0; i < sizeof flags / sizeof *flags; i++) {
        if (tg_event_flag(event, flags[i].flag)) {
            char *text = g_strdup_printf("▲ %s", _(flags[i].text));

            gtk_box_append(GTK_BOX(f->box), tg_look_label(text, "tg-alarm"));
            g_free(text);
        }
    }
}

/* Why the person, who is on the roster, cannot use it now. */
static void yours_add(struct filling *f, const json_t *event)
{
    const json_t *yours = json_object_get(event, "yours");
    const char *why = tg_json_str(yours, "why");

    if (!json_is_true(json_object_get(yours, "on_roster")))
        return;
    (void)line_add(f, _("For you"),
                   json_is_true(json_object_get(yours, "usable")) ? _("You can use it now.")
                   : why != NULL                                  ? tg_tongue_err(tg_err_from_code(why))
                                                                  : _("You cannot use it now."));
}

static void pledge_add(struct filling *f, const struct tg_board *b, const json_t *event)
{
    const char *text = tg_json_str(json_object_get(event, "pledge"), tg_tongue_english() ? "en" : "ja");

    if (text == NULL || !tg_deed_fits(b, event, TG_DEED_ACKNOWLEDGE))
        return;
    gtk_box_append(GTK_BOX(f->box), tg_look_label(_("Before you use it, read this rule"), "tg-group"));
    gtk_box_append(GTK_BOX(f->box), tg_look_label(text, "tg-detail"));
}

static void views_add(struct filling *f, const json_t *event)
{
    const json_t *views = json_object_get(event, "views");
    char text[128];

    if (!json_is_object(views))
        return;
    (void)snprintf(text, sizeof text, _("%d, of which %d wait for a review"),
                   (int)tg_json_int(views, "total", 0), (int)tg_json_int(views, "open", 0));
    (void)line_add(f, _("Look-ups under it"), text);
}

static void extension_add(struct filling *f, const json_t *event)
{
    const json_t *x = json_object_get(event, "extension");

    if (!json_is_object(x))
        return;
    gtk_box_append(
        GTK_BOX(f->box),
        tg_look_label(_("An extension is asked for. Until it is approved the old end holds."), "tg-group"));
    lasts_add(f, _("Extension: how long"), tg_json_int(x, "seconds", 0));
    when_add(f, _("Extension: at the latest until"), tg_json_int(x, "end", 0));
}

/* ---- the whole ---- */

static void on_deed(GtkButton *button, gpointer data)
{
    struct tg_event_view *v = data;

    v->deed(v->arg, (enum tg_deed)GPOINTER_TO_INT(g_object_get_data(G_OBJECT(button), "deed")));
}

static void deeds_add(struct tg_event_view *v, GtkWidget *box, const struct tg_board *b, const json_t *of)
{
    GtkWidget *flow = gtk_flow_box_new();
    guint n = 0;

    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), 3);
    for (int d = TG_DEED_NONE + 1; d < TG_DEEDS; d++) {
        GtkWidget *button;

        if (!tg_deed_fits(b, of, (enum tg_deed)d))
            continue;
        button = gtk_button_new_with_label(tg_deed_text((enum tg_deed)d));
        if (d == TG_DEED_APPROVE || d == TG_DEED_ACKNOWLEDGE)
            gtk_widget_add_css_class(button, "suggested-action");
        g_object_set_data(G_OBJECT(button), "deed", GINT_TO_POINTER(d));
        g_signal_connect(button, "clicked", G_CALLBACK(on_deed), v);
        tg_look_flow_add(flow, button);
        n++;
    }
    gtk_widget_set_visible(flow, n > 0);
    gtk_box_append(GTK_BOX(box), flow);
}

static void event_fill(struct tg_event_view *v, struct filling *f, const json_t *event)
{
    const char *waits = tg_event_waits_text(event);

    (void)line_add(f, _("State"), tg_event_state_text(event));
    if (waits[0] != '\0')
        (void)line_add(f, _("Waiting"), waits);
    yours_add(f, event);
    if (v->until > 0)
        v->left = line_add(f, _("Time left"), "");
    areas_add(f, event);
    (void)line_add(f, _("Cause"), tg_json_str(event, "cause"));
    lasts_add(f, _("How long"), tg_json_int(event, "seconds", 0));
    when_add(f, _("At the latest until"), tg_json_int(event, "end", 0));
    when_add(f, _("In force since"), tg_json_int(event, "from", 0));
    when_add(f, _("In force until"), tg_json_int(event, "until", 0));
    extension_add(f, event);
    people_add(f, _("For whom"), json_object_get(event, "roster"));
    (void)line_add(f, _("Role"), tg_role_text(tg_json_str(event, "role")));
    declared_add(f, event);
    people_add(f, _("Approved by"), json_object_get(event, "approvals"));
    views_add(f, event);
}

static void roster_fill(struct filling *f, const json_t *roster)
{
    const char *waits = tg_event_waits_text(roster);

    (void)line_add(f, _("State"), tg_event_state_text(roster));
    if (waits[0] != '\0')
        (void)line_add(f, _("Waiting"), waits);
    areas_add(f, roster);
    lasts_add(f, _("How long at most"), tg_json_int(roster, "seconds", 0));
    when_add(f, _("Valid until"), tg_json_int(roster, "until", 0));
    people_add(f, _("For whom"), json_object_get(roster, "people"));
    people_add(f, _("Approved by"), json_object_get(roster, "approvals"));
}

static GtkWidget *content_make(struct tg_event_view *v, const struct tg_board *b, const json_t *of)
{
    struct filling f = {tg_look_box(GTK_ORIENTATION_VERTICAL, 10, "tg-bar"), GTK_GRID(gtk_grid_new()), 0};
    bool event = tg_json_str(of, "kind") != NULL;
    char *head =
        event ? g_strdup_printf("%s  %s", tg_event_kind_text(tg_json_str(of, "kind")), tg_json_str(of, "id"))
              : g_strdup_printf("%s  %s", tg_json_str(of, "name"), tg_json_str(of, "id"));

    v->until = event && tg_event_left(of, tg_board_now(b)) >= 0 ? tg_json_int(of, "until", 0) : 0;
    gtk_grid_set_row_spacing(f.grid, 6);
    gtk_grid_set_column_spacing(f.grid, 14);
    gtk_box_append(GTK_BOX(f.box), tg_look_label(head, "tg-headline"));
    g_free(head);
    if (event) {
        flags_add(&f, of);
        pledge_add(&f, b, of);
    }
    deeds_add(v, f.box, b, of);
    if (event)
        event_fill(v, &f, of);
    else
        roster_fill(&f, of);
    gtk_box_append(GTK_BOX(f.box), GTK_WIDGET(f.grid));
    return f.box;
}

void tg_event_view_tick(struct tg_event_view *v, tg_sec now)
{
    TG_BUF_AUTO text = TG_BUF_INIT(128);

    if (v->left == NULL || tg_lasts_text(v->until - now, &text) != TG_OK || tg_buf_cstr(&text) == NULL)
        return;
    gtk_label_set_text(GTK_LABEL(v->left), tg_buf_cstr(&text));
}

void tg_event_view_show(struct tg_event_view *v, const struct tg_board *b, const json_t *of)
{
    v->left = NULL;
    v->until = 0;
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(v->page), of != NULL ? content_make(v, b, of) : NULL);
    if (of != NULL)
        tg_event_view_tick(v, tg_board_now(b));
}

GtkWidget *tg_event_view_widget(const struct tg_event_view *v)
{
    return v->page;
}

struct tg_event_view *tg_event_view_new(void (*deed)(void *arg, enum tg_deed d), void *arg)
{
    struct tg_event_view *v = g_new0(struct tg_event_view, 1);

    v->page = tg_look_page(_("Event"));
    gtk_widget_set_hexpand(v->page, TRUE);
    v->deed = deed;
    v->arg = arg;
    return v;
}
