#include "ui/gate/gate.h"

#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "certs/base/text.h"
#include "ui/gate/weigh.h"

/* A desk that cannot start is not tried in a tight loop. */
#define STILLBORN_MAX 3u
#define STILLBORN_PAUSE_US 2000000

static void show(struct tg_gate *g)
{
    g->conf.show(g->conf.arg, &g->view);
}

/* ---- the desk ---- */

static void desk_end(struct tg_gate *g)
{
    tg_child_end(&g->child);
    tg_pipe_close(&g->pipe);
}

static void desk_start(struct tg_gate *g)
{
    int socket;
    enum tg_err e;

    if (g->pipe != NULL || tg_mono_us() < g->restart)
        return;
    e = tg_child_start(&g->child, g->conf.program, g->conf.argv, &socket);
    if (e == TG_OK && (e = tg_pipe_open(socket, TG_WIRE_GATE, &g->pipe)) != TG_OK)
        desk_end(g);
    if (++g->stillborn > STILLBORN_MAX || e != TG_OK)
        g->restart = tg_mono_us() + STILLBORN_PAUSE_US;
}

/* ---- the card ---- */

static void card_drop(struct tg_gate *g)
{
    tg_holder_free(&g->holder);
    (void)pthread_mutex_lock(&g->lock);
    g->news.gone = false; /* of the card that was */
    (void)pthread_mutex_unlock(&g->lock);
    tg_gate_seek(g, true);
}

/* No card to say anything about. */
static bool away(enum tg_err e)
{
    return e == TG_E_CARD_REMOVED || e == TG_E_CARD_NONE || e == TG_E_READER_NONE || e == TG_E_PCSC_DOWN;
}

/* Watched from the first moment: a removal while the PIN is typed is one, too. Looked at before the PIN is
 * asked for: nobody is to type a PIN for a card that is not theirs to type it for. */
static void card_take(struct tg_gate *g)
{
    struct tg_holder_conf conf = {.audience = g->conf.server, .card = g->conf.card, .keep = true};
    enum tg_err e = g->holder == NULL ? tg_holder_new(&conf, &g->holder) : TG_E_INTERNAL;

    if (e == TG_OK && (e = tg_holder_find(g->holder)) == TG_OK &&
        (e = tg_holder_watch(g->holder, tg_gate_gone, g)) == TG_OK &&
        (e = tg_holder_look(g->holder)) != TG_OK && !away(e)) {
        tg_gate_step(g, TG_GATE_CARD_UNFIT, e);
        return;
    }
    tg_gate_step(g, e == TG_OK ? TG_GATE_CARD_IN : TG_GATE_CARD_GONE, e);
}

/* ---- steps ---- */

static tg_usec deadline_of(enum tg_gate_state s)
{
    tg_usec ms = s == TG_GATE_SIGNING ? TG_GATE_SIGNING_MS : s == TG_GATE_CHOOSE ? TG_GATE_CHOOSE_MS : 0;

    return ms == 0 ? 0 : tg_mono_us() + ms * 1000;
}

static void call_keep(struct tg_gate *g, const char *number)
{
    explicit_bzero(g->call, sizeof g->call);
    tg_ignore(tg_copy(g->call, sizeof g->call, tg_span_str(number))); /* it fits: tg_call_is has seen it */
    g->call_until = tg_mono_us() + (tg_usec)TG_CALL_KEPT_MS * 1000;
}

void tg_gate_step(struct tg_gate *g, enum tg_gate_event e, enum tg_err why)
{
    enum tg_gate_state from = g->view.state;
    unsigned effects = tg_gate_effects(from, e);

    if ((effects & TG_GATE_KILLS) != 0)
        desk_end(g);
    if ((effects & TG_GATE_WIPES) != 0) {
        tg_secret_done(&g->pin);
        g->sure = false;
    }
    g->view.state = tg_gate_next(from, e);
    g->view.err = why;
    if (g->view.state != TG_GATE_OPEN)
        tg_gate_put_away(g);
    g->deadline = deadline_of(g->view.state);
    if ((effects & TG_GATE_RESETS) != 0) {
        g->post[0] = '\0';
        if (g->holder != NULL)
            tg_holder_let_go(g->holder);
    }
    if (e == TG_GATE_CARD_GONE)
        call_keep(g, "");
    if ((effects & TG_GATE_DROPS) != 0)
        card_drop(g);
    g->view.tries = g->holder != NULL ? tg_holder_tries(g->holder) : -1;
    show(g);
}

static void pin_take(struct tg_gate *g, struct tg_gate_news *n)
{
    if (g->view.state != TG_GATE_PIN || g->holder == NULL) {
        tg_secret_done(&n->pin); /* it comes too late */
        return;
    }
    tg_secret_done(&g->pin);
    g->pin = n->pin;
    n->pin = TG_SECRET_INIT;
    g->sure = n->sure;
    g->failed = TG_OK;
    tg_gate_step(g, TG_GATE_PIN_TYPED, TG_OK);
    if (tg_gate_ask(g) != TG_OK)
        tg_gate_step(g, TG_GATE_LOST, TG_E_INTERNAL);
}

