#include "certs/base/text.h"
#include "server/records/cursor.h"
#include "server/records/guess.h"
#include "server/records/reader.h"

/* One walk: a clause, one of its kinds, one list, one key. All walks are merged by (key, ref). */
struct walk {
    sqlite3_stmt *st;
    const struct tg_key *key;
    size_t clause;
    enum tg_record_kind kind;
    unsigned retailer; /* of the clause's company */
    bool done;
    struct tg_span entry; /* where it stands; valid until the next step */
    int64_t ref;
};

struct search {
    struct tg_reader *reader;
    const struct tg_scope *scope;
    struct tg_keys keys;
    uint8_t end[TG_KEYS_ASKED][TG_KEY_BYTES + 1]; /* behind the last entry of each key */
    struct tg_place_mark mark;                    /* begin behind it; n == 0: at the beginning */
    bool loose;
    bool seen; /* some entry had the right letters */
    bool one;  /* by id, which is unique: the first found is all */
    unsigned limit;
    size_t n_walks;
    struct walk walk[TG_WALKS];
    struct tg_rows *rows;
    int64_t ref[TG_PAGE_ROWS]; /* of the rows */
};

static const struct {
    const char *name;
    enum tg_list list;
    enum tg_list second; /* TG_LIST_COUNT: none */
} BY[] = {
    [TG_BY_KANA] = {"kana", TG_LIST_KANA, TG_LIST_COUNT},
    [TG_BY_NAME] = {"name", TG_LIST_NAME, TG_LIST_COUNT},
    [TG_BY_PHONE] = {"phone", TG_LIST_PHONE, TG_LIST_COUNT},
    [TG_BY_POINT] = {"point", TG_LIST_POINT, TG_LIST_GEN_POINT},
    [TG_BY_CUSTOMER] = {"customer", TG_LIST_CUSTOMER, TG_LIST_COUNT},
    [TG_BY_ADDRESS] = {"address", TG_LIST_ADDRESS, TG_LIST_COUNT},
};

int tg_by_find(const char *name)
{
    for (size_t i = 0; i < sizeof BY / sizeof BY[0]; i++)
        if (strcmp(BY[i].name, name) == 0)
            return (int)i;
    return strcmp(name, "auto") == 0 ? (int)TG_BY_GUESS : -1;
}

/* The field that must be visible in a clause for the list to be searched there; 0: none needed (the id is no
 * field). */
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

/* Behind the mark, when that lies in the key's range; else from the key's first entry on. */
static bool bind_begin(sqlite3_stmt *st, const struct tg_key *k, const struct tg_place_mark *m)
{
    size_t common = m->n < k->n ? m->n : k->n;
    int c = memcmp(m->entry, k->b, common);
    bool behind = m->n > 0 && (c > 0 || (c == 0 && m->n >= k->n));
    const uint8_t *p = behind ? m->entry : k->b;
    size_t n = behind ? m->n : k->n;
    /* the mark moves on while the walk goes, the key stays */
    return sqlite3_bind_blob(st, 2, p, (int)n, behind ? SQLITE_TRANSIENT : SQLITE_STATIC) == SQLITE_OK &&
           sqlite3_bind_int64(st, 3, behind ? m->ref : -1) == SQLITE_OK;
}

/* No entry goes on with ff; 00 is the very next thing after the key itself. */
static bool bind_end(sqlite3_stmt *st, const struct tg_key *k, uint8_t end[TG_KEY_BYTES + 1])
{
    memcpy(end, k->b, k->n);
    end[k->n] = k->exact ? 0x00 : 0xff;
    return sqlite3_bind_blob(st, 4, end, (int)k->n + 1, SQLITE_STATIC) == SQLITE_OK;
}

static enum tg_err advance(struct search *s, struct walk *w)
{
    for (;;) {
        int rc = sqlite3_step(w->st);
        if (rc == SQLITE_DONE) {
            w->done = true;
            return TG_OK;
        }
        if (rc != SQLITE_ROW)
            return TG_E_STORE_DOWN;
        s->seen = true;
        w->entry = tg_span(sqlite3_column_blob(w->st, 0), (size_t)sqlite3_column_bytes(w->st, 0));
        w->ref = sqlite3_column_int64(w->st, 1);
        unsigned twin = (unsigned)sqlite3_column_int(w->st, 2);
        if (tg_key_accepts(w->key, s->loose, w->entry, twin & 0xff, twin >> 8))
            return TG_OK;
    }
}

