/* tegata-ca: what its files share. An authority is a folder:
 *
 *   root.key root.pem         P-384, 20 years; signs the issuing authority and its own list, nothing else
 *   issuing.key issuing.pem   P-256, 10 years; signs everything that people and servers use
 *   register.csv              every certificate ever issued, and what became of it
 *   crl-number crl.pem        the newest lists of both
 *   lock                      one program at a time
 *
 * A certificate stands in the register before anybody gets it. Functions that return an error have said on
 * stderr what happened and what to do next, unless their comment names the errors.
 */
#ifndef TG_CA_H
#define TG_CA_H

#include <openssl/x509.h>

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/limits.h"
#include "certs/ca_args.h"

#define CA_CRL_DAYS 30

/* ---- ca_register.c ---- */

enum ca_profile { CA_AUTH, CA_SIGN, CA_CARD_AUTH, CA_SERVER };

struct ca_entry {
    char serial[33]; /* 128 bits, lower-case hex */
    enum ca_profile profile;
    char card[37];                 /* "" for a server */
    char person[TG_PERSON_BYTES];  /* 9A only */
    char names[TG_CA_NAMES_BYTES]; /* of a server, a blank between two */
    tg_sec from, to;
    tg_sec revoked; /* 0: not */
    char reason[24];
};

struct ca_register {
    struct ca_entry *at;
    size_t n, cap;
};

const char *ca_profile_name(enum ca_profile p);
void ca_register_done(struct ca_register *r);
enum tg_err ca_register_load(const char *path, struct ca_register *ret) TG_MUST;
enum tg_err ca_register_save(const char *path, const struct ca_register *r) TG_MUST;
/* TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err ca_register_add(struct ca_register *r, const struct ca_entry *e) TG_MUST;
/* The code of RFC 5280 section 5.3.1; -1: no such word. "unspecified" is 0. */
int ca_reason_code(const char *word);
extern const char ca_reason_words[];

/* ---- ca_folder.c ---- */

struct ca {
    char *dir;
    int lock;
    tg_sec now;
    X509 *root, *issuing;
    EVP_PKEY *issuing_key;
    struct ca_register reg;
};
#define CA_AUTO __attribute__((cleanup(ca_close))) struct ca

/* Locks the folder and reads all but the root's key. */
enum tg_err ca_open(const struct ca_args *a, struct ca *ret) TG_MUST;
void ca_close(struct ca *ca);
/* Waits for whoever works in ca->dir. */
enum tg_err ca_lock(struct ca *ca) TG_MUST;
enum tg_err ca_write(const char *dir, const char *name, struct tg_span bytes, unsigned mode) TG_MUST;
enum tg_err ca_save(const struct ca *ca) TG_MUST;
/* Makes the folder when it is not there; its parent must be. */
enum tg_err ca_folder_make(const char *path, unsigned mode) TG_MUST;

/* ---- ca_key.c ---- */

/* curve as OpenSSL names it; TG_E_INTERNAL with a sentence. */
enum tg_err ca_key_make(const char *curve, EVP_PKEY **ret) TG_MUST;
enum tg_err ca_key_load(const char *dir, const char *name, EVP_PKEY **ret) TG_MUST;
enum tg_err ca_key_write(const char *dir, const char *name, EVP_PKEY *key) TG_MUST;
/* One SubjectPublicKeyInfo in PEM; only keys that the server will believe. */
enum tg_err ca_pub_load(const char *path, EVP_PKEY **ret) TG_MUST;

/* ---- ca_cert.c ---- */

/* What a certificate shall say; everything borrowed and checked before. */
struct ca_wish {
    enum ca_profile profile;
    const char *cn;
    const char *card, *person;
    const char *const *names;
    size_t names_n;
    EVP_PKEY *key;
    tg_sec from, to;
};

/* The root (issuer NULL: signs itself with key) or the issuing authority below it. */
struct ca_authority {
    const char *org, *cn;
    EVP_PKEY *key;
    X509 *issuer;
    EVP_PKEY *issuer_key;
    tg_sec from, to;
};
enum tg_err ca_cert_authority(const struct ca_authority *a, X509 **ret) TG_MUST;
/* Held against our own strict reader before anybody sees it. */
enum tg_err ca_cert_leaf(const struct ca *ca, const struct ca_wish *w, X509 **ret) TG_MUST;
/* Lower-case hex of the serial number. */
void ca_cert_serial(const X509 *x, char out[33]);
/* Appends PEM; silent TG_E_NOMEM, TG_E_LIMIT. */
enum tg_err ca_cert_pem(X509 *x, struct tg_buf *to) TG_MUST;

/* ---- ca_crl.c ---- */

struct ca_crl_wish {
    X509 *issuer;
    EVP_PKEY *key;
    const struct ca_register *reg; /* NULL: nothing revoked */
    uint64_t number;
    tg_sec from, to;
};
enum tg_err ca_crl_make(const struct ca_crl_wish *w, struct tg_buf *pem) TG_MUST;
/* New lists of both authorities, with the next number, into crl.pem. */
enum tg_err ca_crl_publish(const struct ca *ca, uint64_t days) TG_MUST;

/* ---- ca_issue.c ---- */

/* Certificate made and entered in the register, in this order; the register is on disk when this returns. */
enum tg_err ca_issue(struct ca *ca, const struct ca_wish *w, X509 **ret) TG_MUST;
/* The newest entry is struck out again: its certificate never left this program. */
void ca_issue_undo(struct ca *ca);
/* No second certificate in force for a slot of a card. */
enum tg_err ca_slot_free(const struct ca *ca, enum ca_profile p, const char *card) TG_MUST;

/* Those in force of the serial number (or, when that is NULL, of the card) become revoked; says how many. In
 * memory only: ca_save. */
size_t ca_mark(struct ca *ca, const char *serial, const char *card, const char *reason);

enum tg_err ca_cmd_init(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_server(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_card(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_revoke(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_crl(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_trust(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_list(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_enroll(const struct ca_args *a) TG_MUST;

#endif
