/* The decision: look up the role, hold it against the company, look up the purpose, copy the masks. Nothing
 * is computed here that the file does not say, and nothing but the person, the purpose and the time comes in.
 */
#include "server/policy/model.h"

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

/* One allocation: room for a clause of every class, and the texts that they point to. */
static struct tg_scope *scope_new(const struct tg_policy *p, const struct tg_staff *s)
{
    size_t company = strlen(tg_staff_company(s)) + 1, areas = strlen(tg_staff_areas(s)) + 1;
    struct tg_scope *scope = malloc(sizeof *scope + company + areas);
    if (scope == NULL)
        return NULL;
    char *text = (char *)(scope + 1);
    memcpy(text, tg_staff_company(s), company);
    memcpy(text + company, tg_staff_areas(s), areas);
    scope->company = text;
    scope->areas = text + company;
    scope->policy = tg_policy_ref(p->self);
    scope->n = 0;
    return scope;
}

static void fill(struct tg_scope *scope, const struct tg_policy *p, size_t role, size_t purpose)
{
    scope->role = role;
    scope->purpose = purpose;
    for (unsigned c = 0; c < TG_C_COUNT; c++) {
        tg_mask fields = p->shown[role][c] & p->purpose_fields[purpose];
        if (fields == 0)
            continue;
        scope->clause[scope->n++] = (struct tg_clause){.class = (enum tg_class)c,
                                                       .company = scope->company,
                                                       .areas = scope->areas,
                                                       .fields = fields,
                                                       .rule = p->rule[p->show_rule[role][c] - 1].id};
    }
}

enum tg_err tg_policy_decide(const struct tg_policy *p, const struct tg_staff *s, const char *purpose,
                             tg_sec now, struct tg_scope **ret)
{
    /* admit has held the post against the day; grants, which end by the second, will be held against it here.
     */
    (void)now;
    size_t role = tg_def_find(p->role, p->n_roles, tg_staff_role(s));
    if (role == p->n_roles || !stands(p->role[role].kind, tg_staff_company_kind(s)))
        return TG_E_FORBIDDEN;
    size_t what_for = tg_def_find(p->purpose, p->n_purposes, purpose);
    if (what_for == p->n_purposes || (p->role[role].purposes >> what_for & 1) == 0)
        return TG_E_PURPOSE;
    struct tg_scope *scope = scope_new(p, s);
    if (scope == NULL)
        return TG_E_NOMEM;
    fill(scope, p, role, what_for);
    if (scope->n == 0) {
        tg_scope_free(&scope);
        return TG_E_FORBIDDEN;
    }
    *ret = scope;
    return TG_OK;
}

size_t tg_scope_count(const struct tg_scope *s)
{
    return s->n;
}

const struct tg_clause *tg_scope_clause(const struct tg_scope *s, size_t i)
{
    return i < s->n ? &s->clause[i] : NULL;
}

tg_mask tg_scope_catalogue(const struct tg_scope *s, size_t clause)
{
    return clause < s->n ? s->policy->class[s->clause[clause].class].fields : 0;
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
