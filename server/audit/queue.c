/* Two batches: one fills while the other is being committed. */
#include <errno.h>

#include "certs/base/limits.h"
#include "server/audit/inner.h"

/* Many at work at once come back together: after a batch of so many the next is given a moment to gather,
 * until it is as large as the last. A sync costs about as much as this moment, so under load fewer of them
 * answer more; a person alone never waits.
 */
#define GATHER_FROM 4u
#define GATHER_US 200

static enum tg_err batch_init(struct batch *b)
{
    /* Address space, not memory: pages come only when a batch grows that far. */
    b->bytes = malloc(TG_AUDIT_QUEUE_BYTES);
    b->waiters = malloc(TG_AUDIT_QUEUE * sizeof *b->waiters);
    return b->bytes != NULL && b->waiters != NULL ? TG_OK : TG_E_NOMEM;
}

enum tg_err tg_queue_init(struct queue *q)
{
    pthread_condattr_t attr;
    enum tg_err err;

    (void)pthread_mutex_init(&q->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&q->filled, &attr);
    (void)pthread_condattr_destroy(&attr);
    q->filling = &q->batch[0];
    err = batch_init(&q->batch[0]);
    return err == TG_OK ? batch_init(&q->batch[1]) : err;
}

void tg_queue_done(struct queue *q)
{
    if (q->filling == NULL)
        return;
    for (size_t i = 0; i < 2; i++) {
        free(q->batch[i].bytes);
        free(q->batch[i].waiters);
    }
    (void)pthread_cond_destroy(&q->filled);
    (void)pthread_mutex_destroy(&q->lock);
    q->filling = NULL;
}

static enum tg_err put(struct batch *b, struct tg_span record, const struct waiter *w)
{
    size_t size = tg_frame_size(record.n);

    if (b->n == TG_AUDIT_QUEUE || TG_AUDIT_QUEUE_BYTES - b->used < size)
        return TG_E_BUSY;
    tg_frame_put(b->bytes + b->used, TG_FRAME_ENTRY, record);
    b->waiters[b->n] = *w;
    b->waiters[b->n].offset = (uint32_t)b->used;
    b->waiters[b->n].size = (uint32_t)size;
    b->used += size;
    b->n++;
    return TG_OK;
}

enum tg_err tg_queue_put(struct queue *q, struct tg_span record, const struct waiter *w)
{
    enum tg_err err = TG_E_BUSY;
    bool wake = false;

    if (record.n == 0 || record.n > TG_AUDIT_RECORD_BYTES)
        return TG_E_LIMIT;
    (void)pthread_mutex_lock(&q->lock);
    if (!q->stop)
        err = put(q->filling, record, w);
    if (q->wanted != 0 && q->filling->n >= q->wanted) {
        q->wanted = 0; /* one signal is enough */
        wake = true;
    }
    (void)pthread_mutex_unlock(&q->lock);
    if (wake)
        (void)pthread_cond_signal(&q->filled);
    return err;
}

/* Waits until n records have come, or the deadline or stop. */
static void wait_for(struct queue *q, size_t n, tg_usec deadline)
{
    struct timespec at = {.tv_sec = deadline / 1000000, .tv_nsec = deadline % 1000000 * 1000};

    while (q->filling->n < n && !q->stop) {
        q->wanted = n;
        if (pthread_cond_timedwait(&q->filled, &q->lock, &at) == ETIMEDOUT)
            break;
    }
    q->wanted = 0;
}

struct batch *tg_queue_take(struct queue *q, tg_usec deadline, bool *stop)
{
    struct batch *taken;

    (void)pthread_mutex_lock(&q->lock);
    wait_for(q, 1, deadline);
    if (q->last >= GATHER_FROM)
        wait_for(q, q->last, tg_mono_us() + GATHER_US);
    taken = q->filling;
    q->last = taken->n;
    q->filling = taken == &q->batch[0] ? &q->batch[1] : &q->batch[0];
    q->filling->n = 0;
    q->filling->used = 0;
    *stop = q->stop;
    (void)pthread_mutex_unlock(&q->lock);
    return taken;
}

void tg_queue_stop(struct queue *q)
{
    (void)pthread_mutex_lock(&q->lock);
    q->stop = true;
    (void)pthread_mutex_unlock(&q->lock);
    (void)pthread_cond_signal(&q->filled);
}
