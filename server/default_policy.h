/* server/policy/default.policy, carried inside the programs: in force as long as no other was ever activated.
 */
#ifndef TG_DEFAULT_POLICY_H
#define TG_DEFAULT_POLICY_H

#include "certs/base/blob.h"

struct tg_span tg_default_policy(void);

#endif
