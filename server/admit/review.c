/* Sessions against the world of now: people, posts, cards, anchors, revocation, the business day. A session
 * whose tg_staff would not be made again exactly so is over; it never goes on under another hat.
 */
#include "server/admit/state.h"

static bool same_hat(const struct tg_staff *a, const struct tg_staff *b)
{
    return strcmp(a->person, b->person) == 0 && strcmp(a->card, b->card) == 0 &&
           strcmp(a->post, b->post) == 0 && strcmp(a->role, b->role) == 0 &&
           strcmp(a->office, b->office) == 0 && strcmp(a->areas, b->areas) == 0 &&
           strcmp(a->company, b->company) == 0 && strcmp(a->employer, b->employer) == 0 &&
           a->company_kind == b->company_kind;
}

/* Card, person and post as they are today. "Not held" is what a sign-in with a wrong wish hears; whose post
 * has ended while another one goes on hears that it has changed.
 */
static enum tg_err check_people(const struct tg_session *s, const struct tg_staff_book *book, tg_sec now)
{
    struct tg_identity id = {.person = ""};
    struct tg_staff fresh;
    enum tg_err e = tg_cert_identity(s->leaf, &id);

    if (e == TG_OK) {
        e = tg_staff_fill(book, &id, s->staff.post, now, &fresh);
    }
    if (e == TG_E_POST_NOT_HELD || (e == TG_OK && !same_hat(&s->staff, &fresh))) {
        e = TG_E_POST_CHANGED;
    }
    return e;
}

/* The path, unless the trust is the one that it was last checked under and nothing of it has run out since.
 */
static enum tg_err check_path(struct tg_session *s, const struct tg_trust_share *trust, uint64_t trusted,
                              tg_sec now)
{
    struct tg_helpers helpers = {s->chain, s->n_chain};
    enum tg_err e;

    if (trust == NULL) {
        return TG_E_CERT_UNTRUSTED;
    }
    if (atomic_load(&s->trusted) == trusted && now < atomic_load(&s->due)) {
        return TG_OK;
    }
    if ((e = tg_trust_check(trust->trust, s->leaf, helpers, TG_USE_AUTH, now)) == TG_OK) {
        atomic_store(&s->due, tg_trust_until(trust->trust, s->leaf, helpers, now));
        atomic_store(&s->trusted, trusted);
    }
    return e;
}

enum tg_err tg_session_check(struct tg_admit *a, struct tg_session *s, tg_sec now)
{
    /* Both before the borrowing, and in this order: what comes in between is seen next time. */
    uint64_t stamp = tg_admit_stamp(a, now);
    uint64_t trusted = atomic_load(&a->trust_epoch);
    struct tg_staff_book *book = NULL;
    struct tg_trust_share *trust = NULL;
    enum tg_err e;

    tg_admit_borrow(a, &book, &trust);
    if ((e = check_path(s, trust, trusted, now)) == TG_OK && (e = check_people(s, book, now)) == TG_OK) {
        atomic_store(&s->checked, stamp);
    }
    tg_book_unref(&book);
    tg_trust_share_unref(&trust);
    if (e != TG_OK) {
        tg_session_dismiss(a, s, e, now);
    }
    return e;
}

bool tg_session_is_due(const struct tg_session *s, uint64_t stamp, tg_sec now)
{
    return atomic_load(&s->checked) != stamp || now >= atomic_load(&s->due);
}

static tg_sec sooner(tg_sec a, tg_sec b)
{
    return a < b ? a : b;
}

/* References to all that must be looked at, as a chain. With both locks held. */
static struct tg_session *collect(struct tg_admit *a, uint64_t stamp, tg_sec now)
{
    struct tg_session *chain = NULL;

    a->due = INT64_MAX;
    for (size_t i = 0; i < TG_SESSION_BUCKETS; i++) {
        for (struct tg_session *s = a->by_sid[i]; s != NULL; s = s->next_sid) {
            if (s->told_until != 0) {
                continue;
            }
            if (tg_session_is_due(s, stamp, now)) {
                s->next_review = chain;
                chain = tg_session_ref(s);
            } else {
                a->due = sooner(a->due, atomic_load(&s->due));
            }
        }
    }
    a->reviewed = stamp;
    return chain;
}

/* Nothing to do, nearly always: then no table is walked. */
static struct tg_session *collect_if_due(struct tg_admit *a, tg_sec now)
{
    uint64_t stamp = tg_admit_stamp(a, now);
    struct tg_session *chain = NULL;

    (void)pthread_mutex_lock(&a->lock);
    if (a->reviewed != stamp || now >= a->due) {
        chain = collect(a, stamp, now);
    }
    (void)pthread_mutex_unlock(&a->lock);
    return chain;
}

/* Whose card is on a list goes to the front: however many sessions there are, these do not wait for the
 * others. */
static struct tg_session *listed_first(struct tg_admit *a, struct tg_session *chain)
{
    struct tg_staff_book *book = NULL;
    struct tg_trust_share *trust = NULL;
    struct tg_session *rest = NULL, *listed = NULL, **end = &listed;

    tg_admit_borrow(a, &book, &trust);
    while (chain != NULL) {
        struct tg_session *s = chain;

        chain = s->next_review;
        if (trust != NULL && tg_trust_lists(trust->trust, s->leaf)) {
            *end = s;
            end = &s->next_review;
        } else {
            s->next_review = rest;
            rest = s;
        }
    }
    *end = rest;
    tg_book_unref(&book);
    tg_trust_share_unref(&trust);
    return listed;
}

void tg_session_note_due(struct tg_admit *a, const struct tg_session *s)
{
    a->due = sooner(a->due, atomic_load(&s->due));
    if (atomic_load(&s->checked) != a->reviewed) {
        a->reviewed = 0; /* no stamp is 0 */
    }
}

size_t tg_admit_review(struct tg_admit *a, tg_sec now)
{
    size_t ended = 0;

    (void)pthread_mutex_lock(&a->reviewing);
    struct tg_session *chain = listed_first(a, collect_if_due(a, now));
    while (chain != NULL) {
        struct tg_session *s = chain;

        chain = s->next_review;
        if (tg_session_state(s, now) == TG_OK && tg_session_check(a, s, now) != TG_OK) {
            ended++;
        } else {
            (void)pthread_mutex_lock(&a->lock);
            a->due = sooner(a->due, atomic_load(&s->due));
            (void)pthread_mutex_unlock(&a->lock);
        }
        tg_session_unref(&s);
    }
    (void)pthread_mutex_unlock(&a->reviewing);
    return ended;
}
