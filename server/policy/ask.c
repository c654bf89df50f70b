/* The smaller questions about a role. */
#include "server/policy/model.h"

struct tg_why tg_policy_nothing(const struct tg_policy *p, const char *role, const char *purpose)
{
    (void)p;
    (void)role;
    (void)purpose;
    return (struct tg_why){.rule = "", .reason_ja = "", .reason_en = "", .next_ja = "", .next_en = ""};
}

const struct tg_cap *tg_policy_cap(const struct tg_policy *p, const char *role)
{
    (void)p;
    (void)role;
    return NULL;
}

bool tg_policy_may_release(const struct tg_policy *p, const char *supervisor, const char *role)
{
    (void)p;
    (void)supervisor;
    (void)role;
    return false;
}

enum tg_duty tg_policy_duty(const struct tg_policy *p, const char *role)
{
    size_t i = tg_def_find(p->role, p->n_roles, role);
    return i < p->n_roles ? p->role[i].duty : TG_DUTY_NONE;
}

const char *tg_duty_name(enum tg_duty d)
{
    static const char *const names[TG_DUTY_COUNT] = {"", "cards", "policy", "data", "audit"};
    return d < TG_DUTY_COUNT ? names[d] : NULL;
}
