#include "certs/seal/verify.h"

#include <inttypes.h>

#include "certs/base/limits.h"
#include "certs/seal/mapped.h"

struct check {
    EVP_PKEY *key;
    struct tg_walk *walk;
    struct tg_mapped file; /* checkpoints.jws as it stood at the start */
    struct tg_span rest;   /* its lines that are still to come */
    uint64_t line;
    uint64_t sealed;       /* last record under a checkpoint */
    struct tg_mark before; /* the walk before the present record */
    struct tg_verified *ret;
};

static enum tg_err wrong(struct check *c, const char *what)
{
    struct tg_fault *f = &c->ret->fault;

    *f =
        (struct tg_fault){.segment = c->before.segment, .offset = c->before.offset, .seq = c->before.seq + 1};
    (void)snprintf(f->what, sizeof f->what, "%s (" TG_CHECKPOINTS_FILE " line %" PRIu64 ")", what, c->line);
    return TG_E_AUDIT_BROKEN;
}

/* The next line without its newline. TG_E_NOT_FOUND at the end. */
static enum tg_err next_line(struct check *c, struct tg_span *ret)
{
    const uint8_t *end;

    if (c->rest.n == 0)
        return TG_E_NOT_FOUND;
    c->line++;
    end = memchr(c->rest.p, '\n', c->rest.n);
    if (end == NULL)
        return wrong(c, "the last checkpoint is cut off");
    *ret = tg_span(c->rest.p, (size_t)(end - c->rest.p));
    c->rest = tg_span(end + 1, c->rest.n - ret->n - 1);
    return TG_OK;
}

/* Does the checkpoint describe the log as it stood at the mark? */
static enum tg_err check_claims(struct check *c, struct tg_span jws, const struct tg_mark *at)
{
    struct tg_checkpoint claims;
    enum tg_err err = tg_checkpoint_check(jws, c->key, &claims);

    if (err == TG_E_NOMEM)
        return err;
    if (err == TG_E_SIGNATURE)
        return wrong(c, "the checkpoint was not signed by this key");
    if (err != TG_OK)
        return wrong(c, "the checkpoint is malformed");
    if (memcmp(claims.log, tg_walk_log(c->walk), TG_LOG_ID_BYTES) != 0)
        return wrong(c, "the checkpoint belongs to another log");
    if (claims.seq > at->seq)
        return wrong(c, "the log is shorter than its checkpoint says");
    if (claims.seq != at->seq || claims.segment != at->last || claims.time < at->time)
        return wrong(c, "the checkpoint stands in the wrong place");
    if (memcmp(claims.head, at->head, TG_HASH_BYTES) != 0)
        return wrong(c, "the checkpoint was made for other records");
    c->sealed = claims.seq;
    c->ret->sealed = claims;
    c->ret->checkpoints++;
    return TG_OK;
}

static enum tg_err check_record(struct check *c, const struct tg_frame *f)
{
    struct tg_span line;
    enum tg_err err;

    if (f->type != TG_FRAME_CHECKPOINT) {
        if (f->seq - c->sealed > TG_AUDIT_CHECKPOINT_RECORDS + 1)
            return wrong(c, "too many records without a checkpoint");
        return TG_OK;
    }
    err = next_line(c, &line);
    if (err == TG_E_NOT_FOUND && c->ret->live)
        return err;
    if (err == TG_E_NOT_FOUND)
        return wrong(c, "the checkpoint in the log is not in the file");
    if (err == TG_OK && !tg_span_eq(line, f->payload))
        return wrong(c, "the checkpoint in the log is not the one in the file");
    return err == TG_OK ? check_claims(c, line, &c->before) : err;
}

static enum tg_err check_records(struct check *c)
{
    struct tg_frame f;
    enum tg_err err;

