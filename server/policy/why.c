#include "server/policy/model.h"

static const struct tg_why not_there = {
    .rule = "class-has-not",
    .reason_ja = "この区分にはない項目です。",
    .reason_en = "Records of this class do not have this field.",
    .next_ja = "ほかの項目を見てください。",
    .next_en = "Look at the other fields.",
};

static struct tg_why of_rule(const struct tg_rule *r)
{
    return (struct tg_why){.rule = r->id,
                           .reason_ja = r->reason.ja,
                           .reason_en = r->reason.en,
                           .next_ja = r->next.ja,
                           .next_en = r->next.en};
}

struct tg_why tg_cell_why(const struct tg_policy *p, size_t role, size_t purpose, enum tg_class class,
                          enum tg_field f)
{
    if ((p->class[class].fields & TG_BIT(f)) == 0)
        return not_there;
    if (p->hide_rule[role][class][f] != 0)
        return of_rule(&p->rule[p->hide_rule[role][class][f] - 1]);
    if ((p->purpose_fields[purpose] & TG_BIT(f)) == 0)
        return of_rule(&p->rule[p->limit_rule[f] - 1]);
    return (struct tg_why){.rule = p->rule[p->show_rule[role][class] - 1].id,
                           .reason_ja = "",
                           .reason_en = "",
                           .next_ja = "",
                           .next_en = ""};
}

struct tg_why tg_policy_verdict_why(const struct tg_policy *p, const struct tg_verdict *v, size_t clause,
                                    enum tg_field f)
{
    if (clause >= v->n || f >= TG_F_COUNT)
        return not_there;
    return tg_cell_why(p, v->role, v->purpose, v->clause[clause].class, f);
}

struct tg_why tg_policy_why(const struct tg_policy *p, const struct tg_scope *s, size_t clause,
                            enum tg_field f)
{
    (void)p; /* the policy that decided answers, also when a newer one is in force meanwhile */
    return tg_policy_verdict_why(s->policy, &s->verdict, clause, f);
}
