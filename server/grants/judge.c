/* May it be done? Nothing is changed here. What concerns approvals, declarations and reviews has files of its
 * own.
 */
#include "server/grants/inner.h"

/* The turn exists in the state that the event has now. */
static enum tg_err turn_ok(const struct tg_event *e, enum tg_turn turn, struct tg_ruling *r)
{
    enum tg_event_state now = tg_event_state(e, r->now), to;

    r->turn = turn;
    if (tg_life_move(now, turn, &to)) {
        return TG_OK;
    }
    return now == TG_EVENT_ENDED ? TG_E_GRANT_ENDED : TG_E_GRANT_STATE;
}

/* Whoever may declare such an event may extend and close it, unless it serves them. */
static enum tg_err manages(const struct tg_grant_world *w, const struct tg_doer *by, const struct tg_event *e)
{
    if (tg_list_find(&e->roster, by->person) != NULL) {
        return TG_E_GRANT_ROSTER;
    }
    return w->past || (tg_policy_declares(w->policy, by->role, e->role, e->kind) &&
                       tg_doer_stands(w, by, TG_VOICE_NETWORK))
               ? TG_OK
               : TG_E_FORBIDDEN;
}

static enum tg_err judge_start(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                               struct tg_ruling *r)
{
    const struct tg_event *e = r->event;
    struct tg_start_reason says;
    enum tg_err err = manages(w, &s->by, e);

    if (err != TG_OK) {
        return err;
    }
    if (strcmp(e->declared.person, s->by.person) != 0) {
        return TG_E_FORBIDDEN;
    }
    if (!tg_start_reason(s->reason, &says) ||
        (strcmp(s->reason, TG_REASON_DRILL) == 0 && e->kind != TG_EVENT_DRILL)) {
        return TG_E_BAD_MEMBER;
    }
    if ((err = turn_ok(e, e->first.n == 0 ? TG_TURN_START_NONE : TG_TURN_START_ONE, r)) != TG_OK) {
        return err;
    }
    const struct tg_roster *ro = tg_grants_roster_of(g, e->standing);
    return ro != NULL && !ro->unconfirmed && tg_roster_state(ro, r->now) == TG_ROSTER_VALID
               ? TG_OK
               : TG_E_GRANT_STANDING;
}

/* A new end, never an earlier one: who has been granted something keeps it. */
static enum tg_err judge_extend(const struct tg_grant_world *w, const struct tg_step *s, struct tg_ruling *r)
{
    const struct tg_event *e = r->event;
    const struct tg_granting *rule = tg_policy_granting(w->policy, e->role, e->kind);
    tg_sec most = rule != NULL ? rule->seconds : w->past ? TG_GRANT_TRANSITION_SECONDS : 0;
    enum tg_err err = manages(w, &s->by, e);

    if (err == TG_OK) {
        err = turn_ok(e, TG_TURN_EXTEND, r);
    }
    if (err != TG_OK) {
        return err;
    }
    if (e->number >= TG_EVENT_NUMBERS) {
        return TG_E_GRANT_FULL;
    }
    return s->seconds >= TG_GRANT_SECONDS_MIN && s->seconds <= most && s->end >= e->until && s->end > r->now &&
                   s->end <= r->now + most
               ? TG_OK
               : TG_E_GRANT_LENGTH;
}

static enum tg_err judge_acknowledge(const struct tg_grant_world *w, const struct tg_step *s,
                                     struct tg_ruling *r)
{
    const struct tg_event *e = r->event;
    const struct tg_granting *rule = tg_policy_granting(w->policy, e->role, e->kind);
    enum tg_err err = turn_ok(e, TG_TURN_ACKNOWLEDGE, r);

    if (err != TG_OK) {
        return err;
    }
    if (tg_list_find(&e->roster, s->by.person) == NULL || strcmp(s->by.role, e->role) != 0) {
        return TG_E_GRANT_NONE;
    }
    if (s->pledge == NULL) {
        return TG_E_BAD_MEMBER;
    }
    return w->past || (rule != NULL && strcmp(rule->pledge, s->pledge) == 0) ? TG_OK : TG_E_GRANT_PLEDGE;
}

static enum tg_err judge_alarm(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                               struct tg_ruling *r)
{
    for (size_t i = 0; i < g->n_alarms; i++) {
        if (strcmp(g->alarm[i]->id, s->id) == 0) {
            r->alarm = g->alarm[i];
        }
    }
    if (r->alarm == NULL || tg_grants_event_of(g, r->alarm->event) == NULL) {
        return TG_E_NOT_FOUND;
    }
    const struct tg_event *e = tg_grants_event_of(g, r->alarm->event);
    r->voice = tg_policy_voice(w->policy, s->by.role, e->role, e->kind);
    return w->past || (r->voice != TG_VOICE_NONE && r->alarm->skipped[r->voice]) ? TG_OK : TG_E_NOT_FOUND;
}

/* Steps of an event that is there. */
static enum tg_err judge_event(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                               struct tg_ruling *r)
{
    r->event = tg_grants_event_of(g, s->id);
    if (r->event == NULL) {
        return TG_E_NOT_FOUND;
    }
    if (s->what == TG_STEP_START) {
        return judge_start(g, w, s, r);
    }
    if (s->what == TG_STEP_EXTEND) {
        return judge_extend(w, s, r);
    }
    if (s->what == TG_STEP_ACKNOWLEDGE) {
        return judge_acknowledge(w, s, r);
    }
    if (s->what == TG_STEP_REVIEW) {
        return tg_step_judge_review(g, w, s, r);
    }
    enum tg_err e = manages(w, &s->by, r->event);
    bool live = tg_event_state(r->event, r->now) == TG_EVENT_LIVE;
    return e == TG_OK ? turn_ok(r->event, live ? TG_TURN_CLOSE : TG_TURN_WITHDRAW, r) : e;
}

static bool doer_ok(const struct tg_doer *by)
{
    return by->person != NULL && by->person[0] != '\0' && strlen(by->person) < TG_PERSON_BYTES &&
           by->company != NULL && strlen(by->company) < 16 && by->employer != NULL &&
           strlen(by->employer) < 16 && by->role != NULL && strlen(by->role) < TG_POLICY_WORD_BYTES &&
           by->office != NULL && strlen(by->office) < TG_NAME_BYTES;
}

enum tg_err tg_step_judge(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                          struct tg_ruling *r)
{
    if (!doer_ok(&s->by) || s->at <= 0) {
        return TG_E_BAD_MEMBER;
    }
    switch (s->what) {
    case TG_STEP_DECLARE:
        return tg_step_judge_declare(g, w, s, r);
    case TG_STEP_APPROVE:
        return tg_step_judge_approve(g, w, s, r);
    case TG_STEP_PROPOSE:
        return tg_step_judge_propose(g, w, s, r);
    case TG_STEP_ROSTER_APPROVE:
        return tg_step_judge_roster(g, w, s, r);
    case TG_STEP_ALARM:
        return judge_alarm(g, w, s, r);
    case TG_STEP_START:
    case TG_STEP_EXTEND:
    case TG_STEP_CLOSE:
    case TG_STEP_ACKNOWLEDGE:
    case TG_STEP_REVIEW:
        return judge_event(g, w, s, r);
    case TG_STEPS:
        break;
    }
    return TG_E_BAD_MEMBER;
}
