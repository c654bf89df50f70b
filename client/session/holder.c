#include "client/session/holder.h"

#include <pthread.h>

#include "certs/base/limits.h"
#include "client/card/sign.h"
#include "client/proof/proof.h"

/* One transaction with the person's key: SELECT, certificate, then whatever is signed (VERIFY, SIGN);
 * tg_piv_close ends it with RESET on every path.
 */
struct deal {
    struct tg_piv *piv; /* NULL: none */
    struct tg_cert *cert;
    struct tg_card_signer by;
};

struct tg_holder {
    struct tg_holder_conf conf;
    struct tg_card_seen seen;
    struct tg_guard *guard;
    struct tg_presence *presence;
    struct tg_cert
        *presence_cert; /* 9E: read once; afterwards a renewal is SELECT and GENERAL AUTHENTICATE */
    struct deal kept;   /* in which the card has taken the PIN, which is not here any more */
    int tries;
    pthread_mutex_t turn; /* an approval and a renewal may want the card at once */
};

enum tg_err tg_holder_new(const struct tg_holder_conf *conf, struct tg_holder **ret)
{
    struct tg_holder *h = calloc(1, sizeof *h);
    enum tg_err e;

    if (h == NULL) {
        return TG_E_NOMEM;
    }
    h->conf = *conf;
    h->tries = -1;
    if (pthread_mutex_init(&h->turn, NULL) != 0) {
        free(h);
        return TG_E_NOMEM;
    }
    if ((e = tg_guard_new(conf->card != NULL ? conf->card : &tg_pcsc_maker, &h->guard)) != TG_OK) {
        tg_holder_free(&h);
        return e;
    }
    *ret = h;
    return TG_OK;
}

void tg_holder_release(struct tg_holder *h)
{
    tg_presence_stop(&h->presence);
}

void tg_holder_free(struct tg_holder **h)
{
    if (*h == NULL) {
        return;
    }
    tg_holder_release(*h);
    tg_holder_let_go(*h);
    tg_cert_free(&(*h)->presence_cert);
    tg_guard_free(&(*h)->guard);
    (void)pthread_mutex_destroy(&(*h)->turn);
    free(*h);
    *h = NULL;
}

void tg_holder_wear(struct tg_holder *h, const char *post)
{
    h->conf.post = post;
}

enum tg_err tg_holder_find(struct tg_holder *h)
{
    return tg_presence_find(h->conf.reader, 0, &h->seen);
}

int tg_holder_tries(const struct tg_holder *h)
{
    return h->tries;
}

static enum tg_err read_cert(struct tg_piv *piv, enum tg_piv_slot slot, struct tg_cert **ret)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CERT_DER_BYTES);
    enum tg_err e = tg_piv_cert(piv, slot, &der);

    return e == TG_OK ? tg_cert_parse(tg_span_buf(&der), ret) : e;
}

static struct tg_assertion_ask ask_of(const struct tg_holder *h, const struct tg_challenge *c)
{
    return (struct tg_assertion_ask){
        .nonce = c->nonce, .audience = h->conf.audience, .thumbprint = c->thumbprint};
}

static enum tg_err deal_open(const struct tg_holder *h, const struct tg_pin *pin, struct deal *d)
{
    enum tg_err e = tg_piv_open(&tg_guard_io, h->guard, h->seen.reader, &d->piv);

    if (e != TG_OK) {
        return e;
    }
    if ((e = read_cert(d->piv, TG_SLOT_9A, &d->cert)) != TG_OK) {
        tg_piv_close(&d->piv);
        return e;
    }
    d->by = (struct tg_card_signer){.piv = d->piv,
                                    .slot = TG_SLOT_9A,
                                    .pin = pin->pin,
                                    .known_tries = h->tries,
                                    .confirm_last = pin->confirmed,
                                    .tries_left = -1};
    return TG_OK;
}

static void deal_close(struct tg_holder *h, enum tg_err e, struct deal *d)
{
    h->tries = e == TG_E_PIN_LAST_TRY ? 1 : d->by.tries_left;
    tg_piv_close(&d->piv);
    tg_cert_free(&d->cert);
}

void tg_holder_let_go(struct tg_holder *h)
{
    tg_piv_close(&h->kept.piv);
    tg_cert_free(&h->kept.cert);
    h->kept = (struct deal){0};
}

static enum tg_err look(struct tg_holder *h, struct tg_piv *piv)
{
    struct tg_cert *cert = NULL;
    enum tg_err e = read_cert(piv, TG_SLOT_9A, &cert);

    tg_cert_free(&cert);
    return e == TG_OK ? tg_piv_tries(piv, &h->tries) : e;
}

enum tg_err tg_holder_look(struct tg_holder *h)
{
    struct tg_piv *piv = NULL;
    enum tg_err e;

