/* What the policy calls its things, for people. Texts are the policy's; never NULL, "" for what it does not
 * have. */
#ifndef TG_CALLED_H
#define TG_CALLED_H

#include "server/policy/policy.h"

struct tg_called {
    const char *ja, *en;
};
struct tg_called tg_policy_class_called(const struct tg_policy *p, enum tg_class c);
struct tg_called tg_policy_field_called(const struct tg_policy *p, enum tg_field f);
struct tg_called tg_policy_role_called(const struct tg_policy *p, const char *role);
/* The purposes in the order of the policy; NULL behind the last, at most TG_PURPOSES. */
const char *tg_policy_purpose_at(const struct tg_policy *p, size_t i);

#endif
