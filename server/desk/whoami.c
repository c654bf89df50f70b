/* GET /v1/whoami: the person's own post, as the server sees it, and what it may see. GET /v1/companies: who
 * is behind the codes. No customer data, so no record.
 */
#include "certs/base/limits.h"
#include "server/desk/endpoints.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"
#include "server/desk/sight.h"
#include "server/staff/staff.h"

static void put_company(struct tg_jout *j, const struct tg_company *c)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "code", c->code);
    tg_jout_member(j, "name", c->name);
    tg_jout_member(j, "kind", tg_company_kind_name(c->kind));
    tg_jout_close(j, '}');
}

static void put_companies(struct tg_jout *j, const struct tg_companies *all)
{
    tg_jout_key(j, "companies");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < tg_companies_count(all); i++) {
        put_company(j, tg_companies_at(all, i));
    }
    tg_jout_close(j, ']');
}

/* Whom callers are referred to: the network company, and its number where the list has one. */
static void put_network(struct tg_jout *j, const struct tg_companies *all)
{
    const char *phone = tg_companies_network_phone(all);

    for (size_t i = 0; i < tg_companies_count(all); i++) {
        const struct tg_company *c = tg_companies_at(all, i);

        if (c->kind == TG_COMPANY_NETWORK && (phone[0] == '\0' || strcmp(c->phone, phone) == 0)) {
            tg_jout_member(j, "network", c->name);
            break;
        }
    }
    if (phone[0] != '\0') {
        tg_jout_member(j, "network_phone", phone);
    }
}

static void put_surroundings(struct tg_jout *j, struct tg_desk *d, const struct tg_staff *s)
{
    struct tg_people people;
    struct tg_policy *policy = tg_visit_policy(d, NULL);
    const struct tg_company *company;

    tg_admit_people(d->conf.admit, &people);
    if (people.book != NULL) {
        const struct tg_companies *all = tg_book_companies(people.book);

        company = tg_companies_find(all, tg_span_str(tg_staff_company(s)));
        tg_jout_member(j, "company_name", company != NULL ? company->name : tg_staff_company(s));
        put_network(j, all);
    }
    tg_sight_write(policy, tg_staff_role(s), j);
    tg_admit_people_done(&people);
    tg_policy_unref(&policy);
}

/* Of a role that only a grant opens: which of its own are live, as the event stream says it. */
static void put_grants(struct tg_desk *d, const struct tg_staff *s, struct tg_jout *j)
{
    TG_BUF_AUTO own = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
    struct tg_policy *policy = tg_visit_policy(d, NULL);
    struct tg_onlooker o = {.grants = d->grants, .policy = policy, .staff = s, .now = tg_now()};
    tg_sec due;
    enum tg_err e = TG_OK;

    if (tg_policy_by_grant(policy, tg_staff_role(s))) {
        if ((e = tg_granting_own(&o, &own, &due)) == TG_OK) {
            tg_jout_raw(j, tg_span(own.p + 1, own.n - 2)); /* the member without the brackets around it */
        } else {
            j->err = e;
        }
    }
    tg_policy_unref(&policy);
}

void tg_desk_whoami(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_BODY_BYTES);
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
    tg_jout_member_int(&j, "now", tg_now());
    put_surroundings(&j, d, s);
    put_grants(d, s, &j);
    tg_jout_close(&j, '}');
    tg_session_unref(&session);
    if (tg_jout_end(&j) != TG_OK) {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}

void tg_desk_companies(void *app, struct tg_req *req)
{
    struct tg_desk *d = app;
    TG_BUF_AUTO body = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    struct tg_session *session = tg_visit_take_session(req);
    struct tg_people people;
    struct tg_jout j;

    tg_session_unref(&session);
    tg_admit_people(d->conf.admit, &people);
    tg_jout_init(&j, &body);
    tg_jout_open(&j, '{');
    if (people.book != NULL) {
        put_companies(&j, tg_book_companies(people.book));
    }
    tg_jout_close(&j, '}');
    tg_admit_people_done(&people);
    if (tg_jout_end(&j) != TG_OK) {
        tg_reply_problem(req, TG_E_INTERNAL, NULL);
        return;
    }
    tg_reply_public(req, tg_span_buf(&body));
}
