/* An approval: by a person who speaks for one side, is on no roster of it, and has not spoken; over these bytes;
 * by that person's own card.
 */
#include "server/admit/approval.h"

#include "server/grants/inner.h"

/* What is to be approved, of an event or a roster. */
struct matter {
    const char *act;
    struct tg_plea *plea;
    const struct tg_list *roster;
    const char *prior; /* NULL: it follows nothing */
};

static enum tg_err may_speak(const struct matter *m, const struct tg_doer *by, enum tg_voice voice)
{
    if (tg_list_find(m->roster, by->person) != NULL) {
        return TG_E_GRANT_ROSTER;
    }
    for (size_t i = 0; i < m->plea->n; i++) {
        if (strcmp(m->plea->by[i].person, by->person) == 0) {
            return TG_E_APPROVAL_USED;
        }
    }
    for (size_t i = 0; i < m->plea->n; i++) {
        if (m->plea->by[i].voice == voice) {
            return TG_E_GRANT_VOICE;
        }
        if (strcmp(m->plea->by[i].company, by->company) == 0) {
            return TG_E_APPROVAL_PEOPLE;
        }
    }
    return m->plea->n < 2 ? TG_OK : TG_E_GRANT_VOICE;
}

/* At the fold: did the person have that post on that day, as far as the book still knows? */
static bool was_post(const struct tg_staff_book *book, const struct tg_doer *by, tg_sec then)
{
    const struct tg_person *p = tg_book_person(book, by->person);
    tg_day day = tg_day_of(then);

    for (size_t i = 0; p != NULL && i < p->n_posts; i++) {
        const struct tg_post *post = &p->posts[i];

        if (post->from <= day && day <= post->to && strcmp(post->role, by->role) == 0 &&
            strcmp(post->works_for->code, by->company) == 0 && strcmp(p->company->code, by->employer) == 0) {
            return tg_person_check(p, day) == TG_OK;
        }
    }
    return false;
}

static enum tg_err signed_by_card(const struct tg_grant_world *w, const struct tg_step *s,
                                  const struct matter *m, struct tg_ruling *r)
{
    struct tg_approval_ask ask = {.text = tg_span_str(s->approval),
                                  .audience = w->audience,
                                  .act = m->act,
                                  .digest = m->plea->digest,
                                  .prior = m->prior,
                                  .seq = m->prior != NULL ? m->plea->number : 0,
                                  .now = r->now};
    struct tg_approval got;
    enum tg_err e = w->past ? tg_approval_check_then(NULL, w->trust, &ask, &got)
                            : tg_approval_check(w->book, w->trust, &ask, &got);

    if (e != TG_OK) {
        return e;
    }
    if (strcmp(got.person, s->by.person) != 0) {
        return TG_E_APPROVAL_PEOPLE;
    }
    if (w->past) {
        r->unconfirmed |= !was_post(w->book, &s->by, r->now);
        return TG_OK;
    }
    return strcmp(got.role, s->by.role) == 0 && strcmp(got.company, s->by.company) == 0 &&
                   strcmp(got.employer, s->by.employer) == 0
               ? TG_OK
               : TG_E_APPROVAL_PEOPLE;
}

/* The side that the role speaks for, and it speaks for a company of that side that employs the person. */
static enum tg_err voice_ok(const struct tg_grant_world *w, const struct tg_doer *by, enum tg_voice voice,
                            struct tg_ruling *r)
{
    bool stands = voice != TG_VOICE_NONE && tg_doer_stands(w, by, voice);

    r->voice = voice;
    r->unconfirmed |= !stands;
    return stands || w->past ? TG_OK : TG_E_APPROVAL_DUTY;
}

/* Of the past the policy may be another one: then the side is that of the company. */
static enum tg_voice side_of(const struct tg_grant_world *w, const struct tg_doer *by)
{
    return tg_doer_stands(w, by, TG_VOICE_NETWORK) ? TG_VOICE_NETWORK : TG_VOICE_RETAIL;
}

static enum tg_err judge(const struct tg_grant_world *w, const struct tg_step *s, const struct matter *m,
                         enum tg_voice voice, struct tg_ruling *r)
{
    enum tg_err e = s->approval != NULL ? voice_ok(w, &s->by, voice, r) : TG_E_BAD_MEMBER;

    if (e == TG_OK && voice == TG_VOICE_NONE) {
        r->voice = side_of(w, &s->by);
    }
    if (e == TG_OK) {
        e = may_speak(m, &s->by, r->voice);
    }
    r->plea = m->plea;
    r->turn = m->plea->n == 0 ? TG_TURN_FIRST : TG_TURN_SECOND;
    return e == TG_OK ? signed_by_card(w, s, m, r) : e;
}

static struct tg_plea *plea_of(struct tg_event *e, const struct tg_step *s, enum tg_voice voice, tg_sec now)
{
    const struct tg_plea *waits = tg_event_waits(e, voice, now);

    if (s->number == 1 || (s->number == 0 && (waits == &e->first || e->extension.number == 0))) {
        return &e->first;
    }
    return e->extension.number != 0 && (s->number == 0 || s->number == e->extension.number) ? &e->extension
                                                                                           : NULL;
}

enum tg_err tg_step_judge_approve(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                  struct tg_ruling *r)
{
    struct tg_event *e = r->event = tg_grants_event_of(g, s->id);
    enum tg_event_state to;

    if (e == NULL) {
        return TG_E_NOT_FOUND;
    }
    if (tg_event_state(e, r->now) == TG_EVENT_ENDED) {
        return TG_E_GRANT_ENDED;
    }
    enum tg_voice voice = tg_policy_voice(w->policy, s->by.role, e->role, e->kind);
    struct tg_plea *plea = plea_of(e, s, voice, r->now);
    if (plea == NULL) {
        return TG_E_GRANT_STATE;
    }
    struct matter m = {"grant", plea, &e->roster, plea == &e->extension ? e->digest : NULL};
    enum tg_err err = judge(w, s, &m, voice, r);
    return err != TG_OK || tg_life_move(tg_event_state(e, r->now), r->turn, &to) ? err : TG_E_GRANT_STATE;
}

enum tg_err tg_step_judge_roster(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                 struct tg_ruling *r)
{
    struct tg_roster *ro = r->roster = tg_grants_roster_of(g, s->id);
    enum tg_voice voice = TG_VOICE_NONE;

    if (ro == NULL) {
        return TG_E_NOT_FOUND;
    }
    if (tg_roster_state(ro, r->now) == TG_ROSTER_ENDED) {
        return TG_E_GRANT_ENDED;
    }
    for (unsigned k = 0; k < TG_EVENT_KINDS && voice == TG_VOICE_NONE; k++) {
        voice = tg_policy_voice(w->policy, s->by.role, ro->role, (enum tg_event_kind)k);
    }
    return judge(w, s, &(struct matter){"roster", &ro->plea, &ro->people, NULL}, voice, r);
}
