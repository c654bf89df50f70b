#include "server/policy/model.h"

static const struct tg_why not_there = {
    .rule = "class-has-not",
    .reason_ja = "この区分にはない項目です。",
    .reason_en = "Records of this class do not have this field.",
    .next_ja = "ほかの項目を見てください。",
    .next_en = "Look at the other fields.",
};

struct tg_why tg_rule_why(const struct tg_rule *r)
{
    return (struct tg_why){.rule = r->id,
                           .reason_ja = r->reason.ja,
                           .reason_en = r->reason.en,
                           .next_ja = r->next.ja,
                           .next_en = r->next.en};
}

static struct tg_why shown_by(const struct tg_rule *r)
{
    return (struct tg_why){.rule = r->id, .reason_ja = "", .reason_en = "", .next_ja = "", .next_en = ""};
}

/* What a consent leaves hidden is hidden for the consent's own reason: the class's would speak to somebody
 * who sees nothing of it. Otherwise the table knows.
 */
struct tg_why tg_cell_why(const struct tg_policy *p, const struct tg_cell *c, bool consent)
{
    tg_mask field = TG_BIT(c->field);
    if ((p->class[c->class].fields & field) == 0)
        return not_there;
    size_t by = consent ? p->consent_rule[c->role][c->purpose][c->class] : p->show_rule[c->role][c->class];
    size_t hide = consent ? ((tg_rule_fields(&p->rule[by - 1]) & field) == 0 ? by : 0)
                          : p->hide_rule[c->role][c->class][c->field];
    if (hide != 0)
        return tg_rule_why(&p->rule[hide - 1]);
    if ((p->purpose_fields[c->purpose] & field) == 0)
        return tg_rule_why(&p->rule[p->limit_rule[c->field] - 1]);
    return shown_by(&p->rule[by - 1]);
}

struct tg_why tg_policy_verdict_why(const struct tg_policy *p, const struct tg_verdict *v, size_t clause,
                                    enum tg_field f)
{
    if (clause >= v->n || f >= TG_F_COUNT)
        return not_there;
    const struct tg_clause *c = &v->clause[clause];
    struct tg_cell cell = {.role = v->role, .purpose = v->purpose, .class = c->class, .field = f};
    return tg_cell_why(p, &cell, c->basis != NULL);
}

struct tg_why tg_policy_why(const struct tg_policy *p, const struct tg_scope *s, size_t clause,
                            enum tg_field f)
{
    (void)p; /* the policy that decided answers, also when a newer one is in force meanwhile */
    return tg_policy_verdict_why(s->policy, &s->verdict, clause, f);
}
