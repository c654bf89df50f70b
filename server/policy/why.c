#include "server/policy/model.h"

struct tg_why tg_rule_why(const struct tg_rule *r)
{
    return (struct tg_why){.rule = r->id,
                           .reason_ja = r->reason.ja,
                           .reason_en = r->reason.en,
                           .next_ja = r->next.ja,
                           .next_en = r->next.en};
}

/* What a consent leaves hidden is hidden for the consent's own reason: the class's would speak to somebody
 * who sees nothing of it. Otherwise the table knows.
 */
size_t tg_cell_said(const struct tg_policy *p, const struct tg_cell *c, bool consent)
{
    tg_mask field = TG_BIT(c->field);
    if ((p->class[c->class].fields & field) == 0)
        return 0;
    size_t by = consent ? p->consent_rule[c->role][c->purpose][c->class] : p->show_rule[c->role][c->class];
    size_t hide = consent ? ((tg_rule_fields(&p->rule[by - 1]) & field) == 0 ? by : 0)
                          : p->hide_rule[c->role][c->class][c->field];
    if (hide != 0)
        return hide;
    if ((p->purpose_fields[c->purpose] & field) == 0)
        return p->limit_rule[c->field];
    return TG_POLICY_RULES + by;
}

static const struct tg_why *said_with_consent(const struct tg_policy *p, const struct tg_verdict *v,
                                              enum tg_class class, enum tg_field f)
{
    struct tg_cell cell = {.role = v->role, .purpose = v->purpose, .class = class, .field = f};
    return &p->why[tg_cell_said(p, &cell, true)];
}

struct tg_why tg_policy_verdict_why(const struct tg_policy *p, const struct tg_verdict *v, size_t clause,
                                    enum tg_field f)
{
    if (clause >= v->n || f >= TG_F_COUNT)
        return p->why[0];
    const struct tg_clause *c = &v->clause[clause];
    if (c->basis != NULL)
        return *said_with_consent(p, v, c->class, f);
    return p->why[tg_policy_answer(p, v->role, v->purpose)->said[c->class][f]];
}

/* Once for each hidden field of each row: what the scope has found out already is not looked for again. */
struct tg_why tg_policy_why(const struct tg_policy *p, const struct tg_scope *s, size_t clause,
                            enum tg_field f)
{
    (void)p; /* the policy that decided answers, also when a newer one is in force meanwhile */
    if (clause >= s->verdict.n || s->verdict.clause[clause].basis != NULL || f >= TG_F_COUNT)
        return tg_policy_verdict_why(s->policy, &s->verdict, clause, f);
    return s->policy->why[s->answer->said[s->verdict.clause[clause].class][f]];
}
