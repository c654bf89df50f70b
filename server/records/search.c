#include "certs/base/text.h"
#include "server/records/cursor.h"
#include "server/records/guess.h"
#include "server/records/reader.h"
#include "server/records/walk.h"

/* All walks of a search are merged by (key, until, ref). */
struct search {
    struct tg_reader *reader;
    const struct tg_scope *scope;
    struct tg_keys keys;
    struct tg_key point[TG_CLAUSES]; /* of the clauses that are limited to one */
    struct tg_place_mark mark;       /* begin behind it; n == 0: at the beginning */
    bool loose;
    bool seen; /* some entry had the right letters */
    bool one;  /* by id, which is unique: the first found is all */
    unsigned limit;
    size_t n_walks;
    struct tg_walk walk[TG_WALKS];
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

static enum tg_err begin(struct search *s, const struct tg_walk *plan, const struct tg_key *key)
{
    if (s->n_walks == TG_WALKS)
        return TG_E_LIMIT;
    struct tg_walk *w = &s->walk[s->n_walks];
    *w = *plan;
    enum tg_err err = tg_walk_begin(w, s->reader, s->n_walks, key, &s->mark);
    if (err != TG_OK)
        return err;
    s->n_walks++;
    return tg_walk_step(w, s->loose, &s->seen);
}

static bool same_key(const struct tg_key *a, const struct tg_key *b)
{
    return tg_span_eq(tg_span(a->b, a->n), tg_span(b->b, b->n));
}

/* A clause that is limited to one supply point is opened by the point and by the id of its record, and only
 * the entries of the point are walked: whatever id is asked for, the work is the same. A point that is none
 * opens nothing.
 */
static enum tg_err begin_point(struct search *s, size_t i, enum tg_list list)
{
    const struct tg_clause *c = tg_scope_clause(s->scope, i);
    struct tg_walk plan TG_UNSET;
    struct tg_keys keys TG_UNSET;
    if ((list != TG_LIST_POINT && list != TG_LIST_ID) || !tg_walk_visible(c, list))
        return TG_OK;
    if (tg_keys_asked(TG_LIST_POINT, tg_span_str(c->point), &keys) != TG_OK)
        return TG_OK;
    if (list == TG_LIST_POINT && !same_key(&keys.key[0], &s->keys.key[0]))
        return TG_OK;
    if (!tg_walk_plan(s->reader, s->scope, i, TG_LIST_POINT, &plan))
        return TG_OK;
    s->point[i] = keys.key[0];
    plan.by_id = list == TG_LIST_ID;
    return begin(s, &plan, &s->point[i]);
}

/* All keys of one clause through one list. */
static enum tg_err begin_clause(struct search *s, size_t i, enum tg_list list)
{
    struct tg_walk plan TG_UNSET;
    enum tg_err err = TG_OK;
    if (tg_scope_clause(s->scope, i)->point != NULL)
        return begin_point(s, i, list);
    if (!tg_walk_visible(tg_scope_clause(s->scope, i), list) ||
        !tg_walk_plan(s->reader, s->scope, i, list, &plan))
        return TG_OK;
    for (size_t k = 0; err == TG_OK && k < (s->loose ? s->keys.n : 1); k++)
        err = begin(s, &plan, &s->keys.key[k]);
    return err;
}

/* The walk that stands at the smallest entry; of equals the first clause's. */
static struct tg_walk *smallest(struct search *s)
{
    struct tg_walk *min = NULL;
    for (size_t i = 0; i < s->n_walks; i++)
        if (!s->walk[i].done && (min == NULL || tg_walk_compare(&s->walk[i], min) < 0))
            min = &s->walk[i];
    return min;
}

static enum tg_err begin_list(struct search *s, enum tg_list list)
{
    enum tg_err err = TG_OK;
    for (size_t i = 0; i < tg_scope_count(s->scope) && err == TG_OK; i++)
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

/* Consumption before the first day of a contract is somebody else's. */
static tg_mask withheld(const struct search *s, const struct tg_sheet *sheet)
{
    return sheet->since > tg_scope_day(s->scope) ? TG_BIT(TG_F_USAGE) : 0;
}

/* The members of the mask as an object. Where it lies is known when all rows are there: the text may move. */
static enum tg_err add_object(struct search *s, const struct tg_sheet *sheet, tg_mask fields,
                              struct tg_row *row)
{
    static const size_t row_bytes = 1024; /* of text, usually; the buffer grows when it is more */
    struct tg_buf *text = &s->rows->text;
    enum tg_err err = TG_OK;
    size_t from = text->n;
    if (text->p == NULL)
        err = tg_buf_reserve(text, s->limit * row_bytes);
    if (err == TG_OK)
        err = tg_reader_take(s->reader, sheet, fields, text);
    if (err == TG_OK && text->n == from)
        err = tg_buf_add(text, ",", 1);
    if (err == TG_OK)
        err = tg_buf_add(text, "}", 1);
    if (err != TG_OK)
        return err;
    text->p[from] = '{'; /* in the place of the first comma */
    row->json.n = text->n - from;
    return TG_OK;
}

static void place_objects(struct tg_rows *rows)
{
    const uint8_t *p = rows->text.p;
    for (size_t i = 0; i < rows->n; i++) {
        rows->row[i].json.p = p;
        p += rows->row[i].json.n;
    }
}

/* TG_OK without a row when the record has another id than was asked for. */
static enum tg_err add_row(struct search *s, const struct tg_walk *w)
{
    struct tg_row *row = &s->rows->row[s->rows->n];
    struct tg_sheet sheet TG_UNSET;
    enum tg_err err = tg_reader_seek(s->reader, w->ref, &sheet);
    if (err != TG_OK)
        return err;
    if (!tg_walk_owns(w, &sheet))
        return TG_E_STORE_DOWN;
    if (w->by_id && !tg_span_eq(tg_span_str(sheet.id), tg_span(s->keys.key[0].b, s->keys.key[0].n)))
        return TG_OK;
    const struct tg_clause *c = tg_scope_clause(s->scope, tg_walk_clause(w));
    tg_mask fields = c->fields & ~withheld(s, &sheet);
    memcpy(row->id, sheet.id, sizeof row->id);
    row->class = c->class;
    row->clause = tg_walk_clause(w);
    row->fields = fields & sheet.fields;
    err = add_object(s, &sheet, fields, row);
    if (err == TG_OK)
        s->ref[s->rows->n++] = w->ref;
    return err;
}

static enum tg_err remember(struct search *s, const struct tg_walk *w)
{
    if (w->entry.n > sizeof s->mark.entry)
        return TG_E_STORE_DOWN;
    s->mark.loose = s->loose;
    s->mark.until = w->until;
    s->mark.ref = w->ref;
    s->mark.n = w->entry.n;
    memcpy(s->mark.entry, w->entry.p, w->entry.n);
    return TG_OK;
}

static enum tg_err merge(struct search *s, bool *more)
{
    enum tg_err err = TG_OK;
    struct tg_walk *w = smallest(s);
    while (err == TG_OK && w != NULL) {
        if (!shown_already(s, w->ref)) {
            if (s->rows->n == s->limit) {
                *more = true;
                return TG_OK;
            }
            err = add_row(s, w);
            if (err != TG_OK || (s->one && s->rows->n > 0))
                return err;
            err = remember(s, w);
        }
        if (err == TG_OK)
            err = tg_walk_step(w, s->loose, &s->seen);
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

/* The rows stand behind the struct. */
static enum tg_err new_rows(unsigned limit, enum tg_by by, struct tg_rows **ret)
{
    struct tg_rows *rows = malloc(sizeof *rows + limit * sizeof *rows->row);
    if (rows == NULL)
        return TG_E_NOMEM;
    *rows = (struct tg_rows){.row = (struct tg_row *)(rows + 1),
                             .cursor = TG_BUF_INIT(TG_CURSOR_BYTES),
                             .by = by,
                             .text = TG_BUF_INIT(TG_ROWS_BYTES)};
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

static enum tg_err bind(const struct search *s, const struct tg_query *q, struct tg_cursor_bond *bond)
{
    return tg_cursor_bind(q, s->scope, tg_span(s->reader->uid, sizeof s->reader->uid), bond);
}

/* Most searches come without a cursor and go without one: they bind nothing. */
static enum tg_err open_cursor(struct search *s, const struct tg_query *q)
{
    struct tg_cursor_bond bond;
    enum tg_err err = q->cursor.n > 0 ? bind(s, q, &bond) : TG_OK;
    if (err != TG_OK || q->cursor.n == 0)
        return err;
    return tg_cursor_open(tg_secret_span(&s->reader->store->cursor_key), &bond, q->cursor, &s->mark);
}

static enum tg_err seal_cursor(struct search *s, const struct tg_query *q)
{
    struct tg_cursor_bond bond;
    enum tg_err err = bind(s, q, &bond);
    if (err != TG_OK)
        return err;
    return tg_cursor_seal(tg_secret_span(&s->reader->store->cursor_key), &bond, &s->mark, &s->rows->cursor);
}

static enum tg_err search_with(struct search *s, const struct tg_query *q, enum tg_by by)
{
    bool more = false;
    enum tg_err err = tg_keys_asked(BY[by].list, q->text, &s->keys);
    if (err == TG_OK)
        err = open_cursor(s, q);
    if (err == TG_OK)
        err = new_rows(s->limit, by, &s->rows);
    if (err == TG_OK)
        err = find_page(s, by, &more);
    if (err != TG_OK)
        return err;
    s->rows->loose = s->loose && s->rows->n > 0;
    return more ? seal_cursor(s, q) : TG_OK;
}

static enum tg_err search(struct tg_reader *r, struct search *s, const struct tg_query *q)
{
    if (q->limit == 0 || q->limit > TG_PAGE_ROWS)
        return TG_E_QUERY;
    enum tg_by by = q->by == TG_BY_GUESS ? tg_guess(q->text) : q->by;
    if ((size_t)by >= sizeof BY / sizeof BY[0])
        return TG_E_QUERY;
    enum tg_err err = tg_reader_ready_for(r, s->scope);
    return err == TG_OK ? search_with(s, q, by) : err;
}

/* Hands over exactly once. A store that failed is opened anew at the next call. */
static void deliver(struct search *s, enum tg_err err, tg_rows_done *done, void *ctx)
{
    if (err != TG_OK)
        tg_rows_free(&s->rows);
    else
        place_objects(s->rows);
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

/* Clause by clause, until one has it. */
static enum tg_err show_rows(struct search *s)
{
    bool more = false;
    enum tg_err err = TG_OK;
    for (size_t i = 0; err == TG_OK && i < tg_scope_count(s->scope) && s->rows->n == 0; i++) {
        err = begin_clause(s, i, TG_LIST_ID);
        if (err == TG_OK)
            err = merge(s, &more);
        finish_walks(s);
    }
    return err;
}

static enum tg_err show(struct search *s, struct tg_span id)
{
    s->one = true;
    enum tg_err err = tg_keys_asked(TG_LIST_ID, id, &s->keys);
    if (err == TG_OK)
        err = tg_reader_ready_for(s->reader, s->scope);
    if (err == TG_OK)
        err = new_rows(1, TG_BY_CUSTOMER, &s->rows);
    return err == TG_OK ? show_rows(s) : err;
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
