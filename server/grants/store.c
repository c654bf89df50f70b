/* What is kept, made, found and freed. */
#include <stdio.h>
#include <stdlib.h>

#include "server/grants/inner.h"

enum tg_err tg_grants_new(struct tg_grants **ret)
{
    struct tg_grants *g = calloc(1, sizeof *g);

    if (g == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_rwlock_init(&g->lock, NULL) != 0) {
        free(g);
        return TG_E_NOMEM;
    }
    *ret = g;
    return TG_OK;
}

void tg_grants_free(struct tg_grants **held)
{
    struct tg_grants *g = *held;

    *held = NULL;
    if (g == NULL) {
        return;
    }
    for (size_t i = 0; i < g->n_events; i++) {
        tg_event_free(&g->event[i]);
    }
    for (size_t i = 0; i < g->n_rosters; i++) {
        tg_roster_free(&g->roster[i]);
    }
    for (size_t i = 0; i < g->n_alarms; i++) {
        tg_alarm_free(&g->alarm[i]);
    }
    for (size_t i = 0; i < g->n_views; i++) {
        tg_seen_free(&g->view[i]);
    }
    free((void *)g->event);
    free((void *)g->owing);
    free(g->named);
    free((void *)g->roster);
    free((void *)g->alarm);
    free((void *)g->view);
    (void)pthread_rwlock_destroy(&g->lock);
    free(g);
}

void tg_event_free(struct tg_event **e)
{
    if (*e != NULL) {
        tg_list_done(&(*e)->roster);
        free((*e)->debt);
        free(*e);
    }
    *e = NULL;
}

void tg_roster_free(struct tg_roster **r)
{
    if (*r != NULL) {
        tg_list_done(&(*r)->people);
        free(*r);
    }
    *r = NULL;
}

void tg_alarm_free(struct tg_alarm **a)
{
    if (*a != NULL) {
        free((void *)(*a)->seen);
        free(*a);
    }
    *a = NULL;
}

void tg_seen_free(struct tg_seen **s)
{
    free(*s); /* one block: its texts lie behind it */
    *s = NULL;
}

enum tg_err tg_grants_room(void **array, size_t *cap, size_t n, size_t max)
{
    size_t more = *cap == 0 ? 16 : *cap * 2;
    void *grown;

    if (n < *cap) {
        return TG_OK;
    }
    if (n >= max) {
        return TG_E_GRANT_FULL;
    }
    more = more < max ? more : max;
    if ((grown = realloc(*array, more * sizeof(void *))) == NULL) {
        return TG_E_NOMEM;
    }
    *array = grown;
    *cap = more;
    return TG_OK;
}

/* The oldest that is over and owes nothing is forgotten. */
static enum tg_err make_room(struct tg_grants *g, tg_sec now)
{
    size_t i = 0;

    if (g->n_events < TG_EVENTS) {
        return TG_OK;
    }
    while (i < g->n_events && (tg_event_state(g->event[i], now) != TG_EVENT_ENDED || g->event[i]->open > 0)) {
        i++;
    }
    if (i == g->n_events) {
        return TG_E_GRANT_FULL;
    }
    tg_event_free(&g->event[i]);
    g->n_events--;
    memmove((void *)&g->event[i], (void *)&g->event[i + 1], (g->n_events - i) * sizeof(struct tg_event *));
    return TG_OK;
}

static int by_name_and_event(const void *a, const void *b)
{
    const struct tg_named *x = a, *y = b;
    int names = strcmp(x->who->person, y->who->person);

    return names != 0 ? names : strcmp(x->event->id, y->event->id);
}

static size_t people_of_open(const struct tg_grants *g, tg_sec now)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n_events; i++) {
        n += tg_event_state(g->event[i], now) != TG_EVENT_ENDED ? g->event[i]->roster.n : 0;
    }
    return n;
}

static void fill_named(struct tg_grants *g, struct tg_named *named, tg_sec now)
{
    size_t n = 0;

    for (size_t i = 0; i < g->n_events; i++) {
        struct tg_event *e = g->event[i];

        for (size_t k = 0; k < e->roster.n && tg_event_state(e, now) != TG_EVENT_ENDED; k++) {
            named[n++] = (struct tg_named){&e->roster.p[k], e};
        }
    }
    qsort(named, n, sizeof *named, by_name_and_event);
    free(g->named);
    g->named = named;
    g->n_named = n;
}

enum tg_err tg_grants_add(struct tg_grants *g, struct tg_event *e, tg_sec now)
{
    struct tg_named *named = calloc(people_of_open(g, now) + e->roster.n + 1, sizeof *named);
    enum tg_err err = named != NULL ? make_room(g, now) : TG_E_NOMEM;

