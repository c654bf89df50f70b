/* What admit keeps: its own rooms' business, not for others. */
#ifndef TG_ADMIT_STATE_H
#define TG_ADMIT_STATE_H

#include <pthread.h>
#include <stdatomic.h>

#include "server/admit/admit.h"
#include "server/admit/nonce.h"
#include "server/admit/staff_make.h"

#define TG_SESSION_BUCKETS 16384u
#define TG_SESSION_LEFT 0x10000 /* above every enum tg_err */

/* tg_trust has no reference count of its own: checks hold this while a newer one is put in place. */
struct tg_trust_share {
    atomic_uint refs;
    struct tg_trust *trust;
};

struct tg_session {
    atomic_uint refs;
    struct tg_staff staff; /* never changes: another post is another session */
    struct tg_buf note;    /* nor does this */
    uint8_t thumbprint[32];
    tg_sec born;
    _Atomic tg_sec lease_until; /* alive while now < lease_until */
    _Atomic tg_sec last_used;
    atomic_int ended;         /* enum tg_err: TG_OK while alive; TG_SESSION_LEFT may be added */
    _Atomic uint64_t checked; /* tg_admit_stamp() of the last check */
    _Atomic uint64_t trusted; /* trust_epoch under which its path was checked last */
    _Atomic tg_sec due;   /* when time alone asks for the next one: a certificate ends, a list gets stale */
    pthread_mutex_t lock; /* the fields below */
    struct tg_cert *leaf, *chain[TG_CHAIN_CERTS];
    size_t n_chain;
    uint8_t presence_leaf[32]; /* thumbprint of the 9E certificate that was proven at presence_checked */
    uint64_t presence_checked;
    char nonce[2][TG_NONCE_TEXT_BYTES]; /* the renewals that are expected: the latest, the one before it; ""
                                           none */
    bool watched;
    void (*on_end)(void *);
    void *on_end_ctx;
    struct tg_session *next_sid, *next_card; /* under admit's lock */
    tg_sec told_until;              /* 0, or: over, and kept to say why until then; under admit's lock */
    struct tg_session *next_review; /* under admit's reviewing */
};

struct tg_admit {
    char *issuer;
    EVP_PKEY *key;
    char kid[44];
    int lease_seconds, idle_seconds, session_seconds;
    enum tg_err (*note)(const struct tg_staff *s, struct tg_buf *out);
    tg_admit_grants *grants;
    void *grants_ctx;
    struct tg_nonce_pool nonces;
    pthread_mutex_t reviewing; /* one review at a time; taken before lock */
    pthread_mutex_t lock;      /* the tables, book and trust */
    struct tg_session *by_sid[TG_SESSION_BUCKETS];
    struct tg_session *by_card[TG_SESSION_BUCKETS];
    size_t live, kept;
    uint64_t reviewed; /* stamp of the last review */
    tg_sec due;        /* the soonest due of all sessions */
    struct tg_staff_book *book;
    struct tg_trust_share *trust;
    _Atomic uint64_t epoch;       /* grows with every new book or trust */
    _Atomic uint64_t trust_epoch; /* grows with every new trust, before epoch does */
};

/* References for one check; give back with tg_book_unref and tg_trust_share_unref. Either may be NULL before
 * it was set. */
void tg_admit_borrow(struct tg_admit *a, struct tg_staff_book **book, struct tg_trust_share **trust);
void tg_trust_share_unref(struct tg_trust_share **t);
/* Changes when people, anchors or the business day change. */
uint64_t tg_admit_stamp(const struct tg_admit *a, tg_sec now);

/* Puts a session into the tables and ends the one that the card had; displaced holds its id or "". TG_E_BUSY.
 */
enum tg_err tg_session_place(struct tg_admit *a, struct tg_session *s, char displaced[33]) TG_MUST;
/* A reference, or NULL. */
struct tg_session *tg_session_find(struct tg_admit *a, const char *sid);
struct tg_session *tg_session_new(void);
/* Ends it for a reason that its holder must hear, on whatever connection: findable for one token's life. */
void tg_session_dismiss(struct tg_admit *a, struct tg_session *s, enum tg_err why, tg_sec now);

/* Card, person and post; certificate path and revocation too when the trust is another one or something has
 * run out. Anything but TG_OK has dismissed the session.
 */
enum tg_err tg_session_check(struct tg_admit *a, struct tg_session *s, tg_sec now) TG_MUST;
bool tg_session_is_due(const struct tg_session *s, uint64_t stamp, tg_sec now);
/* With the lock held, of a session that comes into the tables: the next review minds it. */
void tg_session_note_due(struct tg_admit *a, const struct tg_session *s);

/* Card, person and post as the book has them today, against what the certificate says. */
enum tg_err tg_staff_fill(const struct tg_staff_book *book, const struct tg_identity *id,
                          const char *wanted_post, tg_sec now, struct tg_staff *ret) TG_MUST;

/* The access token of a session (RFC 9068), appended; and the way back. */
enum tg_err tg_token_make(const struct tg_admit *a, const struct tg_session *s, const char *policy_digest,
                          tg_sec now, struct tg_buf *out) TG_MUST;
struct tg_token_facts {
    char sid[33];
    uint8_t thumbprint[32];
    tg_sec exp;
};
/* Signature, issuer, audience and form; not yet binding, expiry and session. TG_E_TOKEN_INVALID. */
enum tg_err tg_token_read(const struct tg_admit *a, struct tg_span token, struct tg_token_facts *ret) TG_MUST;

#endif
