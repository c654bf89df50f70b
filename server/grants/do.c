/* Doing a step that was judged. What can fail comes first; from then on nothing does. */
#include <stdio.h>
#include <stdlib.h>

#include "server/grants/inner.h"

/* Bounds were checked by the judge. */
static void copy(char *to, size_t size, const char *text)
{
    (void)snprintf(to, size, "%s", text != NULL ? text : "");
}

static struct tg_signatory signatory(const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_signatory by = {.voice = r->voice, .at = r->now};

    copy(by.person, sizeof by.person, s->by.person);
    copy(by.company, sizeof by.company, s->by.company);
    copy(by.role, sizeof by.role, s->by.role);
    copy(by.office, sizeof by.office, s->by.office);
    return by;
}

static enum tg_err digest_event(const struct tg_event *e, struct tg_plea *p)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_GRANT_TEXT_BYTES);
    enum tg_err err = tg_event_text(e, p, &text);

    return err == TG_OK ? tg_sha256_hex(tg_span_buf(&text), p->digest) : err;
}

static enum tg_err digest_roster(struct tg_roster *ro)
{
    TG_BUF_AUTO text = TG_BUF_INIT(TG_GRANT_TEXT_BYTES);
    enum tg_err err = tg_roster_text(ro, &text);

    return err == TG_OK ? tg_sha256_hex(tg_span_buf(&text), ro->plea.digest) : err;
}

static enum tg_err fill_event(struct tg_event *e, const struct tg_step *s, const struct tg_ruling *r)
{
    memcpy(e->id, s->id, sizeof e->id);
    e->kind = s->kind;
    copy(e->cause, sizeof e->cause, s->cause);
    copy(e->role, sizeof e->role, s->role);
    copy(e->areas, sizeof e->areas, s->areas);
    copy(e->standing, sizeof e->standing, s->standing);
    e->declared = signatory(s, r);
    e->unconfirmed = r->unconfirmed;
    e->first = (struct tg_plea){.number = 1, .seconds = s->seconds, .end = s->end};
    e->number = 1;
    if (!tg_life_move(TG_EVENT_NEW, TG_TURN_DECLARE, &e->state)) {
        return TG_E_INTERNAL;
    }
    enum tg_err err = s->standing != NULL ? tg_list_dup(&r->roster->people, &e->roster)
                                          : tg_list_read(s->people, &e->roster);
    if (err == TG_OK) {
        err = digest_event(e, &e->first);
    }
    memcpy(e->digest, e->first.digest, sizeof e->digest);
    return err;
}

static enum tg_err do_declare(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_event *e = calloc(1, sizeof *e);
    enum tg_err err = e == NULL ? TG_E_NOMEM : fill_event(e, s, r);

    if (err == TG_OK) {
        err = tg_grants_add(g, e, r->now);
    }
    if (err != TG_OK) {
        tg_event_free(&e);
    }
    return err;
}

static enum tg_err fill_roster(struct tg_roster *ro, const struct tg_step *s, const struct tg_ruling *r)
{
    memcpy(ro->id, s->id, sizeof ro->id);
    copy(ro->name, sizeof ro->name, s->cause);
    copy(ro->role, sizeof ro->role, s->role);
    copy(ro->areas, sizeof ro->areas, s->areas);
    ro->proposed = signatory(s, r);
    ro->unconfirmed = r->unconfirmed;
    ro->plea = (struct tg_plea){.number = 1, .seconds = s->seconds, .end = s->end};
    enum tg_err err = tg_list_read(s->people, &ro->people);
    return err == TG_OK ? digest_roster(ro) : err;
}

/* When there are too many, the oldest that is over is forgotten. */
static enum tg_err roster_room(struct tg_grants *g, tg_sec now)
{
    size_t i = 0;

    if (g->n_rosters < TG_ROSTERS) {
        return tg_grants_room((void **)&g->roster, &g->cap_rosters, g->n_rosters, TG_ROSTERS);
    }
    while (i < g->n_rosters && tg_roster_state(g->roster[i], now) != TG_ROSTER_ENDED) {
        i++;
    }
    if (i == g->n_rosters) {
        return TG_E_GRANT_FULL;
    }
    tg_roster_free(&g->roster[i]);
    g->n_rosters--;
    memmove((void *)&g->roster[i], (void *)&g->roster[i + 1],
            (g->n_rosters - i) * sizeof(struct tg_roster *));
    return TG_OK;
}

static enum tg_err do_propose(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_roster *ro = calloc(1, sizeof *ro);
    enum tg_err err = ro == NULL ? TG_E_NOMEM : fill_roster(ro, s, r);

    if (err == TG_OK) {
        err = roster_room(g, r->now);
    }
    if (err == TG_OK) {
        g->roster[g->n_rosters++] = ro;
    } else {
        tg_roster_free(&ro);
    }
    return err;
}

/* The clock starts now, or, of one that runs, goes on for longer; never for less. */
static void run_until(struct tg_event *e, tg_sec now, tg_sec seconds, tg_sec end)
{
    tg_sec until = now + seconds < end ? now + seconds : end;

    if (e->from == 0) {
        e->from = now;
    }
    e->until = e->until < until ? until : e->until;
}

