/* proves: policy decides about an admitted person, not about a name */
/* says: incompatible */
#include "server/policy/policy.h"

enum tg_err probe(const struct tg_policy *p, const char *person, const struct tg_staff *staff,
                  struct tg_scope **ret);

enum tg_err probe(const struct tg_policy *p, const char *person, const struct tg_staff *staff,
                  struct tg_scope **ret)
{
    struct tg_matter m = {.purpose = "inquiry"};

    (void)person;
    (void)staff;
#ifdef CONTROL
    return tg_policy_decide(p, staff, &m, ret);
#else
    return tg_policy_decide(p, person, &m, ret);
#endif
}
