/* Three threads and one lock. The watcher waits in SCardGetStatusChange; the heart sends a command now and
 * then; the dog never calls PC/SC and barks when one of the others has been inside a call for too long.
 * Whoever doubts first trips the wire; the rest is silence. Each holds a reference, so a thread that hangs
 * for ever keeps what it uses.
 */
#include "client/card/presence.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "client/card/pcsc_state.h"
#include "client/card/presence_state.h"

#define CANCEL_EVERY_MS 10u
#define DOG_EVERY_MS 250u

struct tg_presence {
    pthread_mutex_t lock;
    pthread_cond_t changed; /* quit, tripped, a thread ended */
    unsigned holders;
    unsigned running; /* threads that have not ended */
    bool watching;    /* the watcher has not ended */
    bool quit;
    bool telling; /* gone is being called */
    enum tg_err why;
    struct tg_card_seen seen;
    struct tg_presence_options o;
    SCARDCONTEXT context; /* the watcher's; for SCardCancel */
    bool has_context;
    tg_usec watch_since; /* when the watcher, or the heart, went into PC/SC; 0: it is outside */
    tg_usec beat_since;
};

static void let_go(struct tg_presence *p)
{
    bool last;

    pthread_mutex_lock(&p->lock);
    last = --p->holders == 0;
    pthread_mutex_unlock(&p->lock);
    if (!last)
        return;
    pthread_cond_destroy(&p->changed);
    pthread_mutex_destroy(&p->lock);
    free(p);
}

static void end_thread(struct tg_presence *p)
{
    pthread_mutex_lock(&p->lock);
    p->running--;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    let_go(p);
}

/* Once, and never after stop. */
static void trip(struct tg_presence *p, enum tg_err why)
{
    bool first;

    pthread_mutex_lock(&p->lock);
    first = !p->quit && p->why == TG_OK;
    if (first) {
        p->why = why;
        p->telling = true;
    }
    pthread_mutex_unlock(&p->lock);
    if (!first)
        return;
    p->o.gone(p->o.arg, why);
    pthread_mutex_lock(&p->lock);
    p->telling = false;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
}

static bool over(struct tg_presence *p)
{
    bool yes;

    pthread_mutex_lock(&p->lock);
    yes = p->quit || p->why != TG_OK;
    pthread_mutex_unlock(&p->lock);
    return yes;
}

static void enter(struct tg_presence *p, tg_usec *since)
{
    pthread_mutex_lock(&p->lock);
    *since = tg_mono_us();
    pthread_mutex_unlock(&p->lock);
}

static void leave(struct tg_presence *p, tg_usec *since)
{
    pthread_mutex_lock(&p->lock);
    *since = 0;
    pthread_mutex_unlock(&p->lock);
}

/* ---- the watcher ---- */

static enum tg_err compare(const struct tg_presence *p, const SCARD_READERSTATE *s)
{
    struct tg_card_seen now = {.counter = 0};
    enum tg_err err = tg_presence_read(s, &now);

    if (err == TG_E_CARD_NONE)
        return TG_E_CARD_REMOVED;
    if (err != TG_OK)
        return err;
    if (now.counter != p->seen.counter || now.atr_n != p->seen.atr_n ||
        memcmp(now.atr, p->seen.atr, now.atr_n) != 0)
        return TG_E_CARD_REMOVED;
    return TG_OK;
}

/* \\?PnP?\Notification loses changes between two calls (pcscd 1.9.9), so the list is asked for after each
 * wake. */
static enum tg_err still_listed(struct tg_presence *p, struct tg_pcsc *c)
{
    struct tg_readers names;
    enum tg_err err = tg_pcsc_readers(c, &names);

    if (err != TG_OK)
        return err;
    for (size_t i = 0; i < names.n; i++) {
        if (strcmp(names.name[i], p->seen.reader) == 0)
            return TG_OK;
    }
    return TG_E_READER_NONE;
}

