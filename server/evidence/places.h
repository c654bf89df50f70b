/* The terminals that a journal speaks of: each pair of a claimed name and an address once, numbered as they
 * come. */
#ifndef TG_PLACES_H
#define TG_PLACES_H

#include <stddef.h>
#include <stdint.h>

#include "certs/base/err.h"

#define TG_PLACES_MAX 1000000u

struct tg_place {
    const char *name;    /* as claimed; "": none was */
    const char *address; /* "": not known */
    uint64_t answers;
    uint32_t number; /* from 0 */
};

struct tg_places {
    void *tree; /* tsearch(3) */
    struct tg_place **list;
    uint32_t n;
};

/* The place, made when it is new; texts are copied. TG_E_LIMIT above TG_PLACES_MAX, TG_E_NOMEM. */
enum tg_err tg_places_get(struct tg_places *p, const char *name, const char *address,
                          struct tg_place **ret) TG_MUST;
void tg_places_done(struct tg_places *p);

/* A set of place numbers, in order. All zero: empty. */
struct tg_place_set {
    uint32_t *number;
    uint32_t n, cap;
};
/* TG_E_NOMEM. */
enum tg_err tg_place_set_add(struct tg_place_set *s, uint32_t number) TG_MUST;
void tg_place_set_done(struct tg_place_set *s);

#endif
