/* Writing: frames into the segment, one segment after the other. Called by the committer only. */
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "server/audit/inner.h"

#define SPARE "spare"

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

/* posix_fallocate where the file system cannot do it writes the bytes itself, so it works everywhere. */
static enum tg_err allocate(const struct log *l, int fd)
{
    int failed = posix_fallocate(fd, 0, (off_t)l->segment_bytes);

    if (failed == 0)
        return fsync(fd) == 0 ? TG_OK : TG_E_AUDIT_BROKEN;
    return failed == ENOSPC || failed == EDQUOT || failed == EFBIG ? TG_E_AUDIT_DOWN : TG_E_AUDIT_BROKEN;
}

enum tg_err tg_log_spare(struct log *l)
{
    enum tg_err err;
    int fd;

    if (l->spare)
        return TG_OK;
    fd = openat(l->dir, SPARE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? TG_E_AUDIT_DOWN : TG_E_AUDIT_BROKEN;
    err = allocate(l, fd);
    (void)close(fd);
    if (err == TG_OK)
        l->spare = true;
    else
        (void)unlinkat(l->dir, SPARE,
                       0); /* a half-allocated file would keep the space that others wait for */
    return err;
}

static enum tg_err head_write(const struct log *l, int fd)
{
    struct tg_segment_head head = {
        .number = l->segment + 1, .first_seq = l->seq + 1, .bytes = l->segment_bytes};
    uint8_t bytes[TG_SEGMENT_HEAD_BYTES];
    enum tg_err err;

    memcpy(head.log, l->id, TG_LOG_ID_BYTES);
    memcpy(head.prev, l->chain.head, TG_HASH_BYTES);
    err = tg_segment_head_put(&head, bytes);
    if (err == TG_OK)
        err = tg_write_all(fd, bytes, sizeof bytes, 0);
    if (err == TG_OK && fdatasync(fd) != 0)
        err = TG_E_AUDIT_BROKEN;
    return err;
}

/* The head is durable before the file gets its name, so a segment that exists has a whole head. */
static enum tg_err spare_promote(struct log *l, int fd)
{
    char name[TG_SEGMENT_NAME_BYTES];
    enum tg_err err = head_write(l, fd);

    if (err != TG_OK)
        return err;
    tg_segment_name(l->segment + 1, name);
    if (renameat(l->dir, SPARE, l->dir, name) != 0 || fsync(l->dir) != 0)
        return TG_E_AUDIT_BROKEN;
    return TG_OK;
}

enum tg_err tg_log_rotate(struct log *l)
{
    enum tg_err err = tg_log_spare(l);
    int fd;

    /* What the old segment holds must be durable before the new one says so. */
    if (err == TG_OK && l->file >= 0)
        err = tg_log_sync(l);
    if (err != TG_OK)
        return err;
    fd = openat(l->dir, SPARE, O_RDWR | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0)
        return TG_E_AUDIT_BROKEN;
    err = spare_promote(l, fd);
    if (err != TG_OK) {
        (void)close(fd);
        return err;
    }
    if (l->file >= 0)
        (void)close(l->file);
    l->file = fd;
    l->spare = false;
    l->segment++;
    l->segment_size = l->segment_bytes;
    l->offset = TG_SEGMENT_HEAD_BYTES;
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
    int fds[] = {l->file, l->checkpoints, l->dir, l->lock};

    for (size_t i = 0; i < sizeof fds / sizeof fds[0]; i++) {
        if (fds[i] >= 0)
            (void)close(fds[i]);
    }
    tg_chain_done(&l->chain);
}
