#include "server/desk/caps.h"

#include <pthread.h>

#include "certs/base/text.h"

#define MINUTE 60
#define MINUTES (TG_CAP_SECONDS / MINUTE)
#define RING (MINUTES + 1) /* the minute that runs, and those that may still reach into the stretch */
#define BUCKETS 8192u

struct looker {
    struct looker *next;
    char person[TG_PERSON_BYTES];
    char role[TG_POLICY_WORD_BYTES];
    char company[16];
    bool contractor;
    tg_sec newest;    /* the last minute that stands in the rings */
    unsigned stopped; /* look-ups that were refused last; 0: none since the last release */
    uint64_t total;   /* of looks[] */
    uint32_t looks[RING], released[RING];
};

struct tg_caps {
    pthread_mutex_t lock; /* everything below */
    struct looker *by_person[BUCKETS];
    size_t n;
    tg_sec latest; /* time does not go back */
};

enum tg_err tg_caps_new(struct tg_caps **ret)
{
    struct tg_caps *c = calloc(1, sizeof *c);

    if (c == NULL || pthread_mutex_init(&c->lock, NULL) != 0) {
        free(c);
        return TG_E_NOMEM;
    }
    *ret = c;
    return TG_OK;
}

void tg_caps_free(struct tg_caps **c)
{
    if (*c == NULL) {
        return;
    }
    for (size_t i = 0; i < BUCKETS; i++) {
        while ((*c)->by_person[i] != NULL) {
            struct looker *l = (*c)->by_person[i];

            (*c)->by_person[i] = l->next;
            free(l);
        }
    }
    (void)pthread_mutex_destroy(&(*c)->lock);
    free(*c);
    *c = NULL;
}

/* FNV-1a, of the person alone: what a person has under several roles stands together. */
static struct looker **bucket_of(struct tg_caps *c, const char *person)
{
    uint32_t h = 2166136261u;

    for (; *person != '\0'; person++) {
        h = (h ^ (uint8_t)*person) * 16777619u;
    }
    return &c->by_person[h % BUCKETS];
}

static struct looker *find(struct tg_caps *c, const char *person, const char *role)
{
    struct looker *l = *bucket_of(c, person);

    while (l != NULL && (strcmp(l->person, person) != 0 || strcmp(l->role, role) != 0)) {
        l = l->next;
    }
    return l;
}

/* The minute of now, and never an earlier one than before. */
static tg_sec minute(struct tg_caps *c, tg_sec now)
{
    if (now > c->latest) {
        c->latest = now;
    }
    return c->latest / MINUTE;
}

/* What has left the ring is forgotten. */
static void advance(struct looker *l, tg_sec to)
{
    if (to - l->newest >= (tg_sec)RING) {
        l->total = 0;
        memset(l->looks, 0, sizeof l->looks);
        memset(l->released, 0, sizeof l->released);
        l->newest = to;
    }
    while (l->newest < to) {
        l->newest++;
        l->total -= l->looks[l->newest % RING];
        l->looks[l->newest % RING] = 0;
        l->released[l->newest % RING] = 0;
    }
}

/* How it stands at a minute, which may be one to come. */
struct standing {
    uint64_t looked, allowed;
};

static struct standing standing(const struct looker *l, const struct tg_cap *cap, tg_sec at)
{
    tg_sec reach = (cap->seconds + MINUTE - 1) / MINUTE;
    uint64_t looked = 0, caps = 1;

    for (tg_sec m = l->newest - (tg_sec)MINUTES; m <= l->newest; m++) {
        if (m >= 0 && at - m <= reach) {
            looked += l->looks[m % RING];
        }
        if (m >= 0 && at - m < reach) {
            caps += l->released[m % RING];
        }
    }
    return (struct standing){.looked = looked, .allowed = caps * cap->looks};
}

static void add(struct looker *l, tg_sec at, unsigned looks)
{
    l->looks[at % RING] += looks;
    l->total += looks;
}

static bool too_many(const struct looker *l, const struct tg_cap *cap, tg_sec at, unsigned looks)
{
    if (l->total + looks <= cap->looks) {
        return false; /* nearly always: no need to look which of them still count */
    }
    struct standing s = standing(l, cap, at);

    return s.looked + looks > s.allowed;
}

/* Seconds until so many are left. */
static tg_sec wait_for(const struct tg_caps *c, const struct looker *l, const struct tg_cap *cap,
                       unsigned looks)
{
    tg_sec at = l->newest + 1;

    while (at <= l->newest + (tg_sec)MINUTES && too_many(l, cap, at, looks)) {
        at++;
    }
    return at * MINUTE - c->latest;
}

static void sweep(struct tg_caps *c, tg_sec now)
{
    for (size_t i = 0; i < BUCKETS; i++) {
        struct looker **at = &c->by_person[i];

        while (*at != NULL) {
            struct looker *l = *at;

            if (now - l->newest < (tg_sec)RING) {
                at = &l->next;
                continue;
            }
            *at = l->next;
            free(l);
            c->n--;
        }
    }
}

static enum tg_err fill(struct looker *l, const struct tg_looker *who)
{
    enum tg_err e;

    if ((e = tg_copy(l->person, sizeof l->person, tg_span_str(who->person))) != TG_OK ||
        (e = tg_copy(l->role, sizeof l->role, tg_span_str(who->role))) != TG_OK ||
        (e = tg_copy(l->company, sizeof l->company, tg_span_str(who->company))) != TG_OK) {
        return e;
    }
    l->contractor = who->contractor;
    return TG_OK;
}

static enum tg_err make(struct tg_caps *c, const struct tg_looker *who, tg_sec at, struct looker **ret)
{
    struct looker **bucket = bucket_of(c, who->person);
    struct looker *l;
    enum tg_err e;

