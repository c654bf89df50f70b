/* The questions about a role, besides what it may see. */
#include "server/policy/model.h"

struct tg_why tg_policy_nothing(const struct tg_policy *p, const char *role, const char *purpose)
{
    size_t r = tg_policy_role(p, role);
    size_t u = tg_policy_purpose(p, purpose);
    if (r == p->n_roles || u == p->n_purposes || p->nothing_rule[r][u] == 0)
        return (struct tg_why){.rule = "", .reason_ja = "", .reason_en = "", .next_ja = "", .next_en = ""};
    return tg_rule_why(&p->rule[p->nothing_rule[r][u] - 1]);
}

const struct tg_cap *tg_policy_cap(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles && p->cap_rule[i] != 0 ? &p->cap[i] : NULL;
}

bool tg_policy_may_release(const struct tg_policy *p, const char *supervisor, const char *role)
{
    size_t by = tg_policy_role(p, supervisor);
    size_t of = tg_policy_role(p, role);
    return by < p->n_roles && of < p->n_roles && tg_role_releases(p, by, of);
}

enum tg_duty tg_policy_duty(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles ? p->role[i].duty : TG_DUTY_NONE;
}

const char *tg_duty_name(enum tg_duty d)
{
    static const char *const names[TG_DUTY_COUNT] = {"", "cards", "policy", "data", "audit"};
    return d < TG_DUTY_COUNT ? names[d] : NULL;
}
