/* GET /v1/grants: what the reader has to do with events, rosters, alarms and reviews. No customer data, so no
 * record. */
#include "server/desk/endpoints.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"

void tg_desk_grants(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct tg_session *session = tg_visit_take_session(req);
    struct tg_policy *policy = tg_visit_policy(d, NULL);
    struct tg_people people = {.book = NULL};

    tg_admit_people(d->conf.admit, &people);
    struct tg_onlooker o = {.grants = d->grants,
                            .policy = policy,
                            .book = people.book,
                            .staff = tg_session_staff(session)};
    o.now = tg_grants_hold(d->grants, tg_now());
    enum tg_err e = tg_granting_list(&o, &body);
    tg_grants_release(d->grants);
    tg_admit_people_done(&people);
    tg_policy_unref(&policy);
    tg_session_unref(&session);
    if (e != TG_OK) {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}
