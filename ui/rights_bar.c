#include "ui/rights_bar.h"

#include "ui/desk/board.h"
#include "ui/desk/places.h"
#include "ui/look.h"
#include "ui/tr.h"

#define LINES 3u
#define SAID_SECONDS 60

struct tg_rights_bar {
    GtkWidget *box, *head, *clock, *line[LINES], *more, *last;
    tg_sec said_until; /* that they have ended */
};

/* Only what has changed: a screen reader need not say the same again each second. */
static void put(GtkWidget *label, const char *text)
{
    if (strcmp(gtk_label_get_text(GTK_LABEL(label)), text) != 0)
        gtk_label_set_text(GTK_LABEL(label), text);
    gtk_widget_set_visible(label, text[0] != '\0');
}

static const char *state_text(const struct tg_right *r, tg_sec now)
{
    if (r->drill)
        return _("DRILL: invented customers only");
    if (!r->acknowledged)
        return _("Read the rule first, on the page of emergencies: until then nothing opens");
    if (!tg_right_open(r, now))
        return _("Nothing opens now: see the page of emergencies");
    return r->skipped ? _("Begun without all approvals: each view is looked at afterwards") : "";
}

static void line_show(GtkWidget *label, const struct tg_right *r, tg_sec now)
{
    GDateTime *end = g_date_time_new_from_unix_local(r->until);
    char *until = end != NULL ? g_date_time_format(end, "%m/%d %H:%M") : g_strdup("");
    char places[512], clock[24];
    const char *state = state_text(r, now);
    char *text;

    tg_places_text(r->areas, places, sizeof places);
    tg_rights_clock(r->until - now, clock);
    text = g_strdup_printf(_("%s  %s  %s  until %s, %s left%s%s"), tg_event_kind_text(r->kind), r->id, places,
                           until, clock, state[0] != '\0' ? "  " : "", state);
    put(label, text);
    g_free(text);
    g_free(until);
    if (end != NULL)
        g_date_time_unref(end);
}

static const char *head_text(const struct tg_rights *r, int64_t left)
{
    bool drill = r->n > 0;

    for (size_t i = 0; i < r->n; i++)
        drill = drill && r->right[i].drill;
    if (drill)
        return _("DRILL");
    return left >= 0 ? _("Emergency rights in force") : _("Emergency rights: not open");
}

void tg_rights_bar_show(struct tg_rights_bar *b, const struct tg_rights *r, tg_sec now)
{
    int64_t left = tg_rights_left(r, now);
    bool last = left >= 0 && left <= TG_RIGHTS_WARN, ended = left < 0 && now < b->said_until;
    char clock[24], *more = g_strdup_printf(_("and %zu more"), r->n > LINES ? r->n - LINES : 0);

    tg_rights_clock(left, clock);
    put(b->head, ended ? _("Emergency rights have ended") : head_text(r, left));
    put(b->clock, left >= 0 ? clock : "");
    for (size_t i = 0; i < LINES; i++) {
        if (i < r->n)
            line_show(b->line[i], &r->right[i], now);
        else
            put(b->line[i], "");
    }
    put(b->more, r->n > LINES ? more : "");
    put(b->last, ended  ? _("Every record that was open has been closed.")
                 : last ? _("Less than ten minutes are left. At the end every open record closes by itself.")
                        : "");
    if (last || ended)
        gtk_widget_add_css_class(b->box, "tg-emergency-last");
    else
        gtk_widget_remove_css_class(b->box, "tg-emergency-last");
    gtk_widget_set_visible(b->box, r->n > 0 || ended);
    g_free(more);
}

void tg_rights_bar_ended(struct tg_rights_bar *b, tg_sec now)
{
    b->said_until = now + SAID_SECONDS;
}

static GtkWidget *label_add(GtkWidget *box, const char *css)
{
    GtkWidget *label = tg_look_label("", css);

    gtk_widget_set_visible(label, FALSE);
    gtk_box_append(GTK_BOX(box), label);
    return label;
}

struct tg_rights_bar *tg_rights_bar_new(void)
{
    struct tg_rights_bar *b = g_new0(struct tg_rights_bar, 1);
    GtkWidget *top = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 18, NULL), *inner;

    b->box = g_object_new(GTK_TYPE_BOX, "accessible-role", GTK_ACCESSIBLE_ROLE_ALERT, "orientation",
                          GTK_ORIENTATION_VERTICAL, NULL);
    inner = tg_look_box(GTK_ORIENTATION_VERTICAL, 2, "tg-emergency-text");
    gtk_widget_add_css_class(b->box, "tg-emergency");
    gtk_accessible_update_property(GTK_ACCESSIBLE(b->box), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                   _("Emergency rights"), -1);
    b->head = label_add(top, "tg-emergency-head");
    b->clock = label_add(top, "tg-emergency-head");
    gtk_box_append(GTK_BOX(inner), top);
    for (size_t i = 0; i < LINES; i++)
        b->line[i] = label_add(inner, NULL);
    b->more = label_add(inner, NULL);
    b->last = label_add(inner, "tg-emergency-head");
    gtk_box_append(GTK_BOX(b->box), inner);
    gtk_widget_set_visible(b->box, FALSE);
    return b;
}

GtkWidget *tg_rights_bar_widget(struct tg_rights_bar *b)
{
    return b->box;
}
