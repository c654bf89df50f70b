#include "server/audit/report.h"

#include "certs/base/json.h"

static enum tg_err walk_from(const char *folder, const struct tg_mark *mark, uint64_t from,
                             tg_audit_each *each, void *ctx, struct tg_fault *fault) TG_MUST;

static enum tg_err walk_from(const char *folder, const struct tg_mark *mark, uint64_t from,
                             tg_audit_each *each, void *ctx, struct tg_fault *fault)
{
    bool live = tg_walk_live(folder);
    struct tg_walk *w = NULL;
    struct tg_frame f;
    enum tg_err err = tg_walk_open(folder, mark, &w, fault);

    if (err != TG_OK)
        return err;
    while ((err = tg_walk_next(w, &f)) == TG_OK) {
        if (f.seq >= from && !each(ctx, &f))
            break;
    }
    *fault = *tg_walk_fault(w);
    tg_walk_close(&w);
    if (err == TG_E_NOT_FOUND || (err == TG_E_AUDIT_BROKEN && live && fault->tail))
        return TG_OK;
    return err;
}
