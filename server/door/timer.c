#include "server/door/loop.h"

struct tg_timer {
    LIST_ENTRY(tg_timer) next;
    struct event ev;
    void (*fn)(void *);
    void *ctx;
};

static void on_timer(evutil_socket_t fd, short what, void *arg)
{
    const struct tg_timer *t = arg;
    (void)fd;
    (void)what;
    t->fn(t->ctx);
}

struct tg_timer *tg_loop_every(struct tg_loop *l, unsigned ms, void (*fn)(void *), void *ctx)
{
    const struct timeval tv = {.tv_sec = (time_t)(ms / 1000u), .tv_usec = (suseconds_t)(ms % 1000u) * 1000};
    struct tg_timer *t = calloc(1, sizeof *t);
    if (t == NULL)
        return NULL;
    t->fn = fn;
    t->ctx = ctx;
    if (event_assign(&t->ev, l->base, -1, EV_PERSIST, on_timer, t) != 0 || event_add(&t->ev, &tv) != 0) {
        free(t);
        return NULL;
    }
    LIST_INSERT_HEAD(&l->timers, t, next);
    return t;
}

void tg_timer_free(struct tg_timer **t)
{
    if (t == NULL || *t == NULL)
        return;
    (void)event_del(&(*t)->ev);
    LIST_REMOVE(*t, next);
    free(*t);
    *t = NULL;
}

void tg_timer_free_all(struct tg_loop *l)
{
    struct tg_timer *t;
    while ((t = LIST_FIRST(&l->timers)) != NULL)
        tg_timer_free(&t);
}
