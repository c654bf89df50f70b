/* A lane: the way back from the committer to one loop. */
#include "certs/base/limits.h"
#include "server/audit/inner.h"

struct tg_receipt {
    uint64_t seq;
};

uint64_t tg_receipt_seq(const struct tg_receipt *r)
{
    return r->seq;
}

void tg_receipt_free(struct tg_receipt **r)
{
    free(*r);
    *r = NULL;
}

enum tg_err tg_lane_open(struct tg_audit *a, void (*wake)(void *), void *wake_ctx, struct tg_lane **ret)
{
    struct tg_lane *l = calloc(1, sizeof *l);

    if (l == NULL)
        return TG_E_NOMEM;
    l->audit = a;
    l->wake = wake;
    l->wake_ctx = wake_ctx;
    (void)pthread_mutex_init(&l->lock, NULL);
    (void)pthread_cond_init(&l->settled, NULL);
    *ret = l;
    return TG_OK;
}

static enum tg_err ring_reserve(struct ring *r, size_t n)
{
    size_t cap = r->cap == 0 ? 64 : r->cap;
    struct completion *c;

    while (cap < n)
        cap *= 2;
    if (cap == r->cap)
        return TG_OK;
    c = realloc(r->c, cap * sizeof *c);
    if (c == NULL)
        return TG_E_NOMEM;
    r->c = c;
    r->cap = cap;
    return TG_OK;
}

/* Both rings can take everything that is in flight, so that handing over never allocates and never fails. */
static enum tg_err lane_reserve(struct tg_lane *l)
{
    size_t n = l->outstanding + 1;
    enum tg_err err;

    if (n > TG_AUDIT_LANE_OUTSTANDING)
        return TG_E_BUSY;
    if (n <= l->running.cap && n <= l->ready.cap)
        return TG_OK; /* caps change on this thread only */
    (void)pthread_mutex_lock(&l->lock);
    err = ring_reserve(&l->ready, n);
    if (err == TG_OK)
        err = ring_reserve(&l->running, n);
    (void)pthread_mutex_unlock(&l->lock);
    return err;
}

static void push(const struct waiter *w, enum tg_err err, uint64_t seq)
{
    struct tg_lane *l = w->lane;

    l->ready.c[l->ready.n++] = (struct completion){.done = w->done, .ctx = w->ctx, .seq = seq, .err = err};
}

bool tg_lane_complete(const struct waiter *w, enum tg_err err, uint64_t seq)
{
    bool first;

    (void)pthread_mutex_lock(&w->lane->lock);
    push(w, err, seq);
    first = !w->lane->held;
    w->lane->held = true;
    (void)pthread_mutex_unlock(&w->lane->lock);
    return first;
}

void tg_lane_wake(struct tg_lane *l)
{
    bool wake;

    (void)pthread_mutex_lock(&l->lock);
    wake = !l->signalled;
    l->signalled = true;
    (void)pthread_mutex_unlock(&l->lock);
    if (wake)
        l->wake(l->wake_ctx);
    /* From here on tg_lane_close may free it. */
    (void)pthread_mutex_lock(&l->lock);
    l->held = false;
    (void)pthread_cond_signal(&l->settled);
    (void)pthread_mutex_unlock(&l->lock);
}

/* A record that never reached the queue: its done() comes by the same way, and so not from inside the append.
 */
static void refuse(const struct waiter *w, enum tg_err err)
{
    struct tg_lane *l = w->lane;
    bool wake;

    (void)pthread_mutex_lock(&l->lock);
    push(w, err, 0);
    wake = !l->signalled;
    l->signalled = true;
    (void)pthread_mutex_unlock(&l->lock);
    if (wake)
        l->wake(l->wake_ctx);
}

void tg_audit_append(struct tg_lane *l, struct tg_span record, tg_audit_done *done, void *ctx)
{
    struct waiter w = {.lane = l, .done = done, .ctx = ctx};
    enum tg_err err = lane_reserve(l);

    if (err != TG_OK) {
        done(ctx, err, NULL);
        return;
    }
    l->outstanding++;
    err = tg_queue_put(&l->audit->queue, record, &w);
    if (err != TG_OK)
        refuse(&w, err);
}

static void deliver(const struct completion *c)
{
    struct tg_receipt *r = NULL;
    enum tg_err err = c->err;

    if (err == TG_OK) {
        r = malloc(sizeof *r);
        if (r == NULL)
            err = TG_E_NOMEM;
        else
            r->seq = c->seq;
    }
    c->done(c->ctx, err, r);
}

void tg_lane_run(struct tg_lane *l)
{
    struct ring ready;

    (void)pthread_mutex_lock(&l->lock);
    ready = l->ready;
    l->ready = l->running;
    l->ready.n = 0;
    l->running = ready;
    l->signalled = false;
    (void)pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < l->running.n; i++) {
        struct completion c = l->running.c[i]; /* a done() that appends may move the ring */

        l->outstanding--;
        deliver(&c);
    }
    l->running.n = 0;
}

void tg_lane_close(struct tg_lane **lane)
{
    struct tg_lane *l = *lane;

    if (l == NULL)
        return;
    for (;;) {
        (void)pthread_mutex_lock(&l->lock);
        while (l->held || (l->outstanding != 0 && l->ready.n == 0))
            (void)pthread_cond_wait(&l->settled, &l->lock);
        (void)pthread_mutex_unlock(&l->lock);
        if (l->outstanding == 0)
            break;
        tg_lane_run(l);
    }
    (void)pthread_cond_destroy(&l->settled);
    (void)pthread_mutex_destroy(&l->lock);
    free(l->ready.c);
    free(l->running.c);
    free(l);
    *lane = NULL;
}
