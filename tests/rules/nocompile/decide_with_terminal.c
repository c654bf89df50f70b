/* proves: there is no place to pass a terminal to the decision */
/* says: too many arguments */
#include "server/policy/policy.h"

enum tg_err probe(const struct tg_policy *p, const struct tg_staff *s, const char *terminal,
                  struct tg_scope **ret);

enum tg_err probe(const struct tg_policy *p, const struct tg_staff *s, const char *terminal,
                  struct tg_scope **ret)
{
    struct tg_matter m = {.purpose = "inquiry"};

    (void)terminal;
#ifdef CONTROL
    return tg_policy_decide(p, s, &m, ret);
#else
    return tg_policy_decide(p, s, &m, terminal, ret);
#endif
}
