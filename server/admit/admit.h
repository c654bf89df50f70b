/* Sign-in, tokens and sessions (DESIGN 4; RFC 6749, 7523, 8705, 9068).
 *
 *   tg_nonce_make                   POST /oauth/challenge: bound to the TLS key that asked; single use; 60 s
 *   tg_sign_in                      POST /oauth/token: assertion signed by the card (9A) -> session + access
 * token tg_session_enter                every request: bearer token -> tg_session, re-checked against the
 * state of now tg_session_watch / _renew       the event stream that the session hangs on; the 9E renewal of
 * its lease tg_session_end                  revoke, card out, displaced, stream closed
 *
 * The checks of a sign-in run in this order, each refusing by itself: TLS thumbprint = cnf, nonce, signature
 * over the exact bytes received, path to the card anchors (never the system's), revocation, slot/EKU, claims
 * = certificate, card, person, post in force. Nothing here knows a terminal. All functions are safe to call
 * from every loop.
 */
#ifndef TG_ADMIT_H
#define TG_ADMIT_H

#include <openssl/evp.h>

#include "certs/base/json.h"
#include "certs/base/clock.h"
#include "certs/x509/trust.h"
#include "server/admit/staff.h"
#include "server/staff/staff.h"

struct tg_admit;
struct tg_session;
struct tg_trust_share;

#define TG_NONCE_TEXT_BYTES 65u

struct tg_admit_conf {
    const char *issuer;  /* "https://server:8443": iss and aud of tokens, aud of assertions; borrowed */
    EVP_PKEY *key;       /* P-256, signs access tokens; borrowed */
    int lease_seconds;   /* 0: TG_LEASE_SECONDS */
    int idle_seconds;    /* 0: TG_IDLE_SECONDS */
    int session_seconds; /* 0: TG_SESSION_SECONDS */
    /* Writes what tg_session_note gives back, once, when a session is made: a person under one post never
     * changes within it. At most TG_SESSION_NOTE_BYTES. NULL: no notes. */
    enum tg_err (*note)(const struct tg_staff *s, struct tg_buf *out);
};

enum tg_err tg_admit_open(const struct tg_admit_conf *conf, struct tg_admit **ret) TG_MUST;
void tg_admit_close(struct tg_admit **a);
/* New people or new anchors and CRLs: taken over (moves). Every session is checked against them on its next
 * request, and by the next tg_admit_review.
 */
void tg_admit_set_book(struct tg_admit *a, struct tg_staff_book *book);
void tg_admit_set_trust(struct tg_admit *a, struct tg_trust *trust);
/* The customer's consent of that reference, as the newest book has it, copied. Whether company, point,
 * purpose and day fit is the policy's to say. TG_E_NOT_FOUND: no consent, just a case.
 */
enum tg_err tg_admit_consent(struct tg_admit *a, const char *ref, struct tg_consent *copy) TG_MUST;
/* Writes the ids of the grants that the person may use at that moment, as elements of an array, at most 16:
 * the claim "grants" of a token. Nothing is decided by it: every request asks anew. Called from any loop; set
 * it before anybody is served. Not set: none.
 */
typedef void tg_admit_grants(void *ctx, const struct tg_staff *s, tg_sec now, struct tg_jout *ids);
void tg_admit_set_grants(struct tg_admit *a, tg_admit_grants *grants, void *ctx);
/* The newest people and anchors, for who judges an approval: references, given back with
 * tg_admit_people_done. Both may be NULL before they were set.
 */
struct tg_people {
    struct tg_staff_book *book;
    const struct tg_trust *trust;
    struct tg_trust_share *share; /* holds trust */
};
void tg_admit_people(struct tg_admit *a, struct tg_people *ret);
void tg_admit_people_done(struct tg_people *p);
/* Looks at every session that the world has changed for since it was last checked: other people, cards or
 * posts, other anchors or CRLs, another business day, a certificate or a list that has run out. Whose
 * tg_staff would be made differently today ends at once, with the reason: TG_E_POST_CHANGED and the errors of
 * a sign-in. Returns how many ended. Call it a few times a second, from a thread that nobody waits for; it
 * costs nothing when nothing changed.
 */
size_t tg_admit_review(struct tg_admit *a, tg_sec now);
/* {"keys":[…]} for /.well-known/jwks.json. */
enum tg_err tg_admit_jwks(const struct tg_admit *a, struct tg_buf *out) TG_MUST;

/* text + NUL. TG_E_INTERNAL when the random source fails. */
enum tg_err tg_nonce_make(struct tg_admit *a, const uint8_t thumbprint[32], tg_sec now,
                          char out[TG_NONCE_TEXT_BYTES]) TG_MUST;

