/* A virtual employee card: the card logic alone, command in, reply out. It stands for a PIV card (NIST SP
 * 800-73-4), for a FeliCa-like card without a PIV application, or for a card that stays mute.
 *
 *   tg_vcard_defaults(&o); tg_vcard_new(&o, &card)    in memory; or tg_vcard_load(path, &card)
 *   tg_vcard_power(card, TG_VCARD_ON)                 as a reader does on insertion
 *   tg_vcard_apdu(card, command, &reply)              data and SW1 SW2 appended
 *   tg_vcard_free(&card)
 *
 * tests/card/vpcd.c puts such a card into pcscd's virtual reader; unit tests call it directly. One thread at
 * a time.
 */
#ifndef TG_VCARD_H
#define TG_VCARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "certs/base/blob.h"
#include "certs/base/err.h"

struct tg_vcard;

enum tg_vcard_kind { TG_VCARD_PIV, TG_VCARD_FELICA, TG_VCARD_MUTE };
enum tg_vcard_proto { TG_VCARD_BOTH, TG_VCARD_T0, TG_VCARD_T1 };
/* How data behind a short command come out. AUTO: T=0 cards behave as REPLY_T0, others as REPLY_T1.
 * T1: up to Le bytes at once, 61xx for the rest, 61xx alone when Le is missing.
 * T0: strict T=0: Le behind data is 6700, data only by 61xx, an Le that is too long is 6Cxx. 61: data never
 * at once. 6C: an Le that is too long (00 with fewer than 256 bytes included) is answered 6Cxx.
 */
enum tg_vcard_reply {
    TG_VCARD_AUTO,
    TG_VCARD_REPLY_T1,
    TG_VCARD_REPLY_T0,
    TG_VCARD_REPLY_61,
    TG_VCARD_REPLY_6C
};
enum tg_vcard_alg { TG_VCARD_NONE = 0, TG_VCARD_RSA2048 = 0x07, TG_VCARD_P256 = 0x11, TG_VCARD_P384 = 0x14 };
/* Management key, SP 800-78-4 table 6-2; 3DES is the default key 0102…08 three times. */
enum tg_vcard_mgmt {
    TG_VCARD_3DES = 0x03,
    TG_VCARD_AES128 = 0x08,
    TG_VCARD_AES192 = 0x0a,
    TG_VCARD_AES256 = 0x0c
};
/* CertInfo byte that an imported certificate gets; NO: stored as it is. */
enum tg_vcard_gzip { TG_VCARD_GZIP_NO = 0x00, TG_VCARD_GZIP_01 = 0x01, TG_VCARD_GZIP_80 = 0x80 };

struct tg_vcard_options {
    enum tg_vcard_kind kind;
    enum tg_vcard_proto proto;
    enum tg_vcard_reply reply;
    enum tg_vcard_alg alg9a; /* key made when keys is true */
    enum tg_vcard_alg alg9e;
    enum tg_vcard_mgmt mgmt;
    enum tg_vcard_gzip gzip;
    const char *uuid; /* "xxxxxxxx-…" or 32 hex digits; NULL: random */
    const char *pin;  /* 6 to 8 digits */
    const char *puk;  /* 8 bytes */
    bool keys;        /* make the keys of 9A and 9E at once */
    bool extended;    /* extended length understood (never on T=0); otherwise 6700 */
    bool discovery;   /* the discovery object 7E is there */
    bool global_pin;  /* the global PIN (reference 00) is primary and holds pin; implies discovery */
    bool empty_5300;  /* a certificate slot never written answers 53 00 instead of 6A82 */
};

/* With global_pin the application PIN (reference 80) is this one instead, so that a client that asks the
 * wrong reference is found out. */
#define TG_VCARD_APP_PIN "98765432"

/* A P-256 card, both protocols, short and extended length, PIN 123456, PUK 12345678, no keys. */
void tg_vcard_defaults(struct tg_vcard_options *o);
/* TG_E_FORM (uuid, PIN or PUK), TG_E_NOMEM, TG_E_INTERNAL (no key). */
enum tg_err tg_vcard_new(const struct tg_vcard_options *o, struct tg_vcard **ret) TG_MUST;
/* From a state file; every later change is written back to it at once. TG_E_NOT_FOUND, TG_E_IO, TG_E_FORM. */
enum tg_err tg_vcard_load(const char *path, struct tg_vcard **ret) TG_MUST;
/* Writes the state (mode 600, atomically) and binds the card to the file from now on. TG_E_IO. */
enum tg_err tg_vcard_save(struct tg_vcard *c, const char *path) TG_MUST;
void tg_vcard_free(struct tg_vcard **c);

