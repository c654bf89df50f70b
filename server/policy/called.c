#include "server/policy/called.h"

#include "server/policy/model.h"

static struct tg_called called(const struct tg_def *d)
{
    return (struct tg_called){.ja = d->say.ja != NULL ? d->say.ja : "",
                              .en = d->say.en != NULL ? d->say.en : ""};
}

struct tg_called tg_policy_class_called(const struct tg_policy *p, enum tg_class c)
{
    return c < TG_C_COUNT ? called(&p->class[c]) : (struct tg_called){"", ""};
}

struct tg_called tg_policy_field_called(const struct tg_policy *p, enum tg_field f)
{
    return f < TG_F_COUNT ? called(&p->field[f]) : (struct tg_called){"", ""};
}

struct tg_called tg_policy_role_called(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles ? called(&p->role[i]) : (struct tg_called){"", ""};
}

const char *tg_policy_purpose_at(const struct tg_policy *p, size_t i)
{
    return i < p->n_purposes ? p->purpose[i].name : NULL;
}
