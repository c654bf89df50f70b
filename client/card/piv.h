/* PIV (NIST SP 800-73-4) over a tg_reader_io: certificate, PIN, signature, personalisation.
 *
 *   tg_piv_open(io, ctx, reader, &piv)      one transaction begins; SELECT              1 command
 *   tg_piv_cert(piv, slot, &der)            GET DATA, gzip when CertInfo says so        1 + GET RESPONSEs
 *   tg_piv_verify(piv, pin, …)              the PIN, once; tries left when wrong         1 (+1, see below)
 *   tg_piv_sign(piv, slot, …)               GENERAL AUTHENTICATE                         1 (+1)
 *   tg_piv_close(&piv)                      ends the transaction with RESET: no other program inherits the
 * PIN
 *
 * Nothing is ever selected between VERIFY and the signature; the PIN is never kept and never sent twice.
 *
 * Six commands. SELECT, GET DATA, 2 x GET RESPONSE, VERIFY, GENERAL AUTHENTICATE is what a certificate object
 * of 513 to 768 bytes costs with short APDUs under T=1; with extended length it is 4. T=0 cannot do it in
 * six: there every answer is fetched by a GET RESPONSE of its own (8). Extended length is tried only where it
 * can be expected (T=1, the historical bytes of the ATR announce it, the reader does not deny it), first on
 * GET DATA, which changes nothing on the card, and used for anything else only after that was answered.
 *
 * The last try. To refuse to burn it, the tries must be known, and asking (an empty VERIFY) is a command. It
 * is asked whenever the tries are not known and the question does not take a sign-in from six commands to
 * seven: that is with extended length, with a certificate of up to 512 bytes (gzip helps), and where six is
 * out of reach anyway (RSA with short APDUs, T=0, long certificates). In the one case left, exactly four
 * commands used, the first PIN of this program run goes out unasked, so a card that comes with one try left
 * from elsewhere can be blocked by one typing error. After a wrong PIN the tries are known and the next PIN
 * is guarded. A caller that would rather spend the seventh command calls tg_piv_tries first.
 *
 * Which PIN. Reference 80 (the application PIN). The discovery object, which may name the global PIN (00) as
 * the primary one, is another command; it is read when 80 is unknown, blocked or refused this PIN, or by
 * tg_piv_discover. If it names the global PIN, the PIN goes there, for the first time: never twice to the
 * same reference.
 *
 * After TG_E_CARD_RESET the next call connects and selects anew, if the card has the same ATR; a PIN must be
 * verified again. Commands that need no PIN are redone silently, at most TG_CARD_RETRIES times.
 */
#ifndef TG_PIV_H
#define TG_PIV_H

#include "certs/base/secret.h"
#include "certs/x509/cert.h"
#include "client/card/reader.h"

enum tg_piv_slot { TG_SLOT_9A = 0x9a, TG_SLOT_9C = 0x9c, TG_SLOT_9D = 0x9d, TG_SLOT_9E = 0x9e };
enum tg_piv_alg { TG_PIV_RSA2048 = 0x07, TG_PIV_P256 = 0x11, TG_PIV_P384 = 0x14 };

struct tg_piv;

/* TG_E_CARD_NOT_PIV when the application is absent (a FeliCa-like card, a card with just a number), and
 * reader errors. */
enum tg_err tg_piv_open(const struct tg_reader_io *io, void *ctx, const char *reader,
                        struct tg_piv **ret) TG_MUST;
/* RESET, always. */
void tg_piv_close(struct tg_piv **p);
/* Appends the certificate (DER) of a slot. TG_E_CARD_NO_CERT, TG_E_CARD_CONTACT_ONLY, TG_E_CARD_REPLY,
 * TG_E_LIMIT. */
enum tg_err tg_piv_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_buf *der) TG_MUST;
/* Tries left without using one (empty VERIFY); -1 when the card does not tell. TG_E_PIN_BLOCKED. */
enum tg_err tg_piv_tries(struct tg_piv *p, int *ret) TG_MUST;
/* Reads the discovery object, once per tg_piv; absent means the application PIN. Reader errors,
 * TG_E_CARD_REPLY. */
enum tg_err tg_piv_discover(struct tg_piv *p) TG_MUST;
/* Submits the PIN once. confirm_last false: on the last try nothing is sent, TG_E_PIN_LAST_TRY.
 * TG_E_PIN_FORMAT (nothing sent), TG_E_PIN_WRONG (*tries_left set), TG_E_PIN_BLOCKED, TG_E_CARD_CONTACT_ONLY.
 * tries_left is -1 when unknown. The tries are asked (see above) only when confirm_last is false and
 * `known_tries` is below 0 (pass what an earlier tg_piv_tries or a wrong PIN said, or -1; INT_MAX: never
 * ask).
 */
enum tg_err tg_piv_verify(struct tg_piv *p, const struct tg_secret *pin, int known_tries, bool confirm_last,
                          int *tries_left) TG_MUST;
/* True when the reader has a PIN pad; costs nothing. */
bool tg_piv_has_pad(const struct tg_piv *p);
/* The same with the reader's own PIN pad: the PIN never comes here. TG_E_NOT_IMPLEMENTED (nothing was sent,
 * nothing asked) when the reader has none, TG_E_PIN_CANCELLED.
 */
enum tg_err tg_piv_verify_pad(struct tg_piv *p, int known_tries, bool confirm_last, int *tries_left) TG_MUST;
/* Replaces a blocked PIN with the PUK (RESET RETRY COUNTER). */
enum tg_err tg_piv_unblock(struct tg_piv *p, const struct tg_secret *puk, const struct tg_secret *pin,
                           int *tries_left) TG_MUST;
/* Signs a prepared input: for ECDSA the hash, for RSA the padded block (see sign.h). Appends the raw card
 * result. 9C wants a PIN before each signature: without a fresh one nothing is sent, TG_E_CARD_REFUSED.
 * TG_E_CARD_RESET after a PIN: verify again. TG_E_CARD_REFUSED, TG_E_CARD_ALGORITHM (input length),
 * TG_E_CARD_REPLY.
 */
enum tg_err tg_piv_sign(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg, struct tg_span input,
                        struct tg_buf *ret) TG_MUST;
/* Commands sent since tg_piv_open; the tests count them. */
unsigned tg_piv_commands(const struct tg_piv *p);

/* Personalisation (tegata-ca enroll): management key authentication (AES-128/192/256, 3DES; 16, 24 or 32
 * bytes), key generation, writing objects. Each may return TG_E_CARD_REFUSED.
 */
enum tg_err tg_piv_admin_auth(struct tg_piv *p, const struct tg_secret *management_key) TG_MUST;
/* Generates a key pair; appends the public key as SubjectPublicKeyInfo DER. */
enum tg_err tg_piv_generate(struct tg_piv *p, enum tg_piv_slot slot, enum tg_piv_alg alg,
                            struct tg_buf *spki) TG_MUST;
enum tg_err tg_piv_put_cert(struct tg_piv *p, enum tg_piv_slot slot, struct tg_span der, bool gzip) TG_MUST;

#endif
