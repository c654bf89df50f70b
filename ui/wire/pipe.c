#include "ui/wire/pipe.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

struct tg_pipe {
    int fd;
    enum tg_wire_side us;
    pthread_mutex_t lock;
    enum tg_turn turn;             /* under lock */
    uint8_t in[TG_WIRE_BYTES + 1]; /* one more: a longer message shows */
};

void tg_pipe_close(struct tg_pipe **p)
{
    if (*p == NULL)
        return;
    (void)close((*p)->fd);
    (void)pthread_mutex_destroy(&(*p)->lock);
    free(*p);
    *p = NULL;
}

enum tg_err tg_pipe_open(int fd, enum tg_wire_side us, struct tg_pipe **ret)
{
    struct tg_pipe *p = calloc(1, sizeof *p);

    if (p == NULL || pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p);
        (void)close(fd);
        return TG_E_NOMEM;
    }
    p->fd = fd;
    p->us = us;
    p->turn = TG_TURN_STARTING;
    *ret = p;
    return TG_OK;
}

int tg_pipe_fd(const struct tg_pipe *p)
{
    return p->fd;
}

enum tg_turn tg_pipe_turn(struct tg_pipe *p)
{
    enum tg_turn turn;

    (void)pthread_mutex_lock(&p->lock);
    turn = p->turn;
    (void)pthread_mutex_unlock(&p->lock);
    return turn;
}

/* Under the lock, so that two threads cannot say in one turn. */
static enum tg_err say_now(struct tg_pipe *p, const struct tg_wire *m, struct tg_span bytes)
{
    enum tg_turn next = tg_wire_says(p->us, m->type) ? tg_turn_next(p->turn, m->type) : TG_TURN_BROKEN;

    if (next == TG_TURN_BROKEN)
        return TG_E_FORM;
    if (send(p->fd, bytes.p, bytes.n, MSG_NOSIGNAL | MSG_DONTWAIT) != (ssize_t)bytes.n)
        return TG_E_SESSION_ENDED;
    p->turn = next;
    return TG_OK;
}

enum tg_err tg_pipe_say(struct tg_pipe *p, const struct tg_wire *m)
{
    TG_BUF_AUTO bytes = TG_BUF_INIT(TG_WIRE_BYTES);
    enum tg_err e = tg_wire_write(m, &bytes);

    if (e != TG_OK)
        return e;
    (void)pthread_mutex_lock(&p->lock);
    e = say_now(p, m, tg_span_buf(&bytes));
    (void)pthread_mutex_unlock(&p->lock);
    return e;
}

static enum tg_err take_turn(struct tg_pipe *p, enum tg_wire_type said)
{
    enum tg_wire_side other = p->us == TG_WIRE_GATE ? TG_WIRE_DESK : TG_WIRE_GATE;
    enum tg_err e;

    (void)pthread_mutex_lock(&p->lock);
    p->turn = tg_wire_says(other, said) ? tg_turn_next(p->turn, said) : TG_TURN_BROKEN;
    e = p->turn == TG_TURN_BROKEN ? TG_E_FORM : TG_OK;
    (void)pthread_mutex_unlock(&p->lock);
    return e;
}

enum tg_err tg_pipe_hear(struct tg_pipe *p, struct tg_wire *ret)
{
    ssize_t n;

    ret->type = TG_WIRE_NOTHING;
    do {
        n = recv(p->fd, p->in, sizeof p->in, 0);
    } while (n < 0 && errno == EINTR);
    if (n <= 0)
        return TG_E_SESSION_ENDED;
    if (tg_wire_read(tg_span(p->in, (size_t)n), ret) != TG_OK)
        ret->type = TG_WIRE_NOTHING; /* which nobody says */
    return take_turn(p, ret->type);
}
