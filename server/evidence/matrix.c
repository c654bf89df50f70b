#include "server/evidence/matrix.h"

#include "certs/base/csv.h"

/* The columns of the matrix. */
enum { ROLE, CLASS, FIELD, STATE, RULE, REASON, REASON_EN, NEXT, NEXT_EN, PURPOSES, NOTE, COLUMNS };
static const char *const columns[COLUMNS] = {"role",      "class", "field",   "state",    "rule", "reason",
                                             "reason_en", "next",  "next_en", "purposes", "note"};

#define NOT_OPEN "-"
#define ABSENT "none"

/* What a role may see of a class for a purpose. */
struct cell {
    const char *role;
    enum tg_class class;
    enum tg_field field;
    const char *purpose;
    const char *state;
};

/* What is said of a role as a whole. */
struct about {
    const char *text[COLUMNS];
};

struct tg_matrix {
    char *texts; /* every text of every row, each with its NUL */
    size_t used, size;
    struct cell *cells;
    size_t n_cells, max_cells;
    struct about *abouts;
    size_t n_abouts, max_abouts;
};

static const char *keep(struct tg_matrix *m, struct tg_span s)
{
    char *at = m->texts + m->used;

    if (s.n >= m->size - m->used)
        return NULL;
    if (s.n > 0)
        memcpy(at, s.p, s.n);
    at[s.n] = '\0';
    m->used += s.n + 1;
    return at;
}

/* Room for one more of a list that doubles. */
static enum tg_err make_room(void **list, size_t n, size_t *max, size_t size)
{
    void *more;

    if (n < *max)
        return TG_OK;
    more = realloc(*list, (2 * *max + 64) * size);
    if (more == NULL)
        return TG_E_NOMEM;
    *list = more;
    *max = 2 * *max + 64;
    return TG_OK;
}

static bool is_open(const char *state)
{
    return strcmp(state, "hidden") != 0 && strcmp(state, "closed") != 0;
}

static enum tg_err add_cell(struct tg_matrix *m, const struct cell *c)
{
    void *list = m->cells;
    enum tg_err err = make_room(&list, m->n_cells, &m->max_cells, sizeof *c);

    m->cells = list;
    if (err == TG_OK)
        m->cells[m->n_cells++] = *c;
    return err;
}

/* One cell for each purpose of the row; the list of purposes is cut where its spaces are. */
static enum tg_err add_cells(struct tg_matrix *m, const struct tg_csv_record *r, const struct about *a)
{
    struct cell c = {.role = a->text[ROLE],
                     .class = tg_class_find(a->text[CLASS]),
                     .field = tg_field_find(a->text[FIELD]),
                     .state = a->text[STATE]};
    struct tg_span rest = r->field[PURPOSES];
    enum tg_err err = TG_OK;

    if (c.class == TG_C_COUNT || c.field == TG_F_COUNT)
        return TG_E_FORM;
    while (rest.n > 0 && err == TG_OK && is_open(c.state)) {
        const uint8_t *space = memchr(rest.p, ' ', rest.n);
        size_t n = space != NULL ? (size_t)(space - rest.p) : rest.n;

        c.purpose = keep(m, tg_span(rest.p, n));
        err = c.purpose != NULL ? add_cell(m, &c) : TG_E_FORM;
        n += space != NULL;
        rest = tg_span(rest.p + n, rest.n - n);
    }
    return err;
}

static enum tg_err take_row(void *ctx, const struct tg_csv_record *r)
{
    struct tg_matrix *m = ctx;
    struct about a;
    void *list = m->abouts;
    enum tg_err err;

    if (r->n != COLUMNS)
        return TG_E_FORM;
    if (r->line == 1) {
        for (size_t i = 0; i < COLUMNS; i++) {
            if (!tg_span_is(r->field[i], columns[i]))
                return TG_E_FORM;
        }
        return TG_OK;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        if ((a.text[i] = keep(m, r->field[i])) == NULL)
            return TG_E_FORM;
    }
    if (strcmp(a.text[CLASS], "*") != 0)
        return add_cells(m, r, &a);
    if (strcmp(a.text[STATE], "policy") == 0)
        return TG_OK; /* its digest, which always differs */
    err = make_room(&list, m->n_abouts, &m->max_abouts, sizeof a);
    m->abouts = list;
    if (err == TG_OK)
        m->abouts[m->n_abouts++] = a;
    return err;
}

static int compare(unsigned a, unsigned b)
{
    return a < b ? -1 : a > b;
}

/* Same role, class and field? */
static int by_place(const struct cell *x, const struct cell *y)
{
    int order = strcmp(x->role, y->role);

    if (order == 0)
        order = compare(x->class, y->class);
    return order != 0 ? order : compare(x->field, y->field);
}

