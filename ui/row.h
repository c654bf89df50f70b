/* A customer's row as an object, for list models. */
#ifndef TG_ROW_H
#define TG_ROW_H

#include <gio/gio.h>

#include "ui/desk/page.h"

#define TG_TYPE_ROW (tg_row_get_type())
G_DECLARE_FINAL_TYPE(TgRow, tg_row, TG, ROW, GObject)

/* Keeps a reference to row. */
TgRow *tg_row_new(json_t *row);
const json_t *tg_row_json(TgRow *r); /* borrowed */

#endif
