/* Declaring an event, proposing a roster: everything that is said in them is held against the policy, the people
 * and the ceilings before there is an event at all.
 */
#include "certs/base/text.h"
#include "server/grants/inner.h"

/* What the policy refuses is refused; of the past, it is known that another policy may have stood then. */
static enum tg_err held(const struct tg_grant_world *w, bool holds, struct tg_ruling *r)
{
    r->unconfirmed |= !holds;
    return holds || w->past ? TG_OK : TG_E_FORBIDDEN;
}

static bool held_post(const struct tg_person *p, const struct tg_doer *by, tg_day day)
{
    for (size_t i = 0; i < p->n_posts; i++) {
        const struct tg_post *post = &p->posts[i];

        if (post->from <= day && day <= post->to && strcmp(post->role, by->role) == 0 &&
            strcmp(post->works_for->code, by->company) == 0) {
            return true;
        }
    }
    return false;
}

bool tg_doer_stands(const struct tg_grant_world *w, const struct tg_doer *by, enum tg_voice side)
{
    const struct tg_company *c =
        tg_companies_find(tg_book_companies(w->book), tg_span_str(by->company));
    enum tg_company_kind kind = side == TG_VOICE_NETWORK ? TG_COMPANY_NETWORK : TG_COMPANY_RETAIL;

    return side != TG_VOICE_NONE && c != NULL && c->kind == kind && strcmp(by->employer, by->company) == 0;
}

/* The declarer's own post, as book and policy know it. */
static enum tg_err declares(const struct tg_grant_world *w, const struct tg_step *s, tg_sec now, bool may,
                            struct tg_ruling *r)
{
    const struct tg_person *p = tg_book_person(w->book, s->by.person);

    return held(w,
                may && p != NULL && held_post(p, &s->by, tg_day_of(now)) &&
                    tg_doer_stands(w, &s->by, TG_VOICE_NETWORK),
                r);
}

/* Who is on it exists, and is not who asks for it. */
static enum tg_err people_ok(const struct tg_grant_world *w, const struct tg_list *l, const char *asker)
{
    if (tg_list_find(l, asker) != NULL) {
        return TG_E_GRANT_ROSTER;
    }
    for (size_t i = 0; i < l->n && !w->past; i++) {
        if (tg_book_person(w->book, l->p[i].person) == NULL) {
            return TG_E_PERSON_UNKNOWN;
        }
    }
    return TG_OK;
}

/* Nobody is on more rosters of open events than one look-up can stand on. */
static enum tg_err burden_ok(const struct tg_grants *g, const struct tg_list *l, tg_sec now)
{
    size_t open = 0;

    for (size_t i = 0; i < l->n; i++) {
        size_t of_one = 0;

        for (size_t k = 0; k < g->n_events; k++) {
            of_one += tg_list_find(&g->event[k]->roster, l->p[i].person) != NULL &&
                      tg_event_state(g->event[k], now) != TG_EVENT_ENDED;
        }
        if (of_one >= TG_GRANTS_HELD) {
            return TG_E_GRANT_FULL;
        }
    }
    for (size_t k = 0; k < g->n_events; k++) {
        open += tg_event_state(g->event[k], now) != TG_EVENT_ENDED;
    }
    return open < TG_EVENTS_OPEN ? TG_OK : TG_E_GRANT_FULL;
}

static bool length_ok(const struct tg_step *s, tg_sec now, tg_sec most, tg_sec latest_end)
{
    return s->seconds >= TG_GRANT_SECONDS_MIN && s->seconds <= most && s->end > now && s->end <= latest_end;
}

static bool texts_ok(const struct tg_step *s)
{
    return s->cause != NULL && s->cause[0] != '\0' && strlen(s->cause) < TG_EVENT_CAUSE_BYTES &&
           tg_text_clean(tg_span_str(s->cause)) && s->role != NULL && strlen(s->role) < TG_POLICY_WORD_BYTES &&
           s->areas != NULL && s->areas[0] != '\0' && strlen(s->areas) < TG_GRANT_AREAS_BYTES &&
           tg_areas_ok(s->areas);
}

