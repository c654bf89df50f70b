/* The walk: segments in order, frames in order, the chain through all of them. */
#include "certs/seal/walk.h"

#include <inttypes.h>
#include <stdarg.h>

#include "certs/base/limits.h"
#include "certs/seal/mapped.h"

struct tg_walk {
    char folder[TG_PATH_BYTES];
    uint64_t segments; /* the last one's number */
    uint8_t log[TG_LOG_ID_BYTES];
    struct tg_chain chain;
    struct tg_mark mark;
    struct tg_mapped file;
    struct tg_fault fault;
};

static enum tg_err broken(struct tg_walk *w, bool tail, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));

static bool torn(const struct tg_walk *w)
{
    const struct tg_stamp last = {.seq = w->mark.seq, .acked = w->mark.acked, .time = w->mark.time};

    return tg_frame_torn(w->file.bytes, w->mark.offset, &last);
}

static enum tg_err broken(struct tg_walk *w, bool tail, const char *fmt, ...)
{
    va_list args;

    w->fault = (struct tg_fault){.segment = w->mark.segment,
                                 .offset = w->mark.offset,
                                 .seq = w->mark.seq + 1,
                                 .tail = tail && w->mark.segment == w->segments};
    w->fault.torn = w->fault.tail && torn(w);
    va_start(args, fmt);
    (void)vsnprintf(w->fault.what, sizeof w->fault.what, fmt, args);
    va_end(args);
    return TG_E_AUDIT_BROKEN;
}

/* Opens the segment of the mark and reads its head. */
static enum tg_err enter_file(struct tg_walk *w, struct tg_segment_head *head)
{
    char name[TG_SEGMENT_NAME_BYTES];
    enum tg_err err;

    tg_segment_name(w->mark.segment, name);
    err = tg_mapped_open(w->folder, name, TG_SEAL_SEGMENT_MAX, &w->file);
    if (err == TG_E_NOT_FOUND)
        return broken(w, false, "the segment file is missing");
    if (err == TG_E_LIMIT)
        return broken(w, false, "the segment file is larger than any segment");
    if (err != TG_OK)
        return err;
    err = tg_segment_head_get(w->file.bytes, head);
    if (err == TG_E_TRUNCATED || err == TG_E_FORM)
        return broken(w, false, "the head of the segment, or its length, is wrong");
    if (err == TG_OK && head->number != w->mark.segment)
        return broken(w, false, "the file says it is segment %" PRIu64, head->number);
    return err;
}

static enum tg_err enter(struct tg_walk *w)
{
    struct tg_segment_head head;
    enum tg_err err = enter_file(w, &head);

    if (err != TG_OK)
        return err;
    if (w->mark.segment == 1 && w->mark.offset == 0) {
        memcpy(w->log, head.log, TG_LOG_ID_BYTES);
        err = tg_chain_start(&w->chain, w->log);
        if (err != TG_OK)
            return err;
    }
    if (memcmp(w->log, head.log, TG_LOG_ID_BYTES) != 0)
        return broken(w, false, "the segment belongs to another log");
    if (w->mark.offset != 0)
        return TG_OK; /* came by a mark into the middle: the head's link lies behind us */
    if (head.first_seq != w->mark.seq + 1)
        return broken(w, false, "the segment begins with record %" PRIu64, head.first_seq);
    if (memcmp(head.prev, w->chain.head, TG_HASH_BYTES) != 0)
        return broken(w, false, "the segment does not continue the one before");
    w->mark.offset = TG_SEGMENT_HEAD_BYTES;
    return TG_OK;
}

static enum tg_err check_zeros(struct tg_walk *w)
{
    const struct tg_span *s = &w->file.bytes;

    for (uint64_t at = w->mark.offset; at < s->n; at++) {
        if (s->p[at] != 0)
            return broken(w, true, "something stands behind the last record, at offset %" PRIu64, at);
    }
    return TG_OK;
}

/* The end of a segment: the next one, or TG_E_NOT_FOUND at the end of the log. */
static enum tg_err leave(struct tg_walk *w)
{
    enum tg_err err = check_zeros(w);

    if (err != TG_OK)
        return err;
    if (w->mark.segment == w->segments)
        return TG_E_NOT_FOUND;
    tg_mapped_done(&w->file);
    w->mark.segment++;
    w->mark.offset = 0;
    return TG_OK;
}

