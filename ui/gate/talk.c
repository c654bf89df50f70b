/* What the desk says, and what it is answered. */
#include "certs/base/text.h"
#include "ui/gate/weigh.h"

enum tg_err tg_gate_ask(struct tg_gate *g)
{
    struct tg_wire m = {.type = TG_WIRE_SIGN_IN, .n_posts = 1};
    enum tg_err e = tg_copy(m.post[0], sizeof m.post[0], tg_span_str(g->post));

    if (g->pipe == NULL || tg_pipe_turn(g->pipe) != TG_TURN_IDLE)
        return TG_OK; /* it is asked when it is ready */
    return e == TG_OK ? tg_pipe_say(g->pipe, &m) : e;
}

/* One PIN, one VERIFY. A second signature, for the post that was chosen since, comes from the card alone. */
static enum tg_err sign(struct tg_gate *g, const struct tg_wire *m, struct tg_buf *jws)
{
    struct tg_challenge ask = {.nonce = m->nonce, .thumbprint = m->thumbprint};
    enum tg_err e;

    if (g->holder == NULL)
        return TG_E_CARD_REMOVED;
    if (m->type == TG_WIRE_WANT_PRESENCE)
        return tg_holder_present(g->holder, &ask, jws);
    memcpy(g->worn, g->post, sizeof g->worn);
    tg_holder_wear(g->holder, g->worn[0] != '\0' ? g->worn : NULL);
    if (g->pin.n == 0)
        return tg_holder_sign_again(g->holder, &ask, jws);
    e = tg_holder_sign_in(g->holder, &ask, &g->pin, g->sure, jws);
    tg_secret_done(&g->pin);
    return e;
}

static enum tg_err answer(struct tg_gate *g, const struct tg_wire *asked)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    enum tg_err e = sign(g, asked, &jws);
    struct tg_wire m = {.type = e == TG_OK ? TG_WIRE_SIGNED : TG_WIRE_FAILED, .err = e};

    if (asked->type == TG_WIRE_WANT_SIGN_IN)
        g->failed = e;
    m.jws = tg_span_buf(&jws);
    return tg_pipe_say(g->pipe, &m);
}

/* Whether a PIN may be typed once more: only what the card said here counts, never what the desk makes of it.
 */
static bool again(const struct tg_gate *g)
{
    bool typing =
        g->failed == TG_E_PIN_WRONG || g->failed == TG_E_PIN_FORMAT || g->failed == TG_E_PIN_LAST_TRY;

    return typing && tg_holder_tries(g->holder) != 0;
}

static void refused(struct tg_gate *g, const struct tg_wire *m)
{
    if (g->failed != TG_OK && g->holder != NULL && again(g)) {
        tg_gate_step(g, TG_GATE_AGAIN, g->failed);
    } else if (g->failed == TG_OK && m->err == TG_E_POST_CHOICE && m->n_posts > 0 && g->post[0] == '\0') {
        memcpy(g->view.post, m->post, sizeof g->view.post);
        g->view.n_posts = m->n_posts;
        tg_gate_step(g, TG_GATE_POSTS, TG_OK);
    } else {
        bool spent = g->failed == TG_E_PIN_WRONG; /* and no try is left */

        tg_gate_step(g, TG_GATE_DENIED, spent ? TG_E_PIN_BLOCKED : g->failed != TG_OK ? g->failed : m->err);
    }
}

static enum tg_err understood(struct tg_gate *g, const struct tg_wire *m)
{
    switch ((unsigned)m->type) {
    case TG_WIRE_READY:
        g->stillborn = 0;
        return g->view.state == TG_GATE_SIGNING ? tg_gate_ask(g) : TG_OK;
    case TG_WIRE_WANT_SIGN_IN:
    case TG_WIRE_WANT_PRESENCE:
        return answer(g, m);
    case TG_WIRE_WANT_APPROVAL:
        return tg_gate_weigh(g, m->paper);
    case TG_WIRE_OPEN:
        tg_gate_step(g, TG_GATE_OPENED, TG_OK);
        return TG_OK;
    case TG_WIRE_REFUSED:
        refused(g, m);
        return TG_OK;
    case TG_WIRE_ENDED:
        tg_gate_step(g, TG_GATE_ENDED, m->err);
        return TG_OK;
    case TG_WIRE_LOCK:
        tg_gate_step(g, TG_GATE_LOCK, TG_OK);
        return TG_OK;
    default:
        return TG_E_FORM;
    }
}

void tg_gate_call(struct tg_gate *g)
{
    struct tg_wire m = {.type = TG_WIRE_CALL};

    if (g->call[0] == '\0')
        return;
    if (tg_mono_us() < g->call_until) {
        if (g->view.state != TG_GATE_OPEN || g->pipe == NULL)
            return;
        memcpy(m.number, g->call, sizeof g->call);
        tg_ignore(tg_pipe_say(g->pipe, &m)); /* a desk that does not hear it is ended for other reasons */
    }
    explicit_bzero(g->call, sizeof g->call);
    explicit_bzero(m.number, sizeof m.number);
}

void tg_gate_listen(struct tg_gate *g)
{
    struct tg_wire m;
    enum tg_err e = tg_pipe_hear(g->pipe, &m);

    if (e == TG_OK)
        e = understood(g, &m);
    if (e != TG_OK)
        tg_gate_step(g, TG_GATE_LOST, TG_E_INTERNAL);
}
