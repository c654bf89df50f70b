#include "server/evidence/group.h"

#include "server/evidence/tree.h"

enum { TEXTS = 7 }; /* six inputs and the rules */

/* One block. */
struct node {
    struct tg_group group; /* first: nodes are compared as what they say */
    char text[];
};

static int compare(int64_t a, int64_t b)
{
    return a < b ? -1 : a > b;
}

static int by_inputs(const void *a, const void *b)
{
    const struct tg_group *x = a, *y = b;
    const char *const text[][2] = {{x->role, y->role},   {x->company, y->company}, {x->purpose, y->purpose},
                                   {x->areas, y->areas}, {x->basis, y->basis},     {x->policy, y->policy}};
    int order = compare(x->day, y->day);

    for (size_t i = 0; order == 0 && i < sizeof text / sizeof *text; i++)
        order = strcmp(text[i][0], text[i][1]);
    return order != 0 ? order : compare(x->kind, y->kind);
}

static void node_free(void *node)
{
    struct node *n = node;

    if (n != NULL)
        tg_place_set_done(&n->group.places);
    free(n);
}

/* Copies the text behind the others; *to moves to the copy. */
static void put_text(char **at, const char **to)
{
    size_t size = strlen(*to) + 1;

    memcpy(*at, *to, size);
    *to = *at;
    *at += size;
}

static size_t texts_size(const struct tg_group *g)
{
    return strlen(g->role) + strlen(g->company) + strlen(g->areas) + strlen(g->purpose) + strlen(g->basis) +
           strlen(g->policy) + strlen(g->rules) + TEXTS;
}

static struct node *node_new(const struct tg_group *as)
{
    struct node *n = malloc(sizeof *n + texts_size(as));
    char *at;

    if (n == NULL)
        return NULL;
    n->group = *as;
    at = n->text;
    put_text(&at, &n->group.role);
    put_text(&at, &n->group.company);
    put_text(&at, &n->group.areas);
    put_text(&at, &n->group.purpose);
    put_text(&at, &n->group.basis);
    put_text(&at, &n->group.policy);
    put_text(&at, &n->group.rules);
    return n;
}

static struct tg_group inputs_of(const struct tg_past *past)
{
    const struct tg_grant *grant = past->inputs.matter.grant;

    return (struct tg_group){.role = past->inputs.role,
                             .company = past->inputs.company,
                             .areas = grant != NULL ? grant->areas : past->inputs.areas, /* what limits it */
                             .purpose = past->inputs.matter.purpose,
                             .basis = past->basis,
                             .policy = past->policy,
                             .kind = past->inputs.kind,
                             .day = tg_day_of(past->inputs.matter.now),
                             .refusal = past->settled == TG_SETTLED_ALLOWED ? TG_OK : past->problem,
                             .first_seq = past->seq};
}

static enum tg_err join_rules(const struct tg_past *past, struct tg_buf *to)
{
    enum tg_err err = TG_OK;

    for (size_t i = 0; i < past->n_rules && err == TG_OK; i++)
        err = tg_buf_addf(to, "%s%s", i > 0 ? " " : "", past->rules[i]);
    return err;
}

/* A mask of a class that the group has not seen yet is the one that the others will be held against. */
static const char *hold_rows(struct tg_group *g, const struct tg_past *past)
{
    for (size_t i = 0; i < past->n_rows; i++) {
        const struct tg_past_row *row = &past->rows[i];

        if ((row->clear & row->hidden) != 0)
            return "表示と非表示が重なる / a field is both shown and hidden";
        if ((g->seen >> row->class & 1) != 0 && g->hidden[row->class] != row->hidden)
            return "区分の項目が違う / the fields of a class differ";
        g->hidden[row->class] = row->hidden;
        g->seen |= 1u << row->class;
    }
    return NULL;
}

static const char *hold(struct tg_group *g, const struct tg_group *as, const struct tg_past *past)
{
    if (g->refusal != as->refusal)
        return "判定が違う / allowed here, refused there, or refused otherwise";
    if (strcmp(g->rules, as->rules) != 0)
        return "規則が違う / other rules";
    return hold_rows(g, past);
}

/* The decision's group, made when it is the first. */
static enum tg_err find(struct tg_groups *all, const struct tg_group *as, struct tg_group **ret)
{
    struct node *n = tg_tree_find(&all->tree, as, by_inputs);

    if (n != NULL) {
        *ret = &n->group;
        return TG_OK;
    }
    if (all->n >= TG_GROUPS_MAX)
        return TG_E_LIMIT;
    n = node_new(as);
    if (n == NULL || !tg_tree_put(&all->tree, n, by_inputs)) {
        node_free(n);
        return TG_E_NOMEM;
    }
    all->n++;
    *ret = &n->group;
    return TG_OK;
}

enum tg_err tg_groups_add(struct tg_groups *all, const struct tg_past *past, uint32_t place,
                          const char **differs)
{
    TG_BUF_AUTO rules = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    struct tg_group as = inputs_of(past), *g = NULL;
    enum tg_err err = join_rules(past, &rules);

    if (err != TG_OK)
        return err;
    as.rules = tg_buf_cstr(&rules);
    if (as.rules == NULL)
        return TG_E_NOMEM;
    if ((err = find(all, &as, &g)) != TG_OK || (err = tg_place_set_add(&g->places, place)) != TG_OK)
        return err;
    g->decisions++;
    *differs = hold(g, &as, past);
    g->differing += *differs != NULL;
    return TG_OK;
}

struct walk {
    tg_group_each *each;
    void *ctx;
};

static void visit(const void *node, VISIT when, void *ctx)
{
    const struct node *n = *(struct node *const *)node;
    const struct walk *w = ctx;

    if (when == postorder || when == leaf)
        w->each(w->ctx, &n->group);
}

void tg_groups_walk(const struct tg_groups *g, tg_group_each *each, void *ctx)
{
    struct walk w = {.each = each, .ctx = ctx};

    twalk_r(g->tree, visit, &w);
}

void tg_groups_done(struct tg_groups *g)
{
    tdestroy(g->tree, node_free);
    *g = (struct tg_groups){0};
}