static void do_approve(const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_event *e = r->event;
    struct tg_plea *p = r->plea;

    p->by[p->n++] = signatory(s, r);
    e->unconfirmed |= r->unconfirmed;
    (void)tg_life_move(e->state, r->turn, &e->state);
    if (p->n < 2) {
        return;
    }
    run_until(e, r->now, p->seconds, p->end);
    e->mode = TG_MODE_FULL;
    if (p == &e->extension) {
        e->number = p->number;
        memcpy(e->digest, p->digest, sizeof e->digest);
        e->extension = (struct tg_plea){.number = 0};
    }
}

static void do_roster_approve(const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_plea *p = &r->roster->plea;

    p->by[p->n++] = signatory(s, r);
    r->roster->unconfirmed |= r->unconfirmed;
}

/* Whoever could have approved and was not asked is told, until they have seen it. */
static struct tg_alarm *alarm_of(const struct tg_event *e, enum tg_event_mode mode, tg_sec now)
{
    struct tg_alarm *a = calloc(1, sizeof *a);

    if (a == NULL) {
        return NULL;
    }
    (void)snprintf(a->id, sizeof a->id, "AL-%s", e->id + 3);
    memcpy(a->event, e->id, sizeof a->event);
    a->mode = mode;
    a->at = now;
    a->skipped[TG_VOICE_NETWORK] = a->skipped[TG_VOICE_RETAIL] = true;
    for (size_t i = 0; i < e->first.n; i++) {
        a->skipped[e->first.by[i].voice] = false;
    }
    return a;
}

static enum tg_err do_start(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_event *e = r->event;
    enum tg_event_mode mode = e->first.n == 0 ? TG_MODE_NONE : TG_MODE_ONE;
    tg_sec most = mode == TG_MODE_NONE ? TG_GRANT_NONE_SECONDS : TG_GRANT_ONE_SECONDS;
    enum tg_err err = tg_grants_room((void **)&g->alarm, &g->cap_alarms, g->n_alarms, TG_EVENTS);
    struct tg_alarm *a = err == TG_OK ? alarm_of(e, mode, r->now) : NULL;

    if (a == NULL) {
        return err != TG_OK ? err : TG_E_NOMEM;
    }
    g->alarm[g->n_alarms++] = a;
    (void)tg_life_move(e->state, r->turn, &e->state);
    e->mode = mode;
    e->break_glass = mode == TG_MODE_NONE;
    e->one_approver = mode == TG_MODE_ONE;
    copy(e->reason, sizeof e->reason, s->reason);
    run_until(e, r->now, e->first.seconds < most ? e->first.seconds : most, e->first.end);
    return TG_OK;
}

static enum tg_err do_extend(const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_plea next = {.number = r->event->number + 1, .seconds = s->seconds, .end = s->end};
    enum tg_err err = digest_event(r->event, &next);

    if (err == TG_OK) {
        r->event->extension = next;
    }
    return err;
}

static void do_close(const struct tg_ruling *r)
{
    (void)tg_life_move(r->event->state, r->turn, &r->event->state);
    r->event->ended = r->now;
    r->event->ended_by = r->turn == TG_TURN_CLOSE ? TG_ENDED_CLOSED : TG_ENDED_WITHDRAWN;
    r->event->extension = (struct tg_plea){.number = 0};
}

static void do_acknowledge(const struct tg_step *s, const struct tg_ruling *r)
{
    const struct tg_list *l = &r->event->roster;

    for (size_t i = 0; i < l->n; i++) {
        if (strcmp(l->p[i].person, s->by.person) == 0 && l->p[i].acknowledged == 0) {
            l->p[i].acknowledged = r->now;
        }
    }
}

static enum tg_err do_alarm(const struct tg_step *s, const struct tg_ruling *r)
{
    struct tg_alarm *a = r->alarm;
    void *grown;

    for (size_t i = 0; i < a->n_seen; i++) {
        if (strcmp(a->seen[i], s->by.person) == 0) {
            return TG_OK;
        }
    }
    if (a->n_seen == TG_ALARM_READERS) {
        return TG_E_GRANT_FULL;
    }
    if ((grown = realloc((void *)a->seen, (a->n_seen + 1) * sizeof *a->seen)) == NULL) {
        return TG_E_NOMEM;
    }
    a->seen = grown;
    copy(a->seen[a->n_seen++], sizeof *a->seen, s->by.person);
    return TG_OK;
}

enum tg_err tg_step_do(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r)
{
    switch (s->what) {
    case TG_STEP_DECLARE:
        return do_declare(g, s, r);
    case TG_STEP_PROPOSE:
        return do_propose(g, s, r);
    case TG_STEP_APPROVE:
        do_approve(s, r);
        return TG_OK;
    case TG_STEP_ROSTER_APPROVE:
        do_roster_approve(s, r);
        return TG_OK;
    case TG_STEP_START:
        return do_start(g, s, r);
    case TG_STEP_EXTEND:
        return do_extend(s, r);
    case TG_STEP_CLOSE:
        do_close(r);
        return TG_OK;
    case TG_STEP_ACKNOWLEDGE:
        do_acknowledge(s, r);
        return TG_OK;
    case TG_STEP_REVIEW:
        return tg_step_do_review(g, s, r);
    case TG_STEP_ALARM:
        return do_alarm(s, r);
    case TG_STEPS:
        break;
    }
    return TG_E_INTERNAL;
}
