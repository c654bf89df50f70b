/* Nonces that need no memory until they are used: time || random || HMAC(key, time || random || TLS
 * thumbprint). A burned nonce is remembered until it would have expired anyway, so it works once, and only on
 * the TLS key that asked for it.
 */
#ifndef TG_NONCE_H
#define TG_NONCE_H

#include <pthread.h>
#include <stdbool.h>

#include "certs/base/clock.h"
#include "server/admit/admit.h"

#define TG_NONCE_RANDOM 16u
#define TG_NONCE_MAC 16u
#define TG_NONCE_RAW (8u + TG_NONCE_RANDOM + TG_NONCE_MAC)

struct tg_nonce_burned {
    uint8_t random[TG_NONCE_RANDOM];
    tg_sec until; /* 0: free */
};

struct tg_nonce_pool {
    pthread_mutex_t lock;
    uint8_t key[32];
    struct tg_nonce_burned *burned; /* open addressing, TG_NONCES_LIVE slots */
};

enum tg_err tg_nonce_pool_init(struct tg_nonce_pool *p) TG_MUST;
void tg_nonce_pool_done(struct tg_nonce_pool *p);
enum tg_err tg_nonce_issue(const struct tg_nonce_pool *p, const uint8_t thumbprint[32], tg_sec now,
                           char out[TG_NONCE_TEXT_BYTES]) TG_MUST;
/* May it still be used? TG_E_NONCE: not ours, another key's, expired. TG_E_ASSERTION_REPLAY: used before.
 * TG_E_BUSY: too many in one minute.
 */
enum tg_err tg_nonce_check(struct tg_nonce_pool *p, struct tg_span text, const uint8_t thumbprint[32],
                           tg_sec now) TG_MUST;
/* The same, and uses it. Only for who has proven a card: whoever else could fill the pool would keep
 * everybody out. */
enum tg_err tg_nonce_burn(struct tg_nonce_pool *p, struct tg_span text, const uint8_t thumbprint[32],
                          tg_sec now) TG_MUST;

#endif
