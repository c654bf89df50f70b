/* The proof that no terminal ever changed a decision (CAPABILITIES A2), from the journal, as a page for an
 * auditor: every decision grouped by its inputs (group.h), beside the terminals that it was asked from.
 *
 *   tg_proof_add(&proof, past) for each decision;  tg_proof_holds(&proof);  tg_proof_write(&proof, buffer)
 *
 * The page says what it rests on, the sums, the policies, the terminals and the groups. It holds names of
 * staff roles and terminals, and nothing of customers.
 */
#ifndef TG_PROOF_H
#define TG_PROOF_H

#include "server/evidence/decisions.h"
#include "server/evidence/group.h"

#define TG_PROOF_NAMED 1000u /* decisions that differ, named one by one; all of them count */

struct tg_proof_fault {
    uint64_t seq;
    const char *what;
};

struct tg_proof {
    struct tg_groups groups;
    struct tg_places places;
    uint64_t decisions; /* settled, with inputs */
    uint64_t answers;   /* of those: that showed customers */
    uint64_t records;   /* shown in them */
    uint64_t not_asked; /* refused before the policy was asked */
    uint64_t gaps[TG_GAP_COUNT];
    uint64_t differing;
    struct tg_proof_fault fault[TG_PROOF_NAMED];
    size_t n_faults;
};

/* TG_E_LIMIT: more groups or terminals than can be held; TG_E_NOMEM. */
enum tg_err tg_proof_add(struct tg_proof *p, const struct tg_past *past) TG_MUST;
/* There are decisions, none differs within its group, and none lacks its inputs. */
bool tg_proof_holds(const struct tg_proof *p);
void tg_proof_done(struct tg_proof *p);

/* A policy that decided, as the page tells of it. */
struct tg_proof_policy {
    const char *digest;
    const char *matrix;   /* SHA-256 of its matrix as CSV, hex; NULL: the text is not kept */
    const char *in_force; /* lines for people: when it was activated, and by whom */
};

struct tg_proof_head {
    const char *issuer;
    tg_sec made;
    const struct tg_ground *ground;
    const char *key;    /* RFC 7638 thumbprint of the key that signs */
    const char *orders; /* for people: whether acts of administration need orders */
    const struct tg_proof_policy *policy;
    size_t n_policies;
};

/* Appends the page. TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_proof_write(const struct tg_proof *p, const struct tg_proof_head *head,
                           struct tg_buf *out) TG_MUST;

#endif
