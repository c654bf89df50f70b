/* What one person may not hold at a time. */
#include "server/policy/model.h"

bool tg_role_releases(const struct tg_policy *p, size_t supervisor, size_t role)
{
    return p->cap_rule[role] != 0 && (p->rule[p->cap_rule[role] - 1].releases >> supervisor & 1) != 0;
}

/* Works in retail sales and in the network: emergency work is neither, a manager's side counts. */
static bool joins_sides(const struct tg_def *a, const struct tg_def *b)
{
    enum tg_side x = tg_role_side(a), y = tg_role_side(b);
    return x != TG_SIDE_BOTH && y != TG_SIDE_BOTH && x != y;
}

static bool administers(const struct tg_def *role)
{
    return role->duty != TG_DUTY_NONE;
}

/* An administrator administers that one thing. A second post with the same duty is no clash. */
static enum tg_clash clash_of(const struct tg_policy *p, size_t a, size_t b)
{
    const struct tg_def *x = &p->role[a], *y = &p->role[b];
    if (joins_sides(x, y))
        return TG_CLASH_SIDES;
    if (administers(x) && administers(y))
        return x->duty != y->duty ? TG_CLASH_DUTIES : TG_CLASH_NONE;
    if ((administers(x) && tg_role_has_data(y)) || (administers(y) && tg_role_has_data(x)))
        return TG_CLASH_DUTY_AND_DATA;
    if ((administers(x) && y->side != TG_SIDE_BOTH) || (administers(y) && x->side != TG_SIDE_BOTH))
        return TG_CLASH_DUTY_AND_OVER;
    if (tg_role_releases(p, a, b) || tg_role_releases(p, b, a))
        return TG_CLASH_OVER_ONESELF;
    return TG_CLASH_NONE;
}

enum tg_clash tg_policy_clash(const struct tg_policy *p, const char *role, const char *other)
{
    size_t a = tg_policy_role(p, role), b = tg_policy_role(p, other);
    return a < p->n_roles && b < p->n_roles ? clash_of(p, a, b) : TG_CLASH_NONE;
}

const char *tg_clash_ja(enum tg_clash c)
{
    static const char *const texts[TG_CLASH_COUNT] = {
        "",
        "ひとりが小売と送配電の職務を兼ねることはできません",
        "カード、規則、データ、監査の管理は、ひとりが二つ以上を兼ねることはできません",
        "管理や監査をする人は、お客さまの情報を見る職務を兼ねることはできません",
        "管理や監査をする人は、承認や上限の解除をする職務を兼ねることはできません",
        "自分の職務の上限を、自分で解除できることになります",
    };
    return c < TG_CLASH_COUNT ? texts[c] : NULL;
}

const char *tg_clash_en(enum tg_clash c)
{
    static const char *const texts[TG_CLASH_COUNT] = {
        "",
        "one person may not work both in retail and in the network",
        "one person may not administer more than one of cards, policy, data and audit",
        "who administers or audits may not have a role with customer data",
        "who administers or audits may not approve or lift limits",
        "one person would lift the limit of his or her own role",
    };
    return c < TG_CLASH_COUNT ? texts[c] : NULL;
}
