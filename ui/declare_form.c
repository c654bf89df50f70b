#include "ui/declare_form.h"

#include "certs/base/text.h"
#include "ui/look.h"
#include "ui/text/areas.h"
#include "ui/tr.h"

#define KINDS 4u
#define AREAS_BYTES 2048u
#define SHOWN 4u /* municipalities that are offered while one is typed */

static const struct {
    const char *name;
    double hours, most; /* what is filled in, and the most that the server takes */
} kinds[KINDS] = {{"outage", 6, 24}, {"fault", 12, 72}, {"transition", 24 * 7, 24 * 31}, {"drill", 2, 8}};

struct tg_declare_form {
    GtkWidget *page, *kind[KINDS], *cause, *area, *offered, *chosen, *hours, *end, *people, *standing, *said;
    char areas[AREAS_BYTES]; /* codes, a space between */
    char people_text[2048], cause_text[256], standing_id[32];
    json_t *rosters; /* array of the ids that the choice offers, from its second entry on */
    unsigned at;     /* kind */
    void (*declare)(void *arg);
    void *arg;
};

static void say(struct tg_declare_form *f, const char *text)
{
    gtk_label_set_text(GTK_LABEL(f->said), text);
}

/* ---- municipalities ---- */

static void areas_show(struct tg_declare_form *f)
{
    TG_BUF_AUTO text = TG_BUF_INIT(AREAS_BYTES * 8);

    if (tg_areas_text(tg_span_str(f->areas), &text) == TG_OK && tg_buf_cstr(&text) != NULL)
        gtk_label_set_text(GTK_LABEL(f->chosen), text.n > 0 ? tg_buf_cstr(&text) : _("None chosen yet"));
}

/* The first that fits; n: how many do, up to SHOWN; their names in text. */
static const struct tg_area *area_typed(const char *typed, GString *text)
{
    const struct tg_area *a, *first = NULL;
    size_t n = 0;

    for (size_t i = 0; (a = tg_area_at(i)) != NULL && n < SHOWN; i++) {
        if (!tg_area_matches(a, typed))
            continue;
        first = first != NULL ? first : a;
        g_string_append_printf(text, "%s%s%s (%s)", n++ > 0 ? ", " : "", a->county, a->name, a->code);
    }
    return first;
}

static void on_area_changed(GtkEditable *area, gpointer data)
{
    struct tg_declare_form *f = data;
    const char *typed = gtk_editable_get_text(area);
    GString *text = g_string_new(NULL);

    if (area_typed(typed, text) == NULL && typed[0] != '\0')
        g_string_assign(text, _("No municipality of the area begins like that."));
    gtk_label_set_text(GTK_LABEL(f->offered), text->str);
    g_string_free(text, TRUE);
}

static void area_toggle(struct tg_declare_form *f, const char *code)
{
    char *at = strstr(f->areas, code); /* codes are of one length and digits: no code is part of another */
    size_t n = strlen(f->areas);

    if (at != NULL) {
        size_t rest = strlen(at), cut = rest > 6 ? 6 : rest;

        memmove(at, at + cut, rest - cut + 1);
        if (at[0] == '\0' && at > f->areas)
            at[-1] = '\0';
    } else if (n + 7 < sizeof f->areas) {
        (void)snprintf(f->areas + n, sizeof f->areas - n, "%s%s", n > 0 ? " " : "", code);
    }
    areas_show(f);
}

/* Enter adds the first that is offered; once more the same takes it away. */
static void on_area_enter(GtkEntry *entry, gpointer data)
{
    struct tg_declare_form *f = data;
    GString *text = g_string_new(NULL);
    const struct tg_area *a = area_typed(gtk_editable_get_text(GTK_EDITABLE(entry)), text);

    g_string_free(text, TRUE);
    if (a == NULL)
        return;
    area_toggle(f, a->code);
    gtk_editable_set_text(GTK_EDITABLE(entry), "");
}

/* ---- kind and time ---- */

