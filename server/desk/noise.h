/* Refusals that strangers can cause as often as they like: the first of every second are written down one by
 * one, the rest are counted, and the count is written down. So the journal is never a stranger's to fill, and
 * never silent.
 */
#ifndef TG_NOISE_H
#define TG_NOISE_H

#include <pthread.h>

#include "certs/base/clock.h"

/* How much a refused request had proven. */
enum tg_noise_kind {
    TG_NOISE_NOTHING, /* anybody can send it */
    TG_NOISE_SUSPECT, /* a replay, another's token or binding, a signature by a card of no known authority */
    TG_NOISE_KINDS
};

struct tg_noise {
    pthread_mutex_t lock;
    tg_sec second;
    unsigned written[TG_NOISE_KINDS];
    uint64_t unwritten;
};

enum tg_err tg_noise_init(struct tg_noise *n) TG_MUST;
void tg_noise_done(struct tg_noise *n);
/* May it be written down? If not, it has been counted. Any thread. */
bool tg_noise_admits(struct tg_noise *n, enum tg_noise_kind kind, tg_sec now);
/* What was counted since the last call. */
uint64_t tg_noise_take(struct tg_noise *n);

#endif
