#include "server/evidence/decisions.h"

#include <inttypes.h>

#include "server/audit/report.h"

struct pass {
    const struct tg_decisions *what;
    struct tg_past_reader *reader;
    tg_decision_each *each;
    void *ctx;
    struct tg_ground *ground;
    uint64_t end; /* the last record that counts */
    enum tg_err err;
};

static enum tg_err unreadable(struct pass *p, uint64_t seq, const char *why)
{
    struct tg_fault *f = &p->ground->verified.fault;

    *f = (struct tg_fault){.seq = seq};
    (void)snprintf(f->what, sizeof f->what, "record %" PRIu64 " %s", seq, why);
    return TG_E_AUDIT_BROKEN;
}

static enum tg_err take(struct pass *p, const struct tg_frame *f)
{
    const struct tg_checkpoint *sealed = &p->ground->verified.sealed;
    const struct tg_past *past = NULL;
    enum tg_err err;

    /* The journal that was verified a moment ago, and not another one put in its place. */
    if (f->seq == sealed->seq && memcmp(f->head, sealed->head, TG_HASH_BYTES) != 0)
        return unreadable(p, f->seq, "is not the one that was verified");
    err = tg_past_read(p->reader, f, &past);
    if (err != TG_OK)
        return err == TG_E_AUDIT_BROKEN ? unreadable(p, f->seq, "is no entry that can be read") : err;
    if (p->what->act != NULL && tg_past_reader_act(p->reader) != NULL &&
        (err = p->what->act(p->ctx, tg_past_reader_act(p->reader))) != TG_OK)
        return err;
    if (f->time < p->what->from)
        return TG_OK;
    if (p->ground->first == 0)
        p->ground->first = f->seq;
    p->ground->last = f->seq;
    if (past == NULL)
        return TG_OK;
    p->ground->decisions++;
    return p->each(p->ctx, past);
}

static bool each_frame(void *ctx, const struct tg_frame *f)
{
    struct pass *p = ctx;

    if (f->seq > p->end || (p->what->to != 0 && f->time >= p->what->to))
        return false;
    p->err = take(p, f);
    return p->err == TG_OK;
}

enum tg_err tg_decisions_walk(const struct tg_decisions *what, tg_decision_each *each, void *ctx,
                              struct tg_ground *ret)
{
    struct pass p = {.what = what, .each = each, .ctx = ctx, .ground = ret};
    struct tg_fault fault = {0};
    enum tg_err err;

    *ret = (struct tg_ground){0};
    if ((err = tg_verify_folder(what->folder, what->key, &ret->verified)) != TG_OK ||
        (err = tg_past_reader_new(what->from, &p.reader)) != TG_OK)
        return err;
    p.end = what->sealed ? ret->verified.sealed.seq : ret->verified.records;
    err = tg_audit_walk(what->folder, 1, each_frame, &p, &fault);
    tg_past_reader_free(&p.reader);
    if (err == TG_E_AUDIT_BROKEN)
        ret->verified.fault = fault;
    return err != TG_OK ? err : p.err;
}
