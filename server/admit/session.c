/* The session table. One live session per card: a new one displaces the old (DESIGN 4.4). */
#include "certs/base/text.h"
#include "server/admit/state.h"

struct tg_session *tg_session_new(void)
{
    struct tg_session *s = calloc(1, sizeof *s);

    if (s != NULL && pthread_mutex_init(&s->lock, NULL) != 0) {
        free(s);
        return NULL;
    }
    if (s != NULL) {
        atomic_init(&s->refs, 1);
        atomic_init(&s->ended, TG_OK);
        s->note = TG_BUF_INIT(TG_SESSION_NOTE_BYTES);
    }
    return s;
}

struct tg_session *tg_session_ref(struct tg_session *s)
{
    (void)atomic_fetch_add(&s->refs, 1);
    return s;
}

void tg_session_unref(struct tg_session **s)
{
    if (*s != NULL && atomic_fetch_sub(&(*s)->refs, 1) == 1) {
        tg_cert_free(&(*s)->leaf);
        for (size_t i = 0; i < (*s)->n_chain; i++) {
            tg_cert_free(&(*s)->chain[i]);
        }
        tg_buf_done(&(*s)->note);
        (void)pthread_mutex_destroy(&(*s)->lock);
        free(*s);
    }
    *s = NULL;
}

/* FNV-1a: the keys are random (session ids) or issued by the card office (card UUIDs), not chosen by an
 * attacker. */
static size_t bucket_of(const char *key)
{
    uint32_t h = 2166136261u;

    for (; *key != '\0'; key++) {
        h = (h ^ (uint8_t)*key) * 16777619u;
    }
    return h % TG_SESSION_BUCKETS;
}

static struct tg_session **sid_slot(struct tg_admit *a, const char *sid)
{
    struct tg_session **at = &a->by_sid[bucket_of(sid)];

    while (*at != NULL && strcmp((*at)->staff.session, sid) != 0) {
        at = &(*at)->next_sid;
    }
    return at;
}

static struct tg_session **card_slot(struct tg_admit *a, const char *card)
{
    struct tg_session **at = &a->by_card[bucket_of(card)];

    while (*at != NULL && strcmp((*at)->staff.card, card) != 0) {
        at = &(*at)->next_card;
    }
    return at;
}

/* With the lock held: it is no longer its card's. */
static void unlink_card(struct tg_admit *a, struct tg_session *s)
{
    struct tg_session **card = card_slot(a, s->staff.card);

    if (*card == s) {
        *card = s->next_card;
    }
}

/* With the lock held. True when it was in the tables: the caller now owns their reference. */
static bool unlink_session(struct tg_admit *a, struct tg_session *s)
{
    struct tg_session **sid = sid_slot(a, s->staff.session);

    if (*sid != s) {
        return false;
    }
    *sid = s->next_sid;
    unlink_card(a, s);
    if (s->told_until != 0) {
        a->kept--;
    } else {
        a->live--;
    }
    return true;
}

/* Marks the end and tells the watcher, once. how: an enum tg_err, perhaps with TG_SESSION_LEFT. */
static bool finish(struct tg_session *s, int how)
{
    int alive = TG_OK;

    if (!atomic_compare_exchange_strong(&s->ended, &alive, how)) {
        return false;
    }
    (void)pthread_mutex_lock(&s->lock);
    void (*on_end)(void *) = s->on_end;
    void *ctx = s->on_end_ctx;
    s->on_end = NULL;
    (void)pthread_mutex_unlock(&s->lock);
    if (on_end != NULL) {
        on_end(ctx);
    }
    return true;
}

enum tg_err tg_session_place(struct tg_admit *a, struct tg_session *s, char displaced[33])
{
    struct tg_session *old;
    enum tg_err e = TG_E_BUSY;

    displaced[0] = '\0';
    (void)pthread_mutex_lock(&a->lock);
    old = *card_slot(a, s->staff.card);
    if (old != NULL && !unlink_session(a, old)) {
        old = NULL;
    }
    if (a->live < TG_SESSIONS_LIVE) {
        struct tg_session **sid = &a->by_sid[bucket_of(s->staff.session)];
        struct tg_session **card = &a->by_card[bucket_of(s->staff.card)];

        s->next_sid = *sid;
        s->next_card = *card;
        *sid = *card = tg_session_ref(s);
        a->live++;
        tg_session_note_due(a, s);
        e = TG_OK;
    }
    (void)pthread_mutex_unlock(&a->lock);
    if (old != NULL) {
        if (finish(old, (int)TG_E_SESSION_DISPLACED)) {
            memcpy(displaced, old->staff.session, sizeof old->staff.session);
        }
        tg_session_unref(&old);
    }
    return e;
}

