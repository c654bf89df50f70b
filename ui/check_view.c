#include "ui/check_view.h"

#include "ui/desk/labels.h"
#include "ui/look.h"
#include "ui/tr.h"

struct tg_check_view {
    struct tg_check_view_conf conf;
    GtkWidget *page, *head, *ask, *class, *name, *value, *more, *yes, *other, *no;
};

static void on_yes(GtkButton *button, gpointer data)
{
    struct tg_check_view *v = data;

    (void)button;
    v->conf.said(v->conf.arg);
}

static void on_other(GtkButton *button, gpointer data)
{
    struct tg_check_view *v = data;

    (void)button;
    v->conf.other(v->conf.arg);
}

static void on_no(GtkButton *button, gpointer data)
{
    struct tg_check_view *v = data;

    (void)button;
    v->conf.wrong(v->conf.arg);
}

static GtkWidget *answer_make(struct tg_check_view *v, const char *text, GCallback clicked)
{
    GtkWidget *button = gtk_button_new_with_label(text);

    gtk_widget_add_css_class(button, "tg-answer");
    g_signal_connect(button, "clicked", clicked, v);
    return button;
}

static GtkWidget *answers_make(struct tg_check_view *v)
{
    GtkWidget *line = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 12, NULL);

    v->yes = answer_make(v, _("Yes, the same (Enter)"), G_CALLBACK(on_yes));
    v->other = answer_make(v, _("Ask for something else (F6)"), G_CALLBACK(on_other));
    v->no = answer_make(v, _("No, it differs (F8)"), G_CALLBACK(on_no));
    gtk_widget_add_css_class(v->yes, "suggested-action");
    gtk_box_append(GTK_BOX(line), v->yes);
    gtk_box_append(GTK_BOX(line), v->other);
    gtk_box_append(GTK_BOX(line), v->no);
    return line;
}

static GtkWidget *datum_make(const char *css)
{
    GtkWidget *label = tg_look_datum("");

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_NONE);
    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_widget_add_css_class(label, css);
    return label;
}

struct tg_check_view *tg_check_view_new(const struct tg_check_view_conf *conf)
{
    struct tg_check_view *v = g_new0(struct tg_check_view, 1);
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 12, "tg-check");

    v->conf = *conf;
    v->page = tg_look_page(_("Is it the customer?"));
    v->head = tg_look_label("", "tg-headline");
    v->class = tg_look_label("", "tg-class");
    v->ask =
        tg_look_label(_("Let the caller say it first. Did the caller say (or write) this?"), "tg-detail");
    v->name = tg_look_label("", "tg-group");
    v->value = datum_make("tg-seen");
    v->more = datum_make("tg-headline");
    gtk_widget_set_halign(v->class, GTK_ALIGN_START);
    gtk_accessible_update_relation(GTK_ACCESSIBLE(v->value), GTK_ACCESSIBLE_RELATION_LABELLED_BY, v->name,
                                   NULL, -1);
    gtk_box_append(GTK_BOX(box), v->head);
    gtk_box_append(GTK_BOX(box), v->class);
    gtk_box_append(GTK_BOX(box), v->ask);
    gtk_box_append(GTK_BOX(box), v->name);
    gtk_box_append(GTK_BOX(box), v->value);
    gtk_box_append(GTK_BOX(box), v->more);
    gtk_box_append(GTK_BOX(box), answers_make(v));
    gtk_box_append(GTK_BOX(box),
                   tg_look_label(_("Until then nothing else of the record is shown."), "tg-keys"));
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(v->page), box);
    return v;
}

GtkWidget *tg_check_view_widget(struct tg_check_view *v)
{
    return v->page;
}

static void head_show(struct tg_check_view *v, const struct tg_caller *c)
{
    struct tg_class_label class = tg_class_label(tg_row_class(c->row));
    size_t step, of;
    char *text;

    tg_checks_step(&c->checks, &step, &of);
    text = g_strdup_printf(_("Is it the customer? %zu of %zu"), step, of);
    gtk_label_set_text(GTK_LABEL(v->head), text);
    g_free(text);
    text = g_strdup_printf("%s %s", class.shape, class.text);
    tg_look_text(v->class, text);
    g_free(text);
}

void tg_check_view_show(struct tg_check_view *v, const struct tg_caller *c)
{
    const char *field = c != NULL && c->row != NULL ? tg_checks_field(&c->checks) : NULL;
    char out[TG_VALUE_BYTES];
    const char *kana;

    if (field == NULL) {
        gtk_label_set_text(GTK_LABEL(v->value), "");
        gtk_label_set_text(GTK_LABEL(v->more), "");
        return;
    }
    head_show(v, c);
    gtk_label_set_text(GTK_LABEL(v->name), tg_field_text(field));
    tg_look_text(v->value, tg_value_text(field, tg_row_field(c->row, field), out));
    kana = strcmp(field, "name") == 0 ? tg_row_field(c->row, "kana") : NULL;
    tg_look_text(v->more, kana != NULL ? kana : "");
    gtk_widget_set_visible(v->more, kana != NULL);
    gtk_widget_set_visible(v->other,
                           strcmp(field, "name") != 0 && strcmp(field, "kana") != 0 && c->checks.n > 1);
}

void tg_check_view_focus(struct tg_check_view *v)
{
    gtk_widget_grab_focus(v->yes);
}