    if (c->n >= TG_CAP_LOOKERS) {
        sweep(c, at);
    }
    if (c->n >= TG_CAP_LOOKERS) {
        return TG_E_BUSY;
    }
    if ((l = calloc(1, sizeof *l)) == NULL) {
        return TG_E_NOMEM;
    }
    if ((e = fill(l, who)) != TG_OK) {
        free(l);
        return e;
    }
    l->newest = at;
    l->next = *bucket;
    *bucket = l;
    c->n++;
    *ret = l;
    return TG_OK;
}

/* As this minute finds it; whom the post works for now is what a release goes by. */
static enum tg_err enter(struct tg_caps *c, const struct tg_looker *who, tg_sec at, struct looker **ret)
{
    struct looker *l = find(c, who->person, who->role);

    if (l == NULL) {
        return make(c, who, at, ret);
    }
    advance(l, at);
    *ret = l;
    return strcmp(l->company, who->company) == 0 && l->contractor == who->contractor ? TG_OK : fill(l, who);
}

static enum tg_err count(struct tg_caps *c, const struct tg_looker *who, const struct tg_cap *cap,
                         struct tg_looking *l)
{
    struct looker *found = NULL;
    tg_sec at = minute(c, l->now);
    enum tg_err e = enter(c, who, at, &found);

    if (e != TG_OK) {
        return e;
    }
    if (too_many(found, cap, at, l->looks)) {
        found->stopped = l->looks;
        l->wait = wait_for(c, found, cap, l->looks);
        return TG_E_VOLUME_CAP;
    }
    add(found, at, l->looks);
    return TG_OK;
}

enum tg_err tg_caps_count(struct tg_caps *c, const struct tg_looker *who, const struct tg_cap *cap,
                          struct tg_looking *l)
{
    enum tg_err e;

    if (cap->seconds > TG_CAP_SECONDS || l->looks == 0) {
        return TG_E_INTERNAL;
    }
    (void)pthread_mutex_lock(&c->lock);
    e = count(c, who, cap, l);
    (void)pthread_mutex_unlock(&c->lock);
    return e;
}

/* Stopped at this moment, and by a cap that is this supervisor's to lift for these people. */
static bool releasable(struct looker *l, const struct tg_policy *p, const struct tg_looker *by, tg_sec at)
{
    const struct tg_cap *cap = tg_policy_cap(p, l->role);

    if (cap == NULL || !tg_policy_may_release(p, by->role, l->role) || strcmp(l->company, by->company) != 0 ||
        (by->contractor && !l->contractor)) {
        return false;
    }
    advance(l, at);
    return l->stopped > 0 && too_many(l, cap, at, l->stopped);
}

enum tg_err tg_caps_release(struct tg_caps *c, const struct tg_policy *p, const struct tg_looker *by,
                            struct tg_release *r)
{
    r->n = 0;
    if (strcmp(by->person, r->person) == 0) {
        return TG_E_CAP_RELEASE;
    }
    (void)pthread_mutex_lock(&c->lock);
    tg_sec at = minute(c, r->now);
    r->now = c->latest;
    for (struct looker *l = *bucket_of(c, r->person); l != NULL && r->n < TG_ENTRY_LIFTED; l = l->next) {
        if (strcmp(l->person, r->person) == 0 && releasable(l, p, by, at)) {
            l->released[at % RING]++;
            l->stopped = 0;
            memcpy(r->role[r->n++], l->role, sizeof l->role);
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
    return r->n > 0 ? TG_OK : TG_E_CAP_RELEASE;
}

void tg_caps_take_back(struct tg_caps *c, const struct tg_release *r)
{
    (void)pthread_mutex_lock(&c->lock);
    for (unsigned i = 0; i < r->n; i++) {
        struct looker *l = find(c, r->person, r->role[i]);
        tg_sec m = r->now / MINUTE;

        if (l != NULL && l->newest - m < (tg_sec)RING && m <= l->newest && l->released[m % RING] > 0) {
            l->released[m % RING]--;
            l->stopped = 1;
        }
    }
    (void)pthread_mutex_unlock(&c->lock);
}

static enum tg_err recall(struct tg_caps *c, const struct tg_looker *who, const struct tg_recall *r)
{
    struct looker *l = find(c, who->person, who->role);
    tg_sec at = minute(c, r->at);
    enum tg_err e = TG_OK;

    if (r->what == TG_RECALL_RELEASE && l == NULL) {
        return TG_OK; /* what it was given for is over an hour old */
    }
    if (r->what != TG_RECALL_RELEASE && (e = enter(c, who, at, &l)) != TG_OK) {
        return e;
    }
    advance(l, at);
    switch (r->what) {
    case TG_RECALL_LOOKS:
        add(l, at, r->looks);
        break;
    case TG_RECALL_STOP:
        l->stopped = r->looks;
        break;
    case TG_RECALL_RELEASE:
        l->released[at % RING]++;
        l->stopped = 0;
        break;
    }
    return TG_OK;
}

enum tg_err tg_caps_recall(struct tg_caps *c, const struct tg_looker *who, const struct tg_recall *r)
{
    enum tg_err e;

    (void)pthread_mutex_lock(&c->lock);
    e = recall(c, who, r);
    (void)pthread_mutex_unlock(&c->lock);
    return e;
}

void tg_caps_sweep(struct tg_caps *c, tg_sec now)
{
    (void)pthread_mutex_lock(&c->lock);
    sweep(c, minute(c, now));
    (void)pthread_mutex_unlock(&c->lock);
}

size_t tg_caps_lookers(struct tg_caps *c)
{
    (void)pthread_mutex_lock(&c->lock);
    size_t n = c->n;
    (void)pthread_mutex_unlock(&c->lock);
    return n;
}
