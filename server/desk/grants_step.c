/* POST /v1/grants/declare, approve, start, extend, close, acknowledge, review; /v1/rosters/propose, approve;
 * /v1/alarms/acknowledge: one step each. It is looked at, written down whole, and takes effect only after
 * that, one step after the other over all loops (baton.h): what the journal says is what is in force, in its
 * order. Refused steps are on record too.
 */
#include "certs/base/text.h"
#include "server/desk/endpoints.h"
#include "server/desk/granting.h"
#include "server/desk/reply.h"

/* Where a member of the body goes. */
enum slot {
    TO_ID,
    TO_KIND,
    TO_CAUSE,
    TO_ROLE,
    TO_AREAS,
    TO_PEOPLE,
    TO_STANDING,
    TO_SECONDS,
    TO_END,
    TO_APPROVAL,
    TO_REASON,
    TO_PLEDGE,
    TO_VIEWS,
    TO_VERDICT
};

/* In the order of the table of members. */
static const struct kind_of_step {
    const struct tg_members *members;
    enum slot slot[TG_FLAT_MEMBERS];
} kinds[TG_STEPS] = {
    [TG_STEP_DECLARE] = {&tg_members_declare,
                         {TO_KIND, TO_CAUSE, TO_ROLE, TO_AREAS, TO_SECONDS, TO_END, TO_PEOPLE, TO_STANDING}},
    [TG_STEP_APPROVE] = {&tg_members_approve, {TO_ID, TO_APPROVAL}},
    [TG_STEP_START] = {&tg_members_start, {TO_ID, TO_REASON}},
    [TG_STEP_EXTEND] = {&tg_members_extend, {TO_ID, TO_SECONDS, TO_END}},
    [TG_STEP_CLOSE] = {&tg_members_close, {TO_ID}},
    [TG_STEP_ACKNOWLEDGE] = {&tg_members_acknowledge, {TO_ID, TO_PLEDGE}},
    [TG_STEP_REVIEW] = {&tg_members_review, {TO_ID, TO_VIEWS, TO_VERDICT}},
    [TG_STEP_PROPOSE] = {&tg_members_propose,
                         {TO_CAUSE, TO_ROLE, TO_AREAS, TO_PEOPLE, TO_SECONDS, TO_END}},
    [TG_STEP_ROSTER_APPROVE] = {&tg_members_roster_approve, {TO_ID, TO_APPROVAL}},
    [TG_STEP_ALARM] = {&tg_members_alarm, {TO_ID}},
};

#define DEFAULT_ROLE "emergency.responder"

