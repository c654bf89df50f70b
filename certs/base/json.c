#include "certs/base/json.h"

#include <string.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"

/* jansson recurses as deep as its own limit of 2048; ours is checked before it sees the text. */
static bool shallow(struct tg_span text)
{
    bool quoted = false;
    size_t depth = 0;

    for (size_t i = 0; i < text.n; i++) {
        uint8_t c = text.p[i];

        if (quoted && c == '\\')
            i++;
        else if (c == '"')
            quoted = !quoted;
        else if (!quoted && (c == '{' || c == '['))
            depth++;
        else if (!quoted && (c == '}' || c == ']') && depth > 0)
            depth--;
        if (depth > TG_JSON_DEPTH)
            return false;
    }
    return true;
}

enum tg_err tg_json_parse(struct tg_span text, json_t **ret)
{
    json_error_t why;
    json_t *j;

    if (!tg_utf8_ok(text))
        return TG_E_BAD_UTF8;
    /* jansson overlooks a NUL behind a number. */
    if (text.n == 0 || memchr(text.p, 0, text.n) != NULL || !shallow(text))
        return TG_E_BAD_JSON;
    /* Without JSON_ALLOW_NUL and JSON_DISABLE_EOF_CHECK: no \u0000, nothing behind the value. */
    j = json_loadb((const char *)text.p, text.n, JSON_REJECT_DUPLICATES, &why);
    if (j == NULL)
        return json_error_code(&why) == json_error_out_of_memory ? TG_E_NOMEM : TG_E_BAD_JSON;
    if (!json_is_object(j)) {
        json_decref(j);
        return TG_E_BAD_JSON;
    }
    *ret = j;
    return TG_OK;
}

static bool within(const struct tg_json_member *m, int64_t v)
{
    return v >= m->min && v <= m->max;
}

static bool fits(const json_t *v, const struct tg_json_member *m)
{
    switch (m->type) {
    case TG_JSON_STRING:
        return json_is_string(v) && within(m, (int64_t)json_string_length(v));
    case TG_JSON_INTEGER:
        return json_is_integer(v) && within(m, json_integer_value(v));
    case TG_JSON_BOOL:
        return json_is_boolean(v);
    case TG_JSON_OBJECT:
        return json_is_object(v);
    case TG_JSON_ARRAY:
        return json_is_array(v) && within(m, (int64_t)json_array_size(v));
    }
    return false;
}

enum tg_err tg_json_check(const json_t *obj, const struct tg_json_member *m, size_t n, const char **bad)
{
    const char *at = "(unknown)";
    size_t present = 0;
    bool ok = json_is_object(obj);

    for (size_t i = 0; i < n && ok; i++) {
        const json_t *v = json_object_get(obj, m[i].name);

        present += v != NULL;
        ok = v == NULL ? !m[i].required : fits(v, &m[i]);
        if (!ok)
            at = m[i].name;
    }
    /* A member that the table does not know shows only in the count. */
    if (ok && json_object_size(obj) == present)
        at = NULL;
    if (bad != NULL)
        *bad = at;
    return at == NULL ? TG_OK : TG_E_BAD_MEMBER;
}

const char *tg_json_str(const json_t *obj, const char *name)
{
    return json_string_value(json_object_get(obj, name));
}

int64_t tg_json_int(const json_t *obj, const char *name, int64_t absent)
{
    const json_t *v = json_object_get(obj, name);

    return json_is_integer(v) ? (int64_t)json_integer_value(v) : absent;
}

void tg_json_done(json_t **j)
{
    json_decref(*j);
    *j = NULL;
}