    tg_holder_let_go(h);
    if ((e = tg_piv_open(&tg_guard_io, h->guard, h->seen.reader, &piv)) == TG_OK) {
        e = look(h, piv);
    }
    tg_piv_close(&piv);
    return e;
}

static enum tg_err sign_in_with(struct tg_holder *h, const struct tg_challenge *ask, struct deal *d,
                                struct tg_buf *jws)
{
    struct tg_assertion_ask a = ask_of(h, ask);

    a.cert = d->cert;
    a.post = h->conf.post;
    return tg_assertion_sign(&a, tg_now(), tg_sign_with_card, &d->by, jws);
}

enum tg_err tg_holder_sign_in(struct tg_holder *h, const struct tg_challenge *ask,
                              const struct tg_secret *pin, bool confirmed, struct tg_buf *jws)
{
    struct deal d = {0};
    enum tg_err e;

    tg_holder_let_go(h);
    if ((e = deal_open(h, &(struct tg_pin){pin, confirmed}, &d)) != TG_OK) {
        return e;
    }
    e = sign_in_with(h, ask, &d, jws);
    if (e != TG_OK || !h->conf.keep) {
        deal_close(h, e, &d);
        return e;
    }
    h->tries = d.by.tries_left;
    d.by.pin = NULL;
    h->kept = d;
    return TG_OK;
}

enum tg_err tg_holder_sign_again(struct tg_holder *h, const struct tg_challenge *ask, struct tg_buf *jws)
{
    enum tg_err e = h->kept.piv == NULL ? TG_E_PIN_CANCELLED : sign_in_with(h, ask, &h->kept, jws);

    tg_holder_let_go(h);
    return e;
}

static enum tg_err approve_each(const struct tg_holder *h, const struct tg_approvals *list, struct deal *d,
                                struct tg_buf *out)
{
    enum tg_err e = TG_OK;

    for (size_t i = 0; i < list->n && e == TG_OK; i++) {
        list->what[i].audience = h->conf.audience;
        list->what[i].post = h->conf.post;
        list->what[i].cert = d->cert;
        if ((e = tg_approval_sign(&list->what[i], tg_now(), tg_sign_with_card, &d->by, out)) == TG_OK) {
            e = tg_buf_add_str(out, "\n");
            d->by.pin = NULL; /* the card has taken it, for this transaction: it is not sent again */
        }
        list->what[i].cert = NULL;
    }
    return e;
}

static enum tg_err approve(struct tg_holder *h, const struct tg_approvals *list, const struct tg_pin *pin,
                           struct tg_buf *out)
{
    struct deal d = {0};
    size_t before = out->n;
    enum tg_err e;

    tg_holder_let_go(h);
    if ((e = deal_open(h, pin, &d)) != TG_OK) {
        return e;
    }
    e = approve_each(h, list, &d, out);
    deal_close(h, e, &d);
    if (e != TG_OK) {
        out->n = before;
    }
    return e;
}

enum tg_err tg_holder_approve(struct tg_holder *h, const struct tg_approvals *list, const struct tg_pin *pin,
                              struct tg_buf *out)
{
    (void)pthread_mutex_lock(&h->turn);
    enum tg_err e = approve(h, list, pin, out);
    (void)pthread_mutex_unlock(&h->turn);
    return e;
}

static enum tg_err present(struct tg_holder *h, const struct tg_challenge *ask, struct tg_buf *jws)
{
    struct tg_assertion_ask a = ask_of(h, ask);
    struct tg_piv *piv = NULL;
    enum tg_err e;

    tg_holder_let_go(h);
    if ((e = tg_piv_open(&tg_guard_io, h->guard, h->seen.reader, &piv)) != TG_OK) {
        return e;
    }
    if (h->presence_cert != NULL || (e = read_cert(piv, TG_SLOT_9E, &h->presence_cert)) == TG_OK) {
        struct tg_card_signer s = {.piv = piv, .slot = TG_SLOT_9E, .known_tries = -1, .tries_left = -1};

        a.cert = h->presence_cert;
        e = tg_presence_sign(&a, tg_now(), tg_sign_with_card, &s, jws);
    }
    tg_piv_close(&piv);
    return e;
}

enum tg_err tg_holder_present(struct tg_holder *h, const struct tg_challenge *ask, struct tg_buf *jws)
{
    (void)pthread_mutex_lock(&h->turn);
    enum tg_err e = present(h, ask, jws);
    (void)pthread_mutex_unlock(&h->turn);
    return e;
}

enum tg_err tg_holder_watch(struct tg_holder *h, void (*gone)(void *arg, enum tg_err why), void *arg)
{
    struct tg_presence_options o = {.gone = gone, .arg = arg};

    return tg_presence_start(&h->seen, &o, &h->presence);
}
