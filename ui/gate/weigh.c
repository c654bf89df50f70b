#include "ui/gate/weigh.h"

#include "certs/base/text.h"
#include "certs/jws/sha256.h"
#include "ui/gate/paper.h"

void tg_gate_put_away(struct tg_gate *g)
{
    g->view.paper = 0;
    tg_wipe(g->view.text, sizeof g->view.text);
}

static enum tg_err decline(struct tg_gate *g, enum tg_err why)
{
    struct tg_wire m = {.type = TG_WIRE_DECLINED, .err = why};

    tg_gate_put_away(g);
    return tg_pipe_say(g->pipe, &m);
}

enum tg_err tg_gate_weigh(struct tg_gate *g, struct tg_span text)
{
    struct tg_paper *paper = NULL;
    enum tg_err e = tg_paper_read(text, &paper);

    tg_paper_free(&paper);
    if (e == TG_OK)
        e = tg_copy(g->view.text, sizeof g->view.text, text);
    if (e != TG_OK)
        return decline(g, e);
    g->papers++;
    g->papers += g->papers == 0;
    g->view.paper = g->papers;
    g->view.err = TG_OK;
    g->view.tries = tg_holder_tries(g->holder);
    g->conf.show(g->conf.arg, &g->view);
    return TG_OK;
}

/* What is signed is what was shown: the act, the digest and the order come out of that text and nowhere else.
 */
static enum tg_err sign(struct tg_gate *g, const struct tg_pin *pin, struct tg_buf *jws)
{
    struct tg_span text = tg_span_str(g->view.text);
    struct tg_paper *paper = NULL;
    char digest[TG_SHA256_HEX];
    struct tg_approving what = {.digest = digest};
    enum tg_err e = tg_paper_read(text, &paper);

    if (e == TG_OK && (e = tg_sha256_hex(text, digest)) == TG_OK) {
        what.act = tg_paper_act(paper);
        what.prior = tg_paper_prior(paper, &what.seq);
        tg_holder_wear(g->holder, g->worn[0] != '\0' ? g->worn : NULL);
        e = tg_holder_approve(g->holder, &(struct tg_approvals){&what, 1}, pin, jws);
    }
    if (e == TG_OK && jws->n > 0)
        jws->n--; /* a newline ends each */
    tg_paper_free(&paper);
    return e;
}

static bool once_more(const struct tg_gate *g, enum tg_err e)
{
    return (e == TG_E_PIN_WRONG || e == TG_E_PIN_FORMAT || e == TG_E_PIN_LAST_TRY) &&
           tg_holder_tries(g->holder) != 0;
}

static enum tg_err settle(struct tg_gate *g, enum tg_err e, struct tg_span jws)
{
    struct tg_wire m = {.type = TG_WIRE_APPROVED, .jws = jws};

    if (once_more(g, e)) {
        g->view.err = e;
        g->view.tries = tg_holder_tries(g->holder);
        return TG_OK;
    }
    if (e != TG_OK)
        return decline(g, e == TG_E_PIN_WRONG ? TG_E_PIN_BLOCKED : e);
    tg_gate_put_away(g);
    return tg_pipe_say(g->pipe, &m);
}

void tg_gate_sign(struct tg_gate *g, struct tg_gate_news *n)
{
    TG_BUF_AUTO jws = TG_BUF_INIT(TG_JWS_BYTES);
    bool shown = g->view.paper != 0 && g->view.paper == n->paper;
    enum tg_err e = TG_OK;

    if (shown && g->holder != NULL) {
        e = sign(g, &(struct tg_pin){&n->pin, n->sure}, &jws);
        e = settle(g, e, tg_span_buf(&jws));
    }
    tg_secret_done(&n->pin);
    if (e != TG_OK)
        tg_gate_step(g, TG_GATE_LOST, TG_E_INTERNAL);
    else if (shown)
        g->conf.show(g->conf.arg, &g->view);
}

void tg_gate_decline(struct tg_gate *g)
{
    if (g->view.paper == 0)
        return;
    if (decline(g, TG_E_PIN_CANCELLED) != TG_OK)
        tg_gate_step(g, TG_GATE_LOST, TG_E_INTERNAL);
    else
        g->conf.show(g->conf.arg, &g->view);
}
