/* The door: listener, TLS 1.3, the strict HTTP/1.1 codec (codec.h), deadlines, one loop per core.
 *
 *   tg_door_open(conf, routes) -> door;  tg_door_run(door) until tg_door_drain()
 *   handler(req): reads tg_req_*; keeps req as long as it likes; ends it with exactly one of
 *       tg_req_answer | tg_req_stream_open.  If the peer is gone the answer is dropped silently.
 *
 * A request belongs to one loop and is touched only from that loop's thread. Nothing in a handler may block.
 */
#ifndef TG_DOOR_H
#define TG_DOOR_H

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"

struct tg_door;
struct tg_loop;
struct tg_req;
struct tg_stream;

/* What must be proven before the handler runs; the table is the order of operations. */
enum tg_need { TG_NEED_NOTHING, TG_NEED_KEY /* a TLS client certificate */, TG_NEED_SESSION /* key + live token */ };

struct tg_route {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *path;   /* whole path; no patterns */
    enum tg_need need;
    const char *media;  /* required Content-Type of the body ("application/json"); NULL: no body allowed */
    size_t body_max;    /* bytes, at most TG_HTTP_BODY_BYTES */
    void (*handle)(void *app, struct tg_req *req);
};

struct tg_door_conf {
    const char *host, *port;                /* "127.0.0.1", "8443" */
    const char *cert_pem, *key_pem;         /* paths */
    unsigned loops;                         /* 0: one per core */
    unsigned connections_max;               /* over all loops; above it the oldest idle one is closed, else the new one refused */
    unsigned deadline_ms;                   /* whole request, first byte to last; 0: TG_HTTP_DEADLINE_MS */
    const struct tg_route *routes;
    size_t n_routes;
    void *app;
    /* Called in each loop's thread, before serving and after. The pointer comes back from tg_loop_local(). */
    enum tg_err (*loop_begin)(void *app, struct tg_loop *loop, void **local);
    void (*loop_end)(void *app, void *local);
    /* Called instead of the handler's route when the door refuses by itself (400, 404, 405, 413 …). Must answer. */
    void (*refuse)(void *app, struct tg_req *req, enum tg_err err);
    /* For TG_NEED_SESSION: proves the session or answers by itself and returns false. */
    bool (*session)(void *app, struct tg_req *req);
};

enum tg_err tg_door_open(const struct tg_door_conf *conf, struct tg_door **ret, char *why, size_t size) TG_MUST;
/* Serves; returns after tg_door_drain() and the last connection, or its deadline. */
enum tg_err tg_door_run(struct tg_door *d) TG_MUST;
/* From any thread or a signal handler: stop accepting, finish what is in flight. */
void tg_door_drain(struct tg_door *d);
void tg_door_close(struct tg_door **d);

/* the request */
const struct tg_route *tg_req_route(const struct tg_req *r); /* NULL in refuse() before a route was found */
struct tg_span tg_req_body(const struct tg_req *r);
/* First (and only) header of that name, lower case; empty when absent. */
struct tg_span tg_req_header(const struct tg_req *r, const char *name);
/* SHA-256 of the client certificate; NULL when there was none. */
const uint8_t *tg_req_thumbprint(const struct tg_req *r);
const char *tg_req_peer(const struct tg_req *r);      /* numeric address, for the audit only */
const char *tg_req_id(const struct tg_req *r);        /* 32 hex digits, also in the X-Request-Id of the answer */
struct tg_loop *tg_req_loop(const struct tg_req *r);
void *tg_loop_local(const struct tg_loop *l);
/* One pointer per connection, for what was proven once per connection; drop is called when the connection ends. */
void **tg_req_conn_slot(struct tg_req *r, void (*drop)(void *));
/* One pointer per request, for the handler's own state. */
void **tg_req_slot(struct tg_req *r);

/* the answer; body is copied into the output together with the head, one write. headers: "Name: value\r\n"… or NULL */
void tg_req_answer(struct tg_req *r, int status, const char *media, const char *headers, struct tg_span body);
/* An endless answer (text/event-stream). closed(ctx) is called once, when the peer or tg_stream_close ends it. */
struct tg_stream *tg_req_stream_open(struct tg_req *r, const char *media, void (*closed)(void *), void *ctx);
/* False when the peer does not drain (64 KiB pending): treat as gone. */
bool tg_stream_send(struct tg_stream *s, struct tg_span bytes);
void tg_stream_close(struct tg_stream *s);

/* loop services */
struct tg_timer;
struct tg_timer *tg_loop_every(struct tg_loop *l, unsigned ms, void (*fn)(void *), void *ctx);
void tg_timer_free(struct tg_timer **t);
/* Runs fn in the loop's thread, soon; from any thread. */
void tg_loop_post(struct tg_loop *l, void (*fn)(void *), void *ctx);

#endif
