#include "client/card/guard.h"

#include <errno.h>
#include <stdlib.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "client/card/pcsc.h"
#include "client/card/thread.h"

#define INS_AT 1u
#define INS_GENERATE 0x47

enum job { JOB_NONE, JOB_OPEN, JOB_TRANSMIT, JOB_CLOSE, JOB_PAD, JOB_QUIT };

/* One worker and everything it touches. Two holders, the guard and the thread; the last one frees it. */
struct worker {
    pthread_mutex_t lock;
    pthread_cond_t asked;
    pthread_cond_t answered;
    unsigned holders;
    struct tg_guard_maker maker;
    enum job job;   /* what to do; JOB_NONE when the worker is idle */
    bool abandoned; /* nobody waits any more */
    bool ended;     /* out of the transport for good */
    /* arguments and results of the job */
    char reader[TG_READER_NAME_BYTES];
    struct tg_secret command;
    struct tg_buf reply;
    struct tg_card_link card;
    enum tg_card_end end;
    enum tg_err err;
};

struct tg_guard {
    struct tg_guard_maker maker;
    struct worker *w; /* NULL before the first open and after a deadline has passed */
};

static enum tg_err make_pcsc(void *arg, void **ret)
{
    struct tg_pcsc *c = NULL;
    enum tg_err err = tg_pcsc_new(&c);

    (void)arg;
    *ret = c;
    return err;
}

static void drop_pcsc(void *ctx)
{
    struct tg_pcsc *c = ctx;

    tg_pcsc_free(&c);
}

const struct tg_guard_maker tg_pcsc_maker = {.io = &tg_pcsc_io, .make = make_pcsc, .drop = drop_pcsc};

/* ---- the worker's side ---- */

static void let_go(struct worker *w)
{
    bool last;

    pthread_mutex_lock(&w->lock);
    last = --w->holders == 0;
    pthread_mutex_unlock(&w->lock);
    if (!last)
        return;
    tg_secret_done(&w->command);
    tg_buf_done(&w->reply);
    pthread_cond_destroy(&w->asked);
    pthread_cond_destroy(&w->answered);
    pthread_mutex_destroy(&w->lock);
    free(w);
}

static enum tg_err do_job(struct worker *w, enum job job, struct tg_span command, void *ctx)
{
    const struct tg_reader_io *io = w->maker.io;

    switch (job) {
    case JOB_OPEN:
        return io->open(ctx, w->reader, &w->card);
    case JOB_TRANSMIT:
        return io->transmit(ctx, command, &w->reply);
    case JOB_PAD:
        return io->verify_pad == NULL ? TG_E_NOT_IMPLEMENTED : io->verify_pad(ctx, command, &w->reply);
    case JOB_CLOSE:
        io->close(ctx, w->end);
        return TG_OK;
    case JOB_NONE:
    case JOB_QUIT:
        break;
    }
    return TG_E_INTERNAL;
}

static enum job next_job(struct worker *w, struct tg_span *command)
{
    enum job job;

    pthread_mutex_lock(&w->lock);
    while (w->job == JOB_NONE)
        pthread_cond_wait(&w->asked, &w->lock);
    job = w->abandoned ? JOB_QUIT : w->job; /* nobody waits: do not touch a card any more */
    *command = tg_secret_span(&w->command);
    pthread_mutex_unlock(&w->lock);
    return job;
}

/* False when nobody waits for this or any other answer. */
static bool report(struct worker *w, enum tg_err err)
{
    bool go_on;

    pthread_mutex_lock(&w->lock);
    w->err = err;
    w->job = JOB_NONE;
    tg_secret_wipe(&w->command);
    go_on = !w->abandoned;
    pthread_cond_signal(&w->answered);
    pthread_mutex_unlock(&w->lock);
    return go_on;
}

static void *work(void *arg)
{
    struct worker *w = arg;
    struct tg_span command = {0};
    void *ctx = NULL;
    enum job job;
    enum tg_err made = w->maker.make(w->maker.arg, &ctx);

    do {
        job = next_job(w, &command);
        if (job == JOB_QUIT)
            break;
    } while (report(w, made == TG_OK ? do_job(w, job, command, ctx) : made));
    if (made == TG_OK) {
        w->maker.io->close(ctx, TG_END_RESET);
        w->maker.drop(ctx);
    }
    pthread_mutex_lock(&w->lock);
    w->ended = true;
    pthread_cond_signal(&w->answered);
    pthread_mutex_unlock(&w->lock);
    let_go(w);
    return NULL;
}

/* ---- the caller's side ---- */

static enum tg_err init_worker(struct worker *w, const struct tg_guard_maker *maker)
{
    enum tg_err err = tg_secret_init(&w->command, TG_SECRET_BYTES);

    if (err != TG_OK)
        return err;
    w->reply = TG_BUF_INIT(TG_CARD_REPLY_BYTES);
    w->maker = *maker;
    w->holders = 2;
    tg_card_cond_init(&w->answered);
    tg_card_cond_init(&w->asked);
    pthread_mutex_init(&w->lock, NULL);
    return TG_OK;
}

