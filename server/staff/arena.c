#include "server/staff/arena.h"

#include "certs/base/limits.h"

enum { BLOCK = 64 * 1024 };

struct tg_arena_block {
    struct tg_arena_block *next;
    size_t used;
    char text[BLOCK];
};

static struct tg_arena_block *room(struct tg_arena *a, size_t n)
{
    if (n > BLOCK || a->total + n > TG_STAFF_TEXT_BYTES)
        return NULL;
    if (a->block != NULL && BLOCK - a->block->used >= n)
        return a->block;
    struct tg_arena_block *b = malloc(sizeof *b);
    if (b == NULL)
        return NULL;
    b->next = a->block;
    b->used = 0;
    a->block = b;
    return b;
}

const char *tg_arena_text(struct tg_arena *a, struct tg_span s)
{
    if (s.n == 0)
        return "";
    struct tg_arena_block *b = room(a, s.n + 1);
    if (b == NULL)
        return NULL;
    char *at = b->text + b->used;
    memcpy(at, s.p, s.n);
    at[s.n] = '\0';
    b->used += s.n + 1;
    a->total += s.n + 1;
    return at;
}

void tg_arena_done(struct tg_arena *a)
{
    while (a->block != NULL) {
        struct tg_arena_block *next = a->block->next;
        free(a->block);
        a->block = next;
    }
    a->total = 0;
}

void *tg_grow(void *p, size_t *cap, size_t n, size_t size, size_t max)
{
    if (n < *cap)
        return p;
    if (n >= max)
        return NULL;
    size_t want = *cap == 0 ? 16 : *cap * 2;
    want = want < max ? want : max;
    void *moved = realloc(p, want * size);
    if (moved != NULL)
        *cap = want;
    return moved;
}
