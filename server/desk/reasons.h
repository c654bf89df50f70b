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

/* Members of a row: "class":"own","fields": and "hidden":{"field":{"rule","reason","next"},…} with the row's
 * closing bracket; of the fields that the clause's class has and its mask has not. */
struct tg_frame {
    struct tg_span front, back;
};

/* Borrowed until it is asked for another policy. False: it could not be kept, tg_reasons_write writes it. */
bool tg_reasons_frame(struct tg_reasons *r, const struct tg_hiding *h, struct tg_frame *ret);
/* The object of hidden fields alone, written anew, as a value. */
void tg_reasons_write(const struct tg_hiding *h, struct tg_jout *j);
/* {"rule","reason","next"}, as a value. */
void tg_reasons_why(const struct tg_why *why, bool english, struct tg_jout *j);

#endif
