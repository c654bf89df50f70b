#include "server/policy/model.h"

static bool somebody_has(const struct tg_policy *p, enum tg_duty duty)
{
    for (size_t i = 0; i < p->n_roles; i++)
        if (p->role[i].duty == duty)
            return true;
    return false;
}

/* A policy that nobody may change, or that nobody audits, would stay for ever. */
static enum tg_err check_administration(const struct tg_policy *p, unsigned last_line,
                                        struct tg_policy_fault *fault)
{
    for (unsigned d = 1; d < TG_DUTY_COUNT; d++)
        if (!somebody_has(p, (enum tg_duty)d))
            return TG_FAIL_AT(fault, last_line, 1, "duty %s の職務がありません / no role has the duty %s",
                              tg_duty_name((enum tg_duty)d), tg_duty_name((enum tg_duty)d));
    return TG_OK;
}

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
        e = check_administration(p, last_line, fault);
    if (e == TG_OK)
        e = check_roles(p, fault);
    return e == TG_OK ? tg_policy_check_duties(p, fault) : e;
}
