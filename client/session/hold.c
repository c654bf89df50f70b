/* Staying signed in: the event stream on a thread of its own, a presence signature (9E, no PIN) for each
 * nonce that comes over it, and the watch over the card. Whichever notices an end first poisons the session.
 */
#include "certs/base/limits.h"
#include "client/session/state.h"

#define REFRESH_SECONDS (TG_TOKEN_SECONDS / 2)

static void card_gone(void *arg, enum tg_err why)
{
    tg_client_poison(arg, why);
}

static enum tg_err presence_sign(struct tg_client *c, const char *nonce, struct tg_buf *out)
{
    uint8_t thumbprint[32];
    struct tg_challenge ask = {.nonce = nonce, .thumbprint = thumbprint};

    tg_proof_thumbprint(c->proof, thumbprint);
    return c->conf.prover != NULL ? c->conf.prover->present(c->conf.prover->arg, &ask, out)
                                  : tg_holder_present(c->holder, &ask, out);
}

/* Every link gets the fresh token; requests under way keep the one that they began with. */
static enum tg_err token_take(struct tg_client *c, const struct tg_link_reply *r)
{
    TG_JSON_AUTO *doc = NULL;
    const char *token;
    enum tg_err e = tg_json_parse(tg_span_buf(&r->body), &doc);

    if (e != TG_OK || (token = tg_json_str(doc, "access_token")) == NULL) {
        return TG_E_SERVER_REPLY;
    }
    c->token_born = tg_now();
    if ((e = tg_link_token(c->link, tg_span_str(token))) != TG_OK) {
        return e;
    }
    return tg_link_token(c->renew, tg_span_str(token));
}

static enum tg_err renew(struct tg_client *c, const char *nonce)
{
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    TG_BUF_AUTO body = TG_BUF_INIT(TG_JWS_BYTES + 64);
    struct tg_link_reply r;
    bool fresh = tg_now() - c->token_born >= REFRESH_SECONDS;
    enum tg_err e;

    if ((e = presence_sign(c, nonce, &assertion)) != TG_OK ||
        (e = tg_buf_addf(&body, "{\"token\":%s,\"assertion\":\"", fresh ? "true" : "false")) != TG_OK ||
        (e = tg_buf_add_span(&body, tg_span_buf(&assertion))) != TG_OK ||
        (e = tg_buf_add_str(&body, "\"}")) != TG_OK) {
        return e;
    }
    struct tg_link_call call = {
        .path = "/v1/session/renew", .post = true, .media = "application/json", .body = tg_span_buf(&body)};
    tg_link_reply_init(&r);
    if ((e = tg_link_call(c->renew, &call, &r)) == TG_OK && (e = tg_link_problem(&r)) == TG_OK && fresh) {
        e = token_take(c, &r);
    }
    tg_link_reply_done(&r);
    return e;
}

static void pass_on(struct tg_client *c, const char *name, struct tg_span json)
{
    if (c->conf.event != NULL) {
        c->conf.event(c->conf.arg, name, json);
    }
}

static enum tg_err on_event(void *ctx, const char *name, struct tg_span data)
{
    struct tg_client *c = ctx;
    TG_JSON_AUTO *doc = NULL;
    const char *text;

    if (tg_json_parse(data, &doc) != TG_OK) {
        return TG_E_SERVER_REPLY;
    }
    if (strcmp(name, "ended") == 0) {
        enum tg_err why;

        text = tg_json_str(doc, "type");
        why = text != NULL ? tg_err_from_code(text) : TG_E_SESSION_ENDED;
        return why != TG_OK ? why : TG_E_SESSION_ENDED;
    }
    if (strcmp(name, "nonce") == 0) {
        enum tg_err e;

        text = tg_json_str(doc, "nonce");
        if ((e = text != NULL ? renew(c, text) : TG_E_SERVER_REPLY) == TG_OK) {
            pass_on(c, "renewed", tg_span(NULL, 0));
        }
        return e;
    }
    pass_on(c, name, data);
    return TG_OK;
}

static void *stream_thread(void *arg)
{
    struct tg_client *c = arg;
    enum tg_err e = tg_link_stream(c->stream, "/v1/session/events", on_event, c);

    tg_client_poison(c,
                     e != TG_OK ? e : TG_E_SESSION_ENDED); /* TG_E_UNREACHABLE: tg_client_call looks again */
    return NULL;
}

enum tg_err tg_client_hold(struct tg_client *c)
{
    enum tg_err e;

    c->token_born = tg_now();
    if ((e = tg_client_link(c, &c->stream)) != TG_OK || (e = tg_client_link(c, &c->renew)) != TG_OK ||
        (e = tg_link_token_share(c->link, c->stream)) != TG_OK ||
        (e = tg_link_token_share(c->link, c->renew)) != TG_OK ||
        (c->holder != NULL && (e = tg_holder_watch(c->holder, card_gone, c)) != TG_OK)) {
        return e;
    }
    if (pthread_create(&c->thread, NULL, stream_thread, c) != 0) {
        return TG_E_NOMEM;
    }
    c->threaded = true;
    return TG_OK;
}

void tg_client_release(struct tg_client *c)
{
    if (c->holder != NULL) {
        tg_holder_release(c->holder);
    }
    if (c->threaded) {
        tg_link_stop(c->stream);
        (void)pthread_join(c->thread, NULL);
        c->threaded = false;
    }
    tg_link_free(&c->stream);
    tg_link_free(&c->renew);
}
