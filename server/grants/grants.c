/* The doors of the room: each takes the lock, asks, and lets go. */
#include "server/grants/grants.h"

#include <stdio.h>
#include <stdlib.h>

#include "server/grants/inner.h"

/* The number is taken whether or not anything comes of it: two who declare at once never share one. */
static void give_id(struct tg_step *s, const char *prefix, struct tg_counter *given, tg_sec now)
{
    char day[11], plain[9];

    tg_day_text(tg_day_of(now), day);
    (void)snprintf(plain, sizeof plain, "%.4s%.2s%.2s", day, day + 5, day + 8);
    if (given->day != tg_day_of(now)) {
        *given = (struct tg_counter){.day = tg_day_of(now), .last = 0};
    }
    given->last++;
    (void)snprintf(s->id, sizeof s->id, "%s%s-%03u", prefix, plain, given->last % 100000000U);
}

/* Of what comes out of the journal: the next number is above it. */
static void note_id(const struct tg_step *s, struct tg_counter *given, tg_sec at)
{
    uint64_t n = strtoull(s->id + 12, NULL, 10);

    if (given->day != tg_day_of(at)) {
        *given = (struct tg_counter){.day = tg_day_of(at), .last = 0};
    }
    given->last = given->last < n ? (unsigned)n : given->last;
}

/* Whoever sets the clock back must not gain by it: until it has caught up, nothing is opened. */
static bool set_back(tg_sec at, tg_sec moment)
{
    return at + TG_CLOCK_SKEW_SECONDS < moment;
}

enum tg_err tg_grants_check(struct tg_grants *g, const struct tg_grant_world *w, struct tg_step *step)
{
    struct tg_ruling r = {.now = tg_grants_moment(g, step->at)};

    if (set_back(step->at, r.now)) {
        return TG_E_CLOCK;
    }
    (void)pthread_rwlock_wrlock(&g->lock);
    if (step->what == TG_STEP_DECLARE) {
        give_id(step, "EV-", &g->events_given, r.now);
    } else if (step->what == TG_STEP_PROPOSE) {
        give_id(step, "RO-", &g->rosters_given, r.now);
    }
    enum tg_err e = tg_step_judge(g, w, step, &r);
    (void)pthread_rwlock_unlock(&g->lock);
    return e;
}

/* It counts as done when it was asked for, whatever time others have named since: the journal has that moment and
 * no other, and from it the same texts, digests and ends must come at the next start.
 */
static void note_order(struct tg_grants *g, struct tg_event *e)
{
    g->n_steps++;
    if (e != NULL && e->from != 0 && e->began_as == 0) {
        e->began_as = g->n_steps;
    }
    if (e != NULL && e->ended != 0 && e->ended_as == 0) {
        e->ended_as = g->n_steps;
    }
}

enum tg_err tg_grants_apply(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *step)
{
    struct tg_ruling r = {.now = step->at};

    (void)tg_grants_moment(g, step->at);
    (void)pthread_rwlock_wrlock(&g->lock);
    enum tg_err e = tg_step_judge(g, w, step, &r);
    if (e == TG_OK) {
        e = tg_step_do(g, step, &r);
    }
    if (e == TG_OK) {
        note_order(g, r.event);
    }
    if (e == TG_OK && step->what == TG_STEP_DECLARE) {
        note_id(step, &g->events_given, r.now);
    }
    if (e == TG_OK && step->what == TG_STEP_PROPOSE) {
        note_id(step, &g->rosters_given, r.now);
    }
    if (e == TG_OK) {
        atomic_fetch_add(&g->version, 1);
    }
    (void)pthread_rwlock_unlock(&g->lock);
    return e;
}

/* Over when the other one began. In one and the same second the order of their steps says it: an event that ran
 * beside another one is never the earlier one of the two.
 */
static bool was_before(const struct tg_event *e, const struct tg_event *next, tg_sec now)
{
    tg_sec ended = tg_event_ended(e, now);

    return ended < next->from || (ended == next->from && e->ended_as < next->began_as);
}

