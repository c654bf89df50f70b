/* GET /v1/whoami: the person's own post, as the server sees it. No customer data, so no record. */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

void tg_desk_whoami(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(4096);
    struct tg_session *session = tg_visit_take_session(req);
    const struct tg_staff *s = tg_session_staff(session);
    struct tg_jout j;

    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "person", tg_staff_person(s));
    tg_jout_member(&j, "card", tg_staff_card(s));
    tg_jout_member(&j, "post", tg_staff_post(s));
    tg_jout_member(&j, "role", tg_staff_role(s));
    tg_jout_member(&j, "office", tg_staff_office(s));
    tg_jout_member(&j, "employer", tg_staff_employer(s));
    tg_jout_member(&j, "company", tg_staff_company(s));
    tg_jout_member(&j, "issuer", d->issuer);
    tg_jout_close(&j, '}');
    tg_session_unref(&session);
    if (tg_jout_end(&j) != TG_OK) {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}
