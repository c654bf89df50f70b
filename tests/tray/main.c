/* tegata-tray LAB DIR DRAWER: virtual employee cards for the hand, beside the desktop. For trials only: it knows tests/lab,
 * nothing of tegata.
 */
#include <string.h>

#include "tests/tray/window.h"

static void on_activate(GtkApplication *app, gpointer place)
{
    gtk_application_set_accels_for_action(app, "window.close", (const char *[]){"<Control>w", NULL});
    tray_window_open(app, place);
}

int main(int argc, char **argv)
{
    g_autoptr(GError) error = NULL;
    g_autoptr(GtkApplication) app = NULL;
    g_autoptr(GPtrArray) cards = NULL;
    struct tray_place place;

    if (argc != 4) {
        g_printerr("usage: tegata-tray LAB DIR DRAWER\n");
        return 2;
    }
    place.lab = argv[1];
    place.dir = argv[2];
    place.japanese = g_str_has_prefix(g_get_language_names()[0], "ja");
    place.cards = cards = tray_drawer_load(argv[3], place.japanese, &error);
    if (cards == NULL) {
        g_printerr("tegata-tray: %s\n", error->message);
        return 1;
    }
    app = gtk_application_new(NULL, G_APPLICATION_NON_UNIQUE);
    g_signal_connect(app, "activate", G_CALLBACK(on_activate), &place);
    return g_application_run(G_APPLICATION(app), 0, NULL);
}