/* Views of this office under an event that was over before this one began, and that nobody has reviewed. */
static bool in_debt(const struct tg_grants *g, const struct tg_grantee *who, const struct tg_event *next,
                    tg_sec now)
{
    for (size_t i = 0; i < g->n_owing; i++) {
        const struct tg_event *e = g->owing[i];

        if (e == next || tg_event_state(e, now) != TG_EVENT_ENDED || !was_before(e, next, now)) {
            continue;
        }
        for (size_t k = 0; k < e->n_debt; k++) {
            if (e->debt[k].open > 0 && strcmp(e->debt[k].office, who->office) == 0 &&
                strcmp(e->debt[k].company, who->company) == 0) {
                return true;
            }
        }
    }
    return false;
}

static bool serves(const struct tg_event *e, const struct tg_grantee *who, tg_sec now)
{
    return tg_event_state(e, now) == TG_EVENT_LIVE && !e->unconfirmed && strcmp(e->role, who->role) == 0;
}

/* Of somebody on the roster; NULL: is not. Under the lock. */
static enum tg_err why(const struct tg_grants *g, const struct tg_grantee *who, const struct tg_event *e,
                       const struct tg_listed *me, tg_sec now)
{
    if (me == NULL || !serves(e, who, now)) {
        return TG_E_GRANT_NONE;
    }
    if (me->acknowledged == 0) {
        return TG_E_GRANT_UNACKNOWLEDGED;
    }
    return e->kind != TG_EVENT_DRILL && in_debt(g, who, e, now) ? TG_E_GRANT_REVIEW_DEBT : TG_OK;
}

enum tg_err tg_grants_why(struct tg_grants *g, const struct tg_grantee *who, const struct tg_event *e,
                          tg_sec now)
{
    return why(g, who, e, tg_list_find(&e->roster, who->person), tg_grants_moment(g, now));
}

/* The worse of two reasons is what the person can do nothing about. */
static enum tg_err worse(enum tg_err a, enum tg_err b)
{
    static const enum tg_err order[] = {TG_E_GRANT_UNACKNOWLEDGED, TG_E_GRANT_REVIEW_DEBT};

    for (size_t i = 0; i < sizeof order / sizeof order[0]; i++) {
        if (a == order[i] || b == order[i]) {
            return order[i];
        }
    }
    return TG_E_GRANT_NONE;
}

static enum tg_err join(struct tg_grant *to, const struct tg_event *e)
{
    enum tg_err err = to->n < TG_GRANTS_HELD ? tg_areas_add(to->areas, e->areas) : TG_E_GRANT_FULL;

    if (err == TG_OK) {
        memcpy(to->id[to->n++], e->id, sizeof e->id);
        to->from = to->n == 1 || to->from < e->from ? e->from : to->from;
        to->until = to->n == 1 || to->until > e->until ? e->until : to->until;
        to->drill = e->kind == TG_EVENT_DRILL;
    }
    return err;
}

/* All of one sort, real or drill. TG_E_GRANT_NONE with *any false: none of that sort names the person. */
static enum tg_err collect(const struct tg_grants *g, const struct tg_grantee *who, tg_sec now,
                           struct tg_grant *ret, bool *any)
{
    bool drill = ret->drill;
    enum tg_err none = TG_E_GRANT_NONE;

    for (size_t i = tg_grants_place(g, who->person);
         i < g->n_named && strcmp(g->named[i].who->person, who->person) == 0; i++) {
        const struct tg_event *e = g->named[i].event;

        if ((e->kind == TG_EVENT_DRILL) != drill || !serves(e, who, now)) {
            continue;
        }
        enum tg_err err = why(g, who, e, g->named[i].who, now);
        *any = true;
        if (err == TG_OK) {
            err = join(ret, e);
            if (err != TG_OK) {
                return err;
            }
        } else {
            none = worse(none, err);
        }
    }
    return ret->n > 0 ? TG_OK : none;
}

enum tg_err tg_grants_of(struct tg_grants *g, const struct tg_grantee *who, tg_sec at, struct tg_grant *ret)
{
    tg_sec now = tg_grants_moment(g, at);
    bool any = false;
    enum tg_err e;

