#include "server/admin_acts.h"
#include "server/policy_file.h"

#define MATRIX_BYTES (16u * 1024u * 1024u)

int tg_admin_policy_open(const struct tg_admin *a, const char *file, struct tg_policy **ret)
{
    struct tg_bench b;
    char why[1024] = "";
    int code;

    if (file != NULL) {
        return tg_policy_file(file, ret, why, sizeof why) == TG_OK ? TG_ADMIN_DONE
                                                                   : tg_admin_fail("policy", why);
    }
    if ((code = tg_bench_open(a, TG_LEDGER_READ, &b)) == TG_ADMIN_DONE) {
        *ret = tg_policy_ref(b.policy);
    }
    tg_bench_close(&b);
    return code;
}

int tg_admin_policy_check(struct tg_admin *a)
{
    struct tg_policy *policy = NULL;

    if (a->argc > 1) {
        return TG_ADMIN_USAGE;
    }
    int code = tg_admin_policy_open(a, a->argc == 1 ? a->argv[0] : NULL, &policy);
    if (code == TG_ADMIN_DONE) {
        (void)printf("ok: policy %s\n", tg_policy_digest(policy));
    }
    tg_policy_unref(&policy);
    return code;
}

int tg_admin_policy_matrix(struct tg_admin *a)
{
    TG_BUF_AUTO out = TG_BUF_INIT(MATRIX_BYTES);
    struct tg_policy *policy = NULL;
    bool csv = a->argc > 0 && strcmp(a->argv[0], "--csv") == 0;
    int code;

    a->argc -= csv ? 1 : 0;
    a->argv += csv ? 1 : 0;
    if (a->argc > 1) {
        return TG_ADMIN_USAGE;
    }
    code = tg_admin_policy_open(a, a->argc == 1 ? a->argv[0] : NULL, &policy);
    if (code == TG_ADMIN_DONE && tg_policy_matrix(policy, csv, &out) != TG_OK) {
        code = tg_admin_fail("policy matrix", "out of memory");
    }
    if (code == TG_ADMIN_DONE) {
        (void)fwrite(out.p, 1, out.n, stdout);
    }
    tg_policy_unref(&policy);
    return code;
}