/* What a sign-in tells the audit, whether it succeeded or not: as far as it was proven, else "". */
struct tg_sign_in_facts {
    char person[TG_PERSON_BYTES]; /* from the certificate, only after the signature held */
    char card[37];
    char serial[41];
    char displaced[33]; /* the session that this sign-in ended */
    /* With TG_E_POST_CHOICE, of a person who is proven: what there is to choose from, else none. */
    char posts[TG_POSTS_PER_PERSON][32];
    unsigned n_posts;
};

struct tg_sign_in {
    struct tg_span assertion;  /* compact JWS as received */
    const uint8_t *thumbprint; /* of the TLS client certificate, 32 bytes */
    const char *policy_digest; /* named in the token */
    tg_sec now;
};

/* On success *ret is a reference (tg_session_unref) and the token is appended. Errors: the list of DESIGN 4
 * by name: TG_E_ASSERTION, _ASSERTION_BINDING, _NONCE, _ASSERTION_REPLAY, _ALGORITHM, _SIGNATURE, _CERT_*,
 * _ASSERTION_AUDIENCE, _ASSERTION_TIME, _CARD_UNKNOWN, _CARD_BLOCKED, _PERSON_*, _CONTRACT_OVER, _POST_*,
 * TG_E_BUSY.
 */
enum tg_err tg_sign_in(struct tg_admit *a, const struct tg_sign_in *in, struct tg_sign_in_facts *facts,
                       struct tg_session **ret, struct tg_buf *token) TG_MUST;

/* What the connection remembers: the token whose signature it has verified, and its session. Starts zeroed.
 */
struct tg_bearer;
void tg_bearer_free(struct tg_bearer **b);

/* What a request shows of itself. */
struct tg_shown {
    struct tg_span authorization; /* the header value */
    const uint8_t *thumbprint;    /* of the TLS client certificate, 32 bytes; NULL: none */
    tg_sec now;
};

/* On success *ret is borrowed from the bearer and valid until its next
 * use. TG_E_TOKEN_MISSING, _TOKEN_INVALID, _TOKEN_BINDING, _TOKEN_EXPIRED, _SESSION_ENDED,
 * _SESSION_DISPLACED, and, when the person's state changed meanwhile, TG_E_POST_CHANGED (sign in again),
 * _POST_NONE, _PERSON_LEFT, _CONTRACT_OVER, _CARD_BLOCKED, _CARD_UNKNOWN, _CERT_REVOKED, _CERT_CRL (the list
 * is stale), … A reason of this kind is said for TG_TOKEN_SECONDS, on any connection.
 */
enum tg_err tg_session_enter(struct tg_admit *a, struct tg_bearer **slot, const struct tg_shown *shown,
                             struct tg_session **ret) TG_MUST;
/* Session id of the genuine token that was presented last, for the audit of a misused one; "" when it was not
 * ours. */
const char *tg_bearer_claimed(const struct tg_bearer *b);
const struct tg_staff *tg_session_staff(const struct tg_session *s);
struct tg_span tg_session_note(const struct tg_session *s);
struct tg_session *tg_session_ref(struct tg_session *s);
void tg_session_unref(struct tg_session **s);
/* Its own token again, with a new five minutes: appended. TG_E_SESSION_ENDED. */
enum tg_err tg_session_token(struct tg_admit *a, struct tg_session *s, const char *policy_digest, tg_sec now,
                             struct tg_buf *token) TG_MUST;
/* Ends it now; why is TG_E_SESSION_ENDED or TG_E_SESSION_DISPLACED. True for the call that ended it. */
bool tg_session_end(struct tg_admit *a, struct tg_session *s, enum tg_err why);
/* The same by its holder: signed out, or the stream closed. Told to others as TG_E_SESSION_ENDED. */
bool tg_session_leave(struct tg_admit *a, struct tg_session *s);
/* Whether it was tg_session_leave that ended it. */
bool tg_session_left(const struct tg_session *s);
/* Ends every session whose lease, idle time or length ran out; call it each second. */
void tg_admit_sweep(struct tg_admit *a, tg_sec now);
/* TG_OK while alive, else why it ended. */
enum tg_err tg_session_state(const struct tg_session *s, tg_sec now);

/* The event stream: one per session, a second one is TG_E_BUSY. ended(ctx) is called exactly once, from any
 * thread, when the session ends for whatever reason; it must not call back into admit. When the stream closes
 * call tg_session_leave.
 */
enum tg_err tg_session_watch(struct tg_session *s, void (*ended)(void *ctx), void *ctx) TG_MUST;
/* The nonce of the next renewal. The one before it still counts, for a renewal that was on its way (a card
 * takes its time); those before are forgotten. */
enum tg_err tg_session_nonce(struct tg_admit *a, struct tg_session *s, tg_sec now,
                             char out[TG_NONCE_TEXT_BYTES]) TG_MUST;
/* A presence assertion (typ card-presence+jwt) signed by the same card's 9E over one of these nonces: the
 * lease starts anew. */
enum tg_err tg_session_renew(struct tg_admit *a, struct tg_session *s, struct tg_span assertion,
                             tg_sec now) TG_MUST;

#endif
