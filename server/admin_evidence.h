/* What the commands over the journal as evidence share: replay, what-if, proof. */
#ifndef TG_ADMIN_EVIDENCE_H
#define TG_ADMIN_EVIDENCE_H

#include "server/admin.h"
#include "server/evidence/decisions.h"
#include "server/evidence/shelf.h"

struct tg_evidence {
    const struct tg_settings *settings;
    EVP_PKEY *key; /* the audit key */
    struct tg_shelf *shelf;
    struct tg_decisions what;
    struct tg_ground ground;
};

/* The moment so many days ago. */
tg_usec tg_evidence_since(uint64_t days);
/* "--days N" at a->argv[i]? Takes both words off and moves i behind them: from becomes the moment N days ago.
 * False: it is something else, or no number of days.
 */
bool tg_evidence_days(const struct tg_admin *a, int *i, tg_usec *from);
/* TG_ADMIN_DONE, or TG_ADMIN_NO with the reason on stderr. */
int tg_evidence_open(const struct tg_admin *a, tg_usec from, struct tg_evidence *ret);
/* The walk; a journal that does not hold is said, and where. TG_ADMIN_DONE or TG_ADMIN_NO. */
int tg_evidence_walk(struct tg_evidence *e, tg_decision_each *each, void *ctx);
void tg_evidence_close(struct tg_evidence *e);

#endif