static void post_take(struct tg_gate *g, size_t i)
{
    if (g->view.state != TG_GATE_CHOOSE || i >= g->view.n_posts)
        return;
    memcpy(g->post, g->view.post[i], sizeof g->post);
    tg_gate_step(g, TG_GATE_CHOSEN, TG_OK);
    if (tg_gate_ask(g) != TG_OK)
        tg_gate_step(g, TG_GATE_LOST, TG_E_INTERNAL);
}

static void finding(struct tg_gate *g, enum tg_err why)
{
    if (g->view.state != TG_GATE_EMPTY || why == TG_OK || why == g->view.err)
        return;
    g->view.err = why;
    show(g);
}

/* False: it is over. */
static bool news_take(struct tg_gate *g)
{
    struct tg_gate_news n;

    tg_gate_hear(g, &n);
    if (n.gone)
        tg_gate_step(g, TG_GATE_CARD_GONE, n.why);
    else if (n.found && g->view.state == TG_GATE_EMPTY)
        card_take(g);
    finding(g, n.finding);
    if (n.typed && n.paper != 0)
        tg_gate_sign(g, &n);
    else if (n.typed)
        pin_take(g, &n);
    if (n.chosen)
        post_take(g, n.post);
    if (n.back && g->view.state == TG_GATE_OPEN)
        tg_gate_decline(g);
    else if (n.back && g->view.state != TG_GATE_EMPTY)
        tg_gate_step(g, TG_GATE_BACK, TG_OK);
    return !n.quit;
}

/* ---- the thread ---- */

static tg_usec sooner(tg_usec a, tg_usec b)
{
    return a == 0 || (b != 0 && b < a) ? b : a;
}

static int wait_ms(const struct tg_gate *g)
{
    tg_usec at = g->pipe == NULL ? g->restart : 0, now = tg_mono_us();

    at = sooner(sooner(at, g->deadline), g->call[0] != '\0' ? g->call_until : 0);
    return at == 0 ? -1 : at <= now ? 0 : (int)((at - now) / 1000 + 1);
}

static void *run(void *arg)
{
    struct tg_gate *g = arg;
    bool on = true;

    tg_gate_seek(g, true);
    show(g);
    while (on) {
        struct pollfd fd[3] = {{.fd = g->wake, .events = POLLIN},
                               {.fd = -1, .events = POLLIN},
                               {.fd = g->calls, .events = POLLIN}};
        char number[TG_CALL_BYTES];

        desk_start(g);
        fd[1].fd = g->pipe != NULL ? tg_pipe_fd(g->pipe) : -1;
        (void)poll(fd, 3, wait_ms(g));
        on = news_take(g); /* a removal comes before anything that the desk has said */
        if (on && fd[1].revents != 0 && g->pipe != NULL && tg_pipe_fd(g->pipe) == fd[1].fd)
            tg_gate_listen(g);
        if (on && g->deadline != 0 && tg_mono_us() >= g->deadline)
            tg_gate_step(g, TG_GATE_LATE,
                         g->view.state == TG_GATE_CHOOSE ? TG_E_PIN_CANCELLED : TG_E_UNREACHABLE);
        if (fd[2].revents != 0 && tg_call_take(g->calls, number))
            call_keep(g, number);
        tg_gate_call(g);
    }
    call_keep(g, "");
    if (g->calls >= 0)
        (void)close(g->calls);
    desk_end(g);
    tg_secret_done(&g->pin);
    tg_holder_free(&g->holder);
    tg_gate_let_go(g);
    return NULL;
}

static bool threads_start(struct tg_gate *g)
{
    pthread_t finder;

    g->holders = 3; /* the two threads, and whoever opens */
    if (pthread_create(&finder, NULL, tg_gate_finder, g) != 0)
        return false;
    (void)pthread_detach(finder);
    return pthread_create(&g->thread, NULL, run, g) == 0;
}

enum tg_err tg_gate_open(const struct tg_gate_conf *conf, struct tg_gate **ret)
{
    struct tg_gate *g = calloc(1, sizeof *g);

    if (g == NULL)
        return TG_E_NOMEM;
    if (!tg_gate_wake_make(g)) {
        free(g);
        return TG_E_NOMEM;
    }
    g->conf = *conf;
    g->calls = conf->calls ? tg_call_listen() : -1;
    call_keep(g, conf->call != NULL ? conf->call : "");
    g->child = TG_CHILD_INIT;
    g->view.tries = -1;
    g->view.err = TG_E_CARD_NONE;
    (void)pthread_mutex_init(&g->lock, NULL);
    (void)pthread_cond_init(&g->seek, NULL);
    if (!threads_start(g))
        return TG_E_NOMEM; /* what is left of it is one page, at the start of a program that ends */
    *ret = g;
    return TG_OK;
}

void tg_gate_close(struct tg_gate **g)
{
    struct tg_gate *gate = *g;

    if (gate == NULL)
        return;
    tg_child_kill(&gate->child);
    (void)pthread_mutex_lock(&gate->lock);
    gate->news.quit = true;
    (void)pthread_mutex_unlock(&gate->lock);
    tg_gate_back(gate); /* rings */
    (void)pthread_join(gate->thread, NULL);
    tg_gate_let_go(gate);
    *g = NULL;
}