static enum tg_err begin(struct search *s, struct walk *w, enum tg_list list)
{
    const struct tg_clause *c = tg_scope_clause(s->scope, w->clause);
    struct tg_view view = tg_view_of(c->class);
    unsigned part = view.relation == TG_REL_SAME ? w->retailer : TG_RETAILER_ANY;
    int64_t not = view.relation == TG_REL_NOT_SAME ? (int64_t)w->retailer : -1;
    w->st = tg_reader_walk(s->reader, s->n_walks);
    if (w->st == NULL)
        return TG_E_STORE_DOWN;
    if (sqlite3_bind_int64(w->st, 1, tg_slot(part, w->kind, list)) != SQLITE_OK ||
        !bind_begin(w->st, w->key, &s->mark) || !bind_end(w->st, w->key, s->end[w->key - s->keys.key]) ||
        sqlite3_bind_text(w->st, 5, c->areas, -1, SQLITE_STATIC) != SQLITE_OK ||
        sqlite3_bind_int64(w->st, 6, not ) != SQLITE_OK)
        return TG_E_STORE_DOWN;
    s->n_walks++;
    return advance(s, w);
}

/* All kinds of one clause through one list. */
static enum tg_err begin_clause(struct search *s, size_t clause, enum tg_list list)
{
    const struct tg_clause *c = tg_scope_clause(s->scope, clause);
    tg_mask field = field_of(list);
    if ((c->fields & field) != field)
        return TG_OK;
    unsigned kinds = tg_view_of(c->class).kinds;
    unsigned retailer = tg_reader_retailer(s->reader, c->company);
    size_t n_keys = s->loose ? s->keys.n : 1;
    enum tg_err err = TG_OK;
    for (int kind = 0; kind < TG_RECORD_COUNT && err == TG_OK; kind++) {
        if ((kinds & 1u << kind) == 0)
            continue;
        for (size_t i = 0; i < n_keys && err == TG_OK; i++) {
            if (s->n_walks == TG_WALKS)
                return TG_E_LIMIT;
            struct walk *w = &s->walk[s->n_walks];
            *w = (struct walk){.key = &s->keys.key[i],
                               .clause = clause,
                               .kind = (enum tg_record_kind)kind,
                               .retailer = retailer};
            err = begin(s, w, list);
        }
    }
    return err;
}

static int compare(const struct walk *a, const struct walk *b)
{
    size_t n = a->entry.n < b->entry.n ? a->entry.n : b->entry.n;
    int c = memcmp(a->entry.p, b->entry.p, n);
    if (c != 0)
        return c;
    if (a->entry.n != b->entry.n)
        return a->entry.n < b->entry.n ? -1 : 1;
    return a->ref < b->ref ? -1 : a->ref > b->ref ? 1 : 0;
}

/* The walk that stands at the smallest (key, ref); of equals the first clause's. */
static struct walk *smallest(struct search *s)
{
    struct walk *min = NULL;
    for (size_t i = 0; i < s->n_walks; i++)
        if (!s->walk[i].done && (min == NULL || compare(&s->walk[i], min) < 0))
            min = &s->walk[i];
    return min;
}

static enum tg_err begin_list(struct search *s, enum tg_list list)
{
    enum tg_err err = TG_OK;
    for (size_t i = 0; i < tg_scope_count(s->scope) && err == TG_OK && !(s->one && smallest(s) != NULL); i++)
        err = begin_clause(s, i, list);
    return err;
}

static bool shown_already(const struct search *s, int64_t ref)
{
    for (size_t i = 0; i < s->rows->n; i++)
        if (s->ref[i] == ref)
            return true;
    return false;
}

/* Room for n more bytes; when the buffer moves, the values of earlier rows move with it. */
static enum tg_err make_room(struct tg_rows *rows, size_t n)
{
    const uint8_t *before = rows->text.p;
    enum tg_err err = tg_buf_reserve(&rows->text, n);
    if (err != TG_OK || before == NULL || rows->text.p == before)
        return err;
    for (size_t i = 0; i <= rows->n; i++)
        for (int f = 0; f < TG_F_COUNT; f++)
            if (rows->row[i].value[f].n > 0)
                rows->row[i].value[f].p = rows->text.p + (rows->row[i].value[f].p - before);
    return TG_OK;
}

static enum tg_err add_value(struct tg_rows *rows, sqlite3_stmt *st, int column, enum tg_field f)
{
    size_t n = (size_t)sqlite3_column_bytes(st, column);
    if (n == 0)
        return TG_OK;
    const void *p =
        sqlite3_column_blob(st, column); /* as it lies in the page; _text would copy it for its NUL */
    if (p == NULL)
        return TG_E_STORE_DOWN;
    struct tg_row *row = &rows->row[rows->n];
    enum tg_err err = make_room(rows, n);
    if (err != TG_OK)
        return err;
    row->value[f] = tg_span(rows->text.p + rows->text.n, n);
    row->fields |= TG_BIT(f);
    return tg_buf_add(&rows->text, p, n);
}

