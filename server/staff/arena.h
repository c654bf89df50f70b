/* Texts that live as long as the book: copied once, freed together. And arrays that grow up to a ceiling. */
#ifndef TG_ARENA_H
#define TG_ARENA_H

#include "certs/base/blob.h"

struct tg_arena_block;
struct tg_arena {
    struct tg_arena_block *block;
    size_t total; /* bytes, at most TG_STAFF_TEXT_BYTES */
};

/* The text and a NUL; NULL when memory or the ceiling is reached. */
const char *tg_arena_text(struct tg_arena *a, struct tg_span s);
void tg_arena_done(struct tg_arena *a);

/* Room for one more element behind n; max is the ceiling. Returns the (moved) array, or NULL and p stays
 * valid. */
void *tg_grow(void *p, size_t *cap, size_t n, size_t size, size_t max);

#endif
