/* Decisions with equal inputs. Whoever asks from wherever: with the same role, company, areas, purpose, day,
 * consent and policy the outcome must be the same, in every rule id and every mask. A group keeps the first
 * outcome and holds the others against it.
 */
#ifndef TG_GROUP_H
#define TG_GROUP_H

#include "server/evidence/past.h"
#include "server/evidence/places.h"

#define TG_GROUPS_MAX 1000000u

struct tg_group {
    /* the inputs */
    const char *role, *company, *areas, *purpose, *basis, *policy;
    enum tg_company_kind kind;
    tg_day day;
    /* the outcome of the first decision */
    enum tg_err refusal;        /* TG_OK: a scope was given */
    const char *rules;          /* ids, space between */
    tg_mask hidden[TG_C_COUNT]; /* of the classes seen so far */
    unsigned seen;              /* bit per class */
    /* how often, from where */
    uint64_t decisions, first_seq, differing;
    struct tg_place_set places;
};

struct tg_groups {
    void *tree; /* tsearch(3) */
    size_t n;
};

/* Puts the decision (settled, without a gap) into its group and holds it against it. *differs: what is not
 * the same, static text, "日本語 / English"; NULL: all is. TG_E_LIMIT above TG_GROUPS_MAX, TG_E_NOMEM.
 */
enum tg_err tg_groups_add(struct tg_groups *g, const struct tg_past *past, uint32_t place,
                          const char **differs) TG_MUST;
/* In the order of the inputs: day, role, company, purpose … */
typedef void tg_group_each(void *ctx, const struct tg_group *group);
void tg_groups_walk(const struct tg_groups *g, tg_group_each *each, void *ctx);
void tg_groups_done(struct tg_groups *g);

#endif
