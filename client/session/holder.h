/* The holder of the card: the half of a sign-in that has the card and the PIN, and no network. What the other
 * half needs signed it asks for as a challenge; what is signed is made here, from the nonce, the thumbprint
 * and our own settings, never taken as bytes from outside.
 *
 *   tg_holder_new(&conf, &h)
 *   tg_holder_find(h)                  which reader holds a card
 *   tg_holder_look(h)                  can it be an employee card, before anybody types a PIN
 *   tg_holder_sign_in(h, &challenge, &pin, …)   9A, after the PIN: SELECT, certificate, VERIFY, SIGN, RESET
 *   tg_holder_sign_again(h, &challenge, &jws)   with conf.keep: once more, for a post chosen meanwhile
 *   tg_holder_present(h, &challenge, &jws)      9E, no PIN: "the same card is still here"
 *   tg_holder_watch(h, gone, arg)      until tg_holder_release: any doubt about the card is a removal
 *
 * One thread at a time for the card's calls, but that a renewal and an approval wait for each other; gone comes
 * from a thread of the watch.
 */
#ifndef TG_HOLDER_H
#define TG_HOLDER_H

#include "certs/base/secret.h"
#include "client/card/guard.h"
#include "client/card/presence.h"
#include "client/proof/approval.h"

struct tg_holder;

struct tg_holder_conf {
    const char *audience;              /* the server's issuer name from our own settings; borrowed */
    const char *reader;                /* NULL: the first with a card; borrowed */
    const char *post;                  /* NULL: the only one; borrowed */
    const struct tg_guard_maker *card; /* NULL: PC/SC */
    bool keep; /* after a sign-in the card stays as it is, with its PIN taken, until let_go or sign_again */
};

/* What is to be signed for. */
struct tg_challenge {
    const char *nonce;         /* from the server, as received */
    const uint8_t *thumbprint; /* of the TLS key that asked for it, 32 bytes */
};

void tg_holder_free(struct tg_holder **h);
enum tg_err tg_holder_new(const struct tg_holder_conf *conf, struct tg_holder **ret) TG_MUST;
/* The post of the next sign-in, when it is chosen later than the card is found; NULL: the only one. Borrowed.
 */
void tg_holder_wear(struct tg_holder *h, const char *post);
/* Errors of tg_presence_find. Whose card it is, is not known yet. */
enum tg_err tg_holder_find(struct tg_holder *h) TG_MUST;
/* Reads what every employee card has and sends no PIN: TG_E_CARD_NOT_PIV, TG_E_CARD_NO_CERT,
 * TG_E_CERT_FORM, TG_E_PIN_BLOCKED, reader errors. Afterwards tg_holder_tries knows. */
enum tg_err tg_holder_look(struct tg_holder *h) TG_MUST;
/* confirmed: the PIN may be sent although it is the card's last try. Errors of tg_piv_* and
 * tg_assertion_sign; TG_E_PIN_LAST_TRY leaves tg_holder_tries at 1.
 */
enum tg_err tg_holder_sign_in(struct tg_holder *h, const struct tg_challenge *ask,
                              const struct tg_secret *pin, bool confirmed, struct tg_buf *jws) TG_MUST;
/* A second assertion in the transaction that conf.keep has left open, without any PIN: the card has taken it,
 * nobody else can use the card meanwhile, and the card is reset afterwards, as it is if this program dies.
 * TG_E_PIN_CANCELLED: nothing was kept. TG_E_CARD_RESET, errors of tg_piv_sign.
 */
enum tg_err tg_holder_sign_again(struct tg_holder *h, const struct tg_challenge *ask,
                                 struct tg_buf *jws) TG_MUST;
/* Resets the card that conf.keep has left open; nothing when none is. Every other call begins with it. */
void tg_holder_let_go(struct tg_holder *h);
/* What one PIN is to sign: cert, audience and post of each are filled in from the card and the settings. */
struct tg_approvals {
    struct tg_approving *what;
    size_t n;
};
struct tg_pin {
    const struct tg_secret *pin;
    bool confirmed; /* as above */
};
/* Acts of administration (9A): all of them in one transaction after one PIN, one JWS and a newline each, all
 * or none. The same errors.
 */
enum tg_err tg_holder_approve(struct tg_holder *h, const struct tg_approvals *list, const struct tg_pin *pin,
                              struct tg_buf *out) TG_MUST;
/* What the card said last; -1: it has not been asked. */
int tg_holder_tries(const struct tg_holder *h);
enum tg_err tg_holder_present(struct tg_holder *h, const struct tg_challenge *ask,
                              struct tg_buf *jws) TG_MUST;
/* gone is called once, as tg_presence_start says. TG_E_NOMEM. */
enum tg_err tg_holder_watch(struct tg_holder *h, void (*gone)(void *arg, enum tg_err why), void *arg) TG_MUST;
/* When this returns gone will not be called any more. */
void tg_holder_release(struct tg_holder *h);

#endif
