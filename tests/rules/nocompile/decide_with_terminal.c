/* proves: there is no place to pass a terminal to the decision */
/* says: too many arguments */
#include "server/policy/policy.h"

enum tg_err probe(const struct tg_policy *p, const struct tg_staff *s, const char *terminal,
                  struct tg_scope **ret);

enum tg_err probe(const struct tg_policy *p, const struct tg_staff *s, const char *terminal,
                  struct tg_scope **ret)
{
    (void)terminal;
#ifdef CONTROL
    return tg_policy_decide(p, s, "inquiry", 0, ret);
#else
    return tg_policy_decide(p, s, "inquiry", 0, terminal, ret);
#endif
}
