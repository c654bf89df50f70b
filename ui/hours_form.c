#include "ui/hours_form.h"

#include "ui/look.h"
#include "ui/tr.h"

struct tg_hours_form {
    GtkWidget *box, *title, *hours, *reasons, *send;
    enum tg_deed deed;
    size_t reason;
    void (*done)(void *arg, enum tg_deed d);
    void *arg;
};

int64_t tg_hours_form_seconds(const struct tg_hours_form *f)
{
    return (int64_t)(gtk_spin_button_get_value(GTK_SPIN_BUTTON(f->hours)) * 3600);
}

const char *tg_hours_form_reason(const struct tg_hours_form *f)
{
    return tg_reason_at(f->reason).code;
}

static void reason_take(struct tg_hours_form *f, size_t i)
{
    f->reason = i;
    f->done(f->arg, f->deed);
}

static void on_reason(GtkButton *button, gpointer data)
{
    reason_take(data, GPOINTER_TO_SIZE(g_object_get_data(G_OBJECT(button), "reason")));
}

static void on_send(GtkButton *button, gpointer data)
{
    struct tg_hours_form *f = data;

    (void)button;
    gtk_spin_button_update(GTK_SPIN_BUTTON(f->hours));
    f->done(f->arg, f->deed);
}

bool tg_hours_form_key(struct tg_hours_form *f, guint key)
{
    if (f->deed == TG_DEED_START && key >= GDK_KEY_1 && tg_reason_at(key - GDK_KEY_1).code != NULL) {
        reason_take(f, key - GDK_KEY_1);
        return true;
    }
    if (f->deed == TG_DEED_EXTEND && (key == GDK_KEY_Return || key == GDK_KEY_KP_Enter)) {
        on_send(NULL, f);
        return true;
    }
    return false;
}

void tg_hours_form_begin(struct tg_hours_form *f, enum tg_deed d)
{
    bool extend = d == TG_DEED_EXTEND;

    f->deed = d;
    gtk_label_set_text(GTK_LABEL(f->title),
                       extend ? _("Extension: by how many hours? Then Enter.")
                              : _("Why can the approvers not be reached? Press the number. Everybody who is "
                                  "skipped gets an alarm, and the event stays marked."));
    gtk_widget_set_visible(f->hours, extend);
    gtk_widget_set_visible(f->send, extend);
    gtk_widget_set_visible(f->reasons, !extend);
    gtk_widget_grab_focus(extend ? f->hours : gtk_widget_get_first_child(f->reasons));
}

static void reasons_make(struct tg_hours_form *f)
{
    f->reasons = tg_look_box(GTK_ORIENTATION_VERTICAL, 8, NULL);
    for (size_t i = 0; tg_reason_at(i).code != NULL; i++) {
        char *text = g_strdup_printf("%zu  %s", i + 1, tg_reason_at(i).text);
        GtkWidget *button = gtk_button_new_with_label(text);

        g_free(text);
        g_object_set_data(G_OBJECT(button), "reason", GSIZE_TO_POINTER(i));
        g_signal_connect(button, "clicked", G_CALLBACK(on_reason), f);
        gtk_box_append(GTK_BOX(f->reasons), button);
    }
}

struct tg_hours_form *tg_hours_form_new(void (*done)(void *arg, enum tg_deed d), void *arg)
{
    struct tg_hours_form *f = g_new0(struct tg_hours_form, 1);

    f->done = done;
    f->arg = arg;
    f->box = tg_look_box(GTK_ORIENTATION_VERTICAL, 12, "tg-bar");
    f->title = tg_look_label("", "tg-headline");
    f->hours = gtk_spin_button_new_with_range(1, 24 * 31, 1);
    gtk_spin_button_set_value(GTK_SPIN_BUTTON(f->hours), 4);
    gtk_accessible_update_property(GTK_ACCESSIBLE(f->hours), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Hours"), -1);
    f->send = gtk_button_new_with_label(_("Ask for it (Enter)"));
    g_signal_connect(f->send, "clicked", G_CALLBACK(on_send), f);
    gtk_widget_set_halign(f->send, GTK_ALIGN_START);
    gtk_widget_set_halign(f->hours, GTK_ALIGN_START);
    reasons_make(f);
    gtk_box_append(GTK_BOX(f->box), f->title);
    gtk_box_append(GTK_BOX(f->box), f->hours);
    gtk_box_append(GTK_BOX(f->box), f->send);
    gtk_box_append(GTK_BOX(f->box), f->reasons);
    return f;
}

GtkWidget *tg_hours_form_widget(const struct tg_hours_form *f)
{
    return f->box;
}
