/* Why fields are hidden, as JSON: the same few sentences in every answer, so each loop writes each of them
 * once per policy. */
#ifndef TG_REASONS_H
#define TG_REASONS_H

#include "certs/base/json.h"
#include "server/policy/policy.h"

struct tg_reasons;

enum tg_err tg_reasons_new(struct tg_reasons **ret) TG_MUST;
void tg_reasons_free(struct tg_reasons **r);
/* {"rule","reason","next"} of one hidden field, as a value. why belongs to the policy. */
void tg_reasons_put(struct tg_reasons *r, struct tg_policy *policy, const struct tg_why *why, bool english,
                    struct tg_jout *j);

#endif
