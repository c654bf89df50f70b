#include "server/policy/model.h"

static enum tg_err check_catalogue(const struct tg_policy *p, unsigned last_line,
                                   struct tg_policy_fault *fault)
{
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        if (p->field[f].line == 0)
            return TG_FAIL_AT(fault, last_line, 1,
                              "項目「%s」が分類されていません / field %s is not classified",
                              tg_field_name((enum tg_field)f), tg_field_name((enum tg_field)f));
    for (unsigned c = 0; c < TG_C_COUNT; c++)
        if (p->class[c].line == 0)
            return TG_FAIL_AT(fault, last_line, 1, "区分「%s」がありません / class %s is missing",
                              tg_class_name((enum tg_class)c), tg_class_name((enum tg_class)c));
    if (p->n_purposes == 0 || p->n_roles == 0)
        return TG_FAIL_AT(fault, last_line, 1, "利用目的か職務がありません / no purpose or no role");
    return TG_OK;
}

/* Fields of one side among those of a rule. */
static bool shows_side(const struct tg_policy *p, const struct tg_rule *rule, enum tg_side side)
{
    tg_mask fields = tg_rule_fields(rule);
    for (unsigned f = 0; f < TG_F_COUNT; f++)
        if ((fields & TG_BIT(f)) != 0 && p->field[f].side == side)
            return true;
    return false;
}

/* Separation of duties. Retail may see its own customers only, and no network fields; the network, and
 * whoever helps it in an emergency, no fields of retail sales; the rest, nothing.
 */
static const char *joins(const struct tg_policy *p, const struct tg_rule *rule, enum tg_kind kind)
{
    const uint32_t retail_classes = (uint32_t)1 << TG_C_OWN | (uint32_t)1 << TG_C_FORMER;
    switch (kind) {
    case TG_KIND_RETAIL:
        if ((rule->classes & ~retail_classes) != 0)
            return "小売の職務に自社以外の区分は見せられません / retail may be shown own and former only";
        if (shows_side(p, rule, TG_SIDE_NETWORK))
            return "小売の職務に送配電の項目は見せられません / retail may not be shown network fields";
        return NULL;
    case TG_KIND_NETWORK:
    case TG_KIND_EMERGENCY:
        if (shows_side(p, rule, TG_SIDE_RETAIL))
            return "送配電・災害対応の職務に小売営業の項目は見せられません / network may not be shown retail "
                   "fields";
        return NULL;
    case TG_KIND_NONE:
    case TG_KIND_COUNT:
        break;
    }
    return "この職務にお客さまの情報は見せられません / a role of kind none may be shown nothing";
}

static enum tg_err check_duties(const struct tg_policy *p, struct tg_policy_fault *fault)
{
    for (size_t i = 0; i < p->n_rules; i++) {
        const struct tg_rule *rule = &p->rule[i];
        for (size_t role = 0; role < p->n_roles && rule->type == TG_RULE_SHOW; role++) {
            const char *what = NULL;
            if (tg_rule_has_role(p, rule, role))
                what = joins(p, rule, p->role[role].kind);
            if (what != NULL)
                return TG_FAIL_AT(fault, rule->line, rule->column, "%s（%s）", what, p->role[role].name);
        }
    }
    return TG_OK;
}

static bool is_shown_something(const struct tg_policy *p, size_t role)
{
    for (size_t i = 0; i < p->n_rules; i++)
        if (p->rule[i].type == TG_RULE_SHOW && tg_rule_has_role(p, &p->rule[i], role))
            return true;
    return false;
}

/* A role that has data has purposes, and one that has none says so by its kind. */
static enum tg_err check_roles(const struct tg_policy *p, struct tg_policy_fault *fault)
{
    for (size_t i = 0; i < p->n_roles; i++) {
        const struct tg_def *role = &p->role[i];
        if (role->kind == TG_KIND_NONE)
            continue;
        if (role->purposes == 0)
            return TG_FAIL_AT(fault, role->line, role->column,
                              "職務「%s」に利用目的がありません / role %s has no purposes", role->name,
                              role->name);
        if (!is_shown_something(p, i))
            return TG_FAIL_AT(
                fault, role->line, role->column,
                "職務「%s」に何も見せていません（kind none のはずです） / role %s is shown nothing: make it "
                "kind none",
                role->name, role->name);
    }
    return TG_OK;
}

enum tg_err tg_policy_check(const struct tg_policy *p, unsigned last_line, struct tg_policy_fault *fault)
{
    enum tg_err e = check_catalogue(p, last_line, fault);
    if (e == TG_OK)
        e = check_duties(p, fault);
    return e == TG_OK ? check_roles(p, fault) : e;
}