static enum tg_err wait_once(struct tg_presence *p, struct tg_pcsc *c, SCARD_READERSTATE *s)
{
    LONG rv = SCardGetStatusChange(c->context,
                                   s->dwCurrentState == SCARD_STATE_UNAWARE ? 0 : TG_PRESENCE_WAKE_MS, s, 1);
    enum tg_err err;

    if (rv != SCARD_S_SUCCESS && rv != SCARD_E_TIMEOUT && rv != SCARD_E_CANCELLED)
        return tg_pcsc_err(rv);
    if (rv == SCARD_S_SUCCESS && (err = compare(p, s)) != TG_OK)
        return err;
    if (rv == SCARD_S_SUCCESS)
        s->dwCurrentState = s->dwEventState & ~(DWORD)SCARD_STATE_CHANGED;
    return still_listed(p, c);
}

/* The listing makes the context; a pcscd that was restarted in between has forgotten the counter, and that is
 * a doubt. */
static enum tg_err publish_context(struct tg_presence *p, struct tg_pcsc *c)
{
    enum tg_err err = still_listed(p, c);

    pthread_mutex_lock(&p->lock);
    p->context = c->context;
    p->has_context = c->has_context;
    pthread_mutex_unlock(&p->lock);
    return err;
}

static void withdraw_context(struct tg_presence *p)
{
    pthread_mutex_lock(&p->lock);
    p->watching = false;
    p->has_context = false;
    pthread_mutex_unlock(&p->lock);
}

static enum tg_err watch_until_doubt(struct tg_presence *p, struct tg_pcsc *c)
{
    SCARD_READERSTATE s = {.szReader = p->seen.reader, .dwCurrentState = SCARD_STATE_UNAWARE};
    enum tg_err err;

    enter(p, &p->watch_since);
    err = publish_context(p, c);
    while (err == TG_OK && !over(p)) {
        enter(p, &p->watch_since);
        err = wait_once(p, c, &s);
    }
    leave(p, &p->watch_since);
    return err;
}

static void *watch(void *arg)
{
    struct tg_presence *p = arg;
    struct tg_pcsc *c = NULL;
    enum tg_err err = tg_pcsc_new(&c);

    if (err == TG_OK)
        err = watch_until_doubt(p, c);
    withdraw_context(p);
    if (err != TG_OK)
        trip(p, err);
    tg_pcsc_free(&c);
    end_thread(p);
    return NULL;
}

/* ---- the heart ---- */

/* True when it is time to end. */
static bool rest(struct tg_presence *p, unsigned ms)
{
    struct timespec until = tg_card_moment(ms);
    int rc = 0;
    bool end;

    pthread_mutex_lock(&p->lock);
    while (!p->quit && p->why == TG_OK && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&p->changed, &p->lock, &until);
    end = p->quit || p->why != TG_OK;
    pthread_mutex_unlock(&p->lock);
    return end;
}

static void *beat(void *arg)
{
    struct tg_presence *p = arg;
    struct tg_pcsc *c = NULL;
    enum tg_err err = tg_pcsc_new(&c);

    while (err == TG_OK && !rest(p, p->o.beat_ms)) {
        enter(p, &p->beat_since);
        err = tg_pcsc_beat(c, p->seen.reader);
        leave(p, &p->beat_since);
        if (err ==
            TG_E_CARD_BUSY) /* somebody's transaction, most likely our own renewal: no doubt about the card */
            err = TG_OK;
    }
    if (err != TG_OK)
        trip(p, err == TG_E_CARD_NONE ? TG_E_CARD_REMOVED : err);
    tg_pcsc_free(&c);
    end_thread(p);
    return NULL;
}

/* ---- the dog ---- */

