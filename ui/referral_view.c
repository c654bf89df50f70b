#include "ui/referral_view.h"

#include "ui/aloud_view.h"
#include "ui/desk/aloud.h"
#include "ui/look.h"
#include "ui/tr.h"

static void said_add(GtkWidget *box, const struct tg_row_why *why)
{
    GtkWidget *part = tg_look_box(GTK_ORIENTATION_VERTICAL, 4, "tg-hidden");

    gtk_box_append(GTK_BOX(part), tg_look_label(why->reason, NULL));
    if (why->next[0] != '\0')
        gtk_box_append(GTK_BOX(part), tg_look_label(why->next, "tg-script"));
    gtk_box_append(GTK_BOX(box), part);
}

static void phone_add(GtkWidget *box, const struct tg_who *who)
{
    struct tg_readback *pieces = NULL;

    gtk_box_append(GTK_BOX(box), tg_look_label(_("The network company"), "tg-group"));
    if (who->network[0] != '\0')
        gtk_box_append(GTK_BOX(box), tg_look_label(who->network, "tg-headline"));
    if (who->network_phone[0] == '\0') {
        gtk_box_append(GTK_BOX(box),
                       tg_look_label(_("Its telephone number is not on record at the server: take it "
                                       "from the notice at your desk."),
                                     "tg-detail"));
        return;
    }
    if (tg_aloud_phone(who->network_phone, &pieces) == TG_OK)
        gtk_box_append(GTK_BOX(box), tg_aloud_pieces(pieces));
    tg_readback_free(&pieces);
}

static GtkWidget *page_make(const char *head, const struct tg_referral *r, const struct tg_who *who)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 12, "tg-check");

    gtk_box_append(GTK_BOX(box), tg_look_label(head, "tg-headline"));
    for (size_t i = 0; i < r->n; i++)
        said_add(box, &r->line[i]);
    phone_add(box, who);
    return box;
}

GtkWidget *tg_referral_view_new(void)
{
    return tg_look_page(_("Referral"));
}

void tg_referral_view_show(GtkWidget *view, const char *head, const struct tg_referral *r,
                           const struct tg_who *who)
{
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(view), r != NULL ? page_make(head, r, who) : NULL);
}
