/* One loop: a thread, an event base, a listening socket of its own (SO_REUSEPORT), its connections by phase.
 * Only its own thread touches it, but for the queue of posted calls and the eventfd that wakes it.
 */
#ifndef TG_DOOR_LOOP_H
#define TG_DOOR_LOOP_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/door/conn.h"

TAILQ_HEAD(tg_conn_list, tg_conn);
LIST_HEAD(tg_timer_list, tg_timer);

/* First room for a request; most fit. A few are kept for the next connection that needs one. */
#define TG_CHUNK_BYTES 4096u
#define TG_CHUNKS_KEPT 64u
/* Request ids drawn at once from the random generator, 16 bytes each. */
#define TG_IDS 64u

struct tg_post {
    void (*fn)(void *);
    void *ctx;
};

struct tg_posts {
    struct tg_post *p;
    size_t n, cap;
};

struct tg_door {
    struct tg_door_conf conf;
    SSL_CTX *tls;
    struct tg_loop *loops;
    unsigned n_loops;
    unsigned port;
    atomic_uint n_conns;
    atomic_bool draining;
};

struct tg_loop {
    struct tg_door *door;
    struct event_base *base;
    int listen_fd, wake_fd;
    struct event listen_ev, wake_ev, tick_ev, reap_ev;
    bool listening, draining,
        turned_away; /* turned_away: out of file descriptors, try again at the next tick */
    tg_usec drain_until;
    struct tg_conn_list phase[TG_PHASES], grave;
    unsigned limit_ms[TG_PHASES]; /* 0: none */
    size_t n_phase[TG_PHASES], n_conns;
    uint8_t *chunks[TG_CHUNKS_KEPT];
    unsigned n_chunks;
    struct tg_buf scratch; /* the answer that is being written */
    tg_sec date_at;
    char date[48]; /* the whole header line */
    size_t date_n;
    uint8_t ids[TG_IDS * 16];
    unsigned id_next;
    struct tg_timer_list timers;
    void *local;
    enum tg_err err;
    pthread_t thread;
    pthread_mutex_t lock; /* posts */
    bool lock_made;
    struct tg_posts posts, running;
};

/* loop.c; a loop that was not completely made can still be undone */
enum tg_err tg_loop_make(struct tg_loop *l, struct tg_door *d, int listen_fd) TG_MUST;
void tg_loop_unmake(struct tg_loop *l);
/* The thread: arg is the loop. */
void *tg_loop_thread(void *arg);
/* Safe in a signal handler. */
void tg_loop_wake(struct tg_loop *l);
/* Ends a draining loop when its last connection has gone. */
void tg_loop_check_done(struct tg_loop *l);

/* accept.c */
struct tg_listener {
    int fd;
    unsigned port; /* the bound one */
};
/* port may be "0"; TG_E_CONFIG with a reason. */
enum tg_err tg_listen(const char *host, const char *port, struct tg_listener *ret, char *why,
                      size_t size) TG_MUST;
enum tg_err tg_accept_start(struct tg_loop *l) TG_MUST;
void tg_accept_stop(struct tg_loop *l);
void tg_accept_again(struct tg_loop *l);

/* phase.c */
void tg_phase_init(struct tg_loop *l);
void tg_phase_join(struct tg_conn *c, enum tg_phase p);
void tg_phase_leave(struct tg_conn *c);
void tg_phase_expire(struct tg_loop *l);
/* Closes one connection to make room; false when there is none to close. */
bool tg_phase_evict(struct tg_loop *l);
/* Closes what owes nothing, ends the streams. all: closes everything. */
void tg_phase_drain(struct tg_loop *l, bool all);

/* timer.c */
void tg_timer_free_all(struct tg_loop *l);

/* answer.c: 32 hex digits */
void tg_loop_id(struct tg_loop *l, char out[33]);

#endif
