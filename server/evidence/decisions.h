/* Every decision of a journal, one after the other: what replay, what-if and proof have in common. The
 * journal is verified first, whole, with the server's own key; the walk itself checks the chain again.
 * Constant memory.
 */
#ifndef TG_DECISIONS_H
#define TG_DECISIONS_H

#include "certs/seal/verify.h"
#include "server/evidence/past.h"

/* What administration did meanwhile; borrowed for the call. */
typedef enum tg_err tg_act_each(void *ctx, const struct tg_past_act *act);

struct tg_decisions {
    const char *folder;
    EVP_PKEY *key;    /* that checkpoints verify with; borrowed */
    tg_usec from, to; /* from <= written < to; to 0: until the end */
    bool sealed;      /* only what a checkpoint covers */
    tg_act_each *act; /* NULL: not asked for; also told of what came before the period */
};

/* What the walk rests on. */
struct tg_ground {
    struct tg_verified verified;
    uint64_t first, last; /* records of the period, decisions or not; 0: none */
    uint64_t decisions;   /* settled or not */
};

/* past is borrowed for the call. The first error ends the walk and comes out of it. */
typedef enum tg_err tg_decision_each(void *ctx, const struct tg_past *past);

/* TG_E_AUDIT_BROKEN (ret->verified.fault), TG_E_NOT_FOUND (no journal), TG_E_IO, TG_E_NOMEM. */
enum tg_err tg_decisions_walk(const struct tg_decisions *what, tg_decision_each *each, void *ctx,
                              struct tg_ground *ret) TG_MUST;

#endif
