/* The desk without a window: one sign-in at most, then one request after another, on a thread of its own.
 * The card is with the gate, who is asked over the pipe.
 *
 *   tg_sitting_open(&conf, &s)      tells the gate that the window is ready, waits to be let sign in
 *   conf.opened(arg, whoami)        signed in; the gate has been told
 *   n = tg_sitting_ask(s, path, body)      … conf.answered(arg, &answer) with the same n
 *   tg_sitting_lock(s)              the person asked for it; the gate ends this process
 *
 * All callbacks come from threads of the sitting. over comes when there is nothing left to do in this process
 * but to end: the gate is gone, or did not keep to its turn. A request that is asked while another is under
 * way takes its place: the older one is broken off at once and has no answer. What is asked beside
 * (tg_sitting_also) waits its turn and loses no answer.
 */
#ifndef TG_SITTING_H
#define TG_SITTING_H

#include "certs/base/blob.h"

struct tg_answer {
    unsigned n;
    enum tg_err err;     /* TG_OK: body is the answer */
    struct tg_span body; /* borrowed for the call; with an error the problem document, or empty */
};

#define TG_SITTING_CALLER "caller"

struct tg_sitting_conf {
    int fd;                                             /* taken */
    const char *server, *ca_file, *terminal, *language; /* borrowed */
    void (*opened)(void *arg, struct tg_span whoami);   /* whoami is borrowed for the call */
    void (*answered)(void *arg, const struct tg_answer *a);
    /* Of the session's event stream, as tg_client_conf says; and TG_SITTING_CALLER, from the gate: a caller's number,
     * not JSON but digits, a + before them. May be NULL. */
    void (*event)(void *arg, const char *name, struct tg_span json);
    void (*over)(void *arg);
    void *arg;
};

struct tg_sitting;

/* There is no close: the process ends, and everything with it. TG_E_NOMEM. */
enum tg_err tg_sitting_open(const struct tg_sitting_conf *conf, struct tg_sitting **ret) TG_MUST;
/* The number of the question; copies path and body. body empty: GET. 0: no memory. Once opened, as below. */
unsigned tg_sitting_ask(struct tg_sitting *s, const char *path, struct tg_span body);
/* The last question that tg_sitting_ask put is broken off, if it is under way, and has no answer. */
void tg_sitting_cancel(struct tg_sitting *s);
/* The same, and neither takes the place of another nor loses its own; TG_SITTING_ALSO may wait. 0: too many.
 */
#define TG_SITTING_ALSO 8u
unsigned tg_sitting_also(struct tg_sitting *s, const char *path, struct tg_span body);
/* Hands the text to the gate, whose window shows it and asks for the PIN; the answer's body is the approval
 * (a JWS), or err says why there is none (TG_E_PIN_CANCELLED: the person does not approve). Copies paper. 0:
 * one is being weighed already, or no memory. */
unsigned tg_sitting_sign(struct tg_sitting *s, struct tg_span paper);
void tg_sitting_lock(struct tg_sitting *s);

#endif
