/* A terminal of our own making: address, headers, TLS offers and clock are said by the test, and the whole
 * sign-in is spoken by hand, so that nothing of the real client smooths them over.
 */
#include "client/card/sign.h"
#include "client/proof/proof.h"
#include "tests/probe/probe.h"

static enum tg_err say(struct probe *p, const struct tg_raw_words *words, struct tg_buf *answer)
{
    TG_BUF_AUTO request = TG_BUF_INIT(TG_JWS_BYTES + TG_HTTP_HEAD_BYTES);
    enum tg_err e = tg_raw_write(words, &request);

    return e == TG_OK ? tg_raw_ask(p->own, tg_span_buf(&request), answer) : e;
}

/* The member of a 200's JSON body. */
static enum tg_err take(struct tg_span answer, const char *name, struct tg_buf *ret)
{
    TG_JSON_AUTO *doc = NULL;
    const uint8_t *end = answer.n == 0 ? NULL : memmem(answer.p, answer.n, "\r\n\r\n", 4);
    const char *text = NULL;

    if (end == NULL || tg_raw_status(answer) != 200) {
        return TG_E_SERVER_REPLY;
    }
    end += 4;
    if (tg_json_parse(tg_span(end, answer.n - (size_t)(end - answer.p)), &doc) == TG_OK) {
        text = tg_json_str(doc, name);
    }
    tg_buf_reset(ret);
    return text == NULL ? TG_E_SERVER_REPLY : tg_buf_add_str(ret, text);
}

static enum tg_err challenge(struct probe *p, struct tg_buf *nonce)
{
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct tg_raw_words words = {
        .method = "POST", .path = "/oauth/challenge", .lines = probe_place(p, "lines")};
    TG_BUF_AUTO lines = TG_BUF_INIT(TG_HTTP_HEAD_BYTES);
    enum tg_err e = tg_buf_addf(&lines, "%sContent-Length: 0\r\n", words.lines != NULL ? words.lines : "");

    words.lines = e == TG_OK ? tg_buf_cstr(&lines) : NULL;
    if (words.lines == NULL || (e = say(p, &words, &answer)) != TG_OK) {
        return e == TG_OK ? TG_E_NOMEM : e;
    }
    return take(tg_span_buf(&answer), "nonce", nonce);
}

/* The card's signature over an assertion of this terminal's clock. */
static enum tg_err sign(struct probe *p, struct tg_guard *guard, const char *nonce, struct tg_buf *out)
{
    TG_BUF_AUTO der = TG_BUF_INIT(TG_CERT_DER_BYTES);
    struct tg_card_seen seen;
    struct tg_piv *piv = NULL;
    struct tg_cert *cert = NULL;
    uint8_t thumbprint[32];
    enum tg_err e = tg_presence_find(p->cli.reader, 0, &seen);

    if (e != TG_OK || (e = tg_piv_open(&tg_guard_io, guard, seen.reader, &piv)) != TG_OK) {
        return e;
    }
    tg_proof_thumbprint(p->proof, thumbprint);
    if ((e = tg_piv_cert(piv, TG_SLOT_9A, &der)) == TG_OK &&
        (e = tg_cert_parse(tg_span_buf(&der), &cert)) == TG_OK) {
        struct tg_assertion_ask a = {.nonce = nonce,
                                     .audience = p->cli.server,
                                     .thumbprint = thumbprint,
                                     .post = p->cli.post,
                                     .cert = cert};
        struct tg_card_signer s = {
            .piv = piv, .slot = TG_SLOT_9A, .pin = &p->pin, .known_tries = -1, .tries_left = -1};

        e = tg_assertion_sign(&a, tg_now() + tg_json_int(p->place, "skew", 0), tg_sign_with_card, &s, out);
    }
    tg_piv_close(&piv);
    tg_cert_free(&cert);
    return e;
}

static enum tg_err redeem(struct probe *p, struct tg_span assertion)
{
    static const char form[] = "grant_type=urn%3Aietf%3Aparams%3Aoauth%3Agrant-type%3Ajwt-bearer&assertion=";
    TG_BUF_AUTO body = TG_BUF_INIT(TG_JWS_BYTES + sizeof form);
    TG_BUF_AUTO answer = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    enum tg_err e;

    if ((e = tg_buf_add_str(&body, form)) != TG_OK || (e = tg_buf_add_span(&body, assertion)) != TG_OK) {
        return e;
    }
    struct tg_raw_words words = {.path = "/oauth/token",
                                 .media = "application/x-www-form-urlencoded",
                                 .lines = probe_place(p, "lines"),
                                 .body = tg_span_buf(&body)};
    if ((e = say(p, &words, &answer)) == TG_OK) {
        probe_put(tg_span_buf(&answer));
        p->said = true;
        e = take(tg_span_buf(&answer), "access_token", &p->token);
    }
    return e;
}

static enum tg_err sign_in(struct probe *p)
{
    TG_BUF_AUTO nonce = TG_BUF_INIT(256);
    TG_BUF_AUTO assertion = TG_BUF_INIT(TG_JWS_BYTES);
    struct tg_guard *guard = NULL;
    enum tg_err e;

    if ((e = probe_dial(p, p->proof, &p->own)) != TG_OK || (e = challenge(p, &nonce)) != TG_OK ||
        (e = tg_guard_new(&tg_pcsc_maker, &guard)) != TG_OK) {
        return e;
    }
    const char *text = tg_buf_cstr(&nonce);
    e = text == NULL ? TG_E_NOMEM : sign(p, guard, text, &assertion);
    tg_guard_free(&guard);
    return e == TG_OK ? redeem(p, tg_span_buf(&assertion)) : e;
}

enum tg_err probe_terminal(struct probe *p, const char *json)
{
    enum tg_err e;

    json_decref(p->place);
    p->place = NULL;
    tg_client_close(&p->client);
    tg_raw_close(&p->own);
    tg_proof_free(&p->proof);
    if ((e = tg_json_parse(tg_span_str(json), &p->place)) != TG_OK) {
        return e;
    }
    tg_sec now = tg_now() + tg_json_int(p->place, "skew", 0);
    return (e = tg_proof_new(now, &p->proof)) != TG_OK ? e : sign_in(p);
}
