/* Signatures by the card for JWS (RFC 7518 section 3): the host hashes and pads, the card does the key's
 * part, and its result becomes the JOSE form.
 *
 *   ES256 ES384   SHA-256 / SHA-384 of the input; the card answers DER, JOSE wants r || s
 *   RS256         EMSA-PKCS1-v1_5 (RFC 8017 section 9.2) of 256 bytes
 *   PS256         EMSA-PSS (RFC 8017 section 9.1), SHA-256, MGF1 with SHA-256, 32 bytes of salt
 */
#ifndef TG_SIGN_H
#define TG_SIGN_H

#include "certs/jws/jws.h"
#include "client/card/piv.h"

/* The card's algorithm for one of ours; TG_E_CARD_ALGORITHM when there is none. RSA is RSA-2048: the only
 * size of PIV. */
enum tg_err tg_sign_alg(enum tg_alg alg, enum tg_piv_alg *ret) TG_MUST;
/* Appends what the card gets. TG_E_CARD_ALGORITHM, TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err tg_sign_prepare(enum tg_alg alg, struct tg_span input, struct tg_buf *ret) TG_MUST;
/* Appends the JOSE signature. TG_E_CARD_REPLY when the card's result has not the right form. */
enum tg_err tg_sign_finish(enum tg_alg alg, struct tg_span raw, struct tg_buf *ret) TG_MUST;

/* The ctx of tg_sign_with_card. pin NULL: slot 9E, or the PIN was verified before (tg_piv_verify,
 * tg_piv_verify_pad). With a pin, VERIFY and GENERAL AUTHENTICATE are one step: if the card is reset between
 * the two, both are done again (at most TG_CARD_RETRIES times), which cannot cost a try because the card had
 * just accepted this PIN.
 */
struct tg_card_signer {
    struct tg_piv *piv;
    enum tg_piv_slot slot;
    const struct tg_secret *pin; /* borrowed, for the duration of the call only */
    int known_tries;             /* as for tg_piv_verify */
    bool confirm_last;
    int tries_left; /* set by the call; -1 unknown */
};
/* A tg_jws_signer. Errors of tg_piv_verify and tg_piv_sign. */
tg_jws_signer tg_sign_with_card;

#endif