/* Personalisation without a reader. Slots 0x9a 0x9c 0x9d 0x9e. cert and key are PEM; the key may be empty
 * (the one on the card stays). TG_E_FORM, TG_E_CARD_ALGORITHM (not P-256, P-384 or RSA-2048), TG_E_CERT_KEY
 * (they do not belong together), TG_E_NOT_FOUND (no such slot).
 */
enum tg_err tg_vcard_import(struct tg_vcard *c, unsigned slot, struct tg_span cert,
                            struct tg_span key) TG_MUST;
enum tg_err tg_vcard_generate(struct tg_vcard *c, unsigned slot, enum tg_vcard_alg alg) TG_MUST;
/* Public key of a slot as PEM, and a PKCS #10 request for /CN=cn signed with it. TG_E_NOT_FOUND: no key
 * there. */
enum tg_err tg_vcard_pub(const struct tg_vcard *c, unsigned slot, struct tg_buf *pem) TG_MUST;
enum tg_err tg_vcard_csr(const struct tg_vcard *c, unsigned slot, const char *cn, struct tg_buf *pem) TG_MUST;
/* "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx". Borrowed. */
const char *tg_vcard_uuid(const struct tg_vcard *c);

/* What a reader does. All three forget the PIN, the management key, the selection and half-done commands. */
enum tg_vcard_power { TG_VCARD_OFF, TG_VCARD_ON, TG_VCARD_WARM_RESET };
void tg_vcard_power(struct tg_vcard *c, enum tg_vcard_power p);
/* The answer to reset; empty for a mute card. At most 33 bytes. */
struct tg_span tg_vcard_atr(const struct tg_vcard *c);

/* What became of a command. Only REPLIED appended to reply; DROPPED may have (the part that still came
 * through). RESET: the card lost contact for a moment and is back, possibly another one (fault swap).
 */
enum tg_vcard_fate { TG_VCARD_HANGS, TG_VCARD_DROPPED, TG_VCARD_RESET, TG_VCARD_REPLIED };
/* A buffer with a ceiling of TG_VCARD_REPLY_BYTES always suffices. Short memory answers 6F00. */
#define TG_VCARD_REPLY_BYTES (66u * 1024u)
enum tg_vcard_fate tg_vcard_apdu(struct tg_vcard *c, struct tg_span cmd, struct tg_buf *reply);

/* Faults: "NAME[=VALUE][:INS][@K]", e.g. "hang@3", "sw=6F00:87", "slow=200". INS (hex) limits it to that
 * instruction; K: only at the K-th matching command from now on, once; without K at each of them. hang no
 * reply, and none to anything after it until a power-off drop             the command runs, the connection
 * ends in the middle of the reply reset            contact lost for a moment before the command runs forget
 * as reset, but nobody notices: PIN and selection are gone and the command is answered swap=FILE reset, and
 * the card in the reader is the one of that state file;  swap-silent=FILE unnoticed slow=MS          waits so
 * long before each reply sw=XXXX          this status word, no data, command not run truncate=N       only
 * the first N bytes of the transport reply arrive (default 1) overlong=N       N more bytes before the status
 * word (default 300) cut=N            the reply's data lack their last N bytes (default 1), the status word
 * is fine trailing         bytes behind the outer TLV;  garbage: bytes inside the outer TLV, its length fits
 *   length=N         outer TLV length off by N (default 1)
 *   bad-signature    a bit of the signature flipped, DER still well-formed
 *   wrong-certificate  same names, another key
 *   contactless      PIN commands and all keys but 9E refused (6982);  =2: certificates but 9E's too
 *   none             clears all faults
 * TG_E_USAGE: not understood. TG_E_LIMIT: more than 16.
 */
enum tg_err tg_vcard_fault(struct tg_vcard *c, const char *spec) TG_MUST;

/* What was asked since the card was made, or since the last reset of the figures:
 * {"total":N,"by_ins":{"A4":1,…}, "log":[{"cmd":"00A40400","lc":9,"sw":"9000"},{"event":"power-on"},…]}.
 * Never data, so never a PIN.
 */
enum tg_err tg_vcard_stats(const struct tg_vcard *c, struct tg_buf *json) TG_MUST;
void tg_vcard_stats_reset(struct tg_vcard *c);
unsigned tg_vcard_total(const struct tg_vcard *c);
unsigned tg_vcard_count(const struct tg_vcard *c, uint8_t ins);
/* Tries left of a reference (0x80 PIN, 0x00 global PIN, 0x81 PUK), read past the card's interface; -1: none
 * such. */
int tg_vcard_tries(const struct tg_vcard *c, unsigned ref);

#endif
