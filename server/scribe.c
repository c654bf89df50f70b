#include "server/scribe.h"

#include <pthread.h>

#include "certs/base/limits.h"

struct tg_scribe {
    struct tg_lane *lane;
    pthread_mutex_t turn; /* one writer at a time: the lane belongs to one thread */
    pthread_mutex_t lock; /* woken */
    pthread_cond_t wake;
    bool woken;
    bool settled; /* the record's fate is known */
    enum tg_err fate;
};

/* On the committer's thread. */
static void lane_wake(void *ctx)
{
    struct tg_scribe *s = ctx;

    (void)pthread_mutex_lock(&s->lock);
    s->woken = true;
    (void)pthread_cond_signal(&s->wake);
    (void)pthread_mutex_unlock(&s->lock);
}

static void done(void *ctx, enum tg_err err, struct tg_receipt *receipt)
{
    struct tg_scribe *s = ctx;

    tg_receipt_free(&receipt);
    s->fate = err;
    s->settled = true;
}

enum tg_err tg_scribe_open(struct tg_audit *audit, struct tg_scribe **ret)
{
    struct tg_scribe *s = calloc(1, sizeof *s);

    if (s == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&s->turn, NULL) != 0 || pthread_mutex_init(&s->lock, NULL) != 0 ||
        pthread_cond_init(&s->wake, NULL) != 0 || tg_lane_open(audit, lane_wake, s, &s->lane) != TG_OK) {
        free(s);
        return TG_E_NOMEM;
    }
    *ret = s;
    return TG_OK;
}

void tg_scribe_close(struct tg_scribe **s)
{
    if (*s == NULL) {
        return;
    }
    tg_lane_close(&(*s)->lane);
    (void)pthread_cond_destroy(&(*s)->wake);
    (void)pthread_mutex_destroy(&(*s)->lock);
    (void)pthread_mutex_destroy(&(*s)->turn);
    free(*s);
    *s = NULL;
}

static void wait_for_wake(struct tg_scribe *s)
{
    (void)pthread_mutex_lock(&s->lock);
    while (!s->woken) {
        (void)pthread_cond_wait(&s->wake, &s->lock);
    }
    s->woken = false;
    (void)pthread_mutex_unlock(&s->lock);
}

static enum tg_err append(struct tg_scribe *s, struct tg_span record)
{
    (void)pthread_mutex_lock(&s->turn);
    s->settled = false;
    s->fate = TG_E_INTERNAL;
    tg_audit_append(s->lane, record, done, s);
    while (!s->settled) {
        wait_for_wake(s);
        tg_lane_run(s->lane);
    }
    enum tg_err e = s->fate;
    (void)pthread_mutex_unlock(&s->turn);
    return e;
}

enum tg_err tg_scribe_write(struct tg_scribe *s, const struct tg_entry *e)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_AUDIT_RECORD_BYTES);
    enum tg_err err = tg_entry_write(e, &text);

    return err == TG_OK ? append(s, tg_span_buf(&text)) : err;
}
