/* Bytes in and out of one connection: TLS straight over the socket. An idle connection holds no buffers:
 * input takes a chunk from the loop's few when a request begins, output is kept only when the socket does not
 * take it at once.
 */
#include <errno.h>
#include <openssl/err.h>
#include <sys/socket.h>

#include "server/door/loop.h"
#include "server/door/tls.h"

/* A peer that goes on sending this much behind our last answer is not reading it. */
#define LINGER_BYTES (256u * 1024u)

static void set(struct event *ev, bool *is, bool want)
{
    if (*is == want)
        return;
    if ((want ? event_add(ev, NULL) : event_del(ev)) == 0)
        *is = want;
}

void tg_conn_want(struct tg_conn *c, bool read, bool write)
{
    set(&c->read_ev, &c->reading, read);
    set(&c->write_ev, &c->writing, write);
}

/* SSL_get_error() is only right over an empty error queue. Empty it nearly always is, and asking is cheaper.
 */
static void clear_errors(void)
{
    if (ERR_peek_error() != 0)
        ERR_clear_error();
}

/* What a call that returned r <= 0 wants. */
static enum tg_io wait_for(struct tg_conn *c, int r)
{
    switch (SSL_get_error(c->ssl, r)) {
    case SSL_ERROR_WANT_READ:
        c->readable = false;
        return TG_IO_WAIT;
    case SSL_ERROR_WANT_WRITE:
        tg_conn_want(c, c->reading, true);
        return TG_IO_WAIT;
    default:
        ERR_clear_error();
        return TG_IO_GONE;
    }
}

/* No TLS state before the start of a ClientHello is there. SO_RCVLOWAT (accept.c) keeps a trickle from waking
 * us. */
static enum tg_io peek(struct tg_conn *c)
{
    uint8_t p[TG_TLS_PEEK_BYTES];
    ssize_t n = recv(c->fd, p, sizeof p, MSG_PEEK);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
        return TG_IO_WAIT;
    int one = 1;
    if (n != (ssize_t)sizeof p || !tg_tls_hello_ok(p))
        return TG_IO_GONE;
    if (setsockopt(c->fd, SOL_SOCKET, SO_RCVLOWAT, &one, sizeof one) != 0)
        return TG_IO_GONE;
    c->ssl = SSL_new(c->loop->door->tls);
    if (c->ssl == NULL || SSL_set_fd(c->ssl, c->fd) != 1)
        return TG_IO_GONE;
    SSL_set_accept_state(c->ssl);
    return TG_IO_GOT;
}

enum tg_io tg_conn_greet(struct tg_conn *c)
{
    enum tg_io io = c->ssl == NULL ? peek(c) : TG_IO_GOT;
    if (io != TG_IO_GOT)
        return io;
    clear_errors();
    tg_conn_want(c, true, false);
    int r = SSL_do_handshake(c->ssl);
    if (r != 1)
        return wait_for(c, r);
    c->has_thumbprint = tg_tls_thumbprint(c->ssl, c->thumbprint);
    return TG_IO_GOT;
}

static uint8_t *chunk_take(struct tg_loop *l)
{
    return l->n_chunks > 0 ? l->chunks[--l->n_chunks] : malloc(TG_CHUNK_BYTES);
}

static void chunk_give(struct tg_loop *l, uint8_t *p, size_t cap)
{
    if (cap == TG_CHUNK_BYTES && l->n_chunks < TG_CHUNKS_KEPT)
        l->chunks[l->n_chunks++] = p;
    else
        free(p);
}

void tg_conn_forget_input(struct tg_conn *c)
{
    if (c->in.p != NULL)
        chunk_give(c->loop, c->in.p, c->in.cap);
    c->in = (struct tg_bytes){.p = NULL, .n = 0, .cap = 0, .at = 0};
}

void tg_conn_consume(struct tg_conn *c, size_t n)
{
    if (n >= c->in.n) {
        tg_conn_forget_input(c);
        return;
    }
    c->in.n -= n;
    memmove(c->in.p, c->in.p + n, c->in.n);
}

