/* POST /v1/grants/views {"event","after"} -> {"views":[…],"next":…}: what was looked up under a grant, for who
 * reviews it. Numbers and ids of records, no customer's data; that somebody read them is on record.
 */
#include "certs/base/text.h"
#include "server/desk/endpoints.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"

#define PAGE 100u
#define ENOUGH_BYTES (TG_HTTP_ANSWER_BYTES / 2)

struct page {
    struct tg_jout j;
    struct tg_visit *v;
    const struct tg_staff_book *book;
    struct tg_doer reader;
    bool audits;
    size_t n;
    uint64_t last;
    bool more;
};

static void put_ids(struct tg_jout *j, const char *ids)
{
    struct tg_span rest = tg_span_str(ids);

    tg_jout_open(j, '[');
    while (rest.n > 0) {
        const uint8_t *blank = memchr(rest.p, ' ', rest.n);
        size_t n = blank != NULL ? (size_t)(blank - rest.p) : rest.n;

        tg_jout_span(j, tg_span(rest.p, n));
        n += blank != NULL ? 1 : 0;
        rest = tg_span(rest.p + n, rest.n - n);
    }
    tg_jout_close(j, ']');
}

static void put_view(struct page *p, const struct tg_seen *s)
{
    const struct tg_person *who = p->book != NULL ? tg_book_person(p->book, s->view.person) : NULL;

    tg_jout_open(&p->j, '{');
    tg_jout_member_int(&p->j, "view", (int64_t)s->view.seq);
    tg_jout_member_int(&p->j, "at", s->view.at);
    tg_jout_member(&p->j, "person", s->view.person);
    tg_jout_member(&p->j, "name", who != NULL ? who->name : s->view.person);
    tg_jout_member(&p->j, "office", s->view.office);
    tg_jout_member(&p->j, "kind", s->view.kind);
    tg_jout_member_int(&p->j, "rows", s->view.rows);
    tg_jout_key(&p->j, "ids");
    put_ids(&p->j, s->view.ids);
    tg_jout_member(&p->j, "state", tg_view_verdict_name(s->verdict));
    tg_jout_close(&p->j, '}');
}

/* Nobody reads what they could not review, but for the auditor. */
static bool each(void *ctx, const struct tg_seen *s)
{
    struct page *p = ctx;

    if (!p->audits && !tg_grants_reviews(p->v->policy, &p->reader, s->view.company)) {
        return true;
    }
    if (p->n == PAGE || p->j.to->n > ENOUGH_BYTES) {
        p->more = true;
        return false;
    }
    put_view(p, s);
    p->last = s->view.seq;
    p->n++;
    return true;
}

static enum tg_err write_page(struct page *p, const char *event, uint64_t after)
{
    tg_jout_init(&p->j, &p->v->answer);
    tg_jout_open(&p->j, '{');
    tg_jout_key(&p->j, "views");
    tg_jout_open(&p->j, '[');
    tg_grants_views(p->v->desk->grants, event, after, each, p);
    tg_jout_close(&p->j, ']');
    tg_jout_key(&p->j, "next");
    if (p->more) {
        tg_jout_int(&p->j, (int64_t)p->last);
    } else {
        tg_jout_null(&p->j);
    }
    tg_jout_close(&p->j, '}');
    return tg_jout_end(&p->j);
}

static enum tg_err views(struct tg_visit *v)
{
    const char *role = tg_staff_role(tg_session_staff(v->session));
    struct page p = {.v = v,
                     .reader = tg_doer_of(tg_session_staff(v->session)),
                     .audits = tg_policy_duty(v->policy, role) == TG_DUTY_AUDIT};
    struct tg_people people = {.book = NULL};
    enum tg_err e = tg_visit_body(v, &tg_members_views);

    if (e != TG_OK) {
        return e;
    }
    if (!p.audits && tg_policy_over(v->policy, role) == TG_VOICE_NONE) {
        return TG_E_FORBIDDEN;
    }
    const char *event = tg_flat_str(&v->body, TG_VIEWS_EVENT);
    tg_admit_people(v->desk->conf.admit, &people);
    p.book = people.book;
    (void)tg_grants_hold(v->desk->grants, v->now);
    if (tg_grants_find(v->desk->grants, event) != NULL) {
        v->detail = event;
        e = write_page(&p, event, (uint64_t)tg_flat_int(&v->body, TG_VIEWS_AFTER, 0));
    } else {
        e = TG_E_NOT_FOUND;
    }
    tg_grants_release(v->desk->grants);
    tg_admit_people_done(&people);
    return e;
}

static void tell(struct tg_visit *v, struct tg_receipt *receipt)
{
    tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    tg_visit_end(v);
}

void tg_desk_views(void *app, struct tg_req *req)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_GRANT);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    v->answer.max = TG_HTTP_ANSWER_BYTES;
    if ((e = views(v)) != TG_OK) {
        tg_visit_refuse(v, e);
        return;
    }
    tg_visit_record(v, tell);
}
