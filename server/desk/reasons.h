/* Why fields are hidden, as JSON. All rows of a clause hide the same fields for the same reasons, so each
 * loop writes that object once per policy, clause and language, and puts it into every row as it stands.
 */
#ifndef TG_REASONS_H
#define TG_REASONS_H

#include "certs/base/json.h"
#include "server/policy/policy.h"

struct tg_reasons;

enum tg_err tg_reasons_new(struct tg_reasons **ret) TG_MUST;
void tg_reasons_free(struct tg_reasons **r);

/* Whose rows are hidden from whom: a clause of a scope that the policy decided. */
struct tg_hiding {
    struct tg_policy *policy;
    const struct tg_scope *scope;
    size_t clause;
    bool english;
};

/* {"field":{"rule","reason","next"},…}: the fields that the clause's class has and its mask has not. Borrowed
 * until it is asked for another policy; an empty span when it could not be kept: then tg_reasons_write.
 */
struct tg_span tg_reasons_find(struct tg_reasons *r, const struct tg_hiding *h);
/* The same, written anew, as a value. */
void tg_reasons_write(const struct tg_hiding *h, struct tg_jout *j);

#endif
