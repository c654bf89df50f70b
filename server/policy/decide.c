/* The decision: look up the role, hold it against the company, look up the purpose, copy the masks. Nothing
 * is computed here that the file does not say, and nothing but the person, the purpose, the time, the
 * customer's consent and the grant of an emergency role comes in.
 */
#include "server/policy/model.h"

#define POINT_DIGITS 22u /* 供給地点特定番号 */

/* What the decision takes from the person, admitted or written down. */
struct asker {
    const char *role, *areas;
    enum tg_company_kind kind;
};

/* Does the policy, as it stands now, open the role by such events? */
static bool opens(const struct tg_policy *p, const char *name, bool drill)
{
    size_t role = tg_policy_role(p, name);
    for (unsigned k = 0; role < p->n_roles && k < TG_EVENT_KINDS; k++)
        if (p->grant_rule[role][k] != 0 && (k == TG_EVENT_DRILL) == drill)
            return true;
    return false;
}

/* A grant without areas, outside its time, or for a role that the policy opens by none, is none. */
static bool granted(const struct tg_policy *p, const struct asker *a, const struct tg_matter *m)
{
    const struct tg_grant *g = m->grant;
    return g != NULL && g->from <= m->now && m->now < g->until && g->areas[0] != '\0' && tg_areas_sorted(g->areas) &&
           opens(p, a->role, g->drill);
}

/* A role only has its rights in a company of its own kind: a network post in a retail company is a mistake of
 * the staff list, and opens nothing. Emergency roles help from either side, and only grants open them.
 */
static bool stands(enum tg_kind role, enum tg_company_kind company, bool granted_now)
{
    switch (role) {
    case TG_KIND_RETAIL:
        return company == TG_COMPANY_RETAIL;
    case TG_KIND_NETWORK:
        return company == TG_COMPANY_NETWORK;
    case TG_KIND_EMERGENCY:
        return granted_now && (company == TG_COMPANY_RETAIL || company == TG_COMPANY_NETWORK);
    case TG_KIND_NONE:
    case TG_KIND_COUNT:
        break;
    }
    return false;
}

/* Where in the tables the decision stands. */
struct place {
    size_t role, purpose;
    const struct tg_answer *answer;
    const char *areas;            /* the post's, or the grant's */
    const struct tg_grant *grant; /* that opened the role; NULL: none was needed */
};

/* What the clauses point to: as long as the verdict, or as the scope. */
struct texts {
    const char *company, *areas;
    const struct tg_consent *consent;
};

static enum tg_err find_place(const struct tg_policy *p, const struct asker *a, const struct tg_matter *m,
                              struct place *ret)
{
    ret->role = tg_policy_role(p, a->role);
    bool emergency = ret->role < p->n_roles && p->role[ret->role].kind == TG_KIND_EMERGENCY;
    if (ret->role == p->n_roles || !stands(p->role[ret->role].kind, a->kind, emergency && granted(p, a, m)))
        return TG_E_FORBIDDEN;
    ret->grant = emergency ? m->grant : NULL;
    ret->areas = emergency ? m->grant->areas : a->areas;
    ret->purpose = tg_policy_purpose(p, m->purpose);
    if (ret->purpose == p->n_purposes || (p->role[ret->role].purposes >> ret->purpose & 1) == 0)
        return TG_E_PURPOSE;
    ret->answer = tg_policy_answer(p, ret->role, ret->purpose);
    return ret->answer->n > 0 ? TG_OK : TG_E_FORBIDDEN;
}

/* What the role is shown of each class, for the purpose. */
static void add_shown(const struct tg_answer *answer, const struct texts *t, struct tg_verdict *v)
{
    for (size_t i = 0; i < answer->n; i++) {
        const struct tg_part *part = &answer->part[i];
        v->hidden[i] = part->hidden;
        v->clause[i] = (struct tg_clause){.class = part->class,
                                          .company = t->company,
                                          .areas = t->areas,
                                          .fields = part->fields,
                                          .rule = part->rule};
    }
    v->n = answer->n;
}

static bool is_point(const char *s)
{
    return strlen(s) == POINT_DIGITS && strspn(s, "0123456789") == POINT_DIGITS;
}

