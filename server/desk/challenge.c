/* POST /oauth/challenge -> {"nonce","expires_in"}: bound to the TLS key that asks, good for one sign-in. */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

void tg_desk_challenge(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(256);
    char nonce[TG_NONCE_TEXT_BYTES];
    enum tg_err e = tg_nonce_make(d->conf.admit, tg_req_thumbprint(req), tg_now(), nonce);

    if (e == TG_OK) {
        e = tg_buf_addf(&body, "{\"nonce\":\"%s\",\"expires_in\":%d}", nonce, TG_NONCE_SECONDS);
    }
    if (e != TG_OK) {
        tg_reply_problem(req, e, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}
