/* The policy compiler: any bytes give either a fault with a place, or a policy that can be printed and asked,
 * and that keeps what no policy may break: retail sees its own customers, and of others one point by consent.
 */
#include "server/policy/policy.h"
#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/admit/staff_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

#define POINT "0212345678901234567890"
static const char *const roles[] = {"shop", "grid",  "help",           "watch",
                                    "boss", "chief", "retail.counter", "nw.operator"};
#define ROLES (sizeof roles / sizeof *roles)
static const struct tg_consent consent = {
    .ref = "C", .company = "A", .point = POINT, .purpose = "ask", .from = 0, .to = 30};

static void hold(bool b)
{
    if (!b)
        abort();
}

static void check_clause(const struct tg_clause *c, tg_mask hidden, enum tg_company_kind kind)
{
    hold(c->fields != 0 && (c->fields & hidden) == 0 && ((c->fields | hidden) & ~TG_MASK_ALL) == 0);
    hold((c->point == NULL) == (c->basis == NULL));
    if (kind != TG_COMPANY_RETAIL)
        hold(c->point == NULL && (c->fields & TG_BIT(TG_F_ARREARS)) == 0);
    else if (c->point == NULL)
        hold(c->class == TG_C_OWN || c->class == TG_C_FORMER);
    else
        hold(c->class == TG_C_OTHER || c->class == TG_C_LAST_RESORT);
}

static void decide(const struct tg_policy *policy, const char *role, enum tg_company_kind kind)
{
    struct tg_staff s = {.company = "A", .company_kind = kind};
    struct tg_matter m = {.purpose = "ask", .now = 0, .consent = &consent};
    struct tg_inputs in = {.role = role, .company = "A", .kind = kind, .areas = "", .matter = m};
    struct tg_scope *scope = NULL;
    struct tg_verdict v;
    (void)snprintf(s.role, sizeof s.role, "%s", role);
    enum tg_err e = tg_policy_decide(policy, &s, &m, &scope);
    hold(tg_policy_verdict(policy, &in, &v) == e);
    if (e != TG_OK)
        return;
    hold(tg_scope_count(scope) == v.n && tg_policy_cap(policy, role) != NULL);
    hold(tg_policy_nothing(policy, role, "ask").rule[0] != '\0');
    for (size_t i = 0; i < v.n; i++) {
        hold(tg_scope_clause(scope, i)->fields == v.clause[i].fields);
        check_clause(&v.clause[i], v.hidden[i], kind);
        for (unsigned f = 0; f < TG_F_COUNT; f++)
            hold((tg_policy_why(policy, scope, i, (enum tg_field)f).reason_ja[0] == '\0') ==
                 ((v.clause[i].fields & TG_BIT(f)) != 0));
    }
    tg_scope_free(&scope);
}

static void ask(const struct tg_policy *policy)
{
    for (size_t i = 0; i < ROLES * ROLES; i++) {
        const char *a = roles[i / ROLES], *b = roles[i % ROLES];
        hold(tg_policy_clash(policy, a, b) == tg_policy_clash(policy, b, a));
        hold(tg_policy_cap(policy, a) == NULL || tg_policy_duty(policy, a) == TG_DUTY_NONE);
        if (tg_policy_may_release(policy, a, b))
            hold(tg_policy_cap(policy, a) == NULL && tg_policy_cap(policy, b) != NULL &&
                 tg_policy_clash(policy, a, b) != TG_CLASH_NONE);
    }
    for (size_t i = 0; i < ROLES * 3; i++)
        decide(policy, roles[i / 3], (enum tg_company_kind)(i % 3));
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct tg_policy *policy = NULL;
    struct tg_policy_fault fault;
    enum tg_err e = tg_policy_compile(tg_span(p, n), &policy, &fault);
    if (e != TG_OK) {
        hold(policy == NULL);
        hold(e != TG_E_POLICY || (fault.line > 0 && fault.column > 0 && fault.what[0] != '\0' &&
                                  tg_utf8_ok(tg_span_str(fault.what))));
        return 0;
    }
    struct tg_buf out = TG_BUF_INIT(TG_POLICY_MATRIX_BYTES);
    hold(tg_policy_matrix(policy, n % 2 == 0, &out) == TG_OK);
    ask(policy);
    tg_buf_done(&out);
    tg_policy_unref(&policy);
    return 0;
}
