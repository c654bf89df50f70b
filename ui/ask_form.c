#include "ui/ask_form.h"

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/tr.h"

#define SUBJECTS 9u
#define FIELDS 32u
#define NAME_BYTES 32u /* of a field's machine name */

struct tg_ask_form {
    GtkWidget *page, *subjects, *subject[SUBJECTS], *details, *point, *name, *consent, *fields, *says, *said;
    GtkWidget *field[FIELDS];
    char field_name[FIELDS][NAME_BYTES];
    size_t n_fields;
    json_t *all;                 /* the subjects, as they came */
    size_t at;                   /* which one */
    char id[TG_RECORD_ID_BYTES]; /* instead of a point that cannot be seen; "": none */
    char point_text[128], name_text[TG_QUERY_BYTES + 1], consent_text[TG_CASE_BYTES + 1];
    char fields_text[FIELDS * NAME_BYTES];
    void (*ask)(void *arg);
    void *arg;
};

static const json_t *subject(const struct tg_ask_form *f)
{
    return json_array_get(f->all, f->at);
}

static bool is_question(const struct tg_ask_form *f)
{
    const char *ends = tg_json_str(subject(f), "ends");

    return ends != NULL && strcmp(ends, "answer") == 0;
}

static void empty(GtkWidget *box)
{
    GtkWidget *child;

    while ((child = gtk_widget_get_first_child(box)) != NULL)
        gtk_flow_box_remove(GTK_FLOW_BOX(box), child);
}

/* ---- what a subject asks for ---- */

static bool has_word(const char *words, const char *word)
{
    size_t n = strlen(word);

    for (const char *at = words; (at = strstr(at, word)) != NULL; at += n) {
        if ((at == words || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0'))
            return true;
    }
    return false;
}

static void field_add(struct tg_ask_form *f, const char *name, bool on)
{
    if (f->n_fields == FIELDS || tg_copy(f->field_name[f->n_fields], NAME_BYTES, tg_span_str(name)) != TG_OK)
        return;
    f->field[f->n_fields] = gtk_check_button_new_with_label(tg_field_text(name));
    gtk_check_button_set_active(GTK_CHECK_BUTTON(f->field[f->n_fields]), on);
    tg_look_flow_add(f->fields, f->field[f->n_fields++]);
}

static bool in_list(const json_t *list, const char *name)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (strcmp(json_string_value(json_array_get(list, i)), name) == 0)
            return true;
    }
    return false;
}

/* Those that were asked for, or else those that STEP2 shows at once. */
static void fields_fill(struct tg_ask_form *f, const char *wanted)
{
    const json_t *may = json_object_get(subject(f), "fields"),
                 *at_once = json_object_get(subject(f), "at_once");

    empty(f->fields);
    f->n_fields = 0;
    for (size_t i = 0; i < json_array_size(may); i++) {
        const char *name = json_string_value(json_array_get(may, i));

        field_add(f, name, wanted[0] != '\0' ? has_word(wanted, name) : in_list(at_once, name));
    }
}

static void subject_show(struct tg_ask_form *f, const char *wanted)
{
    bool question = is_question(f);
    const json_t *referral = json_object_get(subject(f), "referral");
    char *text =
        g_strdup_printf("%s\n%s", tg_sentence(referral),
                        tg_json_str(referral, "phone") != NULL ? tg_json_str(referral, "phone") : "");

    fields_fill(f, wanted);
    gtk_widget_set_visible(f->details, question);
    gtk_label_set_text(GTK_LABEL(f->says), question ? "" : text);
    gtk_widget_set_visible(f->says, !question);
    g_free(text);
}

static void on_subject(GtkToggleButton *button, gpointer data)
{
    struct tg_ask_form *f = data;

    for (size_t i = 0; i < json_array_size(f->all) && i < SUBJECTS; i++) {
        if (f->subject[i] == GTK_WIDGET(button) && gtk_toggle_button_get_active(button)) {
            f->at = i;
            subject_show(f, "");
        }
    }
}

