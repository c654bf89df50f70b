/* The gate: card, PIN and the desk's process, without a window. It runs on a thread of its own.
 *
 *   tg_gate_open(&conf, &g)      starts a desk, waits for a card
 *   conf.show(arg, &view)        what the lock window is to say now; from the gate's thread
 *   tg_gate_pin(g, &pin, sure)   … tg_gate_choose(g, i), tg_gate_back(g)      what the person did
 *   tg_gate_approve(g, paper, &pin, sure)     … or tg_gate_back(g): what the desk wants approved
 *   tg_gate_close(&g)
 *
 * A removal, or any doubt about the card, kills the desk on the very thread that noticed it. The desk is
 * believed nothing but its turn (ui/wire/turn.h): it asks for a signature by nonce and thumbprint, or hands
 * over the text of a grant (paper.h), which is shown here; what is signed is made here. The PIN is kept until
 * the card has answered to it. While a person with several posts chooses, at most TG_GATE_CHOOSE_MS, it is
 * the card that remembers, in a transaction of ours (tg_holder): the second signature needs the key that is
 * pressed, and no PIN.
 */
#ifndef TG_GATE_H
#define TG_GATE_H

#include "certs/base/limits.h"
#include "client/session/holder.h"
#include "ui/gate/steps.h"
#include "ui/wire/wire.h"

#define TG_GATE_CHOOSE_MS 60000
#define TG_GATE_SIGNING_MS 30000

struct tg_gate_view {
    enum tg_gate_state state;
    enum tg_err
        err;   /* EMPTY, UNFIT: what is wrong with reader or card; PIN: with the last one; REFUSED: why */
    int tries; /* PIN: left; -1 unknown */
    char post[TG_POSTS_PER_PERSON][TG_WIRE_POST_BYTES]; /* CHOOSE */
    size_t n_posts;
    unsigned paper; /* OPEN: which text is being weighed (err and tries are of its PIN then); 0: none */
    char text[TG_WIRE_PAPER_BYTES + 1]; /* of that paper: tg_paper_read takes it */
};

struct tg_gate_conf {
    const char *server;  /* the audience of what is signed; borrowed */
    const char *program; /* the desk's; borrowed, as argv is */
    char *const *argv;
    const struct tg_guard_maker *card; /* NULL: PC/SC */
    const char *call; /* a caller's number to begin with (call.h), copied; NULL: none */
    bool calls;       /* the letter box for others' (tg_call_listen) is opened, if nobody has it */
    void (*show)(void *arg, const struct tg_gate_view *view);
    void *arg;
};

struct tg_gate;

/* TG_E_NOMEM. */
enum tg_err tg_gate_open(const struct tg_gate_conf *conf, struct tg_gate **ret) TG_MUST;
/* The desk is killed before anything else. */
void tg_gate_close(struct tg_gate **g);
/* Takes the pages of pin and leaves it empty. sure: it may be sent although it is the card's last try. */
void tg_gate_pin(struct tg_gate *g, struct tg_secret *pin, bool sure);
/* The same for the approval that is being weighed; paper: the one that was on the screen. */
void tg_gate_approve(struct tg_gate *g, unsigned paper, struct tg_secret *pin, bool sure);
void tg_gate_choose(struct tg_gate *g, size_t post);
void tg_gate_back(struct tg_gate *g);

#endif
