/* What a post may see, in the policy's own words: for GET /v1/whoami. Of the policy and the role only, never
 * of customers.
 */
#ifndef TG_SIGHT_H
#define TG_SIGHT_H

#include "certs/base/json.h"
#include "server/policy/policy.h"

/* Members of an object that is open: "kind", "role_ja", "role_en", "purposes" and "sight", the shown classes
 * with their groups; "part": not every field of the group. Of an emergency role (kind emergency) it is what
 * an approved grant would open. */
void tg_sight_write(const struct tg_policy *p, const char *role, struct tg_jout *j);

#endif