static enum tg_err standing_ok(const struct tg_grants *g, const struct tg_step *s, tg_sec now,
                               struct tg_ruling *r)
{
    r->roster = tg_grants_roster_of(g, s->standing);
    if (r->roster == NULL || r->roster->unconfirmed || tg_roster_state(r->roster, now) != TG_ROSTER_VALID) {
        return TG_E_GRANT_STANDING;
    }
    return strcmp(r->roster->role, s->role) == 0 && tg_areas_within(s->areas, r->roster->areas) &&
                   s->seconds <= r->roster->plea.seconds
               ? TG_OK
               : TG_E_GRANT_STANDING;
}

static enum tg_err roster_ok(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                             struct tg_ruling *r)
{
    struct tg_list l = {.p = NULL, .n = 0};
    enum tg_err e;

    if ((s->people == NULL) == (s->standing == NULL)) {
        return TG_E_BAD_MEMBER;
    }
    if (s->standing != NULL) {
        e = standing_ok(g, s, r->now, r);
        if (e == TG_OK) {
            e = tg_list_dup(&r->roster->people, &l);
        }
    } else {
        e = tg_list_read(s->people, &l);
    }
    if (e == TG_OK) {
        e = people_ok(w, &l, s->by.person);
    }
    if (e == TG_OK) {
        e = burden_ok(g, &l, r->now);
    }
    tg_list_done(&l);
    return e;
}

enum tg_err tg_step_judge_declare(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r)
{
    const struct tg_granting *rule = NULL;
    enum tg_event_state to;
    enum tg_err e;

    if (!texts_ok(s) || s->kind >= TG_EVENT_KINDS || !tg_grant_id_ok(s->id, "EV-")) {
        return TG_E_BAD_MEMBER;
    }
    if (tg_grants_event_of(g, s->id) != NULL || !tg_life_move(TG_EVENT_NEW, TG_TURN_DECLARE, &to)) {
        return TG_E_GRANT_STATE;
    }
    rule = tg_policy_granting(w->policy, s->role, s->kind);
    e = declares(w, s, r->now, tg_policy_declares(w->policy, s->by.role, s->role, s->kind), r);
    if (e != TG_OK) {
        return e;
    }
    tg_sec most = rule != NULL ? rule->seconds : TG_GRANT_TRANSITION_SECONDS;
    if (!length_ok(s, r->now, most, r->now + most)) {
        return TG_E_GRANT_LENGTH;
    }
    return roster_ok(g, w, s, r);
}

/* A roster serves every kind of event that the policy opens the role by. */
static tg_sec longest(const struct tg_policy *p, const struct tg_step *s, bool *may)
{
    tg_sec most = 0;

    *may = false;
    for (unsigned k = 0; k < TG_EVENT_KINDS; k++) {
        const struct tg_granting *rule = tg_policy_granting(p, s->role, (enum tg_event_kind)k);

        if (rule != NULL && tg_policy_declares(p, s->by.role, s->role, (enum tg_event_kind)k)) {
            *may = true;
            most = most < rule->seconds ? rule->seconds : most;
        }
    }
    return most;
}

enum tg_err tg_step_judge_propose(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r)
{
    struct tg_list l = {.p = NULL, .n = 0};
    bool may;
    enum tg_err e;

    if (!texts_ok(s) || s->people == NULL || !tg_grant_id_ok(s->id, "RO-")) {
        return TG_E_BAD_MEMBER;
    }
    if (tg_grants_roster_of(g, s->id) != NULL) {
        return TG_E_GRANT_STATE;
    }
    tg_sec most = longest(w->policy, s, &may);
    if ((e = declares(w, s, r->now, may, r)) != TG_OK) {
        return e;
    }
    if (!length_ok(s, r->now, w->past ? TG_GRANT_TRANSITION_SECONDS : most,
                   r->now + (tg_sec)TG_ROSTER_DAYS * 24 * 3600)) {
        return TG_E_GRANT_LENGTH;
    }
    if ((e = tg_list_read(s->people, &l)) == TG_OK) {
        e = people_ok(w, &l, s->by.person);
    }
    tg_list_done(&l);
    return e;
}
