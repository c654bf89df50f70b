/* tg_scope: the compiled answer "what may this person see now". Only policy makes one; records turns it into
 * the WHERE and the SELECT, so that rows outside never leave the store and hidden fields cannot be searched,
 * sorted or counted.
 */
#ifndef TG_SCOPE_H
#define TG_SCOPE_H

#include <stdbool.h>

#include "certs/base/clock.h"
#include "server/policy/field.h"

struct tg_scope;
struct tg_consent; /* server/staff/consent.h */

/* One clause: records of one class, relative to one company. Clauses of a scope never overlap. */
struct tg_clause {
    enum tg_class class;
    const char *company; /* code of the company that the class is seen from */
    const char *areas;   /* municipality codes, space separated; "": no limit */
    tg_mask fields;      /* what may be shown and searched */
    const char *rule;    /* id of the rule that granted it */
    const char *point;   /* NULL, or 22 digits: the record of this supply point and no other (a consent's) */
    const char *basis;   /* the consent's reference, or NULL */
};

size_t tg_scope_count(const struct tg_scope *s);
const struct tg_clause *tg_scope_clause(const struct tg_scope *s, size_t i);
/* The fields that exist for the class at all: shown | hidden. A hidden field of the row carries its reason.
 */
tg_mask tg_scope_catalogue(const struct tg_scope *s, size_t clause);
/* The business day of the decision. Classes are as of that day: a supply contract of the clause's company
 * that ended before it is former, whether or not somebody has imported that yet.
 */
tg_day tg_scope_day(const struct tg_scope *s);
/* A drill: of the drill store, and never of the real one; any other scope, never of the drill store. */
bool tg_scope_drill(const struct tg_scope *s);
/* The customer's consent that opened something; NULL: none did. */
const struct tg_consent *tg_scope_consent(const struct tg_scope *s);
const char *tg_scope_digest(const struct tg_scope *s); /* digest of the policy that decided */
void tg_scope_free(struct tg_scope **s);

#endif