/* The company's own, for this purpose, in force today, and of one point. */
static bool holds(const struct tg_consent *c, const char *company, const char *purpose, tg_day day)
{
    return strcmp(c->company, company) == 0 && strcmp(c->purpose, purpose) == 0 && c->from <= day &&
           day <= c->to && c->ref[0] != '\0' && is_point(c->point);
}

/* What the customer's consent adds: one point, for as many days as the rule gives it. */
static void add_consented(const struct tg_policy *p, const struct texts *t, struct tg_verdict *v)
{
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        size_t i = p->consent_rule[v->role][v->purpose][c];
        if (i == 0 || (int64_t)v->day - t->consent->from >= p->rule[i - 1].number)
            continue;
        tg_mask fields = tg_consent_fields(p, &p->rule[i - 1], c) & p->purpose_fields[v->purpose];
        if (fields == 0)
            continue;
        v->hidden[v->n] = p->class[c].fields & ~fields;
        v->clause[v->n++] = (struct tg_clause){.class = (enum tg_class)c,
                                               .company = t->company,
                                               .areas = t->areas,
                                               .fields = fields,
                                               .rule = p->rule[i - 1].id,
                                               .point = t->consent->point,
                                               .basis = t->consent->ref};
    }
}

/* Both ways of deciding come through here and find_place, and there is no third. */
static void judge(const struct tg_policy *p, const struct place *at, const struct tg_matter *m,
                  const struct texts *t, struct tg_verdict *v)
{
    v->role = at->role;
    v->purpose = at->purpose;
    v->day = tg_day_of(m->now);
    v->drill = at->grant != NULL && at->grant->drill;
    add_shown(at->answer, t, v);
    if (at->grant == NULL && t->consent != NULL && holds(t->consent, t->company, m->purpose, v->day))
        add_consented(p, t, v);
}

enum tg_err tg_policy_verdict(const struct tg_policy *p, const struct tg_inputs *in, struct tg_verdict *ret)
{
    struct asker a = {.role = in->role, .areas = in->areas, .kind = in->kind};
    struct place at;
    memset(ret, 0, sizeof *ret);
    enum tg_err e = find_place(p, &a, &in->matter, &at);
    if (e != TG_OK)
        return e;
    struct texts t = {.company = in->company, .areas = at.areas, .consent = in->matter.consent};
    judge(p, &at, &in->matter, &t, ret);
    return TG_OK;
}

/* One allocation: the clauses, and the texts that they point to. */
static struct tg_scope *scope_new(const struct tg_staff *s, const struct place *at,
                                  const struct tg_consent *consent, struct texts *t)
{
    size_t company = strlen(tg_staff_company(s)) + 1, areas = strlen(at->areas) + 1;
    struct tg_scope *scope = malloc(sizeof *scope + company + areas);
    if (scope == NULL)
        return NULL;
    char *text = (char *)(scope + 1);
    t->company = memcpy(text, tg_staff_company(s), company);
    t->areas = memcpy(text + company, at->areas, areas);
    t->consent = NULL;
    if (consent != NULL) {
        scope->consent = *consent;
        t->consent = &scope->consent;
    }
    return scope;
}

enum tg_err tg_policy_decide(const struct tg_policy *p, const struct tg_staff *s, const struct tg_matter *m,
                             struct tg_scope **ret)
{
    struct place at;
    struct texts t;
    struct asker a = {tg_staff_role(s), tg_staff_areas(s), tg_staff_company_kind(s)};
    enum tg_err e = find_place(p, &a, m, &at);
    if (e != TG_OK)
        return e;
    struct tg_scope *scope = scope_new(s, &at, m->consent, &t);
    if (scope == NULL)
        return TG_E_NOMEM;
    scope->policy = p;
    scope->answer = at.answer;
    judge(p, &at, m, &t, &scope->verdict);
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

const struct tg_consent *tg_scope_consent(const struct tg_scope *s)
{
    for (size_t i = 0; i < s->verdict.n; i++) {
        if (s->verdict.clause[i].basis != NULL)
            return &s->consent;
    }
    return NULL;
}

bool tg_scope_drill(const struct tg_scope *s)
{
    return s->verdict.drill;
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
    free(*s);
    *s = NULL;
}
