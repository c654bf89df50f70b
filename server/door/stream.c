/* An answer without an end: its head says Connection: close, and closing is how it ends (RFC 9112 6.3 item
 * 8). The stream is a share in its connection until closed() was called.
 */
#include "server/door/loop.h"

struct tg_stream *tg_req_stream_open(struct tg_req *r, const char *media, void (*closed)(void *), void *ctx)
{
    struct tg_conn *c = r->conn;
    struct tg_buf *head = &c->loop->scratch;
    if (r->ended)
        return NULL;
    c->close_after = true;
    if (c->fd >= 0 &&
        (tg_answer_head(r, 200, media, NULL, -1) != TG_OK || !tg_conn_send(c, tg_span_buf(head))))
        tg_conn_kill(c);
    if (c->fd >= 0) {
        c->stream = (struct tg_stream){.conn = c, .closed = closed, .ctx = ctx, .open = true};
        tg_conn_hold(c);
    }
    struct tg_stream *s = c->stream.open ? &c->stream : NULL;
    r->ended = true;
    if (c->handing)
        return s;
    /* What the peer did meanwhile is looked at later: closed() must not come before the caller knows the
     * stream. */
    if (s != NULL)
        event_active(&c->read_ev, EV_READ, 0);
    tg_req_settle(c);
    return s;
}

bool tg_stream_send(struct tg_stream *s, struct tg_span bytes)
{
    struct tg_conn *c = s->conn;
    if (!s->open || c->fd < 0 || tg_conn_unsent(c) + bytes.n > TG_HTTP_STREAM_PENDING)
        return false;
    if (tg_conn_send(c, bytes))
        return true;
    /* The end comes from the loop: the caller must not lose the stream inside a call that uses it. */
    event_active(&c->read_ev, EV_READ, 0);
    return false;
}

void tg_stream_cut(struct tg_stream *s)
{
    if (!s->open)
        return;
    s->open = false;
    if (s->closed != NULL)
        s->closed(s->ctx);
    tg_conn_drop(s->conn);
}

void tg_stream_close(struct tg_stream *s)
{
    struct tg_conn *c = s->conn;
    if (!s->open)
        return;
    tg_conn_hold(c);
    tg_stream_cut(s);
    if (c->fd >= 0 && c->phase == TG_PHASE_STREAM) {
        if (tg_conn_unsent(c) > 0)
            tg_conn_enter(c, TG_PHASE_WRITING);
        else
            tg_conn_finish(c);
    }
    tg_conn_drop(c);
}
