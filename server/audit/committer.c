/* The one thread that writes: takes what has gathered, writes it, makes it durable, tells the lanes. */
#include "certs/base/limits.h"
#include "server/audit/inner.h"

#define SECOND ((tg_usec)1000000)

static const char *state_text(enum tg_err state)
{
    return state == TG_OK ? "the audit journal is written again" : tg_err_en(state);
}

static void set_state(struct tg_audit *a, enum tg_err state)
{
    enum tg_err was = (enum tg_err)atomic_load(&a->state);

    /* Fail-stop: nothing in this process repairs a journal whose last write failed. */
    if (was == state || was == TG_E_AUDIT_BROKEN)
        return;
    atomic_store(&a->state, (int)state);
    if (a->alarm != NULL)
        a->alarm(a->alarm_ctx, state, state_text(state));
}

/* Only these three are states of the journal; whatever else goes wrong while writing is as bad as a failed
 * write. */
static enum tg_err as_state(enum tg_err err)
{
    if (err == TG_OK || err == TG_E_AUDIT_DOWN || err == TG_E_CLOCK)
        return err;
    return TG_E_AUDIT_BROKEN;
}

/* Hands the outcome to waiters [from, to) of the batch and wakes each of their lanes once. */
static void finish(struct batch *b, size_t from, size_t to, enum tg_err err, uint64_t first_seq)
{
    size_t lanes = 0;

    for (size_t i = from; i < to; i++) {
        struct waiter w = b->waiters[i];

        /* Waiters already served make room for the list of lanes. */
        if (tg_lane_complete(&w, err, first_seq + (i - from)))
            b->waiters[from + lanes++].lane = w.lane;
    }
    for (size_t i = 0; i < lanes; i++)
        tg_lane_wake(b->waiters[from + i].lane);
}

static enum tg_err seal(struct tg_audit *a)
{
    return tg_log_checkpoint(&a->log, a->now());
}

/* How many waiters from i on can go into one write: up to the end of the segment and to the next checkpoint.
 */
static size_t slice(const struct tg_audit *a, const struct batch *b, size_t i)
{
    size_t bytes = 0, n = 0;

    while (i + n < b->n && a->log.unsealed + n < TG_AUDIT_CHECKPOINT_RECORDS &&
           tg_log_fits(&a->log, bytes + b->waiters[i + n].size)) {
        bytes += b->waiters[i + n].size;
        n++;
    }
    return n;
}

/* Makes sure that a record can be written now: clock, checkpoint, room. */
static enum tg_err prepare(struct tg_audit *a, size_t size)
{
    enum tg_err err = TG_OK;

    if (a->now() < a->log.time - TG_CLOCK_SKEW_SECONDS * SECOND)
        return TG_E_CLOCK;
    if (a->log.unsealed >= TG_AUDIT_CHECKPOINT_RECORDS)
        err = seal(a);
    if (err == TG_OK && !tg_log_fits(&a->log, size))
        err = tg_log_rotate(&a->log);
    if (err == TG_OK)
        err = tg_log_spare(&a->log);
    return err;
}

static enum tg_err commit_slice(struct tg_audit *a, struct batch *b, size_t from, size_t n)
{
    const struct waiter *first = &b->waiters[from], *last = &b->waiters[from + n - 1];
    enum tg_err err =
        tg_log_write(&a->log, b->bytes + first->offset, last->offset + last->size - first->offset, a->now());

    if (err == TG_OK)
        err = tg_log_sync(&a->log);
    if (err == TG_OK)
        atomic_store(&a->durable, a->log.durable);
    return err;
}

static enum tg_err ready(struct tg_audit *a, size_t size)
{
    enum tg_err state = tg_audit_state(a);

    if (state == TG_E_AUDIT_BROKEN || (state != TG_OK && tg_mono_us() < a->retry_at))
        return state;
    a->retry_at = tg_mono_us() + SECOND;
    return as_state(prepare(a, size));
}

static void commit(struct tg_audit *a, struct batch *b)
{
    size_t i = 0;

    while (i < b->n) {
        enum tg_err err = ready(a, b->waiters[i].size);
        size_t n = b->n - i;
        uint64_t seq = a->log.seq + 1;

        if (err == TG_OK) {
            n = slice(a, b, i);
            err = as_state(commit_slice(a, b, i, n));
        }
        set_state(a, err);
        finish(b, i, i + n, err, seq);
        i += n;
    }
}

static bool seal_due(const struct tg_audit *a)
{
    return a->log.unsealed >= TG_AUDIT_CHECKPOINT_RECORDS ||
           (a->log.unsealed != 0 && tg_mono_us() >= a->log.sealed_at + TG_AUDIT_CHECKPOINT_SECONDS * SECOND);
}

/* What is due without a record: the checkpoint, the next segment, and looking whether a bad state is over. */
static void keep(struct tg_audit *a)
{
    enum tg_err err = tg_audit_state(a);

    if (err == TG_E_AUDIT_BROKEN || (err != TG_OK && tg_mono_us() < a->retry_at))
        return;
    err = ready(a, 0);
    if (err == TG_OK && seal_due(a))
        err = as_state(seal(a));
    if (err == TG_OK)
        err = tg_log_spare_zero(&a->log);
    set_state(a, err);
}

static tg_usec deadline(const struct tg_audit *a)
{
    if (tg_audit_state(a) == TG_E_AUDIT_DOWN || tg_audit_state(a) == TG_E_CLOCK)
        return a->retry_at;
    if (a->log.unsealed != 0)
        return a->log.sealed_at + TG_AUDIT_CHECKPOINT_SECONDS * SECOND;
    return tg_mono_us() + 3600 * SECOND;
}

void *tg_committer_run(void *audit)
{
    struct tg_audit *a = audit;
    bool stop = false;

    keep(a);
    while (!stop) {
        struct batch *b = tg_queue_take(&a->queue, deadline(a), &stop);

        commit(a, b);
        keep(a);
    }
    /* The last checkpoint: from here on even a cut tail shows. */
    if (tg_audit_state(a) == TG_OK && a->log.unsealed != 0)
        set_state(a, as_state(seal(a)));
    return NULL;
}
