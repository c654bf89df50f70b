#include "server/audit/recover.h"

#include <sys/stat.h>
#include <unistd.h>

#include "certs/base/limits.h"

/* A torn line and a whole one before it. */
#define WINDOW (2 * (size_t)TG_CHECKPOINT_BYTES)

static enum tg_err read_end(int fd, uint8_t *window, size_t *n, uint64_t *start)
{
    struct stat st;
    ssize_t got;

    if (fstat(fd, &st) != 0 || st.st_size < 0)
        return TG_E_IO;
    *n = (uint64_t)st.st_size < WINDOW ? (size_t)st.st_size : WINDOW;
    *start = (uint64_t)st.st_size - *n;
    got = pread(fd, window, *n, (off_t)*start);
    return got >= 0 && (size_t)got == *n ? TG_OK : TG_E_IO;
}

enum tg_err tg_last_line(int fd, struct tg_buf *line, uint64_t *whole)
{
    uint8_t window[WINDOW];
    const uint8_t *end, *before;
    size_t n = 0, from = 0;
    uint64_t start = 0;
    enum tg_err err = read_end(fd, window, &n, &start);

    *whole = 0;
    if (err != TG_OK)
        return err;
    end = memrchr(window, '\n', n);
    if (end == NULL)
        return n < TG_CHECKPOINT_BYTES ? TG_OK : TG_E_FORM;
    before = memrchr(window, '\n', (size_t)(end - window));
    if (before != NULL)
        from = (size_t)(before - window) + 1;
    else if (start != 0)
        return TG_E_FORM;
    *whole = start + (size_t)(end - window) + 1;
    return tg_buf_add(line, window + from, (size_t)(end - window) - from);
}
