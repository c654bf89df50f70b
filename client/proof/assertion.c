/* Counterpart: server/admit/assertion.c reads what is made here. */
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "client/proof/head.h"
#include "client/proof/proof.h"

#define TYP_SIGN_IN "card-assertion+jwt"
#define TYP_PRESENCE "card-presence+jwt"

static void put_binding(struct tg_jout *j, struct tg_span x5t)
{
    tg_jout_key(j, "cnf");
    tg_jout_open(j, '{');
    tg_jout_key(j, "x5t#S256");
    tg_jout_span(j, x5t);
    tg_jout_close(j, '}');
}

static enum tg_err claims_write(const struct tg_assertion_ask *a, const char *who, tg_sec now,
                                struct tg_buf *out)
{
    TG_BUF_AUTO x5t = TG_BUF_INIT(64);
    struct tg_jout j;
    char jti[33];
    enum tg_err e;

    if ((e = tg_b64u_encode(tg_span(a->thumbprint, 32), &x5t)) != TG_OK || (e = tg_proof_jti(jti)) != TG_OK) {
        return e;
    }
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "iss", who);
    tg_jout_member(&j, "sub", who);
    tg_jout_member(&j, "aud", a->audience);
    tg_jout_member_int(&j, "iat", now);
    tg_jout_member_int(&j, "exp", now + TG_ASSERTION_SECONDS);
    tg_jout_member(&j, "jti", jti);
    tg_jout_member(&j, "nonce", a->nonce);
    put_binding(&j, tg_span_buf(&x5t));
    if (a->post != NULL) {
        tg_jout_member(&j, "post", a->post);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

struct signing {
    const struct tg_assertion_ask *ask;
    const char *typ, *who;
    tg_jws_signer *sign;
    void *ctx;
};

static enum tg_err sign_it(const struct signing *s, tg_sec now, struct tg_buf *out)
{
    TG_BUF_AUTO head = TG_BUF_INIT(TG_JWS_HEADER_BYTES);
    TG_BUF_AUTO claims = TG_BUF_INIT(TG_JWS_PAYLOAD_BYTES);
    enum tg_alg alg = tg_alg_for_key(tg_cert_key(s->ask->cert));
    enum tg_err e;

    if (alg == TG_ALG_NONE) {
        return TG_E_CARD_ALGORITHM;
    }
    if ((e = tg_proof_head(alg, s->typ, s->ask->cert, &head)) != TG_OK ||
        (e = claims_write(s->ask, s->who, now, &claims)) != TG_OK) {
        return e;
    }
    return tg_jws_sign(tg_span_buf(&head), tg_span_buf(&claims), &(struct tg_signer){alg, s->sign, s->ctx},
                       out);
}

enum tg_err tg_assertion_sign(const struct tg_assertion_ask *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                              struct tg_buf *out)
{
    struct tg_identity id;
    enum tg_err e = tg_cert_identity(a->cert, &id);

    if (e != TG_OK) {
        return e;
    }
    if (id.person[0] == '\0') { /* a card-authentication certificate names nobody */
        return TG_E_CERT_IDENTITY;
    }
    return sign_it(&(struct signing){a, TYP_SIGN_IN, id.person, sign, ctx}, now, out);
}

enum tg_err tg_presence_sign(const struct tg_assertion_ask *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                             struct tg_buf *out)
{
    char who[sizeof TG_URI_CARD + sizeof(struct tg_identity)];
    struct tg_identity id;
    enum tg_err e = tg_cert_identity(a->cert, &id);

    if (e != TG_OK) {
        return e;
    }
    (void)snprintf(who, sizeof who, TG_URI_CARD "%s", id.card);
    return sign_it(&(struct signing){a, TYP_PRESENCE, who, sign, ctx}, now, out);
}
