/* What was seen under grants, and that somebody else looks at it afterwards. */
#include <stdlib.h>

#include "certs/base/text.h"
#include "server/grants/inner.h"

/* Calls each for every event that the list names, until it says false. */
typedef bool event_each(struct tg_event *e, void *ctx);
static bool each_event(const struct tg_grants *g, const char *ids, event_each *each, void *ctx)
{
    char id[TG_GRANT_ID_BYTES];

    for (const char *at = ids; *at != '\0';) {
        size_t n = strcspn(at, " ");
        struct tg_event *e = NULL;

        if (tg_copy(id, sizeof id, tg_span(at, n)) == TG_OK) {
            e = tg_grants_event_of(g, id);
        }
        if (!each(e, ctx)) {
            return false;
        }
        at += n + (at[n] == ' ');
    }
    return true;
}

static bool is_there(struct tg_event *e, void *ctx)
{
    (void)ctx;
    return e != NULL;
}

static bool is_drill(struct tg_event *e, void *ctx)
{
    (void)ctx;
    return e == NULL || e->kind == TG_EVENT_DRILL;
}

static bool is_over(struct tg_event *e, void *ctx)
{
    const tg_sec *now = ctx;

    return e == NULL || tg_event_state(e, *now) == TG_EVENT_ENDED;
}

/* The office's line of the event's debts; made when it is not there. NULL: no memory. */
static struct tg_debt *debt_of(struct tg_event *e, const struct tg_view_of *v)
{
    struct tg_debt *grown;

    if (e == NULL) { /* is_there has looked */
        return NULL;
    }
    for (size_t i = 0; i < e->n_debt; i++) {
        if (strcmp(e->debt[i].office, v->office) == 0 && strcmp(e->debt[i].company, v->company) == 0) {
            return &e->debt[i];
        }
    }
    if ((grown = realloc(e->debt, (e->n_debt + 1) * sizeof *grown)) == NULL) {
        return NULL;
    }
    e->debt = grown;
    grown = &e->debt[e->n_debt];
    memset(grown, 0, sizeof *grown);
    if (tg_copy(grown->office, sizeof grown->office, tg_span_str(v->office)) != TG_OK ||
        tg_copy(grown->company, sizeof grown->company, tg_span_str(v->company)) != TG_OK) {
        return NULL;
    }
    e->n_debt++;
    return grown;
}

/* Outside of the event's time: before it, at or after its end; closed within the same second is within. */
static bool is_late(const struct tg_event *e, tg_sec at)
{
    return e->from == 0 || at < e->from || at >= e->until || (e->ended != 0 && at > e->ended);
}

static bool has_debt_line(struct tg_event *e, void *ctx)
{
    return debt_of(e, ctx) != NULL;
}

struct counting {
    struct tg_grants *g;
    const struct tg_view_of *view;
};

static bool count_open(struct tg_event *e, void *ctx)
{
    const struct counting *c = ctx;

    struct tg_debt *line = debt_of(e, c->view); /* has_debt_line has made it */

    if (line == NULL) {
        return false;
    }
    line->open++;
    if (e->open++ == 0) {
        c->g->owing[c->g->n_owing++] = e; /* as many places as events */
    }
    return true;
}

static bool count(struct tg_event *e, void *ctx)
{
    const struct tg_view_of *v = ctx;

    if (e == NULL) { /* is_there has looked */
        return false;
    }
    e->views++;
    e->late += is_late(e, v->at);
    return true;
}

static const char *put(char **at, const char *text)
{
    size_t n = strlen(text) + 1;
    char *to = memcpy(*at, text, n);

    *at += n;
    return to;
}

static struct tg_seen *seen_new(const struct tg_view_of *v)
{
    const char *const texts[] = {v->person, v->office, v->company, v->kind, v->ids, v->events};
    size_t n = 0;

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        n += strlen(texts[i]) + 1;
    }
    struct tg_seen *s = calloc(1, sizeof *s + n);
    if (s == NULL) {
        return NULL;
    }
    char *at = (char *)(s + 1);
    s->view = *v;
    s->view.person = put(&at, v->person);
    s->view.office = put(&at, v->office);
    s->view.company = put(&at, v->company);
    s->view.kind = put(&at, v->kind);
    s->view.ids = put(&at, v->ids);
    s->view.events = put(&at, v->events);
    return s;
}

