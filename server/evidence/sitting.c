#include "server/evidence/sitting.h"

#include "server/evidence/tree.h"

#define SWEEP_FIRST 1024u
/* One block. */
struct node {
    struct tg_sitting sitting; /* first: nodes are compared as what they say */
    char text[];
};

static int by_session(const void *a, const void *b)
{
    const struct tg_sitting *x = a, *y = b;

    return strcmp(x->session, y->session);
}

static struct node *node_new(const struct tg_sitting *as)
{
    size_t session = strlen(as->session) + 1, areas = strlen(as->areas) + 1;
    struct node *n = malloc(sizeof *n + session + areas);

    if (n == NULL)
        return NULL;
    memcpy(n->text, as->session, session);
    memcpy(n->text + session, as->areas, areas);
    n->sitting = *as;
    n->sitting.session = n->text;
    n->sitting.areas = n->text + session;
    return n;
}

/* The tree cannot lose a node while it is walked: first they are collected. */
struct old {
    tg_usec before;
    struct node **list;
    size_t n, max;
};

static void collect_old(const void *node, VISIT visit, void *ctx)
{
    struct node *n = *(struct node *const *)node;
    struct old *o = ctx;

    if ((visit == postorder || visit == leaf) && n->sitting.since < o->before && o->n < o->max)
        o->list[o->n++] = n;
}

static void drop(struct tg_sittings *s, struct node *n)
{
    (void)tdelete(n, &s->tree, by_session);
    free(n);
    s->n--;
}

static enum tg_err sweep(struct tg_sittings *s, tg_usec now)
{
    struct old o = {.before = now - TG_SITTING_USEC, .max = s->n};

    o.list = calloc(s->n, sizeof *o.list);
    if (o.list == NULL)
        return TG_E_NOMEM;
    twalk_r(s->tree, collect_old, &o);
    for (size_t i = 0; i < o.n; i++)
        drop(s, o.list[i]);
    free(o.list);
    s->sweep_at = 2 * s->n > SWEEP_FIRST ? 2 * s->n : SWEEP_FIRST;
    return TG_OK;
}

static struct node *find(const struct tg_sittings *s, const char *session)
{
    const struct tg_sitting wanted = {.session = session};

    return tg_tree_find(&s->tree, &wanted, by_session);
}

enum tg_err tg_sittings_begin(struct tg_sittings *s, const struct tg_sitting *as)
{
    struct node *n, *same;

    if (s->n >= (s->sweep_at != 0 ? s->sweep_at : SWEEP_FIRST) && sweep(s, as->since) != TG_OK)
        return TG_E_NOMEM;
    n = node_new(as);
    if (n == NULL)
        return TG_E_NOMEM;
    same = find(s, as->session);
    if (same != NULL)
        drop(s, same);
    if (!tg_tree_put(&s->tree, n, by_session)) {
        free(n);
        return TG_E_NOMEM;
    }
    s->n++;
    return TG_OK;
}

const struct tg_sitting *tg_sittings_find(const struct tg_sittings *s, const char *session)
{
    const struct node *n = find(s, session);

    return n != NULL ? &n->sitting : NULL;
}

void tg_sittings_done(struct tg_sittings *s)
{
    tdestroy(s->tree, free);
    *s = (struct tg_sittings){0};
}