bool tg_ask_form_subject(struct tg_ask_form *f, guint i)
{
    if (i >= SUBJECTS || f->subject[i] == NULL)
        return false;
    gtk_toggle_button_set_active(GTK_TOGGLE_BUTTON(f->subject[i]), TRUE);
    return true;
}

static void subjects_fill(struct tg_ask_form *f, const struct tg_asks *a)
{
    empty(f->subjects);
    memset(f->subject, 0, sizeof f->subject);
    json_decref(f->all);
    f->all = json_array();
    for (size_t i = 0; i < tg_asks_subjects(a) && i < SUBJECTS; i++) {
        const json_t *s = tg_asks_subject(a, i);
        char *text = g_strdup_printf("%s (Alt+%zu)", tg_sentence(s), i + 1);
        json_t *copy = json_deep_copy(s);

        (void)json_array_append_new(f->all, copy);
        f->subject[i] = gtk_toggle_button_new();
        gtk_button_set_child(GTK_BUTTON(f->subject[i]), tg_look_label(text, NULL));
        g_free(text);
        if (i > 0)
            gtk_toggle_button_set_group(GTK_TOGGLE_BUTTON(f->subject[i]), GTK_TOGGLE_BUTTON(f->subject[0]));
        g_signal_connect(f->subject[i], "toggled", G_CALLBACK(on_subject), f);
        tg_look_flow_add(f->subjects, f->subject[i]);
    }
}

/* ---- in and out ---- */

static size_t subject_of(const struct tg_ask_form *f, const struct tg_asking *known)
{
    for (size_t i = 0; known->fields != NULL && i < json_array_size(f->all); i++) {
        const json_t *may = json_object_get(json_array_get(f->all, i), "fields");

        for (size_t n = 0; n < json_array_size(may); n++) {
            if (has_word(known->fields, json_string_value(json_array_get(may, n))))
                return i;
        }
    }
    return 0;
}

static bool fill(GtkWidget *entry, const char *text)
{
    gtk_editable_set_text(GTK_EDITABLE(entry), text != NULL ? text : "");
    return text != NULL && text[0] != '\0';
}

void tg_ask_form_begin(struct tg_ask_form *f, const struct tg_asks *a, const struct tg_asking *known)
{
    bool point, name;

    subjects_fill(f, a);
    f->at = subject_of(f, known);
    (void)tg_ask_form_subject(f, (guint)f->at);
    subject_show(f, known->fields != NULL ? known->fields : "");
    tg_ignore(tg_copy(f->id, sizeof f->id, tg_span_str(known->id))); /* a longer one is nobody's */
    point = fill(f->point, known->point) || f->id[0] != '\0';
    name = fill(f->name, known->name);
    (void)fill(f->consent, known->consent);
    gtk_label_set_text(GTK_LABEL(f->said), "");
    gtk_widget_grab_focus(!point ? f->point : !name ? f->name : f->consent);
}

static bool take(GtkWidget *entry, char *to, size_t size)
{
    return tg_copy(to, size, tg_span_str(gtk_editable_get_text(GTK_EDITABLE(entry)))) == TG_OK &&
           to[0] != '\0';
}

static bool fields_take(struct tg_ask_form *f)
{
    size_t n = 0;

    f->fields_text[0] = '\0';
    for (size_t i = 0; i < f->n_fields; i++) {
        if (gtk_check_button_get_active(GTK_CHECK_BUTTON(f->field[i])))
            n += (size_t)snprintf(f->fields_text + n, sizeof f->fields_text - n, "%s%s", n > 0 ? " " : "",
                                  f->field_name[i]);
    }
    return n > 0;
}

