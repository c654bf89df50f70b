/* Writing frames into the segment. Called by the committer only. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "server/audit/inner.h"

enum tg_err tg_write_all(int fd, const uint8_t *p, size_t n, uint64_t at)
{
    while (n != 0) {
        ssize_t done = pwrite(fd, p, n, (off_t)at);

        if (done < 0 && errno == EINTR)
            continue;
        if (done < 0 && (errno == ENOSPC || errno == EDQUOT))
            return TG_E_AUDIT_DOWN;
        if (done <= 0)
            return TG_E_AUDIT_BROKEN;
        p += done;
        n -= (size_t)done;
        at += (uint64_t)done;
    }
    return TG_OK;
}

bool tg_log_fits(const struct log *l, size_t size)
{
    return size <= l->segment_size - l->offset;
}

enum tg_err tg_log_write(struct log *l, uint8_t *bytes, size_t size, tg_usec now)
{
    struct tg_stamp stamp = {.seq = l->seq, .acked = l->durable, .time = now > l->time ? now : l->time};
    enum tg_err err;

    for (size_t at = 0, frame; at < size; at += frame) {
        stamp.seq++;
        err = tg_frame_seal(bytes + at, &stamp, &l->chain, &frame);
        if (err != TG_OK)
            return err;
    }
    err = tg_write_all(l->file, bytes, size, l->offset);
    if (err != TG_OK)
        return TG_E_AUDIT_BROKEN; /* the space was ours already: not even "disk full" is harmless here */
    if (l->unsealed == 0)
        l->sealed_at =
            tg_mono_us(); /* the 10 seconds count from the first record that no checkpoint covers */
    l->unsealed += stamp.seq - l->seq;
    l->offset += size;
    l->seq = stamp.seq;
    l->time = stamp.time;
    l->last_segment = l->segment;
    return TG_OK;
}

enum tg_err tg_log_sync(struct log *l)
{
    if (fdatasync(l->file) != 0)
        return TG_E_AUDIT_BROKEN;
    l->durable = l->seq;
    return TG_OK;
}

enum tg_err tg_log_write_record(struct log *l, enum tg_frame_type type, struct tg_span payload, tg_usec now)
{
    size_t size = tg_frame_size(payload.n);
    uint8_t *frame;
    enum tg_err err = TG_OK;

    if (payload.n == 0 || payload.n > TG_AUDIT_RECORD_BYTES)
        return TG_E_LIMIT;
    if (!tg_log_fits(l, size))
        err = tg_log_rotate(l);
    if (err != TG_OK)
        return err;
    frame = malloc(size);
    if (frame == NULL)
        return TG_E_NOMEM;
    tg_frame_put(frame, type, payload);
    err = tg_log_write(l, frame, size, now);
    free(frame);
    return err;
}

void tg_log_close(struct log *l)
{
    int fds[] = {l->file, l->spare, l->checkpoints, l->dir, l->lock};

    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
    tg_chain_done(&l->chain);
}
