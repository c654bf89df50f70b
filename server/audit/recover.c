/* From what stands on disk to a log that can be continued. A tail that nobody was promised is cut and noted;
 * anything else that does not hold is refused, with its place.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "certs/base/text.h"
#include "server/audit/inner.h"
#include "server/audit/recover.h"

struct recovery {
    struct log *log;
    struct tg_fault *fault;
    struct tg_walk *walk;
    bool sealed; /* there is a checkpoint in checkpoints.jws: the last one is */
    struct tg_checkpoint last;
    struct tg_buf line;  /* its text */
    struct tg_buf found; /* the last checkpoint in the journal */
    uint64_t found_seq;
    uint64_t whole; /* bytes of checkpoints.jws up to its last newline */
    bool torn;
};

static enum tg_err refuse(struct recovery *r, const char *what)
{
    const struct tg_mark *at = tg_walk_mark(r->walk);

    *r->fault = (struct tg_fault){.segment = at->segment, .offset = at->offset, .seq = at->seq + 1};
    (void)snprintf(r->fault->what, sizeof r->fault->what, "%s", what);
    return TG_E_AUDIT_BROKEN;
}

static enum tg_err see_checkpoint(struct recovery *r, const struct tg_frame *f)
{
    tg_buf_reset(&r->found);
    r->found_seq = f->seq;
    r->log->unsealed = 0;
    return tg_buf_add_span(&r->found, f->payload);
}

static enum tg_err walk_all(struct recovery *r)
{
    struct tg_frame f;
    enum tg_err err;

    while ((err = tg_walk_next(r->walk, &f)) == TG_OK) {
        if (r->sealed && f.seq == r->last.seq && memcmp(f.head, r->last.head, TG_HASH_BYTES) != 0)
            return refuse(r, "the last checkpoint was made for other records");
        r->log->unsealed++;
        err = f.type == TG_FRAME_CHECKPOINT ? see_checkpoint(r, &f) : TG_OK;
        if (err != TG_OK)
            return err == TG_E_NOMEM ? err : refuse(r, "the checkpoint in the journal is too long");
    }
    return err == TG_E_NOT_FOUND ? TG_OK : err;
}

/* The walk stopped at bytes that are no record. Torn, or damaged? */
static enum tg_err judge_tail(struct recovery *r)
{
    const struct tg_mark *at = tg_walk_mark(r->walk);
    const struct tg_fault *f = tg_walk_fault(r->walk);

    *r->fault = *f;
    if (!f->tail || (r->sealed && r->last.seq > at->seq) ||
        tg_frame_acked_later(tg_walk_segment(r->walk), at->offset, at->seq + 1))
        return TG_E_AUDIT_BROKEN;
    r->torn = true;
    return TG_OK;
}

/* Do the journal and checkpoints.jws end alike? The file may be one line ahead, never behind. */
static enum tg_err judge_checkpoints(const struct recovery *r, bool *missing)
{
    const struct tg_mark *at = tg_walk_mark(r->walk);

    *missing = false;
    if (tg_span_eq(tg_span_buf(&r->found), tg_span_buf(&r->line)))
        return TG_OK;
    *missing = r->sealed && r->last.seq == at->seq && r->found_seq < at->seq &&
               memcmp(r->last.head, at->head, TG_HASH_BYTES) == 0;
    return *missing ? TG_OK : TG_E_AUDIT_BROKEN;
}

static enum tg_err take_over(struct recovery *r)
{
    const struct tg_mark *at = tg_walk_mark(r->walk);
    struct log *l = r->log;
    char name[TG_SEGMENT_NAME_BYTES];

    memcpy(l->id, tg_walk_log(r->walk), TG_LOG_ID_BYTES);
    memcpy(l->chain.head, at->head, TG_HASH_BYTES);
    l->segment = at->segment;
    l->segment_size = tg_walk_segment(r->walk).n;
    l->offset = at->offset;
    l->seq = at->seq;
    l->last_segment = at->last;
    l->time = at->time;
    l->sealed = r->sealed ? r->last.seq : 0;
    l->sealed_at = tg_mono_us();
    tg_segment_name(l->segment, name);
    l->file = openat(l->dir, name, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (l->file < 0)
        return TG_E_IO;
    /* A restored copy may have holes where the zeros were: what is to be written must be ours before. */
    if (posix_fallocate(l->file, 0, (off_t)l->segment_size) != 0)
        return TG_E_AUDIT_DOWN;
    /* What a killed writer left in the page cache becomes durable before anything is built on it. */
    return tg_log_sync(l) == TG_OK ? TG_OK : TG_E_IO;
}

/* What is cut, for the note. */
struct cut {
    uint64_t offset;
    size_t bytes;
    uint8_t hash[TG_HASH_BYTES];
};

static enum tg_err cut_tail(struct recovery *r, struct cut *c)
{
    struct tg_span file = tg_walk_segment(r->walk);
    struct log *l = r->log;
    size_t end = file.n;
    uint8_t *zeros;
    enum tg_err err = TG_E_IO;

