/* An approval: one act of administration, signed by one person's card. A compact JWS (RFC 7515) of typ
 * approval+jwt with x5c, made by client/proof/approval and signed with 9A after the PIN:
 *
 *   iss = sub (person), card, aud (our issuer), act ("policy", "cards", "data", …), digest (SHA-256 in hex of
 * the exact bytes approved), prior and seq (both or neither: what it follows, and as which number), iat, exp
 *   (at most TG_APPROVAL_SECONDS later), jti, post (only when several are held)
 *
 * Every claim is known and bounded; anything else is refused. Whether the role has the duty is the policy's
 * business (tg_policy_duty), and whether two approvals come from two people, or one was used before, is the
 * caller's.
 */
#ifndef TG_APPROVAL_H
#define TG_APPROVAL_H

#include "certs/x509/trust.h"
#include "server/staff/staff.h"

#define TG_TYP_APPROVAL "approval+jwt"

/* What must have been approved. */
struct tg_approval_ask {
    struct tg_span text;  /* as received; without a newline */
    const char *audience; /* our issuer */
    const char *act;
    const char *digest; /* 64 hex digits */
    const char *prior;  /* 64 hex digits; NULL: the act has no order */
    int64_t seq;        /* from 1; 0 with prior NULL */
    tg_sec now;
};

/* What it says, once it holds. */
struct tg_approval {
    char person[TG_PERSON_BYTES];
    char card[37];
    char serial[41]; /* of the certificate */
    /* In force at that moment; "" when the book was not asked. */
    char post[32], role[32], office[TG_NAME_BYTES], company[16], employer[16];
    char act[32], digest[65], prior[65], jti[65];
    int64_t seq;
    tg_sec time;  /* iat */
    tg_sec until; /* exp: from then on it is worth nothing */
};

/* May this approval be acted on now? The checks, in this order: form (TG_E_APPROVAL, TG_E_ALGORITHM,
 * TG_E_LIMIT), certificate and signature over the exact bytes (TG_E_CERT_FORM, _KEY, TG_E_SIGNATURE), path to
 * the card anchors and revocation, 9A profile (TG_E_CERT_*), person and card of the claims = of the
 * certificate (TG_E_CERT_IDENTITY), audience (TG_E_ASSERTION_AUDIENCE), act (TG_E_APPROVAL_ACT), digest
 * (TG_E_APPROVAL_DIGEST), prior and seq (TG_E_APPROVAL_ORDER), time (TG_E_APPROVAL_TIME), card and person
 * known, not blocked, not left, post in force today (TG_E_CARD_*, _PERSON_*, _CONTRACT_OVER, _POST_*). *ret
 * is set only on success. Thread-safe on one book and one trust.
 */
enum tg_err tg_approval_check(const struct tg_staff_book *book, const struct tg_trust *trust,
                              const struct tg_approval_ask *ask, struct tg_approval *ret) TG_MUST;

/* Could it be acted on at ask->now, a moment that has passed? For what was done then and is on record: the
 * certificate's dates are those of that moment, and a revocation counts when its date is not later. book
 * NULL: it is not asked, because who has left since has still signed; post and role then stay "". The same
 * errors but TG_E_CERT_CRL.
 */
enum tg_err tg_approval_check_then(const struct tg_staff_book *book, const struct tg_trust *trust,
                                   const struct tg_approval_ask *ask, struct tg_approval *ret) TG_MUST;

/* Whom an unproven text names, and as which approval; both "" when it cannot be read. Two texts with the same
 * two are the same approval, whatever else differs between them (an ECDSA signature has a twin).
 */
struct tg_approval_claim {
    char person[TG_PERSON_BYTES];
    char jti[65];
};
void tg_approval_claimed(struct tg_span text, struct tg_approval_claim *ret);

#endif
