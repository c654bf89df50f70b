/* The policy compiler: any bytes give either a policy whose matrix can be printed, or a fault with a place.
 */
#include "server/policy/policy.h"
#include "certs/base/limits.h"
#include "server/admit/staff_make.h"

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n);

static void decide(const struct tg_policy *policy)
{
    struct tg_staff s = {.role = "shop", .company = "A", .company_kind = TG_COMPANY_RETAIL};
    struct tg_scope *scope = NULL;
    if (tg_policy_decide(policy, &s, &(struct tg_matter){.purpose = "ask", .now = 0}, &scope) != TG_OK)
        return;
    for (size_t i = 0; i < tg_scope_count(scope); i++)
        for (unsigned f = 0; f < TG_F_COUNT; f++)
            if (tg_policy_why(policy, scope, i, (enum tg_field)f).reason_ja == NULL)
                abort();
    tg_scope_free(&scope);
}

int LLVMFuzzerTestOneInput(const uint8_t *p, size_t n)
{
    struct tg_policy *policy = NULL;
    struct tg_policy_fault fault;
    enum tg_err e = tg_policy_compile(tg_span(p, n), &policy, &fault);
    if (e != TG_OK) {
        if (policy != NULL ||
            (e == TG_E_POLICY && (fault.line == 0 || fault.column == 0 || fault.what[0] == '\0')))
            abort();
        return 0;
    }
    struct tg_buf out = TG_BUF_INIT(8 * 1024 * 1024);
    if (tg_policy_matrix(policy, true, &out) != TG_OK)
        abort();
    decide(policy);
    tg_buf_done(&out);
    tg_policy_unref(&policy);
    return 0;
}
