/* A decision made again (CAPABILITIES B7): from the stored inputs, with the policy of the stored digest, and
 * held against what was stored then: the refusal, or every rule id and, for every record, the masks of its
 * class, bit for bit. What was shown (clear) is what had a value, so it must lie within the decision; what
 * was hidden is the decision itself.
 */
#ifndef TG_REPLAY_H
#define TG_REPLAY_H

#include "server/evidence/past.h"

#define TG_REPLAY_WHAT 256u

/* The same decision? Where not, what says the first thing that differs, "日本語 / English". Only for a
 * settled decision without a gap.
 */
bool tg_replay_same(const struct tg_past *past, const struct tg_policy *policy,
                    char what[TG_REPLAY_WHAT]) TG_MUST;

#endif
