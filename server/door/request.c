/* From bytes to a handler, and on to the next request. */
#include "server/door/loop.h"

/* Lends the request to whoever answers it. The count is given back in tg_req_settle(). */
static void lend(struct tg_conn *c)
{
    struct tg_req *r = &c->req;
    tg_conn_hold(c);
    r->ended = false;
    tg_loop_id(c->loop, r->id);
    c->handing = true;
}

static void lent(struct tg_conn *c)
{
    c->handing = false;
    if (c->req.ended)
        tg_req_settle(c);
    else if (c->fd >= 0)
        tg_conn_enter(c, TG_PHASE_BUSY);
}

void tg_req_refuse(struct tg_conn *c, enum tg_err e, bool close)
{
    const struct tg_door_conf *conf = &c->loop->door->conf;
    c->close_after = c->close_after || close;
    c->req.refused = e;
    c->req.body = (struct tg_span){.p = NULL, .n = 0};
    lend(c);
    conf->refuse(conf->app, &c->req, e);
    lent(c);
}

static void serve(struct tg_conn *c)
{
    const struct tg_door_conf *conf = &c->loop->door->conf;
    struct tg_req *r = &c->req;
    r->body = (struct tg_span){.p = c->in.p + r->codec.head_n, .n = r->codec.body_n};
    lend(c);
    if (r->route->need != TG_NEED_SESSION || conf->session(conf->app, r))
        r->route->handle(conf->app, r);
    lent(c);
}

static void check_head(struct tg_conn *c)
{
    struct tg_req *r = &c->req;
    c->close_after = c->close_after || r->codec.close;
    enum tg_err e = tg_route_check(r);
    if (e != TG_OK)
        tg_req_refuse(c, e, r->codec.body_n > 0);
}

bool tg_req_advance(struct tg_conn *c)
{
    struct tg_codec *codec = &c->req.codec;
    if (c->in.n == 0)
        return false;
    switch (tg_codec_feed(codec, c->in.p, c->in.n)) {
    case TG_CODEC_HEAD:
        check_head(c);
        return true;
    case TG_CODEC_DONE:
        serve(c);
        return true;
    case TG_CODEC_BAD:
        tg_req_refuse(c, codec->err, true);
        return true;
    case TG_CODEC_MORE:
        break;
    }
    if (c->phase == TG_PHASE_IDLE)
        tg_conn_enter(c, TG_PHASE_READING);
    return false;
}

/* Ready for the next one; what is pipelined moves to the front. */
static void reset(struct tg_conn *c)
{
    struct tg_req *r = &c->req;
    if (c->close_after || c->stream.open)
        tg_conn_forget_input(c);
    else
        tg_conn_consume(c, (size_t)r->codec.head_n + r->codec.body_n);
    tg_codec_init(&r->codec);
    r->route = NULL;
    r->slot = NULL;
    r->refused = TG_OK;
    r->body = (struct tg_span){.p = NULL, .n = 0};
}

void tg_req_settle(struct tg_conn *c)
{
    reset(c);
    if (c->fd >= 0) {
        if (c->stream.open)
            tg_conn_enter(c, TG_PHASE_STREAM);
        else if (tg_conn_unsent(c) > 0)
            tg_conn_enter(c, TG_PHASE_WRITING);
        else
            tg_conn_rest(c);
    }
    tg_conn_drop(c);
}

/* Something may be there that no event will announce: bytes that were read already, or a socket not listened
 * to. */
static bool has_more(const struct tg_conn *c)
{
    return c->in.n > 0 || c->readable || !c->reading || SSL_has_pending(c->ssl) != 0;
}

void tg_req_end(struct tg_req *r)
{
    struct tg_conn *c = r->conn;
    r->ended = true;
    if (c->handing)
        return;
    tg_conn_hold(c);
    tg_req_settle(c);
    /* The next request gets a turn of its own: an answer must not call the handler of another one. */
    if (c->fd >= 0 && has_more(c))
        event_active(&c->read_ev, EV_READ, 0);
    tg_conn_drop(c);
}

const struct tg_route *tg_req_route(const struct tg_req *r)
{
    return r->route;
}

struct tg_span tg_req_body(const struct tg_req *r)
{
    return r->body;
}

struct tg_span tg_req_header(const struct tg_req *r, const char *name)
{
    return tg_codec_header(&r->codec, r->conn->in.p, name);
}

const uint8_t *tg_req_thumbprint(const struct tg_req *r)
{
    return r->conn->has_thumbprint ? r->conn->thumbprint : NULL;
}

const char *tg_req_peer(const struct tg_req *r)
{
    return r->conn->peer;
}

const char *tg_req_id(const struct tg_req *r)
{
    return r->id;
}

struct tg_loop *tg_req_loop(const struct tg_req *r)
{
    return r->conn->loop;
}

void **tg_req_conn_slot(struct tg_req *r, void (*drop)(void *))
{
    r->conn->slot_drop = drop;
    return &r->conn->slot;
}

void **tg_req_slot(struct tg_req *r)
{
    return &r->slot;
}