static bool hangs(struct tg_presence *p)
{
    tg_usec now = tg_mono_us();
    bool yes;

    pthread_mutex_lock(&p->lock);
    yes = (p->watch_since != 0 && now - p->watch_since > (tg_usec)TG_PRESENCE_HANG_MS * 1000) ||
          (p->beat_since != 0 && now - p->beat_since > (tg_usec)TG_PRESENCE_BEAT_MS * 1000);
    pthread_mutex_unlock(&p->lock);
    return yes;
}

static void *dog(void *arg)
{
    struct tg_presence *p = arg;

    while (!rest(p, DOG_EVERY_MS)) {
        if (hangs(p))
            trip(p, TG_E_CARD_TIMEOUT);
    }
    end_thread(p);
    return NULL;
}

/* ---- start and stop ---- */

static bool start(struct tg_presence *p, void *(*run)(void *arg))
{
    bool ok;

    pthread_mutex_lock(&p->lock);
    p->holders++;
    p->running++;
    pthread_mutex_unlock(&p->lock);
    if ((ok = tg_card_thread(run, p)))
        return true;
    pthread_mutex_lock(&p->lock);
    p->holders--;
    p->running--;
    pthread_mutex_unlock(&p->lock);
    return false;
}

enum tg_err tg_presence_start(const struct tg_card_seen *seen, const struct tg_presence_options *o,
                              struct tg_presence **ret)
{
    struct tg_presence *p = calloc(1, sizeof(*p));

    if (p == NULL)
        return TG_E_NOMEM;
    p->seen = *seen;
    p->o = *o;
    p->holders = 1;
    p->watching = true;
    pthread_mutex_init(&p->lock, NULL);
    tg_card_cond_init(&p->changed);
    if (!start(p, dog) || !start(p, watch) || (o->beat_ms != 0 && !start(p, beat))) {
        tg_presence_stop(&p);
        return TG_E_NOMEM;
    }
    *ret = p;
    return TG_OK;
}

enum tg_err tg_presence_state(struct tg_presence *p)
{
    enum tg_err why;

    pthread_mutex_lock(&p->lock);
    why = p->why;
    pthread_mutex_unlock(&p->lock);
    return why;
}

/* A cancel that comes while the watcher is not blocked is lost, so it is repeated. On a thread of its own,
 * because it talks to pcscd and may hang as well; bounded, because the watcher may.
 */
static void *cancel(void *arg)
{
    struct tg_presence *p = arg;
    SCARDCONTEXT context = 0;
    bool watching = true, has_context;

    for (unsigned i = 0; watching && i < TG_PRESENCE_STOP_MS / CANCEL_EVERY_MS; i++) {
        pthread_mutex_lock(&p->lock);
        watching = p->watching;
        has_context = p->has_context;
        context = p->context;
        pthread_mutex_unlock(&p->lock);
        if (has_context)
            (void)SCardCancel(context);
        if (watching)
            tg_card_pause(CANCEL_EVERY_MS);
    }
    end_thread(p);
    return NULL;
}

static void wait_for_end(struct tg_presence *p)
{
    struct timespec until = tg_card_moment(TG_PRESENCE_STOP_MS);
    int rc = 0;

    while ((p->running > 0 && rc != ETIMEDOUT) || p->telling) {
        if (rc == ETIMEDOUT)
            rc = pthread_cond_wait(&p->changed, &p->lock); /* gone is being called: that must end first */
        else
            rc = pthread_cond_timedwait(&p->changed, &p->lock, &until);
    }
}

void tg_presence_stop(struct tg_presence **pp)
{
    struct tg_presence *p = *pp;

    if (p == NULL)
        return;
    pthread_mutex_lock(&p->lock);
    p->quit = true;
    pthread_cond_broadcast(&p->changed);
    pthread_mutex_unlock(&p->lock);
    (void)start(p, cancel); /* without it the watcher still ends at its next wake */
    pthread_mutex_lock(&p->lock);
    wait_for_end(p);
    pthread_mutex_unlock(&p->lock);
    let_go(p);
    *pp = NULL;
}
