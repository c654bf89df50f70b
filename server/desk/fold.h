/* The grants as the journal has them: every step that was done, in its order, and every look-up under one. Each
 * approval is verified again, against the anchors and revocations of the moment that it was given at; a step
 * that its approval does not carry, or that could not have been done then, is refused and said aloud, and
 * opens nothing. The same for the server at its start and for tegata-admin.
 */
#ifndef TG_FOLD_H
#define TG_FOLD_H

#include "server/audit/report.h"
#include "server/grants/grants.h"

struct tg_fold {
    struct tg_grants *grants;
    struct tg_grant_world world; /* with past */
    void (*loud)(void *ctx, const char *what); /* a sentence; NULL: only counted */
    void *ctx;
    size_t steps, views, refused; /* out */
    tg_sec last; /* out: of the last record, of whatever kind */
};

/* Takes in one record, in the order of the journal; what has nothing to do with grants is passed over quickly.
 * TG_E_AUDIT_BROKEN: no entry of ours; TG_E_GRANT_FULL (more than the room holds: to forget some would open
 * what a review holds shut), TG_E_NOMEM.
 */
enum tg_err tg_fold_take(struct tg_fold *f, const struct tg_frame *frame) TG_MUST;
/* After the last record: the grants go on from its moment at the earliest, so that a clock that was set back in
 * between, be it by less than the journal bears, brings nothing back that was over. And says of each event that is not over but rests on an approval that could not be confirmed
 * that it opens nothing.
 */
void tg_fold_end(const struct tg_fold *f, tg_sec now);

#endif
