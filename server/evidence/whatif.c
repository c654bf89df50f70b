#include "server/evidence/whatif.h"

#include "server/evidence/tree.h"

enum { TEXTS = 4 };

/* One block. */
struct node {
    struct tg_effect_line line; /* first: nodes are compared as what they say */
    char text[];
};

const char *tg_effect_name(enum tg_effect e)
{
    static const char *const names[TG_EFFECT_COUNT] = {"fields", "refused", "opened", "role-gone"};

    return (unsigned)e < TG_EFFECT_COUNT ? names[e] : NULL;
}

static int by_line(const void *a, const void *b)
{
    const struct tg_effect_line *x = a, *y = b;
    int order = strcmp(x->role, y->role);

    if (order == 0)
        order = strcmp(x->person, y->person);
    if (order == 0)
        order = strcmp(x->post, y->post);
    if (order == 0 && x->effect != y->effect)
        order = x->effect < y->effect ? -1 : 1;
    return order != 0 ? order : strcmp(x->about, y->about);
}

/* Copies the text behind the others; *to moves to the copy. */
static void put_text(char **at, const char **to)
{
    size_t size = strlen(*to) + 1;

    memcpy(*at, *to, size);
    *to = *at;
    *at += size;
}

static struct node *node_new(const struct tg_effect_line *as)
{
    struct node *n = malloc(sizeof *n + strlen(as->role) + strlen(as->person) + strlen(as->post) +
                            strlen(as->about) + TEXTS);
    char *at;

    if (n == NULL)
        return NULL;
    n->line = *as;
    at = n->text;
    put_text(&at, &n->line.role);
    put_text(&at, &n->line.person);
    put_text(&at, &n->line.post);
    put_text(&at, &n->line.about);
    return n;
}

/* Adds the sums of one decision to its line, made when it is the first. */
static enum tg_err note(struct tg_whatif *w, const struct tg_effect_line *more)
{
    struct node *n = tg_tree_find(&w->tree, more, by_line);

    if (n == NULL) {
        if (w->n_lines >= TG_WHATIF_LINES_MAX)
            return TG_E_LIMIT;
        n = node_new(more);
        if (n == NULL || !tg_tree_put(&w->tree, n, by_line)) {
            free(n);
            return TG_E_NOMEM;
        }
        w->n_lines++;
        return TG_OK;
    }
    n->line.gained |= more->gained;
    n->line.lost |= more->lost;
    n->line.lost_shown |= more->lost_shown;
    n->line.answers += more->answers;
    n->line.records += more->records;
    return TG_OK;
}

static tg_mask fields_of(const struct tg_verdict *v, enum tg_class class)
{
    for (size_t i = 0; i < v->n; i++) {
        if (v->clause[i].class == class)
            return v->clause[i].fields;
    }
    return 0;
}

static struct tg_effect_line line_of(const struct tg_past *past, enum tg_effect effect, const char *about)
{
    return (struct tg_effect_line){.effect = effect,
                                   .role = past->inputs.role,
                                   .person = past->person,
                                   .post = past->post,
                                   .about = about,
                                   .answers = 1};
}

/* One class of one decision. *touched: it is not the same. */
static enum tg_err note_class(struct tg_whatif *w, const struct tg_past *past, const struct tg_verdict v[2],
                              enum tg_class class, bool *touched)
{
    tg_mask then = fields_of(&v[0], class), now = fields_of(&v[1], class);
    struct tg_effect_line line = line_of(past, TG_EFFECT_FIELDS, tg_class_name(class));

    if (then == now)
        return TG_OK;
    *touched = true;
    line.gained = now & ~then;
    line.lost = then & ~now;
    for (size_t i = 0; i < past->n_rows; i++) {
        if (past->rows[i].class != class)
            continue;
        line.records++;
        line.lost_shown |= past->rows[i].clear & line.lost;
    }
    return note(w, &line);
}

static enum tg_err note_classes(struct tg_whatif *w, const struct tg_past *past, const struct tg_verdict v[2],
                                bool *touched)
{
    enum tg_err err = TG_OK;

    for (unsigned c = 0; c < TG_C_COUNT && err == TG_OK; c++)
        err = note_class(w, past, v, (enum tg_class)c, touched);
    return err;
}

static enum tg_err note_refused(struct tg_whatif *w, const struct tg_past *past)
{
    bool gone = !tg_policy_has_role(w->policy, past->inputs.role);
    struct tg_effect_line line = line_of(past, gone ? TG_EFFECT_ROLE_GONE : TG_EFFECT_REFUSED,
                                         gone ? "" : past->inputs.matter.purpose);

    line.records = past->n_rows;
    return note(w, &line);
}

static enum tg_err compare(struct tg_whatif *w, const struct tg_past *past, const struct tg_verdict v[2],
                           bool *touched)
{
    const struct tg_effect_line opened = line_of(past, TG_EFFECT_OPENED, past->inputs.matter.purpose);
    enum tg_err err = TG_OK;

    if (v[0].n > 0 && v[1].n == 0)
        err = note_refused(w, past);
    else if (v[0].n == 0 && v[1].n > 0)
        err = note(w, &opened);
    return err == TG_OK ? note_classes(w, past, v, touched) : err;
}

enum tg_err tg_whatif_add(struct tg_whatif *w, const struct tg_past *past, const struct tg_policy *then)
{
    struct tg_verdict v[2];
    bool touched = false;
    enum tg_err err;

    if (past->settled == TG_SETTLED_NOT) {
        w->not_asked++;
        return TG_OK;
    }
    if (past->gap != TG_GAP_NONE) {
        w->gaps++;
        return TG_OK;
    }
    /* A refusal leaves the verdict without clauses; how it is refused does not matter here. */
    tg_ignore(tg_policy_verdict(then, &past->inputs, &v[0]));
    tg_ignore(tg_policy_verdict(w->policy, &past->inputs, &v[1]));
    err = compare(w, past, v, &touched);
    w->compared++;
    w->changed += touched;
    return err;
}

struct walk {
    tg_effect_each *each;
    void *ctx;
};

static void visit(const void *node, VISIT when, void *ctx)
{
    const struct node *n = *(struct node *const *)node;
    const struct walk *w = ctx;

    if (when == postorder || when == leaf)
        w->each(w->ctx, &n->line);
}

void tg_whatif_walk(const struct tg_whatif *w, tg_effect_each *each, void *ctx)
{
    struct walk walk = {.each = each, .ctx = ctx};

    twalk_r(w->tree, visit, &walk);
}

void tg_whatif_done(struct tg_whatif *w)
{
    tdestroy(w->tree, free);
    *w = (struct tg_whatif){0};
}
