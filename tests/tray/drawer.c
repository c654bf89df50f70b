#include "tests/tray/drawer.h"

enum { NAME, SIDE, HOLDER_JA, HOLDER_EN, HINT_JA, HINT_EN, COLUMNS };

static void card_free(gpointer p)
{
    struct tray_card *c = p;

    g_free(c->name);
    g_free(c->side);
    g_free(c->holder);
    g_free(c->hint);
    g_free(c);
}

static struct tray_card *card_new(char *const *cell, gboolean japanese)
{
    struct tray_card *c = g_new0(struct tray_card, 1);

    c->name = g_strdup(cell[NAME]);
    c->side = g_strdup(cell[SIDE]);
    c->holder = g_strdup(cell[japanese ? HOLDER_JA : HOLDER_EN]);
    c->hint = g_strdup(cell[japanese ? HINT_JA : HINT_EN]);
    return c;
}

static gboolean line_read(GPtrArray *cards, const char *line, gboolean japanese)
{
    g_auto(GStrv) cell = g_strsplit(line, "\t", COLUMNS + 1);

    if (line[0] == '\0' || line[0] == '#')
        return TRUE;
    if (g_strv_length(cell) != COLUMNS)
        return FALSE;
    g_ptr_array_add(cards, card_new(cell, japanese));
    return TRUE;
}

GPtrArray *tray_drawer_load(const char *path, gboolean japanese, GError **error)
{
    g_autoptr(GPtrArray) cards = g_ptr_array_new_with_free_func(card_free);
    g_autofree char *text = NULL;
    g_auto(GStrv) lines = NULL;

    if (!g_file_get_contents(path, &text, NULL, error))
        return NULL;
    lines = g_strsplit(text, "\n", -1);
    for (guint i = 0; lines[i] != NULL; i++) {
        if (!line_read(cards, lines[i], japanese)) {
            g_set_error(error, G_FILE_ERROR, G_FILE_ERROR_INVAL, "%s line %u: %d cells are needed", path,
                        i + 1, COLUMNS);
            return NULL;
        }
    }
    return g_steal_pointer(&cards);
}
