#include "ui/aloud_view.h"

#include "ui/desk/aloud.h"
#include "ui/look.h"
#include "ui/tr.h"

#define PER_LINE 6u /* as many groups as a supply point has */

static GtkWidget *datum(const char *text, const char *css)
{
    GtkWidget *label = tg_look_datum(text);

    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_NONE);
    gtk_label_set_xalign(GTK_LABEL(label), 0.5F);
    gtk_widget_add_css_class(label, css);
    return label;
}

static GtkWidget *piece_make(struct tg_readback_piece piece)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 2, "tg-piece");

    gtk_box_append(GTK_BOX(box), datum(piece.seen, "tg-seen"));
    gtk_box_append(GTK_BOX(box), datum(piece.said, "tg-said"));
    return box;
}

GtkWidget *tg_aloud_pieces(const struct tg_readback *pieces)
{
    GtkWidget *flow = gtk_flow_box_new();
    guint n = (guint)tg_readback_count(pieces);

    gtk_flow_box_set_selection_mode(GTK_FLOW_BOX(flow), GTK_SELECTION_NONE);
    gtk_flow_box_set_min_children_per_line(GTK_FLOW_BOX(flow), PER_LINE / 2);
    gtk_flow_box_set_max_children_per_line(GTK_FLOW_BOX(flow), PER_LINE);
    gtk_flow_box_set_homogeneous(GTK_FLOW_BOX(flow), TRUE);
    for (guint i = 0; i < n; i++)
        gtk_flow_box_append(GTK_FLOW_BOX(flow), piece_make(tg_readback_at(pieces, i)));
    return flow;
}

static GtkWidget *page_make(const json_t *row)
{
    GtkWidget *box = tg_look_box(GTK_ORIENTATION_VERTICAL, 8, "tg-bar");
    struct tg_aloud aloud;

    tg_aloud_make(row, &aloud);
    for (size_t i = 0; i < aloud.n; i++) {
        gtk_box_append(GTK_BOX(box), tg_look_label(aloud.line[i].label, "tg-group"));
        gtk_box_append(GTK_BOX(box), tg_aloud_pieces(aloud.line[i].pieces));
    }
    if (aloud.n == 0)
        gtk_box_append(GTK_BOX(box), tg_look_label(_("There is nothing to read aloud here."), "tg-detail"));
    tg_aloud_done(&aloud);
    return box;
}

GtkWidget *tg_aloud_view_new(void)
{
    return tg_look_page(_("Read aloud"));
}

void tg_aloud_view_show(GtkWidget *view, const json_t *row)
{
    gtk_scrolled_window_set_child(GTK_SCROLLED_WINDOW(view), row != NULL ? page_make(row) : NULL);
}
