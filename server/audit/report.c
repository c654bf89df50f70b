#include "server/audit/report.h"

#include <inttypes.h>

#include "certs/base/json.h"

struct pass {
    const struct tg_mark *mark; /* NULL: from the beginning */
    uint64_t from;
    tg_audit_each *each;
    void *ctx;
    uint64_t last; /* out: the last record there is */
};

static enum tg_err walk_pass(const char *folder, struct pass *p, struct tg_fault *fault)
{
    bool live = tg_walk_live(folder);
    struct tg_walk *w = NULL;
    struct tg_frame f;
    enum tg_err err = tg_walk_open(folder, p->mark, &w, fault);

    if (err != TG_OK)
        return err;
    while ((err = tg_walk_next(w, &f)) == TG_OK) {
        if (f.seq >= p->from && p->each != NULL && !p->each(p->ctx, &f))
            break;
    }
    *fault = *tg_walk_fault(w);
    p->last = tg_walk_mark(w)->seq;
    tg_walk_close(&w);
    if (err == TG_E_NOT_FOUND || (err == TG_E_AUDIT_BROKEN && (fault->torn || (live && fault->tail))))
        return TG_OK;
    return err;
}

enum tg_err tg_audit_walk(const char *folder, uint64_t from, tg_audit_each *each, void *ctx,
                          struct tg_fault *fault)
{
    struct pass p = {.from = from, .each = each, .ctx = ctx};

    return walk_pass(folder, &p, fault);
}

/* The latest segment that has at least n records before the last segment; the first one if there are not so
 * many. */
static enum tg_err mark_before(const char *folder, uint64_t n, struct tg_mark *mark, struct tg_fault *fault)
{
    uint64_t segment = 0, end;
    enum tg_err err = tg_walk_count(folder, &segment, fault);

    if (err == TG_OK)
        err = tg_walk_mark_segment(folder, segment, mark, fault);
    if (err != TG_OK)
        return err;
    for (end = mark->seq; segment > 1 && end - mark->seq < n;) {
        err = tg_walk_mark_segment(folder, --segment, mark, fault);
        if (err != TG_OK)
            return err;
    }
    return TG_OK;
}

enum tg_err tg_audit_tail(const char *folder, uint64_t n, tg_audit_each *each, void *ctx,
                          struct tg_fault *fault)
{
    struct tg_mark mark;
    struct pass p = {.mark = &mark};
    enum tg_err err = mark_before(folder, n, &mark, fault);

    /* Once to learn where the end is, once to show what stands before it. */
    if (err == TG_OK)
        err = walk_pass(folder, &p, fault);
    if (err != TG_OK || n == 0)
        return err;
    p.from = p.last > n ? p.last - n + 1 : 1;
    p.each = each;
    p.ctx = ctx;
    return walk_pass(folder, &p, fault);
}

/* Whether the first record from the mark on is older; the end is as young as anything. */
static enum tg_err begins_before(const char *folder, const struct tg_mark *mark, tg_usec from, bool *ret,
                                 struct tg_fault *fault)
{
    struct tg_walk *w = NULL;
    struct tg_frame f;
    enum tg_err err = tg_walk_open(folder, mark, &w, fault);

    *ret = false;
    if (err != TG_OK)
        return err;
    err = tg_walk_next(w, &f);
    *ret = err == TG_OK && f.time < from;
    tg_walk_close(&w);
    /* What is wrong there the pass itself will meet and name. */
    return err == TG_E_NOT_FOUND || err == TG_E_AUDIT_BROKEN ? TG_OK : err;
}

struct since {
    tg_usec from;
    tg_audit_each *each;
    void *ctx;
};

static bool young_enough(void *ctx, const struct tg_frame *f)
{
    const struct since *s = ctx;

    return f->time < s->from || s->each(s->ctx, f);
}

enum tg_err tg_audit_since(const char *folder, tg_usec from, tg_audit_each *each, void *ctx,
                           struct tg_fault *fault)
{
    struct since s = {.from = from, .each = each, .ctx = ctx};
    struct tg_mark mark;
    struct pass p = {.mark = &mark, .each = young_enough, .ctx = &s};
    uint64_t segment = 0;
    bool before = false;
    enum tg_err err = tg_walk_count(folder, &segment, fault);

    for (; err == TG_OK && !before && segment > 0; segment--) {
        err = tg_walk_mark_segment(folder, segment, &mark, fault);
        if (err == TG_OK)
            err = begins_before(folder, &mark, from, &before, fault);
    }
    return err == TG_OK ? walk_pass(folder, &p, fault) : err;
}

static enum tg_err give_ids(const json_t *rows, uint64_t seq, tg_audit_each_id *each, void *ctx)
{
    for (size_t i = 0; i < json_array_size(rows); i++) {
        const char *id = tg_json_str(json_array_get(rows, i), "id");

        if (id == NULL)
            return TG_E_AUDIT_BROKEN;
        if (!each(ctx, id, seq))
            break;
    }
    return TG_OK;
}

enum tg_err tg_audit_entry_ids(const struct tg_frame *f, tg_audit_each_id *each, void *ctx)
{
    TG_JSON_AUTO *entry = NULL;
    enum tg_err err;

    if (f->type != TG_FRAME_ENTRY)
        return TG_OK;
    err = tg_json_parse(f->payload, &entry);
    if (err == TG_OK)
        err = give_ids(json_object_get(entry, "rows"), f->seq, each, ctx);
    return err == TG_OK || err == TG_E_NOMEM ? err : TG_E_AUDIT_BROKEN;
}

struct ids {
    tg_audit_each_id *each;
    void *ctx;
    enum tg_err err;
    uint64_t seq;
    bool enough;
};

static bool one_id(void *ctx, const char *id, uint64_t seq)
{
    struct ids *s = ctx;

    s->enough = !s->each(s->ctx, id, seq);
    return !s->enough;
}

static bool frame_ids(void *ctx, const struct tg_frame *f)
{
    struct ids *s = ctx;

    s->seq = f->seq;
    s->err = tg_audit_entry_ids(f, one_id, s);
    return s->err == TG_OK && !s->enough;
}

enum tg_err tg_audit_ids(const char *folder, tg_audit_each_id *each, void *ctx, struct tg_fault *fault)
{
    struct ids s = {.each = each, .ctx = ctx};
    enum tg_err err = tg_audit_walk(folder, 1, frame_ids, &s, fault);

    if (err != TG_OK || s.err == TG_OK)
        return err;
    (void)snprintf(fault->what, sizeof fault->what, "record %" PRIu64 " is no entry that can be read", s.seq);
    return s.err;
}