    if (err == TG_OK) {
        err = tg_grants_room((void **)&g->event, &g->cap_events, g->n_events, TG_EVENTS);
    }
    while (err == TG_OK && g->cap_owing < g->cap_events) {
        err = tg_grants_room((void **)&g->owing, &g->cap_owing, g->cap_owing, TG_EVENTS);
    }
    if (err == TG_OK) {
        g->event[g->n_events++] = e;
        fill_named(g, named, now);
    } else {
        free(named);
    }
    return err;
}

size_t tg_grants_place(const struct tg_grants *g, const char *person)
{
    size_t from = 0, to = g->n_named;

    while (from < to) {
        size_t middle = from + (to - from) / 2;

        if (strcmp(g->named[middle].who->person, person) < 0) {
            from = middle + 1;
        } else {
            to = middle;
        }
    }
    return from < g->n_named && strcmp(g->named[from].who->person, person) == 0 ? from : g->n_named;
}

tg_sec tg_grants_moment(struct tg_grants *g, tg_sec now)
{
    tg_sec latest = atomic_load(&g->latest);

    while (latest < now && !atomic_compare_exchange_weak(&g->latest, &latest, now)) {
        ;
    }
    return latest < now ? now : latest;
}

uint64_t tg_grants_version(const struct tg_grants *g)
{
    return atomic_load_explicit(&g->version, memory_order_acquire);
}

struct tg_event *tg_grants_event_of(const struct tg_grants *g, const char *id)
{
    for (size_t i = g->n_events; i-- > 0;) {
        if (strcmp(g->event[i]->id, id) == 0) {
            return g->event[i];
        }
    }
    return NULL;
}

struct tg_roster *tg_grants_roster_of(const struct tg_grants *g, const char *id)
{
    for (size_t i = g->n_rosters; i-- > 0;) {
        if (strcmp(g->roster[i]->id, id) == 0) {
            return g->roster[i];
        }
    }
    return NULL;
}

bool tg_grant_id_ok(const char *id, const char *prefix)
{
    size_t n = strlen(id);

    return n >= 15 && n < TG_GRANT_ID_BYTES && memcmp(id, prefix, 3) == 0 &&
           strspn(id + 3, "0123456789") == 8 && id[11] == '-' && strspn(id + 12, "0123456789") == n - 12;
}

static int by_person(const void *a, const void *b)
{
    return strcmp(((const struct tg_listed *)a)->person, ((const struct tg_listed *)b)->person);
}

static enum tg_err fill_list(const char *people, struct tg_list *l)
{
    for (const char *at = people; *at != '\0';) {
        size_t n = strcspn(at, " ");

        if (n == 0 || n >= TG_PERSON_BYTES || l->n == TG_EVENT_PEOPLE || (at[n] == ' ' && at[n + 1] == '\0')) {
            return TG_E_BAD_MEMBER;
        }
        memcpy(l->p[l->n].person, at, n);
        l->p[l->n++].person[n] = '\0';
        at += n + (at[n] == ' ');
    }
    if (l->n == 0) {
        return TG_E_BAD_MEMBER;
    }
    qsort(l->p, l->n, sizeof *l->p, by_person);
    for (size_t i = 1; i < l->n; i++) {
        if (strcmp(l->p[i - 1].person, l->p[i].person) == 0) {
            return TG_E_BAD_MEMBER;
        }
    }
    return TG_OK;
}

enum tg_err tg_list_read(const char *people, struct tg_list *ret)
{
    struct tg_list l = {.p = calloc(TG_EVENT_PEOPLE, sizeof *l.p), .n = 0};
    enum tg_err e = l.p == NULL ? TG_E_NOMEM : fill_list(people, &l);

    if (e == TG_OK) {
        struct tg_listed *fit = realloc(l.p, l.n * sizeof *l.p);

        *ret = (struct tg_list){.p = fit != NULL ? fit : l.p, .n = l.n};
    } else {
        free(l.p);
    }
    return e;
}

enum tg_err tg_list_dup(const struct tg_list *l, struct tg_list *ret)
{
    struct tg_listed *p = calloc(l->n > 0 ? l->n : 1, sizeof *p);

    if (p == NULL) {
        return TG_E_NOMEM;
    }
    for (size_t i = 0; i < l->n; i++) {
        memcpy(p[i].person, l->p[i].person, sizeof p[i].person);
    }
    *ret = (struct tg_list){.p = p, .n = l->n};
    return TG_OK;
}

void tg_list_done(struct tg_list *l)
{
    free(l->p);
    *l = (struct tg_list){.p = NULL, .n = 0};
}