bool tg_ask_form_read(struct tg_ask_form *f, struct tg_asking *ret)
{
    const char *missing = NULL;

    *ret = (struct tg_asking){.subject = tg_json_str(subject(f), "code")};
    if (ret->subject == NULL || !is_question(f))
        return ret->subject != NULL;
    if (!take(f->point, f->point_text, sizeof f->point_text) && f->id[0] == '\0')
        missing = _("The supply point number is missing: 22 digits.");
    else if (!take(f->name, f->name_text, sizeof f->name_text))
        missing = _("The contract name is missing, as the customer says it.");
    else if (!take(f->consent, f->consent_text, sizeof f->consent_text))
        missing = _("The reference of the customer's consent is missing.");
    else if (!fields_take(f))
        missing = _("Choose what is asked for.");
    gtk_label_set_text(GTK_LABEL(f->said), missing != NULL ? missing : "");
    ret->point = f->point_text;
    ret->id = f->point_text[0] == '\0' ? f->id : NULL; /* one of them */
    ret->name = f->name_text;
    ret->consent = f->consent_text;
    ret->fields = f->fields_text;
    return missing == NULL;
}

void tg_ask_form_wipe(struct tg_ask_form *f)
{
    GtkWidget *const all[] = {f->point, f->name, f->consent};

    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        gtk_editable_set_text(GTK_EDITABLE(all[i]), "");
    f->id[0] = '\0';
    tg_wipe(f->point_text, sizeof f->point_text);
    tg_wipe(f->name_text, sizeof f->name_text);
    tg_wipe(f->consent_text, sizeof f->consent_text);
    gtk_label_set_text(GTK_LABEL(f->said), "");
}

/* ---- how it is made ---- */

static void on_ask(GtkWidget *widget, gpointer data)
{
    struct tg_ask_form *f = data;

    (void)widget;
    f->ask(f->arg);
}

static GtkWidget *entry_add(struct tg_ask_form *f, const char *name)
{
    GtkWidget *entry = gtk_entry_new();

    tg_look_keep_in(entry);
    gtk_accessible_update_property(GTK_ACCESSIBLE(entry), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    gtk_box_append(GTK_BOX(f->details), tg_look_label(name, "tg-name"));
    gtk_box_append(GTK_BOX(f->details), entry);
    g_signal_connect(entry, "activate", G_CALLBACK(on_ask), f);
    return entry;
}

static GtkWidget *flow_make(guint most)
{
    GtkWidget *flow = gtk_flow_box_new();

    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), most);
    return flow;
}

struct tg_ask_form *tg_ask_form_new(void (*ask)(void *arg), void *arg)
{
    struct tg_ask_form *f = g_new0(struct tg_ask_form, 1);
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 6, "tg-bar"),
              *send = gtk_button_new_with_label(_("Ask (Enter)"));

    f->ask = ask;
    f->arg = arg;
    f->all = json_array();
    f->subjects = flow_make(3);
    f->fields = flow_make(6);
    f->details = tg_look_box(GTK_ORIENTATION_VERTICAL, 6, NULL);
    f->says = tg_look_label("", "tg-detail");
    f->said = tg_look_label("", "tg-alarm");
    gtk_box_append(GTK_BOX(box), tg_look_label(_("Inquiry: what is it about?"), "tg-headline"));
    gtk_box_append(GTK_BOX(box), f->subjects);
    f->point = entry_add(f, _("Supply point number"));
    f->name = entry_add(f, _("Contract name, as the customer says it"));
    f->consent = entry_add(f, _("Reference of the customer's consent"));
    gtk_box_append(GTK_BOX(f->details), tg_look_label(_("What is asked for"), "tg-name"));
    gtk_box_append(GTK_BOX(f->details), f->fields);
    gtk_box_append(GTK_BOX(box), f->details);
    gtk_box_append(GTK_BOX(box), f->says);
    gtk_box_append(GTK_BOX(box), f->said);
    gtk_widget_set_halign(send, GTK_ALIGN_START);
    g_signal_connect(send, "clicked", G_CALLBACK(on_ask), f);
    gtk_box_append(GTK_BOX(box), send);
    f->page = tg_look_page(_("Inquiry: what is it about?"));
    gtk_widget_set_focusable(f->page, FALSE);
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(f->page), box);
    return f;
}

GtkWidget *tg_ask_form_widget(const struct tg_ask_form *f)
{
    return f->page;
}
