#include "client/session/session.h"

#include "certs/base/limits.h"
#include "client/session/state.h"

enum tg_err tg_client_open(const struct tg_client_conf *conf, struct tg_client **ret)
{
    struct tg_client *c = calloc(1, sizeof *c);

    if (c == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        return TG_E_NOMEM;
    }
    c->conf = *conf;
    c->problem = TG_BUF_INIT(TG_PROBLEM_BYTES);
    atomic_init(&c->why, TG_OK);
    atomic_init(&c->closing, false);
    *ret = c;
    return TG_OK;
}

static enum tg_state step(struct tg_client *c, enum tg_event ev)
{
    (void)pthread_mutex_lock(&c->lock);
    enum tg_state from = c->state;
    c->state = tg_machine_next(from, ev);
    enum tg_state to = c->state;
    (void)pthread_mutex_unlock(&c->lock);
    if (tg_machine_poisons(from, to)) {
        struct tg_link *const all[] = {c->link, c->stream, c->renew};

        for (size_t i = 0; i < sizeof all / sizeof *all; i++) {
            if (all[i] != NULL) {
                tg_link_poison(all[i]);
                tg_link_stop(all[i]); /* an answer under way is not waited for */
            }
        }
    }
    return to;
}

void tg_client_poison(struct tg_client *c, enum tg_err why)
{
    int alive = TG_OK;

    if (!atomic_compare_exchange_strong(&c->why, &alive, (int)why)) {
        return;
    }
    (void)step(c, why == TG_E_SESSION_ENDED || why == TG_E_SESSION_DISPLACED ? TG_EV_ENDED : TG_EV_CARD_GONE);
    if (c->conf.ended != NULL && !atomic_load(&c->closing)) {
        c->conf.ended(c->conf.arg, why);
    }
}

static struct tg_link_conf link_conf(const struct tg_client *c)
{
    return (struct tg_link_conf){.server = c->conf.server,
                                 .ca_file = c->conf.ca_file,
                                 .terminal = c->conf.terminal,
                                 .language = c->conf.language};
}

enum tg_err tg_client_link(const struct tg_client *c, struct tg_link **ret)
{
    struct tg_link_conf conf = link_conf(c);

    return tg_link_new(&conf, c->proof, ret);
}

/* One call, and the error that its answer names; its document is kept. */
static enum tg_err ask(struct tg_client *c, const struct tg_link_call *call, struct tg_link_reply *r)
{
    enum tg_err e = tg_link_call(c->link, call, r);

    if (e == TG_OK && (e = tg_link_problem(r)) != TG_OK) {
        tg_ignore(
            tg_buf_add_span(&c->problem, tg_span_buf(&r->body))); /* one that is too long says nothing */
    }
    return e;
}

struct tg_span tg_client_problem(const struct tg_client *c)
{
    return tg_span_buf(&c->problem);
}

/* Why it is over. A stream that broke off says nothing about the server: it is asked once, on a line of its
 * own and without the token, which is wiped by now. Only a server that answers has ended the session.
 */
static enum tg_err why_over(struct tg_client *c)
{
    struct tg_link_call call = {.path = "/v1/whoami"};
    struct tg_link_reply r;
    struct tg_link *l = NULL;

    if (atomic_load(&c->why) != TG_E_UNREACHABLE || c->asked) {
        return (enum tg_err)atomic_load(&c->why);
    }
    c->asked = true;
    tg_link_reply_init(&r);
    if (tg_client_link(c, &l) == TG_OK && tg_link_call(l, &call, &r) == TG_OK &&
        tg_err_status(tg_link_problem(&r)) == 401) {
        atomic_store(&c->why, (int)TG_E_SESSION_ENDED);
    }
    tg_link_reply_done(&r);
    tg_link_free(&l);
    return (enum tg_err)atomic_load(&c->why);
}

static enum tg_err challenge(struct tg_client *c, char *nonce, size_t size)
{
    struct tg_link_call call = {.path = "/oauth/challenge", .post = true};
    struct tg_link_reply r;
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e;

