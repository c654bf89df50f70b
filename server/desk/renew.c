/* POST /v1/session/renew {"assertion","token"} -> {} or a fresh token: "the same card is still here", signed
 * with 9E. */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static enum tg_err answer_write(struct tg_visit *v)
{
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    struct tg_jout j;
    enum tg_err e;

    if (tg_flat_int(&v->body, TG_RENEW_TOKEN, 0) == 0) {
        return tg_buf_add_str(&v->answer, "{}");
    }
    if ((e = tg_buf_reserve(&token, TG_TOKEN_BYTES)) != TG_OK ||
        (e = tg_buf_reserve(&v->answer, v->answer.max)) != TG_OK) {
        return e;
    }
    e = tg_session_token(v->desk->conf.admit, v->session, tg_policy_digest(v->policy), v->now, &token);
    if (e != TG_OK) {
        return e;
    }
    tg_jout_init(&j, &v->answer);
    tg_jout_open(&j, '{');
    tg_jout_key(&j, "access_token");
    tg_jout_span(&j, tg_span_buf(&token));
    tg_jout_member(&j, "token_type", "Bearer");
    tg_jout_member_int(&j, "expires_in", TG_TOKEN_SECONDS);
    tg_jout_close(&j, '}');
    tg_wipe(token.p, token.n);
    return tg_jout_end(&j);
}

void tg_desk_renew(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_RENEW);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = tg_visit_body(v, &tg_members_renew)) == TG_OK) {
        e = tg_session_renew(v->desk->conf.admit, v->session,
                             tg_span_str(tg_flat_str(&v->body, TG_RENEW_ASSERTION)), v->now);
    }
    if (e == TG_OK) {
        e = answer_write(v);
    }
    if (e != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    /* nothing is disclosed, so a renewal is not a record of its own */
    tg_reply_public(req, tg_span_buf(&v->answer));
    tg_visit_end(v);
}
