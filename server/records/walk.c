#include "server/records/walk.h"

/* The field that must be visible for a list to be searched; 0: none. */
static tg_mask field_of(enum tg_list list)
{
    switch (list) {
    case TG_LIST_KANA:
        return TG_BIT(TG_F_KANA);
    case TG_LIST_NAME:
        return TG_BIT(TG_F_NAME);
    case TG_LIST_ADDRESS:
        return TG_BIT(TG_F_ADDRESS);
    case TG_LIST_PHONE:
        return TG_BIT(TG_F_PHONE);
    case TG_LIST_POINT:
        return TG_BIT(TG_F_POINT);
    case TG_LIST_GEN_POINT:
        return TG_BIT(TG_F_GEN_POINT);
    case TG_LIST_CUSTOMER:
        return TG_BIT(TG_F_CUSTOMER_NO);
    case TG_LIST_ID:
        return 0;
    case TG_LIST_COUNT:
    default:
        return TG_BIT(TG_F_COUNT); /* no field: never visible */
    }
}

bool tg_walk_visible(const struct tg_clause *c, enum tg_list list)
{
    tg_mask field = field_of(list);
    return (c->fields & field) == field;
}

/* Own and former of one company, with the same limits. */
static bool fellows(const struct tg_clause *a, const struct tg_clause *b)
{
    enum tg_when x = tg_view_of(a->class).when;
    enum tg_when y = tg_view_of(b->class).when;
    return x != TG_WHEN_ANY && y != TG_WHEN_ANY && x != y && a->point == NULL && b->point == NULL &&
           strcmp(a->company, b->company) == 0 && strcmp(a->areas, b->areas) == 0;
}

static size_t fellow_of(const struct tg_scope *s, size_t i, enum tg_list list)
{
    const struct tg_clause *c = tg_scope_clause(s, i);
    for (size_t j = 0; j < tg_scope_count(s); j++) {
        const struct tg_clause *other = tg_scope_clause(s, j);
        if (j != i && fellows(c, other) && tg_walk_visible(other, list))
            return j;
    }
    return TG_NO_CLAUSE;
}

bool tg_walk_plan(const struct tg_reader *r, const struct tg_scope *s, size_t i, enum tg_list list,
                  struct tg_walk *ret)
{
    const struct tg_clause *c = tg_scope_clause(s, i);
    struct tg_view view = tg_view_of(c->class);
    size_t fellow = view.when == TG_WHEN_ANY ? i : fellow_of(s, i, list);
    if (view.none || (fellow != TG_NO_CLAUSE && fellow < i))
        return false;
    ret->list = list;
    ret->view = view;
    ret->areas = c->areas;
    ret->retailer = tg_reader_retailer(r, c->company);
    ret->today = tg_until(tg_scope_day(s));
    ret->now = view.when == TG_WHEN_PAST ? fellow : i;
    ret->past = view.when == TG_WHEN_NOW ? fellow : i;
    if (c->point != NULL) /* the consent of who is there now; what is over was somebody else's */
        ret->past = TG_NO_CLAUSE;
    ret->by_id = false;
    return true;
}

struct range {
    int32_t from, to;
};

/* Which last days are walked: from <= until < to. */
static struct range range_of(const struct tg_walk *w)
{
    return (struct range){.from = w->past == TG_NO_CLAUSE ? w->today : TG_UNTIL_MIN,
                          .to = w->now == TG_NO_CLAUSE ? w->today : TG_UNTIL_OPEN + 1};
}

/* Behind the mark, when that lies in the key's range; else from the key's first entry on. */
static bool bind_begin(const struct tg_walk *w, int32_t from, const struct tg_place_mark *m)
{
    const struct tg_key *k = w->key;
    size_t common = m->n < k->n ? m->n : k->n;
    int c = memcmp(m->entry, k->b, common);
    bool behind = m->n > 0 && (c > 0 || (c == 0 && m->n >= k->n));
    bool inside = k->exact; /* the key is given whole: what moves on is only the last day */
    if (inside && behind && m->until < from)
        behind = false;
    const uint8_t *p = behind && !inside ? m->entry : k->b;
    size_t n = behind && !inside ? m->n : k->n;
    int32_t until = behind ? m->until : inside ? from : TG_UNTIL_MIN;
    /* the mark moves on while the walk goes, the key stays */
    return sqlite3_bind_blob(w->st, 2, p, (int)n, p == m->entry ? SQLITE_TRANSIENT : SQLITE_STATIC) ==
               SQLITE_OK &&
           sqlite3_bind_int(w->st, 3, until) == SQLITE_OK &&
           sqlite3_bind_int64(w->st, 4, behind ? m->ref : -1) == SQLITE_OK;
}