    tg_link_reply_init(&r);
    if ((e = ask(c, &call, &r)) == TG_OK && (e = tg_json_parse(tg_span_buf(&r.body), &doc)) == TG_OK) {
        const char *text = tg_json_str(doc, "nonce");

        e = text != NULL && tg_copy(nonce, size, tg_span_str(text)) == TG_OK ? TG_OK : TG_E_SERVER_REPLY;
    }
    tg_link_reply_done(&r);
    return e;
}

static enum tg_err take_token(struct tg_client *c, const struct tg_link_reply *r)
{
    TG_JSON_AUTO *doc = NULL;
    enum tg_err e = tg_json_parse(tg_span_buf(&r->body), &doc);
    const char *token = e == TG_OK ? tg_json_str(doc, "access_token") : NULL;

    if (token == NULL) {
        return TG_E_SERVER_REPLY;
    }
    return tg_link_token(c->link, tg_span_str(token));
}

/* RFC 7523 section 2.1. base64url and "." need no escaping in a form. */
static enum tg_err redeem(struct tg_client *c, struct tg_span assertion)
{
    static const char form[] = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    TG_BUF_AUTO body = TG_BUF_INIT(TG_JWS_BYTES + sizeof form);
    struct tg_link_reply r;
    enum tg_err e;

    if ((e = tg_buf_add_str(&body, form)) != TG_OK || (e = tg_buf_add_span(&body, assertion)) != TG_OK) {
        return e;
    }
    struct tg_link_call call = {.path = "/oauth/token",
                                .post = true,
                                .media = "application/x-www-form-urlencoded",
                                .body = tg_span_buf(&body)};
    tg_link_reply_init(&r);
    if ((e = ask(c, &call, &r)) == TG_OK) {
        e = take_token(c, &r);
    }
    tg_link_reply_done(&r);
    return e;
}

/* pin NULL: the prover has it. */
static enum tg_err sign_in_once(struct tg_client *c, const struct tg_secret *pin)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    char nonce[129];
    uint8_t thumbprint[32];
    struct tg_challenge ask = {.nonce = nonce, .thumbprint = thumbprint};
    enum tg_err e;

    tg_buf_reset(&c->problem);
    if ((e = challenge(c, nonce, sizeof nonce)) != TG_OK) {
        return e;
    }
    tg_proof_thumbprint(c->proof, thumbprint);
    e = pin == NULL ? c->conf.prover->sign_in(c->conf.prover->arg, &ask, &assertion)
                    : tg_holder_sign_in(c->holder, &ask, pin, c->last_confirmed, &assertion);
    return e == TG_OK ? redeem(c, tg_span_buf(&assertion)) : e;
}

static enum tg_err parts_new(struct tg_client *c)
{
    enum tg_err e = tg_proof_new(tg_now(), &c->proof);

    return e == TG_OK ? tg_client_link(c, &c->link) : e;
}

/* One PIN, asked for and tried. The PIN lives in here and nowhere else. */
static enum tg_err pin_once(struct tg_client *c, bool wrong)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    int tries = tg_client_tries(c);
    enum tg_err e = tg_secret_init(&pin, TG_PIN_MAX + 1);

    if (e != TG_OK || (e = c->conf.ask_pin(c->conf.arg, tries, wrong, &pin)) != TG_OK) {
        return e;
    }
    c->last_confirmed = c->conf.last_try || tries == 1; /* the second: it was asked for with the warning */
    if (step(c, TG_EV_PIN) != TG_S_SIGNING) {
        return TG_E_CARD_REMOVED;
    }
    return sign_in_once(c, &pin);
}

static enum tg_err own_card(struct tg_client *c)
{
    struct tg_holder_conf conf = {
        .audience = c->conf.server, .reader = c->conf.reader, .post = c->conf.post, .card = c->conf.card};
    enum tg_err e = tg_holder_new(&conf, &c->holder);

    return e == TG_OK ? tg_holder_find(c->holder) : e;
}

/* As often as a person is there to type again. */
static enum tg_err with_pin(struct tg_client *c)
{
    bool wrong = false;

