/* POST /oauth/token (RFC 6749 section 4.5, RFC 7523): the card's assertion in, a bound access token out. */
#include "certs/base/text.h"
#include "server/desk/endpoints.h"
#include "server/desk/form.h"
#include "server/desk/reply.h"

#define GRANT_JWT_BEARER "urn:ietf:params:oauth:grant-type:jwt-bearer"

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    tg_visit_end(v);
}

static enum tg_err answer_write(struct tg_visit *v, struct tg_span token)
{
    const struct tg_staff *staff = tg_session_staff(v->session);
    struct tg_jout j;

    tg_jout_init(&j, &v->answer);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "access_token");
    tg_jout_span(&j, token);
    tg_jout_member(&j, "token_type", "Bearer");
    tg_jout_member_int(&j, "expires_in", TG_TOKEN_SECONDS);
    tg_jout_member_int(&j, "lease", TG_LEASE_SECONDS);
    tg_jout_member(&j, "post", tg_staff_post(staff));
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

enum field { GRANT, ASSERTION, FIELDS };

static enum tg_err redeem(struct tg_visit *v, struct tg_buf *values, struct tg_buf *token)
{
    enum tg_err e = tg_form_read(tg_req_body(v->req), &tg_members_token, values, &v->member);

    if (e != TG_OK) {
        return e;
    }
    if (!tg_span_is(tg_span_buf(&values[GRANT]), GRANT_JWT_BEARER)) {
        return TG_E_GRANT_TYPE;
    }
    struct tg_sign_in in = {.assertion = tg_span_buf(&values[ASSERTION]),
                            .thumbprint = tg_req_thumbprint(v->req),
                            .policy_digest = tg_policy_digest(v->policy),
                            .now = v->now};
    return tg_sign_in(v->desk->conf.admit, &in, &v->facts, &v->session, token);
}

void tg_desk_token(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_SIGN_IN);
    struct tg_buf values[FIELDS] = {TG_BUF_INIT(0), TG_BUF_INIT(0)};
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    /* The room of the whole at once: a buffer that grows leaves copies of a token behind. */
    if ((e = tg_buf_reserve(&token, TG_TOKEN_BYTES)) == TG_OK &&
        (e = tg_buf_reserve(&v->answer, v->answer.max)) == TG_OK &&
        (e = redeem(v, values, &token)) == TG_OK) {
        e = answer_write(v, tg_span_buf(&token));
    }
    tg_wipe(token.p, token.n);
    tg_buf_done(&values[GRANT]);
    tg_buf_done(&values[ASSERTION]);
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell);
}