/* What is reviewed, and of events that are over, is kept in the journal only. */
static void forget_views(struct tg_grants *g, tg_sec now)
{
    size_t kept = 0;

    for (size_t i = 0; i < g->n_views; i++) {
        struct tg_seen *s = g->view[i];

        if (s->verdict != TG_VIEW_OPEN && each_event(g, s->view.events, is_over, &now)) {
            tg_seen_free(&s);
        } else {
            g->view[kept++] = s;
        }
    }
    g->n_views = kept;
}

static enum tg_err keep(struct tg_grants *g, struct tg_seen *s)
{
    size_t i = g->n_views;
    enum tg_err e = tg_grants_room((void **)&g->view, &g->cap_views, g->n_views, TG_GRANT_VIEWS);

    if (e != TG_OK) {
        return e;
    }
    while (i > 0 && g->view[i - 1]->view.seq > s->view.seq) {
        g->view[i] = g->view[i - 1];
        i--;
    }
    g->view[i] = s;
    g->n_views++;
    return TG_OK;
}

bool tg_grants_forget(struct tg_grants *g, tg_sec now)
{
    (void)pthread_rwlock_wrlock(&g->lock);
    forget_views(g, now);
    bool room = g->n_views < TG_GRANT_VIEWS;
    (void)pthread_rwlock_unlock(&g->lock);
    return room;
}

static enum tg_err saw(struct tg_grants *g, const struct tg_view_of *v)
{
    struct tg_view_of view = *v;
    bool drill;
    enum tg_err e = TG_OK;

    if (v->events[0] == '\0' || !each_event(g, v->events, is_there, NULL)) {
        return TG_E_NOT_FOUND;
    }
    drill = each_event(g, v->events, is_drill, NULL);
    struct tg_seen *s = seen_new(v);
    if (s == NULL || (!drill && !each_event(g, v->events, has_debt_line, &view))) {
        tg_seen_free(&s);
        return TG_E_NOMEM;
    }
    s->verdict = drill ? TG_VIEW_EXPLAINED : TG_VIEW_OPEN;
    if (g->n_views == TG_GRANT_VIEWS) {
        forget_views(g, atomic_load(&g->latest));
    }
    if ((e = keep(g, s)) != TG_OK) {
        tg_seen_free(&s);
        return e;
    }
    (void)each_event(g, v->events, count, &view);
    if (!drill) {
        (void)each_event(g, v->events, count_open, &(struct counting){g, &view});
    }
    return TG_OK;
}

enum tg_err tg_grants_saw(struct tg_grants *g, const struct tg_view_of *v)
{
    (void)tg_grants_moment(g, v->at);
    (void)pthread_rwlock_wrlock(&g->lock);
    enum tg_err e = saw(g, v);
    if (e == TG_OK) {
        atomic_fetch_add(&g->version, 1);
    }
    (void)pthread_rwlock_unlock(&g->lock);
    return e;
}

static int by_seq(const void *key, const void *member)
{
    uint64_t seq = *(const uint64_t *)key, at = (*(struct tg_seen *const *)member)->view.seq;

    return seq < at ? -1 : seq > at;
}

static struct tg_seen *seen_of(const struct tg_grants *g, uint64_t seq)
{
    struct tg_seen **found =
        g->n_views > 0 ? bsearch(&seq, (const void *)g->view, g->n_views, sizeof(struct tg_seen *), by_seq) : NULL;

    return found != NULL ? *found : NULL;
}

static bool names_event(const struct tg_seen *s, const char *id)
{
    size_t n = strlen(id);

    for (const char *at = strstr(s->view.events, id); at != NULL; at = strstr(at + n, id)) {
        if ((at == s->view.events || at[-1] == ' ') && (at[n] == ' ' || at[n] == '\0')) {
            return true;
        }
    }
    return false;
}

bool tg_grants_reviews(const struct tg_policy *p, const struct tg_doer *reviewer, const char *company)
{
    return tg_policy_over(p, reviewer->role) != TG_VOICE_NONE && strcmp(reviewer->company, company) == 0;
}

