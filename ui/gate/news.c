/* What comes to the gate's thread from others: the person's keys, a card that was found, a card that is gone.
 */
#include <stdlib.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "ui/gate/state.h"

#define FIND_MS 1000u

static void ring(struct tg_gate *g)
{
    uint64_t one = 1;

    if (write(g->wake, &one, sizeof one) < 0) {
        /* it has been rung already */
    }
}

bool tg_gate_wake_make(struct tg_gate *g)
{
    g->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    return g->wake >= 0;
}

void tg_gate_hear(struct tg_gate *g, struct tg_gate_news *ret)
{
    uint64_t rung;

    if (read(g->wake, &rung, sizeof rung) < 0) {
        /* a deadline woke us */
    }
    (void)pthread_mutex_lock(&g->lock);
    *ret = g->news;
    g->news = (struct tg_gate_news){.finding = TG_OK};
    (void)pthread_mutex_unlock(&g->lock);
}

void tg_gate_pin(struct tg_gate *g, struct tg_secret *pin, bool sure)
{
    tg_gate_approve(g, 0, pin, sure);
}

void tg_gate_approve(struct tg_gate *g, unsigned paper, struct tg_secret *pin, bool sure)
{
    (void)pthread_mutex_lock(&g->lock);
    tg_secret_done(&g->news.pin);
    g->news.pin = *pin;
    *pin = TG_SECRET_INIT;
    g->news.typed = true;
    g->news.sure = sure;
    g->news.paper = paper;
    (void)pthread_mutex_unlock(&g->lock);
    ring(g);
}

void tg_gate_choose(struct tg_gate *g, size_t post)
{
    (void)pthread_mutex_lock(&g->lock);
    g->news.chosen = true;
    g->news.post = post;
    (void)pthread_mutex_unlock(&g->lock);
    ring(g);
}

void tg_gate_back(struct tg_gate *g)
{
    (void)pthread_mutex_lock(&g->lock);
    g->news.back = true;
    (void)pthread_mutex_unlock(&g->lock);
    ring(g);
}

void tg_gate_gone(void *arg, enum tg_err why)
{
    struct tg_gate *g = arg;

    tg_child_kill(&g->child);
    (void)pthread_mutex_lock(&g->lock);
    g->news.gone = true;
    g->news.why = why;
    (void)pthread_mutex_unlock(&g->lock);
    ring(g);
}

void tg_gate_seek(struct tg_gate *g, bool yes)
{
    (void)pthread_mutex_lock(&g->lock);
    g->seeking = yes;
    (void)pthread_cond_broadcast(&g->seek);
    (void)pthread_mutex_unlock(&g->lock);
}

/* False when the gate is closing. */
static bool wanted(struct tg_gate *g)
{
    bool quit;

    (void)pthread_mutex_lock(&g->lock);
    while (!g->seeking && g->holders > 1)
        (void)pthread_cond_wait(&g->seek, &g->lock);
    quit = g->holders == 1;
    (void)pthread_mutex_unlock(&g->lock);
    return !quit;
}

void *tg_gate_finder(void *arg)
{
    struct tg_gate *g = arg;

    while (wanted(g)) {
        struct tg_card_seen seen;
        enum tg_err e = tg_presence_find(NULL, FIND_MS, &seen);

        (void)pthread_mutex_lock(&g->lock);
        if (g->seeking && e == TG_OK) {
            g->news.found = true;
            g->seeking = false;
        } else if (g->seeking) {
            g->news.finding = e;
        }
        (void)pthread_mutex_unlock(&g->lock);
        ring(g);
    }
    tg_gate_let_go(g);
    return NULL;
}

void tg_gate_let_go(struct tg_gate *g)
{
    bool last;

    (void)pthread_mutex_lock(&g->lock);
    last = --g->holders == 0;
    (void)pthread_cond_broadcast(&g->seek);
    (void)pthread_mutex_unlock(&g->lock);
    if (!last)
        return;
    tg_secret_done(&g->news.pin);
    (void)close(g->wake);
    (void)pthread_cond_destroy(&g->seek);
    (void)pthread_mutex_destroy(&g->lock);
    free(g);
}
