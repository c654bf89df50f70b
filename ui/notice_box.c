#include "ui/notice_box.h"

#include "certs/base/text.h"
#include "ui/look.h"
#include "ui/text/tongue.h"
#include "ui/tr.h"

#define ALARMS_SHOWN 3u /* at a time: the next comes when one is acknowledged */

struct tg_notice_box {
    GtkWidget *box;
    char first[64]; /* id of the first alarm; "" none */
    void (*seen)(void *arg, const char *alarm);
    void *arg;
};

void tg_notice_box_seen(struct tg_notice_box *n)
{
    if (n->first[0] != '\0')
        n->seen(n->arg, n->first);
}

static void on_seen(GtkButton *button, gpointer data)
{
    struct tg_notice_box *n = data;

    n->seen(n->arg, g_object_get_data(G_OBJECT(button), "id"));
}

static void alarm_add(struct tg_notice_box *n, const json_t *alarm, bool first)
{
    GtkWidget *row = tg_look_box(GTK_ORIENTATION_HORIZONTAL, 12, NULL);
    char *text = g_strdup_printf("▲ %s  %s", tg_json_str(alarm, "event"),
                                 tg_json_str(alarm, tg_tongue_english() ? "text_en" : "text_ja"));
    GtkWidget *label = tg_look_label(text, "tg-alarm");
    GtkWidget *button = gtk_button_new_with_label(first ? _("Seen (M)") : _("Seen"));

    g_free(text);
    gtk_widget_set_hexpand(label, TRUE);
    gtk_widget_set_valign(button, GTK_ALIGN_CENTER);
    g_object_set_data_full(G_OBJECT(button), "id", g_strdup(tg_json_str(alarm, "id")), g_free);
    g_signal_connect(button, "clicked", G_CALLBACK(on_seen), n);
    gtk_box_append(GTK_BOX(row), label);
    gtk_box_append(GTK_BOX(row), button);
    gtk_box_append(GTK_BOX(n->box), row);
}

static void debt_add(struct tg_notice_box *n, const json_t *debt)
{
    char *text = g_strdup_printf(
        _("%s cannot use its next emergency right: %d look-ups of %s wait for a review."),
        tg_json_str(debt, "office"), (int)tg_json_int(debt, "views", 0), tg_json_str(debt, "event"));

    gtk_box_append(GTK_BOX(n->box), tg_look_label(text, "tg-value"));
    g_free(text);
}

void tg_notice_box_show(struct tg_notice_box *n, const struct tg_board *b)
{
    GtkWidget *row;

    while ((row = gtk_widget_get_first_child(n->box)) != NULL)
        gtk_box_remove(GTK_BOX(n->box), row);
    n->first[0] = '\0';
    if (tg_board_alarms(b) > 0)
        tg_ignore(tg_copy(n->first, sizeof n->first, tg_span_str(tg_json_str(tg_board_alarm(b, 0), "id"))));
    for (size_t i = 0; i < tg_board_alarms(b) && i < ALARMS_SHOWN; i++)
        alarm_add(n, tg_board_alarm(b, i), i == 0);
    for (size_t i = 0; i < tg_board_debts(b); i++)
        debt_add(n, tg_board_debt(b, i));
    gtk_widget_set_visible(n->box, gtk_widget_get_first_child(n->box) != NULL);
}

GtkWidget *tg_notice_box_widget(const struct tg_notice_box *n)
{
    return n->box;
}

struct tg_notice_box *tg_notice_box_new(void (*seen)(void *arg, const char *alarm), void *arg)
{
    struct tg_notice_box *n = g_new0(struct tg_notice_box, 1);

    n->box = tg_look_box(GTK_ORIENTATION_VERTICAL, 6, "tg-bar");
    n->seen = seen;
    n->arg = arg;
    gtk_widget_set_visible(n->box, FALSE);
    return n;
}
