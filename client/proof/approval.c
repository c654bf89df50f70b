/* Counterpart: server/admit/approval.c reads what is made here. */
#include "client/proof/approval.h"

#include "certs/base/json.h"
#include "certs/base/limits.h"
#include "client/proof/head.h"

static enum tg_err claims_write(const struct tg_approving *a, const struct tg_identity *id, tg_sec now,
                                struct tg_buf *out)
{
    struct tg_jout j;
    char jti[33];
    enum tg_err e = tg_proof_jti(jti);

    if (e != TG_OK) {
        return e;
    }
    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "iss", id->person);
    tg_jout_member(&j, "sub", id->person);
    tg_jout_member(&j, "aud", a->audience);
    tg_jout_member(&j, "card", id->card);
    tg_jout_member(&j, "act", a->act);
    tg_jout_member(&j, "digest", a->digest);
    if (a->prior != NULL) {
        tg_jout_member(&j, "prior", a->prior);
        tg_jout_member_int(&j, "seq", a->seq);
    }
    tg_jout_member_int(&j, "iat", now);
    tg_jout_member_int(&j, "exp", now + TG_APPROVAL_SECONDS);
    tg_jout_member(&j, "jti", jti);
    if (a->post != NULL) {
        tg_jout_member(&j, "post", a->post);
    }
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum tg_err tg_approval_sign(const struct tg_approving *a, tg_sec now, tg_jws_signer *sign, void *ctx,
                             struct tg_buf *out)
{
    TG_BUF_AUTO head = TG_BUF_INIT(TG_JWS_HEADER_BYTES);
    TG_BUF_AUTO claims = TG_BUF_INIT(TG_JWS_PAYLOAD_BYTES);
    enum tg_alg alg = tg_alg_for_key(tg_cert_key(a->cert));
    struct tg_identity id;
    enum tg_err e;

    if (alg == TG_ALG_NONE) {
        return TG_E_CARD_ALGORITHM;
    }
    if ((e = tg_cert_identity(a->cert, &id)) != TG_OK) {
        return e;
    }
    if (id.person[0] == '\0') {
        return TG_E_CERT_IDENTITY;
    }
    if ((e = tg_proof_head(alg, TG_TYP_CARD_APPROVAL, a->cert, &head)) != TG_OK ||
        (e = claims_write(a, &id, now, &claims)) != TG_OK) {
        return e;
    }
    return tg_jws_sign(tg_span_buf(&head), tg_span_buf(&claims), &(struct tg_signer){alg, sign, ctx}, out);
}
