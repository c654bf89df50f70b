#include "server/door/loop.h"

#include <errno.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* How exact deadlines are. */
#define TICK_MS 100

void tg_loop_wake(struct tg_loop *l)
{
    const uint64_t one = 1;
    /* The only failure is a counter that is full: then the loop has been woken often enough. */
    ssize_t n = write(l->wake_fd, &one, sizeof one);
    (void)n;
}

static bool grow_posts(struct tg_posts *q)
{
    size_t cap = q->cap == 0 ? 64 : q->cap * 2;
    if (cap > TG_DOOR_POSTS)
        return false;
    struct tg_post *p = realloc(q->p, cap * sizeof *p);
    if (p == NULL)
        return false;
    q->p = p;
    q->cap = cap;
    return true;
}

void tg_loop_post(struct tg_loop *l, void (*fn)(void *), void *ctx)
{
    (void)pthread_mutex_lock(&l->lock);
    bool first = l->posts.n == 0;
    if (l->posts.n == l->posts.cap && !grow_posts(&l->posts))
        abort();
    l->posts.p[l->posts.n++] = (struct tg_post){.fn = fn, .ctx = ctx};
    (void)pthread_mutex_unlock(&l->lock);
    if (first)
        tg_loop_wake(l);
}

/* Swaps the queue for an empty one, so that posting goes on while these run. */
static void run_posts(struct tg_loop *l)
{
    (void)pthread_mutex_lock(&l->lock);
    struct tg_posts full = l->posts;
    l->posts = l->running;
    l->running = full;
    (void)pthread_mutex_unlock(&l->lock);
    for (size_t i = 0; i < l->running.n; i++)
        l->running.p[i].fn(l->running.p[i].ctx);
    l->running.n = 0;
}

void tg_loop_check_done(struct tg_loop *l)
{
    if (l->draining && l->n_conns == 0)
        (void)event_base_loopbreak(l->base);
}

static void start_drain(struct tg_loop *l)
{
    if (l->draining)
        return;
    l->draining = true;
    l->drain_until = tg_mono_us() + (tg_usec)l->door->conf.drain_ms * 1000;
    tg_accept_stop(l);
    tg_phase_drain(l, false);
    tg_loop_check_done(l);
}

static void on_wake(evutil_socket_t fd, short what, void *arg)
{
    struct tg_loop *l = arg;
    uint64_t count = 0;
    (void)what;
    /* Emptied before the queue is taken: a post in between wakes us once too often, never once too little. */
    ssize_t n = read(fd, &count, sizeof count);
    (void)n;
    run_posts(l);
    if (atomic_load(&l->door->draining))
        start_drain(l);
}

static void on_tick(evutil_socket_t fd, short what, void *arg)
{
    struct tg_loop *l = arg;
    (void)fd;
    (void)what;
    tg_phase_expire(l);
    tg_accept_again(l);
    if (l->draining && tg_mono_us() >= l->drain_until) {
        tg_phase_drain(l, true);
        (void)event_base_loopbreak(l->base);
    }
}

static void on_reap(evutil_socket_t fd, short what, void *arg)
{
    (void)fd;
    (void)what;
    tg_conn_reap(arg);
}

static enum tg_err make_base(struct tg_loop *l)
{
    enum tg_err e = TG_E_NOMEM;
    struct event_config *conf = event_config_new();
    if (conf == NULL)
        return TG_E_NOMEM;
    /* One thread per base, so no locks; the change list saves epoll_ctl() calls (no dup'ed descriptors here).
     */
    if (event_config_set_flag(conf, EVENT_BASE_FLAG_NOLOCK) == 0 &&
        event_config_set_flag(conf, EVENT_BASE_FLAG_EPOLL_USE_CHANGELIST) == 0) {
        l->base = event_base_new_with_config(conf);
        e = l->base == NULL ? TG_E_NOMEM : TG_OK;
    }
    event_config_free(conf);
    return e;
}

static enum tg_err add_events(struct tg_loop *l)
{
    const struct timeval tick = {.tv_sec = 0, .tv_usec = TICK_MS * 1000};
    if (event_assign(&l->wake_ev, l->base, l->wake_fd, EV_READ | EV_PERSIST, on_wake, l) != 0 ||
        event_add(&l->wake_ev, NULL) != 0)
        return TG_E_NOMEM;
    if (event_assign(&l->reap_ev, l->base, -1, 0, on_reap, l) != 0 ||
        event_assign(&l->tick_ev, l->base, -1, EV_PERSIST, on_tick, l) != 0 ||
        event_add(&l->tick_ev, &tick) != 0)
        return TG_E_NOMEM;
    return TG_OK;
}

enum tg_err tg_loop_make(struct tg_loop *l, struct tg_door *d, int listen_fd)
{
    l->door = d;
    l->listen_fd = listen_fd;
    l->scratch = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES + 2u * TG_HTTP_EXTRA_BYTES);
    l->date_at = -1;
    LIST_INIT(&l->timers);
    tg_phase_init(l);
    if (pthread_mutex_init(&l->lock, NULL) != 0)
        return TG_E_NOMEM;
    l->lock_made = true;
    l->wake_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
    if (l->wake_fd < 0)
        return TG_E_IO;
    enum tg_err e = make_base(l);
    return e == TG_OK ? add_events(l) : e;
}

/* Requests that handlers never ended. Their sockets are closed; what is left is their memory. */
static void free_dead(struct tg_loop *l)
{
    struct tg_conn *c;
    while ((c = TAILQ_FIRST(&l->phase[TG_PHASE_DEAD])) != NULL) {
        c->refs = 1;
        tg_conn_drop(c);
    }
    tg_conn_reap(l);
}

void tg_loop_unmake(struct tg_loop *l)
{
    tg_accept_stop(l);
    if (l->base != NULL) {
        free_dead(l);
        (void)event_del(&l->reap_ev);
        (void)event_del(&l->wake_ev);
        (void)event_del(&l->tick_ev);
        event_base_free(l->base);
    }
    if (l->wake_fd >= 0)
        (void)close(l->wake_fd);
    while (l->n_chunks > 0)
        free(l->chunks[--l->n_chunks]);
    tg_buf_done(&l->scratch);
    free(l->posts.p);
    free(l->running.p);
    if (l->lock_made)
        (void)pthread_mutex_destroy(&l->lock);
}

void *tg_loop_local(const struct tg_loop *l)
{
    return l->local;
}

static enum tg_err serve(struct tg_loop *l)
{
    enum tg_err e = tg_accept_start(l);
    if (e == TG_OK && event_base_dispatch(l->base) < 0)
        e = TG_E_IO;
    /* On an error of the base: nothing may stay connected. */
    tg_accept_stop(l);
    tg_phase_drain(l, true);
    run_posts(l);
    tg_conn_reap(l);
    return e;
}

void *tg_loop_thread(void *arg)
{
    struct tg_loop *l = arg;
    const struct tg_door_conf *conf = &l->door->conf;
    l->err = conf->loop_begin == NULL ? TG_OK : conf->loop_begin(conf->app, l, &l->local);
    if (l->err == TG_OK) {
        l->err = serve(l);
        if (conf->loop_end != NULL)
            conf->loop_end(conf->app, l->local);
    }
    tg_timer_free_all(l);
    /* One loop that cannot serve ends them all: a door that is half open would hide it. */
    if (l->err != TG_OK)
        tg_door_drain(l->door);
    return NULL;
}
