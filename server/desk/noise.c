#include "server/desk/noise.h"

#include "certs/base/limits.h"

/* A class of its own for what looks like an attack, so that a flood of garbage does not push it out. */
static const unsigned per_second[TG_NOISE_KINDS] = {
    [TG_NOISE_NOTHING] = TG_NOISE_NOTHING_SECOND,
    [TG_NOISE_SUSPECT] = TG_NOISE_SUSPECT_SECOND,
};

enum tg_err tg_noise_init(struct tg_noise *n)
{
    memset(n, 0, sizeof *n);
    return pthread_mutex_init(&n->lock, NULL) == 0 ? TG_OK : TG_E_NOMEM;
}

void tg_noise_done(struct tg_noise *n)
{
    (void)pthread_mutex_destroy(&n->lock);
}

bool tg_noise_admits(struct tg_noise *n, enum tg_noise_kind kind, tg_sec now)
{
    bool admitted;

    (void)pthread_mutex_lock(&n->lock);
    if (n->second != now) {
        n->second = now;
        memset(n->written, 0, sizeof n->written);
    }
    admitted = n->written[kind] < per_second[kind];
    if (admitted) {
        n->written[kind]++;
    } else {
        n->unwritten++;
    }
    (void)pthread_mutex_unlock(&n->lock);
    return admitted;
}

uint64_t tg_noise_take(struct tg_noise *n)
{
    (void)pthread_mutex_lock(&n->lock);
    uint64_t unwritten = n->unwritten;
    n->unwritten = 0;
    (void)pthread_mutex_unlock(&n->lock);
    return unwritten;
}