static int by_cell(const void *a, const void *b)
{
    const struct cell *x = a, *y = b;
    int order = by_place(x, y);

    return order != 0 ? order : strcmp(x->purpose, y->purpose);
}

static int by_about(const void *a, const void *b)
{
    const struct about *x = a, *y = b;
    int order = strcmp(x->text[ROLE], y->text[ROLE]);

    if (order == 0)
        order = strcmp(x->text[STATE], y->text[STATE]);
    return order != 0 ? order : strcmp(x->text[RULE], y->text[RULE]);
}

static enum tg_err read_csv(struct tg_matrix *m, struct tg_span text)
{
    struct tg_csv *csv = NULL;
    enum tg_err err;

    /* Each field of a row, and each purpose once more, with its NUL. */
    m->size = 2 * text.n + 1;
    m->texts = malloc(m->size);
    if (m->texts == NULL || tg_csv_new(take_row, m, &csv) != TG_OK)
        return TG_E_NOMEM;
    err = tg_csv_feed(csv, text);
    if (err == TG_OK)
        err = tg_csv_end(csv);
    tg_csv_free(&csv);
    return err;
}

enum tg_err tg_matrix_of(const struct tg_policy *p, struct tg_matrix **ret)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_POLICY_MATRIX_BYTES);
    struct tg_matrix *m = calloc(1, sizeof *m);
    enum tg_err err = m == NULL ? TG_E_NOMEM : tg_policy_matrix(p, true, &text);

    if (err == TG_OK)
        err = read_csv(m, tg_span_buf(&text));
    if (err != TG_OK) {
        tg_matrix_free(&m);
        return err;
    }
    qsort(m->cells, m->n_cells, sizeof *m->cells, by_cell);
    qsort(m->abouts, m->n_abouts, sizeof *m->abouts, by_about);
    *ret = m;
    return TG_OK;
}

void tg_matrix_free(struct tg_matrix **m)
{
    if (*m == NULL)
        return;
    free((*m)->cells);
    free((*m)->abouts);
    free((*m)->texts);
    free(*m);
    *m = NULL;
}

static unsigned rank(const char *state)
{
    return strcmp(state, NOT_OPEN) == 0 ? 0 : strcmp(state, "shown") == 0 ? 2 : 1;
}

/* How one purpose of a field changes. */
struct move {
    const char *purpose, *was, *is;
    bool told;
};

#define MOVES (2 * TG_PURPOSES)
#define TEXT_BYTES (MOVES * (TG_POLICY_WORD_BYTES + 32))

struct comparison {
    const struct tg_matrix *was, *is;
    size_t at_was, at_is;
    tg_change_each *each;
    void *ctx;
    struct tg_change pending; /* cells that change alike are told together; role NULL: none */
    char text[TEXT_BYTES];    /* of the pending ones */
};

static bool same_move(const struct move *a, const struct move *b)
{
    return strcmp(a->was, b->was) == 0 && strcmp(a->is, b->is) == 0;
}

/* "inquiry billing: - > shown; outage: shown > -" */
static enum tg_err moves_text(struct move *move, size_t n, struct tg_buf *out)
{
    enum tg_err err = TG_OK;

    for (size_t i = 0; i < n && err == TG_OK; i++) {
        const char *before = out->n > 0 ? "; " : "";

        for (size_t j = i; j < n && err == TG_OK && !move[i].told; j++) {
            if (move[j].told || !same_move(&move[i], &move[j]))
                continue;
            err = tg_buf_addf(out, "%s%s", before, move[j].purpose);
            before = " ";
            move[j].told = j > i;
        }
        if (!move[i].told && err == TG_OK)
            err = tg_buf_addf(out, ": %s > %s", move[i].was, move[i].is);
    }
    return err;
}

static void weigh(const struct move *move, size_t n, struct tg_change *c)
{
    for (size_t i = 0; i < n; i++) {
        c->gains |= rank(move[i].is) > rank(move[i].was);
        c->loses |= rank(move[i].is) < rank(move[i].was);
    }
}

static enum tg_err tell_pending(struct comparison *c)
{
    enum tg_err err = c->pending.role != NULL ? c->each(c->ctx, &c->pending) : TG_OK;

    c->pending.role = NULL;
    return err;
}

/* The next cell of either side that is of this place, or NULL. */
static const struct cell *next_at(const struct tg_matrix *m, size_t at, const struct cell *place)
{
    return at < m->n_cells && by_place(&m->cells[at], place) == 0 ? &m->cells[at] : NULL;
}

