#include "ui/help.h"

#include "ui/look.h"
#include "ui/tr.h"

static const struct {
    const char *keys, *what;
} shortcuts[] = {
    {"Return", N_("Search; open the row that is chosen")},
    {"F2", N_("Take the text for something else")},
    {"F3", N_("Next page")},
    {"F4", N_("The record as it is read aloud")},
    {"F5", N_("What the caller is told, and the network company's number")},
    {"F6", N_("While checking who calls: ask for something else")},
    {"F7", N_("What this post may see")},
    {"F8", N_("While checking who calls: it differs")},
    {"F9", N_("Take the number of the call that came in")},
    {"F10", N_("Inquiry to the network company")},
    {"<Control>p", N_("Let a caller wait; back to who waits")},
    {"<Control>1...9", N_("To another page")},
    {"<Alt>1...7", N_("What the look-up is for")},
    {"Escape", N_("Back; a new search")},
    {"<Control>f", N_("To the search box")},
    {"<Control>l", N_("Lock")},
    {"<Control>question", N_("These keys")},
    {"F1", N_("About tegata")},
};

/* In GTK 4.8 only a builder can put a shortcuts window together. */
static char *keys_text(void)
{
    GString *xml =
        g_string_new("<interface><object class='GtkShortcutsWindow' id='window'>"
                     "<property name='modal'>1</property><child>"
                     "<object class='GtkShortcutsSection'><property name='section-name'>keys</property>"
                     "<child><object class='GtkShortcutsGroup'>");
    char *part = g_markup_printf_escaped("<property name='title'>%s</property>", _("Keys"));

    g_string_append(xml, part);
    g_free(part);
    for (size_t i = 0; i < sizeof shortcuts / sizeof *shortcuts; i++) {
        part = g_markup_printf_escaped("<child><object class='GtkShortcutsShortcut'>"
                                       "<property name='accelerator'>%s</property>"
                                       "<property name='title'>%s</property></object></child>",
                                       shortcuts[i].keys, _(shortcuts[i].what));
        g_string_append(xml, part);
        g_free(part);
    }
    g_string_append(xml, "</object></child></object></child></object></interface>");
    return g_string_free(xml, FALSE);
}

void tg_help_keys(GtkWindow *over)
{
    char *xml = keys_text();
    GtkBuilder *builder = gtk_builder_new_from_string(xml, -1);
    GtkWindow *window = GTK_WINDOW(gtk_builder_get_object(builder, "window"));

    gtk_window_set_title(window, TG_TITLE);
    gtk_window_set_transient_for(window, over);
    gtk_window_present(window);
    g_object_unref(builder);
    g_free(xml);
}

void tg_help_about(GtkWindow *over)
{
    GtkIconTheme *icons = gtk_icon_theme_get_for_display(gdk_display_get_default());
    GtkWidget *about =
        g_object_new(ADW_TYPE_ABOUT_WINDOW, "transient-for", over, "modal", TRUE, "title", TG_TITLE,
                     "application-name", "tegata", "version", TG_VERSION, "license-type",
                     GTK_LICENSE_APACHE_2_0, "comments", _("The person decides, never the terminal."), NULL);

    if (gtk_icon_theme_has_icon(icons, TG_APP_ID)) /* it comes with the installation */
        adw_about_window_set_application_icon(ADW_ABOUT_WINDOW(about), TG_APP_ID);
    gtk_window_present(GTK_WINDOW(about));
}
