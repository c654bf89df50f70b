#include <openssl/err.h>
#include <sys/socket.h>
#include <unistd.h>

#include "server/door/loop.h"

/* Pipelined requests that are served before the other connections get a turn. */
#define TURNS 16u

static void conn_free(struct tg_conn *c)
{
    struct tg_loop *l = c->loop;
    if (c->slot != NULL && c->slot_drop != NULL)
        c->slot_drop(c->slot);
    tg_conn_forget_input(c);
    free(c->out.p);
    free(c);
    l->n_conns--;
    (void)atomic_fetch_sub(&l->door->n_conns, 1u);
}

void tg_conn_reap(struct tg_loop *l)
{
    struct tg_conn *c;
    while ((c = TAILQ_FIRST(&l->grave)) != NULL) {
        TAILQ_REMOVE(&l->grave, c, next);
        conn_free(c);
    }
    tg_loop_check_done(l);
}

void tg_conn_hold(struct tg_conn *c)
{
    c->refs++;
}

/* Freed a little later, with no function of this connection on the stack. */
void tg_conn_drop(struct tg_conn *c)
{
    struct tg_loop *l = c->loop;
    if (--c->refs > 0)
        return;
    tg_phase_leave(c);
    if (TAILQ_EMPTY(&l->grave))
        event_active(&l->reap_ev, EV_READ, 0);
    TAILQ_INSERT_TAIL(&l->grave, c, next);
}

void tg_conn_kill(struct tg_conn *c)
{
    if (c->fd < 0)
        return;
    tg_conn_want(c, false, false);
    /* A turn given to the others (tg_conn_pump) is an activated event and not an added one. */
    (void)event_del(&c->read_ev);
    SSL_free(c->ssl);
    c->ssl = NULL;
    (void)close(c->fd);
    c->fd = -1;
    tg_conn_enter(c, TG_PHASE_DEAD);
    tg_stream_cut(&c->stream);
    tg_conn_drop(c);
}

static void say_goodbye(struct tg_conn *c)
{
    if (c->fd < 0 || c->ssl == NULL || SSL_is_init_finished(c->ssl) == 0)
        return;
    if (SSL_shutdown(c->ssl) < 0)
        ERR_clear_error();
}

void tg_conn_hang_up(struct tg_conn *c)
{
    say_goodbye(c);
    tg_conn_kill(c);
}

void tg_conn_finish(struct tg_conn *c)
{
    if (c->fd < 0)
        return;
    say_goodbye(c);
    tg_conn_enter(c, TG_PHASE_LINGER);
    if (shutdown(c->fd, SHUT_WR) != 0) {
        tg_conn_kill(c);
        return;
    }
    tg_conn_want(c, true, false);
}

void tg_conn_rest(struct tg_conn *c)
{
    if (c->close_after || c->loop->draining)
        tg_conn_finish(c);
    else
        tg_conn_enter(c, TG_PHASE_IDLE);
}

/* While a handler has the request, or the peer has an answer to take: what is pipelined waits where there is
 * room, then in the socket; nothing moves. Reading goes on so that the end of the peer is seen. */
static void read_ahead(struct tg_conn *c)
{
    enum tg_io io = TG_IO_GOT;
    bool stream = c->phase == TG_PHASE_STREAM;
    while (io == TG_IO_GOT && !(stream && c->in.n > 0))
        io = tg_conn_read(c, stream && c->in.cap == 0);
    if (io != TG_IO_WAIT)
        tg_conn_kill(c);
    else if (c->in.n == c->in.cap && !stream)
        tg_conn_want(c, false, c->writing);
}

static bool serve_next(struct tg_conn *c)
{
    if (tg_req_advance(c))
        return true;
    tg_conn_want(c, true, c->writing);
    enum tg_io io = tg_conn_read(c, true);
    if (io == TG_IO_GONE)
        tg_conn_kill(c);
    return io == TG_IO_GOT;
}

void tg_conn_pump(struct tg_conn *c)
{
    for (unsigned turn = 0; turn < TURNS; turn++) {
        switch (c->phase) {
        case TG_PHASE_IDLE:
        case TG_PHASE_READING:
            if (!serve_next(c))
                return;
            break;
        case TG_PHASE_BUSY:
        case TG_PHASE_WRITING:
        case TG_PHASE_STREAM:
            read_ahead(c);
            return;
        case TG_PHASE_GREETING:
        case TG_PHASE_LINGER:
        case TG_PHASE_DEAD:
        case TG_PHASES:
            return;
        }
    }
    event_active(&c->read_ev, EV_READ, 0);
}

static void greet(struct tg_conn *c)
{
    enum tg_io io = tg_conn_greet(c);
    if (io == TG_IO_GONE)
        tg_conn_kill(c);
    if (io != TG_IO_GOT)
        return;
    tg_conn_enter(c, TG_PHASE_IDLE);
    tg_conn_pump(c);
}

static void step(struct tg_conn *c)
{
    enum tg_io io = TG_IO_WAIT;
    tg_conn_hold(c);
    switch (c->phase) {
    case TG_PHASE_GREETING:
        greet(c);
        break;
    case TG_PHASE_LINGER:
        if (tg_conn_linger(c) == TG_IO_GONE)
            tg_conn_kill(c);
        break;
    case TG_PHASE_IDLE:
    case TG_PHASE_READING:
    case TG_PHASE_BUSY:
    case TG_PHASE_WRITING:
    case TG_PHASE_STREAM:
        io = tg_conn_flush(c);
        if (io == TG_IO_GONE)
            tg_conn_kill(c);
        else if (io == TG_IO_GOT && c->phase == TG_PHASE_WRITING)
            tg_conn_rest(c);
        tg_conn_pump(c);
        break;
    case TG_PHASE_DEAD:
    case TG_PHASES:
        break;
    }
    tg_conn_drop(c);
}

static void on_event(evutil_socket_t fd, short what, void *arg)
{
    struct tg_conn *c = arg;
    (void)fd;
    (void)what;
    /* Also after a write event: what OpenSSL wanted to write may have been in the way of a read. */
    c->readable = true;
    step(c);
}

static void peer_text(struct tg_conn *c, const struct sockaddr_storage *from)
{
    const void *addr = NULL;
    if (from->ss_family == AF_INET)
        addr = &((const struct sockaddr_in *)(const void *)from)->sin_addr;
    else if (from->ss_family == AF_INET6)
        addr = &((const struct sockaddr_in6 *)(const void *)from)->sin6_addr;
    if (addr == NULL || evutil_inet_ntop(from->ss_family, addr, c->peer, sizeof c->peer) == NULL)
        c->peer[0] = '\0';
}

void tg_conn_accept(struct tg_loop *l, int fd, const struct sockaddr_storage *from)
{
    struct tg_conn *c = calloc(1, sizeof *c);
    if (c == NULL) {
        (void)close(fd);
        return;
    }
    c->loop = l;
    c->fd = fd;
    c->refs = 1;
    c->req.conn = c;
    c->stream.conn = c;
    tg_codec_init(&c->req.codec);
    peer_text(c, from);
    tg_phase_join(c, TG_PHASE_GREETING);
    l->n_conns++;
    (void)atomic_fetch_add(&l->door->n_conns, 1u);
    if (event_assign(&c->read_ev, l->base, fd, EV_READ | EV_PERSIST, on_event, c) != 0 ||
        event_assign(&c->write_ev, l->base, fd, EV_WRITE | EV_PERSIST, on_event, c) != 0) {
        tg_conn_kill(c);
        return;
    }
    tg_conn_want(c, true, false);
    if (!c->reading)
        tg_conn_kill(c);
}
