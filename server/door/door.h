/* The door: listener, TLS 1.3, the strict HTTP/1.1 codec (codec.h), deadlines, one loop per core.
 *
 *   tg_door_open(conf, routes) -> door;  tg_door_run(door) until tg_door_drain();  tg_door_close(&door)
 *   handler(req): reads tg_req_*; keeps req as long as it likes; ends it with exactly one of
 *       tg_req_answer | tg_req_stream_open.  If the peer is gone the answer is dropped silently.
 *
 * A request belongs to one loop and is touched only from that loop's thread. Nothing in a handler may block.
 * What tg_req_* returns is borrowed and good until the request is ended, also when the connection dies
 * before. One request of a connection is with a handler at a time; pipelined ones wait and are answered in
 * order.
 *
 * The order of checks, first failure answers (through conf.refuse) and, where marked, closes the connection:
 *   1  codec                     400 411 413 414 431 501 505   closes
 *   2  path is in the table      404   TG_E_NOT_FOUND          2-6: closes if a body was announced
 *   3  method of that path       405   TG_E_METHOD             (the door adds Allow)
 *   4  body length               413   TG_E_BODY_TOO_LARGE     above body_max, or any where media is NULL
 *   5  Content-Type              415   TG_E_MEDIA_TYPE         media, or media "; charset=utf-8"
 *   6  client certificate        401   TG_E_KEY_MISSING        TG_NEED_KEY and TG_NEED_SESSION
 *   7  body arrives in time      408   TG_E_TIMEOUT            closes
 *   8  conf.session              its own answer                TG_NEED_SESSION
 *   9  the handler
 * The body is read only after 6, so a stranger costs no memory beyond a head.
 *
 * Deadlines are absolute, none is pushed back by a trickle of bytes: TLS handshake from accept (deadline_ms),
 * request from its first to its last byte (deadline_ms), idle keep-alive (idle_ms), answer taken by the peer
 * (drain_ms).
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
enum tg_need {
    TG_NEED_NOTHING,
    TG_NEED_KEY /* a TLS client certificate */,
    TG_NEED_SESSION /* key + live token */
};

struct tg_route {
    const char *method; /* "GET", "POST", "DELETE" */
    const char *path;   /* whole target; no patterns, no query */
    enum tg_need need;
    const char *media; /* required Content-Type of the body ("application/json"); NULL: no body allowed */
    size_t body_max;   /* bytes, at most TG_HTTP_BODY_BYTES */
    void (*handle)(void *app, struct tg_req *req);
};

struct tg_door_conf {
    const char *host, *port;        /* "127.0.0.1", "8443"; port "0": any free one, see tg_door_port() */
    const char *cert_pem, *key_pem; /* paths; the certificate with its chain */
    unsigned loops;                 /* 0: one per core */
    unsigned connections_max;       /* over all loops; 0: TG_DOOR_CONNECTIONS. Above it: see tg_door_open() */
    unsigned deadline_ms;           /* handshake, and whole request; 0: TG_HTTP_DEADLINE_MS */
    unsigned idle_ms;               /* keep-alive without a request; 0: TG_HTTP_IDLE_MS */
    unsigned drain_ms;              /* an answer nobody takes, and tg_door_drain(); 0: TG_HTTP_DRAIN_MS */
    const struct tg_route *routes;  /* borrowed until tg_door_close() */
    size_t n_routes;
    void *app;
    /* Called in each loop's thread, before serving and after. The pointer comes back from tg_loop_local(). */
    enum tg_err (*loop_begin)(void *app, struct tg_loop *loop, void **local);
    void (*loop_end)(void *app, void *local);
    /* Called instead of the route's handler when the door refuses by itself (the table above). Must answer.
     */
    void (*refuse)(void *app, struct tg_req *req, enum tg_err err);
    /* For TG_NEED_SESSION: proves the session, or answers by itself and returns false. */
    bool (*session)(void *app, struct tg_req *req);
};

/* Binds and loads the keys; nobody is served before tg_door_run(). TG_E_CONFIG (why says what), TG_E_NOMEM.
 * At connections_max a newcomer takes the place of, in this order: a connection that was told good-bye; the
 * oldest unfinished handshake or request, when it is older than a second or such are more than an eighth of
 * all; the one idle for longest; the oldest unfinished one at all. Of the loop that accepted the newcomer.
 * Requests with a handler and streams are never taken; when there is nothing else the newcomer is closed.
 */
