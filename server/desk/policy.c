/* GET /v1/policy: which policy is in force, and as which activation. Whoever approves another one signs that
 * it follows this one. No text of it, no customer, no record.
 */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

void tg_desk_policy(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(256);
    struct tg_jout j;
    int64_t seq;
    struct tg_policy *p = tg_visit_policy(d, &seq);

    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "digest", tg_policy_digest(p));
    tg_jout_member_int(&j, "seq", seq);
    tg_jout_close(&j, '}');
    tg_policy_unref(&p);
    if (tg_jout_end(&j) != TG_OK) {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}
