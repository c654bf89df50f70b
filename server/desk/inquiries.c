/* GET /v1/inquiries: what may be asked, one's own inquiries, and for who answers the queue. No value of a
 * customer's field stands in it, and no person.
 */
#include "server/desk/asking.h"
#include "server/desk/endpoints.h"
#include "server/desk/reply.h"

static void put_subject(struct tg_jout *j, struct tg_visit *v, const struct tg_subject *s)
{
    tg_jout_open(j, '{');
    tg_jout_member(j, "code", s->code);
    tg_jout_member(j, "ja", s->ja);
    tg_jout_member(j, "en", s->en);
    tg_jout_member_int(j, "meti", s->meti);
    tg_jout_member(j, "ends", tg_subject_end_name(s->ends));
    if (s->ends == TG_ENDS_ANSWER) {
        struct tg_inquirable may =
            tg_policy_inquirable(v->policy, tg_staff_role(tg_session_staff(v->session)), s->purpose);

        tg_jout_key(j, "fields");
        tg_fields_put(j, may.askable);
        tg_jout_key(j, "at_once");
        tg_fields_put(j, may.at_once);
    } else {
        tg_jout_key(j, "referral");
        tg_referral_put(j, v->desk, s);
    }
    tg_jout_close(j, '}');
}

static void put_may(struct tg_jout *j, enum tg_inquiry_part part)
{
    static const char *const may[] = {
        [TG_INQUIRY_ASKS] = "ask", [TG_INQUIRY_ANSWERS] = "answer", [TG_INQUIRY_MEASURES] = "meter"};

    tg_jout_key(j, "may");
    tg_jout_open(j, '[');
    if (part != TG_INQUIRY_NOTHING) {
        tg_jout_str(j, may[part]);
    }
    tg_jout_close(j, ']');
}

static void put_codes(struct tg_jout *j, struct tg_visit *v, enum tg_inquiry_part part)
{
    tg_jout_key(j, "subjects");
    tg_jout_open(j, '[');
    for (size_t i = 0; part == TG_INQUIRY_ASKS && tg_subject_at(i) != NULL; i++) {
        put_subject(j, v, tg_subject_at(i));
    }
    tg_jout_close(j, ']');
    tg_jout_key(j, "answers");
    tg_jout_open(j, '[');
    for (size_t i = 0; part == TG_INQUIRY_ANSWERS && tg_answer_at(i) != NULL; i++) {
        tg_answer_put(j, tg_answer_at(i));
    }
    tg_jout_close(j, ']');
}

static void put_list(struct tg_jout *j, const char *name, const struct tg_inquiry *list, size_t n)
{
    tg_jout_key(j, name);
    tg_jout_open(j, '[');
    for (size_t i = 0; i < n; i++) {
        tg_inquiry_put(j, &list[i]);
    }
    tg_jout_close(j, ']');
}

static void put_seconds(struct tg_jout *j, const char *name, tg_sec seconds)
{
    tg_jout_key(j, name);
    if (seconds >= 0) {
        tg_jout_int(j, seconds);
    } else {
        tg_jout_null(j);
    }
}

static void put_gauge(struct tg_jout *j, const struct tg_inquiry_gauge *g)
{
    tg_jout_key(j, "meter");
    tg_jout_open(j, '{');
    tg_jout_member_int(j, "open", g->open);
    put_seconds(j, "oldest", g->oldest);
    put_seconds(j, "median", g->median);
    tg_jout_close(j, '}');
}

static enum tg_err write_all(struct tg_visit *v, struct tg_inquiry *list, struct tg_buf *out)
{
    const struct tg_staff *s = tg_session_staff(v->session);
    struct tg_asker who = {tg_staff_person(s), tg_staff_company(s)};
    enum tg_inquiry_part part = tg_policy_inquiry_part(v->policy, tg_staff_role(s));
    struct tg_inquiries *q = v->desk->inquiries;
    struct tg_inquiry_gauge g = {.oldest = -1, .median = -1};
    struct tg_jout j;
    size_t n;

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "now", v->now);
    put_may(&j, part);
    put_codes(&j, v, part);
    n = part == TG_INQUIRY_ASKS ? tg_inquiries_mine(q, &who, v->now, list, TG_INQUIRIES_SHOWN) : 0;
    put_list(&j, "mine", list, n);
    n = part == TG_INQUIRY_ANSWERS ? tg_inquiries_queue(q, who.person, v->now, list, TG_INQUIRIES_SHOWN) : 0;
    put_list(&j, "queue", list, n);
    if (part != TG_INQUIRY_NOTHING) {
        tg_inquiries_gauge(q, &who, v->now, &g);
    }
    put_gauge(&j, &g);
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

void tg_desk_inquiries(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_INQUIRY);
    TG_BUF_AUTO out = TG_BUF_INIT(TG_HTTP_ANSWER_BYTES);
    enum tg_err e = TG_E_NOMEM;

    if (v == NULL) {
        return;
    }
    struct tg_inquiry *list = calloc(TG_INQUIRIES_SHOWN, sizeof *list);
    if (list != NULL) {
        e = write_all(v, list, &out);
    }
    free(list);
    if (e == TG_OK) {
        tg_reply_public(req, tg_span_buf(&out));
    } else {
        tg_reply_problem(req, e, NULL);
    }
    tg_visit_end(v);
}
