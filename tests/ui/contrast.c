/* How much our own colours differ: for each class of the style sheet, as "CLASS RATIO" (WCAG 2.1, 1.4.3), the
 * letters against what is behind them, as the theme of the moment has it. Arguments: CLASS=BACKGROUND, the
 * name of a colour of the theme or of ours. Opacity is none of it: the sheet must not use any.
 */
#include <math.h>
#include <stdio.h>

#include "ui/look.h"

static double linear(double c)
{
    return c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
}

static double luminance(const GdkRGBA *c)
{
    return 0.2126 * linear((double)c->red) + 0.7152 * linear((double)c->green) +
           0.0722 * linear((double)c->blue);
}

static GdkRGBA over(const GdkRGBA *top, const GdkRGBA *below)
{
    float a = top->alpha;

    return (GdkRGBA){.red = top->red * a + below->red * (1 - a),
                     .green = top->green * a + below->green * (1 - a),
                     .blue = top->blue * a + below->blue * (1 - a),
                     .alpha = 1};
}

static double ratio(const GdkRGBA *a, const GdkRGBA *b)
{
    double x = luminance(a) + 0.05, y = luminance(b) + 0.05;

    return x > y ? x / y : y / x;
}

static GdkRGBA colour(GtkWidget *widget, const char *name)
{
    GdkRGBA c = {.alpha = 1};

    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    if (!gtk_style_context_lookup_color(gtk_widget_get_style_context(widget), name, &c))
        (void)printf("%s NO-SUCH-COLOUR\n", name);
    G_GNUC_END_IGNORE_DEPRECATIONS
    return c;
}

static void measure(GtkWidget *box, const char *class, const char *behind)
{
    GtkWidget *label = tg_look_label("x", class);
    GdkRGBA window, back, fore;

    gtk_box_append(GTK_BOX(box), label);
    window = colour(label, "window_bg_color");
    back = colour(label, behind);
    back = over(&back, &window);
    G_GNUC_BEGIN_IGNORE_DEPRECATIONS
    gtk_style_context_get_color(gtk_widget_get_style_context(label), &fore);
    G_GNUC_END_IGNORE_DEPRECATIONS
    fore = over(&fore, &back);
    (void)printf("%s %.2f\n", class, ratio(&fore, &back));
}

int main(int argc, char **argv)
{
    GtkWidget *window, *box;

    adw_init();
    tg_look_load();
    window = gtk_window_new();
    box = tg_look_box(GTK_ORIENTATION_VERTICAL, 0, NULL);
    gtk_window_set_child(GTK_WINDOW(window), box);
    for (int i = 1; i < argc; i++) {
        char **pair = g_strsplit(argv[i], "=", 2);

        if (pair[0] != NULL && pair[1] != NULL)
            measure(box, pair[0], pair[1]);
        g_strfreev(pair);
    }
    return 0;
}
