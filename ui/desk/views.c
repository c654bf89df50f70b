#include "ui/desk/views.h"

#include <inttypes.h>
#include <stdlib.h>

#include "ui/text/when.h"
#include "ui/tr.h"

#define VIEWS_MAX 1024u
#define NUMBERS_BYTES 2000u /* of one request */

struct tg_views {
    json_t *doc;
    const json_t *view[VIEWS_MAX]; /* in their order */
    size_t n;
};

void tg_views_free(struct tg_views **v)
{
    if (*v == NULL)
        return;
    tg_json_done(&(*v)->doc);
    free(*v);
    *v = NULL;
}

static bool is_view(const json_t *v)
{
    const json_t *ids = json_object_get(v, "ids");

    for (size_t i = 0; i < json_array_size(ids); i++) {
        if (!json_is_string(json_array_get(ids, i)))
            return false;
    }
    return json_is_array(ids) && json_is_integer(json_object_get(v, "view")) &&
           json_is_integer(json_object_get(v, "at")) && json_is_integer(json_object_get(v, "rows")) &&
           tg_json_str(v, "person") != NULL && tg_json_str(v, "name") != NULL &&
           tg_json_str(v, "office") != NULL && tg_json_str(v, "kind") != NULL &&
           tg_json_str(v, "state") != NULL;
}

static bool waits(const json_t *view)
{
    return strcmp(tg_json_str(view, "state"), "open") == 0;
}

static void pick(struct tg_views *v, const json_t *list, bool open)
{
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *view = json_array_get(list, i);

        if (waits(view) == open)
            v->view[v->n++] = view;
    }
}

enum tg_err tg_views_read(struct tg_span json, struct tg_views **ret)
{
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e = tg_json_parse(json, &doc);
    const json_t *list = json_object_get(doc, "views");
    struct tg_views *v;

    if (e != TG_OK)
        return e == TG_E_NOMEM ? e : TG_E_SERVER_REPLY;
    if (!json_is_array(list) || json_array_size(list) > VIEWS_MAX)
        return TG_E_SERVER_REPLY;
    for (size_t i = 0; i < json_array_size(list); i++) {
        if (!is_view(json_array_get(list, i)))
            return TG_E_SERVER_REPLY;
    }
    if ((v = calloc(1, sizeof *v)) == NULL)
        return TG_E_NOMEM;
    v->doc = doc;
    doc = NULL;
    pick(v, list, true);
    pick(v, list, false);
    *ret = v;
    return TG_OK;
}

size_t tg_views_count(const struct tg_views *v)
{
    return v->n;
}

const json_t *tg_views_at(const struct tg_views *v, size_t i)
{
    return i < v->n ? v->view[i] : NULL;
}

static const char *state_text(const json_t *view)
{
    const char *state = tg_json_str(view, "state");

    if (strcmp(state, "explained") == 0)
        return _("explained");
    return strcmp(state, "questioned") == 0 ? _("questioned") : _("not reviewed");
}

enum tg_err tg_view_head(const json_t *view, struct tg_buf *out)
{
    enum tg_err e = tg_when_text(tg_json_int(view, "at", 0), out);
    const char *what = strcmp(tg_json_str(view, "kind"), "show") == 0 ? _("record") : _("search");

    if (e != TG_OK)
        return e;
    return tg_buf_addf(out, _("  %s (%s), %s: %s, %d rows. %s"), tg_json_str(view, "name"),
                       tg_json_str(view, "person"), tg_json_str(view, "office"), what,
                       (int)tg_json_int(view, "rows", 0), state_text(view));
}

enum tg_err tg_view_ids(const json_t *view, struct tg_buf *out)
{
    const json_t *ids = json_object_get(view, "ids");
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < json_array_size(ids) && e == TG_OK; i++)
        e = tg_buf_addf(out, "%s%s", i > 0 ? " " : "", json_string_value(json_array_get(ids, i)));
    return e;
}

enum tg_err tg_view_number(const json_t *view, struct tg_buf *out)
{
    if (view == NULL || !waits(view))
        return TG_OK;
    return tg_buf_addf(out, "%s%" PRId64, out->n > 0 ? " " : "", tg_json_int(view, "view", 0));
}

enum tg_err tg_views_open(const struct tg_views *v, struct tg_buf *out)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < v->n && e == TG_OK && out->n < NUMBERS_BYTES; i++)
        e = tg_view_number(v->view[i], out);
    return e;
}
