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

/* Clocks differ: what is issued now must already hold on a machine that is a little behind. */
#define CA_BACKDATE 300
#define CA_DAY 86400
#define CA_CRL_DAYS 30
#define CA_LEAF_DAYS 825 /* what the strictest TLS clients take; a card is renewed as often */

/* One sentence on stderr, "tegata-ca: …"; returns e, so that a function can end with it. */
enum tg_err ca_say(enum tg_err e, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* ---- ca_args.c: the words of the command line ---- */

enum ca_opt {
    CA_DIR,
    CA_NAME, /* repeatable */
    CA_OUT,
    CA_DAYS,
    CA_SLOT,
    CA_CARD,
    CA_PERSON,
    CA_HOLDER,
    CA_PUB,
    CA_NOT_BEFORE,
    CA_NOT_AFTER,
    CA_PROFILE,
    CA_SERIAL,
    CA_REASON,
    CA_READER,
    CA_ALG,
    CA_PIN_FD,
    CA_KEY_FD,
    CA_GZIP,
    CA_REPLACE,
    CA_OPT_COUNT
};

struct ca_args {
    const char *value[CA_OPT_COUNT]; /* NULL: not given */
    const char *names[TG_CERT_NAMES];
    size_t names_n;
    const char *word[2]; /* the command */
    size_t words;
};

struct ca_command {
    const char *word[2]; /* the second may be NULL */
    unsigned may, must;  /* bits 1 << enum ca_opt, without CA_DIR */
    enum tg_err (*run)(const struct ca_args *a);
};

/* TG_E_USAGE. */
enum tg_err ca_args_read(int argc, char **argv, struct ca_args *ret) TG_MUST;
/* Only options that belong to the command, and all that it needs. TG_E_USAGE. */
enum tg_err ca_args_check(const struct ca_args *a, const struct ca_command *c) TG_MUST;
/* A whole number of an option, or the fallback. TG_E_USAGE. */
enum tg_err ca_args_number(const struct ca_args *a, enum ca_opt o, uint64_t max, uint64_t *ret) TG_MUST;

/* ---- ca_words.c: what may stand in a certificate, and moments as text. All TG_E_USAGE or TG_E_FORM. ---- */

enum tg_err ca_uuid_read(const char *text, char out[37]) TG_MUST;
void ca_uuid_make(char out[37]);
enum tg_err ca_person_check(const char *text) TG_MUST;
/* Clean UTF-8 of 1 to max characters; what names it in the message. */
enum tg_err ca_text_check(const char *what, const char *text, size_t max) TG_MUST;
/* --not-before and --not-after (whole days in Japan, both included), or --days from now. */
enum tg_err ca_span_read(const struct ca_args *a, tg_sec now, tg_sec *from, tg_sec *to) TG_MUST;
/* "2026-11-20T06:42:11Z"; silent TG_E_FORM. */
void ca_time_text(tg_sec t, char out[21]);
enum tg_err ca_time_read(struct tg_span s, tg_sec *ret) TG_MUST;

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

enum tg_err ca_cmd_init(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_server(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_card(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_revoke(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_crl(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_trust(const struct ca_args *a) TG_MUST;
enum tg_err ca_cmd_list(const struct ca_args *a) TG_MUST;

#endif
