#include "server/admin_evidence.h"

#include "certs/base/text.h"
#include "server/policy_file.h"

#define DAYS_MAX 36500u
#define DAY_USEC ((tg_usec)86400 * 1000000)

tg_usec tg_evidence_since(uint64_t days)
{
    return tg_now_us() - (tg_usec)days * DAY_USEC;
}

bool tg_evidence_days(const struct tg_admin *a, int *i, tg_usec *from)
{
    uint64_t days = 0;

    if (strcmp(a->argv[*i], "--days") != 0 || *i + 1 >= a->argc ||
        tg_u64_parse(tg_span_str(a->argv[*i + 1]), DAYS_MAX, &days) != TG_OK || days == 0) {
        return false;
    }
    *i += 2;
    *from = tg_evidence_since(days);
    return true;
}

/* Every policy that was ever in force is kept. */
static enum tg_err read_policy(void *ctx, const char *digest, struct tg_buf *text)
{
    const struct tg_evidence *e = ctx;
    const struct tg_acts_conf acts = tg_policy_acts(e->settings);

    return tg_acts_text(&acts, digest, text);
}

int tg_evidence_open(const struct tg_admin *a, tg_usec from, struct tg_evidence *ret)
{
    *ret =
        (struct tg_evidence){.settings = &a->settings, .what = {.folder = a->settings.audit, .from = from}};
    /* Our own key, not the one that lies in the folder: whoever can write there could have changed both. */
    if (tg_key_load(a->settings.audit_key, &ret->key) != TG_OK) {
        return tg_admin_fail("audit", "the audit key cannot be read");
    }
    ret->what.key = ret->key;
    if (tg_shelf_new(read_policy, ret, &ret->shelf) != TG_OK) {
        tg_evidence_close(ret);
        return tg_admin_fail("audit", tg_err_en(TG_E_NOMEM));
    }
    return TG_ADMIN_DONE;
}

int tg_evidence_walk(struct tg_evidence *e, tg_decision_each *each, void *ctx)
{
    enum tg_err err = tg_decisions_walk(&e->what, each, ctx, &e->ground);
    char where[512];

    if (err == TG_OK) {
        return TG_ADMIN_DONE;
    }
    if (err != TG_E_AUDIT_BROKEN) {
        return tg_admin_fail("audit", tg_err_en(err));
    }
    tg_fault_text(&e->ground.verified.fault, where, sizeof where);
    return tg_admin_fail("audit: 記録が壊れている / the journal does not hold", where);
}

void tg_evidence_close(struct tg_evidence *e)
{
    tg_shelf_free(&e->shelf);
    EVP_PKEY_free(e->key);
    e->key = NULL;
}
