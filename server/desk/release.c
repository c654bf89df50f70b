/* POST /v1/caps/release {"person","reason-case"} -> {"person","roles"}: a supervisor lets somebody go on whom
 * a cap has stopped, by one more cap's worth. Both are on record, and so is every attempt.
 */
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static enum tg_err answer_write(struct tg_visit *v)
{
    struct tg_jout j;

    tg_jout_init(&j, &v->answer);
    tg_jout_open(&j, '{');
    tg_jout_member(&j, "person", v->release.person);
    tg_jout_key(&j, "roles");
    tg_jout_open(&j, '[');
    for (unsigned i = 0; i < v->release.n; i++) {
        tg_jout_str(&j, v->release.role[i]);
    }
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    tg_visit_end(v);
}

/* Who is meant, if it is somebody's number; what else may have been typed stays out of the journal. */
static enum tg_err read_ask(struct tg_visit *v)
{
    const char *person;
    enum tg_err e = tg_visit_body(v, &tg_members_release);

    if (e != TG_OK) {
        return e;
    }
    person = tg_flat_str(&v->body, TG_RELEASE_PERSON);
    if (!tg_visit_reference(person)) {
        v->member = "person";
        return TG_E_BAD_MEMBER;
    }
    v->release.person = person;
    return tg_visit_case(v, tg_flat_str(&v->body, TG_RELEASE_CASE), "reason-case");
}

static enum tg_err release(struct tg_visit *v)
{
    struct tg_looker by = tg_visit_looker(v);
    enum tg_err e = read_ask(v);

    if (e != TG_OK) {
        return e;
    }
    v->release.now = tg_visit_steady(v->desk);
    if ((e = tg_caps_release(v->desk->caps, v->policy, &by, &v->release)) != TG_OK) {
        return e;
    }
    return answer_write(v);
}

void tg_desk_release(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_RELEASE);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    if ((e = release(v)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell);
}