/* A frame of good shape: does it belong here? The chain first; what it confirms was written by the log's own
 * writer. */
static enum tg_err pass(struct tg_walk *w, const struct tg_frame *f)
{
    enum tg_err err = tg_chain_add(&w->chain, f->record);

    if (err != TG_OK)
        return err;
    if (memcmp(w->chain.head, f->head, TG_HASH_BYTES) != 0) {
        memcpy(w->chain.head, w->mark.head, TG_HASH_BYTES);
        return broken(w, true, "the record does not continue the chain (its frame says %" PRIu64 ")", f->seq);
    }
    if (f->seq != w->mark.seq + 1)
        return broken(w, false, "record %" PRIu64 " stands in this place", f->seq);
    if (f->time < w->mark.time)
        return broken(w, false, "the record is older than the one before");
    if (f->acked >= f->seq || f->acked < w->mark.acked)
        return broken(w, false, "the record's acknowledged count %" PRIu64 " is impossible", f->acked);
    w->mark.offset += f->size;
    w->mark.seq = f->seq;
    w->mark.last = w->mark.segment;
    w->mark.acked = f->acked;
    w->mark.time = f->time;
    memcpy(w->mark.head, f->head, TG_HASH_BYTES);
    return TG_OK;
}

enum tg_err tg_walk_next(struct tg_walk *w, struct tg_frame *ret)
{
    for (;;) {
        enum tg_err err = w->file.bytes.n == 0 ? enter(w) : TG_OK;

        if (err != TG_OK)
            return err;
        memcpy(w->mark.head, w->chain.head, TG_HASH_BYTES);
        err = tg_frame_get(w->file.bytes, w->mark.offset, ret);
        if (err == TG_OK)
            return pass(w, ret);
        if (err != TG_E_NOT_FOUND)
            return broken(w, true, "no record can be read here");
        err = leave(w);
        if (err != TG_OK)
            return err;
    }
}

/* The log id for a walk that does not begin at segment 1. */
static enum tg_err begin_at(struct tg_walk *w, const struct tg_mark *from)
{
    struct tg_segment_head head;
    enum tg_err err;

    w->mark = *from;
    memcpy(w->chain.head, from->head, TG_HASH_BYTES);
    err = enter_file(w, &head);
    if (err == TG_OK)
        memcpy(w->log, head.log, TG_LOG_ID_BYTES);
    tg_mapped_done(&w->file);
    return err;
}

static enum tg_err begin(struct tg_walk *w, const char *folder, const struct tg_mark *from)
{
    int n = snprintf(w->folder, sizeof w->folder, "%s", folder);
    enum tg_err err = tg_chain_init(&w->chain);

    if (err != TG_OK)
        return err;
    if (n < 0 || (size_t)n >= sizeof w->folder)
        return TG_E_LIMIT;
    w->mark = (struct tg_mark){.segment = 1};
    err = tg_walk_count(folder, &w->segments, &w->fault);
    if (err != TG_OK || from == NULL)
        return err;
    if (from->segment == 1 && from->offset == 0)
        return TG_OK;
    return begin_at(w, from);
}

enum tg_err tg_walk_open(const char *folder, const struct tg_mark *from, struct tg_walk **ret,
                         struct tg_fault *fault)
{
    struct tg_walk *w = calloc(1, sizeof *w);
    enum tg_err err;

    if (w == NULL)
        return TG_E_NOMEM;
    err = begin(w, folder, from);
    if (err == TG_OK) {
        *ret = w;
        return TG_OK;
    }
    *fault = w->fault;
    tg_walk_close(&w);
    return err;
}

const struct tg_mark *tg_walk_mark(const struct tg_walk *w)
{
    return &w->mark;
}

const struct tg_fault *tg_walk_fault(const struct tg_walk *w)
{
    return &w->fault;
}

const uint8_t *tg_walk_log(const struct tg_walk *w)
{
    return w->log;
}

struct tg_span tg_walk_segment(const struct tg_walk *w)
{
    return w->file.bytes;
}

void tg_walk_close(struct tg_walk **w)
{
    if (*w == NULL)
        return;
    tg_mapped_done(&(*w)->file);
    tg_chain_done(&(*w)->chain);
    free(*w);
    *w = NULL;
}
