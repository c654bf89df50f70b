/* The flat reader against jansson: the same verdict for any bytes, and the same values. The first byte
 * chooses how much room the strings have.
 */
#include "certs/base/flat.h"
#include "certs/base/limits.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

enum { BY, QUERY, LIMIT, ON, MEMBERS };

static void compare(const struct tg_flat *f, const struct tg_json_member *m, const json_t *tree)
{
    for (size_t i = 0; i < MEMBERS; i++) {
        const json_t *v = json_object_get(tree, m[i].name);
        bool same = f->value[i].present == (v != NULL);

        if (same && v != NULL && m[i].type == TG_JSON_STRING)
            same = tg_span_eq(f->value[i].text, tg_span(json_string_value(v), json_string_length(v))) &&
                   f->value[i].text.p[f->value[i].text.n] == 0;
        else if (same && v != NULL)
            same = f->value[i].number == (json_is_integer(v) ? json_integer_value(v) : json_is_true(v));
        if (!same)
            abort();
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct tg_flat f = TG_FLAT_INIT(TG_HTTP_BODY_BYTES);
    TG_JSON_AUTO *tree = NULL;
    if (n == 0 || n > TG_HTTP_BODY_BYTES)
        return 0;
    const struct tg_json_member table[MEMBERS] = {
        [BY] = {"by", TG_JSON_STRING, false, 0, p[0]},
        [QUERY] = {"query", TG_JSON_STRING, p[0] % 2 == 0, 1, INT32_MAX},
        [LIMIT] = {"limit", TG_JSON_INTEGER, false, INT64_MIN, INT64_MAX},
        [ON] = {"on", TG_JSON_BOOL, false, 0, 1},
    };
    struct tg_span text = tg_span(p + 1, n - 1);
    bool want = tg_json_parse(text, &tree) == TG_OK && tg_json_check(tree, table, MEMBERS, NULL) == TG_OK;
    if (tg_flat_take(text, table, MEMBERS, &f) != want)
        abort();
    if (want)
        compare(&f, table, tree);
    tg_flat_done(&f);
    return 0;
}
