/* Every request passes here: the token's signature once per connection, everything that can change on each
 * request. */
#include "certs/base/secret.h"
#include "certs/base/text.h"
#include "server/admit/state.h"

struct tg_bearer {
    struct tg_buf token; /* the bytes whose signature was verified */
    struct tg_token_facts facts;
    struct tg_session *session;
    char claimed[33];
};

static struct tg_bearer *bearer_new(void)
{
    struct tg_bearer *b = calloc(1, sizeof *b);

    if (b != NULL) {
        b->token = TG_BUF_INIT(TG_TOKEN_BYTES);
    }
    return b;
}

void tg_bearer_free(struct tg_bearer **b)
{
    if (*b != NULL) {
        tg_session_unref(&(*b)->session);
        tg_wipe((*b)->token.p, (*b)->token.n);
        tg_buf_done(&(*b)->token);
        free(*b);
        *b = NULL;
    }
}

const char *tg_bearer_claimed(const struct tg_bearer *b)
{
    return b != NULL ? b->claimed : "";
}

/* RFC 6750 section 2.1; the scheme's name is case-insensitive (RFC 9110 section 11.1). */
static struct tg_span bearer_token(struct tg_span authorization)
{
    static const char scheme[] = "bearer ";
    size_t n = sizeof scheme - 1;

    if (authorization.n <= n || strncasecmp((const char *)authorization.p, scheme, n) != 0) {
        return tg_span(NULL, 0);
    }
    return tg_span(authorization.p + n, authorization.n - n);
}

static bool same_token(const struct tg_bearer *b, struct tg_span token)
{
    return b->token.n > 0 && tg_span_eq(tg_span_buf(&b->token), token);
}

/* A token that this connection has not shown before. */
static enum tg_err bearer_learn(struct tg_admit *a, struct tg_bearer *b, struct tg_span token)
{
    struct tg_token_facts facts;
    enum tg_err e;

    b->claimed[0] = '\0';
    if ((e = tg_token_read(a, token, &facts)) != TG_OK) {
        return e;
    }
    memcpy(b->claimed, facts.sid, sizeof b->claimed);
    tg_wipe(b->token.p, b->token.n);
    tg_buf_reset(&b->token);
    if ((e = tg_buf_add_span(&b->token, token)) != TG_OK) {
        return e;
    }
    b->facts = facts;
    tg_session_unref(&b->session);
    b->session = tg_session_find(a, facts.sid);
    return TG_OK;
}

/* Idle time and length are ends of their own, whoever notices first. */
static enum tg_err session_alive(struct tg_admit *a, struct tg_session *s, tg_sec now)
{
    enum tg_err e = tg_session_state(s, now);

    if (e == TG_OK &&
        (now - atomic_load(&s->last_used) >= a->idle_seconds || now - s->born >= a->session_seconds)) {
        e = TG_E_SESSION_ENDED;
    }
    if (e != TG_OK) {
        (void)tg_session_end(a, s, e);
    }
    return e;
}

static enum tg_err bearer_enter(struct tg_admit *a, struct tg_bearer *b, const uint8_t thumbprint[32],
                                tg_sec now)
{
    struct tg_session *s = b->session;
    enum tg_err e;

    if (thumbprint == NULL || memcmp(b->facts.thumbprint, thumbprint, 32) != 0) {
        return TG_E_TOKEN_BINDING;
    }
    if (now >= b->facts.exp) {
        return TG_E_TOKEN_EXPIRED;
    }
    if (s == NULL || memcmp(s->thumbprint, thumbprint, 32) != 0) {
        return TG_E_SESSION_ENDED;
    }
    if ((e = session_alive(a, s, now)) != TG_OK) {
        return e;
    }
    if (tg_session_is_due(s, tg_admit_stamp(a, now), now) && (e = tg_session_check(a, s, now)) != TG_OK) {
        return e;
    }
    if (atomic_load(&s->last_used) != now) {
        atomic_store(&s->last_used, now);
    }
    return TG_OK;
}

enum tg_err tg_session_enter(struct tg_admit *a, struct tg_bearer **slot, const struct tg_shown *shown,
                             struct tg_session **ret)
{
    struct tg_span token = bearer_token(shown->authorization);
    enum tg_err e;

    if (token.n == 0) {
        if (*slot != NULL) { /* what an earlier request showed is not this one's claim */
            (*slot)->claimed[0] = '\0';
        }
        return TG_E_TOKEN_MISSING;
    }
    struct tg_bearer *b = *slot != NULL ? *slot : bearer_new();
    if (b == NULL) {
        return TG_E_NOMEM;
    }
    *slot = b;
    if (!same_token(b, token) && (e = bearer_learn(a, b, token)) != TG_OK) {
        return e;
    }
    if ((e = bearer_enter(a, b, shown->thumbprint, shown->now)) != TG_OK) {
        return e;
    }
    *ret = b->session;
    return TG_OK;
}
