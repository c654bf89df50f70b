/* One connection, its one request and its one stream, as the files of this room see them.
 *
 *   accept -> GREETING -> IDLE -> READING -> BUSY -> WRITING -> IDLE …   or -> LINGER -> gone
 *                                              \-> STREAM -> WRITING -> LINGER -> gone
 * (A request that arrives whole and is answered at once goes from IDLE to IDLE.)
 *
 * The struct outlives its socket: `refs` counts the open socket, the request a handler holds, the open
 * stream, and callbacks in progress. The request's bytes stay where they are until the request is ended.
 */
#ifndef TG_DOOR_CONN_H
#define TG_DOOR_CONN_H

#include <event2/event.h>
#include <event2/event_struct.h>
#include <netinet/in.h>
#include <openssl/ssl.h>
#include <sys/queue.h>

#include "certs/base/clock.h"
#include "server/door/codec.h"
#include "server/door/door.h"

/* What a connection waits for. Each phase is a list in order of entry, so its first is its oldest. */
enum tg_phase {
    TG_PHASE_GREETING, /* TLS handshake, or nothing yet */
    TG_PHASE_IDLE,     /* between requests */
    TG_PHASE_READING,  /* a request has begun and is not complete */
    TG_PHASE_BUSY,     /* a handler has the request */
    TG_PHASE_WRITING,  /* the peer takes its answer */
    TG_PHASE_STREAM,
    TG_PHASE_LINGER, /* we have closed; what still arrives is thrown away, so that no reset eats the last
                        answer */
    TG_PHASE_DEAD,   /* the socket is gone, a handler still holds the request */
    TG_PHASES
};

/* The most bytes of input that a connection holds: one whole request. */
#define TG_CONN_IN_BYTES (TG_HTTP_HEAD_BYTES + TG_HTTP_BODY_BYTES)

struct tg_conn;

struct tg_req {
    struct tg_conn *conn;
    struct tg_codec codec;
    const struct tg_route *route;
    struct tg_span body;
    void *slot;
    enum tg_err refused; /* not TG_OK: the door refused by itself */
    bool ended;
    char id[33];
};

struct tg_stream {
    struct tg_conn *conn;
    void (*closed)(void *);
    void *ctx;
    bool open;
};

/* Bytes with room; in: unread request bytes, out: unsent answer bytes from `at` on. */
struct tg_bytes {
    uint8_t *p;
    size_t n, cap, at;
};

struct tg_conn {
    TAILQ_ENTRY(tg_conn) next;
    struct tg_loop *loop;
    tg_usec since; /* entry into the phase, monotonic */
    enum tg_phase phase;
    unsigned refs;
    int fd; /* -1 when closed */
    SSL *ssl;
    struct event read_ev, write_ev;
    bool reading, writing; /* the events are added */
    bool readable;         /* the socket may hold something that was not tried yet */
    bool close_after;      /* no further request */
    bool handing;          /* a handler is being called */
    bool has_thumbprint;
    uint8_t thumbprint[32];
    size_t lingered;
    struct tg_bytes in, out;
    void *slot;
    void (*slot_drop)(void *);
    struct tg_req req;
    struct tg_stream stream;
    char peer[INET6_ADDRSTRLEN];
};

/* conn.c: life */
/* Takes fd, in every case. */
void tg_conn_accept(struct tg_loop *l, int fd, const struct sockaddr_storage *from);
void tg_conn_hold(struct tg_conn *c);
void tg_conn_drop(struct tg_conn *c);
/* Frees those that nobody holds. */
void tg_conn_reap(struct tg_loop *l);
/* The socket closes now; streams are told; the struct stays while somebody holds it. Harmless when closed
 * already. */
void tg_conn_kill(struct tg_conn *c);
/* Says close_notify, then as above: for a connection that owes nothing. */
void tg_conn_hang_up(struct tg_conn *c);
/* Says close_notify and lingers: behind a last answer. */
void tg_conn_finish(struct tg_conn *c);
/* The answer is out: idle, or finished when no request may follow. */
void tg_conn_rest(struct tg_conn *c);
/* Serves what can be served; the end of every callback. */
void tg_conn_pump(struct tg_conn *c);

/* io.c: bytes */
enum tg_io { TG_IO_GOT, TG_IO_WAIT, TG_IO_GONE };
enum tg_io tg_conn_greet(struct tg_conn *c);
/* Appends what has arrived to c->in. grow false: only into the room that is there, nothing moves. */
enum tg_io tg_conn_read(struct tg_conn *c, bool grow);
/* Sends now what the socket takes, keeps the rest. False: the connection is gone. */
bool tg_conn_send(struct tg_conn *c, struct tg_span bytes);
/* Sends what was kept. TG_IO_GOT: nothing is left. */
enum tg_io tg_conn_flush(struct tg_conn *c);
size_t tg_conn_unsent(const struct tg_conn *c);
void tg_conn_want(struct tg_conn *c, bool read, bool write);
/* Forgets the first n bytes of input. */
void tg_conn_consume(struct tg_conn *c, size_t n);
void tg_conn_forget_input(struct tg_conn *c);
/* Throws away what arrives while lingering. TG_IO_GONE at the end, or when it is too much. */
enum tg_io tg_conn_linger(struct tg_conn *c);

/* phase.c: deadlines */
void tg_conn_enter(struct tg_conn *c, enum tg_phase p);

/* request.c: true when something happened, false when more bytes are needed */
bool tg_req_advance(struct tg_conn *c);
void tg_req_refuse(struct tg_conn *c, enum tg_err e, bool close);
/* After the handler has ended the request: what the connection does next. */
void tg_req_settle(struct tg_conn *c);
/* Marks the request as ended. When its handler has returned before, also settles it. */
void tg_req_end(struct tg_req *r);

/* answer.c: the head into the loop's scratch, with room for length bytes of body; length < 0: an endless
 * answer */
enum tg_err tg_answer_head(struct tg_req *r, int status, const char *media, const char *headers,
                           int64_t length) TG_MUST;

/* stream.c: tells its owner, once */
void tg_stream_cut(struct tg_stream *s);

/* route.c: the checks 2 to 6 of door.h */
enum tg_err tg_route_check(struct tg_req *r) TG_MUST;
/* "GET, POST" for a path of the table; NUL-terminated, out holds 32 bytes. */
void tg_route_allow(const struct tg_req *r, char out[32]);

#endif
