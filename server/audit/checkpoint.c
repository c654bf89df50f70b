/* Checkpoints are written to checkpoints.jws first and to the journal second: so a checkpoint in the journal
 * that the file does not have was never left behind by a crash.
 */
#include <unistd.h>

#include "certs/base/limits.h"
#include "server/audit/inner.h"

/* A disk that is full in the middle of the line is no failed write: the half line is taken back, to be tried
 * again. */
static enum tg_err line_append(struct log *l, struct tg_span line)
{
    enum tg_err err = tg_write_all(l->checkpoints, line.p, line.n, l->checkpoints_size);

    if (err == TG_E_AUDIT_DOWN && ftruncate(l->checkpoints, (off_t)l->checkpoints_size) != 0)
        err = TG_E_AUDIT_BROKEN;
    if (err == TG_OK && fdatasync(l->checkpoints) != 0)
        err = TG_E_AUDIT_BROKEN;
    if (err == TG_OK)
        l->checkpoints_size += line.n;
    return err;
}

enum tg_err tg_log_checkpoint_record(struct log *l, struct tg_span jws, tg_usec now)
{
    enum tg_err err = tg_log_write_record(l, TG_FRAME_CHECKPOINT, jws, now);

    if (err != TG_OK)
        return err == TG_E_AUDIT_DOWN ? err : TG_E_AUDIT_BROKEN;
    /* It becomes durable with the next batch; until then its line in the file is enough. */
    l->unsealed = 0;
    l->sealed = l->seq - 1;
    return TG_OK;
}

enum tg_err tg_log_checkpoint(struct log *l, tg_usec now)
{
    struct tg_checkpoint c = {
        .seq = l->seq, .segment = l->last_segment, .time = now > l->time ? now : l->time};
    TG_BUF_AUTO line = TG_BUF_INIT(TG_CHECKPOINT_BYTES);
    struct tg_span jws;
    enum tg_err err;

    /* Room for its record before its line is written: a line must never wait for space. */
    err = tg_log_fits(l, tg_frame_size(TG_CHECKPOINT_BYTES)) ? TG_OK : tg_log_rotate(l);
    if (err != TG_OK)
        return err;
    memcpy(c.log, l->id, TG_LOG_ID_BYTES);
    memcpy(c.head, l->chain.head, TG_HASH_BYTES);
    err = tg_checkpoint_sign(&c, &l->signer, &line);
    jws = tg_span_buf(&line);
    if (err == TG_OK)
        err = tg_buf_add_str(&line, "\n");
    if (err == TG_OK)
        err = line_append(l, tg_span_buf(&line));
    jws.p = line.p;
    return err == TG_OK ? tg_log_checkpoint_record(l, jws, c.time) : err;
}
