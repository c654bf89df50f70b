/* Consents, inquiries, caps and sentences for nothing: rules -> one table look-up per question. */
#include "server/policy/model.h"

tg_mask tg_consent_fields(const struct tg_policy *p, const struct tg_rule *r, unsigned class)
{
    return tg_rule_fields(r) & p->class[class].fields;
}

static enum tg_err fail_twice(const struct tg_policy *p, const struct tg_rule *rule, size_t role,
                              const char *what, struct tg_policy_fault *fault)
{
    return TG_FAIL_AT(fault, rule->line, rule->column, "%s（%s）", what, p->role[role].name);
}

/* Consents and inquiries: one of each for a role, purpose and class. */
static enum tg_err fill_opening(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    bool consent = rule->type == TG_RULE_CONSENT;
    uint8_t(*cells)[TG_C_COUNT] = consent ? p->consent_rule[role] : p->inquiry_rule[role];
    for (unsigned k = 0; k < TG_PURPOSES * TG_C_COUNT; k++) {
        uint8_t *cell = &cells[k / TG_C_COUNT][k % TG_C_COUNT];
        if ((rule->purposes >> (k / TG_C_COUNT) & 1) == 0 || !tg_rule_has_class(rule, k % TG_C_COUNT))
            continue;
        if (*cell != 0)
            return fail_twice(
                p, rule, role,
                consent ? "同じ職務、区分、利用目的の consent は 2 度目です / another consent rule for the "
                          "role, class and purpose"
                        : "同じ職務、区分、利用目的の inquiry は 2 度目です / another inquiry rule for the "
                          "role, class and purpose",
                fault);
        *cell = (uint8_t)(i + 1);
    }
    return TG_OK;
}

static enum tg_err fill_cap(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    if (p->cap_rule[role] != 0)
        return fail_twice(p, rule, role, "職務の cap は 2 度目です / the role has another cap", fault);
    p->cap_rule[role] = (uint8_t)(i + 1);
    p->cap[role] = (struct tg_cap){.looks = rule->number,
                                   .seconds = 3600,
                                   .rule = rule->id,
                                   .reason_ja = rule->reason.ja,
                                   .reason_en = rule->reason.en,
                                   .next_ja = rule->next.ja,
                                   .next_en = rule->next.en};
    return TG_OK;
}

/* The rule that names the purpose, else the one that names none. */
static enum tg_err fill_nothing(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    for (size_t u = 0; u < p->n_purposes; u++) {
        uint8_t *cell = &p->nothing_rule[role][u];
        bool named = *cell != 0 && p->rule[*cell - 1].purposes != 0;
        if (rule->purposes != 0 ? (rule->purposes >> u & 1) == 0 : named)
            continue;
        if (*cell != 0 && named == (rule->purposes != 0))
            return fail_twice(
                p, rule, role,
                "同じ職務と利用目的の nothing は 2 度目です / another nothing rule for the role "
                "and purpose",
                fault);
        *cell = (uint8_t)(i + 1);
    }
    return TG_OK;
}

static enum tg_err fill(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    switch (p->rule[i].type) {
    case TG_RULE_CONSENT:
    case TG_RULE_INQUIRY:
        return fill_opening(p, i, role, fault);
    case TG_RULE_CAP:
        return fill_cap(p, i, role, fault);
    case TG_RULE_NOTHING:
        return fill_nothing(p, i, role, fault);
    case TG_RULE_GRANT:
        return tg_policy_fill_grant(p, i, role, fault);
    case TG_RULE_SHOW:
    case TG_RULE_HIDE:
    case TG_RULE_LIMIT:
        break;
    }
    return TG_OK;
}

/* Whoever can see customer data is counted, and is told what to do when a search finds nobody. */
static enum tg_err check_role(const struct tg_policy *p, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_def *d = &p->role[role];
    if (!tg_role_has_data(d))
        return TG_OK;
    if (p->cap_rule[role] == 0)
        return TG_FAIL_AT(fault, d->line, d->column, "職務「%s」に cap がありません / role %s has no cap",
                          d->name, d->name);
    for (size_t u = 0; u < p->n_purposes; u++)
        if ((d->purposes >> u & 1) != 0 && p->nothing_rule[role][u] == 0)
            return TG_FAIL_AT(fault, d->line, d->column,
                              "職務「%s」と利用目的「%s」に nothing がありません / %s has no nothing for %s",
                              d->name, p->purpose[u].name, d->name, p->purpose[u].name);
    return TG_OK;
}

enum tg_err tg_policy_role_tables(struct tg_policy *p, struct tg_policy_fault *fault)
{
    enum tg_err e = TG_OK;
    for (size_t i = 0; i < p->n_rules && e == TG_OK; i++)
        for (size_t role = 0; role < p->n_roles && e == TG_OK; role++)
            if (tg_rule_has_role(p, &p->rule[i], role))
                e = fill(p, i, role, fault);
    for (size_t role = 0; role < p->n_roles && e == TG_OK; role++)
        e = check_role(p, role, fault);
    return e;
}
