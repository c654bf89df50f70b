#include "server/admit/admit.h"

#include "certs/jws/jwk.h"
#include "server/admit/state.h"

static int or_default(int value, int fallback)
{
    return value > 0 ? value : fallback;
}

static enum tg_err admit_fill(struct tg_admit *a, const struct tg_admit_conf *conf)
{
    enum tg_err e;

    if ((e = tg_jwk_thumbprint(conf->key, TG_ALG_ES256, a->kid)) != TG_OK) {
        return e;
    }
    a->key = conf->key;
    a->note = conf->note;
    a->lease_seconds = or_default(conf->lease_seconds, TG_LEASE_SECONDS);
    a->idle_seconds = or_default(conf->idle_seconds, TG_IDLE_SECONDS);
    a->session_seconds = or_default(conf->session_seconds, TG_SESSION_SECONDS);
    if ((a->issuer = strdup(conf->issuer)) == NULL) {
        return TG_E_NOMEM;
    }
    return tg_nonce_pool_init(&a->nonces);
}

enum tg_err tg_admit_open(const struct tg_admit_conf *conf, struct tg_admit **ret)
{
    struct tg_admit *a = calloc(1, sizeof *a);
    enum tg_err e;

    if (a == NULL) {
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&a->lock, NULL) != 0) {
        free(a);
        return TG_E_NOMEM;
    }
    if (pthread_mutex_init(&a->reviewing, NULL) != 0) {
        (void)pthread_mutex_destroy(&a->lock);
        free(a);
        return TG_E_NOMEM;
    }
    atomic_init(&a->epoch, 1);
    atomic_init(&a->trust_epoch, 1);
    if ((e = admit_fill(a, conf)) != TG_OK) {
        tg_admit_close(&a);
        return e;
    }
    *ret = a;
    return TG_OK;
}

void tg_admit_close(struct tg_admit **a)
{
    if (*a == NULL) {
        return;
    }
    tg_admit_sweep(*a, INT64_MAX); /* everything has run out */
    tg_book_unref(&(*a)->book);
    tg_trust_share_unref(&(*a)->trust);
    tg_nonce_pool_done(&(*a)->nonces);
    (void)pthread_mutex_destroy(&(*a)->reviewing);
    (void)pthread_mutex_destroy(&(*a)->lock);
    free((*a)->issuer);
    free(*a);
    *a = NULL;
}

enum tg_err tg_nonce_make(struct tg_admit *a, const uint8_t thumbprint[32], tg_sec now,
                          char out[TG_NONCE_TEXT_BYTES])
{
    return tg_nonce_issue(&a->nonces, thumbprint, now, out);
}

void tg_admit_set_book(struct tg_admit *a, struct tg_staff_book *book)
{
    (void)pthread_mutex_lock(&a->lock);
    struct tg_staff_book *old = a->book;
    a->book = book;
    (void)pthread_mutex_unlock(&a->lock);
    (void)atomic_fetch_add(&a->epoch, 1);
    tg_book_unref(&old);
}

void tg_admit_set_trust(struct tg_admit *a, struct tg_trust *trust)
{
    struct tg_trust_share *share = calloc(1, sizeof *share);

    if (share == NULL) { /* no memory: fail closed, nobody is admitted */
        tg_trust_free(&trust);
    } else {
        atomic_init(&share->refs, 1);
        share->trust = trust;
    }
    (void)pthread_mutex_lock(&a->lock);
    struct tg_trust_share *old = a->trust;
    a->trust = share;
    (void)pthread_mutex_unlock(&a->lock);
    (void)atomic_fetch_add(&a->trust_epoch, 1);
    (void)atomic_fetch_add(&a->epoch, 1);
    tg_trust_share_unref(&old);
}

void tg_trust_share_unref(struct tg_trust_share **t)
{
    if (*t != NULL && atomic_fetch_sub(&(*t)->refs, 1) == 1) {
        tg_trust_free(&(*t)->trust);
        free(*t);
    }
    *t = NULL;
}

void tg_admit_borrow(struct tg_admit *a, struct tg_staff_book **book, struct tg_trust_share **trust)
{
    (void)pthread_mutex_lock(&a->lock);
    *book = a->book != NULL ? tg_book_ref(a->book) : NULL;
    *trust = a->trust;
    if (*trust != NULL) {
        (void)atomic_fetch_add(&(*trust)->refs, 1);
    }
    (void)pthread_mutex_unlock(&a->lock);
}

enum tg_err tg_admit_consent(struct tg_admit *a, const char *ref, struct tg_consent *copy)
{
    struct tg_staff_book *book = NULL;
    struct tg_trust_share *trust = NULL;
    const struct tg_consent *found;

    tg_admit_borrow(a, &book, &trust);
    found = book != NULL ? tg_book_consent(book, ref) : NULL;
    if (found != NULL) {
        *copy = *found;
    }
    tg_book_unref(&book);
    tg_trust_share_unref(&trust);
    return found != NULL ? TG_OK : TG_E_NOT_FOUND;
}

void tg_admit_set_grants(struct tg_admit *a, tg_admit_grants *grants, void *ctx)
{
    a->grants = grants;
    a->grants_ctx = ctx;
}

void tg_admit_people(struct tg_admit *a, struct tg_people *ret)
{
    tg_admit_borrow(a, &ret->book, &ret->share);
    ret->trust = ret->share != NULL ? ret->share->trust : NULL;
}

void tg_admit_people_done(struct tg_people *p)
{
    tg_book_unref(&p->book);
    tg_trust_share_unref(&p->share);
    p->trust = NULL;
}

uint64_t tg_admit_stamp(const struct tg_admit *a, tg_sec now)
{
    return (uint64_t)atomic_load(&a->epoch) << 32 | (uint32_t)tg_day_of(now);
}