    while (end > l->offset && file.p[end - 1] == 0)
        end--;
    *c = (struct cut){.offset = l->offset, .bytes = end - (size_t)l->offset};
    if (EVP_Digest(file.p + l->offset, c->bytes, c->hash, NULL, EVP_sha256(), NULL) != 1)
        return TG_E_INTERNAL;
    if (c->bytes == 0)
        return TG_OK;
    zeros = calloc(1, c->bytes);
    if (zeros == NULL)
        return TG_E_NOMEM;
    if (tg_write_all(l->file, zeros, c->bytes, l->offset) == TG_OK && tg_log_sync(l) == TG_OK)
        err = TG_OK;
    free(zeros);
    return err;
}

static enum tg_err note_cut(struct log *l, const struct cut *c, tg_usec now)
{
    TG_BUF_AUTO note = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    char hash[2 * TG_HASH_BYTES + 1];
    struct tg_jout j;
    enum tg_err err;

    tg_hex(c->hash, TG_HASH_BYTES, hash);
    tg_jout_init(&j, &note);
    tg_jout_open(&j, '{');
    tg_jout_member_int(&j, "v", 1);
    tg_jout_member(&j, "kind", "recovered");
    tg_jout_member_int(&j, "segment", (int64_t)l->segment);
    tg_jout_member_int(&j, "offset", (int64_t)c->offset);
    tg_jout_member_int(&j, "bytes", (int64_t)c->bytes);
    tg_jout_member(&j, "sha256", hash);
    tg_jout_close(&j, '}');
    err = tg_jout_end(&j);
    return err == TG_OK ? tg_log_write_record(l, TG_FRAME_RECOVERED, tg_span_buf(&note), now) : err;
}

/* Everything was judged; now the folder is changed. */
static enum tg_err mend(struct recovery *r, bool missing, tg_usec now)
{
    struct log *l = r->log;
    struct cut cut;
    enum tg_err err = take_over(r);

    if (err == TG_OK && r->torn)
        err = cut_tail(r, &cut);
    if (err != TG_OK)
        return err;
    if (l->checkpoints_size != r->whole && ftruncate(l->checkpoints, (off_t)r->whole) != 0)
        return TG_E_IO;
    l->checkpoints_size = r->whole;
    if (missing)
        err = tg_log_checkpoint_record(l, tg_span_buf(&r->line), now);
    if (err == TG_OK && r->torn)
        err = note_cut(l, &cut, now);
    return err == TG_OK ? tg_log_sync(l) : err;
}

static enum tg_err begin_mark(const struct recovery *r, uint64_t segments, const char *folder,
                              struct tg_mark *mark)
{
    uint64_t first = segments > TG_AUDIT_OPEN_SEGMENTS ? segments - TG_AUDIT_OPEN_SEGMENTS + 1 : 1;

    if (r->sealed && r->last.segment < first)
        first = r->last.segment;
    *mark = (struct tg_mark){.segment = 1};
    return first == 1 ? TG_OK : tg_walk_mark_segment(folder, first, mark, r->fault);
}

static enum tg_err walk_and_judge(struct recovery *r, bool *missing)
{
    enum tg_err err = walk_all(r);

    if (err == TG_E_AUDIT_BROKEN && tg_walk_fault(r->walk)->what[0] != '\0')
        err = judge_tail(r);
    if (err != TG_OK)
        return err;
    if (r->sealed && r->last.seq > tg_walk_mark(r->walk)->seq)
        return refuse(r, "the journal is shorter than its last checkpoint");
    if (r->sealed && memcmp(r->last.log, tg_walk_log(r->walk), TG_LOG_ID_BYTES) != 0)
        return refuse(r, "the last checkpoint belongs to another log");
    err = judge_checkpoints(r, missing);
    return err == TG_OK ? err
                        : refuse(r, "the journal and checkpoints.jws do not end with the same checkpoint");
}

static enum tg_err read_last(struct recovery *r, EVP_PKEY *key)
{
    enum tg_err err = tg_last_line(r->log->checkpoints, &r->line, &r->whole);

    if (err == TG_E_FORM)
        (void)snprintf(r->fault->what, sizeof r->fault->what,
                       "checkpoints.jws does not end with a checkpoint");
    if (err == TG_E_FORM)
        return TG_E_AUDIT_BROKEN;
    if (err != TG_OK || r->line.n == 0)
        return err;
    r->sealed = true;
    err = tg_checkpoint_check(tg_span_buf(&r->line), key, &r->last);
    if (err == TG_OK || err == TG_E_NOMEM)
        return err;
    (void)snprintf(r->fault->what, sizeof r->fault->what, "the last line of checkpoints.jws: %s",
                   tg_err_en(err));
    return TG_E_AUDIT_BROKEN;
}

enum tg_err tg_log_recover(struct log *l, const struct tg_audit_conf *conf, struct tg_fault *fault)
{
    struct recovery r = {.log = l, .fault = fault};
    struct tg_mark mark;
    uint64_t segments = 0;
    bool missing = false;
    enum tg_err err;

    r.line = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    r.found = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    err = read_last(&r, conf->public_key);
    if (err == TG_OK)
        err = tg_walk_count(conf->folder, &segments, fault);
    if (err == TG_OK)
        err = begin_mark(&r, segments, conf->folder, &mark);
    if (err == TG_OK)
        err = tg_walk_open(conf->folder, &mark, &r.walk, fault);
    if (err == TG_OK)
        err = walk_and_judge(&r, &missing);
    if (err == TG_OK)
        err = mend(&r, missing, conf->now != NULL ? conf->now() : tg_now_us());
    tg_walk_close(&r.walk);
    tg_buf_done(&r.line);
    tg_buf_done(&r.found);
    return err;
}