enum tg_err tg_door_open(const struct tg_door_conf *conf, struct tg_door **ret, char *why,
                         size_t size) TG_MUST;
/* The bound port. */
unsigned tg_door_port(const struct tg_door *d);
/* Serves; once. Returns after tg_door_drain() and the last connection and request, or drain_ms later whatever
 * is left. The error of loop_begin, TG_E_NOMEM, TG_E_IO. Signals stay with the calling thread.
 */
enum tg_err tg_door_run(struct tg_door *d) TG_MUST;
/* From any thread or a signal handler: stop accepting, finish what is in flight, close streams and idle
 * connections. */
void tg_door_drain(struct tg_door *d);
/* After tg_door_run() returned (or never ran). Requests that handlers still keep end here: do not touch them
 * again. */
void tg_door_close(struct tg_door **d);

/* the request */
const struct tg_route *tg_req_route(const struct tg_req *r); /* NULL in refuse() before a route was found */
struct tg_span tg_req_body(const struct tg_req *r);          /* empty in refuse() */
/* First header of that name, lower case; empty when absent. Host, Content-Type, Content-Length and
 * Authorization are never repeated: such a request was refused. */
struct tg_span tg_req_header(const struct tg_req *r, const char *name);
/* SHA-256 of the client certificate (32 bytes, RFC 8705 x5t#S256); NULL when there was none. */
const uint8_t *tg_req_thumbprint(const struct tg_req *r);
const char *tg_req_peer(const struct tg_req *r); /* numeric address, for the audit only */
const char *tg_req_id(const struct tg_req *r);   /* 32 hex digits, also in the X-Request-Id of the answer */
struct tg_loop *tg_req_loop(const struct tg_req *r);
void *tg_loop_local(const struct tg_loop *l);
/* One pointer per connection, for what was proven once per connection. drop, if given, is called with a
 * non-NULL pointer when the connection has ended and no request of it is left; before loop_end, or else in
 * tg_door_close(). */
void **tg_req_conn_slot(struct tg_req *r, void (*drop)(void *));
/* One pointer per request, for the handler's own state; NULL at first. */
void **tg_req_slot(struct tg_req *r);

/* The answer; body is copied into the output together with the head, one write. media NULL: no Content-Type.
 * headers: "Name: value\r\n"… (at most TG_HTTP_EXTRA_BYTES) or NULL. Head, in this order: status line, Date,
 * X-Request-Id, Content-Type, Content-Length, Cache-Control: no-store, X-Content-Type-Options: nosniff,
 * headers, then Allow (405) and Connection: close where they apply. A body above TG_HTTP_ANSWER_BYTES, or
 * headers that are not such lines, send nothing and close the connection.
 */
void tg_req_answer(struct tg_req *r, int status, const char *media, const char *headers, struct tg_span body);
/* An endless answer (text/event-stream), ended by closing. closed(ctx) is called exactly once, when the peer
 * is gone (or sends anything more), the door drains, or in tg_stream_close(); after it the stream must not be
 * touched. NULL, and no closed(), when the peer is gone already. The request is ended in either case.
 */
struct tg_stream *tg_req_stream_open(struct tg_req *r, const char *media, void (*closed)(void *), void *ctx);
/* False when the peer does not drain (TG_HTTP_STREAM_PENDING bytes waiting): nothing was taken, treat as
 * gone. Never calls closed() by itself: that comes from the loop, later. */
bool tg_stream_send(struct tg_stream *s, struct tg_span bytes);
/* What was sent still goes out, within drain_ms. */
void tg_stream_close(struct tg_stream *s);

/* loop services */
struct tg_timer;
/* In the loop's thread only. NULL: no memory. Timers left at the end of the loop are freed then, after
 * loop_end. */
struct tg_timer *tg_loop_every(struct tg_loop *l, unsigned ms, void (*fn)(void *), void *ctx);
void tg_timer_free(struct tg_timer **t);
/* Runs fn in the loop's thread, soon, in order of posting; from any thread until tg_door_close(); not run any
 * more when the loop has ended. A call lost while serving would be a request never answered: without memory
 * for it, or above TG_DOOR_POSTS, the process ends.
 */
void tg_loop_post(struct tg_loop *l, void (*fn)(void *), void *ctx);

#endif
