/* The next segment, made ahead of time, and the step over to it. Called by the committer only. */
#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#include "certs/base/limits.h"
#include "server/audit/inner.h"

#define SPARE "spare"
/* A few dozen microseconds of copying between two batches, and 16 MiB are done after 128 of them. */
#define ZEROS (128u * 1024u)

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

    if (l->spare >= 0)
        return TG_OK;
    fd = openat(l->dir, SPARE, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (fd < 0)
        return errno == ENOSPC || errno == EDQUOT ? TG_E_AUDIT_DOWN : TG_E_AUDIT_BROKEN;
    err = allocate(l, fd);
    if (err == TG_OK) {
        l->spare = fd;
        l->spare_zeroed = 0;
        return TG_OK;
    }
    (void)close(fd);
    (void)unlinkat(l->dir, SPARE, 0); /* a half-allocated file would keep the space that others wait for */
    return err;
}

/* Allocated but never written blocks cost ext4 a journal commit in the fdatasync that first writes to them:
 * twice the time of one over zeros. So the zeros are written before, a little at a time, and the kernel is
 * told to begin with them.
 */
enum tg_err tg_log_spare_zero(struct log *l)
{
    static const uint8_t zeros[ZEROS];
    uint64_t left = l->segment_bytes - l->spare_zeroed;
    size_t n = left < ZEROS ? (size_t)left : ZEROS;
    enum tg_err err;

    if (l->spare < 0 || n == 0)
        return TG_OK;
    err = tg_write_all(l->spare, zeros, n, l->spare_zeroed);
    if (err != TG_OK)
        return TG_E_AUDIT_BROKEN;
    (void)sync_file_range(l->spare, (off_t)l->spare_zeroed, (off_t)n, SYNC_FILE_RANGE_WRITE);
    l->spare_zeroed += n;
    return TG_OK;
}

static enum tg_err head_write(const struct log *l)
{
    struct tg_segment_head head = {
        .number = l->segment + 1, .first_seq = l->seq + 1, .bytes = l->segment_bytes};
    uint8_t bytes[TG_SEGMENT_HEAD_BYTES];
    enum tg_err err;

    memcpy(head.log, l->id, TG_LOG_ID_BYTES);
    memcpy(head.prev, l->chain.head, TG_HASH_BYTES);
    err = tg_segment_head_put(&head, bytes);
    if (err == TG_OK)
        err = tg_write_all(l->spare, bytes, sizeof bytes, 0);
    if (err == TG_OK && fdatasync(l->spare) != 0)
        err = TG_E_AUDIT_BROKEN;
    return err == TG_OK ? TG_OK : TG_E_AUDIT_BROKEN;
}

/* The head is durable before the file gets its name, so a segment that exists has a whole head. */
static enum tg_err promote(const struct log *l)
{
    char name[TG_SEGMENT_NAME_BYTES];
    enum tg_err err = head_write(l);

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

    /* What the old segment holds must be durable before the new one says so. */
    if (err == TG_OK && l->file >= 0)
        err = tg_log_sync(l);
    if (err == TG_OK)
        err = promote(l);
    if (err != TG_OK)
        return err;
    if (l->file >= 0)
        (void)close(l->file);
    l->file = l->spare;
    l->spare = -1;
    l->segment++;
    l->segment_size = l->segment_bytes;
    l->offset = TG_SEGMENT_HEAD_BYTES;
    return TG_OK;
}
