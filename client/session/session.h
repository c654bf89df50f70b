/* One person at one desk: card, proof and link brought together (DESIGN 4).
 *
 *   tg_client_open(&conf, &c)
 *   tg_client_sign_in(c)             find the card, ask for the PIN, challenge, card transaction, token
 *   tg_client_hold(c)                stay: the event stream, 9E renewals, and the watch over our card
 *   tg_client_call(c, path, body, …) as often as wanted
 *   tg_client_close(&c)              signs out, poisons, frees
 *
 * Card out, stream broken, displaced, any doubt: tg_client_poison runs at once, on whatever thread noticed
 * it; every later call is refused with the reason. Calls block; one thread at a time, but poison comes from
 * any.
 */
#ifndef TG_CLIENT_SESSION_H
#define TG_CLIENT_SESSION_H

#include "certs/base/secret.h"
#include "client/link/link.h"
#include "client/session/holder.h"

struct tg_client;

/* Where the card is not in this process (the desk has none, its gate does): who has it makes what the session
 * needs signed. Both block; present comes from the thread of the stream.
 */
struct tg_prover {
    void *arg;
    enum tg_err (*sign_in)(void *arg, const struct tg_challenge *ask, struct tg_buf *jws);
    enum tg_err (*present)(void *arg, const struct tg_challenge *ask, struct tg_buf *jws);
};

struct tg_client_conf {
    const char *server, *ca_file; /* the whole of a terminal's settings; borrowed */
    const char *terminal;         /* for the audit */
    const char *language;
    const struct tg_prover *prover;    /* NULL: the card is in a reader here; else nothing below is used but
                                          ended */
    const char *reader;                /* NULL: the first with a card */
    const char *post;                  /* NULL: the only one */
    const struct tg_guard_maker *card; /* NULL: PC/SC */
    /* Fills in the PIN. tries is what the card said, -1 unknown; last: only one is left and this asks for
     * confirmation too. wrong: the PIN before was not right. TG_E_PIN_CANCELLED to stop.
     */
    enum tg_err (*ask_pin)(void *arg, int tries, bool wrong, struct tg_secret *pin);
    void *arg;
    bool ask_again; /* a person is there to type once more */
    bool last_try;  /* the PIN may be sent although it is the card's last try: somebody has said so */
    /* Called once when an open session ends by itself; any thread; may be NULL. */
    void (*ended)(void *arg, enum tg_err why);
    /* Asked at the beginning of a tg_client_call and after tg_client_wake: true ends the call at once. NULL:
     * every call is wanted. */
    bool (*unwanted)(void *arg);
    /* What else comes over the event stream ("grants" …), and "renewed" (empty) each time that server and
     * card have both answered; from the thread of the stream; json is borrowed for the call; may be NULL. */
    void (*event)(void *arg, const char *name, struct tg_span json);
};

void tg_client_close(struct tg_client **c);
enum tg_err tg_client_open(const struct tg_client_conf *conf, struct tg_client **ret) TG_MUST;
/* Errors of card, link and server by name. tg_client_tries after TG_E_PIN_WRONG; -1 unknown. */
enum tg_err tg_client_sign_in(struct tg_client *c) TG_MUST;
int tg_client_tries(const struct tg_client *c);
enum tg_err tg_client_hold(struct tg_client *c) TG_MUST;
/* POST of a JSON body, or GET when body is empty. TG_OK with the answer in reply; the problem's error
 * otherwise (the document, if there is one, is in reply). When the session has ended by itself: why;
 * TG_E_UNREACHABLE when the stream broke off and the server does not answer either, and for a call that was
 * not wanted any more.
 */
enum tg_err tg_client_call(struct tg_client *c, const char *path, struct tg_span body,
                           struct tg_link_reply *reply) TG_MUST;
/* From any thread while the client lives: a call under way asks whether it is wanted still. */
void tg_client_wake(struct tg_client *c);
/* The problem document (RFC 9457) of the refusal that the last sign-in or call met, as the server sent it;
 * empty when there was none. Borrowed until the next call. */
struct tg_span tg_client_problem(const struct tg_client *c);
/* Whatever is held becomes useless, now. */
void tg_client_poison(struct tg_client *c, enum tg_err why);

#endif
