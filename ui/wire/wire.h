/* One message between the gate and the desk, as bytes and back.
 *
 *   gate -> desk   sign-in (the PIN has been typed; which post), signed (an assertion), failed (why not),
 *                  approved (an approval), declined (why not), call (a caller's number)
 *   desk -> gate   ready, want-sign-in and want-presence (nonce, thumbprint), open, refused (why, which
 * posts), ended (why), lock (the person asked for it), want-approval (the exact text to be approved)
 *
 * On the wire: one byte of type, then the fields of that type in order: texts as a length of two bytes (big
 * endian) and UTF-8 without controls, the thumbprint as 32 bytes, an error as its code's text. Nothing
 * behind.
 */
#ifndef TG_WIRE_H
#define TG_WIRE_H

#include "certs/base/blob.h"
#include "certs/base/err.h"
#include "certs/base/limits.h"

enum tg_wire_type {
    TG_WIRE_NOTHING,
    TG_WIRE_SIGN_IN,       /* gate: post ("" the only one) */
    TG_WIRE_SIGNED,        /* gate: jws */
    TG_WIRE_FAILED,        /* gate: err */
    TG_WIRE_READY,         /* desk: the window can be shown */
    TG_WIRE_WANT_SIGN_IN,  /* desk: nonce, thumbprint */
    TG_WIRE_WANT_PRESENCE, /* desk: nonce, thumbprint */
    TG_WIRE_OPEN,          /* desk: signed in */
    TG_WIRE_REFUSED,       /* desk: err, posts to choose from (only with TG_E_POST_CHOICE) */
    TG_WIRE_ENDED,         /* desk: err */
    TG_WIRE_LOCK,          /* desk: the person asked for it */
    TG_WIRE_WANT_APPROVAL, /* desk: paper */
    TG_WIRE_APPROVED,      /* gate: jws */
    TG_WIRE_DECLINED,      /* gate: err */
    TG_WIRE_CALL,          /* gate: number */
    TG_WIRE_TYPES
};

enum tg_wire_side { TG_WIRE_GATE, TG_WIRE_DESK };

#define TG_WIRE_NONCE_BYTES 129u
#define TG_WIRE_POST_BYTES 32u
#define TG_WIRE_NUMBER_BYTES 17u /* digits, a + before them, a NUL */
#define TG_WIRE_PAPER_BYTES (16u * 1024u)
#define TG_WIRE_BYTES (TG_JWS_BYTES + 64u) /* the longest message */

struct tg_wire {
    enum tg_wire_type type;
    enum tg_err err;
    char nonce[TG_WIRE_NONCE_BYTES];
    uint8_t thumbprint[32];
    char post[TG_POSTS_PER_PERSON][TG_WIRE_POST_BYTES]; /* sign-in: the first */
    size_t n_posts;
    char number[TG_WIRE_NUMBER_BYTES];
    struct tg_span jws, paper; /* borrowed from the bytes that were read */
};

/* Appends. TG_E_INTERNAL: no such message; TG_E_LIMIT, TG_E_NOMEM. */
enum tg_err tg_wire_write(const struct tg_wire *m, struct tg_buf *out) TG_MUST;
/* The whole of bytes is one message. TG_E_FORM: anything else. */
enum tg_err tg_wire_read(struct tg_span bytes, struct tg_wire *ret) TG_MUST;
/* Whether that side may say it at all. */
bool tg_wire_says(enum tg_wire_side side, enum tg_wire_type type);

#endif