static enum tg_err start_worker(struct tg_guard *g)
{
    struct worker *w = calloc(1, sizeof(*w));
    enum tg_err err;

    if (w == NULL)
        return TG_E_NOMEM;
    if ((err = init_worker(w, &g->maker)) != TG_OK) {
        free(w);
        return err;
    }
    if (!tg_card_thread(work, w)) {
        w->holders = 1;
        let_go(w);
        return TG_E_NOMEM;
    }
    g->w = w;
    return TG_OK;
}

static unsigned deadline_ms(const struct tg_guard *g, enum job job, struct tg_span command)
{
    if (job == JOB_PAD)
        return TG_CARD_PAD_MS; /* a person types */
    if (command.n > INS_AT && command.p[INS_AT] == INS_GENERATE)
        return TG_CARD_KEYGEN_MS; /* a card may search for RSA primes for two minutes */
    return g->maker.deadline_ms != 0 ? g->maker.deadline_ms : TG_CARD_DEADLINE_MS;
}

/* Hands the job over and waits; true when it was done in time. The lock is held. */
static bool run_job(struct worker *w, enum job job, unsigned ms)
{
    struct timespec until = tg_card_moment(ms);
    int rc = 0;

    w->job = job;
    pthread_cond_signal(&w->asked);
    while (w->job != JOB_NONE && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&w->answered, &w->lock, &until);
    return w->job == JOB_NONE;
}

/* The worker hangs inside the transport. What it was to send has long been handed on, so the bytes may go. */
static void abandon(struct tg_guard *g)
{
    struct worker *w = g->w;

    w->abandoned = true;
    tg_secret_wipe(&w->command);
    g->w = NULL;
    pthread_mutex_unlock(&w->lock);
    let_go(w);
}

static enum tg_err call(struct tg_guard *g, enum job job, struct tg_span command, struct tg_buf *reply)
{
    struct worker *w = g->w;
    enum tg_err err = TG_OK;

    pthread_mutex_lock(&w->lock);
    tg_secret_wipe(&w->command);
    tg_buf_reset(&w->reply);
    if (command.n > 0)
        err = tg_secret_add(&w->command, command.p, command.n);
    if (err == TG_OK && !run_job(w, job, deadline_ms(g, job, command))) {
        abandon(g);
        return job == JOB_OPEN ? TG_E_CARD_BUSY : TG_E_CARD_TIMEOUT;
    }
    if (err == TG_OK)
        err = w->err;
    if (err == TG_OK && reply != NULL)
        err = tg_buf_add(reply, w->reply.p, w->reply.n);
    pthread_mutex_unlock(&w->lock);
    return err;
}

static enum tg_err io_open(void *ctx, const char *reader, struct tg_card_link *ret)
{
    struct tg_guard *g = ctx;
    enum tg_err err;

    if (g->w == NULL && (err = start_worker(g)) != TG_OK)
        return err;
    if (tg_copy(g->w->reader, sizeof(g->w->reader), tg_span_str(reader)) != TG_OK)
        return TG_E_READER_NONE;
    if ((err = call(g, JOB_OPEN, tg_span(NULL, 0), NULL)) == TG_OK)
        *ret = g->w->card;
    return err;
}

static enum tg_err io_transmit(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct tg_guard *g = ctx;

    return g->w == NULL ? TG_E_CARD_REMOVED : call(g, JOB_TRANSMIT, command, reply);
}

static enum tg_err io_pad(void *ctx, struct tg_span command, struct tg_buf *reply)
{
    struct tg_guard *g = ctx;

    return g->w == NULL ? TG_E_CARD_REMOVED : call(g, JOB_PAD, command, reply);
}

static void io_close(void *ctx, enum tg_card_end end)
{
    struct tg_guard *g = ctx;

    if (g->w == NULL)
        return;
    g->w->end = end;
    (void)call(g, JOB_CLOSE, tg_span(NULL, 0), NULL);
}

const struct tg_reader_io tg_guard_io = {
    .open = io_open, .transmit = io_transmit, .close = io_close, .verify_pad = io_pad};

enum tg_err tg_guard_new(const struct tg_guard_maker *maker, struct tg_guard **ret)
{
    struct tg_guard *g = calloc(1, sizeof(*g));

    if (g == NULL)
        return TG_E_NOMEM;
    g->maker = *maker;
    *ret = g;
    return TG_OK;
}

/* Waits a little: a program that ends while a thread is inside the PC/SC library pulls that library away
 * under it. */
static void dismiss(struct worker *w)
{
    struct timespec until = tg_card_moment(TG_CARD_FAREWELL_MS);
    int rc = 0;

    pthread_mutex_lock(&w->lock);
    w->job = JOB_QUIT;
    w->abandoned = true;
    pthread_cond_signal(&w->asked);
    while (!w->ended && rc != ETIMEDOUT)
        rc = pthread_cond_timedwait(&w->answered, &w->lock, &until);
    pthread_mutex_unlock(&w->lock);
    let_go(w);
}

void tg_guard_free(struct tg_guard **g)
{
    if (*g == NULL)
        return;
    if ((*g)->w != NULL)
        dismiss((*g)->w);
    free(*g);
    *g = NULL;
}