static void on_kind(GtkToggleButton *button, gpointer data)
{
    struct tg_declare_form *f = data;

    for (unsigned i = 0; i < KINDS; i++) {
        if (f->kind[i] != GTK_WIDGET(button) || !gtk_toggle_button_get_active(button))
            continue;
        f->at = i;
        gtk_spin_button_set_range(GTK_SPIN_BUTTON(f->hours), 1, kinds[i].most);
        gtk_spin_button_set_value(GTK_SPIN_BUTTON(f->hours), kinds[i].hours);
        gtk_spin_button_set_range(GTK_SPIN_BUTTON(f->end), 1, kinds[i].most);
        gtk_spin_button_set_value(GTK_SPIN_BUTTON(f->end), MIN(kinds[i].hours * 2, kinds[i].most));
    }
}

bool tg_declare_form_kind(struct tg_declare_form *f, guint i)
{
    if (i >= KINDS)
        return false;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(f->kind[i]), TRUE);
    return true;
}

/* ---- in and out ---- */

static void on_standing(GObject *choice, GParamSpec *what, gpointer data)
{
    struct tg_declare_form *f = data;

    (void)what;
    gtk_widget_set_sensitive(f->people, gtk_drop_down_get_selected(GTK_DROP_DOWN(choice)) == 0);
}

static void rosters_fill(struct tg_declare_form *f, const struct tg_board *b)
{
    GtkStringList *names = gtk_string_list_new(NULL);

    json_decref(f->rosters);
    f->rosters = json_array();
    gtk_string_list_append(names, _("None: the people below"));
    for (size_t i = 0; i < tg_board_rosters(b); i++) {
        const json_t *r = tg_board_roster(b, i);

        if (strcmp(tg_json_str(r, "state"), "valid") != 0)
            continue;
        gtk_string_list_append(names, tg_json_str(r, "name"));
        (void)json_array_append_new(f->rosters, json_string(tg_json_str(r, "id")));
    }
    gtk_drop_down_set_model(GTK_DROP_DOWN(f->standing), G_LIST_MODEL(names));
    gtk_drop_down_set_selected(GTK_DROP_DOWN(f->standing), json_array_size(f->rosters) > 0 ? 1 : 0);
    g_object_unref(names);
}

void tg_declare_form_begin(struct tg_declare_form *f, const struct tg_board *b)
{
    rosters_fill(f, b);
    f->areas[0] = '\0';
    areas_show(f);
    gtk_editable_set_text(GTK_EDITABLE(f->cause), "");
    gtk_editable_set_text(GTK_EDITABLE(f->area), "");
    gtk_editable_set_text(GTK_EDITABLE(f->people), "");
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(f->kind[0]), TRUE);
    say(f, "");
    gtk_widget_grab_focus(f->cause);
}

static bool text_take(GtkWidget *entry, char *to, size_t size)
{
    const char *text = gtk_editable_get_text(GTK_EDITABLE(entry));

    return tg_copy(to, size, tg_span_str(text)) == TG_OK;
}

bool tg_declare_form_read(struct tg_declare_form *f, tg_sec now, struct tg_declaring *ret)
{
    guint roster = gtk_drop_down_get_selected(GTK_DROP_DOWN(f->standing));
    const char *id = roster > 0 ? json_string_value(json_array_get(f->rosters, roster - 1)) : "";
    const char *missing = NULL;

    if (!text_take(f->cause, f->cause_text, sizeof f->cause_text) || f->cause_text[0] == '\0')
        missing = _("Say what has happened.");
    else if (f->areas[0] == '\0')
        missing = _("Choose at least one municipality.");
    else if (!text_take(f->people, f->people_text, sizeof f->people_text) ||
             (roster == 0 && f->people_text[0] == '\0'))
        missing = _("Say for whom: person numbers with spaces between, or a standing roster.");
    tg_ignore(tg_copy(f->standing_id, sizeof f->standing_id, tg_span_str(id)));
    say(f, missing != NULL ? missing : "");
    *ret = (struct tg_declaring){
        .kind = kinds[f->at].name,
        .cause = f->cause_text,
        .areas = f->areas,
        .people = f->people_text,
        .standing = f->standing_id,
        .seconds = (int64_t)(gtk_spin_button_get_value(GTK_SPIN_BUTTON(f->hours)) * 3600),
        .end = now + (tg_sec)(gtk_spin_button_get_value(GTK_SPIN_BUTTON(f->end)) * 3600)};
    return missing == NULL;
}