static bool verdict_find(const char *name, enum tg_verdict_of_view *ret)
{
    for (enum tg_verdict_of_view v = TG_VIEW_EXPLAINED; v < TG_VIEW_VERDICTS; v++) {
        if (strcmp(tg_view_verdict_name(v), name) == 0) {
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool kind_find(const char *name, enum tg_event_kind *ret)
{
    *ret = tg_event_kind_find(name);
    return *ret != TG_EVENT_KINDS;
}

/* False: no such value. Whether it is one that fits, tg_grants_check says. */
static bool take_text(struct tg_step *s, enum slot slot, const char *text)
{
    switch ((int)slot) {
    case TO_ID:
        return tg_copy(s->id, sizeof s->id, tg_span_str(text)) == TG_OK;
    case TO_KIND:
        return kind_find(text, &s->kind);
    case TO_VERDICT:
        return verdict_find(text, &s->verdict);
    case TO_CAUSE:
        s->cause = text;
        return true;
    case TO_ROLE:
        s->role = text;
        return true;
    case TO_AREAS:
        s->areas = text;
        return true;
    case TO_PEOPLE:
        s->people = text;
        return true;
    case TO_STANDING:
        s->standing = text;
        return true;
    case TO_APPROVAL:
        s->approval = text;
        return true;
    case TO_REASON:
        s->reason = text;
        return true;
    case TO_PLEDGE:
        s->pledge = text;
        return true;
    default:
        s->views = text;
        return true;
    }
}

static enum tg_err read_members(struct tg_visit *v, const struct kind_of_step *k)
{
    struct tg_step *s = &v->step;
    enum tg_err e = tg_visit_body(v, k->members);

    for (size_t i = 0; i < k->members->n && e == TG_OK; i++) {
        if (!v->body.value[i].present) {
            continue;
        }
        if (k->slot[i] == TO_SECONDS) {
            s->seconds = tg_flat_int(&v->body, i, 0);
        } else if (k->slot[i] == TO_END) {
            s->end = tg_flat_int(&v->body, i, 0);
        } else if (!take_text(s, k->slot[i], tg_flat_str(&v->body, i))) {
            v->member = k->members->m[i].name;
            e = TG_E_BAD_MEMBER;
        }
    }
    return e;
}

static enum tg_err read_step(struct tg_visit *v)
{
    struct tg_step *s = &v->step;
    enum tg_err e = read_members(v, &kinds[s->what]);

    s->by = tg_doer_of(tg_session_staff(v->session));
    s->at = v->now;
    if (s->role == NULL && (s->what == TG_STEP_DECLARE || s->what == TG_STEP_PROPOSE)) {
        s->role = DEFAULT_ROLE;
    }
    return e;
}

/* Which of an event's texts is meant is not said by who approves: it is the one that waits for that side. */
static void find_number(struct tg_visit *v)
{
    struct tg_step *s = &v->step;
    tg_sec now = tg_grants_hold(v->desk->grants, v->now);
    const struct tg_event *e = tg_grants_find(v->desk->grants, s->id);

    if (e != NULL) {
        enum tg_voice voice = tg_policy_voice(v->policy, s->by.role, e->role, e->kind);
        const struct tg_plea *p = tg_event_waits(e, voice, now);

        s->number = p != NULL ? p->number : e->extension.number != 0 ? e->extension.number : e->number;
    }
    tg_grants_release(v->desk->grants);
}

typedef enum tg_err step_do(struct tg_visit *v, const struct tg_grant_world *w);

static enum tg_err check(struct tg_visit *v, const struct tg_grant_world *w)
{
    return tg_grants_check(v->desk->grants, w, &v->step);
}

static enum tg_err apply(struct tg_visit *v, const struct tg_grant_world *w)
{
    return tg_grants_apply(v->desk->grants, w, &v->step);
}

/* By the people, the anchors and the policy of now. */
static enum tg_err in_the_world(struct tg_visit *v, step_do *what)
{
    struct tg_people people = {.book = NULL};

    tg_admit_people(v->desk->conf.admit, &people);
    struct tg_grant_world w = {.book = people.book,
                               .trust = people.trust,
                               .policy = v->policy,
                               .audience = v->desk->issuer};
    enum tg_err e = what(v, &w);
    tg_admit_people_done(&people);
    return e;
}

static enum tg_err answer_write(struct tg_visit *v)
{
    struct tg_people people = {.book = NULL};

    tg_admit_people(v->desk->conf.admit, &people);
    struct tg_onlooker o = {.grants = v->desk->grants,
                            .policy = v->policy,
                            .book = people.book,
                            .staff = tg_session_staff(v->session)};
    o.now = tg_grants_hold(v->desk->grants, v->now);
    enum tg_err e = tg_granting_outcome(&o, &v->step, &v->answer);
    tg_grants_release(v->desk->grants);
    tg_admit_people_done(&people);
    return e;
}

/* It is on record: now, and not before, it takes effect. */
static void done(struct tg_visit *v, struct tg_receipt *receipt)
{
    enum tg_err e = in_the_world(v, apply);

    if (e == TG_OK) {
        e = answer_write(v);
    }
    if (e == TG_OK) {
        tg_reply_written(v->req, receipt, tg_span_buf(&v->answer));
    } else {
        tg_reply_problem(v->req, e, NULL);
        tg_receipt_free(&receipt);
    }
    tg_visit_end(v);
}

/* What was refused is named, but for the step itself: that would be one to be taken for done. */
static void refuse(struct tg_visit *v, enum tg_err e)
{
    v->detail = v->step.id[0] != '\0' && tg_visit_reference(v->step.id) ? v->step.id : NULL;
    tg_visit_refuse(v, e);
}

/* With the baton. */
static void judge(struct tg_visit *v)
{
    enum tg_err e;

    v->holds_baton = true;
    if (v->step.what == TG_STEP_APPROVE) {
        find_number(v);
    }
    if ((e = in_the_world(v, check)) != TG_OK) {
        refuse(v, e);
        return;
    }
    v->steps = true;
    tg_visit_record(v, done);
}

static void step(void *app, struct tg_req *req, enum tg_step_what what)
{
    struct tg_visit *v = tg_visit_begin(app, req, TG_KIND_GRANT);
    enum tg_err e;

    if (v == NULL) {
        return;
    }
    v->answer.max = TG_HTTP_ANSWER_BYTES;
    v->step.what = what;
    if ((e = read_step(v)) != TG_OK || (e = tg_baton_take(&v->desk->baton, v, judge)) != TG_OK) {
        refuse(v, e);
    }
}

void tg_desk_declare(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_DECLARE);
}

void tg_desk_approve(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_APPROVE);
}

void tg_desk_start(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_START);
}

void tg_desk_extend(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_EXTEND);
}

void tg_desk_close_event(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_CLOSE);
}

void tg_desk_acknowledge(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_ACKNOWLEDGE);
}

void tg_desk_review(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_REVIEW);
}

void tg_desk_propose(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_PROPOSE);
}

void tg_desk_roster_approve(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_ROSTER_APPROVE);
}

void tg_desk_alarm(void *app, struct tg_req *req)
{
    step(app, req, TG_STEP_ALARM);
}