/* No entry goes on with ff. */
static bool bind_end(struct tg_walk *w, struct range range)
{
    if (sqlite3_bind_int(w->st, 5, range.to) != SQLITE_OK)
        return false;
    if (w->key->exact)
        return true;
    memcpy(w->end, w->key->b, w->key->n);
    w->end[w->key->n] = 0xff;
    return sqlite3_bind_blob(w->st, 6, w->end, (int)w->key->n + 1, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_int(w->st, 7, range.from) == SQLITE_OK;
}

static bool bind_limits(const struct tg_walk *w)
{
    int64_t not = w->view.relation == TG_REL_NOT_SAME ? (int64_t)w->retailer : -1;
    return sqlite3_bind_text(w->st, 8, w->areas, -1, SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_int64(w->st, 9, not ) == SQLITE_OK;
}

enum tg_err tg_walk_begin(struct tg_walk *w, struct tg_reader *r, size_t n, const struct tg_key *key,
                          const struct tg_place_mark *mark)
{
    struct range range = range_of(w);
    bool limited = w->areas[0] != 0 || w->view.relation == TG_REL_NOT_SAME;
    unsigned whose = w->view.relation == TG_REL_SAME ? w->retailer : TG_RETAILER_ANY;
    w->key = key;
    w->done = false;
    w->st = tg_reader_walk(r, (key->exact ? TG_SHAPE_EXACT : 0u) | (limited ? TG_SHAPE_LIMITED : 0u), n);
    if (w->st == NULL)
        return TG_E_STORE_DOWN;
    bool ok = sqlite3_bind_int64(w->st, 1, tg_slot(whose, w->view.shelf, w->list)) == SQLITE_OK &&
              bind_begin(w, range.from, mark) && bind_end(w, range) && (!limited || bind_limits(w));
    return ok ? TG_OK : TG_E_STORE_DOWN;
}

static bool accepts(const struct tg_walk *w, bool loose)
{
    unsigned twin = (unsigned)sqlite3_column_int(w->st, 3);
    return tg_key_accepts(w->key, loose, w->entry, twin & 0xff, twin >> 8);
}

enum tg_err tg_walk_step(struct tg_walk *w, bool loose, bool *seen)
{
    for (;;) {
        int rc = sqlite3_step(w->st);
        if (rc == SQLITE_DONE) {
            w->done = true;
            return TG_OK;
        }
        if (rc != SQLITE_ROW)
            return TG_E_STORE_DOWN;
        *seen = true;
        w->until = sqlite3_column_int(w->st, 0);
        w->ref = sqlite3_column_int64(w->st, 1);
        w->entry = tg_span(w->key->b, w->key->n);
        if (w->key->exact)
            return TG_OK;
        w->entry = tg_span(sqlite3_column_blob(w->st, 2), (size_t)sqlite3_column_bytes(w->st, 2));
        if (accepts(w, loose))
            return TG_OK;
    }
}

int tg_walk_compare(const struct tg_walk *a, const struct tg_walk *b)
{
    size_t n = a->entry.n < b->entry.n ? a->entry.n : b->entry.n;
    int c = memcmp(a->entry.p, b->entry.p, n);
    if (c != 0)
        return c;
    if (a->entry.n != b->entry.n)
        return a->entry.n < b->entry.n ? -1 : 1;
    if (a->until != b->until)
        return a->until < b->until ? -1 : 1;
    return a->ref < b->ref ? -1 : a->ref > b->ref ? 1 : 0;
}

size_t tg_walk_clause(const struct tg_walk *w)
{
    return w->until < w->today ? w->past : w->now;
}

bool tg_walk_owns(const struct tg_walk *w, const struct tg_sheet *s)
{
    bool same = s->part / 8 == w->retailer;
    if (s->part % 8 >= TG_RECORD_COUNT || tg_shelf_of((enum tg_record_kind)(s->part % 8)) != w->view.shelf ||
        s->until != w->until || tg_walk_clause(w) == TG_NO_CLAUSE)
        return false;
    switch (w->view.relation) {
    case TG_REL_SAME:
        return same;
    case TG_REL_NOT_SAME:
        return !same;
    case TG_REL_ANY:
        return true;
    default:
        return false;
    }
}
