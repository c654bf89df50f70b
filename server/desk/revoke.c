/* POST /oauth/revoke (RFC 7009): ends the session of the token. 200 for an unknown token too, as section 2.2
 * asks. */
#include "server/desk/endpoints.h"
#include "server/desk/form.h"
#include "server/desk/reply.h"

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_written(v->req, receipt, tg_span_str("{}"));
    tg_visit_end(v);
}

/* The session of the form's token, proven like any other use of it. NULL: nothing to end. */
static struct tg_session *session_of(struct tg_desk *d, struct tg_req *req, struct tg_span token)
{
    TG_BUF_AUTO header = TG_BUF_INIT(TG_TOKEN_BYTES + 16);
    struct tg_shown shown = {.thumbprint = tg_req_thumbprint(req), .now = tg_now()};
    struct tg_session *s = NULL;

    if (tg_buf_add_str(&header, "Bearer ") != TG_OK || tg_buf_add_span(&header, token) != TG_OK) {
        return NULL;
    }
    shown.authorization = tg_span_buf(&header);
    if (tg_session_enter(d->conf.admit, tg_visit_bearer(req), &shown, &s) != TG_OK) {
        s = NULL;
    }
    tg_wipe(header.p, header.n);
    return s;
}

void tg_desk_revoke(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO token = TG_BUF_INIT(TG_TOKEN_BYTES);
    TG_BUF_AUTO hint = TG_BUF_INIT(32);
    struct tg_form_field fields[] = {{"token", &token, true}, {"token_type_hint", &hint, false}};
    const char *bad = NULL;
    enum tg_err e = tg_form_read(tg_req_body(req), fields, 2, &bad);
    struct tg_session *s = e == TG_OK ? session_of(d, req, tg_span_buf(&token)) : NULL;
    struct tg_visit *v;

    if (e != TG_OK) {
        tg_reply_problem(req, e, bad);
        return;
    }
    if (s == NULL) {
        tg_reply_public(req, tg_span_str("{}"));
        return;
    }
    *tg_req_slot(req) = s;
    s = tg_session_ref(s);
    (void)tg_session_end(d->conf.admit, s,
                         TG_E_SESSION_ENDED); /* ended even when the record cannot be written */
    v = tg_visit_begin(d, req, TG_KIND_SIGN_OUT);
    tg_session_unref(&s);
    if (v != NULL) {
        tg_visit_record(v, tell);
    }
}