/* A second look at what the walk promised: the row must be of the walk's kind and stand as the class says. */
static bool belongs(const struct walk *w, enum tg_class class, int64_t part)
{
    bool same = part / 8 == (int64_t)w->retailer;
    if (part % 8 != (int64_t)w->kind)
        return false;
    switch (tg_view_of(class).relation) {
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

static enum tg_err read_row(struct search *s, const struct walk *w, sqlite3_stmt *st,
                            const struct tg_clause *c)
{
    struct tg_row *row = &s->rows->row[s->rows->n];
    const char *id = (const char *)sqlite3_column_text(st, 0);
    if (id == NULL || !belongs(w, c->class, sqlite3_column_int64(st, 1)))
        return TG_E_STORE_DOWN;
    memset(row, 0, sizeof *row);
    if (tg_copy(row->id, sizeof row->id, tg_span_str(id)) != TG_OK)
        return TG_E_STORE_DOWN;
    row->class = c->class;
    row->clause = w->clause;
    int column = 2;
    for (int f = 0; f < TG_F_COUNT; f++) {
        if ((c->fields & TG_BIT(f)) == 0)
            continue;
        enum tg_err err = add_value(s->rows, st, column++, (enum tg_field)f);
        if (err != TG_OK)
            return err;
    }
    s->ref[s->rows->n++] = w->ref;
    return TG_OK;
}

static enum tg_err add_row(struct search *s, const struct walk *w)
{
    const struct tg_clause *c = tg_scope_clause(s->scope, w->clause);
    sqlite3_stmt *st = tg_reader_fetch(s->reader, c->fields & TG_MASK_ALL);
    enum tg_err err = TG_E_STORE_DOWN;
    if (st == NULL)
        return err;
    if (sqlite3_bind_int64(st, 1, w->ref) == SQLITE_OK && sqlite3_step(st) == SQLITE_ROW)
        err = read_row(s, w, st, c);
    (void)sqlite3_reset(st);
    return err;
}

static enum tg_err remember(struct search *s, const struct walk *w)
{
    if (w->entry.n > sizeof s->mark.entry)
        return TG_E_STORE_DOWN;
    s->mark.loose = s->loose;
    s->mark.ref = w->ref;
    s->mark.n = w->entry.n;
    memcpy(s->mark.entry, w->entry.p, w->entry.n);
    return TG_OK;
}

static enum tg_err merge(struct search *s, bool *more)
{
    enum tg_err err = TG_OK;
    struct walk *w = smallest(s);
    while (err == TG_OK && w != NULL) {
        if (!shown_already(s, w->ref)) {
            if (s->rows->n == s->limit) {
                *more = true;
                return TG_OK;
            }
            err = add_row(s, w);
            if (err != TG_OK || s->one)
                return err;
            err = remember(s, w);
        }
        if (err == TG_OK)
            err = advance(s, w);
        w = smallest(s);
    }
    return err;
}

static void finish_walks(struct search *s)
{
    for (size_t i = 0; i < s->n_walks; i++)
        (void)sqlite3_reset(s->walk[i].st);
    s->n_walks = 0;
}

static enum tg_err run(struct search *s, enum tg_list list, enum tg_list second, bool *more)
{
    enum tg_err err = begin_list(s, list);
    if (err == TG_OK && second != TG_LIST_COUNT)
        err = begin_list(s, second);
    if (err == TG_OK)
        err = merge(s, more);
    finish_walks(s);
    return err;
}

static enum tg_err new_rows(unsigned limit, enum tg_by by, struct tg_rows **ret)
{
    static const size_t row_bytes = 384; /* of text, usually; the buffer grows when it is more */
    struct tg_rows *rows = calloc(1, sizeof *rows);
    if (rows == NULL)
        return TG_E_NOMEM;
    rows->by = by;
    rows->cursor = TG_BUF_INIT(TG_CURSOR_BYTES);
    rows->text = TG_BUF_INIT(TG_ROWS_BYTES);
    rows->row = malloc(limit * sizeof *rows->row);
    enum tg_err err = rows->row == NULL ? TG_E_NOMEM : tg_buf_reserve(&rows->text, limit * row_bytes);
    if (err != TG_OK) {
        tg_rows_free(&rows);
        return err;
    }
    *ret = rows;
    return TG_OK;
}

void tg_rows_free(struct tg_rows **rows)
{
    if (rows == NULL || *rows == NULL)
        return;
    if ((*rows)->text.p != NULL)
        tg_wipe((*rows)->text.p, (*rows)->text.n);
    tg_buf_done(&(*rows)->text);
    tg_buf_done(&(*rows)->cursor);
    free((*rows)->row);
    free(*rows);
    *rows = NULL;
}

/* Strictly first; loosely only when that finds nothing although the letters are there. A later page goes on
 * as it began. */
static enum tg_err find_page(struct search *s, enum tg_by by, bool *more)
{
    bool first = s->mark.n == 0;
    s->loose = !first && s->mark.loose;
    enum tg_err err = run(s, BY[by].list, BY[by].second, more);
    /* ヅ and ヂ have other letters loosely (ツ, チ), so that nothing strict says nothing about them. */
    bool worth = s->seen || s->keys.n > 1;
    if (err != TG_OK || !first || s->rows->n > 0 || !worth || s->keys.key[0].exact)
        return err;
    s->loose = true;
    return run(s, BY[by].list, BY[by].second, more);
}

static enum tg_err search_with(struct search *s, const struct tg_query *q, enum tg_by by)
{
    struct tg_cursor_bond bond;
    struct tg_span key = tg_secret_span(&s->reader->store->cursor_key);
    enum tg_err err = tg_keys_asked(BY[by].list, q->text, &s->keys);
    if (err == TG_OK)
        err = tg_cursor_bind(q, s->scope, tg_span(s->reader->uid, sizeof s->reader->uid), &bond);
    if (err == TG_OK && q->cursor.n > 0)
        err = tg_cursor_open(key, &bond, q->cursor, &s->mark);
    if (err == TG_OK)
        err = new_rows(s->limit, by, &s->rows);
    bool more = false;
    if (err == TG_OK)
        err = find_page(s, by, &more);
    if (err != TG_OK)
        return err;
    s->rows->loose = s->loose && s->rows->n > 0;
    return more ? tg_cursor_seal(key, &bond, &s->mark, &s->rows->cursor) : TG_OK;
}

static enum tg_err search(struct tg_reader *r, struct search *s, const struct tg_query *q)
{
    if (q->limit == 0 || q->limit > TG_PAGE_ROWS)
        return TG_E_QUERY;
    enum tg_by by = q->by == TG_BY_GUESS ? tg_guess(q->text) : q->by;
    if ((size_t)by >= sizeof BY / sizeof BY[0])
        return TG_E_QUERY;
    enum tg_err err = tg_reader_ready(r);
    return err == TG_OK ? search_with(s, q, by) : err;
}

/* Hands over exactly once. A store that failed is opened anew at the next call. */
static void deliver(struct search *s, enum tg_err err, tg_rows_done *done, void *ctx)
{
    if (err != TG_OK)
        tg_rows_free(&s->rows);
    if (err == TG_E_STORE_DOWN)
        tg_reader_drop(s->reader);
    done(ctx, err, s->rows);
}

static void prepare(struct search *s, struct tg_reader *r, const struct tg_scope *scope, unsigned limit)
{
    s->reader = r;
    s->scope = scope;
    s->keys.n = 0;
    s->mark.n = 0;
    s->loose = false;
    s->seen = false;
    s->one = false;
    s->limit = limit;
    s->n_walks = 0;
    s->rows = NULL;
}

void tg_reader_search(struct tg_reader *r, const struct tg_scope *scope, const struct tg_query *q,
                      tg_rows_done *done, void *ctx)
{
    struct search s TG_UNSET;
    prepare(&s, r, scope, q->limit);
    enum tg_err err = search(r, &s, q);
    deliver(&s, err, done, ctx);
}

static enum tg_err show(struct search *s, struct tg_span id)
{
    bool more = false;
    s->one = true;
    enum tg_err err = tg_keys_asked(TG_LIST_ID, id, &s->keys);
    if (err == TG_OK)
        err = tg_reader_ready(s->reader);
    if (err == TG_OK)
        err = new_rows(1, TG_BY_CUSTOMER, &s->rows);
    return err == TG_OK ? run(s, TG_LIST_ID, TG_LIST_COUNT, &more) : err;
}

void tg_reader_show(struct tg_reader *r, const struct tg_scope *scope, struct tg_span id, tg_rows_done *done,
                    void *ctx)
{
    struct search s TG_UNSET;
    prepare(&s, r, scope, 1);
    enum tg_err err = show(&s, id);
    /* An id that no record can have is an id that no record has. */
    if (err == TG_E_QUERY)
        err = new_rows(1, TG_BY_CUSTOMER, &s.rows);
    deliver(&s, err, done, ctx);
}
