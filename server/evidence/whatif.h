/* What another policy would have changed (CAPABILITIES B8): each decision of the journal is made again with
 * it, and compared with the policy that decided then. The differences are summed up per person, post and
 * record class, so the memory is bounded by people and classes, not by the journal.
 */
#ifndef TG_WHATIF_H
#define TG_WHATIF_H

#include "server/evidence/past.h"

#define TG_WHATIF_LINES_MAX 4000000u

enum tg_effect {
    TG_EFFECT_FIELDS,    /* of a class: fields more, fields less; about: the class */
    TG_EFFECT_REFUSED,   /* answered then, refused now; about: the purpose */
    TG_EFFECT_OPENED,    /* refused then, answered now; about: the purpose */
    TG_EFFECT_ROLE_GONE, /* answered then; the new policy does not have the role */
    TG_EFFECT_COUNT
};
/* "fields" …; NULL out of range. */
const char *tg_effect_name(enum tg_effect e);

/* One line of the report. */
struct tg_effect_line {
    enum tg_effect effect;
    const char *role, *person, *post, *about;
    tg_mask gained, lost; /* fields of the class, under one purpose at least; 0 where about is no class */
    tg_mask lost_shown;   /* of the lost ones: were really shown to this person in the period */
    uint64_t answers;     /* decisions that would have come out otherwise */
    uint64_t records;     /* that these answers showed and that are touched, each time */
};

struct tg_whatif {
    const struct tg_policy *policy; /* the new one; borrowed */
    void *tree;                     /* tsearch(3) */
    size_t n_lines;
    uint64_t compared;  /* decisions */
    uint64_t changed;   /* of those: that would come out otherwise */
    uint64_t not_asked; /* refused before the policy was asked */
    uint64_t gaps;      /* without their inputs */
};

/* then: the policy of past->policy. TG_E_LIMIT above TG_WHATIF_LINES_MAX, TG_E_NOMEM. */
enum tg_err tg_whatif_add(struct tg_whatif *w, const struct tg_past *past,
                          const struct tg_policy *then) TG_MUST;
typedef void tg_effect_each(void *ctx, const struct tg_effect_line *line);
/* In the order role, person, post, effect, class or purpose. */
void tg_whatif_walk(const struct tg_whatif *w, tg_effect_each *each, void *ctx);
void tg_whatif_done(struct tg_whatif *w);

#endif
