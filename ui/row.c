#include "ui/row.h"

struct _TgRow {
    GObject parent;
    json_t *row;
};

G_DEFINE_TYPE(TgRow, tg_row, G_TYPE_OBJECT)

static void tg_row_finalize(GObject *object)
{
    json_decref(TG_ROW(object)->row);
    G_OBJECT_CLASS(tg_row_parent_class)->finalize(object);
}

static void tg_row_class_init(TgRowClass *class)
{
    G_OBJECT_CLASS(class)->finalize = tg_row_finalize;
}

static void tg_row_init(TgRow *r)
{
    r->row = NULL;
}

TgRow *tg_row_new(json_t *row)
{
    TgRow *r = g_object_new(TG_TYPE_ROW, NULL);

    r->row = json_incref(row);
    return r;
}

const json_t *tg_row_json(TgRow *r)
{
    return r->row;
}
