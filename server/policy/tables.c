#include "server/policy/model.h"

bool tg_rule_has_role(const struct tg_policy *p, const struct tg_rule *r, size_t role)
{
    return r->anyone || (r->roles >> role & 1) != 0 || (r->kinds >> p->role[role].kind & 1) != 0;
}

bool tg_rule_has_class(const struct tg_rule *r, unsigned class)
{
    return r->any_class || (r->classes >> class & 1) != 0;
}

/* How narrowly a hide rule speaks of a cell: the class first, then the field, then the role. 0: not at all.
 */
static unsigned narrowness(const struct tg_policy *p, const struct tg_rule *r, size_t role, unsigned c,
                           unsigned f)
{
    if (!tg_rule_has_role(p, r, role) || !tg_rule_has_class(r, c) || (tg_rule_fields(r) & TG_BIT(f)) == 0)
        return 0;
    unsigned by_class = (r->classes >> c & 1) != 0 ? 1U : 0U;
    unsigned by_field = (r->fields & TG_BIT(f)) != 0 ? 2U : (r->group_fields & TG_BIT(f)) != 0 ? 1U : 0U;
    unsigned by_role = (r->roles >> role & 1) != 0 ? 2U : (r->kinds >> p->role[role].kind & 1) != 0 ? 1U : 0U;
    return 1 + by_class * 9 + by_field * 3 + by_role;
}

static enum tg_err find_reason(struct tg_policy *p, size_t role, unsigned c, unsigned f,
                               struct tg_policy_fault *fault)
{
    unsigned best = 0;
    size_t tie = TG_POLICY_RULES;
    for (size_t i = 0; i < p->n_rules; i++) {
        unsigned n = p->rule[i].type == TG_RULE_HIDE ? narrowness(p, &p->rule[i], role, c, f) : 0;
        if (n == 0 || n < best)
            continue;
        tie = n == best ? i : TG_POLICY_RULES;
        if (n > best)
            p->hide_rule[role][c][f] = (uint8_t)(i + 1);
        best = n;
    }
    const char *names[3] = {p->role[role].name, p->class[c].name, p->field[f].name};
    if (best == 0)
        return TG_FAIL_AT(fault, p->role[role].line, p->role[role].column,
                          "見せない理由がありません / hidden without a reason: %s, %s, %s", names[0],
                          names[1], names[2]);
    if (tie < TG_POLICY_RULES)
        return TG_FAIL_AT(fault, p->rule[tie].line, p->rule[tie].column,
                          "同じ細かさの理由が 2 つあります / two reasons of the same rank: %s, %s, %s",
                          names[0], names[1], names[2]);
    return TG_OK;
}

static enum tg_err fill_shown(struct tg_policy *p, size_t i, size_t role, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        if (!tg_rule_has_role(p, rule, role) || !tg_rule_has_class(rule, c))
            continue;
        if (p->show_rule[role][c] != 0)
            return TG_FAIL_AT(
                fault, rule->line, rule->column,
                "職務「%s」と区分「%s」にはほかの規則があります / %s and %s have another show rule",
                p->role[role].name, p->class[c].name, p->role[role].name, p->class[c].name);
        p->show_rule[role][c] = (uint8_t)(i + 1);
        p->shown[role][c] = tg_rule_fields(rule) & p->class[c].fields;
    }
    return TG_OK;
}

static enum tg_err fill_limit(struct tg_policy *p, size_t i, struct tg_policy_fault *fault)
{
    const struct tg_rule *rule = &p->rule[i];
    tg_mask fields = tg_rule_fields(rule);
    for (unsigned f = 0; f < TG_F_COUNT; f++) {
        if ((fields & TG_BIT(f)) == 0)
            continue;
        if (p->limit_rule[f] != 0)
            return TG_FAIL_AT(fault, rule->line, rule->column,
                              "項目「%s」の limit は 2 度目です / %s is limited twice", p->field[f].name,
                              p->field[f].name);
        p->limit_rule[f] = (uint8_t)(i + 1);
    }
    for (size_t u = 0; u < p->n_purposes; u++)
        if ((rule->purposes >> u & 1) == 0)
            p->purpose_fields[u] &= ~fields;
    return TG_OK;
}

/* Without a grant an emergency role is shown nothing, so every field of it needs its reason. */
static bool is_hidden(const struct tg_policy *p, size_t role, unsigned c, unsigned f)
{
    return p->role[role].kind == TG_KIND_EMERGENCY || (p->shown[role][c] & TG_BIT(f)) == 0;
}

static enum tg_err fill_reasons(struct tg_policy *p, size_t role, struct tg_policy_fault *fault)
{
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        for (unsigned f = 0; f < TG_F_COUNT; f++) {
            if ((p->class[c].fields & TG_BIT(f)) == 0 || !is_hidden(p, role, c, f))
                continue;
            enum tg_err e = find_reason(p, role, c, f, fault);
            if (e != TG_OK)
                return e;
        }
    }
    return TG_OK;
}

static enum tg_err fill_rule(struct tg_policy *p, size_t i, struct tg_policy_fault *fault)
{
    enum tg_err e = p->rule[i].type == TG_RULE_LIMIT ? fill_limit(p, i, fault) : TG_OK;
    for (size_t role = 0; role < p->n_roles && e == TG_OK && p->rule[i].type == TG_RULE_SHOW; role++)
        e = fill_shown(p, i, role, fault);
    return e;
}

enum tg_err tg_policy_tables(struct tg_policy *p, struct tg_policy_fault *fault)
{
    enum tg_err e = TG_OK;
    for (size_t u = 0; u < p->n_purposes; u++)
        p->purpose_fields[u] = TG_MASK_ALL;
    for (size_t i = 0; i < p->n_rules && e == TG_OK; i++)
        e = fill_rule(p, i, fault);
    for (size_t role = 0; role < p->n_roles && e == TG_OK; role++)
        e = fill_reasons(p, role, fault);
    return e == TG_OK ? tg_policy_role_tables(p, fault) : e;
}