    ret->n = 0;
    ret->areas[0] = '\0';
    ret->drill = false;
    if (set_back(at, now)) {
        return TG_E_CLOCK;
    }
    (void)pthread_rwlock_rdlock(&g->lock);
    e = collect(g, who, now, ret, &any);
    if (e != TG_OK && !any) {
        ret->drill = true;
        e = collect(g, who, now, ret, &any);
    }
    bool full = g->n_views >= TG_GRANT_VIEWS;
    (void)pthread_rwlock_unlock(&g->lock);
    if (e == TG_OK && full && !tg_grants_forget(g, now)) {
        e = TG_E_GRANT_FULL;
    }
    if (e != TG_OK) {
        ret->n = 0;
        ret->areas[0] = '\0';
    }
    ret->from = ret->from < at ? ret->from : at; /* a visit that began a moment before the approval */
    return e;
}

tg_sec tg_grants_hold(struct tg_grants *g, tg_sec now)
{
    (void)pthread_rwlock_rdlock(&g->lock);
    return tg_grants_moment(g, now);
}

void tg_grants_release(struct tg_grants *g)
{
    (void)pthread_rwlock_unlock(&g->lock);
}

size_t tg_grants_events(const struct tg_grants *g)
{
    return g->n_events;
}

const struct tg_event *tg_grants_event(const struct tg_grants *g, size_t i)
{
    return i < g->n_events ? g->event[i] : NULL;
}

const struct tg_event *tg_grants_find(const struct tg_grants *g, const char *id)
{
    return tg_grants_event_of(g, id);
}

size_t tg_grants_rosters(const struct tg_grants *g)
{
    return g->n_rosters;
}

const struct tg_roster *tg_grants_roster(const struct tg_grants *g, size_t i)
{
    return i < g->n_rosters ? g->roster[i] : NULL;
}

const struct tg_roster *tg_grants_find_roster(const struct tg_grants *g, const char *id)
{
    return tg_grants_roster_of(g, id);
}

size_t tg_grants_alarms(const struct tg_grants *g)
{
    return g->n_alarms;
}

const struct tg_alarm *tg_grants_alarm(const struct tg_grants *g, size_t i)
{
    return i < g->n_alarms ? g->alarm[i] : NULL;
}

bool tg_alarm_for(const struct tg_alarm *a, const char *person, enum tg_voice voice)
{
    for (size_t i = 0; i < a->n_seen; i++) {
        if (strcmp(a->seen[i], person) == 0) {
            return false;
        }
    }
    return voice < TG_VOICES && voice != TG_VOICE_NONE && a->skipped[voice];
}

void tg_grants_debts(const struct tg_grants *g, tg_sec now, tg_debt_each *each, void *ctx)
{
    for (size_t i = 0; i < g->n_events; i++) {
        const struct tg_event *e = g->event[i];

        for (size_t k = 0; k < e->n_debt && tg_event_state(e, now) == TG_EVENT_ENDED; k++) {
            if (e->debt[k].open > 0) {
                each(ctx, e->debt[k].company, e->debt[k].office, e, e->debt[k].open);
            }
        }
    }
}

struct tg_leftovers tg_grants_leftovers(struct tg_grants *g, tg_sec at)
{
    struct tg_leftovers left = {.late = 0};
    tg_sec now = tg_grants_hold(g, at);

    for (size_t i = 0; i < g->n_events; i++) {
        const struct tg_event *e = g->event[i];
        bool live = tg_event_state(e, now) == TG_EVENT_LIVE;

        left.late += e->late;
        left.groundless += live && e->first.n < 2 && e->number == 1 && !e->break_glass && !e->one_approver;
        left.overdue += live && e->number == 1 && now >= e->first.end;
        left.unreviewed += tg_event_state(e, now) == TG_EVENT_ENDED ? e->open : 0;
        left.unconfirmed += live && e->unconfirmed;
    }
    tg_grants_release(g);
    return left;
}
