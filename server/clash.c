#include "server/clash.h"

static bool clash(void *ctx, const char *role, const char *other, const char **ja, const char **en)
{
    const struct tg_policy *p = ctx;
    enum tg_clash c = tg_policy_clash(p, role, other);

    *ja = tg_clash_ja(c);
    *en = tg_clash_en(c);
    return c != TG_CLASH_NONE;
}

struct tg_hats tg_policy_hats(const struct tg_policy *p, tg_day since)
{
    return (struct tg_hats){.clash = clash, .ctx = (void *)(uintptr_t)p, .since = since};
}

enum tg_err tg_policy_hats_check(const struct tg_policy *p, const struct tg_staff_book *b, char *why,
                                 size_t size)
{
    TG_FAULTS_AUTO faults = {.n = 0};
    struct tg_hats hats = tg_policy_hats(p, tg_day_of(tg_now()));

    if (tg_book_clashes(b, &hats, &faults) == 0) {
        return TG_OK;
    }
    tg_faults_first(&faults, NULL, why, size);
    return TG_E_IMPORT;
}
