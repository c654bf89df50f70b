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

/* Whether the role may look up for the purpose of that index. False for an unknown role. */
bool tg_policy_role_has(const struct tg_policy *p, const char *role, size_t purpose);
/* "retail", "network", "emergency", "none"; "" for an unknown role. */
const char *tg_policy_role_kind(const struct tg_policy *p, const char *role);
/* The groups of fields in the order of the policy; false behind the last. */
bool tg_policy_group_at(const struct tg_policy *p, size_t i, struct tg_called *ret, tg_mask *fields);
/* The fields that records of the class have. */
tg_mask tg_policy_class_fields(const struct tg_policy *p, enum tg_class c);
/* Of those, what the role is shown for one purpose or another, without any consent; of an emergency role what
 * an approved grant opens. */
tg_mask tg_policy_shown(const struct tg_policy *p, const char *role, enum tg_class c);

#endif
