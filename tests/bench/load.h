/* What the files of tegata-load share. It is a bench: whatever goes wrong ends it at once (load_die), so that
 * no figure is ever printed of a run in which something failed.
 *
 *   load.c    the command line, rounds, medians
 *   wire.c    non-blocking TLS connections under one epoll
 *   badge.c   a card as four PEM files: signs what a card would sign
 *   stay.c    one session, kept alive by its event stream and renewals
 *   drive.c   closed-loop requests of one kind over many connections
 *   enter.c   whole sign-ins, each with a TLS key and a connection of its own
 *   meter.c   processor time of a process
 */
#ifndef TG_BENCH_LOAD_H
#define TG_BENCH_LOAD_H

#include <openssl/ssl.h>

#include "client/proof/proof.h"

_Noreturn void load_die(const char *what, const char *detail);

/* wire.c */
struct wires {
    int epoll;
    SSL_CTX *tls;
    char *host;
    struct addrinfo *to;
};

struct wire {
    struct wires *all;
    int fd;
    SSL *ssl;
    bool greeted;
    bool stream;       /* what comes behind the head is handed on as it comes */
    struct tg_buf got; /* of the answer that is arriving */
    void *owner;
    void (*ready)(struct wire *w);                        /* the handshake is done */
    void (*answer)(struct wire *w, struct tg_span whole); /* head and body; of a stream: some bytes */
};

/* server is "name:port". */
void wires_open(struct wires *all, const char *server, const char *ca_file);
void wires_close(struct wires *all);
/* One turn: waits at most ms for something to happen. */
void wires_turn(struct wires *all, int ms);
/* Connects; owner, ready and answer are set by the caller before the next turn. */
void wire_dial(struct wires *all, struct wire *w, const struct tg_proof *proof);
void wire_send(struct wire *w, struct tg_span request);
void wire_close(struct wire *w);
/* "POST path … Content-Length: n", blank line and body, appended; token may be empty; media NULL: no body. */
void wire_post(struct tg_buf *to, const char *path, struct tg_span token, const char *media,
               struct tg_span body);
void wire_get(struct tg_buf *to, const char *path, struct tg_span token);
/* The body of an answer that must be a 200. */
struct tg_span wire_body(struct tg_span whole, const char *what);

/* badge.c */
struct badge {
    EVP_PKEY *key[2]; /* 9A, 9E */
    struct tg_cert *cert[2];
    const char *issuer;
};
/* PREFIX-9a.key, PREFIX-9a.pem, PREFIX-9e.key, PREFIX-9e.pem; 9E may be absent. */
void badge_open(struct badge *b, const char *prefix, const char *issuer);
void badge_close(struct badge *b);
/* The body of POST /oauth/token for the answer of POST /oauth/challenge. */
void badge_form(const struct badge *b, const struct tg_proof *proof, struct tg_span challenge,
                struct tg_buf *form);
/* The body of POST /v1/session/renew. */
void badge_presence(const struct badge *b, const struct tg_proof *proof, const char *nonce,
                    struct tg_buf *json);

/* stay.c */
struct stay {
    struct badge badge;
    struct tg_proof *proof;
    struct tg_buf token;
    struct wire door, events;
    bool challenged, waiting;
};
/* Signs in, opens the stream; the session then lives for as long as wires_turn is called often enough. */
void stay_begin(struct stay *s, struct wires *all);
void stay_end(struct stay *s);

/* drive.c */
struct phase {
    char *name;
    const char *path;   /* NULL: sign-ins */
    struct tg_buf text; /* of the file of request bodies, one a line; empty: GET without a token */
    struct tg_span *ask;
    size_t n_asks;
};
struct cpu {
    tg_usec serving; /* threads that somebody waits for */
    tg_usec behind;  /* threads that made themselves nice: what is done in spare time */
};
struct tally {
    uint64_t requests, bytes; /* bytes: of bodies */
    tg_usec took, own_cpu;
    struct cpu server;
};
struct drive;
void phase_open(struct phase *p, const char *words); /* NAME=PATH[=FILE]; "sign-in" */
void phase_close(struct phase *p);
struct drive *drive_open(struct wires *all, const struct stay *s, unsigned connections);
void drive_close(struct drive *d);
/* For so long, or, when count is not 0, so many requests. */
struct tally drive_run(struct drive *d, const struct phase *p, unsigned seconds, uint64_t count, int pid);

/* enter.c */
struct tally enter_run(struct wires *all, struct badge *badges, size_t n, unsigned seconds, int pid);

/* meter.c: processor time, user and system. pid 0: no server to look at. */
struct cpu meter_cpu(int pid);
tg_usec meter_own(void);
void meter_begin(struct tally *t, int pid);
void meter_end(struct tally *t, int pid);

#endif
