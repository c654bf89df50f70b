/* Does a name fit a record: for who must know it already, and may not read it. */
#include "certs/base/json.h"
#include "server/records/key.h"
#include "server/records/store.h"

/* Kanji and kana keys are cut there; what is longer is held against the other as it stands. */
#define WHOLE (TG_KEY_BYTES - 4u)

static bool same(const struct tg_key *a, const struct tg_key *b)
{
    return a->n == b->n && a->chars == b->chars && memcmp(a->b, b->b, a->n) == 0 &&
           memcmp(a->mark, b->mark, a->chars) == 0;
}

static bool fits(enum tg_list list, struct tg_span stored, struct tg_span typed)
{
    struct tg_keys a TG_UNSET;
    struct tg_keys b TG_UNSET;

    if (tg_keys_asked(list, typed, &a) != TG_OK || tg_keys_asked(list, stored, &b) != TG_OK ||
        !same(&a.key[0], &b.key[0])) {
        return false;
    }
    return a.key[0].n < WHOLE || tg_span_eq(stored, typed);
}

bool tg_row_is_named(const struct tg_row *row, struct tg_span typed)
{
    static const char nobody[] = "{\"name\":\"該当 なし\",\"kana\":\"ガイトウ ナシ\"}";
    TG_JSON_AUTO *fields = NULL;

    if (tg_json_parse(row != NULL ? row->json : tg_span_str(nobody), &fields) != TG_OK) {
        return false;
    }
    bool name = fits(TG_LIST_NAME, tg_span_str(tg_json_str(fields, "name")), typed);
    bool kana = fits(TG_LIST_KANA, tg_span_str(tg_json_str(fields, "kana")), typed);
    return row != NULL && (name || kana);
}

bool tg_point_is(const char *point, struct tg_span typed)
{
    struct tg_keys a TG_UNSET;
    struct tg_keys b TG_UNSET;

    return tg_keys_asked(TG_LIST_POINT, typed, &a) == TG_OK &&
           tg_keys_asked(TG_LIST_POINT, tg_span_str(point), &b) == TG_OK && a.key[0].n == b.key[0].n &&
           memcmp(a.key[0].b, b.key[0].b, a.key[0].n) == 0;
}