/* All purposes of one role, class and field, on both sides; those that stay as they are do not count. */
static size_t collect_moves(struct comparison *c, const struct cell *place, struct move *move)
{
    size_t n = 0;

    while (n < MOVES) {
        const struct cell *was = next_at(c->was, c->at_was, place), *is = next_at(c->is, c->at_is, place);

        if (was == NULL && is == NULL)
            break;
        int order = was == NULL ? 1 : is == NULL ? -1 : strcmp(was->purpose, is->purpose);
        c->at_was += order <= 0;
        c->at_is += order >= 0;
        if (order == 0 && strcmp(was->state, is->state) == 0)
            continue;
        move[n++] = (struct move){.purpose = order <= 0 ? was->purpose : is->purpose,
                                  .was = order <= 0 ? was->state : NOT_OPEN,
                                  .is = order >= 0 ? is->state : NOT_OPEN};
    }
    return n;
}

static enum tg_err tell_place(struct comparison *c, const struct cell *place)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TEXT_BYTES);
    struct move move[MOVES];
    size_t n = collect_moves(c, place, move);
    const char *said;
    enum tg_err err;

    if (n == 0)
        return TG_OK;
    if ((err = moves_text(move, n, &text)) != TG_OK)
        return err;
    said = tg_buf_cstr(&text);
    if (said == NULL)
        return TG_E_NOMEM;
    if (c->pending.role == NULL || strcmp(c->pending.role, place->role) != 0 ||
        c->pending.class != place->class || strcmp(c->text, said) != 0) {
        if ((err = tell_pending(c)) != TG_OK)
            return err;
        (void)snprintf(c->text, sizeof c->text, "%s", said);
        c->pending =
            (struct tg_change){.what = "cell", .role = place->role, .class = place->class, .text = c->text};
        weigh(move, n, &c->pending);
    }
    c->pending.fields |= TG_BIT(place->field);
    return TG_OK;
}

static enum tg_err compare_cells(struct comparison *c)
{
    enum tg_err err = TG_OK;

    while (err == TG_OK && (c->at_was < c->was->n_cells || c->at_is < c->is->n_cells)) {
        const struct cell *was = c->at_was < c->was->n_cells ? &c->was->cells[c->at_was] : NULL;
        const struct cell *is = c->at_is < c->is->n_cells ? &c->is->cells[c->at_is] : NULL;
        bool first = is == NULL || (was != NULL && by_place(was, is) <= 0);

        err = tell_place(c, first ? was : is);
    }
    return err == TG_OK ? tell_pending(c) : err;
}

static const char *note_of(const struct about *a)
{
    return a == NULL ? ABSENT : a->text[NOTE][0] != '\0' ? a->text[NOTE] : a->text[RULE];
}

static bool same_about(const struct about *a, const struct about *b)
{
    for (size_t i = 0; i < COLUMNS; i++) {
        if (strcmp(a->text[i], b->text[i]) != 0)
            return false;
    }
    return true;
}

static enum tg_err tell_about(struct comparison *c, const struct about *was, const struct about *is)
{
    const struct about *one = was != NULL ? was : is;
    TG_BUF_AUTO text = TG_BUF_INIT(4 * TG_POLICY_SENTENCE_BYTES + TG_ROLES * TG_POLICY_WORD_BYTES * 4);
    struct tg_change change = {.what = one->text[STATE], .role = one->text[ROLE], .class = TG_C_COUNT};
    enum tg_err err;

    if (was != NULL && is != NULL && same_about(was, is))
        return TG_OK;
    if (was != NULL && is != NULL && strcmp(note_of(was), note_of(is)) == 0 &&
        strcmp(was->text[PURPOSES], is->text[PURPOSES]) == 0)
        err = tg_buf_addf(&text, "%s: 文 / sentences", one->text[RULE]);
    else
        err = tg_buf_addf(&text, "%s [%s] > %s [%s]", note_of(was), was != NULL ? was->text[PURPOSES] : "",
                          note_of(is), is != NULL ? is->text[PURPOSES] : "");
    change.text = tg_buf_cstr(&text);
    if (err == TG_OK && change.text == NULL)
        err = TG_E_NOMEM;
    return err == TG_OK ? c->each(c->ctx, &change) : err;
}

static enum tg_err compare_abouts(struct comparison *c)
{
    enum tg_err err = TG_OK;

    for (size_t i = 0, j = 0; err == TG_OK && (i < c->was->n_abouts || j < c->is->n_abouts);) {
        const struct about *was = i < c->was->n_abouts ? &c->was->abouts[i] : NULL;
        const struct about *is = j < c->is->n_abouts ? &c->is->abouts[j] : NULL;
        int order = was == NULL ? 1 : is == NULL ? -1 : by_about(was, is);

        i += order <= 0;
        j += order >= 0;
        err = tell_about(c, order <= 0 ? was : NULL, order >= 0 ? is : NULL);
    }
    return err;
}

enum tg_err tg_matrix_compare(const struct tg_matrix *was, const struct tg_matrix *is, tg_change_each *each,
                              void *ctx)
{
    struct comparison c = {.was = was, .is = is, .each = each, .ctx = ctx};
    enum tg_err err = compare_cells(&c);

    return err == TG_OK ? compare_abouts(&c) : err;
}
