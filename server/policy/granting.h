/* What the policy says of grants: which emergency roles an event can open, for how long, who declares, who
 * approves and for which side, and the rule that is shown to the person first.
 */
#ifndef TG_GRANTING_H
#define TG_GRANTING_H

#include "server/policy/policy.h"

/* The statement grant of one role and kind of event. Borrowed from the policy. */
struct tg_granting {
    const char *rule; /* its id */
    tg_sec seconds;   /* the longest */
    const char *pledge_ja, *pledge_en;
    char pledge[65]; /* SHA-256 in hex of the Japanese text, a newline and the English one: what is acknowledged
                      */
};

/* Whether nothing but a grant opens the role: the question that decides if grants are looked at at all. */
bool tg_policy_by_grant(const struct tg_policy *p, const char *role);
/* NULL: no event of that kind opens the role. */
const struct tg_granting *tg_policy_granting(const struct tg_policy *p, const char *role,
                                             enum tg_event_kind kind);
/* May by declare (start, extend, close) such an event? */
bool tg_policy_declares(const struct tg_policy *p, const char *by, const char *role, enum tg_event_kind kind);
/* For which side by approves it; TG_VOICE_NONE: not at all. */
enum tg_voice tg_policy_voice(const struct tg_policy *p, const char *by, const char *role,
                              enum tg_event_kind kind);
/* The side whose people by stands over (role of kind none with a side), for reviews; TG_VOICE_NONE. */
enum tg_voice tg_policy_over(const struct tg_policy *p, const char *by);
/* Anything at all that by may declare, approve: for what a page offers. */
bool tg_policy_declares_any(const struct tg_policy *p, const char *by);
enum tg_voice tg_policy_voice_any(const struct tg_policy *p, const char *by);

#endif
