#include "client/session/approve.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/session/state.h"
#include "certs/jws/sha256.h"

static enum tg_err policy_take(struct tg_span body, char digest[65], int64_t *seq)
{
    static const struct tg_json_member members[] = {{"digest", TG_JSON_STRING, true, 64, 64},
                                                    {"seq", TG_JSON_INTEGER, true, 0, INT32_MAX - 1}};
    TG_JSON_AUTO *doc = NULL;

    if (tg_json_parse(body, &doc) != TG_OK || tg_json_check(doc, members, 2, NULL) != TG_OK ||
        !tg_sha256_is(tg_json_str(doc, "digest"))) {
        return TG_E_SERVER_REPLY;
    }
    *seq = tg_json_int(doc, "seq", 0);
    return tg_copy(digest, 65, tg_span_str(tg_json_str(doc, "digest")));
}

enum tg_err tg_policy_in_force(const struct tg_client_conf *conf, char digest[65], int64_t *seq)
{
    const struct tg_link_conf to = {.server = conf->server,
                                    .ca_file = conf->ca_file,
                                    .terminal = conf->terminal,
                                    .language = conf->language};
    struct tg_link_call call = {.path = "/v1/policy"};
    struct tg_proof *proof = NULL;
    struct tg_link *l = NULL;
    struct tg_link_reply r;
    enum tg_err e = tg_proof_new(tg_now(), &proof);

    tg_link_reply_init(&r);
    if (e == TG_OK && (e = tg_link_new(&to, proof, &l)) == TG_OK &&
        (e = tg_link_call(l, &call, &r)) == TG_OK && (e = tg_link_problem(&r)) == TG_OK) {
        e = policy_take(tg_span_buf(&r.body), digest, seq);
    }
    tg_link_reply_done(&r);
    tg_link_free(&l);
    tg_proof_free(&proof);
    return e;
}

/* One PIN, asked for and tried; it lives in here and nowhere else. */
static enum tg_err pin_once(const struct tg_client_conf *conf, struct tg_holder *h, bool wrong,
                            const struct tg_approvals *list, struct tg_buf *out)
{
    TG_SECRET_AUTO pin = TG_SECRET_INIT;
    int tries = tg_holder_tries(h);
    enum tg_err e = tg_secret_init(&pin, TG_PIN_MAX + 1);

    if (e != TG_OK || (e = conf->ask_pin(conf->arg, tries, wrong, &pin)) != TG_OK) {
        return e;
    }
    return tg_holder_approve(h, list, &(struct tg_pin){&pin, conf->last_try || tries == 1}, out);
}

/* As often as a person is there to type again. */
static enum tg_err with_pin(const struct tg_client_conf *conf, struct tg_holder *h,
                            const struct tg_approvals *list, struct tg_buf *out)
{
    bool wrong = false;

    for (;;) {
        enum tg_err e = pin_once(conf, h, wrong, list, out);
        bool again = e == TG_E_PIN_WRONG || e == TG_E_PIN_FORMAT || e == TG_E_PIN_LAST_TRY;

        if (!again || !conf->ask_again || tg_holder_tries(h) == 0) {
            return e;
        }
        wrong = e == TG_E_PIN_WRONG;
    }
}

enum tg_err tg_approve(const struct tg_client_conf *conf, const struct tg_approvals *list, int *tries,
                       struct tg_buf *out)
{
    struct tg_holder_conf with = {
        .audience = conf->server, .reader = conf->reader, .post = conf->post, .card = conf->card};
    struct tg_holder *h = NULL;
    enum tg_err e = tg_holder_new(&with, &h);

    *tries = -1;
    if (e == TG_OK && (e = tg_holder_find(h)) == TG_OK) {
        e = with_pin(conf, h, list, out);
        *tries = tg_holder_tries(h);
    }
    tg_holder_free(&h);
    return e;
}

enum tg_err tg_client_approve(struct tg_client *c, const struct tg_approvals *list, struct tg_buf *out)
{
    return c->holder != NULL ? with_pin(&c->conf, c->holder, list, out) : TG_E_CARD_NONE;
}