    for (;;) {
        enum tg_err e = pin_once(c, wrong);
        bool again = e == TG_E_PIN_WRONG || e == TG_E_PIN_FORMAT || e == TG_E_PIN_LAST_TRY;

        if (!again || !c->conf.ask_again || tg_client_tries(c) == 0) {
            return e;
        }
        wrong = e == TG_E_PIN_WRONG;
        (void)step(c, TG_EV_PIN_AGAIN);
    }
}

enum tg_err tg_client_sign_in(struct tg_client *c)
{
    bool own = c->conf.prover == NULL;
    enum tg_err e = own ? own_card(c) : TG_OK;

    if (e != TG_OK || (e = parts_new(c)) != TG_OK) {
        return e;
    }
    (void)step(c, TG_EV_CARD_IN);
    if (own) {
        e = with_pin(c);
    } else {
        (void)step(c, TG_EV_PIN);
        e = sign_in_once(c, NULL);
    }
    if (e != TG_OK) {
        (void)step(c, TG_EV_REFUSED);
        return e;
    }
    return step(c, TG_EV_ADMITTED) == TG_S_OPEN ? TG_OK : TG_E_CARD_REMOVED;
}

int tg_client_tries(const struct tg_client *c)
{
    return c->holder != NULL ? tg_holder_tries(c->holder) : -1;
}

enum tg_err tg_client_call(struct tg_client *c, const char *path, struct tg_span body,
                           struct tg_link_reply *reply)
{
    struct tg_link_call call = {
        .path = path, .post = body.n > 0, .media = body.n > 0 ? "application/json" : NULL, .body = body};
    call.unwanted = c->conf.unwanted;
    call.arg = c->conf.arg;
    enum tg_err why = (enum tg_err)atomic_load(&c->why);
    enum tg_err e;

    tg_buf_reset(&c->problem);
    if (why != TG_OK || c->link == NULL) {
        return why != TG_OK ? why_over(c) : TG_E_TOKEN_MISSING;
    }
    e = ask(c, &call, reply);
    if (atomic_load(&c->why) !=
        TG_OK) { /* it ended while the answer was under way: the answer is not shown */
        tg_link_reply_done(reply);
        tg_buf_reset(&c->problem);
        return why_over(c);
    }
    if (tg_err_status(e) == 401) {
        tg_client_poison(c, e);
    }
    return e;
}

void tg_client_wake(struct tg_client *c)
{
    if (c->link != NULL) {
        tg_link_wake(c->link);
    }
}

/* RFC 7009; the answer does not matter any more. */
static void sign_out(struct tg_client *c)
{
    struct tg_link_call call = {
        .path = "/oauth/revoke", .post = true, .media = "application/x-www-form-urlencoded"};
    TG_BUF_AUTO body = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_link_reply r;

    tg_link_reply_init(&r);
    if (tg_link_form_token(c->link, &body) == TG_OK) {
        call.body = tg_span_buf(&body);
        tg_ignore(tg_link_call(c->link, &call, &r));
        tg_wipe(body.p, body.n);
    }
    tg_link_reply_done(&r);
}

static bool is_open(struct tg_client *c)
{
    (void)pthread_mutex_lock(&c->lock);
    bool open = c->state == TG_S_OPEN;
    (void)pthread_mutex_unlock(&c->lock);
    return open;
}

void tg_client_close(struct tg_client **c)
{
    if (*c == NULL) {
        return;
    }
    atomic_store(&(*c)->closing, true);
    if (is_open(*c) && atomic_load(&(*c)->why) == TG_OK) {
        sign_out(*c);
    }
    if ((*c)->link != NULL) {
        tg_client_poison(*c, TG_E_SESSION_ENDED);
    }
    tg_client_release(*c);
    tg_link_free(&(*c)->link);
    tg_proof_free(&(*c)->proof);
    tg_holder_free(&(*c)->holder);
    tg_buf_done(&(*c)->problem);
    (void)pthread_mutex_destroy(&(*c)->lock);
    free(*c);
    *c = NULL;
}
