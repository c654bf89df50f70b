#include "ui/look.h"

#include "ui/text/plain.h"

#define TG_LOOK_BYTES 4096u /* of one label; what is longer is cut */

/* Letters in em: they follow whoever needs them larger. */
static const char sheet[] =
    "@define-color tg_alert_bg #ffd54a;\n"
    "@define-color tg_alert_fg #1c1500;\n"
    "@define-color tg_last_bg #141414;\n"
    "@define-color tg_last_fg #ffffff;\n"
    "@define-color tg_who_bg mix(@window_bg_color, @accent_bg_color, 0.14);\n"
    ".tg-lock { padding: 48px; }\n"
    ".tg-mark { font-size: 2.4em; font-weight: 800; letter-spacing: 6px; color: alpha(currentColor, 0.7); }\n"
    ".tg-title { font-size: 2.4em; font-weight: 700; }\n"
    ".tg-detail { font-size: 1.35em; }\n"
    ".tg-keys { font-size: 1.15em; color: alpha(currentColor, 0.75); }\n"
    ".tg-alarm { color: @error_color; font-weight: 600; }\n"
    ".tg-post { font-size: 1.5em; padding: 12px 28px; }\n"
    ".tg-who { padding: 8px 16px; background: @tg_who_bg; }\n"
    ".tg-sight { padding: 8px 18px; }\n"
    ".tg-who label { font-weight: 600; }\n"
    ".tg-bar { padding: 8px 16px; }\n"
    ".tg-search { font-size: 1.4em; min-height: 44px; }\n"
    ".tg-hint { font-size: 1.15em; padding: 0 6px; min-height: 1.6em; }\n"
    ".tg-status { font-size: 1.15em; padding: 4px 18px 10px 18px; min-height: 1.6em; }\n"
    ".tg-group { font-size: 1.2em; font-weight: 700; margin-top: 18px; }\n"
    ".tg-name { color: alpha(currentColor, 0.75); margin-top: 5px; }\n"
    ".tg-value { font-size: 1.25em; }\n"
    ".tg-headline { font-size: 1.8em; font-weight: 700; }\n"
    ".tg-class { border: 2px solid currentColor; border-radius: 6px; padding: 2px 12px; font-weight: 700; }\n"
    ".tg-hidden { border-left: 4px solid alpha(currentColor, 0.45); padding-left: 10px; }\n"
    ".tg-next { font-weight: 600; }\n"
    ".tg-check { padding: 24px 32px; }\n"
    ".tg-answer { font-size: 1.2em; padding: 10px 18px; }\n"
    ".tg-script { font-size: 1.5em; font-weight: 600; }\n"
    ".tg-piece { padding: 6px 8px; border: 1px solid alpha(currentColor, 0.3); border-radius: 8px; }\n"
    ".tg-seen { font-size: 2.4em; font-weight: 700; }\n"
    ".tg-said { font-size: 1.1em; }\n"
    /* stripes: the same in grey, and unlike anything else in the window */
    ".tg-emergency { background-color: @tg_alert_bg; color: @tg_alert_fg; background-image: "
    "repeating-linear-gradient(-45deg, @tg_alert_fg 0, @tg_alert_fg 10px, @tg_alert_bg 10px, @tg_alert_bg "
    "20px);"
    " padding: 8px 0 8px 0; }\n"
    ".tg-emergency-text { background-color: @tg_alert_bg; color: @tg_alert_fg; padding: 6px 16px; }\n"
    ".tg-emergency-head { font-size: 1.35em; font-weight: 800; }\n"
    ".tg-emergency-last > .tg-emergency-text { background-color: @tg_last_bg; color: @tg_last_fg; }\n"
    ".tg-contact-bad { border: 2px solid currentColor; border-radius: 6px; padding: 0 8px; }\n"
    "columnview cell { padding: 7px 8px; }\n";

void tg_look_renderer(void)
{
    (void)g_setenv("GSK_RENDERER", "cairo", FALSE);
    (void)g_setenv("GDK_DEBUG", "gl-disable", FALSE);
}

void tg_look_load(void)
{
    GtkCssProvider *css = gtk_css_provider_new();

    gtk_css_provider_load_from_data(css, sheet, (gssize)sizeof sheet - 1);
    gtk_style_context_add_provider_for_display(gdk_display_get_default(), GTK_STYLE_PROVIDER(css),
                                               GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
    g_object_unref(css);
}

GtkWidget *tg_look_label(const char *text, const char *css)
{
    GtkWidget *label = gtk_label_new(text);

    gtk_label_set_wrap(GTK_LABEL(label), TRUE);
    gtk_label_set_wrap_mode(GTK_LABEL(label), PANGO_WRAP_WORD_CHAR);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    if (css != NULL)
        gtk_widget_add_css_class(label, css);
    return label;
}

GtkWidget *tg_look_datum(const char *text)
{
    GtkWidget *label = gtk_label_new(NULL);
    PangoAttrList *set = pango_attr_list_new();

    pango_attr_list_insert(set, pango_attr_language_new(pango_language_from_string("ja")));
    gtk_label_set_attributes(GTK_LABEL(label), set);
    pango_attr_list_unref(set);
    gtk_label_set_xalign(GTK_LABEL(label), 0);
    gtk_label_set_ellipsize(GTK_LABEL(label), PANGO_ELLIPSIZE_END);
    tg_look_text(label, text);
    return label;
}

void tg_look_text(GtkWidget *label, const char *text)
{
    TG_BUF_AUTO shown = TG_BUF_INIT(4 * TG_LOOK_BYTES);

    tg_ignore(tg_plain_shown(tg_span(text, strnlen(text, TG_LOOK_BYTES)), &shown)); /* as far as it fits */
    gtk_label_set_text(GTK_LABEL(label), tg_buf_cstr(&shown) != NULL ? tg_buf_cstr(&shown) : "");
}

GtkWidget *tg_look_box(GtkOrientation way, int gap, const char *css)
{
    GtkWidget *box = gtk_box_new(way, gap);

    if (css != NULL)
        gtk_widget_add_css_class(box, css);
    return box;
}

static void on_copy(GtkWidget *text, gpointer data)
{
    g_signal_stop_emission_by_name(text, data);
}

void tg_look_keep_in(GtkWidget *entry)
{
    static char copy[] = "copy-clipboard", cut[] = "cut-clipboard";
    GtkEditable *text = gtk_editable_get_delegate(GTK_EDITABLE(entry));

    g_signal_connect(text, copy, G_CALLBACK(on_copy), copy);
    g_signal_connect(text, cut, G_CALLBACK(on_copy), cut);
}

void tg_look_flow_add(GtkWidget *flow, GtkWidget *widget)
{
    gtk_flow_box_append(GTK_FLOW_BOX(flow), widget);
    gtk_widget_set_focusable(gtk_widget_get_parent(widget), FALSE);
}

GtkWidget *tg_look_page(const char *name)
{
    GtkWidget *page = gtk_scrolled_window_new();

    gtk_widget_set_vexpand(page, TRUE);
    gtk_widget_set_focusable(page, TRUE);
    gtk_accessible_update_property(GTK_ACCESSIBLE(page), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
    return page;
}
