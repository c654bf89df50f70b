#include "ui/desk/page.h"

#include <stdio.h>
#include <stdlib.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "ui/desk/sight.h"
#include "ui/text/tongue.h"

struct tg_page {
    json_t *doc;
    bool one;
};

void tg_page_free(struct tg_page **p)
{
    if (*p == NULL)
        return;
    tg_json_done(&(*p)->doc);
    free(*p);
    *p = NULL;
}

static bool texts_only(json_t *fields)
{
    const char *name;
    json_t *value;

    json_object_foreach(fields, name, value)
    {
        if (!json_is_string(value))
            return false;
    }
    return json_is_object(fields);
}

static bool reasons_only(json_t *hidden)
{
    const char *name;
    json_t *why;

    json_object_foreach(hidden, name, why)
    {
        if (tg_json_str(why, "reason") == NULL || tg_json_str(why, "next") == NULL)
            return false;
    }
    return json_is_object(hidden);
}

static bool is_row(json_t *row)
{
    return tg_json_str(row, "id") != NULL && tg_json_str(row, "class") != NULL &&
           texts_only(json_object_get(row, "fields")) && reasons_only(json_object_get(row, "hidden"));
}

static bool are_rows(json_t *doc)
{
    json_t *rows = json_object_get(doc, "rows"), *next = json_object_get(doc, "next");

    if (!json_is_array(rows) || json_array_size(rows) > TG_PAGE_ROWS ||
        (!json_is_null(next) && !json_is_string(next)))
        return false;
    for (size_t i = 0; i < json_array_size(rows); i++) {
        if (!is_row(json_array_get(rows, i)))
            return false;
    }
    return true;
}

enum tg_err tg_page_read(struct tg_span json, bool one, struct tg_page **ret)
{
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e = tg_json_parse(json, &doc);
    struct tg_page *p;

    if (e != TG_OK)
        return e == TG_E_NOMEM ? e : TG_E_SERVER_REPLY;
    if (one ? !is_row(doc) : !are_rows(doc))
        return TG_E_SERVER_REPLY;
    if ((p = calloc(1, sizeof *p)) == NULL)
        return TG_E_NOMEM;
    p->doc = doc;
    p->one = one;
    doc = NULL;
    *ret = p;
    return TG_OK;
}

size_t tg_page_count(const struct tg_page *p)
{
    return p->one ? 1 : json_array_size(json_object_get(p->doc, "rows"));
}

json_t *tg_page_row(const struct tg_page *p, size_t i)
{
    return p->one ? p->doc : json_array_get(json_object_get(p->doc, "rows"), i);
}

const char *tg_page_next(const struct tg_page *p)
{
    return p->one ? NULL : tg_json_str(p->doc, "next");
}

static bool why_take(const json_t *why, struct tg_row_why *ret)
{
    *ret = (struct tg_row_why){.reason = tg_json_str(why, "reason"), .next = tg_json_str(why, "next")};
    return ret->reason != NULL && ret->next != NULL;
}

bool tg_page_nothing(const struct tg_page *p, struct tg_row_why *ret)
{
    return why_take(json_object_get(p->doc, "nothing"), ret);
}

json_t *tg_page_json(const struct tg_page *p)
{
    return p->doc;
}

const char *tg_row_id(const json_t *row)
{
    return tg_json_str(row, "id");
}

const char *tg_row_class(const json_t *row)
{
    return tg_json_str(row, "class");
}

const char *tg_row_field(const json_t *row, const char *name)
{
    return tg_json_str(json_object_get(row, "fields"), name);
}

bool tg_row_why(const json_t *row, const char *name, struct tg_row_why *ret)
{
    return why_take(json_object_get(json_object_get(row, "hidden"), name), ret);
}

static bool take(const json_t *doc, const char *name, char *to, size_t size)
{
    const char *text = tg_json_str(doc, name);

    return text != NULL && tg_copy(to, size, tg_span_str(text)) == TG_OK;
}

static void take_or_none(const json_t *doc, const char *name, char *to, size_t size)
{
    if (!take(doc, name, to, size))
        to[0] = '\0';
}

static void purposes_take(const json_t *list, char *to, size_t size)
{
    to[0] = '\0';
    for (size_t i = 0; i < json_array_size(list); i++) {
        const char *name = json_string_value(json_array_get(list, i));
        size_t n = strlen(to);

        if (name != NULL && n + strlen(name) + 2 <= size)
            (void)snprintf(to + n, size - n, "%s%s", n > 0 ? " " : "", name);
    }
}

/* What an older server does not say. */
static void take_more(const json_t *doc, struct tg_who *w)
{
    take_or_none(doc, "company_name", w->company_name, sizeof w->company_name);
    take_or_none(doc, tg_tongue_english() ? "role_en" : "role_ja", w->role_name, sizeof w->role_name);
    take_or_none(doc, "network", w->network, sizeof w->network);
    take_or_none(doc, "network_phone", w->network_phone, sizeof w->network_phone);
    purposes_take(json_object_get(doc, "purposes"), w->purposes, sizeof w->purposes);
    tg_sight_text(doc, w->sight, sizeof w->sight);
}

enum tg_err tg_who_read(struct tg_span json, struct tg_who *ret)
{
    TG_JSON_AUTO *doc = NULL;
    struct tg_who w;

    if (tg_json_parse(json, &doc) != TG_OK || !take(doc, "person", w.person, sizeof w.person) ||
        !take(doc, "post", w.post, sizeof w.post) || !take(doc, "role", w.role, sizeof w.role) ||
        !take(doc, "office", w.office, sizeof w.office) || !take(doc, "company", w.company, sizeof w.company))
        return TG_E_SERVER_REPLY;
    take_more(doc, &w);
    w.now = tg_json_int(doc, "now", 0);
    *ret = w;
    return TG_OK;
}