    for (c->before = *tg_walk_mark(c->walk);; c->before = *tg_walk_mark(c->walk)) {
        err = tg_walk_next(c->walk, &f);
        if (err != TG_OK)
            break;
        /* A segment's first frame begins behind its head, which the mark did not know before. */
        c->before.segment = tg_walk_mark(c->walk)->segment;
        c->before.offset = f.offset;
        err = check_record(c, &f);
        if (err != TG_OK)
            return err;
    }
    if (err == TG_E_AUDIT_BROKEN)
        c->ret->fault = *tg_walk_fault(c->walk);
    return err;
}

/* What stands in checkpoints.jws beyond the log's own checkpoints: one line at most, made just before a
 * crash. */
static enum tg_err check_rest(struct check *c)
{
    struct tg_span line;
    enum tg_err err = next_line(c, &line);

    if (err != TG_OK)
        return err == TG_E_NOT_FOUND ? TG_OK : err;
    c->before = *tg_walk_mark(c->walk);
    err = check_claims(c, line, &c->before);
    if (err == TG_OK && c->rest.n != 0) {
        c->line++;
        return wrong(c, "there are more checkpoints than the log knows");
    }
    return err;
}

static enum tg_err check_all(struct check *c)
{
    enum tg_err err = check_records(c);
    const struct tg_mark *end = tg_walk_mark(c->walk);

    if (err == TG_E_NOT_FOUND) {
        err = check_rest(c);
    } else if (err == TG_E_AUDIT_BROKEN && (c->ret->fault.torn || (c->ret->live && c->ret->fault.tail))) {
        /* A record that is, or was, only being written; but never one that has a checkpoint already. */
        struct tg_fault fault = c->ret->fault;

        err = check_rest(c);
        c->ret->fault = fault;
        c->ret->torn = !c->ret->live;
    }
    c->ret->segments = end->segment;
    c->ret->records = end->seq;
    c->ret->unsealed = end->seq - c->sealed;
    c->ret->last = end->time;
    return err;
}

/* A line that is being written, or that a killed writer left: the kernel stops at the end of a page. */
static void drop_torn_line(struct check *c)
{
    if (!c->ret->live && c->rest.n % 4096 != 0)
        return;
    while (c->rest.n != 0 && c->rest.p[c->rest.n - 1] != '\n')
        c->rest.n--;
}

static enum tg_err open_parts(struct check *c, const char *folder)
{
    enum tg_err err = tg_mapped_open(folder, TG_CHECKPOINTS_FILE, SIZE_MAX / 2, &c->file);

    if (err != TG_OK && err != TG_E_NOT_FOUND)
        return err;
    c->rest = c->file.bytes;
    drop_torn_line(c);
    err = tg_walk_open(folder, NULL, &c->walk, &c->ret->fault);
    if (err == TG_E_NOT_FOUND && c->rest.n != 0) {
        (void)snprintf(c->ret->fault.what, sizeof c->ret->fault.what,
                       "there are checkpoints, but no segment");
        return TG_E_AUDIT_BROKEN;
    }
    return err;
}

enum tg_err tg_verify_folder(const char *folder, EVP_PKEY *key, struct tg_verified *ret)
{
    struct check c = {.key = key, .ret = ret};
    EVP_PKEY *own = NULL;
    char path[TG_PATH_BYTES];
    enum tg_err err = TG_OK;

    *ret = (struct tg_verified){.live = tg_walk_live(folder)};
    if (key == NULL) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, TG_CHECKPOINT_KEY_FILE);
        err = tg_checkpoint_key_load(path, &own);
        c.key = own;
    }
    if (err == TG_OK)
        err = open_parts(&c, folder);
    if (err == TG_OK)
        err = check_all(&c);
    tg_walk_close(&c.walk);
    tg_mapped_done(&c.file);
    EVP_PKEY_free(own);
    return err;
}

void tg_fault_text(const struct tg_fault *f, char *out, size_t size)
{
    char name[TG_SEGMENT_NAME_BYTES];

    if (f->segment == 0) {
        (void)snprintf(out, size, "%s", f->what);
        return;
    }
    tg_segment_name(f->segment, name);
    (void)snprintf(out, size, "%s offset %" PRIu64 " record %" PRIu64 ": %s", name, f->offset, f->seq,
                   f->what);
}
