/* Which events, rosters, alarms and debts somebody may read: GET /v1/grants, and the answer to a step. */
#include "server/desk/granting.h"

#include "certs/base/limits.h"

#define ENDED_SHOWN 50u
#define ENOUGH_BYTES (TG_HTTP_ANSWER_BYTES * 3 / 4) /* the rest is for one more event, and what follows them */

/* What somebody is to the grants, by the policy. */
struct part {
    bool declares, responds, audits;
    enum tg_voice voice; /* approves for */
    enum tg_voice over;  /* stands over; reviews */
};

static struct part part_of(const struct tg_onlooker *o)
{
    const char *role = tg_staff_role(o->staff);

    return (struct part){.declares = tg_policy_declares_any(o->policy, role),
                         .responds = tg_policy_by_grant(o->policy, role),
                         .audits = tg_policy_duty(o->policy, role) == TG_DUTY_AUDIT,
                         .voice = tg_policy_voice_any(o->policy, role),
                         .over = tg_policy_over(o->policy, role)};
}

static bool sees_all(const struct part *p)
{
    return p->declares || p->audits || p->voice != TG_VOICE_NONE;
}

static bool sees_event(const struct tg_onlooker *o, const struct part *p, const struct tg_event *e)
{
    if (sees_all(p)) {
        return true;
    }
    if (p->responds) {
        return strcmp(tg_staff_role(o->staff), e->role) == 0 &&
               tg_list_find(&e->roster, tg_staff_person(o->staff)) != NULL;
    }
    return p->over != TG_VOICE_NONE && e->views > 0;
}

/* The newest first; those that ended only as many as a page can use. */
static void put_events(struct tg_jout *j, const struct tg_onlooker *o, const struct part *p, bool ended)
{
    size_t left = ended ? ENDED_SHOWN : SIZE_MAX;

    for (size_t i = tg_grants_events(o->grants); i-- > 0 && left > 0 && j->to->n < ENOUGH_BYTES;) {
        const struct tg_event *e = tg_grants_event(o->grants, i);
        bool over = tg_event_state(e, o->now) == TG_EVENT_ENDED;

        if (over == ended && sees_event(o, p, e)) {
            tg_put_event(j, o, e);
            left--;
        }
    }
}

static void put_rosters(struct tg_jout *j, const struct tg_onlooker *o, const struct part *p)
{
    tg_jout_key(j, "rosters");
    tg_jout_open(j, '[');
    for (size_t i = tg_grants_rosters(o->grants); i-- > 0 && sees_all(p) && j->to->n < ENOUGH_BYTES;) {
        const struct tg_roster *r = tg_grants_roster(o->grants, i);

        if (p->audits || tg_roster_state(r, o->now) != TG_ROSTER_ENDED) {
            tg_put_roster(j, o, r);
        }
    }
    tg_jout_close(j, ']');
}

static void put_alarms(struct tg_jout *j, const struct tg_onlooker *o, const struct part *p)
{
    tg_jout_key(j, "alarms");
    tg_jout_open(j, '[');
    for (size_t i = 0; i < tg_grants_alarms(o->grants) && j->to->n < ENOUGH_BYTES; i++) {
        const struct tg_alarm *a = tg_grants_alarm(o->grants, i);

        if (p->audits || tg_alarm_for(a, tg_staff_person(o->staff), p->voice)) {
            tg_put_alarm(j, a);
        }
    }
    tg_jout_close(j, ']');
}

struct debts {
    struct tg_jout *j;
    const struct tg_onlooker *o;
    const struct part *p;
};

/* Whoever may do something about it, and whom it stops. */
static void put_debt(void *ctx, const char *company, const char *office, const struct tg_event *e,
                     size_t views)
{
    const struct debts *d = ctx;
    const struct tg_staff *s = d->o->staff;
    struct tg_doer me = tg_doer_of(s);
    bool mine = d->p->responds && strcmp(tg_staff_office(s), office) == 0 &&
                strcmp(tg_staff_company(s), company) == 0;

    if (!sees_all(d->p) && !mine && !tg_grants_reviews(d->o->policy, &me, company)) {
        return;
    }
    tg_jout_open(d->j, '{');
    tg_jout_member(d->j, "office", office);
    tg_jout_member(d->j, "company", company);
    tg_jout_member(d->j, "event", e->id);
    tg_jout_member_int(d->j, "views", (int64_t)views);
    tg_jout_close(d->j, '}');
}

static void put_may(struct tg_jout *j, const struct part *p)
{
    tg_jout_key(j, "may");
    tg_jout_open(j, '[');
    if (p->declares) {
        tg_jout_str(j, "declare");
    }
    if (p->voice != TG_VOICE_NONE) {
        tg_jout_str(j, "approve");
    }
    if (p->over != TG_VOICE_NONE) {
        tg_jout_str(j, "review");
    }
    if (p->responds) {
        tg_jout_str(j, "respond");
    }
    tg_jout_close(j, ']');
}

enum tg_err tg_granting_list(const struct tg_onlooker *o, struct tg_buf *out)
{
    struct part p = part_of(o);
    struct tg_jout j;
    struct debts d = {&j, o, &p};

    tg_jout_init(&j, out);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "now", o->now);
    put_may(&j, &p);
    tg_jout_key(&j, "events");
    tg_jout_open(&j, '[');
    put_events(&j, o, &p, false);
    put_events(&j, o, &p, true);
    tg_jout_close(&j, ']');
    put_rosters(&j, o, &p);
    put_alarms(&j, o, &p);
    tg_jout_key(&j, "debts");
    tg_jout_open(&j, '[');
    tg_grants_debts(o->grants, o->now, put_debt, &d);
    tg_jout_close(&j, ']');
    tg_jout_close(&j, '}');
    return tg_jout_end(&j);
}

static void put_open(struct tg_jout *j, const struct tg_event *e)
{
    tg_jout_open(j, '{');
    tg_jout_member_int(j, "open", (int64_t)e->open);
    tg_jout_close(j, '}');
}

enum tg_err tg_granting_outcome(const struct tg_onlooker *o, const struct tg_step *step, struct tg_buf *out)
{
    const struct tg_event *e = tg_grants_find(o->grants, step->id);
    const struct tg_roster *r = tg_grants_find_roster(o->grants, step->id);
    struct tg_jout j;

    tg_jout_init(&j, out);
    if (step->what == TG_STEP_ALARM) {
        tg_jout_open(&j, '{');
        tg_jout_close(&j, '}');
    } else if (e != NULL && step->what == TG_STEP_REVIEW) {
        put_open(&j, e);
    } else if (e != NULL) {
        tg_put_event(&j, o, e);
    } else if (r != NULL) {
        tg_put_roster(&j, o, r);
    } else {
        return TG_E_NOT_FOUND;
    }
    return tg_jout_end(&j);
}
