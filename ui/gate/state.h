/* The object behind tg_gate, shared by the files of this room only. */
#ifndef TG_GATE_STATE_H
#define TG_GATE_STATE_H

#include "certs/base/clock.h"
#include "ui/gate/call.h"
#include "ui/gate/child.h"
#include "ui/gate/gate.h"
#include "ui/wire/pipe.h"

/* What other threads tell the gate's. */
struct tg_gate_news {
    bool quit, gone, found, back, typed, sure, chosen;
    enum tg_err why;     /* of gone */
    enum tg_err finding; /* why no card is found; TG_OK: not told */
    size_t post;
    unsigned paper; /* of typed: for an approval; 0: to sign in */
    struct tg_secret pin;
};

struct tg_gate {
    struct tg_gate_conf conf;
    pthread_t thread;
    int wake; /* eventfd: there is news */
    pthread_mutex_t lock;
    pthread_cond_t seek;
    bool seeking; /* under lock, as news is: the finder is to look for a card */
    struct tg_gate_news news;
    unsigned holders; /* under lock: the finder may be left inside PC/SC */

    struct tg_child child;

    /* of the gate's thread */
    struct tg_gate_view view;
    struct tg_pipe *pipe;
    struct tg_holder *holder;
    struct tg_secret pin;
    bool sure;
    char post[TG_WIRE_POST_BYTES];
    char worn[TG_WIRE_POST_BYTES]; /* the post that was signed in with; "" the only one */
    unsigned papers;               /* that were weighed so far */
    enum tg_err failed;            /* of the last signature */
    tg_usec deadline;              /* of the state; 0: none */
    char call[TG_CALL_BYTES]; /* a caller's number, until a desk is open for it; "" none */
    tg_usec call_until;
    int calls; /* the letter box; -1: none */
    tg_usec restart;               /* when the next desk may start */
    unsigned stillborn;            /* desks in a row that ended before they were ready */
};

/* news.c */
bool tg_gate_wake_make(struct tg_gate *g);
void tg_gate_seek(struct tg_gate *g, bool yes);
void *tg_gate_finder(void *arg);
void tg_gate_let_go(struct tg_gate *g);
/* The news so far; its PIN moves into ret. */
void tg_gate_hear(struct tg_gate *g, struct tg_gate_news *ret);
void tg_gate_gone(void *arg, enum tg_err why); /* for the watch over the card; kills the desk at once */
/* talk.c: the desk's messages */
enum tg_err tg_gate_ask(struct tg_gate *g); /* to sign in, if the desk is ready for that */
void tg_gate_listen(struct tg_gate *g);
void tg_gate_call(struct tg_gate *g); /* hands the caller's number on, if the desk is open; forgets it when it is old */
/* gate.c */
void tg_gate_step(struct tg_gate *g, enum tg_gate_event e, enum tg_err why);

#endif