/* ---- how it is made ---- */

static void row_add(GtkWidget *box, const char *name, GtkWidget *field)
{
    GtkWidget *label = tg_look_label(name, "tg-name");

    gtk_accessible_update_property(GTK_ACCESSIBLE(field), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_box_append(GTK_BOX(box), label);
    gtk_box_append(GTK_BOX(box), field);
}

static GtkWidget *kinds_make(struct tg_declare_form *f)
{
    GtkWidget *row = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 0, "linked");

    for (unsigned i = 0; i < KINDS; i++) {
        char *text = g_strdup_printf("%s (Alt+%u)", tg_event_kind_text(kinds[i].name), i + 1);

        f->kind[i] = gtk_toggle_button_new_with_label(text);
        g_free(text);
        if (i > 0)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(f->kind[i]), GTK_TOGGLE_BUTTON(f->kind[0]));
        g_signal_connect(f->kind[i], "toggled", G_CALLBACK(on_kind), f);
        gtk_box_append(GTK_BOX(row), f->kind[i]);
    }
    return row;
}

static void on_declare(GtkButton *button, gpointer data)
{
    struct tg_declare_form *f = data;

    (void)button;
    f->declare(f->arg);
}

static void area_make(struct tg_declare_form *f, GtkWidget *box)
{
    f->area = gtk_entry_new();
    f->offered = tg_look_label("", "tg-keys");
    f->chosen = tg_look_label("", "tg-value");
    g_signal_connect(f->area, "changed", G_CALLBACK(on_area_changed), f);
    g_signal_connect(f->area, "activate", G_CALLBACK(on_area_enter), f);
    row_add(box, _("Municipality: name, kana, romaji or code, then Enter (the same again takes it away)"),
            f->area);
    gtk_box_append(GTK_BOX(box), f->offered);
    gtk_box_append(GTK_BOX(box), f->chosen);
}

struct tg_declare_form *tg_declare_form_new(void (*declare)(void *arg), void *arg)
{
    struct tg_declare_form *f = g_new0(struct tg_declare_form, 1);
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 6, "tg-bar");
    GtkWidget *button = gtk_button_new_with_label(_("Declare (Ctrl+Enter)"));

    f->declare = declare;
    f->arg = arg;
    f->rosters = json_array();
    f->hours = gtk_spin_button_new_with_range(1, 24, 1);
    f->end = gtk_spin_button_new_with_range(1, 24, 1);
    f->cause = gtk_entry_new();
    f->people = gtk_entry_new();
    f->standing = gtk_drop_down_new(NULL, NULL);
    f->said = tg_look_label("", "tg-alarm");
    gtk_box_append(GTK_BOX(box), tg_look_label(_("Declare an event"), "tg-headline"));
    row_add(box, _("Kind"), kinds_make(f));
    row_add(box, _("Cause"), f->cause);
    area_make(f, box);
    row_add(box, _("Hours from the second approval on"), f->hours);
    row_add(box, _("At the latest it ends so many hours from now"), f->end);
    row_add(box, _("Standing roster"), f->standing);
    row_add(box, _("For whom: person numbers, spaces between"), f->people);
    g_signal_connect(f->standing, "notify::selected", G_CALLBACK(on_standing), f);
    g_signal_connect(button, "clicked", G_CALLBACK(on_declare), f);
    gtk_widget_set_halign(button, GTK_ALIGN_START);
    gtk_box_append(GTK_BOX(box), f->said);
    gtk_box_append(GTK_BOX(box), button);
    f->page = tg_look_page(_("Declare an event"));
    gtk_widget_set_focusable(f->page, FALSE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(f->page), box);
    return f;
}

GtkWidget *tg_declare_form_widget(const struct tg_declare_form *f)
{
    return f->page;
}
