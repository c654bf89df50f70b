#include "server/admit/nonce.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include "certs/base/limits.h"
#include "certs/base/secret.h"
#include "certs/base/text.h"

#define PROBES 64u

enum tg_err tg_nonce_pool_init(struct tg_nonce_pool *p)
{
    p->burned = calloc(TG_NONCES_LIVE, sizeof *p->burned);
    if (p->burned == NULL) {
        return TG_E_NOMEM;
    }
    if (RAND_priv_bytes(p->key, (int)sizeof p->key) != 1 || pthread_mutex_init(&p->lock, NULL) != 0) {
        free(p->burned);
        p->burned = NULL;
        return TG_E_INTERNAL;
    }
    return TG_OK;
}

void tg_nonce_pool_done(struct tg_nonce_pool *p)
{
    if (p->burned != NULL) {
        (void)pthread_mutex_destroy(&p->lock);
        free(p->burned);
        p->burned = NULL;
    }
    tg_wipe(p->key, sizeof p->key);
}

/* raw holds time and random; the MAC behind them ties both to the TLS key. */
static enum tg_err nonce_mac(const struct tg_nonce_pool *p, const uint8_t raw[TG_NONCE_RAW],
                             const uint8_t thumbprint[32], uint8_t mac[32])
{
    uint8_t msg[8 + TG_NONCE_RANDOM + 32];
    unsigned len = 0;

    memcpy(msg, raw, 8 + TG_NONCE_RANDOM);
    memcpy(msg + 8 + TG_NONCE_RANDOM, thumbprint, 32);
    if (HMAC(EVP_sha256(), p->key, (int)sizeof p->key, msg, sizeof msg, mac, &len) == NULL || len != 32) {
        return TG_E_INTERNAL;
    }
    return TG_OK;
}

static void put_time(uint8_t raw[8], tg_sec t)
{
    for (unsigned i = 0; i < 8; i++) {
        raw[i] = (uint8_t)((uint64_t)t >> (56 - 8 * i));
    }
}

static tg_sec get_time(const uint8_t raw[8])
{
    uint64_t t = 0;

    for (unsigned i = 0; i < 8; i++) {
        t = t << 8 | raw[i];
    }
    return (tg_sec)(t & INT64_MAX);
}

enum tg_err tg_nonce_issue(const struct tg_nonce_pool *p, const uint8_t thumbprint[32], tg_sec now,
                           char out[TG_NONCE_TEXT_BYTES])
{
    uint8_t raw[TG_NONCE_RAW], mac[32];
    TG_BUF_AUTO text = TG_BUF_INIT(TG_NONCE_TEXT_BYTES);
    enum tg_err e;

    put_time(raw, now);
    if (RAND_bytes(raw + 8, (int)TG_NONCE_RANDOM) != 1) {
        return TG_E_INTERNAL;
    }
    if ((e = nonce_mac(p, raw, thumbprint, mac)) != TG_OK) {
        return e;
    }
    memcpy(raw + 8 + TG_NONCE_RANDOM, mac, TG_NONCE_MAC);
    if ((e = tg_b64u_encode(tg_span(raw, sizeof raw), &text)) != TG_OK) {
        return e;
    }
    return tg_copy(out, TG_NONCE_TEXT_BYTES, tg_span_buf(&text));
}

/* Called with the lock held. The random part is its own hash; a run of PROBES live slots means a flood. */
static enum tg_err find(struct tg_nonce_pool *p, const uint8_t random[TG_NONCE_RANDOM], tg_sec now,
                        struct tg_nonce_burned **spare)
{
    uint64_t at = 0;

    *spare = NULL;
    memcpy(&at, random, sizeof at);
    for (unsigned i = 0; i < PROBES; i++) {
        struct tg_nonce_burned *b = &p->burned[(at + i) % TG_NONCES_LIVE];
        bool live = b->until >= now && b->until != 0;

        if (live && memcmp(b->random, random, TG_NONCE_RANDOM) == 0) {
            return TG_E_ASSERTION_REPLAY;
        }
        if (!live && *spare == NULL) {
            *spare = b;
        }
    }
    return *spare != NULL ? TG_OK : TG_E_BUSY;
}

/* Ours, for this key, of this minute; its random part. */
static enum tg_err read_nonce(const struct tg_nonce_pool *p, struct tg_span text,
                              const uint8_t thumbprint[32], tg_sec now, uint8_t random[TG_NONCE_RANDOM])
{
    TG_BUF_AUTO raw = TG_BUF_INIT(TG_NONCE_RAW);
    uint8_t mac[32];
    enum tg_err e;

    if (tg_b64u_decode(text, &raw) != TG_OK || raw.n != TG_NONCE_RAW) {
        return TG_E_NONCE;
    }
    if ((e = nonce_mac(p, raw.p, thumbprint, mac)) != TG_OK) {
        return e;
    }
    if (!tg_secret_eq(tg_span(mac, TG_NONCE_MAC), tg_span(raw.p + 8 + TG_NONCE_RANDOM, TG_NONCE_MAC))) {
        return TG_E_NONCE;
    }
    tg_sec made = get_time(raw.p);
    if (made > now + TG_CLOCK_SKEW_SECONDS || now - made > TG_NONCE_SECONDS) {
        return TG_E_NONCE;
    }
    memcpy(random, raw.p + 8, TG_NONCE_RANDOM);
    return TG_OK;
}

enum tg_err tg_nonce_check(struct tg_nonce_pool *p, struct tg_span text, const uint8_t thumbprint[32],
                           tg_sec now)
{
    uint8_t random[TG_NONCE_RANDOM];
    struct tg_nonce_burned *spare;
    enum tg_err e = read_nonce(p, text, thumbprint, now, random);

    if (e == TG_OK) {
        (void)pthread_mutex_lock(&p->lock);
        e = find(p, random, now, &spare);
        (void)pthread_mutex_unlock(&p->lock);
    }
    return e;
}

enum tg_err tg_nonce_burn(struct tg_nonce_pool *p, struct tg_span text, const uint8_t thumbprint[32],
                          tg_sec now)
{
    uint8_t random[TG_NONCE_RANDOM];
    struct tg_nonce_burned *spare;
    enum tg_err e = read_nonce(p, text, thumbprint, now, random);

    if (e != TG_OK) {
        return e;
    }
    (void)pthread_mutex_lock(&p->lock);
    if ((e = find(p, random, now, &spare)) == TG_OK) {
        memcpy(spare->random, random, TG_NONCE_RANDOM);
        spare->until = now + TG_NONCE_SECONDS + TG_CLOCK_SKEW_SECONDS;
    }
    (void)pthread_mutex_unlock(&p->lock);
    return e;
}
