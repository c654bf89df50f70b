/* What the files of tegata-probe share. */
#ifndef TG_PROBE_H
#define TG_PROBE_H

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "client/cli.h"
#include "client/session/state.h"
#include "tests/probe/raw.h"

struct probe {
    struct tg_cli cli;
    char host[256];
    const char *port;
    struct tg_secret pin;     /* remembered: one card, many sign-ins */
    struct tg_client *client; /* NULL: after `terminal` */
    struct tg_proof *proof;   /* after `terminal`: its own */
    struct tg_proof *other;
    struct tg_raw *own, *stolen, *naked;
    struct tg_buf token;
    bool said;     /* this line has its answer */
    json_t *place; /* what `terminal` said; NULL before the first */
};

/* One word of what `terminal` said; NULL when it did not. */
const char *probe_place(const struct probe *p, const char *name);
/* A connection as the terminal makes it, under a proof of its own or another (NULL: none). */
enum tg_err probe_dial(const struct probe *p, const struct tg_proof *proof, struct tg_raw **ret) TG_MUST;
/* The proof of the session that speaks. */
const struct tg_proof *probe_proof(const struct probe *p);
/* The token as it is now: the session that is held gets a fresh one every few minutes. */
enum tg_err probe_token(struct probe *p) TG_MUST;
/* One line on stdout: JSON as it is, or an answer as {"status","head","body"}. */
void probe_line(struct tg_span json);
void probe_put(struct tg_span answer);
/* Sends, prints the answer, closes the connection when it is of no more use. */
enum tg_err probe_ask(struct probe *p, struct tg_raw **conn, const struct tg_proof *proof,
                      struct tg_span request) TG_MUST;

/* `terminal {…}`: signs in anew with the card, every byte by ourselves; prints the token endpoint's answer.
 */
enum tg_err probe_terminal(struct probe *p, const char *json) TG_MUST;
/* `race {…}`: the times of two kinds of requests in random order; prints them. */
enum tg_err probe_race(struct probe *p, const char *json) TG_MUST;

#endif