struct tg_session *tg_session_find(struct tg_admit *a, const char *sid)
{
    (void)pthread_mutex_lock(&a->lock);
    struct tg_session *s = *sid_slot(a, sid);
    if (s != NULL) {
        (void)tg_session_ref(s);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return s;
}

static bool end(struct tg_admit *a, struct tg_session *s, int how)
{
    struct tg_session *held = NULL;

    (void)pthread_mutex_lock(&a->lock);
    if (s->told_until == 0 && unlink_session(a, s)) {
        held = s;
    }
    (void)pthread_mutex_unlock(&a->lock);
    bool first = finish(s, how);
    tg_session_unref(&held);
    return first;
}

bool tg_session_end(struct tg_admit *a, struct tg_session *s, enum tg_err why)
{
    return end(a, s, (int)why);
}

bool tg_session_leave(struct tg_admit *a, struct tg_session *s)
{
    return end(a, s, (int)TG_E_SESSION_ENDED | TG_SESSION_LEFT);
}

/* With the lock held. False: not in the tables, or there is no room to remember one more. */
static bool keep_to_tell(struct tg_admit *a, struct tg_session *s, tg_sec now)
{
    if (*sid_slot(a, s->staff.session) != s || s->told_until != 0 || a->kept >= TG_SESSIONS_LIVE) {
        return false;
    }
    unlink_card(a, s);
    s->told_until = now + TG_TOKEN_SECONDS;
    a->live--;
    a->kept++;
    return true;
}

void tg_session_dismiss(struct tg_admit *a, struct tg_session *s, enum tg_err why, tg_sec now)
{
    (void)pthread_mutex_lock(&a->lock);
    bool kept = keep_to_tell(a, s, now);
    (void)pthread_mutex_unlock(&a->lock);
    if (kept) {
        (void)finish(s, (int)why);
    } else {
        (void)end(a, s, (int)why);
    }
}

bool tg_session_left(const struct tg_session *s)
{
    return (atomic_load(&s->ended) & TG_SESSION_LEFT) != 0;
}

static enum tg_err how_ended(const struct tg_session *s)
{
    return (enum tg_err)(atomic_load(&s->ended) & ~TG_SESSION_LEFT);
}

enum tg_err tg_session_state(const struct tg_session *s, tg_sec now)
{
    enum tg_err ended = how_ended(s);

    if (ended != TG_OK) {
        return ended;
    }
    return now < atomic_load(&s->lease_until) ? TG_OK : TG_E_SESSION_ENDED;
}

static bool run_out(const struct tg_admit *a, const struct tg_session *s, tg_sec now)
{
    if (s->told_until != 0) {
        return now >= s->told_until;
    }
    return now >= atomic_load(&s->lease_until) || now - atomic_load(&s->last_used) >= a->idle_seconds ||
           now - s->born >= a->session_seconds;
}

/* With the lock held: the expired sessions of a bucket leave the tables and join the chain. */
static struct tg_session *take_expired(struct tg_admit *a, size_t bucket, tg_sec now,
                                       struct tg_session *chain)
{
    struct tg_session *s = a->by_sid[bucket];

    while (s != NULL) {
        struct tg_session *next = s->next_sid;

        if (run_out(a, s, now) && unlink_session(a, s)) {
            s->next_sid = chain;
            chain = s;
        }
        s = next;
    }
    return chain;
}

void tg_admit_sweep(struct tg_admit *a, tg_sec now)
{
    struct tg_session *chain = NULL;

    (void)pthread_mutex_lock(&a->lock);
    for (size_t i = 0; i < TG_SESSION_BUCKETS; i++) {
        chain = take_expired(a, i, now, chain);
    }
    (void)pthread_mutex_unlock(&a->lock);
    while (chain != NULL) {
        struct tg_session *s = chain;

        chain = s->next_sid;
        (void)finish(s, (int)TG_E_SESSION_ENDED);
        tg_session_unref(&s);
    }
}

enum tg_err tg_session_watch(struct tg_session *s, void (*ended)(void *ctx), void *ctx)
{
    enum tg_err e = TG_E_BUSY;

    (void)pthread_mutex_lock(&s->lock);
    if (how_ended(s) != TG_OK) {
        e = how_ended(s);
    } else if (!s->watched) {
        s->watched = true;
        s->on_end = ended;
        s->on_end_ctx = ctx;
        e = TG_OK;
    }
    (void)pthread_mutex_unlock(&s->lock);
    return e;
}

const struct tg_staff *tg_session_staff(const struct tg_session *s)
{
    return &s->staff;
}

struct tg_span tg_session_note(const struct tg_session *s)
{
    return tg_span_buf(&s->note);
}
