/* Replies to GENERAL AUTHENTICATE and GENERATE, without a card: what the fuzzer and the tests attack. */
#ifndef TG_PIV_REPLY_H
#define TG_PIV_REPLY_H

#include "client/card/piv.h"

/* 7C { tag value } and nothing else. TG_E_CARD_REPLY. */
enum tg_err tg_piv_auth_template(struct tg_span reply, uint32_t tag, struct tg_span *ret) TG_MUST;
/* 7F49 { 86 point } or { 81 modulus, 82 exponent } -> SubjectPublicKeyInfo, appended. The point must be on
 * the curve, the modulus 2048 bits. TG_E_CARD_REPLY, TG_E_NOMEM, TG_E_LIMIT.
 */
enum tg_err tg_piv_public_key(struct tg_span reply, enum tg_piv_alg alg, struct tg_buf *spki) TG_MUST;

#endif