/* The network company's duty managers answer for what their declaration opened; a company's own for its people. */
static bool may_review(const struct tg_grant_world *w, const struct tg_step *s, const struct tg_event *e,
                       const struct tg_seen *seen)
{
    if (strcmp(s->by.person, seen->view.person) == 0 || tg_list_find(&e->roster, s->by.person) != NULL) {
        return false;
    }
    return w->past || tg_grants_reviews(w->policy, &s->by, seen->view.company) ||
           (tg_policy_voice(w->policy, s->by.role, e->role, e->kind) == TG_VOICE_NETWORK &&
            tg_doer_stands(w, &s->by, TG_VOICE_NETWORK));
}

/* The numbers of a list, one after the other; false at its end. TG_E_BAD_MEMBER in *err. */
static bool next_seq(const char **at, uint64_t *ret, enum tg_err *err)
{
    size_t n = strcspn(*at, " ");

    if (**at == '\0' || *err != TG_OK) {
        return false;
    }
    if (tg_u64_parse(tg_span(*at, n), INT64_MAX, ret) != TG_OK || ((*at)[n] == ' ' && (*at)[n + 1] == '\0')) {
        *err = TG_E_BAD_MEMBER;
        return false;
    }
    *at += n + ((*at)[n] == ' ');
    return true;
}

enum tg_err tg_step_judge_review(struct tg_grants *g, const struct tg_grant_world *w, const struct tg_step *s,
                                 struct tg_ruling *r)
{
    enum tg_event_state to;
    enum tg_err e = TG_OK;
    uint64_t seq = 0, last = 0;
    size_t n = 0;

    if (s->views == NULL || s->views[0] == '\0' ||
        (s->verdict != TG_VIEW_EXPLAINED && s->verdict != TG_VIEW_QUESTIONED)) {
        return TG_E_BAD_MEMBER;
    }
    if (!tg_life_move(tg_event_state(r->event, r->now), TG_TURN_REVIEW, &to)) {
        return TG_E_GRANT_STATE;
    }
    for (const char *at = s->views; next_seq(&at, &seq, &e); last = seq) {
        const struct tg_seen *seen = seen_of(g, seq);

        if (seq <= last || ++n > TG_GRANT_VIEWS_STEP) {
            return TG_E_BAD_MEMBER; /* ascending: no view stands there twice */
        }
        if (seen == NULL || !names_event(seen, s->id)) {
            return TG_E_NOT_FOUND;
        }
        if (!may_review(w, s, r->event, seen)) {
            return TG_E_GRANT_REVIEWER;
        }
        if (seen->verdict != TG_VIEW_OPEN) {
            return TG_E_GRANT_STATE;
        }
    }
    return e;
}

static void owes_nothing(struct tg_grants *g, const struct tg_event *e)
{
    for (size_t i = 0; i < g->n_owing; i++) {
        if (g->owing[i] == e) {
            g->owing[i] = g->owing[--g->n_owing];
            return;
        }
    }
}

static bool count_reviewed(struct tg_event *e, void *ctx)
{
    const struct counting *c = ctx;

    for (size_t i = 0; e != NULL && i < e->n_debt; i++) {
        if (strcmp(e->debt[i].office, c->view->office) == 0 &&
            strcmp(e->debt[i].company, c->view->company) == 0) {
            e->debt[i].open--;
            e->open--;
        }
    }
    if (e != NULL && e->open == 0) {
        owes_nothing(c->g, e);
    }
    return true;
}

enum tg_err tg_step_do_review(struct tg_grants *g, const struct tg_step *s, const struct tg_ruling *r)
{
    enum tg_err e = TG_OK;
    uint64_t seq = 0;

    (void)r;
    for (const char *at = s->views; next_seq(&at, &seq, &e);) {
        struct tg_seen *seen = seen_of(g, seq);

        if (seen == NULL) {
            return TG_E_INTERNAL; /* the judge has seen each of them */
        }
        seen->verdict = s->verdict;
        tg_ignore(tg_copy(seen->by, sizeof seen->by, tg_span_str(s->by.person)));
        (void)each_event(g, seen->view.events, count_reviewed, &(struct counting){g, &seen->view});
    }
    return e;
}

void tg_grants_views(const struct tg_grants *g, const char *event, uint64_t after, tg_seen_each *each, void *ctx)
{
    for (size_t i = 0; i < g->n_views; i++) {
        if (g->view[i]->view.seq > after && names_event(g->view[i], event) && !each(ctx, g->view[i])) {
            return;
        }
    }
}
