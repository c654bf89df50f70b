/* What administration did: the folder "acts" with one ledger (log) and the text of every policy that was ever
 * in force (DIGEST.policy), kept for ever. Each line is one act, done or refused:
 *
 *   policy   an activation: two approvals over {digest, prior digest, number}       by the duty policy
 *   cards    an import of staff, cards, companies or consents: one approval         by the duty cards
 *   data     an import of customers: one approval                                   by the duty data
 *
 * tegata-admin checks an act, does it and writes the line; the server reads the ledger, checks it again by
 * itself, writes each line into the audit journal and only then lives by it. The journal remembers the last
 * line that was taken and its hash: so the end of the ledger cannot be cut off unnoticed, nor anything
 * before.
 */
#ifndef TG_ACTS_H
#define TG_ACTS_H

#include "certs/base/limits.h"
#include "server/acts/ledger.h"
#include "server/admit/approval.h"
#include "server/policy/policy.h"

enum tg_act_kind { TG_ACT_POLICY, TG_ACT_CARDS, TG_ACT_DATA, TG_ACT_KINDS };
/* "policy" …: the act of an approval, and the name of the duty that it needs. */
const char *tg_act_name(enum tg_act_kind k);

/* Why an act may stand. */
enum tg_act_basis {
    TG_BASIS_APPROVALS, /* the approvals in it */
    TG_BASIS_SET_UP,    /* the first import of its kind, before anybody could have ordered it */
    TG_BASIS_OFF,       /* orders = off in the settings */
    TG_BASIS_COUNT
};

struct tg_act {
    int64_t line; /* from 1 */
    char hash[TG_SHA256_HEX];
    tg_sec time;
    enum tg_act_kind kind;
    enum tg_err outcome; /* TG_OK: done; else why it was refused */
    enum tg_act_basis basis;
    char what[16];              /* of an import: "staff"; "" for a policy */
    char digest[TG_SHA256_HEX]; /* of the bytes that were approved */
    char prior[TG_SHA256_HEX];  /* policy: the one in force before; else "" */
    int64_t number;             /* policy: of the activation, from 1; else 0 */
    char stored[TG_SHA256_HEX]; /* import: of the file as it was written into the folder; "" for customers */
    size_t n_approvals;
    const char *approval[TG_APPROVALS];           /* JWS; borrowed from the ledger */
    struct tg_approval_claim claim[TG_APPROVALS]; /* whom they name, unproven */
};

struct tg_acts;

/* Where the acts are, and what they are held against. */
struct tg_acts_conf {
    const char *folder;     /* …/acts */
    const char *audience;   /* our issuer */
    struct tg_span builtin; /* text of the policy that is in force before any activation */
};

/* The ledger, read and taken apart; conf is borrowed. TG_E_FORM and the errors of tg_ledger_open, with a
 * sentence in why.
 */
enum tg_err tg_acts_open(const struct tg_acts_conf *conf, enum tg_ledger_use use, struct tg_acts **ret,
                         char *why, size_t size) TG_MUST;
void tg_acts_close(struct tg_acts **a);
/* What it was opened with. */
const struct tg_acts_conf *tg_acts_where(const struct tg_acts *a);
size_t tg_acts_count(const struct tg_acts *a);
const struct tg_act *tg_acts_at(const struct tg_acts *a, size_t i); /* line i + 1 */
/* The last one that was done of that kind, among the first n lines; what NULL: any. NULL: there is none. */
const struct tg_act *tg_acts_last(const struct tg_acts *a, enum tg_act_kind kind, const char *what, size_t n);
/* The digest of the built-in policy. */
const char *tg_acts_builtin(const struct tg_acts *a);

/* The text of a policy that was in force at some time (the built-in one too), appended. TG_E_NOT_FOUND;
 * TG_E_POLICY when the file is not what its name says; TG_E_IO, TG_E_NOMEM.
 */
enum tg_err tg_acts_text(const struct tg_acts_conf *conf, const char *digest, struct tg_buf *text) TG_MUST;
/* The same, compiled; why says what is wrong. */
enum tg_err tg_acts_policy(const struct tg_acts_conf *conf, const char *digest, struct tg_policy **ret,
                           char *why, size_t size) TG_MUST;
/* Keeps a text under its digest, durably; harmless when it is there. */
enum tg_err tg_acts_keep(const struct tg_acts_conf *conf, struct tg_span text) TG_MUST;

/* Who may approve. */
struct tg_act_world {
    const struct tg_staff_book *book;
    const struct tg_trust *trust;
    const struct tg_policy *policy; /* in force: its duties count, never those of the one to come */
    const char *audience;
    tg_sec now;
    bool past; /* now is when it was done: certificates and revocations of then (tg_approval_check_then) */
};

/* Do the approvals carry the act? Needed: two by two people for a policy, one for an import, each by a role
 * with the act's duty, of persons without clashing posts (by[i] who signed). TG_E_APPROVAL_PEOPLE (too few,
 * too many, or the same person), TG_E_APPROVAL_DUTY, and the errors of tg_approval_check. why names the one
 * at fault.
 */
enum tg_err tg_act_check(const struct tg_act_world *w, const struct tg_act *act,
                         struct tg_approval by[TG_APPROVALS], char *why, size_t size) TG_MUST;
/* A policy that its own two signers could not replace could never be taken back. TG_E_APPROVAL_DUTY. */
enum tg_err tg_act_way_back(const struct tg_policy *next, const struct tg_approval by[TG_APPROVALS],
                            char *why, size_t size) TG_MUST;
/* Was an approval of this one used in an earlier act that was done? line 0: it is not in the ledger yet.
 * TG_E_APPROVAL_USED. */
enum tg_err tg_act_unused(const struct tg_acts *a, const struct tg_act *act) TG_MUST;

/* Writes the act as the next line (of it: kind, outcome, basis, what, digest, prior, number, stored,
 * approvals). Needs TG_LEDGER_WRITE. The errors of tg_ledger_append.
 */
enum tg_err tg_acts_add(struct tg_acts *a, const struct tg_act *act, tg_usec now) TG_MUST;

#endif
