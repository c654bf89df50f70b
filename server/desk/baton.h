/* One step after the other: whatever changes what the journal is folded into (grants) is looked at, written
 * down and applied before the next one is looked at. So the order in which steps take effect is the order in
 * which the journal has them, and two approvals at once are one after the other.
 *
 *   tg_baton_take(t, v, run)     run(v) at once, or in v's own loop when it has come round
 *   tg_baton_give(t)             by whoever had it, once its step has taken effect or was refused
 */
#ifndef TG_BATON_H
#define TG_BATON_H

#include <pthread.h>
#include <stdbool.h>

#include "certs/base/err.h"

#define TG_BATON_WAITING 1024u

struct tg_visit;

typedef void tg_baton_run(struct tg_visit *v);

struct tg_baton {
    pthread_mutex_t lock;
    bool taken;
    unsigned waiting;
    struct tg_visit *first, *last; /* by their next */
};

enum tg_err tg_baton_init(struct tg_baton *t) TG_MUST;
void tg_baton_done(struct tg_baton *t);
/* v->run is set. TG_E_BUSY: too many wait; nothing was taken. */
enum tg_err tg_baton_take(struct tg_baton *t, struct tg_visit *v, tg_baton_run *run) TG_MUST;
void tg_baton_give(struct tg_baton *t);

#endif
