#include <inttypes.h>

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

/* What its signers must sign, so that nobody need ask the server for it. */
static int print_next(const struct tg_admin *a, const struct tg_policy *policy)
{
    struct tg_bench b;
    int64_t number = 0;
    int code = tg_bench_open(a, TG_LEDGER_READ, &b);

    if (code == TG_ADMIN_DONE) {
        const char *digest = tg_bench_in_force(&b, &number);

        if (strcmp(digest, tg_policy_digest(policy)) == 0) {
            (void)printf("in force: activation %" PRId64 "\n", number);
        } else {
            (void)printf("to sign: tegata-cli approve --act policy --prior %s --seq %" PRId64 " %s\n", digest,
                         number + 1, a->argv[0]);
        }
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
    if (code == TG_ADMIN_DONE && a->argc == 1) {
        code = print_next(a, policy);
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
