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

enum field { TOKEN, HINT, FIELDS };

static void revoke(struct tg_desk *d, struct tg_req *req, struct tg_span token)
{
    struct tg_session *s = session_of(d, req, token);
    struct tg_visit *v;

    if (s == NULL) {
        tg_reply_public(req, tg_span_str("{}"));
        return;
    }
    *tg_req_slot(req) = tg_session_ref(s);
    /* ended even when the record cannot be written */
    (void)tg_session_leave(d->conf.admit, s);
    v = tg_visit_begin(d, req, TG_KIND_SIGN_OUT);
    if (v != NULL) {
        tg_visit_record(v, tell);
    }
}

void tg_desk_revoke(void *app, struct tg_req *req)
{
    struct tg_buf values[FIELDS] = {TG_BUF_INIT(0), TG_BUF_INIT(0)};
    const char *bad = NULL;
    enum tg_err e = tg_form_read(tg_req_body(req), &tg_members_revoke, values, &bad);

    if (e != TG_OK) {
        tg_reply_problem(req, e, e == TG_E_BAD_MEMBER ? bad : NULL);
    } else {
        revoke(app, req, tg_span_buf(&values[TOKEN]));
    }
    tg_wipe(values[TOKEN].p, values[TOKEN].n);
    tg_buf_done(&values[TOKEN]);
    tg_buf_done(&values[HINT]);
}
