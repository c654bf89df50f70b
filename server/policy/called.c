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

bool tg_policy_role_has(const struct tg_policy *p, const char *role, size_t purpose)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles && purpose < p->n_purposes && (p->role[i].purposes >> purpose & 1U) != 0;
}

const char *tg_policy_role_kind(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    return i < p->n_roles ? tg_role_kind(p->role[i].kind) : "";
}

bool tg_policy_group_at(const struct tg_policy *p, size_t i, struct tg_called *ret, tg_mask *fields)
{
    if (i >= p->n_groups)
        return false;
    *ret = called(&p->group[i]);
    *fields = p->group[i].fields;
    return true;
}

tg_mask tg_policy_class_fields(const struct tg_policy *p, enum tg_class c)
{
    return c < TG_C_COUNT ? p->class[c].fields : 0;
}

/* The limits of purposes are asked here too: a field that none of the role's purposes opens is not seen. */
tg_mask tg_policy_shown(const struct tg_policy *p, const char *role, enum tg_class c)
{
    size_t r = tg_policy_role(p, role);
    tg_mask seen = 0;
    if (r == p->n_roles || c >= TG_C_COUNT)
        return 0;
    for (size_t u = 0; u < p->n_purposes; u++) {
        if ((p->role[r].purposes >> u & 1U) != 0)
            seen |= p->shown[r][c] & p->purpose_fields[u];
    }
    return seen & p->class[c].fields;
}
