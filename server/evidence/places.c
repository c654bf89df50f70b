#include "server/evidence/places.h"

#include <stdlib.h>
#include <string.h>

#include "server/evidence/tree.h"

/* One block. */
struct node {
    struct tg_place place; /* first: nodes are compared as what they say */
    char text[];
};

static int by_text(const void *a, const void *b)
{
    const struct tg_place *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : strcmp(x->address, y->address);
}

static struct node *node_new(const struct tg_place *as)
{
    size_t name = strlen(as->name) + 1, address = strlen(as->address) + 1;
    struct node *n = malloc(sizeof *n + name + address);

    if (n == NULL)
        return NULL;
    memcpy(n->text, as->name, name);
    memcpy(n->text + name, as->address, address);
    n->place = *as;
    n->place.name = n->text;
    n->place.address = n->text + name;
    return n;
}

/* Doubles when full. */
static enum tg_err grow(struct tg_places *p)
{
    struct tg_place **more;

    if (p->n >= TG_PLACES_MAX)
        return TG_E_LIMIT;
    if (p->n != 0 && (p->n & (p->n - 1)) != 0)
        return TG_OK;
    more = realloc(p->list, (p->n == 0 ? 1 : 2 * (size_t)p->n) * sizeof(struct tg_place *));
    if (more == NULL)
        return TG_E_NOMEM;
    p->list = more;
    return TG_OK;
}

enum tg_err tg_places_get(struct tg_places *p, const char *name, const char *address, struct tg_place **ret)
{
    const struct tg_place wanted = {.name = name, .address = address, .number = p->n};
    struct node *n = tg_tree_find(&p->tree, &wanted, by_text);
    enum tg_err err;

    if (n != NULL) {
        *ret = &n->place;
        return TG_OK;
    }
    if ((err = grow(p)) != TG_OK)
        return err;
    n = node_new(&wanted);
    if (n == NULL || !tg_tree_put(&p->tree, n, by_text)) {
        free(n);
        return TG_E_NOMEM;
    }
    p->list[p->n++] = &n->place;
    *ret = &n->place;
    return TG_OK;
}

void tg_places_done(struct tg_places *p)
{
    tdestroy(p->tree, free);
    free(p->list);
    *p = (struct tg_places){0};
}

/* Where the number is, or belongs. */
static uint32_t place_in(const struct tg_place_set *s, uint32_t number)
{
    uint32_t low = 0, high = s->n;

    while (low < high) {
        uint32_t middle = low + (high - low) / 2;

        if (s->number[middle] < number)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

enum tg_err tg_place_set_add(struct tg_place_set *s, uint32_t number)
{
    uint32_t at = place_in(s, number), *more;

    if (at < s->n && s->number[at] == number)
        return TG_OK;
    if (s->n == s->cap) {
        more = realloc(s->number, (s->cap + s->cap / 2 + 4) * sizeof *more);
        if (more == NULL)
            return TG_E_NOMEM;
        s->number = more;
        s->cap += s->cap / 2 + 4;
    }
    memmove(s->number + at + 1, s->number + at, (s->n - at) * sizeof *s->number);
    s->number[at] = number;
    s->n++;
    return TG_OK;
}

void tg_place_set_done(struct tg_place_set *s)
{
    free(s->number);
    *s = (struct tg_place_set){0};
}
