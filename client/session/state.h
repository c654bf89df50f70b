/* The object behind tg_client, shared by the files of this room only. */
#ifndef TG_CLIENT_STATE_H
#define TG_CLIENT_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "certs/base/json.h"
#include "certs/base/text.h"
#include "client/session/machine.h"
#include "client/session/session.h"

struct tg_client {
    struct tg_client_conf conf;
    pthread_mutex_t lock;
    enum tg_state state; /* under lock */
    atomic_int why;      /* enum tg_err: why it ended by itself */
    atomic_bool closing;
    bool asked;               /* whether the server is still there, after the stream had broken off */
    struct tg_buf problem;    /* the document of the refusal that the last call met */
    struct tg_holder *holder; /* NULL with a prover: the card is elsewhere */
    struct tg_proof *proof;
    struct tg_link *link;
    bool last_confirmed;
    /* hold.c */
    struct tg_link *stream, *renew;
    pthread_t thread;
    bool threaded;
    tg_sec token_born;
};

enum tg_err tg_client_link(const struct tg_client *c, struct tg_link **ret) TG_MUST;
/* Ends what tg_client_hold started. */
void tg_client_release(struct tg_client *c);

#endif
