/* PIV (NIST SP 800-73-4) over a tg_reader_io: certificate, PIN, signature, presence.
 *
 *   tg_piv_open(io, ctx, reader, &piv)      one transaction begins; SELECT              1 command
 *   tg_piv_cert(piv, slot, &der)            GET DATA, gzip when CertInfo says so        1 + GET RESPONSEs
 *   tg_piv_verify(piv, pin)                 PIN once; tries left when wrong              1
 *   tg_piv_sign(piv, slot, …)               GENERAL AUTHENTICATE                         1 (+1)
 *   tg_piv_close(&piv)                      ends the transaction with RESET: no other program inherits the PIN
 *
 * Nothing is ever selected between VERIFY and the signature; the PIN is never kept and never sent twice.
 */
#ifndef TG_PIV_H
#define TG_PIV_H

#include "certs/base/secret.h"
#include "certs/x509/cert.h"
#include "client/card/reader.h"

enum tg_piv_slot { TG_SLOT_9A = 0x9a, TG_SLOT_9C = 0x9c, TG_SLOT_9D = 0x9d, TG_SLOT_9E = 0x9e };
enum tg_piv_alg { TG_PIV_RSA2048 = 0x07, TG_PIV_P256 = 0x11, TG_PIV_P384 = 0x14 };

struct tg_piv;

/* TG_E_CARD_NOT_PIV when the application is absent (a FeliCa-like card, a card with just a number), and reader errors. */
enum tg_err tg_piv_open(const struct tg_reader_io *io, void *ctx, const char *reader, struct tg_piv **ret) TG_MUST;
void tg_piv_close(struct tg_piv **p);
/* Appends the certificate (DER) of a slot. TG_E_CARD_NO_CERT, TG_E_CARD_CONTACT_ONLY, TG_E_CARD_REPLY, TG_E_LIMIT. */
enum tg_err tg_piv_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_buf *der) TG_MUST;
/* Tries left without using one (empty VERIFY); -1 when the card does not tell. TG_E_PIN_BLOCKED. */
enum tg_err tg_piv_tries(struct tg_piv *p, int *ret) TG_MUST;
/* Submits the PIN once. confirm_last false: on the last try nothing is sent, TG_E_PIN_LAST_TRY.
 * TG_E_PIN_FORMAT (nothing sent), TG_E_PIN_WRONG (*tries_left set), TG_E_PIN_BLOCKED, TG_E_CARD_CONTACT_ONLY.
 * tries_left is -1 when unknown. Asking for the tries costs one command; it is asked only when confirm_last is false
 * and `known_tries` is below 0 (pass what an earlier tg_piv_tries said, or -1; pass INT_MAX to save the command).
 */
enum tg_err tg_piv_verify(struct tg_piv *p, const struct tg_secret *pin, int known_tries, bool confirm_last,
                          int *tries_left) TG_MUST;
/* Replaces a blocked PIN with the PUK (RESET RETRY COUNTER). */
enum tg_err tg_piv_unblock(struct tg_piv *p, const struct tg_secret *puk, const struct tg_secret *pin,
                           int *tries_left) TG_MUST;
/* Signs a prepared input: for ECDSA the hash, for RSA the padded block (see sign.h). Appends the raw card result. */
enum tg_err tg_piv_sign(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg, struct tg_span input,
                        struct tg_buf *ret) TG_MUST;
/* Commands sent since tg_piv_open; the tests count them. */
unsigned tg_piv_commands(const struct tg_piv *p);

/* Personalisation (tegata-ca enroll): management key authentication, key generation, writing objects. */
enum tg_err tg_piv_admin_auth(struct tg_piv *p, const struct tg_secret *management_key) TG_MUST;
/* Generates a key pair; appends the public key as SubjectPublicKeyInfo DER. */
enum tg_err tg_piv_generate(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg, struct tg_buf *spki) TG_MUST;
enum tg_err tg_piv_put_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_span der, bool gzip) TG_MUST;

#endif
