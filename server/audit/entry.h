/* One answer (or refusal) of the server as one JSON record: who, with which hat, what was asked, what was
 * shown of which records, why it was allowed. Never a value of a customer's field, never what was typed.
 *
 *   {"v":1,"id":…,"time":…,"kind":"search","decision":"allow",
 *    "person":…,"card":…,"employer":…,"company":…,"office":…,"post":…,"role":…,"session":…,
 *    "cert":…,"areas":…,"company_kind":…,
 *    "peer":…,"purpose":…,"terminal":…,"case":…,"query":{"kind":…,"hash":…},
 *    "rows":[{"id":…,"class":…,"clear":"1f","hidden":"e0"},…],
 *    "rules":[…],"policy":…,"basis":…,"consented":…,"looks":…,"subject":…,"lifted":[…],"grants":[…],
 *    "granted":{"areas":…,"from":…,"until":…},"act":{…},"detail":…}
 *
 * clear and hidden are hex masks over the fields of a record. Which bit is which field says the latest entry
 * before it that has "names":"name kana …" (the server writes one when it starts): bit 0 is the first of
 * them. A refusal has "decision":"deny" and "problem":"<code>". Members that are NULL or empty are left out;
 * so is an employer that is the company itself: no "employer" beside a "company" means the same code. Text
 * that is not clean UTF-8 (terminals say what they like) stands as "hex:…"; text is cut at TG_NAME_BYTES.
 *
 * A search or show that was decided (it has rules) counts against the person's cap as so many look-ups as
 * looks says, one when it says nothing; with the problem "volume-cap" it was stopped there and does not
 * count. A release names the subject, whose caps were lifted, and the roles.
 *
 * A decision can be made again from the entries alone (tg_policy_verdict): role, company, purpose and time,
 * whose second is the moment that was decided with, stand in the entry itself, with the basis and its first
 * day when a customer's consent had a part in it, and with what the grants opened when it was an
 * emergency role's; cert, areas and company_kind in that of the sign-in with the same session.
 *
 * An entry of kind grant has the whole step in act, the approval included: the grants that a server knows
 * when it starts are made of these and of nothing else.
 */
#ifndef TG_ENTRY_H
#define TG_ENTRY_H

#include "certs/base/blob.h"
#include "certs/base/clock.h"
#include "certs/base/err.h"
#include "server/policy/field.h"

#define TG_ENTRY_VERSION "1"
#define TG_ENTRY_RULES 32u
#define TG_ENTRY_GRANTS 8u
#define TG_ENTRY_LIFTED 8u

enum tg_kind {
    TG_KIND_SIGN_IN,
    TG_KIND_SIGN_OUT,
    TG_KIND_RENEW,
    TG_KIND_SEARCH,
    TG_KIND_SHOW,
    TG_KIND_DENIED, /* refused before it was clear what was wanted */
    TG_KIND_SESSION_END,
    TG_KIND_ADMIN,
    TG_KIND_RELEASE, /* a supervisor lifts somebody's cap */
    TG_KIND_GRANT,   /* a step in the life of an emergency grant or a standing roster */
    TG_KIND_INQUIRY, /* a step in the life of an inquiry to the network company */
    TG_KIND_OWN_LOG, /* somebody looks at what is on record of them */
    TG_KIND_COUNT
};
/* "sign-in" …; NULL out of range. */
const char *tg_kind_name(enum tg_kind k);

struct tg_entry_row {
    const char *id;
    const char *class;
    tg_mask clear;  /* shown */
    tg_mask hidden; /* exist, not shown */
};

/* Everything is borrowed for the call. */
struct tg_entry {
    const char *request;
    tg_usec time; /* of the decision */
    enum tg_kind kind;
    enum tg_err decision; /* TG_OK: allowed */
    struct tg_span who;   /* tg_entry_who: ready; these eight are then not looked at */
    const char *person, *card, *employer, *company, *office, *post, *role, *session;
    const char *cert_serial;  /* this and the next two: of a sign-in */
    const char *areas;        /* municipality codes, written whole; NULL: left out, "" is said */
    const char *company_kind; /* tg_company_kind_name of the company */
    const char *terminal;     /* as claimed */
    const char *peer;         /* address */
    const char *purpose, *case_ref;
    const char *query_kind, *query_hash; /* tg_query_hash */
    const struct tg_entry_row *rows;
    size_t n_rows;      /* <= TG_PAGE_ROWS: a whole page is one entry */
    struct tg_span why; /* tg_entry_why: ready; rules and policy are then not looked at */
    const char *const *rules;
    size_t n_rules; /* <= TG_ENTRY_RULES */
    const char *policy;
    const char *basis;   /* reference of the consent that opened something; NULL: none */
    tg_day consented;    /* its first day */
    unsigned looks;      /* that it counts as; 0 and 1 are left out */
    const char *subject; /* of a release: whose caps, … */
    const char *const *lifted;
    size_t n_lifted; /* … and of which roles; <= TG_ENTRY_LIFTED */
    const char *const *grants;
    size_t n_grants;    /* <= TG_ENTRY_GRANTS */
    struct tg_span granted; /* a JSON object beside grants: what they opened at that moment; empty: none */
    struct tg_span act;     /* of administration (server/app_taking.c), or a step of a grant: a JSON object; empty: none */
    const char *detail; /* of an admin's act */
    bool names;         /* spell out the fields: the legend of the masks that follow */
};

/* What is the same in all entries of a session, or of a decision, written once: appends the members, without
 * brackets, for the entry's who or why. TG_E_LIMIT, TG_E_NOMEM.
 */
enum tg_err tg_entry_who(const struct tg_entry *e, struct tg_buf *out) TG_MUST;
enum tg_err tg_entry_why(const struct tg_entry *e, struct tg_buf *out) TG_MUST;
/* Appends the record; within these limits it always fits TG_AUDIT_RECORD_BYTES. TG_E_LIMIT, TG_E_INTERNAL,
 * TG_E_NOMEM. */
enum tg_err tg_entry_write(const struct tg_entry *e, struct tg_buf *out) TG_MUST;

/* What was asked, as HMAC-SHA-256 of kind, 0x00 and text: equal questions show as equal, and without the key
 * nobody can try out names. One per thread.
 */
struct tg_query_hasher;
enum tg_err tg_query_hasher_new(struct tg_span key, struct tg_query_hasher **ret) TG_MUST;
/* 64 hex digits and a NUL. */
enum tg_err tg_query_hash(struct tg_query_hasher *h, const char *kind, struct tg_span text,
                          char out[65]) TG_MUST;
void tg_query_hasher_free(struct tg_query_hasher **h);

#endif
