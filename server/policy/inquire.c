/* Inquiries 照会: the second half of what a consent opens. Like every decision this starts as nothing, and
 * gains only what a statement of the file says, of one supply point.
 */
#include "server/policy/inquire.h"

#include "server/policy/model.h"

enum tg_inquiry_part tg_policy_inquiry_part(const struct tg_policy *p, const char *role)
{
    size_t i = tg_policy_role(p, role);
    if (i == p->n_roles)
        return TG_INQUIRY_NOTHING;
    const struct tg_def *d = &p->role[i];
    switch (d->kind) {
    case TG_KIND_RETAIL:
        return TG_INQUIRY_ASKS;
    case TG_KIND_NETWORK:
        return TG_INQUIRY_ANSWERS;
    case TG_KIND_NONE:
        return d->side != TG_SIDE_BOTH || d->duty == TG_DUTY_AUDIT ? TG_INQUIRY_MEASURES : TG_INQUIRY_NOTHING;
    case TG_KIND_EMERGENCY:
    case TG_KIND_COUNT:
        break;
    }
    return TG_INQUIRY_NOTHING;
}

/* The statements of one cell; NULL, NULL: none. An inquiry never stands without its consent (check_duties).
 */
struct cell {
    const struct tg_rule *inquiry, *consent;
    tg_mask at_once, askable;
};

static struct cell cell_of(const struct tg_policy *p, size_t role, size_t purpose, unsigned class)
{
    struct cell c = {.inquiry = NULL};
    size_t i = p->inquiry_rule[role][purpose][class], k = p->consent_rule[role][purpose][class];
    if (i == 0 || k == 0)
        return c;
    c.inquiry = &p->rule[i - 1];
    c.consent = &p->rule[k - 1];
    c.at_once = tg_consent_fields(p, c.consent, class) & p->purpose_fields[purpose];
    c.askable = c.at_once | (tg_consent_fields(p, c.inquiry, class) & p->purpose_fields[purpose]);
    return c;
}

struct tg_inquirable tg_policy_inquirable(const struct tg_policy *p, const char *role, const char *purpose)
{
    struct tg_inquirable ret = {.at_once = 0};
    size_t r = tg_policy_role(p, role), u = tg_policy_purpose(p, purpose);
    if (r == p->n_roles || u == p->n_purposes)
        return ret;
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        struct cell cell = cell_of(p, r, u, c);
        if (cell.inquiry == NULL)
            continue;
        ret.at_once |= cell.at_once;
        ret.askable |= cell.askable;
        ret.seconds = cell.inquiry->number * 3600;
    }
    return ret;
}

static tg_mask part_of(const struct cell *c, enum tg_inquire what, tg_mask fields)
{
    switch (what) {
    case TG_INQUIRE_COMPARE:
        return c->inquiry->compare | TG_BIT(TG_F_POINT); /* by which it is found */
    case TG_INQUIRE_AT_ONCE:
        return c->at_once & fields;
    case TG_INQUIRE_ANSWER:
        break;
    }
    return c->askable & fields;
}

/* The consent's own clauses are in the scope when the consent holds: that is for tg_policy_decide to say. In
 * their place come those of the inquiry.
 */
static enum tg_err turn(const struct tg_policy *p, struct tg_scope *s, enum tg_inquire what, tg_mask fields)
{
    struct tg_verdict before = s->verdict;
    struct tg_inquirable may = {.at_once = 0};
    s->verdict.n = 0;
    for (size_t i = 0; i < before.n; i++) {
        const struct tg_clause *clause = &before.clause[i];
        if (clause->basis == NULL)
            continue;
        struct cell c = cell_of(p, before.role, before.purpose, clause->class);
        if (c.inquiry == NULL)
            continue;
        may.at_once |= c.at_once;
        may.askable |= c.askable;
        tg_mask part = part_of(&c, what, fields);
        if (part == 0)
            continue;
        s->verdict.hidden[s->verdict.n] = 0;
        s->verdict.clause[s->verdict.n] = *clause;
        s->verdict.clause[s->verdict.n].rule = c.inquiry->id;
        s->verdict.clause[s->verdict.n++].fields = part;
    }
    if (may.askable == 0)
        return TG_E_INQUIRY_CONSENT;
    if (what == TG_INQUIRE_COMPARE)
        return TG_OK;
    tg_mask most = what == TG_INQUIRE_AT_ONCE ? may.at_once : may.askable;
    return fields != 0 && (fields & ~most) == 0 ? TG_OK : TG_E_INQUIRY_FIELDS;
}

enum tg_err tg_policy_inquire(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                              const struct tg_question *q, struct tg_scope **ret)
{
    struct tg_scope *scope = NULL;
    enum tg_err e;
    if (tg_policy_inquirable(p, tg_staff_role(s), m->purpose).askable == 0)
        return TG_E_FORBIDDEN;
    if ((e = tg_policy_decide(p, s, m, &scope)) != TG_OK)
        return e;
    if ((e = turn(p, scope, q->what, q->fields)) != TG_OK)
        tg_scope_free(&scope);
    else
        *ret = scope;
    return e;
}

enum tg_err tg_policy_inquired(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                               tg_mask fields, struct tg_scope **ret)
{
    struct tg_scope *scope = NULL;
    enum tg_err e;
    if (tg_policy_inquiry_part(p, tg_staff_role(s)) != TG_INQUIRY_ANSWERS)
        return TG_E_FORBIDDEN;
    if ((e = tg_policy_decide(p, s, m, &scope)) != TG_OK)
        return e;
    struct tg_verdict *v = &scope->verdict;
    size_t kept = 0;
    for (size_t i = 0; i < v->n; i++) {
        struct tg_clause c = v->clause[i];
        c.fields &= fields;
        v->hidden[kept] = 0;
        if (c.fields != 0)
            v->clause[kept++] = c;
    }
    v->n = kept;
    *ret = scope;
    return TG_OK;
}