static bool grow_input(struct tg_conn *c)
{
    if (c->in.p == NULL) {
        c->in.p = chunk_take(c->loop);
        c->in.cap = c->in.p == NULL ? 0 : TG_CHUNK_BYTES;
        return c->in.p != NULL;
    }
    size_t cap = c->in.cap < TG_CONN_IN_BYTES / 2 ? c->in.cap * 2 : TG_CONN_IN_BYTES;
    uint8_t *p = cap == c->in.cap ? NULL : realloc(c->in.p, cap);
    if (p == NULL)
        return false;
    c->in.p = p;
    c->in.cap = cap;
    return true;
}

enum tg_io tg_conn_read(struct tg_conn *c, bool grow)
{
    /* Level-triggered: without an event and with nothing inside OpenSSL, trying would be a read() for
     * nothing. */
    if (!c->readable && SSL_has_pending(c->ssl) == 0)
        return TG_IO_WAIT;
    if (c->in.n == c->in.cap && !(grow && grow_input(c)))
        return grow ? TG_IO_GONE : TG_IO_WAIT;
    clear_errors();
    int r = SSL_read(c->ssl, c->in.p + c->in.n, (int)(c->in.cap - c->in.n));
    if (r <= 0)
        return wait_for(c, r);
    c->in.n += (size_t)r;
    c->readable = false;
    return TG_IO_GOT;
}

/* Writes from p; *done says how much the socket took. */
static enum tg_io write_some(struct tg_conn *c, const uint8_t *p, size_t n, size_t *done)
{
    *done = 0;
    while (*done < n) {
        clear_errors();
        int r = SSL_write(c->ssl, p + *done, (int)(n - *done));
        if (r <= 0)
            return wait_for(c, r);
        *done += (size_t)r;
    }
    return TG_IO_GOT;
}

size_t tg_conn_unsent(const struct tg_conn *c)
{
    return c->out.n - c->out.at;
}

static bool keep(struct tg_conn *c, const uint8_t *p, size_t n)
{
    struct tg_bytes *o = &c->out;
    if (o->at > 0) {
        o->n -= o->at;
        memmove(o->p, o->p + o->at, o->n);
        o->at = 0;
    }
    if (o->cap - o->n < n) {
        uint8_t *grown = realloc(o->p, o->n + n);
        if (grown == NULL)
            return false;
        o->p = grown;
        o->cap = o->n + n;
    }
    memcpy(o->p + o->n, p, n);
    o->n += n;
    return true;
}

bool tg_conn_send(struct tg_conn *c, struct tg_span bytes)
{
    size_t done = 0;
    enum tg_io io = tg_conn_unsent(c) > 0 ? TG_IO_WAIT : write_some(c, bytes.p, bytes.n, &done);
    if (io == TG_IO_GONE)
        return false;
    return done == bytes.n || keep(c, bytes.p + done, bytes.n - done);
}

enum tg_io tg_conn_flush(struct tg_conn *c)
{
    size_t done = 0;
    if (c->writing)
        tg_conn_want(c, c->reading, false);
    if (c->out.p == NULL)
        return TG_IO_GOT;
    enum tg_io io = write_some(c, c->out.p + c->out.at, tg_conn_unsent(c), &done);
    c->out.at += done;
    if (io == TG_IO_GOT) {
        free(c->out.p);
        c->out = (struct tg_bytes){.p = NULL, .n = 0, .cap = 0, .at = 0};
    }
    return io;
}

enum tg_io tg_conn_linger(struct tg_conn *c)
{
    uint8_t p[512];
    ssize_t n = 0;
    for (unsigned i = 0; i < 8 && c->lingered < LINGER_BYTES; i++) {
        n = recv(c->fd, p, sizeof p, 0);
        if (n <= 0)
            return n < 0 && (errno == EAGAIN || errno == EINTR) ? TG_IO_WAIT : TG_IO_GONE;
        c->lingered += (size_t)n;
    }
    return c->lingered < LINGER_BYTES ? TG_IO_WAIT : TG_IO_GONE;
}
