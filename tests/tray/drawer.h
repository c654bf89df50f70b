/* The drawer: which cards there are, whose they are, and what to try with each. A file of tab-separated lines
 *
 *   card  side  holder_ja  holder_en  hint_ja  hint_en
 *
 * where side is retail, network, none or refused (how the card looks), and # begins a remark.
 */
#ifndef TG_TRAY_DRAWER_H
#define TG_TRAY_DRAWER_H

#include <glib.h>

struct tray_card {
    char *name; /* as tests/lab knows it */
    char *side;
    char *holder, *hint; /* in the language of the drawer */
};

/* Cards in the order of the file; free with g_ptr_array_unref. NULL with error: no such file, or a line that
 * is not one. */
GPtrArray *tray_drawer_load(const char *path, gboolean japanese, GError **error);

#endif
