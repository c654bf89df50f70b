#include "ui/pin_box.h"

#include "certs/base/limits.h"
#include "ui/tr.h"

#define STEP 34
#define HEIGHT 56

static void draw(GtkDrawingArea *area, cairo_t *cr, int width, int height, gpointer data)
{
    const struct tg_secret *digits = data;
    GtkStyleContext *style = gtk_widget_get_style_context(GTK_WIDGET(area));
    double left = (width - (double)STEP * (TG_PIN_MAX - 1)) / 2;
    GdkRGBA ink;

    gtk_style_context_get_color(style, &ink);
    for (size_t i = 0; i < TG_PIN_MAX; i++) {
        double x = left + (double)STEP * (double)i;

        ink.alpha = i < TG_PIN_MIN || i < digits->n ? 1.0F : 0.35F; /* the last two need not be there */
        gdk_cairo_set_source_rgba(cr, &ink);
        cairo_set_line_width(cr, 2);
        cairo_arc(cr, x, height / 2.0, 10, 0, 2 * G_PI);
        if (i < digits->n)
            cairo_fill(cr);
        else
            cairo_stroke(cr);
    }
}

GtkWidget *tg_pin_box_new(const struct tg_secret *digits)
{
    GtkWidget *box = g_object_new(GTK_TYPE_DRAWING_AREA, "accessible-role", GTK_ACCESSIBLE_ROLE_TEXT_BOX,
                                  "focusable", TRUE, "halign", GTK_ALIGN_CENTER, NULL);

    gtk_drawing_area_set_content_width(GTK_DRAWING_AREA(box), STEP * (int)(TG_PIN_MAX + 1));
    gtk_drawing_area_set_content_height(GTK_DRAWING_AREA(box), HEIGHT);
    /* The widget goes before the digits do; it never changes them. */
    gtk_drawing_area_set_draw_func(GTK_DRAWING_AREA(box), draw, (gpointer)(uintptr_t)digits, NULL);
    g_object_set_data(G_OBJECT(box), "digits", (gpointer)(uintptr_t)digits);
    tg_pin_box_update(box);
    return box;
}

void tg_pin_box_update(GtkWidget *box)
{
    const struct tg_secret *digits = g_object_get_data(G_OBJECT(box), "digits");
    char count[64];

    (void)snprintf(count, sizeof count, _("%u digits entered"), (unsigned)digits->n);
    gtk_accessible_update_property(GTK_ACCESSIBLE(box), GTK_ACCESSIBLE_PROPERTY_LABEL, _("Card PIN"),
                                   GTK_ACCESSIBLE_PROPERTY_DESCRIPTION, count, -1);
    gtk_widget_queue_draw(box);
}
