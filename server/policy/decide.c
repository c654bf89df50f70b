/* The decision: look up the role, hold it against the company, look up the purpose, copy the masks. Nothing
 * is computed here that the file does not say, and nothing but the person, the purpose, the time and the
 * customer's consent comes in.
 */
#include "server/policy/model.h"

#define POINT_DIGITS 22u /* 供給地点特定番号 */

/* A role only has its rights in a company of its own kind: a network post in a retail company is a mistake of
 * the staff list, and opens nothing. Emergency roles are opened by grants, and there is none here.
 */
static bool stands(enum tg_kind role, enum tg_company_kind company)
{
    switch (role) {
    case TG_KIND_RETAIL:
        return company == TG_COMPANY_RETAIL;
    case TG_KIND_NETWORK:
        return company == TG_COMPANY_NETWORK;
    case TG_KIND_EMERGENCY:
    case TG_KIND_NONE:
    case TG_KIND_COUNT:
        break;
    }
    return false;
}

static void add(const struct tg_policy *p, struct tg_verdict *v, const struct tg_clause *c)
{
    v->hidden[v->n] = p->class[c->class].fields & ~c->fields;
    v->clause[v->n++] = *c;
}

/* What the role is shown of each class, for the purpose. */
static void add_shown(const struct tg_policy *p, const struct tg_inputs *in, struct tg_verdict *v)
{
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        tg_mask fields = p->shown[v->role][c] & p->purpose_fields[v->purpose];
        if (fields != 0)
            add(p, v,
                &(struct tg_clause){.class = (enum tg_class)c,
                                    .company = in->company,
                                    .areas = in->areas,
                                    .fields = fields,
                                    .rule = p->rule[p->show_rule[v->role][c] - 1].id});
    }
}

static bool is_point(const char *s)
{
    return strlen(s) == POINT_DIGITS && strspn(s, "0123456789") == POINT_DIGITS;
}

/* The company's own, for this purpose, in force today, and of one point. */
static bool holds(const struct tg_consent *c, const struct tg_inputs *in, tg_day day)
{
    return strcmp(c->company, in->company) == 0 && strcmp(c->purpose, in->matter.purpose) == 0 &&
           c->from <= day && day <= c->to && c->ref[0] != '\0' && is_point(c->point);
}

/* What the customer's consent adds: one point, for as many days as the rule gives it. */
static void add_consented(const struct tg_policy *p, const struct tg_inputs *in, struct tg_verdict *v)
{
    const struct tg_consent *consent = in->matter.consent;
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        size_t i = p->consent_rule[v->role][v->purpose][c];
        if (i == 0 || (int64_t)v->day - consent->from >= p->rule[i - 1].number)
            continue;
        tg_mask fields = tg_consent_fields(p, &p->rule[i - 1], c) & p->purpose_fields[v->purpose];
        if (fields != 0)
            add(p, v,
                &(struct tg_clause){.class = (enum tg_class)c,
                                    .company = in->company,
                                    .areas = in->areas,
                                    .fields = fields,
                                    .rule = p->rule[i - 1].id,
                                    .point = consent->point,
                                    .basis = consent->ref});
    }
}

/* Both ways of deciding come through here. */
static enum tg_err judge(const struct tg_policy *p, const struct tg_inputs *in, struct tg_verdict *v)
{
    v->n = 0;
    v->role = tg_def_find(p->role, p->n_roles, in->role);
    if (v->role == p->n_roles || !stands(p->role[v->role].kind, in->kind))
        return TG_E_FORBIDDEN;
    v->purpose = tg_def_find(p->purpose, p->n_purposes, in->matter.purpose);
    if (v->purpose == p->n_purposes || (p->role[v->role].purposes >> v->purpose & 1) == 0)
        return TG_E_PURPOSE;
    v->day = tg_day_of(in->matter.now);
    add_shown(p, in, v);
    if (v->n == 0)
        return TG_E_FORBIDDEN;
    if (in->matter.consent != NULL && holds(in->matter.consent, in, v->day))
        add_consented(p, in, v);
    return TG_OK;
}

enum tg_err tg_policy_verdict(const struct tg_policy *p, const struct tg_inputs *in, struct tg_verdict *ret)
{
    memset(ret, 0, sizeof *ret);
    return judge(p, in, ret);
}

/* One allocation: the clauses, and the texts that they point to. */
static struct tg_scope *scope_new(const struct tg_staff *s, const struct tg_matter *m, struct tg_inputs *in)
{
    size_t company = strlen(tg_staff_company(s)) + 1, areas = strlen(tg_staff_areas(s)) + 1;
    struct tg_scope *scope = malloc(sizeof *scope + company + areas);
    if (scope == NULL)
        return NULL;
    char *text = (char *)(scope + 1);
    memcpy(text, tg_staff_company(s), company);
    memcpy(text + company, tg_staff_areas(s), areas);
    *in = (struct tg_inputs){.role = tg_staff_role(s),
                             .company = text,
                             .kind = tg_staff_company_kind(s),
                             .areas = text + company,
                             .matter = *m};
    if (m->consent != NULL) {
        scope->consent = *m->consent;
        in->matter.consent = &scope->consent;
    }
    return scope;
}

enum tg_err tg_policy_decide(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                             struct tg_scope **ret)
{
    struct tg_inputs in = {.role = NULL};
    struct tg_scope *scope = scope_new(s, m, &in);
    if (scope == NULL)
        return TG_E_NOMEM;
    enum tg_err e = judge(p, &in, &scope->verdict);
    if (e != TG_OK) {
        free(scope);
        return e;
    }
    scope->policy = tg_policy_ref(p->self);
    *ret = scope;
    return TG_OK;
}

size_t tg_scope_count(const struct tg_scope *s)
{
    return s->verdict.n;
}

const struct tg_clause *tg_scope_clause(const struct tg_scope *s, size_t i)
{
    return i < s->verdict.n ? &s->verdict.clause[i] : NULL;
}

tg_mask tg_scope_catalogue(const struct tg_scope *s, size_t clause)
{
    return clause < s->verdict.n ? s->verdict.clause[clause].fields | s->verdict.hidden[clause] : 0;
}

tg_day tg_scope_day(const struct tg_scope *s)
{
    return s->verdict.day;
}

const char *tg_scope_digest(const struct tg_scope *s)
{
    return s->policy->digest;
}

void tg_scope_free(struct tg_scope **s)
{
    if (*s != NULL)
        tg_policy_unref(&(*s)->policy);
    free(*s);
    *s = NULL;
}
